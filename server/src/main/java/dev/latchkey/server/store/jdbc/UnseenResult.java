package dev.latchkey.server.store.jdbc;

import java.util.Optional;

/** What a work gave whose commit did not succeed. */
final class UnseenResult {
    private UnseenResult() {}

    /** Nobody gets to see it, so nobody else wipes what it holds. */
    static void discard(Object result) {
        Object held = result instanceof Optional<?> optional ? optional.orElse(null) : result;
        if (held instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("what the store gives closes without fail", e);
            }
        }
    }
}
