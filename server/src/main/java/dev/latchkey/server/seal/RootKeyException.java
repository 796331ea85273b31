package dev.latchkey.server.seal;

import java.nio.file.Path;

/** A root key can't be used. Its text tells the operator why and what to do; it holds nothing of the key. */
public final class RootKeyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RootKeyException(Reason reason, Path file, Throwable cause) {
        super("Root key file " + file + " " + reason.text, cause);
        this.reason = reason;
    }

    RootKeyException(Reason reason, RootKeySource source, Throwable cause) {
        super(
                "The root key, " + source.describe() + ", " + reason.text
                        + (cause instanceof RootKeyUnavailableException
                                ? " What was said: " + cause.getMessage() + "."
                                : ""),
                cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether to ask again could do harm: a token counts the PINs that it refuses, and locks. */
    boolean isFinal() {
        return reason == Reason.PIN_REFUSED;
    }

    /** Why. */
    public enum Reason {
        MISSING("does not exist. If this server has run before, bring the file back from its backup: without it nothing"
                + " in the database can be opened."),
        UNREADABLE("can't be read. Check that it is a file and that the server's user may read it."),
        OPEN_PERMISSIONS("can be read or written by others than its owner. Make it the owner's alone (chmod 600), and"
                + " consider whether somebody has read it."),
        MALFORMED("is not a root key file of this version. It was not changed; bring it back from its backup."),
        DAMAGED("is damaged: its check value does not fit its key. It was not changed; bring it back from its backup."),
        EXISTS("already exists and is never overwritten."),
        NOT_WRITABLE(
                "can't be written. Check that its folder exists, that the server's user may write there, and that the"
                        + " disk is not full."),
        UNAVAILABLE("is not to be had. Nothing was changed; put that right and start again."),
        PIN_REFUSED(
                "is not to be had: its token refuses the PIN. It was shown once; make sure of it before the next start, since"
                        + " tokens count wrong ones and lock."),
        NOT_HTTPS(
                "would be asked for over a connection that others can read. Name an address that begins with https:."),
        NO_AUTHORITY("can't be asked for: the file of its authority is missing or holds no certificate."),
        NOT_SEEN(
                "is not there for the server, or is another one there: it does not see the file that was named. Name one in the"
                        + " folder of the root key that is in use; a server may have a /tmp, and more, of its own."),
        REPLACED("is another than the one whose name it has. It was not changed; give it a name of its own."),
        NO_PERMISSIONS("is on a file system that can't keep it from others. Put it on one with POSIX permissions.");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }
}
