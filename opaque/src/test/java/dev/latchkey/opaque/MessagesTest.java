package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.latchkey.opaque.OpaqueException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every message does with what comes from the other side, whatever it is. */
class MessagesTest {

    /** Each message with an example from RFC 9807. */
    enum Kind {
        REGISTRATION_REQUEST("registration_request", 32) {
            @Override
            byte[] reread(byte[] message) throws OpaqueException {
                return RegistrationRequest.parse(message).toByteArray();
            }
        },
        REGISTRATION_RESPONSE("registration_response", 64) {
            @Override
            byte[] reread(byte[] message) throws OpaqueException {
                return RegistrationResponse.parse(message).toByteArray();
            }
        },
        REGISTRATION_RECORD("registration_upload", 192) {
            @Override
            byte[] reread(byte[] message) throws OpaqueException {
                try (RegistrationRecord record = RegistrationRecord.parse(message)) {
                    return record.toByteArray();
                }
            }
        },
        KE1("KE1", 96) {
            @Override
            byte[] reread(byte[] message) throws OpaqueException {
                return Ke1.parse(message).toByteArray();
            }
        },
        KE2("KE2", 320) {
            @Override
            byte[] reread(byte[] message) throws OpaqueException {
                return Ke2.parse(message).toByteArray();
            }
        },
        KE3("KE3", 64) {
            @Override
            byte[] reread(byte[] message) throws OpaqueException {
                return Ke3.parse(message).toByteArray();
            }
        };

        private final String name;
        private final int length;

        Kind(String name, int length) {
            this.name = name;
            this.length = length;
        }

        /** Parses and serializes again. */
        abstract byte[] reread(byte[] message) throws OpaqueException;

        byte[] example() {
            JsonObject vector = Vectors.objects(Vectors.load("rfc9807-ristretto255.json"), "vectors")
                    .get(0);
            return Vectors.bytes(vector.getAsJsonObject("outputs"), name);
        }
    }

    /** Where group elements stand. */
    private static final Map<Kind, List<Integer>> ELEMENT_OFFSETS = Map.of(
            Kind.REGISTRATION_REQUEST, List.of(0),
            Kind.REGISTRATION_RESPONSE, List.of(0, 32),
            Kind.REGISTRATION_RECORD, List.of(0),
            Kind.KE1, List.of(0, 64),
            Kind.KE2, List.of(0, 224),
            Kind.KE3, List.of());

    static Stream<Arguments> badElements() {
        List<String> encodings = new ArrayList<>();
        for (JsonElement encoding : Vectors.load("rfc9496-ristretto255.json").getAsJsonArray("invalid_encodings")) {
            encodings.add(encoding.getAsString());
        }
        String identity = "00".repeat(32);
        encodings.add(identity);
        return Arrays.stream(Kind.values())
                .flatMap(kind -> ELEMENT_OFFSETS.get(kind).stream()
                        .flatMap(offset -> encodings.stream().map(encoding -> Arguments.of(kind, offset, encoding))));
    }

    @Test
    void sizes_ofTheMessages_areThoseOfTheStandard() {
        assertThat(List.of(
                        RegistrationRequest.BYTES,
                        RegistrationResponse.BYTES,
                        RegistrationRecord.BYTES,
                        Ke1.BYTES,
                        Ke2.BYTES,
                        Ke3.BYTES))
                .containsExactly(32, 64, 192, 96, 320, 64);
    }

    @ParameterizedTest
    @EnumSource
    void parse_messageOfTheRfc_givesTheSameBytesBack(Kind kind) throws Exception {
        byte[] message = kind.example();
        assertThat(message).hasSize(kind.length);
        assertThat(kind.reread(message.clone())).isEqualTo(message);
    }

    @ParameterizedTest
    @EnumSource
    void parse_anotherLength_isMalformed(Kind kind) {
        byte[] message = kind.example();
        for (int length : new int[] {0, 1, kind.length - 1, kind.length + 1, 2 * kind.length}) {
            assertMalformed(kind, Arrays.copyOf(message, length));
        }
    }

    @ParameterizedTest
    @MethodSource("badElements")
    void parse_elementThatIsInvalidOrTheIdentity_isMalformed(Kind kind, int offset, String encoding) {
        byte[] message = kind.example();
        byte[] element = HexFormat.of().parseHex(encoding);
        System.arraycopy(element, 0, message, offset, element.length);
        assertMalformed(kind, message);
    }

    @Test
    void parsedMessage_inputOrOutputArrayChanged_isNotChanged() throws Exception {
        byte[] input = Kind.KE1.example();
        Ke1 ke1 = Ke1.parse(input);
        Arrays.fill(input, (byte) 1);
        Arrays.fill(ke1.toByteArray(), (byte) 2);
        assertThat(ke1.toByteArray()).isEqualTo(Kind.KE1.example());
    }

    @Test
    void record_closed_isWipedAndGivesNothing() throws Exception {
        RegistrationRecord record = RegistrationRecord.parse(Kind.REGISTRATION_RECORD.example());
        HeldSecrets held = HeldSecrets.of(record);
        assertThat(held.countNotWiped()).isEqualTo(1);
        record.close();
        assertThat(held.countNotWiped()).isZero();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(record::toByteArray);
    }

    @Test
    void record_asText_showsNothing() throws Exception {
        try (RegistrationRecord record = RegistrationRecord.parse(Kind.REGISTRATION_RECORD.example())) {
            assertThat(record).hasToString("RegistrationRecord[REDACTED]");
        }
    }

    private static void assertMalformed(Kind kind, byte[] message) {
        assertThatExceptionOfType(OpaqueException.class)
                .isThrownBy(() -> kind.reread(message))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED))
                .withMessage("the message is malformed")
                .withNoCause();
    }
}
