package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.MalformedException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries and chain against {@code audit.json}. */
class AuditEntryTest {

    private static final JsonObject VECTOR = Vectors.load("audit.json");

    static Stream<JsonObject> entries() {
        return Vectors.objects(VECTOR, "entries").stream();
    }

    /** Nobody makes an entry that this version does not know. */
    static Stream<JsonObject> entriesOfThisVersion() {
        return entries()
                .filter(vector ->
                        AuditAction.ofCode(vector.get("action").getAsInt()).isPresent());
    }

    private static AuditEntry entry(int index) throws MalformedException {
        return AuditEntry.parse(Vectors.bytes(entries().toList().get(index), "entry"));
    }

    @Nested
    class AnEntry {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.AuditEntryTest#entries")
        void parse_entryOfTheVector_readsEveryField(JsonObject vector) throws Exception {
            AuditEntry entry = AuditEntry.parse(Vectors.bytes(vector, "entry"));

            assertThat(entry.n()).isEqualTo(vector.get("n").getAsLong());
            assertThat(entry.unixMs()).isEqualTo(vector.get("unix_ms").getAsLong());
            assertThat(entry.actionCode()).isEqualTo(vector.get("action").getAsInt());
            assertThat(entry.outcomeCode()).isEqualTo(vector.get("outcome").getAsInt());
            assertThat(entry.keyId().map(KeyId::toByteArray).orElse(null)).isEqualTo(bytesOrNull(vector, "key_id"));
            assertThat(entry.sessionId().map(SessionId::toByteArray).orElse(null))
                    .isEqualTo(bytesOrNull(vector, "session_id"));
            assertThat(entry.object().orElse(null)).isEqualTo(bytesOrNull(vector, "object"));
            assertThat(entry.encode()).isEqualTo(Vectors.bytes(vector, "entry"));
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.AuditEntryTest#entriesOfThisVersion")
        void encode_fieldsOfTheVector_givesItsBytes(JsonObject vector) {
            AuditEntry entry = AuditEntry.of(
                    vector.get("n").getAsLong(),
                    vector.get("unix_ms").getAsLong(),
                    AuditAction.ofCode(vector.get("action").getAsInt()).orElseThrow(),
                    AuditOutcome.ofCode(vector.get("outcome").getAsInt()).orElseThrow());
            if (!vector.get("key_id").isJsonNull()) {
                entry = entry.withKeyId(KeyId.of(Vectors.bytes(vector, "key_id")));
            }
            if (!vector.get("session_id").isJsonNull()) {
                entry = entry.withSessionId(SessionId.of(Vectors.bytes(vector, "session_id")));
            }
            if (!vector.get("object").isJsonNull()) {
                entry = entry.withObject(Vectors.bytes(vector, "object"));
            }

            assertThat(entry.encode()).isEqualTo(Vectors.bytes(vector, "entry"));
        }

        @Test
        void withObject_countOfDroppedFailures_isTheEntryOfTheVector() throws Exception {
            AuditEntry counted = AuditEntry.of(
                            3, 1_795_348_800_500L, AuditAction.LOGIN_FAILED, AuditOutcome.EARLIER_FAILURES_DROPPED)
                    .withObject(ByteBuffer.allocate(AuditEntry.OBJECT_BYTES)
                            .putLong(AuditEntry.OBJECT_BYTES - Long.BYTES, 70_000)
                            .array());

            assertThat(counted).isEqualTo(entry(2)).hasSameHashCodeAs(entry(2));
        }

        @Test
        void action_unknownCode_isEmptyAndTheCodeStays() throws Exception {
            AuditEntry entry = entry(5);

            assertThat(entry.action()).isEmpty();
            assertThat(entry.outcome()).isEmpty();
            assertThat(entry.actionCode()).isEqualTo(40_000);
            assertThat(entry.outcomeCode()).isEqualTo(65_535);
        }

        @Test
        void action_knownCode_isIt() throws Exception {
            assertThat(entry(0).action()).contains(AuditAction.ACCOUNT_REGISTERED);
            assertThat(entry(0).outcome()).contains(AuditOutcome.DONE);
        }

        @Test
        void parse_anotherLength_isMalformed() throws Exception {
            for (byte[] bytes : Flips.ofLength(entry(0).encode())) {
                assertMalformed(bytes, Reason.WRONG_LENGTH);
            }
        }

        @Test
        void parse_impossibleNumberOrTime_isMalformed() throws Exception {
            byte[] zero = entry(0).encode();
            zero[7] = 0;
            assertMalformed(zero, Reason.OUT_OF_RANGE);

            byte[] negative = entry(0).encode();
            negative[0] = (byte) 0x80;
            assertMalformed(negative, Reason.OUT_OF_RANGE);

            byte[] early = entry(0).encode();
            early[8] = (byte) 0x80;
            assertMalformed(early, Reason.OUT_OF_RANGE);
        }

        @Test
        void of_impossibleNumberOrTime_isACallersBug() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AuditEntry.of(0, 0, AuditAction.SESSION_OPENED, AuditOutcome.DONE));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AuditEntry.of(1, -1, AuditAction.SESSION_OPENED, AuditOutcome.DONE));
        }

        @Test
        void withObject_anotherLength_isACallersBug() throws Exception {
            AuditEntry entry = entry(0);

            assertThatIllegalArgumentException().isThrownBy(() -> entry.withObject(new byte[31]));
        }

        @Test
        void toString_entry_namesNoIds() throws Exception {
            assertThat(entry(4)).hasToString("AuditEntry[n=5, unixMs=1795348802000, action=4, outcome=1]");
        }

        private void assertMalformed(byte[] bytes, Reason reason) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> AuditEntry.parse(bytes))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        }

        private static byte[] bytesOrNull(JsonObject vector, String name) {
            return vector.get(name).isJsonNull() ? null : Vectors.bytes(vector, name);
        }
    }

    @Nested
    class AChain {

        @Test
        void next_entriesOfTheVector_givesEveryHead() throws Exception {
            byte[] head = AuditChain.start(Vectors.userId(VECTOR));
            assertThat(head).isEqualTo(Vectors.bytes(VECTOR, "start"));

            for (JsonObject vector : entries().toList()) {
                head = AuditChain.next(head, AuditEntry.parse(Vectors.bytes(vector, "entry")));
                assertThat(head).isEqualTo(Vectors.bytes(vector, "head"));
            }
        }

        @Test
        void next_anyBitOfAnEntryChanged_givesAnotherHead() throws Exception {
            byte[] head = AuditChain.start(Vectors.userId(VECTOR));
            byte[] honest = AuditChain.next(head, entry(4));

            for (byte[] changed : Flips.of(entry(4).encode())) {
                try {
                    assertThat(AuditChain.next(head, AuditEntry.parse(changed))).isNotEqualTo(honest);
                } catch (MalformedException e) {
                    assertThat(e.reason()).isEqualTo(Reason.OUT_OF_RANGE);
                }
            }
        }

        @Test
        void next_headOfAnotherLength_isACallersBug() throws Exception {
            AuditEntry entry = entry(0);

            assertThatIllegalArgumentException().isThrownBy(() -> AuditChain.next(new byte[31], entry));
        }
    }

    /** The numbers of {@code docs/protocol.md}: a change here is a change of the protocol. */
    @Nested
    class TheNumbers {

        @Test
        void code_actions_areThoseOfTheProtocol() {
            assertThat(Arrays.stream(AuditAction.values()).map(action -> action.code() + " " + action))
                    .isEqualTo(List.of(
                            "1 ACCOUNT_REGISTERED",
                            "2 SESSION_OPENED",
                            "3 LOGIN_FAILED",
                            "4 SECRET_STORED",
                            "5 SECRET_REPLACED",
                            "6 SECRET_RETRIEVED_LOCAL_USE",
                            "7 SECRET_RETRIEVED_EXPORT",
                            "8 SECRET_RENAMED",
                            "9 SECRET_DELETED",
                            "10 SECRET_GENERATED_AT_SERVER",
                            "11 PASSWORD_CHANGED",
                            "12 ACCOUNT_DELETED",
                            "13 ACCOUNT_SESSION_OPENED",
                            "14 DEVICE_ADDED",
                            "15 DEVICE_REVOKED",
                            "16 SESSION_CLOSED_BY_OWNER"));
        }

        @Test
        void code_outcomes_areThoseOfTheProtocol() {
            assertThat(Arrays.stream(AuditOutcome.values()).map(outcome -> outcome.code() + " " + outcome))
                    .isEqualTo(List.of("1 DONE", "2 NOT_FINISHED", "3 REFUSED", "4 EARLIER_FAILURES_DROPPED"));
        }

        @Test
        void ofCode_everyCode_leadsBack() {
            for (AuditAction action : AuditAction.values()) {
                assertThat(AuditAction.ofCode(action.code())).contains(action);
            }
            for (AuditOutcome outcome : AuditOutcome.values()) {
                assertThat(AuditOutcome.ofCode(outcome.code())).contains(outcome);
            }
            assertThat(AuditAction.ofCode(0)).isEmpty();
            assertThat(AuditOutcome.ofCode(0)).isEmpty();
        }
    }
}
