package dev.latchkey.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of everything that was asked for, one line each with its time in microseconds, as {@code ha/run} counts it. */
final class LoadJournal {

    private static final String ACKNOWLEDGED = "acknowledged";
    private static final String DOUBTFUL = "doubtful";
    private static final String LOST = "lost";

    /** Stands for the account itself in the place of a label. */
    private static final String ACCOUNT = "-";

    private static final int FIELDS = 5;

    private final PrintStream out;
    private final Clock clock;

    LoadJournal(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /** Registered, and told so. */
    void registered(String account) {
        write(ACKNOWLEDGED, account, ACCOUNT, "1");
    }

    /** Perhaps registered. */
    void perhapsRegistered(String account) {
        write(DOUBTFUL, account, ACCOUNT, "1");
    }

    void acknowledged(WrittenAccount account, String label, long version) {
        account.acknowledged(label, version);
        write(ACKNOWLEDGED, account.name(), label, Long.toString(version));
    }

    void doubtful(WrittenAccount account, String label, long version) {
        account.secret(label).doubtful(version);
        write(DOUBTFUL, account.name(), label, Long.toString(version));
    }

    void retried(String account, String reason) {
        write("retried", account, reason);
    }

    void reopened(String account) {
        write("reopened", account);
    }

    /** The owner goes on with another account. */
    void left(String account, String reason) {
        write("left", account, reason);
    }

    /** Something was not as it was acknowledged. */
    void lost(String place, String what) {
        write(LOST, place, what);
    }

    private synchronized void write(String kind, String... fields) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        out.println(kind + " " + micros + " " + String.join(" ", fields));
        out.flush();
    }

    /**
     * What a journal says must be there.
     *
     * @param accounts in the order in which they came up
     * @param lost what was missed meanwhile
     */
    record Read(Collection<WrittenAccount> accounts, List<String> lost) {

        static Read from(BufferedReader journal) throws IOException {
            Map<String, WrittenAccount> accounts = new LinkedHashMap<>();
            List<String> lost = new ArrayList<>();
            for (String line = journal.readLine(); line != null; line = journal.readLine()) {
                String[] fields = line.split(" ", FIELDS);
                if (fields[0].equals(LOST)) {
                    lost.add(line.substring(line.indexOf(fields[2])));
                } else if (fields[0].equals(ACKNOWLEDGED) || fields[0].equals(DOUBTFUL)) {
                    WrittenAccount account = accounts.computeIfAbsent(fields[2], WrittenAccount::new);
                    take(account, fields);
                }
            }
            return new Read(accounts.values(), lost);
        }

        private static void take(WrittenAccount account, String[] fields) {
            boolean acknowledged = fields[0].equals(ACKNOWLEDGED);
            long version = Long.parseLong(fields[4]);
            if (fields[3].equals(ACCOUNT)) {
                if (acknowledged) {
                    account.registered();
                }
            } else if (acknowledged) {
                account.acknowledged(fields[3], version);
            } else {
                account.secret(fields[3]).doubtful(version);
            }
        }
    }
}
