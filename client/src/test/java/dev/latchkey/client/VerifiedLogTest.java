package dev.latchkey.client;

import static dev.latchkey.client.Refusals.assertRefused;
import static dev.latchkey.client.ServerLog.keyId;
import static dev.latchkey.client.ServerLog.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a log takes in, and what it notices. */
final class VerifiedLogTest {

    private final ServerLog server = ServerLog.registered();

    private VerifiedLog upToDate() throws KeyClientException {
        VerifiedLog log = VerifiedLog.fromTheStart(ServerLog.USER);
        absorb(log, server);
        return log;
    }

    private static void absorb(VerifiedLog log, ServerLog server) throws KeyClientException {
        try (VerifiedLog.Mark mark = log.mark()) {
            log.absorb(mark, server.head(), server.after(mark.head().n(), VerifiedLog.MAX_WITH_HEAD));
        }
    }

    private void store(int key, int object) {
        server.add(AuditAction.SECRET_STORED, keyId(key), object(object));
    }

    @Nested
    final class An_honest_log {

        @Test
        void says_what_is_stored_and_in_which_order() throws KeyClientException {
            store(2, 20);
            store(1, 10);
            server.add(AuditAction.SECRET_REPLACED, keyId(2), object(21));
            store(3, 30);
            server.add(AuditAction.SECRET_DELETED, keyId(1), null);

            VerifiedLog log = upToDate();

            assertThat(log.tip()).isEqualTo(server.head());
            assertThat(log.livingAfter(0, 6, 10))
                    .extracting(AuditIndex.Line::keyId)
                    .containsExactly(keyId(2), keyId(3));
            assertThat(log.livingAfter(2, 6, 10))
                    .extracting(AuditIndex.Line::keyId)
                    .containsExactly(keyId(3));
            assertThat(log.at(keyId(2), 6)).isEqualTo(new LoggedObject(object(21)));
            assertThat(log.previousAt(keyId(2), 6)).isEqualTo(new LoggedObject(object(20)));
            assertThat(log.at(keyId(1), 6)).isNull();
            assertThat(log.storageKeyAt(6)).isEqualTo(new LoggedObject(object(1)));
        }

        @Test
        void goes_on_from_its_image() throws KeyClientException {
            store(1, 10);
            server.add(AuditAction.SECRET_REPLACED, keyId(1), object(11));
            LogImage image = upToDate().image();
            server.add(AuditAction.SECRET_RENAMED, keyId(1), object(12));

            VerifiedLog log = VerifiedLog.remembered(image);
            absorb(log, server);

            assertThat(log.tip()).isEqualTo(server.head());
            assertThat(log.at(keyId(1), 4)).isEqualTo(new LoggedObject(object(12)));
            assertThat(log.previousAt(keyId(1), 4)).isEqualTo(new LoggedObject(object(11)));
        }

        @Test
        void is_incomplete_until_what_did_not_come_along_was_read() throws KeyClientException {
            for (int i = 0; i < 100; i++) {
                server.add(AuditAction.SESSION_OPENED, null, null);
            }
            VerifiedLog log = upToDate();
            assertThat(log.isComplete()).isFalse();
            assertThat(log.tip()).isEqualTo(server.head(64));

            try (VerifiedLog.Mark mark = log.mark()) {
                log.follow(mark.head(), server.after(64, 100), null);
            }

            assertThat(log.isComplete()).isTrue();
            assertThat(log.tip()).isEqualTo(server.head());
        }

        @Test
        void keeps_only_what_may_still_be_asked_for() throws KeyClientException {
            VerifiedLog log = upToDate();
            for (int i = 1; i <= 1000; i++) {
                store(i, i);
                server.add(AuditAction.SECRET_DELETED, keyId(i), null);
                absorb(log, server);
            }

            assertThat(log.kept()).isEqualTo(1);
            assertThat(log.livingAfter(0, server.n(), 1)).isEmpty();
        }
    }

    /** One that grows past open marks by more than is kept for them. */
    @Nested
    final class A_log_without_end {

        private static final int PAGE = 8192;
        private static final int MOST = KeptHeads.MAX_KEPT + PAGE;

        private void readAll(VerifiedLog log) throws KeyClientException {
            while (log.tip().n() < server.n()) {
                try (VerifiedLog.Mark mark = log.mark()) {
                    log.follow(mark.head(), server.after(mark.head().n(), PAGE), null);
                }
                assertThat(log.kept()).isLessThanOrEqualTo(MOST);
            }
        }

        @Test
        void keeps_the_newest_for_a_mark_and_what_comes_with_an_answer_from_there() throws KeyClientException {
            store(1, 10);
            VerifiedLog log = upToDate();
            try (VerifiedLog.Mark early = log.mark()) {
                store(2, 20);
                server.add(AuditAction.SECRET_REPLACED, keyId(1), object(11));
                long then = server.n();
                while (server.n() < 2 * MOST) {
                    server.add(AuditAction.SECRET_RETRIEVED_LOCAL_USE, keyId(2), null);
                }
                readAll(log);

                List<AuditEntry> first = server.after(early.head().n(), VerifiedLog.MAX_WITH_HEAD);
                log.absorb(early, server.head(), first);
                log.absorb(early, server.head(server.n() - KeptHeads.MAX_KEPT), first);
                assertRefused(Reason.UNREACHABLE, () -> log.absorb(early, server.head(then + 100), first));
                List<AuditEntry> bent = new ArrayList<>(first);
                bent.set(63, bent.get(63).withObject(object(1)));
                assertRefused(Reason.INTEGRITY, () -> log.absorb(early, server.head(), bent));

                assertThat(log.at(keyId(1), server.n() - KeptHeads.MAX_KEPT)).isEqualTo(new LoggedObject(object(11)));
                KeyClientException late = assertRefused(Reason.UNREACHABLE, () -> log.at(keyId(1), then));
                assertThat(late.mayHaveBeenDone()).isTrue();
                assertRefused(Reason.UNREACHABLE, () -> log.hadSince(keyId(1), null, early));
                assertRefused(Reason.UNREACHABLE, () -> log.livingAfter(0, then, 10));
                assertRefused(Reason.UNREACHABLE, () -> log.devicesAt(then));
            }
            assertThat(log.kept()).isEqualTo(1);
        }

        @Test
        void of_more_deletions_than_can_be_kept_in_mind_keeps_the_newest() throws KeyClientException {
            AuditIndex index = new AuditIndex();
            long n = 0;
            for (int i = 1; i <= AuditIndex.MAX_DELETED; i++) {
                index.apply(ServerLog.entry(++n, AuditAction.SECRET_STORED, keyId(i), object(i)));
                index.apply(ServerLog.entry(++n, AuditAction.SECRET_DELETED, keyId(i), null));
                index.forgetBefore(n);
            }
            AuditEntry oldest = ServerLog.entry(n + 1, AuditAction.SECRET_STORED, keyId(1), object(1));
            assertRefused(Reason.INTEGRITY, () -> index.apply(oldest));

            index.apply(ServerLog.entry(++n, AuditAction.SECRET_STORED, keyId(-1), object(1)));
            index.apply(ServerLog.entry(++n, AuditAction.SECRET_DELETED, keyId(-1), null));

            assertThat(index.deleted(Integer.MAX_VALUE)).hasSize(AuditIndex.MAX_DELETED);
            AuditEntry older = ServerLog.entry(n + 1, AuditAction.SECRET_STORED, keyId(2), object(1));
            AuditEntry newest = ServerLog.entry(n + 1, AuditAction.SECRET_STORED, keyId(-1), object(1));
            assertRefused(Reason.INTEGRITY, () -> index.apply(older));
            assertRefused(Reason.INTEGRITY, () -> index.apply(newest));
        }
    }

    @Nested
    final class A_lie {

        private void refused(Reason reason, VerifiedLog log, Consumer<List<AuditEntry>> lie) {
            assertRefused(reason, () -> {
                try (VerifiedLog.Mark mark = log.mark()) {
                    List<AuditEntry> entries =
                            new ArrayList<>(server.after(mark.head().n(), VerifiedLog.MAX_WITH_HEAD));
                    lie.accept(entries);
                    log.absorb(mark, server.head(), entries);
                }
            });
        }

        @Test
        void about_entries_is_noticed_and_changes_nothing() throws KeyClientException {
            VerifiedLog log = upToDate();
            store(1, 10);
            store(2, 20);
            AuditEntry other = AuditEntry.of(3, 5, AuditAction.SECRET_STORED, AuditOutcome.DONE)
                    .withKeyId(keyId(2))
                    .withObject(object(21));

            refused(Reason.INTEGRITY, log, entries -> entries.set(1, other));
            refused(Reason.INTEGRITY, log, entries -> entries.remove(0));
            refused(Reason.INTEGRITY, log, entries -> entries.remove(1));
            refused(Reason.INTEGRITY, log, entries -> entries.add(entries.get(1)));
            refused(Reason.INTEGRITY, log, entries -> entries.add(entries.remove(0)));

            assertThat(log.tip()).isEqualTo(server.head(1));
            absorb(log, server);
            assertThat(log.tip()).isEqualTo(server.head());
        }

        @Test
        void by_an_older_head_is_noticed() throws KeyClientException {
            store(1, 10);
            VerifiedLog log = upToDate();

            assertRefused(Reason.INTEGRITY, () -> {
                try (VerifiedLog.Mark mark = log.mark()) {
                    log.absorb(mark, server.head(1), List.of());
                }
            });
        }

        @Test
        void against_what_was_remembered_is_a_rollback_until_that_was_settled() throws KeyClientException {
            store(1, 10);
            LogImage image = upToDate().image();
            VerifiedLog log = VerifiedLog.remembered(image);

            assertRefused(Reason.ROLLED_BACK, () -> log.state(server.head(1)));
            assertRefused(Reason.ROLLED_BACK, () -> {
                ServerLog fork = ServerLog.registered();
                fork.add(AuditAction.SECRET_STORED, keyId(1), object(11));
                absorb(log, fork);
            });
            log.settle();
            assertRefused(Reason.INTEGRITY, () -> log.state(server.head(1)));
        }

        @Test
        void in_a_head_that_was_stated_before_it_could_be_reached_is_noticed() throws KeyClientException {
            store(1, 10);
            ServerLog fork = server.fork();
            store(2, 20);
            fork.add(AuditAction.SECRET_STORED, keyId(2), object(21));
            VerifiedLog log = VerifiedLog.fromTheStart(ServerLog.USER);
            log.state(fork.head());

            assertRefused(Reason.INTEGRITY, () -> absorb(log, server));
        }

        @Test
        void with_entries_that_can_not_follow_on_those_before_is_noticed() {
            for (AuditAction action :
                    List.of(AuditAction.SECRET_DELETED, AuditAction.SECRET_REPLACED, AuditAction.SECRET_RENAMED)) {
                ServerLog impossible = ServerLog.registered();
                impossible.add(action, keyId(1), object(5));
                assertRefused(Reason.INTEGRITY, () -> absorb(VerifiedLog.fromTheStart(ServerLog.USER), impossible));
            }
            ServerLog twice = ServerLog.registered();
            twice.add(AuditAction.SECRET_STORED, keyId(1), object(5));
            twice.add(AuditAction.SECRET_DELETED, keyId(1), null);
            twice.add(AuditAction.SECRET_STORED, keyId(1), object(5));
            assertRefused(Reason.INTEGRITY, () -> absorb(VerifiedLog.fromTheStart(ServerLog.USER), twice));
        }

        @Test
        void about_the_storage_key_is_noticed_when_the_log_gets_there() throws KeyClientException {
            server.add(AuditAction.PASSWORD_CHANGED, null, object(2));
            VerifiedLog log = VerifiedLog.fromTheStart(ServerLog.USER);
            log.requireStorageKey(server.head(), new LoggedObject(object(1)));

            assertRefused(Reason.INTEGRITY, () -> absorb(log, server));
            assertRefused(Reason.INTEGRITY, () -> absorb(log, server));
        }
    }

    /** Three requests side by side, in every order in which they can be sent, served and answered. */
    @Nested
    final class Requests_side_by_side {

        private static final int REQUESTS = 3;
        private static final int SEND = 0;
        private static final int SERVE = 1;
        private static final int DELIVER = 2;
        private static final int KINDS = 3;

        /** What each request does at the server. */
        private void act(ServerLog log, int kind, int request) {
            switch (kind) {
                case 0 -> log.add(AuditAction.SECRET_STORED, keyId(10 + request), object(10 + request));
                case 1 -> log.add(AuditAction.SECRET_REPLACED, keyId(1), object(20 + request));
                default -> {
                    // Only reads.
                }
            }
        }

        private void everyOrder(int[] done, List<Integer> order, Consumer<List<Integer>> use) {
            if (order.size() == REQUESTS * KINDS) {
                use.accept(order);
                return;
            }
            for (int request = 0; request < REQUESTS; request++) {
                if (done[request] <= DELIVER) {
                    done[request]++;
                    order.add(request);
                    everyOrder(done, order, use);
                    order.remove(order.size() - 1);
                    done[request]--;
                }
            }
        }

        /** Plays one order; each request is served from the log of its own that {@code shown} names. */
        private void play(List<Integer> order, int[] kinds, int[] shown) throws KeyClientException {
            List<ServerLog> logs = new ArrayList<>();
            ServerLog start = ServerLog.registered();
            start.add(AuditAction.SECRET_STORED, keyId(1), object(2));
            logs.add(start);
            logs.add(start.fork());
            VerifiedLog log = VerifiedLog.fromTheStart(ServerLog.USER);
            absorb(log, start);
            VerifiedLog.Mark[] marks = new VerifiedLog.Mark[REQUESTS];
            AuditHead[] heads = new AuditHead[REQUESTS];
            List<List<AuditEntry>> entries = new ArrayList<>(Arrays.asList(null, null, null));
            int[] done = new int[REQUESTS];
            for (int request : order) {
                ServerLog server = logs.get(shown[request]);
                switch (done[request]++) {
                    case SEND -> marks[request] = log.mark();
                    case SERVE -> {
                        act(server, kinds[request], request + 100 * shown[request]);
                        heads[request] = server.head();
                        entries.set(request, server.after(marks[request].head().n(), VerifiedLog.MAX_WITH_HEAD));
                    }
                    default -> {
                        try (VerifiedLog.Mark mark = marks[request]) {
                            log.absorb(mark, heads[request], entries.get(request));
                            requireAsServed(log, server, heads[request].n());
                        }
                    }
                }
            }
            if (Arrays.stream(shown).allMatch(which -> which == 0)) {
                assertThat(log.tip()).isEqualTo(start.head());
                assertThat(log.kept()).isEqualTo(1);
            }
        }

        /** The log tells what was stored when the answer was given, whatever has come since. */
        private void requireAsServed(VerifiedLog log, ServerLog server, long n) throws KeyClientException {
            VerifiedLog fresh = VerifiedLog.fromTheStart(ServerLog.USER);
            try (VerifiedLog.Mark mark = fresh.mark()) {
                fresh.absorb(mark, server.head(n), server.after(0, (int) n));
            }
            for (KeyId keyId : List.of(keyId(1), keyId(10), keyId(11), keyId(12))) {
                assertThat(log.at(keyId, n)).isEqualTo(fresh.at(keyId, n));
            }
            assertThat(log.livingAfter(0, n, 10)).isEqualTo(fresh.livingAfter(0, n, 10));
            log.state(server.head(n));
        }

        @Test
        void in_any_order_give_no_false_alarm() {
            int[] played = new int[1];
            everyOrder(new int[REQUESTS], new ArrayList<>(), order -> {
                for (int kinds = 0; kinds < KINDS * KINDS * KINDS; kinds++) {
                    int[] each = {kinds % KINDS, kinds / KINDS % KINDS, kinds / KINDS / KINDS};
                    assertThatCode(() -> play(order, each, new int[REQUESTS]))
                            .as("%s, %s", order, Arrays.toString(each))
                            .doesNotThrowAnyException();
                }
                played[0]++;
            });
            assertThat(played[0]).isEqualTo(1680);
        }

        @Test
        void in_any_order_show_a_fork() {
            everyOrder(new int[REQUESTS], new ArrayList<>(), order -> {
                for (int shown = 1; shown < 7; shown++) {
                    int[] each = {shown & 1, shown >> 1 & 1, shown >> 2 & 1};
                    for (int kind = 0; kind < 2; kind++) {
                        int[] kinds = {kind, kind, kind};
                        assertRefused(Reason.INTEGRITY, () -> play(order, kinds, each));
                    }
                }
            });
        }
    }
}
