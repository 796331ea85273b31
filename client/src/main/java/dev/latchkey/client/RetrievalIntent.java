package dev.latchkey.client;

/** What a secret is retrieved for; the audit log keeps it as what the client claimed. */
public enum RetrievalIntent {
    /** It is used by the application and forgotten. */
    LOCAL_USE(dev.latchkey.protocol.wire.RetrievalIntent.RETRIEVAL_INTENT_LOCAL_USE),
    /** It leaves the application: to a file, a screen or another program. */
    EXPORT(dev.latchkey.protocol.wire.RetrievalIntent.RETRIEVAL_INTENT_EXPORT);

    private final dev.latchkey.protocol.wire.RetrievalIntent onWire;

    RetrievalIntent(dev.latchkey.protocol.wire.RetrievalIntent onWire) {
        this.onWire = onWire;
    }

    dev.latchkey.protocol.wire.RetrievalIntent onWire() {
        return onWire;
    }
}
