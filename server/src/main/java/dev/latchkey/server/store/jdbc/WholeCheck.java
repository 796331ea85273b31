package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.DamagedRow.Kind;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.jdbc.CheckReport.Row;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Goes through a whole database: keys, deployment, owner by owner, and the rows that belong to no owner. Writes nothing. */
final class WholeCheck {
    private static final int OWNERS_AT_ONCE = 64;

    private final StoreOptions options;
    private final Dialect dialect;
    private final Handle handle;
    private final CheckReport report;

    WholeCheck(StoreOptions options, Dialect dialect, Handle handle, StoreCheck listener) {
        this.options = options;
        this.dialect = dialect;
        this.handle = handle;
        this.report = new CheckReport(listener);
    }

    Summary run() {
        DataKeySet keys = new DataKeySet(options.rootKey());
        try {
            atOneMoment(() -> dataKeys(keys));
            if (!keys.isEmpty()) {
                DataKeyRing ring = new DataKeyRing(keys, options.random());
                Optional<SecretBytes> enumerationKey = deployment(ring);
                try {
                    owners(ring, enumerationKey);
                } finally {
                    enumerationKey.ifPresent(SecretBytes::close);
                }
            }
            atOneMoment(this::strays);
            if (dialect.overwrites()) {
                atOneMoment(this::slots);
            } else {
                try (TransientKeys passing =
                        new TransientKeys(new KeyWrapping(options.rootKey(), dialect), options.random())) {
                    atOneMoment(() -> new PassingCheck(handle, passing.in(handle, 0), report).run());
                }
            }
            return report.summary();
        } finally {
            keys.close();
        }
    }

    private void dataKeys(DataKeySet keys) {
        handle.createQuery("SELECT version, wrapped FROM data_keys ORDER BY version")
                .map((row, context) -> {
                    int version = row.getInt("version");
                    try {
                        keys.add(keys.unwrap(handle, version, row.getBytes("wrapped")));
                    } catch (DamagedRecordException e) {
                        report.damaged(
                                Row.of("data_keys").row(version), "wrapped", Kind.LOST_KEY, CheckReport.words(e));
                    }
                    return version;
                })
                .list();
        if (keys.isEmpty()) {
            report.damaged(Row.of("data_keys"), "", Kind.LOST_KEY, "holds no key that opens");
        }
    }

    private Optional<SecretBytes> deployment(DataKeyRing ring) {
        return handle.createQuery("""
                        SELECT ksf_memory_kib, ksf_iterations, ksf_parallelism, server_private_key, enumeration_key
                        FROM deployment
                        """)
                .map((row, context) -> {
                    Row named = Row.of("deployment");
                    try {
                        new KsfParameters(
                                row.getInt("ksf_memory_kib"),
                                row.getInt("ksf_iterations"),
                                row.getInt("ksf_parallelism"));
                    } catch (IllegalArgumentException e) {
                        report.damaged(named, "ksf_memory_kib", Kind.UNRELATED, "is not what Argon2id is defined for");
                    }
                    report.open(
                                    named,
                                    "server_private_key",
                                    ring,
                                    DeploymentTable.SERVER_PRIVATE_KEY,
                                    row.getBytes("server_private_key"))
                            .ifPresent(SecretBytes::close);
                    return report.open(
                            named,
                            "enumeration_key",
                            ring,
                            DeploymentTable.ENUMERATION_KEY,
                            row.getBytes("enumeration_key"));
                })
                .one();
    }

    private void owners(DataKeyRing ring, Optional<SecretBytes> enumerationKey) {
        long total = handle.createQuery("SELECT count(*) FROM accounts")
                .mapTo(long.class)
                .one();
        byte[][] last = {new byte[0]};
        boolean more = true;
        while (more) {
            List<UserId> users = after(last[0]);
            atOneMoment(() -> {
                OwnerCheck check = new OwnerCheck(
                        handle, dialect, dialect.overwrites() ? ring : ring.in(handle), report, enumerationKey);
                for (UserId user : users) {
                    check.check(user);
                    report.account(total);
                    last[0] = user.toByteArray();
                }
            });
            more = users.size() == OWNERS_AT_ONCE;
        }
    }

    private List<UserId> after(byte[] last) {
        return handle.createQuery("SELECT user_id FROM accounts WHERE user_id > :last ORDER BY user_id LIMIT :limit")
                .bind("last", last)
                .bind("limit", OWNERS_AT_ONCE)
                .map((row, context) -> UserId.of(row.getBytes("user_id")))
                .list();
    }

    /** Rows of owners that there are not. */
    private void strays() {
        for (String table : List.of("account_names", "secrets", "devices", "audit", "key_ids")) {
            handle.createQuery("""
                            SELECT DISTINCT t.user_id FROM <table> t
                            WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.user_id = t.user_id) ORDER BY 1
                            """)
                    .define("table", table)
                    .map((row, context) -> UserId.of(row.getBytes("user_id")))
                    .forEach(user -> report.damaged(
                            Row.of(table, user), "user_id", Kind.UNRELATED, "belongs to an account that is not there"));
        }
    }

    /** Each row that has a slot has one of its own, and one that is not free. */
    private void slots() {
        String used = "SELECT user_id, slot, '<table>' AS owner FROM <table> WHERE slot IS NOT NULL";
        handle.createQuery("""
                        SELECT u.user_id, u.slot, u.owner FROM (<used>) u
                        WHERE u.slot IN (SELECT slot FROM erasure_keys WHERE free = 1)
                            OR u.slot IN (SELECT o.slot FROM (<used>) o GROUP BY o.slot HAVING count(*) > 1)
                        """)
                .define(
                        "used",
                        String.join(
                                " UNION ALL ",
                                List.of("accounts", "secrets", "devices").stream()
                                        .map(table -> used.replace("<table>", table))
                                        .toList()))
                .map((row, context) -> {
                    report.damaged(
                            Row.of(row.getString("owner"), UserId.of(row.getBytes("user_id"))),
                            "slot",
                            Kind.UNRELATED,
                            "shares its slot " + row.getLong("slot")
                                    + " in erasure_keys with another row, or it is free");
                    return 1;
                })
                .list();
    }

    /** Several statements that see the same. */
    private void atOneMoment(Runnable work) {
        if (dialect.overwrites()) {
            work.run();
            return;
        }
        handle.useTransaction(TransactionIsolationLevel.REPEATABLE_READ, transaction -> {
            transaction.execute("SET TRANSACTION READ ONLY");
            work.run();
        });
    }

    /** What a restart ends, where it is kept apart from what stays. */
    private static final class PassingCheck {
        private static final List<String> WAITING =
                List.of("pending_registrations", "handshakes", "registration_handshakes", "password_changes");

        private final Handle handle;
        private final Sealing sealing;
        private final CheckReport report;

        PassingCheck(Handle handle, Sealing sealing, CheckReport report) {
            this.handle = handle;
            this.sealing = sealing;
            this.report = report;
        }

        void run() {
            for (String table : WAITING) {
                handle.createQuery("SELECT id, payload FROM transient." + table + " ORDER BY id")
                        .map((row, context) -> {
                            byte[] id = row.getBytes("id");
                            return open(
                                    Row.of(table).row(id),
                                    "payload",
                                    Cell.of(table, "payload").row(id),
                                    row.getBytes("payload"));
                        })
                        .list();
            }
            handle.createQuery("SELECT id, user_id, secrets FROM transient.sessions ORDER BY number")
                    .map((row, context) -> {
                        byte[] id = row.getBytes("id");
                        UserId user = UserId.of(row.getBytes("user_id"));
                        return open(
                                Row.of("sessions", user).row(id),
                                "secrets",
                                Cell.of("sessions", "secrets").owner(user).row(id),
                                row.getBytes("secrets"));
                    })
                    .list();
        }

        private boolean open(Row row, String column, Cell cell, byte[] sealed) {
            Optional<SecretBytes> opened = report.open(row, column, sealing, cell, sealed);
            opened.ifPresent(SecretBytes::close);
            return opened.isPresent();
        }
    }
}
