package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.RegistrationResponse;
import dev.latchkey.protocol.MalformedException.Reason;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.Constraint;
import dev.latchkey.protocol.wire.Constraints;
import dev.latchkey.protocol.wire.KeyIdsAllocated;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.StorageKeyRetrieved;
import dev.latchkey.protocol.wire.StoreSecrets;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bound of every field of every message, found by reflection: what keeps it passes, what breaks it is named. */
class WireRulesTest {

    private static void assertRefused(Message message, Reason reason, String path) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> WireRules.check(message))
                .satisfies(e -> assertThat(e.field()).contains(path))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void check_optionalFieldThatIsAbsent_passes() {
        StartLoginRequest withTicket =
                request().setDeviceTicket(ByteString.copyFrom(new byte[32])).build();

        assertThatCode(() -> WireRules.check(withTicket)).doesNotThrowAnyException();
        assertThatCode(() -> WireRules.check(request().build())).doesNotThrowAnyException();
        assertRefused(
                request().setDeviceTicket(ByteString.EMPTY).build(),
                Reason.WRONG_LENGTH,
                "StartLoginRequest.device_ticket");
    }

    private static StartLoginRequest.Builder request() {
        return StartLoginRequest.newBuilder()
                .setAccountName("mara")
                .setKind(SessionKind.SESSION_KIND_REQUEST)
                .setKe1(ByteString.copyFrom(new byte[96]));
    }

    @Nested
    class EveryMessage {

        static Stream<Descriptor> types() {
            return WireSamples.types();
        }

        static Stream<WireSamples.Sample> valid() {
            return WireSamples.valid();
        }

        static Stream<WireSamples.Sample> broken() {
            return WireSamples.broken();
        }

        @ParameterizedTest
        @MethodSource("valid")
        void check_everyBoundKept_passes(WireSamples.Sample sample) {
            assertThatCode(() -> WireRules.check(sample.message())).doesNotThrowAnyException();
        }

        @ParameterizedTest
        @MethodSource("broken")
        void check_oneBoundBroken_namesTheField(WireSamples.Sample sample) {
            assertRefused(sample.message(), sample.reason(), sample.path());
        }

        @ParameterizedTest
        @MethodSource("types")
        void check_unknownField_isRefused(Descriptor type) {
            Message message = WireSamples.smallest(type).toBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    500,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addVarint(1)
                                            .build())
                            .build())
                    .build();

            assertRefused(message, Reason.UNKNOWN_FIELD, type.getName());
        }

        @ParameterizedTest
        @MethodSource("types")
        void fields_ofBytesTextAndEnums_areAllBounded(Descriptor type) {
            for (FieldDescriptor field : type.getFields()) {
                Constraint rule = field.getOptions().getExtension(Constraints.must);
                switch (field.getJavaType()) {
                    case BYTE_STRING, STRING ->
                        assertThat(rule.getSize() + rule.getMaxSize())
                                .as(field.getFullName())
                                .isPositive();
                    case ENUM ->
                        assertThat(rule.getRequired()).as(field.getFullName()).isTrue();
                    default -> {
                        // Numbers may be unbounded, and messages optional.
                    }
                }
                if (field.isRepeated()) {
                    assertThat(rule.getMaxItems()).as(field.getFullName()).isPositive();
                }
            }
        }
    }

    @Nested
    class ADeepField {

        private static NewSecret.Builder secret() {
            return NewSecret.newBuilder()
                    .setKeyId(ByteString.copyFrom(new byte[16]))
                    .setLabelTag(ByteString.copyFrom(new byte[16]))
                    .setSealedDescriptor(ByteString.copyFrom(new byte[40]))
                    .setSealedSecret(ByteString.copyFrom(new byte[30]));
        }

        @Test
        void check_elementOfAListInAOneof_isNamedByItsPath() {
            Request request = Request.newBuilder()
                    .setStoreSecrets(StoreSecrets.newBuilder()
                            .addSecrets(secret())
                            .addSecrets(secret().setKeyId(ByteString.EMPTY)))
                    .build();

            assertRefused(request, Reason.WRONG_LENGTH, "Request.store_secrets.secrets[1].key_id");
        }

        @Test
        void check_elementOfAListOfBytes_isNamedByItsIndex() {
            AllocateKeyIds allocate = AllocateKeyIds.newBuilder()
                    .addClientRandom(ByteString.copyFrom(new byte[32]))
                    .addClientRandom(ByteString.copyFrom(new byte[31]))
                    .build();

            assertRefused(allocate, Reason.WRONG_LENGTH, "AllocateKeyIds.client_random[1]");
        }

        @Test
        void check_unknownFieldInside_isNamedByItsMessage() {
            NewSecret strange = secret().setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    9,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addFixed32(1)
                                            .build())
                            .build())
                    .build();

            assertRefused(
                    StoreSecrets.newBuilder().addSecrets(strange).build(),
                    Reason.UNKNOWN_FIELD,
                    "StoreSecrets.secrets[0]");
        }

        @Test
        void getMessage_refusedField_hasPathAndReasonAndNoContent() {
            NewSecret wrong =
                    secret().setKeyId(ByteString.copyFromUtf8("content")).build();

            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> WireRules.check(wrong))
                    .withMessage("NewSecret.key_id: the length is not one it may have");
        }
    }

    @Nested
    class AOneof {

        @Test
        void check_memberNotSet_isNotBounded() {
            SecretSelector byTag = SecretSelector.newBuilder()
                    .setLabelTag(ByteString.copyFrom(new byte[16]))
                    .build();

            assertThatCode(() -> WireRules.check(byTag)).doesNotThrowAnyException();
        }

        @Test
        void check_memberSetToNothing_isBounded() {
            SecretSelector empty =
                    SecretSelector.newBuilder().setKeyId(ByteString.EMPTY).build();

            assertRefused(empty, Reason.WRONG_LENGTH, "SecretSelector.key_id");
        }
    }

    @Nested
    class Bytes {

        @Test
        void parse_validMessage_givesIt() throws Exception {
            AuditHead head = AuditHead.newBuilder()
                    .setN(-1)
                    .setHead(ByteString.copyFrom(new byte[32]))
                    .build();

            assertThat(WireRules.parse(AuditHead.getDefaultInstance(), head.toByteArray()))
                    .isEqualTo(head);
        }

        @Test
        void parse_brokenRule_namesTheField() {
            byte[] bytes = AuditHead.newBuilder().setN(1).build().toByteArray();

            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> WireRules.parse(AuditHead.getDefaultInstance(), bytes))
                    .satisfies(e -> assertThat(e.field()).contains("AuditHead.head"));
        }

        @Test
        void parse_notAMessage_isNotParsable() {
            // A field of wire type 7; a length beyond the end; text that is not UTF-8.
            byte[][] all = {{7}, {0x0a, 5, 1}, {0x0a, 1, (byte) 0xff}};
            for (byte[] bytes : all) {
                assertThatExceptionOfType(MalformedException.class)
                        .isThrownBy(() -> WireRules.parse(StartLoginRequest.getDefaultInstance(), bytes))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_PARSABLE));
            }
        }
    }

    /** What would be larger as a message than as bytes. Behind it stands what can't be parsed: it is never come to. */
    @Nested
    class LargeBytes {
        private static final ByteString NO_MESSAGE = ByteString.copyFrom(new byte[] {7});

        private static void assertStopped(Message example, ByteString bytes, Reason reason, String path) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() ->
                            WireRules.parse(example, bytes.concat(NO_MESSAGE).toByteArray()))
                    .satisfies(e -> assertThat(e.field()).contains(path))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        }

        private static ByteString times(int number, Message message) {
            ByteString bytes = ByteString.EMPTY;
            for (int i = 0; i < number; i++) {
                bytes = bytes.concat(message.toByteString());
            }
            return bytes;
        }

        @Test
        void parse_unknownField_isRefusedBeforeAnythingIsMadeOfIt() {
            // A group, which nothing here knows; the number of text, in the form of an integer.
            assertStopped(
                    SealedCall.getDefaultInstance(),
                    ByteString.copyFrom(new byte[] {(byte) 0xfb, 1, (byte) 0xfc, 1}),
                    Reason.UNKNOWN_FIELD,
                    "SealedCall");
            assertStopped(
                    StartLoginRequest.getDefaultInstance(),
                    ByteString.copyFrom(new byte[] {8, 1}),
                    Reason.UNKNOWN_FIELD,
                    "StartLoginRequest");
        }

        @Test
        void parse_unknownFieldInside_isRefusedBeforeAnythingIsMadeOfIt() {
            NewSecret secret = NewSecret.newBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    99,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addVarint(1)
                                            .build())
                            .build())
                    .build();

            assertStopped(
                    StoreSecrets.getDefaultInstance(),
                    StoreSecrets.newBuilder().addSecrets(secret).build().toByteString(),
                    Reason.UNKNOWN_FIELD,
                    "StoreSecrets.secrets");
        }

        @Test
        void parse_moreElementsThanMayBe_areNotMade() {
            StoreSecrets one = StoreSecrets.newBuilder()
                    .addSecrets(NewSecret.getDefaultInstance())
                    .build();

            assertStopped(
                    StoreSecrets.getDefaultInstance(), times(65, one), Reason.WRONG_COUNT, "StoreSecrets.secrets");
        }

        @Test
        void parse_aMessageThatIsThereTwice_isNotAddedUp() {
            Request one = Request.newBuilder()
                    .setStoreSecrets(StoreSecrets.getDefaultInstance())
                    .build();

            assertStopped(Request.getDefaultInstance(), times(2, one), Reason.WRONG_COUNT, "Request.store_secrets");
        }
    }

    /** The bounds in the {@code .proto} files are those of the layouts in the code. */
    @Nested
    class TheBounds {

        private static Constraint rule(Descriptor type, String field) {
            return type.findFieldByName(field).getOptions().getExtension(Constraints.must);
        }

        private static void assertSize(Descriptor type, String field, int size) {
            assertThat(rule(type, field).getSize()).as(field).isEqualTo(size);
        }

        private static void assertSizes(Descriptor type, String field, int min, int max) {
            assertThat(rule(type, field).getMinSize()).as(field).isEqualTo(min);
            assertThat(rule(type, field).getMaxSize()).as(field).isEqualTo(max);
        }

        @Test
        void size_ofOpaqueMessages_isThatOfOpaque() {
            assertSize(StartRegistrationRequest.getDescriptor(), "registration_request", RegistrationRequest.BYTES);
            assertSize(StartRegistrationResponse.getDescriptor(), "registration_response", RegistrationResponse.BYTES);
            assertSize(SubmitRecordRequest.getDescriptor(), "registration_record", RegistrationRecord.BYTES);
            assertSize(SubmitRecordRequest.getDescriptor(), "ke1", Ke1.BYTES);
            assertSize(SubmitRecordResponse.getDescriptor(), "ke2", Ke2.BYTES);
            assertSize(StartLoginRequest.getDescriptor(), "ke1", Ke1.BYTES);
            assertSize(StartLoginResponse.getDescriptor(), "ke2", Ke2.BYTES);
            assertSize(OpenSessionRequest.getDescriptor(), "ke3", Ke3.BYTES);
        }

        @Test
        void size_ofIds_isThatOfIds() {
            assertSize(StartRegistrationRequest.getDescriptor(), "user_id", UserId.BYTES);
            assertSize(SubmitRecordRequest.getDescriptor(), "registration_id", RegistrationId.BYTES);
            assertSize(OpenSessionRequest.getDescriptor(), "session_id", SessionId.BYTES);
            assertSize(NewSecret.getDescriptor(), "key_id", KeyId.BYTES);
            assertSize(NewSecret.getDescriptor(), "label_tag", LabelTag.BYTES);
            assertSize(AllocateKeyIds.getDescriptor(), "client_random", KeyId.RANDOM_BYTES);
            assertSize(KeyIdsAllocated.getDescriptor(), "server_random", KeyId.RANDOM_BYTES);
            assertSize(AuditHead.getDescriptor(), "head", AuditChain.HEAD_BYTES);
        }

        @Test
        void size_ofSealedThings_isThatOfTheirFrames() {
            int longest = ChannelKeys.MAX_BODY_BYTES + ChannelKeys.FRAME_BYTES;
            int frame = SecretEnvelope.FRAME_BYTES;
            assertSize(StorageKeyRetrieved.getDescriptor(), "encrypted_storage_key", StorageKeyEnvelope.BYTES);
            assertSizes(SealedCall.getDescriptor(), "sealed", ChannelKeys.FRAME_BYTES, longest);
            assertSizes(SealedMessage.getDescriptor(), "sealed", ChannelKeys.FRAME_BYTES, longest);
            assertSizes(NewSecret.getDescriptor(), "sealed_secret", 1 + frame, SecretEnvelope.MAX_SECRET_BYTES + frame);
            assertSizes(NewSecret.getDescriptor(), "sealed_descriptor", 11 + frame, 10 + Label.MAX_BYTES + frame);
        }

        @Test
        void size_ofNames_isThatOfNames() {
            assertSizes(StartLoginRequest.getDescriptor(), "account_name", 1, AccountName.MAX_BYTES);
            assertSizes(StartRegistrationRequest.getDescriptor(), "account_name", 1, AccountName.MAX_BYTES);
        }
    }
}
