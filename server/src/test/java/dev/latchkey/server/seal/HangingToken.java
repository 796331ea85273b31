package dev.latchkey.server.seal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A token's process whose library never answers; each start leaves a line in the file that is named. */
final class HangingToken {
    private HangingToken() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Files.writeString(
                Path.of(System.getenv("HANGING_TOKEN")),
                ProcessHandle.current().pid() + "\n",
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
        new CountDownLatch(1).await();
    }
}
