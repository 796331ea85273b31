package dev.latchkey.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running process holds: the objects of its heap, or every page that it may write to. */
final class Memory {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Pattern WRITABLE = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) rw.*");

    private Memory() {}

    /** Dumps the objects that are still in use, after a collection. */
    static void dumpLive(JavaProcess process, Path file) throws IOException, InterruptedException {
        dump(process, List.of(), file);
    }

    /** Dumps all objects, also those that nobody refers to any more and no collection has taken yet. */
    static void dumpAll(JavaProcess process, Path file) throws IOException, InterruptedException {
        dump(process, List.of("-all"), file);
    }

    /** Whether another process's memory can be read on this system, by this user. */
    static boolean isReadable(JavaProcess process) {
        try (RandomAccessFile memory = new RandomAccessFile(memoryOf(process), "r")) {
            return memory.getFD().valid();
        } catch (IOException notHere) {
            return false;
        }
    }

    /** Searches all pages the process may write to: what a core dump would hold, free parts of its heap included. */
    static Map<String, Integer> searchPages(JavaProcess process, Search search) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        try (RandomAccessFile memory = new RandomAccessFile(memoryOf(process), "r")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/maps"))) {
                Matcher range = WRITABLE.matcher(line);
                if (range.matches()) {
                    memory.seek(Long.parseLong(range.group(1), 16));
                    search.in(new Range(Channels.newInputStream(memory.getChannel()), length(range)))
                            .forEach((form, count) -> found.merge(form, count, Integer::sum));
                }
            }
        }
        return found;
    }

    private static long length(Matcher range) {
        return Long.parseLong(range.group(2), 16) - Long.parseLong(range.group(1), 16);
    }

    private static String memoryOf(JavaProcess process) {
        return "/proc/" + process.pid() + "/mem";
    }

    private static void dump(JavaProcess process, List<String> options, Path file)
            throws IOException, InterruptedException {
        String jcmd = JavaProcess.javaHome().resolve("bin").resolve("jcmd").toString();
        Path output = file.resolveSibling(file.getFileName() + ".jcmd");
        ProcessBuilder command = new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.heap_dump");
        command.command().addAll(options);
        command.command().add(file.toString());
        Process dumping = command.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!dumping.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            dumping.destroyForcibly();
            throw new AssertionError("no heap dump within " + DEADLINE);
        }
        if (dumping.exitValue() != 0 || !Files.exists(file)) {
            throw new AssertionError("no heap dump: " + Files.readString(output));
        }
    }

    /** The next bytes of a stream, as many as said, or as many as can be read. */
    private static final class Range extends InputStream {
        private final InputStream memory;
        private long left;

        private Range(InputStream memory, long length) {
            this.memory = memory;
            this.left = length;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("bytes are read many at a time");
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            if (left == 0) {
                return -1;
            }
            try {
                int read = memory.read(bytes, from, Math.toIntExact(Math.min(left, length)));
                left -= Math.max(read, 0);
                return read;
            } catch (IOException notThere) {
                // A page that is mapped and can't be read, such as the guard of a stack.
                left = 0;
                return -1;
            }
        }
    }
}
