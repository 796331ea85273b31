package dev.latchkey.client.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Holds docs/hostile-server.md and the scenarios to one another. */
final class ListOfAttacksTest {

    private static final Path LIST = Path.of("..", "docs", "hostile-server.md");
    private static final Pattern NAME = Pattern.compile("`(\\w+Test)((?:\\.\\w+)*)\\.(\\w+)`");

    @Test
    void every_scenario_is_in_the_list_and_every_name_in_the_list_is_a_scenario() throws Exception {
        Set<String> listed = new TreeSet<>();
        Matcher names = NAME.matcher(Files.readString(LIST));
        while (names.find()) {
            String nested = names.group(2).replace('.', '$');
            assertThat(exists(names.group(1) + nested, names.group(3)))
                    .as(names.group())
                    .isTrue();
            listed.add(names.group(1) + nested + "." + names.group(3));
        }

        assertThat(listed).containsAll(scenarios());
    }

    private static boolean exists(String className, String method) {
        return Stream.of("dev.latchkey.client.hostile.", "dev.latchkey.client.")
                .flatMap(room -> tests(room + className))
                .anyMatch(method::equals);
    }

    private static Set<String> scenarios() throws IOException, URISyntaxException {
        Path room = Path.of(ListOfAttacksTest.class
                        .getResource("ListOfAttacksTest.class")
                        .toURI())
                .getParent();
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(room)) {
            files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches(".*Test(\\$\\w+)?\\.class") && !file.startsWith("ListOfAttacks"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .forEach(name ->
                            tests("dev.latchkey.client.hostile." + name).forEach(test -> found.add(name + "." + test)));
        }
        return found;
    }

    private static Stream<String> tests(String className) {
        try {
            return Arrays.stream(Class.forName(className).getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class)
                            || method.isAnnotationPresent(ParameterizedTest.class))
                    .map(Method::getName);
        } catch (ClassNotFoundException e) {
            return Stream.empty();
        }
    }
}
