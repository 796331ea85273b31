package dev.latchkey.server.backup;

import dev.latchkey.server.store.Backups;
import dev.latchkey.server.store.TableDigest;
import dev.latchkey.server.store.jdbc.StoreCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backup says of itself, signed and for everybody to read.
 *
 * @param keys under which it is sealed and signed
 * @param taken its number and moment
 * @param form of the store that it can be read into
 * @param tables what they hold
 * @param sha256 of all that stands before the manifest, in hexadecimal digits
 */
public record Manifest(Keys keys, Backups.Taken taken, StoreCopy.Form form, List<TableDigest> tables, String sha256) {
    private static final String BEGIN = "latchkey store backup 1";

    private static final Pattern TEXT = Pattern.compile(BEGIN + """

            signed-by ([0-9a-f]{64})
            root-key ([0-9a-f]{32})
            number ([0-9]{1,18})
            unix-ms ([0-9]{1,18})
            store ([a-z]{1,20}) ([0-9]{1,6})
            ((?:table [a-z_]{1,40} [0-9]{1,18} [0-9a-f]{64}
            )*)sha256 ([0-9a-f]{64})
            """);

    private static final Pattern TABLE = Pattern.compile("table (\\S+) (\\S+) (\\S+)\n");

    /**
     * Whose it is, in hexadecimal digits.
     *
     * @param signer the deployment's public key
     * @param rootKey the fingerprint of the root key
     */
    public record Keys(String signer, String rootKey) {}

    /** As it stands in the backup. */
    public String text() {
        StringBuilder text = new StringBuilder(BEGIN)
                .append("\nsigned-by ")
                .append(keys.signer())
                .append("\nroot-key ")
                .append(keys.rootKey())
                .append("\nnumber ")
                .append(taken.number())
                .append("\nunix-ms ")
                .append(taken.unixMillis())
                .append("\nstore ")
                .append(form.kind())
                .append(' ')
                .append(form.version())
                .append('\n');
        for (TableDigest table : tables) {
            text.append("table ")
                    .append(table.table())
                    .append(' ')
                    .append(table.rows())
                    .append(' ')
                    .append(table.sha256())
                    .append('\n');
        }
        return text.append("sha256 ").append(sha256).append('\n').toString();
    }

    /** Reads what {@link #text} gives; empty if it is anything else. */
    public static Optional<Manifest> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<TableDigest> tables = new ArrayList<>();
        Matcher table = TABLE.matcher(matcher.group(7));
        while (table.find()) {
            tables.add(new TableDigest(table.group(1), Long.parseLong(table.group(2)), table.group(3)));
        }
        return Optional.of(new Manifest(
                new Keys(matcher.group(1), matcher.group(2)),
                new Backups.Taken(Long.parseLong(matcher.group(3)), Long.parseLong(matcher.group(4))),
                new StoreCopy.Form(matcher.group(5), Integer.parseInt(matcher.group(6))),
                List.copyOf(tables),
                matcher.group(8)));
    }
}
