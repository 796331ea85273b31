package dev.latchkey.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.admin.AdminAnswer.AccountDeleted;
import dev.latchkey.server.admin.AdminAnswer.AccountShown;
import dev.latchkey.server.admin.AdminAnswer.AccountUnlocked;
import dev.latchkey.server.admin.AdminAnswer.BackupTaken;
import dev.latchkey.server.admin.AdminAnswer.Failed;
import dev.latchkey.server.admin.AdminAnswer.Holdings;
import dev.latchkey.server.admin.AdminAnswer.Reason;
import dev.latchkey.server.admin.AdminAnswer.SessionsClosed;
import dev.latchkey.server.admin.AdminRequest.CloseAllSessions;
import dev.latchkey.server.admin.AdminRequest.CloseSessions;
import dev.latchkey.server.admin.AdminRequest.DeleteAccount;
import dev.latchkey.server.admin.AdminRequest.ShowAccount;
import dev.latchkey.server.admin.AdminRequest.TakeBackup;
import dev.latchkey.server.admin.AdminRequest.UnlockAccount;
import dev.latchkey.server.backup.BackupFile;
import dev.latchkey.server.backup.BackupWriter;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.Accounts.NewAccount;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.Devices.NewDevice;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.jdbc.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminSocketTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int UNITS = 10;

    private final RootKey rootKey = RootKey.generate(RANDOM);
    private Path sockets;
    private Path path;
    private Store store;
    private BackupWriter backups;
    private AdminSocket socket;

    private int names;
    private Owner rosa;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        sockets = Files.createDirectory(folder.resolve("sockets"));
        path = sockets.resolve("admin.sock");
        StoreOptions options =
                StoreOptions.of(new SqliteFile(folder.resolve("data").resolve("latchkey.db")), rootKey, RANDOM);
        // What waits for the writer here waits longer than whoever renews keys does.
        store = Stores.open(options.patience(PATIENCE));
        backups = new BackupWriter(store, options);
        socket = AdminSocket.open(path, store, backups, RANDOM, PATIENCE);
    }

    @AfterAll
    void stop() {
        socket.close();
        store.close();
        rootKey.close();
    }

    @BeforeEach
    void register() throws Exception {
        rosa = new Owner("rosa-" + names++);
    }

    private AdminAnswer ask(AdminRequest request) throws AdminClientException {
        return new AdminClient(path, PATIENCE).ask(request);
    }

    private AccountShown shown(Owner owner) throws AdminClientException {
        return (AccountShown) ask(new ShowAccount(owner.name));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** All that comes back for these bytes before the other side ends the connection. */
    private static byte[] raw(Path to, byte[] sent) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(to))) {
            channel.write(ByteBuffer.wrap(sent));
            channel.shutdownOutput();
            return Channels.newInputStream(channel).readAllBytes();
        }
    }

    private static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(4 + message.length)
                .putInt(message.length)
                .put(message)
                .array();
    }

    /** Somebody with one of everything, in which nothing is like anything else. */
    private final class Owner {
        final String name;
        final NameTag tag;
        final UserId user = UserId.random(RANDOM);
        final byte[] record = bytes(192);
        final byte[] seed = bytes(64);
        final byte[] storageKey = bytes(93);
        final byte[] deviceName = bytes(50);
        final byte[] ticketHash = bytes(32);
        final byte[] sessionKeys = bytes(64);
        final SealedSecret secret =
                new SealedSecret(KeyId.derive(user, bytes(32), bytes(32)), bytes(16), bytes(60), bytes(200));

        Owner(String name) throws Exception {
            this.name = name;
            this.tag = NameTag.of(AccountName.of(name), store.deployment().enumerationKey());
            try (SecretBytes recordBytes = SecretBytes.copyOf(record);
                    SecretBytes seedBytes = SecretBytes.copyOf(seed);
                    SecretBytes keys = SecretBytes.copyOf(sessionKeys)) {
                store.transact(tx -> {
                    tx.accounts()
                            .create(new NewAccount(
                                    tag, name.getBytes(UTF_8), user, recordBytes, seedBytes, storageKey));
                    tx.secrets().allocate(user, List.of(secret.keyId()), Duration.ofHours(1), 9);
                    tx.secrets().store(user, secret, 1, 9);
                    tx.devices().add(user, new NewDevice(DeviceId.of(bytes(16)), ticketHash, deviceName), 8);
                    tx.sessions()
                            .open(
                                    new NewSession(
                                            SessionId.random(RANDOM),
                                            user,
                                            2,
                                            1,
                                            keys,
                                            Duration.ofMinutes(5),
                                            Duration.ofHours(1)),
                                    16);
                    return null;
                });
            }
        }

        BudgetTag deviceBudget() {
            return BudgetTag.ofTicket(ticketHash, store.deployment().enumerationKey());
        }

        int taken(BudgetTag budget, int units) throws Exception {
            return store.transact(tx -> {
                for (int i = 0; i < units; i++) {
                    tx.ledger().take(tag, budget, SessionId.random(RANDOM));
                }
                return tx.ledger().budget(budget).left();
            });
        }

        /** What the server keeps of this owner's and must not tell. */
        List<byte[]> sealed() {
            return List.of(
                    record,
                    seed,
                    storageKey,
                    deviceName,
                    ticketHash,
                    sessionKeys,
                    secret.labelTag(),
                    secret.descriptor(),
                    secret.secret());
        }
    }

    @Nested
    class What_an_operator_asks_for {
        @Test
        void show_anAccount_saysWhatItHolds() throws Exception {
            rosa.taken(BudgetTag.of(rosa.tag), 3);

            AccountShown shown = shown(rosa);

            assertThat(shown.user()).isEqualTo(rosa.user);
            assertThat(shown.times().created()).isPositive();
            assertThat(shown.times().lastLogin()).isZero();
            assertThat(shown.version().credentials()).isEqualTo(1);
            assertThat(shown.version().logHead()).hasSize(64);
            assertThat(shown.holdings()).isEqualTo(new Holdings(1, 1, 1, 3));
            assertThat(shown.budget().left()).isEqualTo(UNITS - 3);
        }

        @Test
        void unlock_lockedOut_givesTheNameAndItsDevicesAllBack() throws Exception {
            assertThat(rosa.taken(BudgetTag.of(rosa.tag), UNITS)).isZero();
            assertThat(rosa.taken(rosa.deviceBudget(), UNITS)).isZero();

            AccountUnlocked unlocked = (AccountUnlocked) ask(new UnlockAccount(rosa.name));

            assertThat(unlocked.before().left()).isZero();
            assertThat(unlocked.devices()).isEqualTo(1);
            assertThat(shown(rosa).budget().left()).isEqualTo(UNITS);
            assertThat(rosa.taken(rosa.deviceBudget(), 0)).isEqualTo(UNITS);
            assertThat(((AccountUnlocked) ask(new UnlockAccount(rosa.name))).devices())
                    .isZero();
        }

        @Test
        void delete_anAccount_endsItWithItsSessionsAndLeavesOthersAlone() throws Exception {
            Owner emma = new Owner("emma-" + names++);

            assertThat(ask(new DeleteAccount(rosa.name))).isEqualTo(new AccountDeleted(rosa.user, 1));

            assertThat(ask(new ShowAccount(rosa.name))).isEqualTo(new Failed(Reason.NO_SUCH_ACCOUNT));
            int sessions = store.view(tx -> tx.sessions().listOf(rosa.user).size());
            assertThat(sessions).isZero();
            assertThat(shown(emma).holdings()).isEqualTo(new Holdings(1, 1, 1, 0));
        }

        @Test
        void closeSessions_ofOne_leavesOthersOpen_ofAll_leavesNone() throws Exception {
            Owner emma = new Owner("emma-" + names++);

            assertThat(ask(new CloseSessions(rosa.name))).isEqualTo(new SessionsClosed(1));
            assertThat(shown(rosa).holdings().sessions()).isZero();
            assertThat(shown(emma).holdings().sessions()).isEqualTo(1);

            assertThat(((SessionsClosed) ask(new CloseAllSessions())).count()).isPositive();
            assertThat(shown(emma).holdings().sessions()).isZero();
        }

        @Test
        void backup_intoAFile_isTakenAndReportedOnTheWay() throws Exception {
            Path file = sockets.resolve("b" + names++);
            List<Long> progress = new ArrayList<>();

            AdminAnswer answer = new AdminClient(path, PATIENCE).ask(new TakeBackup(file.toString()), progress::add);

            Manifest manifest = ((BackupTaken) answer).manifest();
            assertThat(new BackupFile(file, rootKey).verify(Optional.empty())).isEqualTo(manifest);
            assertThat(progress).isNotEmpty();
            assertThat(ask(new TakeBackup(file.toString()))).isEqualTo(new Failed(Reason.BACKUP_EXISTS));
            assertThat(ask(new TakeBackup(path.resolve("x").toString())))
                    .isEqualTo(new Failed(Reason.BACKUP_UNWRITABLE));
            assertThat(ask(new TakeBackup(sockets.toString()))).isEqualTo(new Failed(Reason.BACKUP_IS_FOLDER));
            assertThat(ask(new TakeBackup("relative"))).isEqualTo(new Failed(Reason.MALFORMED));
        }

        @Test
        void backup_whileAnotherHangs_isRefused_andEverythingElseHasItsPlace() throws Exception {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            Path hanging = sockets.resolve("b" + names++);
            CompletableFuture<Manifest> other = CompletableFuture.supplyAsync(() -> write(hanging, begun, end));
            try {
                assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                for (int i = 0; i < 2 * AdminSocket.CONNECTIONS; i++) {
                    Path file = sockets.resolve("b" + names++);
                    assertThat(ask(new TakeBackup(file.toString()))).isEqualTo(new Failed(Reason.ALREADY_UNDER_WAY));
                    assertThat(file).doesNotExist();
                }
                assertThat(ask(new UnlockAccount(rosa.name))).isInstanceOf(AccountUnlocked.class);
            } finally {
                end.countDown();
            }
            assertThat(other.join()).isEqualTo(new BackupFile(hanging, rootKey).verify(Optional.empty()));
        }

        private Manifest write(Path file, CountDownLatch begun, CountDownLatch end) {
            try {
                return backups.write(file, bytes -> {
                    begun.countDown();
                    await(end);
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IOException("nobody went on");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Test
        void renewal_whileAnotherHangs_isRefused() throws Exception {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            ExecutorService threads = Executors.newCachedThreadPool();
            try {
                CompletableFuture<Object> holder = CompletableFuture.supplyAsync(() -> hold(begun, end), threads);
                assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

                CompletableFuture<AdminAnswer> one = CompletableFuture.supplyAsync(this::renew, threads);
                CompletableFuture<AdminAnswer> other = CompletableFuture.supplyAsync(this::renew, threads);
                Object first = CompletableFuture.anyOf(one, other).join();
                end.countDown();

                assertThat(first).isEqualTo(new Failed(Reason.ALREADY_UNDER_WAY));
                assertThat(List.of(one.join(), other.join())).hasAtLeastOneElementOfType(AdminAnswer.KeysRenewed.class);
                holder.join();
            } finally {
                threads.shutdownNow();
            }
        }

        private AdminAnswer renew() {
            try {
                return ask(new AdminRequest.RenewKeys());
            } catch (AdminClientException e) {
                throw new IllegalStateException(e);
            }
        }

        private Object hold(CountDownLatch begun, CountDownLatch end) {
            try {
                return store.<Object, InterruptedException>transact(tx -> {
                    begun.countDown();
                    return end.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Test
        void anything_ofANameThatNobodyHas_isNoSuchAccount() throws Exception {
            for (AdminRequest request : List.of(
                    new ShowAccount("nobody"),
                    new UnlockAccount("nobody"),
                    new DeleteAccount("nobody"),
                    new CloseSessions("nobody"))) {
                assertThat(ask(request)).isEqualTo(new Failed(Reason.NO_SUCH_ACCOUNT));
            }
        }

        @Test
        void everything_askedFor_tellsNothingThatIsSealed() throws Exception {
            rosa.taken(BudgetTag.of(rosa.tag), UNITS);
            ByteArrayOutputStream answers = new ByteArrayOutputStream();
            for (AdminRequest request : List.of(
                    new ShowAccount(rosa.name),
                    new UnlockAccount(rosa.name),
                    new CloseSessions(rosa.name),
                    new CloseAllSessions(),
                    new AdminRequest.ShowServer(),
                    new AdminRequest.ShowKeys(),
                    new AdminRequest.RenewKeys(),
                    new TakeBackup(sockets.resolve("needles.backup").toString()),
                    new DeleteAccount("nobody"))) {
                answers.writeBytes(raw(path, frame(AdminMessages.encode(request))));
            }
            String atRest = opened();
            answers.writeBytes(raw(path, frame(AdminMessages.encode(new DeleteAccount(rosa.name)))));
            String told = HexFormat.of().formatHex(answers.toByteArray());

            assertThat(told).contains(HexFormat.of().formatHex(rosa.user.toByteArray()));
            assertThat(told).doesNotContain(HexFormat.of().formatHex(rosa.name.getBytes(UTF_8)));
            for (byte[] needle : rosa.sealed()) {
                String hex = HexFormat.of().formatHex(needle);
                assertThat(atRest).as("the server has it").contains(hex);
                assertThat(told).as("and does not tell it").doesNotContain(hex.substring(0, 16));
            }
        }

        /** What the server's own keys open of this owner's. */
        private String opened() throws Exception {
            HexFormat hex = HexFormat.of();
            return store.view(tx -> {
                Credentials credentials = tx.accounts().byName(rosa.tag).orElseThrow();
                SealedSecret secret =
                        tx.secrets().byKeyId(rosa.user, rosa.secret.keyId()).orElseThrow();
                StringBuilder all = new StringBuilder();
                all.append(hex.formatHex(credentials.record().exposed()))
                        .append(hex.formatHex(credentials.oprfSeed().exposed()))
                        .append(hex.formatHex(
                                tx.accounts().encryptedStorageKey(rosa.user).orElseThrow()))
                        .append(hex.formatHex(secret.labelTag()))
                        .append(hex.formatHex(secret.descriptor()))
                        .append(hex.formatHex(secret.secret()))
                        .append(hex.formatHex(rosa.sessionKeys));
                tx.devices().listOf(rosa.user).forEach(device -> all.append(hex.formatHex(device.sealedName())));
                tx.devices().ticketHashes(rosa.user).forEach(hash -> all.append(hex.formatHex(hash)));
                credentials.close();
                return all.toString();
            });
        }
    }

    @Nested
    class The_socket {
        private Path elsewhere() {
            return sockets.resolve("s" + names++);
        }

        private AdminSocket open(Path at) throws AdminSocketException {
            return AdminSocket.open(at, store, backups, RANDOM, PATIENCE);
        }

        @Test
        void open_isItsOwnersAloneAndLeavesNothingBesideIt() throws Exception {
            Path folder = Files.createDirectory(elsewhere());
            Path at = folder.resolve("admin.sock");

            AdminSocket opened = open(at);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactlyInAnyOrder(at, folder.resolve("admin.sock.lock"));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at)))
                        .isEqualTo("rw-------");
            } finally {
                opened.close();
                opened.close();
            }

            assertThat(at).doesNotExist();
            assertThatThrownBy(() -> new AdminClient(at, PATIENCE).ask(new CloseAllSessions()))
                    .isInstanceOfSatisfying(
                            AdminClientException.class,
                            e -> assertThat(e.reason()).isEqualTo(AdminClientException.Reason.NO_SERVER));
        }

        @Test
        void open_whereADeadServersIs_takesItsPlace() throws Exception {
            Path at = elsewhere();
            try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                dead.bind(UnixDomainSocketAddress.of(at));
            }
            assertThat(at).exists();

            try (AdminSocket opened = open(at)) {
                assertThat(opened).isNotNull();
                assertThat(new AdminClient(at, PATIENCE).ask(new ShowAccount(rosa.name)))
                        .isInstanceOf(AccountShown.class);
            }
        }

        @Test
        void open_whereALivingServersIs_isRefusedAndLeavesItAlone() throws Exception {
            assertThatThrownBy(() -> open(path))
                    .isInstanceOf(AdminSocketException.class)
                    .hasMessageContaining("Another server");

            assertThat(shown(rosa).user()).isEqualTo(rosa.user);
        }

        @Test
        void open_whereSomebodyElseListens_isRefusedAndLeavesItAlone() throws Exception {
            Path at = elsewhere();
            try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                other.bind(UnixDomainSocketAddress.of(at));

                assertThatThrownBy(() -> open(at)).hasMessageContaining("Another server");
                assertThat(at).exists();
            }
        }

        @Test
        void open_whereAFileIs_isRefusedAndLeavesItAlone() throws Exception {
            Path at = Files.writeString(elsewhere(), "a file");

            assertThatThrownBy(() -> open(at)).hasMessageContaining("no socket");
            assertThat(at).hasContent("a file");
        }

        @Test
        void connect_whereNobodyIsLetIn_endsWithItsTime() throws Exception {
            Path at = elsewhere();
            try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                hung.bind(UnixDomainSocketAddress.of(at), 1);
                List<AdminClientException.Reason> reasons = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    assertThatThrownBy(() -> new AdminClient(at, Duration.ofMillis(700)).ask(new ShowAccount("rosa")))
                            .isInstanceOfSatisfying(AdminClientException.class, e -> reasons.add(e.reason()));
                }
                // The first few wait in the queue of the socket.
                assertThat(reasons)
                        .startsWith(AdminClientException.Reason.NO_ANSWER)
                        .endsWith(AdminClientException.Reason.CROWDED);
            }
        }

        @Test
        void open_pathTooLongOrWithoutAFolder_isRefused() {
            assertThatThrownBy(() -> open(sockets.resolve("x".repeat(100)))).hasMessageContaining("too long");
            assertThatThrownBy(() -> open(sockets.resolve("none").resolve("s"))).hasMessageContaining("folder exists");
        }
    }

    @Nested
    class What_is_no_request {
        private void assertMalformed(byte[] sent) throws Exception {
            assertThat(raw(path, sent)).isEqualTo(frame(AdminMessages.encode(new Failed(Reason.MALFORMED))));
        }

        @Test
        void oversizedOrEmpty_isRefusedBeforeItIsRead() throws Exception {
            assertMalformed(
                    ByteBuffer.allocate(4).putInt(Frames.MAX_MESSAGE + 1).array());
            assertMalformed(ByteBuffer.allocate(4).putInt(-1).array());
            assertMalformed(new byte[4]);
        }

        @Test
        void otherThanThisVersions_isRefused() throws Exception {
            byte[] show = AdminMessages.encode(new ShowAccount(rosa.name));
            byte[] otherVersion = show.clone();
            otherVersion[0] = 2;
            byte[] unknownKind = show.clone();
            unknownKind[1] = 99;
            byte[] tooMuch = Arrays.copyOf(show, show.length + 1);
            byte[] tooLittle = Arrays.copyOf(show, show.length - 1);
            byte[] noText = show.clone();
            noText[4] = (byte) 0xff;

            for (byte[] message : List.of(otherVersion, unknownKind, tooMuch, tooLittle, noText, new byte[] {1})) {
                assertMalformed(frame(message));
            }
            assertMalformed(frame(AdminMessages.encode(new ShowAccount("no name"))));
        }

        @Test
        void cutOff_getsNoAnswerAndDoesNothing() throws Exception {
            byte[] delete = frame(AdminMessages.encode(new DeleteAccount(rosa.name)));
            for (int length = 0; length < delete.length; length++) {
                assertThat(raw(path, Arrays.copyOf(delete, length))).isEmpty();
            }

            assertThat(shown(rosa).user()).isEqualTo(rosa.user);
        }
    }

    @Nested
    class Whoever_is_silent {
        /** Its connection has ended, in order or, if nobody had let it in yet, without. */
        private void assertPutOut(SocketChannel channel) {
            int read;
            try {
                read = channel.read(ByteBuffer.allocate(1));
            } catch (IOException reset) {
                read = -1;
            }
            assertThat(read).isNegative();
        }

        @Test
        void isPutOutAtTheDeadline_andTheNextHaveTheirTurn() throws Exception {
            Path at = sockets.resolve("s" + names++);
            List<SocketChannel> silent = new ArrayList<>();
            try (AdminSocket impatient = AdminSocket.open(at, store, backups, RANDOM, Duration.ofSeconds(1))) {
                assertThat(impatient).isNotNull();
                for (int i = 0; i < 2 * AdminSocket.CONNECTIONS; i++) {
                    silent.add(SocketChannel.open(UnixDomainSocketAddress.of(at)));
                }

                assertThat(new AdminClient(at, PATIENCE).ask(new ShowAccount(rosa.name)))
                        .isInstanceOf(AccountShown.class);

                for (SocketChannel channel : silent) {
                    assertPutOut(channel);
                }
            } finally {
                for (SocketChannel channel : silent) {
                    channel.close();
                }
            }
        }

        @Test
        void isNotWaitedForWhenTheServerStops() throws Exception {
            Path at = sockets.resolve("s" + names++);
            AdminSocket patient = AdminSocket.open(at, store, backups, RANDOM, Duration.ofHours(1));
            try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(at))) {
                patient.close();

                assertPutOut(silent);
            }
        }
    }
}
