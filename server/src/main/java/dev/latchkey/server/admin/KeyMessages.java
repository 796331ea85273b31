package dev.latchkey.server.admin;

import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.KeyRotation.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts of messages that are about data keys. */
final class KeyMessages {
    /** Where a time, or a renewal, is none. */
    private static final int NONE = 0;

    private KeyMessages() {}

    static MessageWriter encode(MessageWriter writer, Status status) {
        writer.number(status.versions().size());
        for (Version version : status.versions()) {
            writer.number(version.version())
                    .number(version.createdMillis())
                    .number(version.closedMillis().orElse((long) NONE));
        }
        writer.number(status.last().isPresent() ? 1 : NONE);
        status.last().ifPresent(progress -> encode(writer, progress));
        return writer;
    }

    static Status status(MessageReader reader) throws MalformedMessageException {
        int count = reader.number();
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int version = reader.number();
            long created = reader.longNumber();
            long closed = reader.longNumber();
            versions.add(new Version(version, created, closed == NONE ? Optional.empty() : Optional.of(closed)));
        }
        return new Status(
                List.copyOf(versions), reader.number() == NONE ? Optional.empty() : Optional.of(progress(reader)));
    }

    static MessageWriter encode(MessageWriter writer, Progress progress) {
        return writer.number(progress.target())
                .number(progress.state().number())
                .number(progress.done())
                .number(progress.total())
                .number(progress.damaged())
                .number(progress.leftOver());
    }

    static Progress progress(MessageReader reader) throws MalformedMessageException {
        return new Progress(
                reader.number(),
                State.of(reader.number()).orElseThrow(MalformedMessageException::new),
                reader.longNumber(),
                reader.longNumber(),
                reader.longNumber(),
                reader.longNumber());
    }
}
