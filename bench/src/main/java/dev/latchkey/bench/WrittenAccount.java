package dev.latchkey.bench;

import dev.latchkey.opaque.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** One account as it must be found, going by what was acknowledged. The content of each secret names its place and version. */
final class WrittenAccount {

    private static final long FOREIGN = -1;

    private final String name;
    private final Map<String, WrittenSecret> secrets = new TreeMap<>();
    private boolean exists;
    private long acknowledgedWrites;

    WrittenAccount(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Its registration was acknowledged. */
    void registered() {
        exists = true;
    }

    /** Whether it must be there; otherwise it may be. */
    boolean exists() {
        return exists;
    }

    void acknowledged(String label, long version) {
        secret(label).acknowledged(version);
        acknowledgedWrites++;
    }

    /** How many entries about changed secrets its log has at least. */
    long acknowledgedWrites() {
        return acknowledgedWrites;
    }

    WrittenSecret secret(String label) {
        return secrets.computeIfAbsent(label, unwritten -> new WrittenSecret());
    }

    Map<String, WrittenSecret> secrets() {
        return Collections.unmodifiableMap(secrets);
    }

    /** What is stored under {@code label} in this version; the caller closes it. */
    SecretBytes content(String label, long version) {
        return SecretBytes.takeOwnership(text(label, version).getBytes(StandardCharsets.UTF_8));
    }

    /** Which version a content is, or a number that no version has. */
    long versionOf(String label, SecretBytes content) {
        String text = new String(content.exposed(), StandardCharsets.UTF_8);
        String start = text(label, 0);
        start = start.substring(0, start.length() - 1);
        try {
            return text.startsWith(start) ? Long.parseLong(text.substring(start.length())) : FOREIGN;
        } catch (NumberFormatException e) {
            return FOREIGN;
        }
    }

    private String text(String label, long version) {
        return name + "/" + label + "/" + version;
    }
}
