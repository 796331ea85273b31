package dev.latchkey.bench;

import dev.latchkey.bench.load.Folders;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.Accounts.NewAccount;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.jdbc.Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Appending one entry to an owner's log: the chain alone, and on SQLite with a commit that waits for the disk. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AuditBenchmark {

    private static final int ID_BYTES = 16;
    private static final int OBJECT_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final UserId user = UserId.random(random);
    private Path folder;
    private Store store;
    private byte[] head;
    private long n;

    @Setup
    public void open() throws Exception {
        head = AuditChain.start(user);
        folder = Files.createTempDirectory("latchkey-audit");
        store = Stores.open(StoreOptions.of(
                new SqliteFile(folder.resolve("latchkey.db")),
                RootKeyFile.create(folder.resolve("root.key"), random),
                random));
        byte[] name = "rosa".getBytes(StandardCharsets.UTF_8);
        try (SecretBytes record = SecretBytes.random(192, random);
                SecretBytes seed = SecretBytes.random(64, random)) {
            NewAccount account =
                    new NewAccount(NameTag.of(new byte[NameTag.BYTES]), name, user, record, seed, new byte[93]);
            store.transact(transaction -> transaction.accounts().create(account));
        }
    }

    @TearDown
    public void close() throws IOException {
        store.close();
        Folders.delete(folder);
    }

    @Benchmark
    public byte[] appendToChain() {
        n++;
        head = AuditChain.next(head, AuditEntry.of(n, n, AuditAction.SECRET_STORED, AuditOutcome.DONE));
        return head;
    }

    @Benchmark
    public AuditLog.Head appendInStore() throws StoreUnavailableException {
        return store.transact(transaction -> transaction
                .audit()
                .append(
                        user,
                        new AuditLog.Event(
                                transaction.nowMillis(),
                                AuditAction.SECRET_STORED,
                                AuditOutcome.DONE,
                                new byte[ID_BYTES],
                                new byte[ID_BYTES],
                                new byte[OBJECT_BYTES])));
    }
}
