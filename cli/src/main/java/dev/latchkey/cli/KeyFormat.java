package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.util.Locale;

/** The forms in which a secret comes in and goes out; each reads what it writes, and nothing that is merely similar. */
enum KeyFormat {
    /** The bytes themselves. */
    RAW {
        @Override
        SecretBytes decode(SecretBytes text) {
            return text.copy();
        }

        @Override
        SecretBytes encode(SecretBytes secret) {
            return secret.copy();
        }
    },
    /** A length, then the bytes: one byte of length for 1 to 255, else {@code 0x00} and four. */
    LEN {
        @Override
        SecretBytes decode(SecretBytes text) throws CommandFailure {
            return LengthForm.decode(text);
        }

        @Override
        SecretBytes encode(SecretBytes secret) {
            return LengthForm.encode(secret);
        }
    },
    /** Two hexadecimal digits a byte; lines may end anywhere between two bytes. */
    HEX {
        @Override
        SecretBytes decode(SecretBytes text) throws CommandFailure {
            return HexForm.decode(text);
        }

        @Override
        SecretBytes encode(SecretBytes secret) {
            return HexForm.encode(secret);
        }
    },
    /** Base64 of RFC 4648 section 4 with its padding; lines may end anywhere. */
    BASE64 {
        @Override
        SecretBytes decode(SecretBytes text) throws CommandFailure {
            return Base64Form.decode(text);
        }

        @Override
        SecretBytes encode(SecretBytes secret) {
            return Base64Form.encode(secret);
        }
    },
    /** One block of RFC 7468, of which the bytes are kept and the label is not. */
    PEM {
        @Override
        SecretBytes decode(SecretBytes text) throws CommandFailure {
            return PemForm.decode(text);
        }

        @Override
        SecretBytes encode(SecretBytes secret) {
            return PemForm.encode(secret);
        }
    };

    /** The longest a secret of 65,535 bytes gets in any form, line ends of every byte included. */
    static final int MAX_TEXT_BYTES = 4 * SecretInput.MAX_BYTES;

    /**
     * Takes the secret out of its form.
     *
     * @param text still the caller's
     * @return 1–65,535 bytes, which the caller closes
     * @throws CommandFailure {@code INVALID_INPUT} if it is not exactly in this form
     */
    final SecretBytes read(SecretBytes text) throws CommandFailure {
        SecretBytes secret = decode(text);
        if (secret.length() < 1 || secret.length() > SecretInput.MAX_BYTES) {
            boolean none = secret.length() < 1;
            secret.close();
            throw refused(
                    none
                            ? "There is no secret in it: it holds no byte."
                            : "The secret in it is larger than 65,535 bytes.");
        }
        return secret;
    }

    /**
     * Puts a secret into its form; text ends with a line end.
     *
     * @param secret 1–65,535 bytes, still the caller's
     * @return what the caller closes
     */
    abstract SecretBytes encode(SecretBytes secret);

    abstract SecretBytes decode(SecretBytes text) throws CommandFailure;

    /** What is typed for it. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return id();
    }

    /** What was given is not in its form; {@code what} never quotes it. */
    static CommandFailure refused(String what) {
        return new CommandFailure(
                FailureCode.INVALID_INPUT,
                what,
                "Nothing was stored.",
                "Check the file and its form; --format raw takes any bytes as they are.");
    }
}
