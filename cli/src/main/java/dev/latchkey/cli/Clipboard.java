package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The clipboard of this desktop, reached through the programs that desktops have for it. */
final class Clipboard {

    private static final String WAYLAND = "WAYLAND_DISPLAY";
    private static final String X11 = "DISPLAY";
    private static final byte[] NOTHING = {};
    /** What Windows puts behind what it gives back. */
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Programs programs;
    private final List<String> copy;
    private final List<String> paste;

    private Clipboard(Programs programs, List<String> copy, List<String> paste) {
        this.programs = programs;
        this.copy = copy;
        this.paste = paste;
    }

    /** @throws CommandFailure {@code NO_CLIPBOARD} if there is none */
    static Clipboard of(Surroundings surroundings) throws CommandFailure {
        Programs programs = new Programs(surroundings);
        boolean wayland = surroundings.variable(WAYLAND).isPresent();
        boolean x11 = surroundings.variable(X11).isPresent();
        return first(List.of(
                        () -> wayland
                                ? pair(programs, List.of("wl-copy", "--type", "text/plain"), List.of("wl-paste", "-n"))
                                : Optional.empty(),
                        () -> x11
                                ? pair(
                                        programs,
                                        List.of("xclip", "-selection", "clipboard", "-in"),
                                        List.of("xclip", "-selection", "clipboard", "-out"))
                                : Optional.empty(),
                        () -> x11
                                ? pair(
                                        programs,
                                        List.of("xsel", "--clipboard", "--input"),
                                        List.of("xsel", "--clipboard", "--output"))
                                : Optional.empty(),
                        () -> pair(programs, List.of("pbcopy"), List.of("pbpaste")),
                        () -> pair(
                                programs,
                                List.of("clip.exe"),
                                List.of("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard -Raw"))))
                .orElseThrow(() -> new CommandFailure(
                        FailureCode.NO_CLIPBOARD,
                        "There is no clipboard here: no desktop that shows itself in " + WAYLAND + " or " + X11
                                + " with wl-copy and wl-paste, xclip or xsel, and neither pbcopy nor clip.exe.",
                        "No secret was fetched.",
                        "Install one of these programs, or write the secret to a file with -o FILE."));
    }

    private static Optional<Clipboard> first(List<Candidate> candidates) {
        return candidates.stream()
                .map(Candidate::look)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Clipboard> pair(Programs programs, List<String> copy, List<String> paste) {
        Optional<Path> in = programs.find(copy.get(0));
        Optional<Path> out = programs.find(paste.get(0));
        return in.isEmpty() || out.isEmpty()
                ? Optional.empty()
                : Optional.of(new Clipboard(programs, at(in.get(), copy), at(out.get(), paste)));
    }

    private static List<String> at(Path program, List<String> command) {
        List<String> whole = new ArrayList<>(command);
        whole.set(0, program.toString());
        return List.copyOf(whole);
    }

    /**
     * Puts {@code secret}, which stays the caller's, on the clipboard and reads it back.
     *
     * @throws CommandFailure {@code NO_CLIPBOARD} if it does not hold the very same bytes then; it was emptied, as far as
     *     that went
     */
    void put(SecretBytes secret) throws CommandFailure {
        requireText(secret);
        try {
            programs.feed(copy, secret.exposed());
            if (holds(secret)) {
                return;
            }
            programs.feed(copy, NOTHING);
        } catch (IOException e) {
            throw unusable("It could not be put on the clipboard.", "Nothing of it is known to be there.")
                    .because(e);
        }
        throw unusable("The clipboard gave back something else than was put there.", "It was emptied.");
    }

    /**
     * Empties the clipboard if it holds {@code secret} still.
     *
     * @return false if it holds something else by now, which was left alone
     */
    boolean clear(SecretBytes secret) throws IOException {
        if (!holds(secret)) {
            return false;
        }
        programs.feed(copy, NOTHING);
        if (holds(secret)) {
            throw new IOException("the clipboard still holds it");
        }
        return true;
    }

    private boolean holds(SecretBytes secret) throws IOException {
        SecretBytes found;
        try {
            found = programs.outputOf(paste, SecretInput.MAX_BYTES + LINE_END.length);
        } catch (IOException e) {
            // Several of these programs end with an error when the clipboard is empty or holds a picture.
            return false;
        }
        try (found) {
            if (found.constantTimeEquals(secret)) {
                return true;
            }
            byte[] withLineEnd = Arrays.copyOf(secret.exposed(), secret.length() + LINE_END.length);
            try {
                System.arraycopy(LINE_END, 0, withLineEnd, secret.length(), LINE_END.length);
                return found.constantTimeEquals(withLineEnd);
            } finally {
                Arrays.fill(withLineEnd, (byte) 0);
            }
        }
    }

    /** A clipboard holds text; most cut other bytes off without a word. */
    private static void requireText(SecretBytes secret) throws CommandFailure {
        char[] text = {};
        try {
            text = StrictUtf8.decode(secret.exposed(), secret.length());
            for (char c : text) {
                if (c == '\0') {
                    throw notText();
                }
            }
        } catch (CharacterCodingException e) {
            throw notText().because(e);
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private static CommandFailure notText() {
        return new CommandFailure(
                FailureCode.USAGE,
                "The secret is not text, and a clipboard holds text.",
                "It is still at the server; the clipboard was left as it was.",
                "Write it to a file with -o FILE, or use latchkey export with --format hex.");
    }

    private static CommandFailure unusable(String what, String kept) {
        return new CommandFailure(
                FailureCode.NO_CLIPBOARD,
                what,
                kept + " The secret is still at the server.",
                "Is the desktop's session still there? The secret can be written to a file with -o FILE.");
    }

    @FunctionalInterface
    private interface Candidate {
        Optional<Clipboard> look();
    }
}
