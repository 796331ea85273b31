package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The patches that {@code e2e/mutate} takes checks out with still fit the code; that each is noticed, it shows itself. */
final class MutationsTest {
    private static final Path ROOT = Path.of(System.getProperty("latchkey.root"));
    private static final String FILE = "--- a/";
    private static final int MIN_PATCHES = 5;

    static List<Path> patches() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("e2e").resolve("mutations"))) {
            return files.filter(file -> file.toString().endsWith(".patch"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void patches_areAtLeastFive() throws IOException {
        assertThat(patches()).hasSizeGreaterThanOrEqualTo(MIN_PATCHES);
    }

    @ParameterizedTest
    @MethodSource("patches")
    void patch_againstTheSources_applies(Path patch) throws IOException {
        List<String> lines = Files.readAllLines(patch);
        assertThat(lines.get(0)).as("says which check it takes out").startsWith("# ");
        String sources = "";
        int hunks = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(FILE)) {
                Path file = Path.of(line.substring(FILE.length()));
                assertThat(file.toString()).contains("src/main/java");
                sources = Files.readString(ROOT.resolve(file));
            } else if (line.startsWith("@@")) {
                assertThat(sources).contains(before(lines.subList(i + 1, lines.size())));
                hunks++;
            }
        }
        assertThat(hunks).isPositive();
    }

    /** The lines that stand where a hunk goes. */
    private static String before(List<String> afterItsHeader) {
        List<String> expected = new ArrayList<>();
        for (String line : afterItsHeader) {
            if (line.startsWith("@@") || line.startsWith("diff ") || line.startsWith(FILE)) {
                break;
            }
            if (line.startsWith(" ") || line.startsWith("-")) {
                expected.add(line.substring(1));
            }
        }
        return String.join("\n", expected);
    }
}
