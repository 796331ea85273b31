package dev.latchkey.server.backup;

import java.io.IOException;

/** Is told how far a backup is. */
@FunctionalInterface
public interface Progress {
    /**
     * So much is written.
     *
     * @throws IOException if nobody wants the backup any more
     */
    void written(long bytes) throws IOException;
}
