package dev.latchkey.client;

import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceTicket;
import dev.latchkey.protocol.Hashes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The bytes of a ticket file: {@code "latchkey ticket" ‖ 0x01 ‖ F(server address) ‖ F(account name) ‖ device_id(16) ‖
 * ticket(32) ‖ Hash(all of it)(32)} with {@code F(x) = I2OSP(length of x, 2) ‖ x}; a ticket of zeros is none.
 *
 * <p>The hash finds damage. A ticket opens nothing.
 */
final class TicketFormat {

    private static final byte[] MAGIC = "latchkey ticket\u0001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAME = "latchkey/1 ticket".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_TICKET = new byte[DeviceTicket.BYTES];
    private static final int NAME_BYTES = 16;

    private final byte[] begin;
    private final String fileName;

    TicketFormat(ServerAddress server, AccountName account) {
        byte[] whose = joined(sized(server.toString().getBytes(StandardCharsets.UTF_8)), sized(account.utf8()));
        this.begin = joined(MAGIC, whose);
        this.fileName = HexFormat.of().formatHex(Hashes.sha3_256(NAME, whose), 0, NAME_BYTES) + ".ticket";
    }

    /** A device, and the ticket that it was given, if it was. */
    static final class Held {

        private final DeviceId device;
        private final byte[] ticket;

        Held(DeviceId device, byte[] ticket) {
            this.device = device;
            this.ticket = ticket;
        }

        static Held withoutTicket(DeviceId device) {
            return new Held(device, NO_TICKET);
        }

        DeviceId device() {
            return device;
        }

        Optional<byte[]> ticket() {
            return Arrays.equals(ticket, NO_TICKET) ? Optional.empty() : Optional.of(ticket.clone());
        }

        @Override
        public String toString() {
            return "Held[" + device + ", REDACTED]";
        }
    }

    /** The name of the account's file: it tells nothing about either to who only sees the folder. */
    String fileName() {
        return fileName;
    }

    /** How long every such file is. */
    int length() {
        return begin.length + DeviceId.BYTES + DeviceTicket.BYTES + Hashes.BYTES;
    }

    byte[] encode(Held held) {
        byte[] content = joined(begin, held.device.toByteArray(), held.ticket);
        return joined(content, Hashes.sha3_256(content));
    }

    /** Reads a file; nothing if it is damaged, or another account's. */
    Optional<Held> decode(byte[] bytes) {
        int end = length() - Hashes.BYTES;
        if (bytes.length != length()
                || !Arrays.equals(begin, Arrays.copyOf(bytes, begin.length))
                || !MessageDigest.isEqual(
                        Hashes.sha3_256(Arrays.copyOf(bytes, end)), Arrays.copyOfRange(bytes, end, bytes.length))) {
            return Optional.empty();
        }
        int ticket = begin.length + DeviceId.BYTES;
        return Optional.of(new Held(
                DeviceId.of(Arrays.copyOfRange(bytes, begin.length, ticket)), Arrays.copyOfRange(bytes, ticket, end)));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] sized(byte[] bytes) {
        return ByteBuffer.allocate(2 + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }
}
