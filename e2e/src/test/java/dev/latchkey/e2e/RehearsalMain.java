package dev.latchkey.e2e;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.server.KeyServer;
import java.nio.file.Path;

/**
 * A server and an owner at it, while Java notes which classes that takes ({@link ReadyClasses}). Its argument is the folder of
 * a deployment, in which it works.
 */
final class RehearsalMain {
    /** Its output when there is nothing left to do. */
    static final String DONE = "done";

    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    private RehearsalMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        TestDeployment deployment = TestDeployment.of(Path.of(arguments[0]));
        AccountName account = AccountName.of("rehearsal");
        try (KeyServer server = KeyServer.start(deployment.options().ksf(KSF).build());
                KeyClient client = KeyClient.builder(new ServerAddress("localhost", server.port()))
                        .trust(deployment.ca())
                        .memory(deployment.folder().resolve("memory"))
                        .ksfFloor(KSF)
                        .build();
                Password password = Password.of("nobody's in particular".toCharArray());
                Password next = Password.of("another of nobody".toCharArray())) {
            client.register(account, password);
            try (KeySession session = client.logIn(account, password)) {
                session.generate(Label.of("rehearsal"), SecretType.SYMMETRIC_KEY, 32);
                session.listAll();
                session.retrieve(Label.of("rehearsal"), RetrievalIntent.LOCAL_USE)
                        .close();
            }
            client.changePassword(account, password, next);
        }
        System.out.println(DONE);
    }
}
