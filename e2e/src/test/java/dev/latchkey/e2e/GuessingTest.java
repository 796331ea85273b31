package dev.latchkey.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Guesses side by side, from many clients and through every node, while nodes are killed, between commit and answer too:
 * nobody ever gets more KE2s than the budget, and what time and the owner give back, allow.
 *
 * <p>{@code -Dlatchkey.guessing.rounds=50}, {@code -Dlatchkey.guessing.guesses=1000} and
 * {@code -Dlatchkey.guessing.seed=N} say how much; {@code e2e/guessing} does.
 */
final class GuessingTest {
    private static final GuessingRun.Settings SETTINGS = new GuessingRun.Settings(
            Long.getLong("latchkey.guessing.seed", System.nanoTime()),
            Integer.getInteger("latchkey.guessing.rounds", 3),
            Integer.getInteger("latchkey.guessing.guesses", 200));

    @TempDir
    private Path folder;

    @Test
    void sqlite_guessesAndKills_neverMoreKe2sThanTheBudget() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        try (TestStore store = TestStore.sqlite(deployment)) {
            run("sqlite", store, deployment);
        }
    }

    @Test
    void postgresql_guessesThroughTwoNodesAndKills_neverMoreKe2sThanTheBudget() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        try (TestStore store = TestStore.postgresql(TestDeployment.CHEAP)) {
            run("postgresql", store, deployment);
        }
    }

    @SuppressWarnings("SystemOut")
    private void run(String name, TestStore store, TestDeployment deployment) throws Exception {
        try (GuessingRun run = new GuessingRun(store, deployment, folder, SETTINGS)) {
            run.run();
            System.out.println("guessing: store=" + name + ", " + run.line());
        }
    }
}
