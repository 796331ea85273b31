package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;

/** Seals values for their cells under the data key that is due, and opens them under the one they name. */
interface Sealing {

    /**
     * Seals one value.
     *
     * @param plaintext stays the caller's
     */
    byte[] seal(Cell cell, byte[] plaintext);

    /**
     * The caller closes the result.
     *
     * @throws DamagedRecordException if {@code sealed} is not what was sealed for this cell
     */
    SecretBytes open(Cell cell, byte[] sealed);

    /**
     * Opens what is no secret of the server's: a name, or what its owner sealed before.
     *
     * @throws DamagedRecordException if {@code sealed} is not what was sealed for this cell
     */
    default byte[] openPlain(Cell cell, byte[] sealed) {
        try (SecretBytes opened = open(cell, sealed)) {
            return opened.copyBytes();
        }
    }
}
