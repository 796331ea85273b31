package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.Devices.Listed;
import dev.latchkey.server.store.Devices.NewDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class DevicesContract extends StoreContract {
    private static final int AT_MOST = 8;

    private final TestAccount rosa = TestAccount.random();
    private final TestAccount emma = TestAccount.random();
    private final DeviceId laptop = newDeviceId();
    private final byte[] hash = TestAccount.bytes(32);
    private final byte[] name = TestAccount.bytes(50);

    @BeforeEach
    void register() throws Exception {
        run(rosa::createIn);
        run(emma::createIn);
    }

    private static DeviceId newDeviceId() {
        return DeviceId.of(TestAccount.bytes(DeviceId.BYTES));
    }

    private List<DeviceId> add(DeviceId id, byte[] ticketHash) throws Exception {
        return in(tx -> tx.devices().add(rosa.user, new NewDevice(id, ticketHash, name), AT_MOST));
    }

    private List<DeviceId> addOneMore() throws Exception {
        return add(newDeviceId(), TestAccount.bytes(32));
    }

    private Optional<DeviceId> byTicket(UserId user, byte[] ticketHash) throws Exception {
        return in(tx -> tx.devices().byTicket(user, ticketHash));
    }

    private List<DeviceId> devices() throws Exception {
        return in(tx -> tx.devices().listOf(rosa.user)).stream().map(Listed::id).toList();
    }

    private boolean noteUse(UserId user, DeviceId id) throws Exception {
        return in(tx -> tx.devices().noteUse(user, id));
    }

    private boolean revoke(UserId user) throws Exception {
        return in(tx -> tx.devices().revoke(user, laptop));
    }

    @Test
    void byTicket_hashThatWasAdded_findsItsDevice() throws Exception {
        addOneMore();
        add(laptop, hash);
        addOneMore();

        assertThat(byTicket(rosa.user, hash)).contains(laptop);
    }

    @Test
    void byTicket_anotherHashOrOwner_findsNothing() throws Exception {
        add(laptop, hash);

        assertThat(byTicket(rosa.user, TestAccount.bytes(32))).isEmpty();
        assertThat(byTicket(emma.user, hash)).isEmpty();
        assertThat(byTicket(TestAccount.random().user, hash)).isEmpty();
    }

    @Test
    void add_again_replacesTicketAndNameInItsPlace() throws Exception {
        add(laptop, TestAccount.bytes(32));
        clock.advance(Duration.ofDays(1));

        assertThat(add(laptop, hash)).isEmpty();

        assertThat(devices()).containsExactly(laptop);
        assertThat(byTicket(rosa.user, hash)).contains(laptop);
    }

    @Test
    void add_sameIdOfAnotherOwner_isAnotherDevice() throws Exception {
        add(laptop, hash);
        run(tx -> tx.devices().add(emma.user, new NewDevice(laptop, TestAccount.bytes(32), name), AT_MOST));

        assertThat(byTicket(rosa.user, hash)).contains(laptop);
        assertThat(byTicket(emma.user, hash)).isEmpty();
    }

    @Test
    void add_theNinth_replacesTheOneUnusedLongest() throws Exception {
        add(laptop, hash);
        List<DeviceId> others = new ArrayList<>();
        for (int i = 1; i < AT_MOST; i++) {
            clock.advance(Duration.ofSeconds(1));
            others.add(newDeviceId());
            add(others.get(i - 1), TestAccount.bytes(32));
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(noteUse(rosa.user, laptop)).isTrue();
        clock.advance(Duration.ofSeconds(1));

        assertThat(addOneMore()).containsExactly(others.get(0));

        assertThat(devices()).hasSize(AT_MOST).contains(laptop).doesNotContain(others.get(0));
    }

    @Test
    void add_sixteenSideBySide_leavesNoMoreThanAllowed() throws Exception {
        List<Callable<List<DeviceId>>> adding = times(16, this::addOneMore);

        List<List<DeviceId>> replaced = sideBySide(adding);

        assertThat(devices()).hasSize(AT_MOST);
        assertThat(replaced.stream().flatMap(List::stream))
                .hasSize(8)
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(devices());
    }

    @Test
    void add_moreThanAreLookedAt_isACallersBug() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(tx -> tx.devices().add(rosa.user, new NewDevice(laptop, hash, name), 9)));
    }

    @Test
    void listOf_givesNameAndTimes_theOldestTicketFirst() throws Exception {
        add(laptop, hash);
        clock.advance(Duration.ofHours(1));
        addOneMore();
        clock.advance(Duration.ofHours(1));
        run(tx -> tx.devices().noteUse(rosa.user, laptop));

        List<Listed> listed = in(tx -> tx.devices().listOf(rosa.user));

        assertThat(listed).hasSize(2);
        assertThat(listed.get(0).id()).isEqualTo(laptop);
        assertThat(listed.get(0).sealedName()).isEqualTo(name);
        assertThat(listed.get(0).lastUsedMillis() - listed.get(0).addedMillis())
                .isBetween(Duration.ofHours(2).toMillis(), Duration.ofHours(2).toMillis() + 30_000);
        assertThat(listed.get(1).lastUsedMillis()).isEqualTo(listed.get(1).addedMillis());
    }

    @Test
    void noteUse_unknownDevice_isRefused() throws Exception {
        add(laptop, hash);

        assertThat(noteUse(rosa.user, newDeviceId())).isFalse();
        assertThat(noteUse(emma.user, laptop)).isFalse();
    }

    @Test
    void revoke_itsTicketIsVoid_andNoOther() throws Exception {
        byte[] others = TestAccount.bytes(32);
        add(laptop, hash);
        add(newDeviceId(), others);

        assertThat(revoke(emma.user)).isFalse();
        assertThat(revoke(rosa.user)).isTrue();

        assertThat(byTicket(rosa.user, hash)).isEmpty();
        assertThat(byTicket(rosa.user, others)).isPresent();
        assertThat(revoke(rosa.user)).isFalse();
    }

    @Test
    void revokeAllOf_voidsThatOwnersAlone() throws Exception {
        add(laptop, hash);
        byte[] emmas = TestAccount.bytes(32);
        run(tx -> tx.devices().add(emma.user, new NewDevice(laptop, emmas, name), AT_MOST));

        run(tx -> tx.devices().revokeAllOf(rosa.user));

        assertThat(devices()).isEmpty();
        assertThat(byTicket(emma.user, emmas)).contains(laptop);
    }

    @Test
    void devices_surviveARestart() throws Exception {
        add(laptop, hash);

        reopen(options -> options);

        assertThat(byTicket(rosa.user, hash)).contains(laptop);
    }

    @Test
    void devices_afterAChangeOfCredentials_stillOpen() throws Exception {
        add(laptop, hash);
        try (SecretBytes record = SecretBytes.copyOf(TestAccount.bytes(192));
                SecretBytes seed = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> tx.accounts()
                    .changeCredentials(rosa.user, 1, new NewCredentials(record, seed, TestAccount.bytes(93))));
        }

        assertThat(byTicket(rosa.user, hash)).contains(laptop);
    }

    @Test
    void devices_ofADeletedAccount_areGone() throws Exception {
        add(laptop, hash);

        run(tx -> tx.accounts().delete(rosa.user));

        assertThat(byTicket(rosa.user, hash)).isEmpty();
        assertThat(devices()).isEmpty();
    }

    @Test
    void ticketHashes_ofAnAccount_areThoseOfItsDevicesAlone() throws Exception {
        byte[] second = TestAccount.bytes(32);
        add(laptop, hash);
        add(newDeviceId(), second);

        List<byte[]> hashes = in(tx -> tx.devices().ticketHashes(rosa.user));

        assertThat(hashes).containsExactlyInAnyOrder(hash, second);
        List<byte[]> others = in(tx -> tx.devices().ticketHashes(emma.user));
        assertThat(others).isEmpty();
    }
}
