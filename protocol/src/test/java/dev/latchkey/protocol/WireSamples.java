package dev.latchkey.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.latchkey.protocol.MalformedException.Reason;
import dev.latchkey.protocol.wire.Constraint;
import dev.latchkey.protocol.wire.Constraints;
import dev.latchkey.protocol.wire.KeyServerOuterClass;
import dev.latchkey.protocol.wire.Operations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Messages of every type, at the edges of their bounds and one step beyond, made from the {@code .proto} files. */
final class WireSamples {

    private static final int UNKNOWN_ENUM_NUMBER = 99;

    private WireSamples() {}

    /** One message; {@code reason} and {@code path} are null when it keeps all rules. */
    record Sample(String name, Message message, Reason reason, String path) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** All message types of the protocol, nested ones included. */
    static Stream<Descriptor> types() {
        return Stream.concat(
                        KeyServerOuterClass.getDescriptor().getMessageTypes().stream(),
                        Operations.getDescriptor().getMessageTypes().stream())
                .flatMap(type -> Stream.concat(Stream.of(type), type.getNestedTypes().stream()));
    }

    /** Every required field at its lower bound, of a oneof the first member, everything else absent. */
    static Message smallest(Descriptor type) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            OneofDescriptor oneof = field.getRealContainingOneof();
            boolean skipped = oneof != null && oneof.getField(0) != field;
            if (!skipped && (oneof != null || needed(field))) {
                set(builder, field, lower(field), Math.max(1, rule(field).getMinItems()));
            }
        }
        return builder.build();
    }

    /** For each field, the smallest message with that field at its lower and at its upper bound. */
    static Stream<Sample> valid() {
        return types().flatMap(type -> {
            List<Sample> samples = new ArrayList<>();
            samples.add(new Sample(type.getName() + " smallest", smallest(type), null, null));
            for (FieldDescriptor field : type.getFields()) {
                int most = field.isRepeated() ? rule(field).getMaxItems() : 1;
                samples.add(valid(
                        field, "lower", lower(field), Math.max(1, rule(field).getMinItems())));
                samples.add(valid(field, "upper", upper(field), most));
                if (field.isRepeated() && rule(field).getMinItems() == 0) {
                    samples.add(valid(field, "empty", lower(field), 0));
                }
            }
            return samples.stream();
        });
    }

    /** For each bound of each field, the smallest message that breaks it by one. */
    static Stream<Sample> broken() {
        return types().flatMap(type -> {
            List<Sample> samples = new ArrayList<>();
            type.getFields().forEach(field -> samples.addAll(broken(field)));
            for (OneofDescriptor oneof : type.getRealOneofs()) {
                Message none = smallest(type).toBuilder().clearOneof(oneof).build();
                samples.add(new Sample(
                        type.getName() + "." + oneof.getName() + " not set",
                        none,
                        Reason.MISSING,
                        type.getName() + "." + oneof.getName()));
            }
            return samples.stream();
        });
    }

    private static List<Sample> broken(FieldDescriptor field) {
        Constraint rule = rule(field);
        List<Sample> samples = new ArrayList<>();
        switch (field.getJavaType()) {
            case BYTE_STRING, STRING -> {
                int least = Math.max(rule.getSize(), rule.getMinSize());
                int most = Math.max(rule.getSize(), rule.getMaxSize());
                if (least > 0) {
                    samples.add(broken(field, "empty", sized(field, 0), Reason.WRONG_LENGTH));
                    samples.add(broken(field, "one byte less", sized(field, least - 1), Reason.WRONG_LENGTH));
                }
                samples.add(broken(field, "one byte more", sized(field, most + 1), Reason.WRONG_LENGTH));
            }
            case INT, LONG -> {
                if (rule.getMin() != 0) {
                    samples.add(broken(field, "zero", number(field, 0), Reason.OUT_OF_RANGE));
                    samples.add(broken(field, "one less", number(field, rule.getMin() - 1), Reason.OUT_OF_RANGE));
                }
                if (rule.getMax() != 0) {
                    samples.add(broken(field, "one more", number(field, rule.getMax() + 1), Reason.OUT_OF_RANGE));
                    // The highest bit set: a negative number to Java.
                    samples.add(broken(field, "the most", number(field, -1), Reason.OUT_OF_RANGE));
                }
            }
            case ENUM -> {
                samples.add(broken(field, "zero", enumValue(field, 0), Reason.MISSING));
                samples.add(broken(field, "unknown", enumValue(field, UNKNOWN_ENUM_NUMBER), Reason.UNKNOWN_VALUE));
            }
            case MESSAGE -> {
                if (rule.getRequired() && !field.isRepeated()) {
                    Message without = smallest(field.getContainingType()).toBuilder()
                            .clearField(field)
                            .build();
                    samples.add(new Sample(path(field) + " missing", without, Reason.MISSING, path(field)));
                }
            }
            default -> throw new AssertionError("the protocol has no field like " + field.getFullName());
        }
        if (field.isRepeated()) {
            if (rule.getMinItems() > 0) {
                samples.add(broken(field, "one item less", rule.getMinItems() - 1));
            }
            samples.add(broken(field, "one item more", rule.getMaxItems() + 1));
        }
        return samples;
    }

    private static Sample valid(FieldDescriptor field, String what, Object value, int count) {
        return new Sample(path(field) + " " + what, with(field, value, count), null, null);
    }

    private static Sample broken(FieldDescriptor field, String what, Object value, Reason reason) {
        String path = field.isRepeated() ? path(field) + "[0]" : path(field);
        int count = Math.max(1, rule(field).getMinItems());
        return new Sample(path + " " + what, with(field, value, count), reason, path);
    }

    private static Sample broken(FieldDescriptor field, String what, int count) {
        return new Sample(path(field) + " " + what, with(field, lower(field), count), Reason.WRONG_COUNT, path(field));
    }

    private static Message with(FieldDescriptor field, Object value, int count) {
        Message.Builder builder = smallest(field.getContainingType()).toBuilder();
        builder.clearField(field);
        set(builder, field, value, count);
        return builder.build();
    }

    private static void set(Message.Builder builder, FieldDescriptor field, Object value, int count) {
        builder.setField(field, field.isRepeated() ? Collections.nCopies(count, value) : value);
    }

    private static boolean needed(FieldDescriptor field) {
        Constraint rule = rule(field);
        return rule.getRequired()
                || rule.getSize() > 0
                || rule.getMinSize() > 0
                || rule.getMin() != 0
                || rule.getMinItems() > 0;
    }

    private static Object lower(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case BYTE_STRING, STRING ->
                sized(field, Math.max(rule(field).getSize(), rule(field).getMinSize()));
            case INT, LONG -> number(field, rule(field).getMin());
            case ENUM -> enumValue(field, 1);
            case MESSAGE -> smallest(field.getMessageType());
            default -> throw new AssertionError("the protocol has no field like " + field.getFullName());
        };
    }

    private static Object upper(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case BYTE_STRING, STRING ->
                sized(field, Math.max(rule(field).getSize(), rule(field).getMaxSize()));
            case INT, LONG ->
                number(field, rule(field).getMax() == 0 ? -1 : rule(field).getMax());
            case ENUM -> {
                List<EnumValueDescriptor> values = field.getEnumType().getValues();
                yield values.get(values.size() - 1);
            }
            case MESSAGE -> smallest(field.getMessageType());
            default -> throw new AssertionError("the protocol has no field like " + field.getFullName());
        };
    }

    private static Object sized(FieldDescriptor field, int size) {
        return field.getJavaType() == FieldDescriptor.JavaType.STRING
                ? "a".repeat(size)
                : ByteString.copyFrom(new byte[size]);
    }

    private static Object number(FieldDescriptor field, long value) {
        if (field.getJavaType() == FieldDescriptor.JavaType.INT) {
            return (int) value;
        }
        return value;
    }

    private static EnumValueDescriptor enumValue(FieldDescriptor field, int number) {
        return field.getEnumType().findValueByNumberCreatingIfUnknown(number);
    }

    private static String path(FieldDescriptor field) {
        return field.getContainingType().getName() + "." + field.getName();
    }

    private static Constraint rule(FieldDescriptor field) {
        return field.getOptions().getExtension(Constraints.must);
    }
}
