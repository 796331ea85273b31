package dev.latchkey.protocol;

import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The name an owner types to be told apart from others (§2): NFC, lower case, 1 to 254 bytes of UTF-8, without white
 * space, control, format and other invisible characters.
 *
 * <p>The client maps what was typed, the server takes only what is mapped already. {@code toString} does not show the
 * name, so that it enters no log by accident.
 */
public final class AccountName {

    /** The longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 254;

    private final String value;

    private AccountName(String value) {
        this.value = value;
    }

    /**
     * Maps what a person typed: NFC, lower case of the root locale, NFC again.
     *
     * @throws InvalidInputException if it is empty, too long, or has a character no name may have
     */
    public static AccountName of(String typed) throws InvalidInputException {
        Text.requireAllowed(Subject.ACCOUNT_NAME, typed, Unicode13::refusedInNames);
        String mapped = map(typed);
        Text.requireLength(Subject.ACCOUNT_NAME, mapped, MAX_BYTES);
        // A name whose mapping maps on would be another name at the next device.
        if (!map(mapped).equals(mapped)) {
            throw new InvalidInputException(Subject.ACCOUNT_NAME, Reason.NOT_CANONICAL);
        }
        return new AccountName(mapped);
    }

    /**
     * Takes a name that the other side has mapped, and repairs nothing.
     *
     * @throws InvalidInputException if {@link #of} would refuse it or change it
     */
    public static AccountName canonical(String name) throws InvalidInputException {
        AccountName mapped = of(name);
        if (!mapped.value.equals(name)) {
            throw new InvalidInputException(Subject.ACCOUNT_NAME, Reason.NOT_CANONICAL);
        }
        return mapped;
    }

    /** The mapped name. */
    public String value() {
        return value;
    }

    /** The mapped name in UTF-8, 1 to 254 bytes. */
    public byte[] utf8() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccountName that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "AccountName[" + utf8().length + " bytes]";
    }

    private static String map(String text) {
        return Text.nfc(Text.nfc(text).toLowerCase(Locale.ROOT));
    }
}
