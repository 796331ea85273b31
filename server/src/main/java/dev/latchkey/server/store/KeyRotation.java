package dev.latchkey.server.store;

import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeySource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Renews the keys of a store while it is in use. The data key: a new version, everything sealed under it anew in small
 * transactions, and the old versions deleted when nothing is left under them. Where it stands is kept in the database, so
 * that it goes on after a crash, or on another server. Owners notice nothing of it. Safe for use by several threads.
 */
public interface KeyRotation {

    /** The data keys there are, and how far the last renewal has come. */
    Status status() throws StoreUnavailableException;

    /**
     * Makes a new version, under which everything is sealed from now on; where a renewal is under way, that one goes on.
     *
     * @throws StoreUnavailableException if nothing was changed, or if it is not known whether it was; then call it again
     */
    Progress begin() throws StoreUnavailableException;

    /**
     * Goes on by a few rows, which are locked meanwhile. To be called until the state {@link State#ends}.
     *
     * @throws IllegalStateException if none was ever begun
     * @throws StoreUnavailableException if nothing was changed, or if it is not known whether it was; then call it again
     */
    Progress step() throws StoreUnavailableException;

    /**
     * Wraps all data keys under another root key, in one transaction: until it is committed the old one opens the database and the
     * new one does not, afterwards it is the other way round. This server goes on with the new one.
     *
     * @param to where the new one is kept
     * @throws RootKeyException if it is not to be had; nothing was changed
     * @throws StoreOpenException if it is of no use; nothing was changed
     * @throws StoreUnavailableException if nothing was changed, or if it is not known whether it was; then call it again
     */
    RootKeyChanged changeRootKey(RootKeySource to)
            throws RootKeyException, StoreOpenException, StoreUnavailableException;

    /**
     * What a change of the root key came to.
     *
     * @param changed false if the database was under that root key already, and nothing was changed
     * @param fingerprint in hexadecimal digits, of the root key that it is under
     */
    record RootKeyChanged(boolean changed, String fingerprint) {}

    /** How far a renewal has come. */
    enum State {
        /** Row by row, everything is sealed under the new version. */
        SEALING(1),
        /** Every row is looked at once more: is it under the new version? */
        COUNTING(2),
        /** The old versions are deleted. */
        DONE(3),
        /** Rows are left that do not open. They are as they were, and so the old versions are kept. */
        OLD_KEYS_KEPT(4);

        private final int number;

        State(int number) {
            this.number = number;
        }

        /** In the database and on the wire; never given a second meaning. */
        public int number() {
            return number;
        }

        /** Empty if none has this number. */
        public static Optional<State> of(int number) {
            return Arrays.stream(values())
                    .filter(state -> state.number == number)
                    .findFirst();
        }

        /** Whether there is nothing more to be done. */
        public boolean ends() {
            return this == DONE || this == OLD_KEYS_KEPT;
        }
    }

    /**
     * Where a renewal stands.
     *
     * @param target the version that everything is sealed under anew
     * @param state what it is at
     * @param done rows that were looked at
     * @param total rows there were when it began
     * @param damaged rows that do not open
     * @param leftOver rows that were counted under an older version
     */
    record Progress(int target, State state, long done, long total, long damaged, long leftOver) {}

    /**
     * One data key.
     *
     * @param version by which sealed values name it
     * @param createdMillis when it was made
     * @param closedMillis since when nothing is sealed under it any more; empty for the newest
     */
    record Version(int version, long createdMillis, Optional<Long> closedMillis) {}

    /**
     * The data keys of a store.
     *
     * @param versions those there are, the oldest first
     * @param last the renewal that is under way or was the last; empty if there was none
     */
    record Status(List<Version> versions, Optional<Progress> last) {}
}
