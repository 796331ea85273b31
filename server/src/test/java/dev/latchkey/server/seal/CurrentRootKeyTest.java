package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.RootKeyException.Reason;
import dev.latchkey.server.seal.RootKeySource.InFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A root key that replaces itself, and where its next one may come from. */
final class CurrentRootKeyTest {
    private static final Cell CELL = Cell.of("data_keys", "wrapped").row(1);

    private final SecureRandom random = new SecureRandom();
    private final RootKey next = RootKey.generate(random);
    private final byte[] nextFingerprint = next.fingerprint();

    @TempDir
    private Path folder;

    private CurrentRootKey current;
    private byte[] first;

    @BeforeEach
    void open() throws Exception {
        Path file = folder.resolve("root.key");
        RootKeyFile.create(file, random).close();
        current = CurrentRootKey.open(new InFile(file), random, () -> 0);
        first = current.fingerprint();
    }

    @AfterEach
    void close() {
        current.close();
        next.close();
    }

    /** A transaction that began before the change may ask last. */
    @Test
    void require_theOneBeforeAfterItWasReplaced_givesItAndTheNextOneAgain() {
        current.offer(next);
        current.require(nextFingerprint);

        current.require(first);
        assertThat(current.fingerprint()).isEqualTo(first);
        current.require(nextFingerprint);

        assertThat(current.fingerprint()).isEqualTo(nextFingerprint);
        try (SecretBytes key = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random)) {
            assertThat(current.wrapUnder(nextFingerprint, key, CELL)).isNotEmpty();
        }
    }

    @Test
    void withdraw_ofOneThatWasNotTaken_closesIt() {
        current.offer(next);

        current.withdraw(next);

        assertThatExceptionOfType(RootKeyUnavailableException.class).isThrownBy(() -> current.require(nextFingerprint));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> next.key().exposed());
    }

    @Test
    void withdraw_ofOneThatWasTaken_leavesItInUse() {
        current.offer(next);
        current.require(nextFingerprint);

        current.withdraw(next);

        assertThat(current.fingerprint()).isEqualTo(nextFingerprint);
        assertThat(next.key().exposed()).hasSize(RootKey.BYTES);
    }

    @Test
    void seen_ofAnotherFileOrNone_isRefused() throws Exception {
        InFile here = new InFile(folder.resolve("root.key"));
        String fingerprint = HexFormat.of().formatHex(first);

        new SeenRootKey(here, fingerprint).open(random).close();

        assertNotSeen(here, HexFormat.of().formatHex(nextFingerprint));
        assertNotSeen(new InFile(folder.resolve("none.key")), fingerprint);
    }

    private void assertNotSeen(InFile file, String fingerprint) {
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> new SeenRootKey(file, fingerprint).open(random))
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.NOT_SEEN);
        assertThat(folder.resolve("none.key")).doesNotExist();
    }
}
