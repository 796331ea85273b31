package dev.latchkey.e2e;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An application as careful as one can be: registers, logs in, stores and retrieves, and wipes what it was given. Arguments:
 * a needle, the server's address, its CA, the file for {@link RecordedRandom}, the account's name. Standard input: password,
 * label and secret, each behind a byte with its length, then a byte to close the session and the end to end.
 */
final class OwnerMain {
    static final KsfParameters KSF = new KsfParameters(19456, 2, 1);
    /** Stands before the size of the retrieved secret, while its session is still open. */
    static final String OPEN = "open ";

    /** Stands before the number of garbage collections so far, when everything is closed. */
    static final String CLOSED = "closed ";

    private OwnerMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        // No buffer of its own, unlike System.in.
        try (InputStream input = new FileInputStream(FileDescriptor.in)) {
            run(arguments, input);
            System.out.println(CLOSED
                    + ManagementFactory.getGarbageCollectorMXBeans().stream()
                            .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                            .sum());
            // Until there is no more input.
            input.read();
        }
    }

    @SuppressWarnings("SystemOut")
    private static void run(String[] arguments, InputStream input) throws Exception {
        AccountName account = AccountName.of(arguments[4]);
        try (KeyClient client = KeyClient.builder(ServerAddress.parse(arguments[1]))
                        .trust(Path.of(arguments[2]))
                        .ksfFloor(KSF)
                        .random(new RecordedRandom(Path.of(arguments[3])))
                        .build();
                Password password = password(input)) {
            Label label = Label.of(new String(item(input), StandardCharsets.US_ASCII));
            client.register(account, password);
            try (KeySession session = client.logIn(account, password)) {
                try (SecretBytes secret = SecretBytes.takeOwnership(item(input))) {
                    session.store(label, secret, SecretType.OPAQUE_BYTES);
                }
                try (RetrievedSecret back = session.retrieve(label, RetrievalIntent.LOCAL_USE)) {
                    System.out.println(OPEN + back.secret().length());
                }
                input.read();
            }
        }
    }

    private static Password password(InputStream input) throws Exception {
        byte[] bytes = item(input);
        CharBuffer typed = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        char[] characters = Arrays.copyOf(typed.array(), typed.limit());
        try {
            return Password.of(characters);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(typed.array(), '\0');
            Arrays.fill(characters, '\0');
        }
    }

    private static byte[] item(InputStream input) throws IOException {
        byte[] bytes = new byte[input.read()];
        for (int have = 0; have < bytes.length; ) {
            int more = input.read(bytes, have, bytes.length - have);
            if (more < 0) {
                throw new EOFException();
            }
            have += more;
        }
        return bytes;
    }
}
