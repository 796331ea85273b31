package dev.latchkey.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.latchkey.protocol.MalformedException.Reason;
import dev.latchkey.protocol.wire.Constraint;
import dev.latchkey.protocol.wire.Constraints;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Holds every message to the bounds that stand beside its fields in the {@code .proto} files, on both sides.
 *
 * <p>A field this version does not know is refused at any depth: whoever sends something new first learns, from what the
 * other side uses, that it will be understood. Fields of a oneof are bounded only where they are set.
 */
public final class WireRules {

    private WireRules() {}

    /**
     * Parses a message and checks it. Of bytes that would become more than a message may be, none is made.
     *
     * @param example any message of the type
     * @throws MalformedException if the bytes are no message of this type, or it breaks a rule
     */
    public static <M extends Message> M parse(M example, byte[] bytes) throws MalformedException {
        WireShape.check(example.getDescriptorForType(), bytes);
        M message;
        try {
            message = parser(example).parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedException(Reason.NOT_PARSABLE);
        }
        check(message);
        return message;
    }

    @SuppressWarnings("unchecked")
    private static <M extends Message> Parser<M> parser(M example) {
        return (Parser<M>) example.getParserForType();
    }

    /**
     * Checks a message and all messages in it.
     *
     * @throws MalformedException naming the path of the first field that breaks a rule
     */
    public static void check(Message message) throws MalformedException {
        checkMessage(message, message.getDescriptorForType().getName());
    }

    private static void checkMessage(Message message, String path) throws MalformedException {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw new MalformedException(Reason.UNKNOWN_FIELD, path);
        }
        for (OneofDescriptor oneof : message.getDescriptorForType().getRealOneofs()) {
            if (oneof.getOptions().getExtension(Constraints.oneRequired) && !message.hasOneof(oneof)) {
                throw new MalformedException(Reason.MISSING, path + "." + oneof.getName());
            }
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            checkField(message, field, path + "." + field.getName());
        }
    }

    private static void checkField(Message message, FieldDescriptor field, String path) throws MalformedException {
        Constraint rule = field.getOptions().getExtension(Constraints.must);
        if (field.isRepeated()) {
            checkElements(message, field, rule, path);
        } else if (!field.hasPresence() || message.hasField(field)) {
            checkValue(field, message.getField(field), rule, path);
        } else if (rule.getRequired() && field.getContainingOneof() == null) {
            throw new MalformedException(Reason.MISSING, path);
        }
    }

    private static void checkElements(Message message, FieldDescriptor field, Constraint rule, String path)
            throws MalformedException {
        int count = message.getRepeatedFieldCount(field);
        if (count < rule.getMinItems() || (rule.getMaxItems() != 0 && count > rule.getMaxItems())) {
            throw new MalformedException(Reason.WRONG_COUNT, path);
        }
        List<?> elements = (List<?>) message.getField(field);
        for (int i = 0; i < count; i++) {
            checkValue(field, elements.get(i), rule, path + "[" + i + "]");
        }
    }

    private static void checkValue(FieldDescriptor field, Object value, Constraint rule, String path)
            throws MalformedException {
        switch (field.getJavaType()) {
            case BYTE_STRING -> checkSize(((ByteString) value).size(), rule, path);
            case STRING -> checkSize(((String) value).getBytes(StandardCharsets.UTF_8).length, rule, path);
            case INT -> checkNumber(Integer.toUnsignedLong((Integer) value), rule, path);
            case LONG -> checkNumber((Long) value, rule, path);
            case ENUM -> checkEnum((EnumValueDescriptor) value, rule, path);
            case MESSAGE -> checkMessage((Message) value, path);
            case BOOLEAN, FLOAT, DOUBLE -> {
                // The protocol has no such field, and no rule is about one.
            }
        }
    }

    private static void checkSize(int size, Constraint rule, String path) throws MalformedException {
        boolean fixed = rule.getSize() == 0 || size == rule.getSize();
        boolean longEnough = size >= rule.getMinSize();
        boolean shortEnough = rule.getMaxSize() == 0 || size <= rule.getMaxSize();
        if (!fixed || !longEnough || !shortEnough) {
            throw new MalformedException(Reason.WRONG_LENGTH, path);
        }
    }

    /** All integers of the protocol are unsigned. */
    private static void checkNumber(long number, Constraint rule, String path) throws MalformedException {
        boolean largeEnough = Long.compareUnsigned(number, rule.getMin()) >= 0;
        boolean smallEnough = rule.getMax() == 0 || Long.compareUnsigned(number, rule.getMax()) <= 0;
        if (!largeEnough || !smallEnough) {
            throw new MalformedException(Reason.OUT_OF_RANGE, path);
        }
    }

    private static void checkEnum(EnumValueDescriptor value, Constraint rule, String path) throws MalformedException {
        if (!rule.getRequired()) {
            return;
        }
        if (value.getNumber() == 0) {
            throw new MalformedException(Reason.MISSING, path);
        }
        // A number that is not in the .proto file is given an index of −1.
        if (value.getIndex() < 0) {
            throw new MalformedException(Reason.UNKNOWN_VALUE, path);
        }
    }
}
