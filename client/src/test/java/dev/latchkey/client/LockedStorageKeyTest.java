package dev.latchkey.client;

import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

final class LockedStorageKeyTest {

    private final SecureRandom random = new SecureRandom();
    private final SecretBytes exportKey = SecretBytes.random(StorageKeyEnvelope.EXPORT_KEY_BYTES, random);
    private final UserId userId = UserId.random(random);
    private final Label label = Loopback.label("label");

    private byte[] envelopeOf(StorageKey storageKey) {
        return StorageKeyEnvelope.seal(exportKey, userId, storageKey, random);
    }

    @Test
    void unlock_gives_the_key_anew_each_time() throws KeyClientException {
        try (StorageKey original = StorageKey.generate(random);
                LockedStorageKey locked = new LockedStorageKey(exportKey, userId, envelopeOf(original))) {
            byte[] tag = LabelTag.of(original, label);
            try (StorageKey first = locked.unlock()) {
                assertThat(LabelTag.of(first, label)).isEqualTo(tag);
            }
            try (StorageKey second = locked.unlock()) {
                assertThat(LabelTag.of(second, label)).isEqualTo(tag);
            }
        }
    }

    @Test
    void unlock_for_another_user_is_an_integrity_failure() {
        try (StorageKey original = StorageKey.generate(random);
                LockedStorageKey locked =
                        new LockedStorageKey(exportKey, UserId.random(random), envelopeOf(original))) {
            assertRefused(Reason.INTEGRITY, locked::unlock);
        }
    }

    @Test
    void close_wipes_the_export_key_and_ends_the_session() {
        LockedStorageKey locked = new LockedStorageKey(exportKey, userId, new byte[StorageKeyEnvelope.BYTES]);
        byte[] live = exportKey.exposed();

        locked.close();

        assertThat(live).containsOnly(0);
        assertThatThrownBy(exportKey::exposed).isInstanceOf(IllegalStateException.class);
        assertRefused(Reason.SESSION_ENDED, locked::unlock);
    }

    @Test
    void text_shows_nothing() {
        try (LockedStorageKey locked = new LockedStorageKey(exportKey, userId, new byte[93])) {
            assertThat(locked).hasToString("LockedStorageKey[REDACTED]");
        }
    }
}
