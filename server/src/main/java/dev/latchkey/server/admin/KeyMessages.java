package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminRequest.ChangeRootKey;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.seal.RootKeySource.InToken;
import dev.latchkey.server.seal.RootKeySource.InVault;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.KeyRotation.Version;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts of messages that are about keys: which there are and where they are kept, and never one of them. */
final class KeyMessages {
    /** Where a time, or a renewal, is none. */
    private static final int NONE = 0;

    private static final int IN_FILE = 1;
    private static final int IN_TOKEN = 2;
    private static final int IN_VAULT = 3;

    private KeyMessages() {}

    static MessageWriter encode(MessageWriter writer, Status status) {
        writer.number(status.versions().size());
        for (Version version : status.versions()) {
            writer.number(version.version())
                    .number(version.createdMillis())
                    .number(version.closedMillis().orElse((long) NONE));
        }
        writer.number(status.last().isPresent() ? 1 : NONE);
        status.last().ifPresent(progress -> encode(writer, progress));
        return writer;
    }

    static Status status(MessageReader reader) throws MalformedMessageException {
        int count = reader.number();
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int version = reader.number();
            long created = reader.longNumber();
            long closed = reader.longNumber();
            versions.add(new Version(version, created, closed == NONE ? Optional.empty() : Optional.of(closed)));
        }
        return new Status(
                List.copyOf(versions), reader.number() == NONE ? Optional.empty() : Optional.of(progress(reader)));
    }

    static MessageWriter encode(MessageWriter writer, Progress progress) {
        return writer.number(progress.target())
                .number(progress.state().number())
                .number(progress.done())
                .number(progress.total())
                .number(progress.damaged())
                .number(progress.leftOver());
    }

    static Progress progress(MessageReader reader) throws MalformedMessageException {
        return new Progress(
                reader.number(),
                State.of(reader.number()).orElseThrow(MalformedMessageException::new),
                reader.longNumber(),
                reader.longNumber(),
                reader.longNumber(),
                reader.longNumber());
    }

    static MessageWriter encode(MessageWriter writer, ChangeRootKey change) {
        writer.text(change.fingerprint().orElse(""));
        if (change.to() instanceof InToken token) {
            return writer.number(IN_TOKEN)
                    .text(token.library().toString())
                    .number(token.slot())
                    .text(token.pinFile().toString())
                    .text(token.label());
        }
        if (change.to() instanceof InVault vault) {
            return writer.number(IN_VAULT)
                    .text(vault.engine().toString())
                    .text(vault.key())
                    .text(vault.tokenFile().toString())
                    .text(vault.authority().map(Path::toString).orElse(""));
        }
        return writer.number(IN_FILE).text(((InFile) change.to()).file().toString());
    }

    static ChangeRootKey changeRootKey(MessageReader reader) throws MalformedMessageException {
        String fingerprint = reader.text();
        RootKeySource to = source(reader);
        if (to instanceof InFile && fingerprint.isEmpty()) {
            throw new MalformedMessageException();
        }
        return new ChangeRootKey(to, fingerprint.isEmpty() ? Optional.empty() : Optional.of(fingerprint));
    }

    private static RootKeySource source(MessageReader reader) throws MalformedMessageException {
        return switch (reader.number()) {
            case IN_FILE -> new InFile(path(reader.text()));
            case IN_TOKEN -> new InToken(path(reader.text()), reader.longNumber(), path(reader.text()), reader.text());
            case IN_VAULT -> vault(reader);
            default -> throw new MalformedMessageException();
        };
    }

    private static InVault vault(MessageReader reader) throws MalformedMessageException {
        try {
            URI engine = new URI(reader.text());
            String key = reader.text();
            Path tokenFile = path(reader.text());
            String authority = reader.text();
            return new InVault(
                    engine, key, tokenFile, authority.isEmpty() ? Optional.empty() : Optional.of(path(authority)));
        } catch (URISyntaxException e) {
            throw new MalformedMessageException();
        }
    }

    /** The server's folder is not that of whoever asks. */
    private static Path path(String text) throws MalformedMessageException {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new MalformedMessageException();
        }
        throw new MalformedMessageException();
    }

    static MessageWriter encode(MessageWriter writer, RootKeyChanged done) {
        return writer.number(done.changed() ? 1 : 0).text(done.fingerprint());
    }

    static RootKeyChanged rootKeyChanged(MessageReader reader) throws MalformedMessageException {
        return new RootKeyChanged(reader.number() != 0, reader.text());
    }
}
