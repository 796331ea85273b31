package dev.latchkey.cli;

/**
 * How text may look on a stream: with colours and drawn lines on a screen that has them, plain everywhere else.
 *
 * @param color whether to send colours
 * @param unicode whether to use signs outside ASCII
 * @param columns the width of a line
 */
record Style(boolean color, boolean unicode, int columns) {

    private static final int PLAIN_COLUMNS = 100;

    static Style of(Surroundings surroundings, boolean isTerminal) {
        boolean dumb = surroundings.variable("TERM").filter("dumb"::equals).isPresent();
        return new Style(
                isTerminal && !dumb && surroundings.variable("NO_COLOR").isEmpty(),
                isTerminal && !dumb && surroundings.terminal().speaksUtf8(),
                isTerminal ? surroundings.terminal().columns() : PLAIN_COLUMNS);
    }

    String bold(String text) {
        return color ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    String dim(String text) {
        return color ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    String good(String text) {
        return color ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    String bad(String text) {
        return color ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    /** The first of the two if the screen has it. */
    String sign(String unicodeSign, String asciiSign) {
        return unicode ? unicodeSign : asciiSign;
    }
}
