package dev.latchkey.e2e;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import java.nio.file.Path;

/**
 * A device that changes a password as soon as a line comes in, and says so. Arguments: the server's address, its CA, the
 * folder of memories, the account's name, the password, the new password, and the classes to load before.
 */
final class PasswordChangeMain {
    /** Its output when it waits for the line. */
    static final String READY = "ready";

    /** Its output when the password is changed. */
    static final String CHANGED = "changed";

    private PasswordChangeMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        for (int i = 6; i < arguments.length; i++) {
            Class.forName(arguments[i]);
        }
        try (KeyClient client = KeyClient.builder(ServerAddress.parse(arguments[0]))
                        .trust(Path.of(arguments[1]))
                        .memory(Path.of(arguments[2]))
                        .ksfFloor(new KsfParameters(19456, 2, 1))
                        .build();
                Password current = Password.of(arguments[4].toCharArray());
                Password next = Password.of(arguments[5].toCharArray())) {
            System.out.println(READY);
            if (System.in.read() >= 0) {
                client.changePassword(AccountName.of(arguments[3]), current, next);
                System.out.println(CHANGED);
            }
        }
    }
}
