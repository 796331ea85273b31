package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.RootKeyException.Reason;
import dev.latchkey.server.seal.RootKeySource.InToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token is SoftHSM 2, from the distribution. */
final class TokenRootKeyTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Cell CELL = Cell.of("data_keys", "wrapped").row(1);

    @TempDir
    static Path folder;

    private static SoftToken token;

    private final SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, new SecureRandom());

    @BeforeAll
    static void makeToken() throws Exception {
        token = SoftToken.create(folder, "latchkey-root");
    }

    private static TokenProcess process() {
        return new TokenProcess(
                TokenProcess.commandOf(TokenWorker.class), token.environment(), PATIENT, System::nanoTime);
    }

    private static KeyWrapper open(InToken source) throws RootKeyException {
        return TokenRootKey.open(source, process());
    }

    @Test
    void unwrap_whatWasWrapped_givesItBackForItsCellAlone() throws Exception {
        byte[] wrapped;
        byte[] fingerprint;
        try (KeyWrapper rootKey = open(token.source("latchkey-root"))) {
            wrapped = rootKey.wrap(dataKey, CELL);
            fingerprint = rootKey.fingerprint();
            assertThat(rootKey.wrap(dataKey, CELL)).isNotEqualTo(wrapped);
            assertThat(fingerprint).hasSize(RootKey.FINGERPRINT_BYTES);
        }
        try (KeyWrapper again = open(token.source("latchkey-root"));
                SecretBytes opened = again.unwrap(wrapped, CELL)) {
            assertThat(opened.exposed()).isEqualTo(dataKey.exposed());
            assertThat(again.fingerprint()).isEqualTo(fingerprint);
            assertThatExceptionOfType(DamagedValueException.class)
                    .isThrownBy(() -> again.unwrap(wrapped, CELL.row(2)))
                    .extracting(DamagedValueException::reason)
                    .isEqualTo(DamagedValueException.Reason.NOT_AUTHENTIC);
            wrapped[20] ^= 1;
            assertThatExceptionOfType(DamagedValueException.class).isThrownBy(() -> again.unwrap(wrapped, CELL));
            assertThatExceptionOfType(DamagedValueException.class).isThrownBy(() -> again.unwrap(new byte[3], CELL));
        }
    }

    @Test
    void open_keyThatIsNotThere_isRefused() {
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> open(token.source("another")))
                .withMessageContaining("no secret key with the label another")
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void open_wrongPin_isRefusedAfterOneTry() throws Exception {
        Path pin = folder.resolve("wrong");
        Files.createFile(pin, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(pin, "0000\n");
        InToken right = token.source("latchkey-root");

        TokenProcess process = process();
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() ->
                        TokenRootKey.open(new InToken(right.library(), right.slot(), pin, right.label()), process))
                .withMessageContaining("CKR_PIN_INCORRECT")
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.PIN_REFUSED);
        // Nothing is started for it any more.
        assertThatExceptionOfType(RootKeyUnavailableException.class)
                .isThrownBy(() -> process.call(TokenWorker.FINGERPRINT, new byte[0]))
                .withMessageContaining("CKR_PIN_INCORRECT");
    }

    @Test
    void require_ofARunningServerWhoseTokenRefusesThePin_asksItNoSecondTime() throws Exception {
        InToken right = token.source("latchkey-root");
        Path pin = folder.resolve("changed");
        Files.copy(right.pinFile(), pin, StandardCopyOption.COPY_ATTRIBUTES);
        InToken source = new InToken(right.library(), right.slot(), pin, right.label());
        AtomicLong nanos = new AtomicLong();
        RootKeySource inToken = new RootKeySource() {
            @Override
            public KeyWrapper open(SecureRandom random) throws RootKeyException {
                return TokenRootKeyTest.open(source);
            }

            @Override
            public String describe() {
                return source.describe();
            }
        };
        try (CurrentRootKey rootKey = CurrentRootKey.open(inToken, new SecureRandom(), nanos::get)) {
            byte[] another = new byte[RootKey.FINGERPRINT_BYTES];
            Files.writeString(pin, "0000\n");
            assertThatExceptionOfType(RootKeyUnavailableException.class)
                    .isThrownBy(() -> rootKey.require(another))
                    .withMessageContaining("CKR_PIN_INCORRECT");
            Files.copy(right.pinFile(), pin, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            nanos.addAndGet(Duration.ofDays(1).toNanos());

            assertThatExceptionOfType(RootKeyUnavailableException.class)
                    .isThrownBy(() -> rootKey.require(another))
                    .withMessageContaining("not asked again before the next start");
            rootKey.wrap(dataKey, CELL);
        }
    }

    @Test
    void call_afterTheProcessWasKilled_startsAnother() throws Exception {
        Set<Long> before = children();
        TokenProcess process = process();
        try (KeyWrapper rootKey = TokenRootKey.open(token.source("latchkey-root"), process)) {
            byte[] wrapped = rootKey.wrap(dataKey, CELL);
            ProcessHandle worker = ProcessHandle.current()
                    .children()
                    .filter(child -> !before.contains(child.pid()))
                    .findAny()
                    .orElseThrow();
            worker.destroyForcibly();
            worker.onExit().get();

            try (SecretBytes opened = rootKey.unwrap(wrapped, CELL)) {
                assertThat(opened.exposed()).isEqualTo(dataKey.exposed());
            }
        }
    }

    @Test
    void unwrap_tokenThatWasTakenAway_isUnavailable_andOpensWhenItIsBack() throws Exception {
        AtomicLong nanos = new AtomicLong();
        TokenProcess process =
                new TokenProcess(TokenProcess.commandOf(TokenWorker.class), token.environment(), PATIENT, nanos::get);
        try (KeyWrapper rootKey = TokenRootKey.open(token.source("latchkey-root"), process)) {
            byte[] wrapped = rootKey.wrap(dataKey, CELL);
            Path there = folder.resolve("tokens");
            Path elsewhere = Files.move(there, folder.resolve("elsewhere"));
            try {
                assertThatExceptionOfType(RootKeyUnavailableException.class)
                        .isThrownBy(() -> rootKey.unwrap(wrapped, CELL));
            } finally {
                Files.move(elsewhere, there);
            }

            nanos.addAndGet(TokenOutage.PAUSE.toNanos());
            try (SecretBytes opened = unwrapInTheEnd(rootKey, wrapped)) {
                assertThat(opened.exposed()).isEqualTo(dataKey.exposed());
            }
        }
    }

    private static SecretBytes unwrapInTheEnd(KeyWrapper rootKey, byte[] wrapped) throws DamagedValueException {
        long until = System.nanoTime() + PATIENT.toNanos();
        while (true) {
            try {
                return rootKey.unwrap(wrapped, CELL);
            } catch (RootKeyUnavailableException e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static Set<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }
}
