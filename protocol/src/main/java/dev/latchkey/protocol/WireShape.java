package dev.latchkey.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.latchkey.protocol.MalformedException.Reason;
import dev.latchkey.protocol.wire.Constraints;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a message's bytes show before anything is made of them: fields this version does not know, and more elements than a field may
 * have. Parsed, a hostile message of 1 MiB could be many times as large.
 */
final class WireShape {
    private final CodedInputStream in;

    private WireShape(CodedInputStream in) {
        this.in = in;
    }

    /** @throws MalformedException naming the path of the first field that makes more of the message than may be */
    static void check(Descriptor type, byte[] bytes) throws MalformedException {
        try {
            new WireShape(CodedInputStream.newInstance(bytes)).check(type, type.getName());
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedException(Reason.NOT_PARSABLE);
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory can be read", impossible);
        }
    }

    private void check(Descriptor type, String path) throws IOException, MalformedException {
        Map<FieldDescriptor, Integer> counts = new HashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            // A known number in another form is kept as an unknown field.
            if (field == null || !mayBe(field, WireFormat.getTagWireType(tag))) {
                throw new MalformedException(Reason.UNKNOWN_FIELD, path);
            }
            if (counts.merge(field, 1, Integer::sum) > most(field)) {
                throw new MalformedException(Reason.WRONG_COUNT, path + "." + field.getName());
            }
            if (field.getJavaType() == JavaType.MESSAGE) {
                int before = in.pushLimit(in.readRawVarint32());
                check(field.getMessageType(), path + "." + field.getName());
                in.popLimit(before);
            } else {
                in.skipField(tag);
            }
        }
    }

    private static boolean mayBe(FieldDescriptor field, int form) {
        return form == field.getLiteType().getWireType()
                || (field.isPackable() && form == WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    /** A message that is there again is added to the first, elements and all. Of other single fields the last one counts. */
    private static int most(FieldDescriptor field) {
        int items = field.getOptions().getExtension(Constraints.must).getMaxItems();
        if (field.isRepeated()) {
            return items == 0 ? Integer.MAX_VALUE : items;
        }
        return field.getJavaType() == JavaType.MESSAGE ? 1 : Integer.MAX_VALUE;
    }
}
