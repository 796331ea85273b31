package dev.latchkey.client;

import dev.latchkey.client.AuditIndex.Line;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.UserId;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The bytes of a memory file: {@code "latchkey memory" ‖ 0x02 ‖ F(server address) ‖ F(account name) ‖ server_public_key(32) ‖
 * authority(32) ‖ user_id(16) ‖ n(8) ‖ head(32) ‖ storage key object(32) ‖ count(4) ‖ (key_id(16) ‖ created(8) ‖
 * object(32) ‖ previous object(32))* ‖ count(4) ‖ (deleted key_id(16))* ‖ count(4) ‖ (device object(32))* ‖ Hash(all of
 * it)(32)} with {@code F(x) = I2OSP(length of x, 2) ‖ x}.
 *
 * <p>A file that begins with 0x01 ends before the devices: there were none when it was written. The hash finds damage; nothing in the file is secret, and nothing protects it from whoever may write it.
 */
final class MemoryFormat {

    /** More than any memory has. */
    static final int MAX_BYTES = 2 << 20;

    private static final byte[] MAGIC = "latchkey memory".getBytes(StandardCharsets.US_ASCII);
    private static final byte BEFORE_DEVICES = 1;
    private static final byte VERSION = 2;
    private static final byte[] NAME = "latchkey/1 memory".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_BYTES = 16;

    private final byte[] server;
    private final byte[] account;

    MemoryFormat(ServerAddress server, AccountName account) {
        this.server = server.toString().getBytes(StandardCharsets.UTF_8);
        this.account = account.utf8();
    }

    /** The name of the account's file: it tells nothing about either to who only sees the folder. */
    String fileName() {
        byte[] hash = Hashes.sha3_256(NAME, sized(server), sized(account));
        return HexFormat.of().formatHex(hash, 0, NAME_BYTES) + ".memory";
    }

    byte[] encode(Remembered remembered) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogImage log = remembered.log();
        out.writeBytes(MAGIC);
        out.write(VERSION);
        out.writeBytes(sized(server));
        out.writeBytes(sized(account));
        out.writeBytes(remembered.server().publicKey());
        out.writeBytes(remembered.server().authority());
        out.writeBytes(log.userId().toByteArray());
        out.writeBytes(i2osp8(log.head().n()));
        out.writeBytes(log.head().hash());
        out.writeBytes(log.storageKey().toByteArray());
        out.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(log.living().size()).array());
        for (Line line : log.living()) {
            out.writeBytes(line.keyId().toByteArray());
            out.writeBytes(i2osp8(line.created()));
            out.writeBytes(line.object().toByteArray());
            out.writeBytes(line.previous().toByteArray());
        }
        out.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(log.deleted().size()).array());
        log.deleted().forEach(keyId -> out.writeBytes(keyId.toByteArray()));
        out.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(log.devices().size()).array());
        log.devices().forEach(device -> out.writeBytes(device.toByteArray()));
        out.writeBytes(Hashes.sha3_256(out.toByteArray()));
        return out.toByteArray();
    }

    /**
     * Reads a file.
     *
     * @throws MalformedException if it is damaged, or the memory of another account
     */
    Remembered decode(byte[] bytes) throws MalformedException {
        int end = bytes.length - Hashes.BYTES;
        if (end < 0
                || !Arrays.equals(
                        Hashes.sha3_256(Arrays.copyOf(bytes, end)), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw damaged();
        }
        try {
            return decode(ByteBuffer.wrap(bytes, 0, end));
        } catch (BufferUnderflowException e) {
            throw damaged();
        }
    }

    private Remembered decode(ByteBuffer in) throws MalformedException {
        require(Arrays.equals(take(in, MAGIC.length), MAGIC));
        byte version = in.get();
        require(version == VERSION || version == BEFORE_DEVICES);
        require(Arrays.equals(take(in, 2 + server.length), sized(server)));
        require(Arrays.equals(take(in, 2 + account.length), sized(account)));
        ServerIdentity identity =
                new ServerIdentity(take(in, ServerIdentity.PUBLIC_KEY_BYTES), take(in, ServerIdentity.AUTHORITY_BYTES));
        UserId userId = UserId.parse(take(in, UserId.BYTES));
        long n = in.getLong();
        AuditHead head = AuditHead.of(n, take(in, AuditChain.HEAD_BYTES));
        LoggedObject storageKey = new LoggedObject(take(in, LoggedObject.BYTES));
        int count = in.getInt();
        require(n >= 1 && count >= 0 && count <= KeySession.MAX_SECRETS);
        List<Line> living = new ArrayList<>(count);
        Set<KeyId> seen = new HashSet<>();
        long last = 0;
        for (int i = 0; i < count; i++) {
            Line line = new Line(
                    KeyId.of(take(in, KeyId.BYTES)),
                    in.getLong(),
                    new LoggedObject(take(in, LoggedObject.BYTES)),
                    new LoggedObject(take(in, LoggedObject.BYTES)));
            require(line.created() > last && line.created() <= n && seen.add(line.keyId()));
            last = line.created();
            living.add(line);
        }
        int gone = in.getInt();
        require(gone >= 0 && gone <= LogImage.MAX_DELETED);
        List<KeyId> deleted = new ArrayList<>(gone);
        for (int i = 0; i < gone; i++) {
            KeyId keyId = KeyId.of(take(in, KeyId.BYTES));
            require(seen.add(keyId));
            deleted.add(keyId);
        }
        List<LoggedObject> devices = version == BEFORE_DEVICES ? List.of() : devices(in);
        require(!in.hasRemaining());
        return new Remembered(identity, new LogImage(userId, head, storageKey, living, deleted, devices));
    }

    private static List<LoggedObject> devices(ByteBuffer in) throws MalformedException {
        int count = in.getInt();
        require(count >= 0 && count <= DeviceIndex.MAX_DEVICES);
        Set<DeviceId> seen = new HashSet<>();
        List<LoggedObject> devices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] object = take(in, LoggedObject.BYTES);
            require(seen.add(DeviceObject.device(object)));
            devices.add(new LoggedObject(object));
        }
        return devices;
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] sized(byte[] bytes) {
        return ByteBuffer.allocate(2 + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] i2osp8(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static void require(boolean right) throws MalformedException {
        if (!right) {
            throw damaged();
        }
    }

    private static MalformedException damaged() {
        return new MalformedException(MalformedException.Reason.OUT_OF_RANGE);
    }
}
