package dev.latchkey.server.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Takes the digests of tables that come one after the other. */
final class TableDigests {
    private final MessageDigest sha256 = sha256();
    private final List<TableDigest> complete = new ArrayList<>();
    private String table;
    private long rows;

    void table(String name) {
        finish();
        table = name;
        rows = 0;
    }

    void row() {
        rows++;
    }

    void update(byte[] bytes, int from, int length) {
        sha256.update(bytes, from, length);
    }

    List<TableDigest> end() {
        finish();
        table = null;
        return List.copyOf(complete);
    }

    private void finish() {
        if (table != null) {
            complete.add(new TableDigest(table, rows, HexFormat.of().formatHex(sha256.digest())));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
