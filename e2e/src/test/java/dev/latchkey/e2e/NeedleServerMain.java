package dev.latchkey.e2e;

import java.util.Arrays;
import org.slf4j.LoggerFactory;

/** {@link KeyServerMain} with something to be found in its arguments, its log and its heap: its first argument. */
final class NeedleServerMain {
    private NeedleServerMain() {}

    public static void main(String[] arguments) throws Exception {
        LoggerFactory.getLogger(NeedleServerMain.class).debug("needle {}", arguments[0]);
        KeyServerMain.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
}
