package dev.latchkey.client;

import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which devices a log says there are, now and a few entries ago. */
final class DeviceIndexTest {

    private final DeviceIndex index = new DeviceIndex(0, List.of());
    private long n;

    private static DeviceId device(int number) {
        return DeviceId.of(ByteBuffer.allocate(16).putInt(number).array());
    }

    private static byte[] added(int number, int name) {
        return DeviceObject.added(device(number), new byte[name]);
    }

    private AuditEntry entry(AuditAction action, byte[] object) {
        n++;
        return AuditEntry.of(n, n, action, AuditOutcome.DONE).withObject(object);
    }

    private void add(int number, int name) throws KeyClientException {
        index.add(entry(AuditAction.DEVICE_ADDED, added(number, name)));
    }

    private void remove(int number) throws KeyClientException {
        index.remove(entry(AuditAction.DEVICE_REVOKED, DeviceObject.revoked(device(number))));
    }

    private static List<LoggedObject> objects(byte[]... objects) {
        return List.of(objects).stream().map(LoggedObject::new).toList();
    }

    @Test
    void devices_are_those_added_and_not_revoked_as_of_any_entry() throws KeyClientException {
        add(1, 40);
        add(2, 40);
        remove(1);

        assertThat(index.at(0)).isEmpty();
        assertThat(index.at(1)).isEqualTo(objects(added(1, 40)));
        assertThat(index.at(2)).isEqualTo(objects(added(1, 40), added(2, 40)));
        assertThat(index.at(3)).isEqualTo(objects(added(2, 40)));
        assertThat(index.at(9)).isEqualTo(index.at(3));
    }

    @Test
    void device_added_again_is_the_newest_under_its_new_name() throws KeyClientException {
        add(1, 40);
        add(2, 40);
        add(1, 41);

        assertThat(index.at(n)).isEqualTo(objects(added(2, 40), added(1, 41)));
    }

    @Test
    void change_of_the_password_ends_them_all() throws KeyClientException {
        add(1, 40);
        index.removeAll(entry(AuditAction.PASSWORD_CHANGED, new byte[32]));
        add(2, 40);

        assertThat(index.at(2)).isEmpty();
        assertThat(index.at(3)).isEqualTo(objects(added(2, 40)));
    }

    @Test
    void what_is_forgotten_leaves_the_state_at_that_entry() throws KeyClientException {
        add(1, 40);
        add(2, 40);
        remove(1);

        index.forgetBefore(2);

        assertThat(index.at(1)).isEmpty();
        assertThat(index.at(2)).hasSize(2);
        assertThat(index.at(3)).hasSize(1);
    }

    @Test
    void what_can_not_have_happened_is_refused() throws KeyClientException {
        for (int i = 0; i < DeviceIndex.MAX_DEVICES; i++) {
            add(i, 40);
        }

        assertRefused(Reason.INTEGRITY, () -> add(99, 40));
        assertRefused(Reason.INTEGRITY, () -> remove(99));
        assertRefused(
                Reason.INTEGRITY, () -> index.add(AuditEntry.of(50, 1, AuditAction.DEVICE_ADDED, AuditOutcome.DONE)));
        assertThat(index.at(n)).hasSize(DeviceIndex.MAX_DEVICES);
    }
}
