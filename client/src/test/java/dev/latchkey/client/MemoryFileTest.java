package dev.latchkey.client;

import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Refusals.assertRefused;
import static dev.latchkey.client.ServerLog.keyId;
import static dev.latchkey.client.ServerLog.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file in which a device remembers an account, and what a session writes there. */
final class MemoryFileTest {

    private static final ServerAddress SERVER = new ServerAddress("keys.example.org", 7443);
    private static final ServerIdentity IDENTITY = new ServerIdentity(object(7), object(8));

    @TempDir
    private Path parent;

    private Path folder;
    private MemoryFile file;

    @BeforeEach
    void nameFile() {
        folder = parent.resolve("memory");
        file = new MemoryFile(folder, SERVER, name("alice"));
    }

    private static Remembered remembered(long n) {
        AuditIndex.Line line =
                new AuditIndex.Line(keyId(1), 1, new LoggedObject(object(2)), new LoggedObject(object(3)));
        return new Remembered(
                IDENTITY,
                new LogImage(
                        ServerLog.USER,
                        AuditHead.of(n, object((int) n)),
                        new LoggedObject(object(4)),
                        List.of(line),
                        List.of(keyId(9)),
                        List.of(new LoggedObject(object(10)))));
    }

    private Path path() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(".memory"))
                    .findAny()
                    .orElseThrow();
        }
    }

    @Nested
    final class A_file {

        @Test
        void that_is_not_there_says_nothing() throws KeyClientException {
            assertThat(file.read()).isEmpty();
            assertThat(folder).doesNotExist();
        }

        @Test
        void gives_back_what_was_written() throws KeyClientException {
            file.overwrite(remembered(5));

            assertThat(file.read()).contains(remembered(5));
        }

        @Test
        void of_the_version_before_devices_is_read_without_any() throws KeyClientException, IOException {
            file.overwrite(remembered(5));
            byte[] now = Files.readAllBytes(path());
            int devices = Integer.BYTES + LoggedObject.BYTES;
            byte[] before = Arrays.copyOf(now, now.length - Hashes.BYTES - devices);
            before["latchkey memory".length()] = 1;
            Files.write(path(), before);
            Files.write(path(), Hashes.sha3_256(before), StandardOpenOption.APPEND);

            LogImage log = file.read().orElseThrow().log();

            assertThat(log.devices()).isEmpty();
            assertThat(log.deleted()).isEqualTo(remembered(5).log().deleted());
        }

        @Test
        void is_for_its_owner_alone() throws KeyClientException, IOException {
            file.overwrite(remembered(5));

            assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(path())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }

        @Test
        void name_tells_neither_account_nor_server() throws KeyClientException, IOException {
            file.overwrite(remembered(5));
            new MemoryFile(folder, SERVER, name("bob")).overwrite(remembered(6));
            new MemoryFile(folder, new ServerAddress("keys.example.org", 7444), name("alice")).overwrite(remembered(7));

            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.map(path -> path.getFileName().toString()).toList())
                        .hasSize(4)
                        .contains("lock")
                        .allMatch(name -> name.equals("lock") || name.matches("[0-9a-f]{32}\\.memory"));
            }
            assertThat(file.read()).contains(remembered(5));
        }

        @Test
        void with_any_damaged_byte_is_unusable() throws KeyClientException, IOException {
            file.overwrite(remembered(5));
            byte[] good = Files.readAllBytes(path());
            for (int i = 0; i < good.length; i++) {
                byte[] bad = good.clone();
                bad[i] ^= 1;
                Files.write(path(), bad);
                assertRefused(Reason.MEMORY_UNUSABLE, file::read);
            }
        }

        @Test
        void cut_anywhere_is_unusable() throws KeyClientException, IOException {
            file.overwrite(remembered(5));
            byte[] good = Files.readAllBytes(path());
            for (int length = 0; length < good.length; length++) {
                Files.write(path(), Arrays.copyOf(good, length));
                assertRefused(Reason.MEMORY_UNUSABLE, file::read);
            }
        }

        @Test
        void of_another_account_is_unusable() throws KeyClientException, IOException {
            file.overwrite(remembered(5));
            Path alices = path();
            MemoryFile bobs = new MemoryFile(parent, SERVER, name("bob"));
            bobs.overwrite(remembered(6));
            try (Stream<Path> files = Files.list(parent)) {
                Path path = files.filter(other -> other.toString().endsWith(".memory"))
                        .findAny()
                        .orElseThrow();
                Files.write(path, Files.readAllBytes(alices));
            }

            assertRefused(Reason.MEMORY_UNUSABLE, bobs::read);
        }

        @Test
        void that_can_not_be_written_is_no_doubt_about_the_server() throws IOException {
            Files.writeString(folder, "a file in the place of the folder");

            KeyClientException failure = assertRefused(Reason.MEMORY_UNWRITABLE, () -> file.overwrite(remembered(5)));
            assertThat(failure).hasMessageContaining(folder.toString());
        }

        @Test
        void of_arbitrary_bytes_is_unusable() throws IOException, KeyClientException {
            file.overwrite(remembered(5));
            Random random = new Random(1);
            for (int i = 0; i < 200; i++) {
                byte[] bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                Files.write(path(), bytes);
                assertRefused(Reason.MEMORY_UNUSABLE, file::read);
            }
        }

        @Test
        void that_is_forgotten_is_gone() throws KeyClientException {
            file.overwrite(remembered(5));
            file.forget();
            file.forget();

            assertThat(file.read()).isEmpty();
        }
    }

    @Nested
    final class A_session {

        private final ServerLog server = ServerLog.registered();

        private VerifiedLog grown(VerifiedLog log, ServerLog from) throws KeyClientException {
            try (VerifiedLog.Mark mark = log.mark()) {
                log.absorb(mark, from.head(), from.after(mark.head().n(), VerifiedLog.MAX_WITH_HEAD));
            }
            return log;
        }

        private SessionMemory begun(VerifiedLog log) throws KeyClientException {
            return Recollection.of(file, file.read(), false).memory(log, IDENTITY);
        }

        private VerifiedLog recalled() throws KeyClientException {
            return Recollection.of(file, file.read(), false).log(ServerLog.USER);
        }

        private void store(ServerLog log, int key) {
            log.add(AuditAction.SECRET_STORED, keyId(key), object(key));
        }

        private AuditHead written() throws KeyClientException {
            return file.read().orElseThrow().log().head();
        }

        private VerifiedLog rememberedOnce() throws KeyClientException {
            VerifiedLog log = VerifiedLog.fromTheStart(ServerLog.USER);
            SessionMemory memory = begun(log);
            grown(log, server);
            memory.remember();
            return log;
        }

        @Test
        void writes_what_was_verified_and_goes_on_from_it() throws KeyClientException {
            rememberedOnce();
            assertThat(written()).isEqualTo(server.head());

            store(server, 1);
            VerifiedLog log = recalled();
            SessionMemory memory = begun(log);
            grown(log, server);
            memory.remember();

            assertThat(memory.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
            assertThat(written()).isEqualTo(server.head());
        }

        @Test
        void never_goes_back_behind_another_one() throws KeyClientException {
            rememberedOnce();
            VerifiedLog slow = recalled();
            SessionMemory slowMemory = begun(slow);
            VerifiedLog quick = recalled();
            SessionMemory quickMemory = begun(quick);
            store(server, 1);
            grown(slow, server);
            store(server, 2);
            grown(quick, server);
            quickMemory.remember();

            slowMemory.remember();
            assertThat(written()).isEqualTo(server.head());

            store(server, 3);
            grown(slow, server);
            slowMemory.remember();
            assertThat(written()).isEqualTo(server.head());
        }

        @Test
        void that_is_shown_another_log_than_a_newer_one_notices_it() throws KeyClientException {
            rememberedOnce();
            VerifiedLog slow = recalled();
            SessionMemory slowMemory = begun(slow);
            VerifiedLog quick = recalled();
            SessionMemory quickMemory = begun(quick);
            ServerLog fork = server.fork();
            store(server, 1);
            grown(quick, server);
            quickMemory.remember();
            AuditHead seen = written();
            store(fork, 2);
            grown(slow, fork);

            assertRefused(Reason.ROLLED_BACK, slowMemory::remember);
            assertThat(written()).isEqualTo(seen);
        }

        @Test
        void that_is_behind_notices_another_log_when_it_gets_there() throws KeyClientException {
            rememberedOnce();
            VerifiedLog slow = recalled();
            SessionMemory slowMemory = begun(slow);
            VerifiedLog quick = recalled();
            SessionMemory quickMemory = begun(quick);
            ServerLog fork = server.fork();
            store(server, 1);
            store(server, 2);
            grown(quick, server);
            quickMemory.remember();
            server.fork();
            store(fork, 1);
            store(fork, 3);
            ServerLog behind = new ServerLog();
            fork.after(0, 2).forEach(behind::add);
            grown(slow, behind);
            slowMemory.remember();
            slow.settle();

            assertRefused(Reason.INTEGRITY, () -> grown(slow, fork));
        }

        @Test
        void leaves_forgotten_what_was_forgotten_meanwhile() throws KeyClientException {
            rememberedOnce();
            VerifiedLog log = recalled();
            SessionMemory memory = begun(log);
            store(server, 1);
            grown(log, server);
            file.forget();

            memory.remember();

            assertThat(file.read()).isEmpty();
        }

        @Test
        void leaves_what_another_one_has_accepted() throws KeyClientException {
            store(server, 1);
            rememberedOnce();
            VerifiedLog log = recalled();
            SessionMemory memory = begun(log);
            store(server, 2);
            grown(log, server);
            ServerLog older = ServerLog.registered();
            VerifiedLog accepted = VerifiedLog.fromTheStart(ServerLog.USER);
            SessionMemory other = Recollection.anew(file).memory(accepted, IDENTITY);
            grown(accepted, older);
            other.remember();

            memory.close();

            assertThat(written()).isEqualTo(older.head());
        }

        @Test
        void without_a_file_writes_nothing() throws KeyClientException {
            try (SessionMemory memory = SessionMemory.none()) {
                memory.remember();
                memory.forget();

                assertThat(memory.history()).isEqualTo(History.FIRST_SEEN);
            }
            assertThat(file.read()).isEqualTo(Optional.empty());
        }
    }
}
