package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What an owner calls a device: NFC, 1 to 64 characters, without control characters.
 *
 * <p>The server never learns it: it keeps {@code 0x01 ‖ nonce(12) ‖ Enc(storage_key, nonce, name, user_id ‖ device_id ‖
 * "device name")} (§8).
 */
public final class DeviceName extends Text {

    /** The longest name, in characters (code points). */
    public static final int MAX_CHARACTERS = 64;

    private static final byte[] WHAT = Octets.ascii("device name");

    private DeviceName(String value) {
        super(value);
    }

    /**
     * Maps what a person typed to NFC; case and white space stay.
     *
     * @throws InvalidInputException if it is empty, too long, or has a character no name may have
     */
    public static DeviceName of(String typed) throws InvalidInputException {
        requireAllowed(Subject.DEVICE_NAME, typed, Unicode13::refusedAnywhere);
        String mapped = nfc(typed);
        requireLength(Subject.DEVICE_NAME, mapped, 4 * MAX_CHARACTERS);
        if (characters(mapped) > MAX_CHARACTERS) {
            throw new InvalidInputException(Subject.DEVICE_NAME, InvalidInputException.Reason.TOO_LONG);
        }
        return new DeviceName(mapped);
    }

    /** Seals it under a fresh nonce; the storage key stays the caller's. */
    public byte[] seal(StorageKey storageKey, UserId userId, DeviceId deviceId, SecureRandom random) {
        return SecretEnvelope.seal(storageKey, associatedData(userId, deviceId), utf8(), random);
    }

    /**
     * Opens a name, as its maker wrote it: a later version may know more characters, but none has control characters.
     *
     * @param storageKey still the caller's
     * @throws IntegrityException if it is not what was sealed for this device of this user
     */
    public static DeviceName open(StorageKey storageKey, UserId userId, DeviceId deviceId, byte[] sealed)
            throws IntegrityException {
        byte[] utf8 = SecretEnvelope.open(storageKey, associatedData(userId, deviceId), sealed);
        try (SecretBytes wiped = SecretBytes.takeOwnership(utf8)) {
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(wiped.exposed()))
                    .toString();
            if (characters(value) > MAX_CHARACTERS || value.codePoints().anyMatch(Character::isISOControl)) {
                throw new IntegrityException(Reason.DEVICE_NAME);
            }
            return new DeviceName(value);
        } catch (CharacterCodingException e) {
            throw new IntegrityException(Reason.DEVICE_NAME);
        }
    }

    /** How a log names the state of a device's name: the first 16 bytes of {@code Hash(sealed name)}. */
    static byte[] fingerprint(byte[] sealedName) {
        return Arrays.copyOf(Hashes.sha3_256(sealedName), DeviceObject.FINGERPRINT_BYTES);
    }

    private static int characters(String value) {
        return value.codePointCount(0, value.length());
    }

    private static byte[] associatedData(UserId userId, DeviceId deviceId) {
        return Octets.concat(userId.toByteArray(), deviceId.toByteArray(), WHAT);
    }
}
