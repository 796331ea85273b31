package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Deployment;

/** What an open store holds in memory: the keys its values are sealed under, and its deployment. Owns them. */
final class StoreKeys implements AutoCloseable {
    private final DataKeyRing durable;
    private final TransientKeys passing;
    private final Deployment deployment;
    private final UnknownAccount unknownAccount;

    StoreKeys(DataKeyRing durable, TransientKeys passing, Deployment deployment, UnknownAccount unknownAccount) {
        this.durable = durable;
        this.passing = passing;
        this.deployment = deployment;
        this.unknownAccount = unknownAccount;
    }

    DataKeyRing durable() {
        return durable;
    }

    TransientKeys passing() {
        return passing;
    }

    Deployment deployment() {
        return deployment;
    }

    UnknownAccount unknownAccount() {
        return unknownAccount;
    }

    @Override
    public void close() {
        deployment.close();
        unknownAccount.close();
        passing.close();
        durable.close();
    }
}
