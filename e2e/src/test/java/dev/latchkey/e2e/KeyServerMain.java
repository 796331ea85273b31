package dev.latchkey.e2e;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A key server over a deployment's folder, on a port that it prints, until its standard input ends. Arguments: the folder,
 * then memory, iterations and parallelism of a deployment that starts for the first time, then the port if it may not be any.
 */
final class KeyServerMain {
    /** What stands before the port in its output. */
    static final String LISTENING = "listening on ";

    private KeyServerMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        TestDeployment deployment = TestDeployment.of(Path.of(arguments[0]));
        KsfParameters ksf = new KsfParameters(
                Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        int port = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 0;
        ServerOptions options = deployment
                .options()
                .ksf(ksf)
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .build();
        try (KeyServer server = KeyServer.start(options)) {
            System.out.println(LISTENING + server.port());
            while (System.in.read() >= 0) {
                // Nothing is asked of it but to go on.
            }
        }
    }
}
