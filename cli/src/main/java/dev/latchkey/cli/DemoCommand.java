package dev.latchkey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Shows the main job in one go. */
@Command(
        name = "demo",
        description = {
            "Show the main job in one go, and what the server learns of it.",
            "",
            "Starts a server on a free port with its files in a temporary folder, registers, stores a secret, closes"
                    + " everything, comes back with only the password, and looks into the database.",
            ""
        })
final class DemoCommand implements Callable<Integer> {

    private static final String PREFIX = "latchkey-demo-";

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    DemoCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure, IOException {
        boolean json = root.global().json();
        Path folder = temporaryFolder();
        Thread interrupted = new Thread(() -> delete(folder), "delete the demonstration's files");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try (StretchingNotice notice = new StretchingNotice(surroundings, json)) {
            if (json) {
                runForPrograms(folder, notice);
            } else {
                runForPeople(folder, notice);
            }
        } finally {
            delete(folder);
            forget(interrupted);
        }
        return ExitCode.OK.number();
    }

    private void runForPeople(Path folder, StretchingNotice notice) throws CommandFailure, IOException {
        long start = System.nanoTime();
        Style style = Style.of(surroundings, surroundings.terminal().outputIsTerminal());
        DemoScreen screen = new DemoScreen(surroundings.streams().out(), style);
        screen.opening();
        Demo demo = new Demo(new ServerFolder(folder), notice, screen);
        demo.run();
        screen.closing(timings(demo.millis(), (System.nanoTime() - start) / 1_000_000));
    }

    private void runForPrograms(Path folder, StretchingNotice notice) throws CommandFailure, IOException {
        DemoJson json = new DemoJson();
        Demo demo = new Demo(new ServerFolder(folder), notice, json);
        demo.run();
        new Output(surroundings, true).result("", json.with(demo.found(), demo.millis()));
    }

    private static String timings(Map<String, Long> millis, long total) {
        StringBuilder text =
                new StringBuilder("How long it took, in milliseconds (a password is stretched four times):\n");
        millis.forEach((part, time) -> text.append(String.format("%8d  %s%n", time, part)));
        return text.append(String.format("%8d  in all", total)).toString();
    }

    /** Java itself does not look at the variable that says where temporary files belong. */
    private Path temporaryFolder() throws IOException {
        Optional<Path> parent = surroundings.variable("TMPDIR").map(Path::of).filter(Files::isDirectory);
        return parent.isPresent() ? Files.createTempDirectory(parent.get(), PREFIX) : Files.createTempDirectory(PREFIX);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process was interrupted, and the hook is at work.
            return;
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A file of a server that is ending at this moment; the system empties this folder too.
            return;
        }
    }
}
