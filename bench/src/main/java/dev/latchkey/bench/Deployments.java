package dev.latchkey.bench;

import dev.latchkey.server.store.Store;
import java.io.IOException;

/** Deployments of some number of accounts each, on one kind of database. */
interface Deployments extends AutoCloseable {

    /** One with the files of its own and a database that nobody else uses; made at the first call, and kept. */
    Deployment of(int accounts) throws Exception;

    /** What its database takes on the disk, in bytes, without what an empty one takes. Only while no server runs. */
    long bytes(Deployment deployment) throws Exception;

    /** Adds accounts that nobody logs in to, those with the numbers from {@code from} on, before {@code to}. */
    void load(Deployment deployment, int from, int to, ProgressBar bar) throws Exception;

    /** What its tables and indexes take for each account, the largest first. Only while no server runs. */
    String sizes(Deployment deployment, int accounts) throws Exception;

    @Override
    void close() throws IOException;

    /** Opening a store makes its tables and keys. */
    static void makeTables(Deployment deployment) throws Exception {
        deployment.withStore(Store::deployment);
    }
}
