import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the table of code points that Unicode 13 leaves unassigned, from the character data of a JDK that has exactly
 * that version: {@code java UnassignedTable.java > unicode-13-unassigned.txt} on JDK 16, 17 or 18.
 */
class UnassignedTable {

    public static void main(String[] arguments) {
        if (Runtime.version().feature() < 16 || Runtime.version().feature() > 18) {
            throw new IllegalStateException("the character data of JDK 16 to 18 is that of Unicode 13");
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        out.println("# Code points with general category Cn in Unicode 13.0: first and last of each range, in hexadecimal.");
        out.println("# Written by src/test/vectors/UnassignedTable.java.");
        int first = -1;
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT + 1; codePoint++) {
            boolean unassigned =
                    codePoint <= Character.MAX_CODE_POINT && Character.getType(codePoint) == Character.UNASSIGNED;
            if (unassigned && first < 0) {
                first = codePoint;
            } else if (!unassigned && first >= 0) {
                out.printf("%X %X\n", first, codePoint - 1);
                first = -1;
            }
        }
    }
}
