package dev.latchkey.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads something from one end to the other and looks for several things at once. */
final class Search {
    private static final int CHUNK = 1 << 20;

    private final List<List<Sought.Form>> byStart = new ArrayList<>();
    private final int longest;

    Search(List<Sought> sought) {
        for (int start = 0; start < 1 << 16; start++) {
            byStart.add(List.of());
        }
        int length = 0;
        for (Sought one : sought) {
            for (Sought.Form form : one.forms()) {
                List<Sought.Form> same = new ArrayList<>(byStart.get(form.start()));
                same.add(form);
                byStart.set(form.start(), List.copyOf(same));
                length = Math.max(length, form.length());
            }
        }
        this.longest = length;
    }

    Map<String, Integer> in(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return in(content);
        }
    }

    /** How often each form was found, by its name; forms that were not found are left out. */
    Map<String, Integer> in(InputStream content) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        byte[] window = new byte[CHUNK + longest];
        int kept = 0;
        while (true) {
            int read = content.readNBytes(window, kept, window.length - kept);
            int end = kept + read;
            boolean last = end < window.length;
            // What begins in the tail is looked at again when what follows it is there.
            int from = last ? Math.max(0, end - 1) : end - longest;
            count(window, from, end, found);
            if (last) {
                return found;
            }
            kept = end - from;
            System.arraycopy(window, from, window, 0, kept);
        }
    }

    private void count(byte[] window, int upTo, int end, Map<String, Integer> found) {
        for (int at = 0; at < upTo; at++) {
            for (Sought.Form form : byStart.get(Sought.start(window, at))) {
                if (form.isAt(window, at, end)) {
                    found.merge(form.name(), 1, Integer::sum);
                }
            }
        }
    }
}
