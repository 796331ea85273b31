package dev.latchkey.protocol;

import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.util.Locale;

/**
 * The name an owner types to be told apart from others (§2): NFC, lower case, 1 to 254 bytes of UTF-8, without white
 * space, control, format and other invisible characters.
 *
 * <p>The client maps what was typed, the server takes only what is mapped already.
 */
public final class AccountName extends Text {

    /** The longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 254;

    private AccountName(String value) {
        super(value);
    }

    /**
     * Maps what a person typed: NFC, lower case of the root locale, NFC again.
     *
     * @throws InvalidInputException if it is empty, too long, or has a character no name may have
     */
    public static AccountName of(String typed) throws InvalidInputException {
        requireAllowed(Subject.ACCOUNT_NAME, typed, Unicode13::refusedInNames);
        String mapped = map(typed);
        requireLength(Subject.ACCOUNT_NAME, mapped, MAX_BYTES);
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
        if (!mapped.value().equals(name)) {
            throw new InvalidInputException(Subject.ACCOUNT_NAME, Reason.NOT_CANONICAL);
        }
        return mapped;
    }

    private static String map(String text) {
        return nfc(nfc(text).toLowerCase(Locale.ROOT));
    }
}
