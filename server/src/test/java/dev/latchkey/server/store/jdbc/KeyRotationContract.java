package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.KeyRotation.Version;
import dev.latchkey.server.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

abstract class KeyRotationContract extends StoreContract {

    /** More rows of a table than one step takes. */
    private static final int MANY = 40;

    private static Progress toTheEnd(KeyRotation rotation) throws Exception {
        Progress progress = rotation.begin();
        while (!progress.state().ends()) {
            progress = rotation.step();
        }
        return progress;
    }

    private List<Integer> versions() throws Exception {
        return store().keyRotation().status().versions().stream()
                .map(Version::version)
                .toList();
    }

    /** Of every value in every sealed column, the version of the key that it names. */
    private List<Integer> versionsInUse() {
        return testDatabase()
                .hands()
                .withHandle(handle -> Stream.of(
                                "SELECT server_private_key, enumeration_key FROM deployment",
                                "SELECT account_name, record, oprf_seed, storage_key FROM accounts",
                                "SELECT descriptor, secret FROM secrets WHERE deleted_at IS NULL",
                                "SELECT ticket_hash, name FROM devices")
                        .flatMap(query -> handle
                                .createQuery(query)
                                .map((row, context) -> {
                                    List<Integer> found = new ArrayList<>();
                                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                                        found.add((int) row.getBytes(i)[4]);
                                    }
                                    return found;
                                })
                                .list()
                                .stream()
                                .flatMap(List::stream))
                        .distinct()
                        .toList());
    }

    @Test
    void step_toTheEnd_leavesEverythingUnderTheNewKeyAlone() throws Exception {
        TestOwner rosa = TestOwner.register(store(), "rosa");
        rosa.delete(rosa.secrets.get(0));

        Progress progress = toTheEnd(store().keyRotation());

        assertThat(progress).isEqualTo(new Progress(2, State.DONE, 5, 5, 0, 0));
        assertThat(versions()).containsExactly(2);
        assertThat(versionsInUse()).containsExactly(2);
        assertThat(rosa.isWholeIn(store())).isTrue();
        reopen(options -> options);
        assertThat(rosa.isWholeIn(store())).isTrue();
        assertThat(toTheEnd(store().keyRotation()).target()).isEqualTo(3);
        assertThat(versionsInUse()).containsExactly(3);
    }

    @Test
    void step_afterTheServerWasReplaced_goesOnWhereTheLastOneStood() throws Exception {
        List<TestOwner> owners = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            owners.add(TestOwner.register(store(), "owner" + i));
        }
        store().keyRotation().begin();
        Progress stood = store().keyRotation().begin();
        for (int i = 0; i < 3; i++) {
            stood = store().keyRotation().step();
        }
        reopen(options -> options);

        assertThat(store().keyRotation().begin()).isEqualTo(stood);
        assertThat(stood.done()).isEqualTo(1 + MANY);
        assertThat(versionsInUse()).containsExactlyInAnyOrder(1, 2);

        Progress progress = toTheEnd(store().keyRotation());

        assertThat(progress).isEqualTo(new Progress(2, State.DONE, 1 + 5 * MANY, 1 + 5 * MANY, 0, 0));
        assertThat(versionsInUse()).containsExactly(2);
        for (TestOwner owner : owners) {
            assertThat(owner.isWholeIn(store())).isTrue();
        }
    }

    @Test
    void step_overARowThatDoesNotOpen_leavesItAndItsKeyAndSaysSo() throws Exception {
        TestOwner rosa = TestOwner.register(store(), "rosa");
        TestOwner emma = TestOwner.register(store(), "emma");
        byte[] damaged = testDatabase().hands().withHandle(handle -> {
            byte[] record = record(rosa);
            record[60] ^= 1;
            handle.execute("UPDATE accounts SET record = ? WHERE user_id = ?", record, rosa.user.toByteArray());
            return record;
        });

        Progress progress = toTheEnd(store().keyRotation());

        assertThat(progress).isEqualTo(new Progress(2, State.OLD_KEYS_KEPT, 11, 11, 1, 1));
        assertThat(versions()).containsExactly(1, 2);
        assertThat(record(rosa)).isEqualTo(damaged);
        assertThat(emma.isWholeIn(store())).isTrue();
    }

    private byte[] record(TestOwner owner) {
        return testDatabase()
                .hands()
                .withHandle(handle -> handle.createQuery("SELECT record FROM accounts WHERE user_id = ?")
                        .bind(0, owner.user.toByteArray())
                        .mapTo(byte[].class)
                        .one());
    }

    @Test
    void step_withoutARenewal_isRefused() {
        assertThatIllegalStateException().isThrownBy(() -> store().keyRotation().step());
    }

    @Test
    void step_whileOwnersWork_failsNobodyAndLeavesNothingBehind() throws Exception {
        List<Store> servers = servers();
        AtomicBoolean over = new AtomicBoolean();
        List<Callable<TestOwner>> tasks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = "owner" + i;
            Store server = servers.get(i % servers.size());
            tasks.add(() -> work(TestOwner.register(server, name), over));
        }
        tasks.add(() -> {
            try {
                for (int i = 0; i < 3; i++) {
                    assertThat(toTheEnd(store().keyRotation()).state()).isEqualTo(State.DONE);
                }
            } finally {
                over.set(true);
            }
            return null;
        });

        List<TestOwner> owners = sideBySide(tasks).subList(0, 6);

        assertThat(versions()).containsExactly(4);
        assertThat(versionsInUse()).containsExactly(4);
        for (TestOwner owner : owners) {
            for (Store server : servers) {
                assertThat(owner.isWholeIn(server)).isTrue();
            }
        }
        servers.stream().filter(server -> server != store()).forEach(Store::close);
    }

    /** All that share the database, the one of this test first. */
    List<Store> servers() throws Exception {
        return List.of(store());
    }

    private static TestOwner work(TestOwner owner, AtomicBoolean over) throws Exception {
        do {
            owner.delete(owner.replace(owner.storeSecret()));
            owner.revoke(owner.addDevice(TestAccount.bytes(16)));
            owner.changePassword();
        } while (!over.get());
        return owner;
    }
}
