package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.server.seal.RootKeyException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done twice or goes wrong, every root key that there was is still there. */
final class RootKeyPlaceTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    private Path file;
    private Path next;
    private RootKeyPlace place;
    private String first;
    private String second;

    @BeforeEach
    void make() throws Exception {
        file = folder.resolve("root.key");
        next = folder.resolve("next.key");
        place = new RootKeyPlace(file, random);
        RootKeyFile.create(file, random).close();
        place.make(next);
        first = fingerprint(file);
        second = fingerprint(next);
    }

    private String fingerprint(Path of) throws RootKeyException {
        try (RootKey key = RootKeyFile.load(of, random)) {
            return HexFormat.of().formatHex(key.fingerprint());
        }
    }

    private Path kept(String fingerprint) {
        return folder.resolve("root.key." + fingerprint.substring(0, 8));
    }

    @Test
    void put_isThereAndTheOneBeforeIsKeptUnderItsFingerprint() throws Exception {
        assertThat(place.put(next)).contains(kept(first));

        assertThat(fingerprint(file)).isEqualTo(second);
        assertThat(fingerprint(kept(first))).isEqualTo(first);
        assertThat(fingerprint(next)).isEqualTo(second);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file, next, kept(first), kept(second));
        }
    }

    @Test
    void put_twice_changesNothing() throws Exception {
        place.put(next);

        assertThat(place.put(next)).isEmpty();

        assertThat(fingerprint(file)).isEqualTo(second);
        assertThat(fingerprint(kept(first))).isEqualTo(first);
    }

    /** Before the database is put under it: where it came from may be memory, or not on the disk yet. */
    @Test
    void keep_hasTheNextOneHereToo_whateverBecomesOfWhereItCameFrom() throws Exception {
        assertThat(place.keep(next)).contains(kept(first));
        Files.delete(next);

        assertThat(place.put(kept(second))).contains(kept(first));

        assertThat(fingerprint(file)).isEqualTo(second);
        assertThat(fingerprint(kept(second))).isEqualTo(second);
        assertThat(Files.isSameFile(file, kept(second)))
                .as("wiped with the one that is kept")
                .isFalse();
        assertThat(Files.getOwner(kept(second))).isEqualTo(Files.getOwner(file));
    }

    @Test
    void keep_ofTheOneThatIsHere_makesNothing() throws Exception {
        assertThat(place.keep(file)).isEmpty();

        assertThat(kept(first)).doesNotExist();
    }

    @Test
    void put_whereAnotherHasTheNameOfTheNext_leavesAllAsItWas() throws Exception {
        RootKeyFile.create(kept(second), random).close();
        String other = fingerprint(kept(second));

        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> place.put(next))
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.REPLACED);

        assertThat(fingerprint(file)).isEqualTo(first);
        assertThat(fingerprint(kept(second))).isEqualTo(other);
    }

    @Test
    void put_againAndAgain_keepsThemAll() throws Exception {
        place.put(next);
        Path third = folder.resolve("third.key");
        place.make(third);

        assertThat(place.put(third)).contains(kept(second));
        assertThat(place.put(kept(first))).contains(kept(fingerprint(third)));

        assertThat(fingerprint(file)).isEqualTo(first);
        assertThat(fingerprint(kept(first))).isEqualTo(first);
        assertThat(fingerprint(kept(second))).isEqualTo(second);
    }

    @Test
    void put_afterItWasInterrupted_doesWhatIsLeft() throws Exception {
        assertThat(place.keep(next)).contains(kept(first));

        assertThat(place.put(next)).contains(kept(first));

        assertThat(fingerprint(file)).isEqualTo(second);
    }

    @Test
    void put_whereNoneIs_isThere() throws Exception {
        Files.delete(file);

        assertThat(place.put(next)).isEqualTo(Optional.empty());

        assertThat(fingerprint(file)).isEqualTo(second);
    }

    @Test
    void put_whereALinkLeadsToIt_keepsTheLink() throws Exception {
        Path whole = Files.move(file, folder.resolve("whole.key"));
        Files.createSymbolicLink(file, whole);

        assertThat(place.put(next)).contains(kept(first));

        assertThat(Files.isSymbolicLink(file)).isTrue();
        assertThat(fingerprint(whole)).isEqualTo(second);
        assertThat(fingerprint(kept(first))).isEqualTo(first);
    }

    @Test
    void put_whereAnotherHasTheNameToKeepItUnder_leavesAllAsItWas() throws Exception {
        RootKeyFile.create(kept(first), random).close();
        String other = fingerprint(kept(first));

        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> place.put(next))
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.REPLACED);

        assertThat(fingerprint(file)).isEqualTo(first);
        assertThat(fingerprint(kept(first))).isEqualTo(other);
    }

    @Test
    void make_whereSomethingIs_leavesItAsItIs() throws Exception {
        place.make(next);

        assertThat(fingerprint(next)).isEqualTo(second);
        assertThat(Files.getOwner(next)).isEqualTo(Files.getOwner(file));
    }
}
