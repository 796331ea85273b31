package dev.latchkey.bench.load;

import java.util.random.RandomGenerator;

/** What owners do under load. */
public enum Workload {
    REGISTER("registrations: four calls, one new account each"),
    LOGIN("logins: two calls each"),
    RETRIEVE("retrieves of one secret in an open session: one call each"),
    STORE("stores of one new secret in an open session: two calls each"),
    MIXED("of a hundred: 75 retrieves, 15 stores, 8 logins, 2 registrations"),
    ECHO("calls to a server that only answers, for comparison: one call each");

    private static final int RETRIEVES = 75;
    private static final int STORES = 15;
    private static final int LOGINS = 8;
    private static final int ALL = 100;

    private final String about;

    Workload(String about) {
        this.about = about;
    }

    /** What it is, in a line. */
    public String about() {
        return about;
    }

    /** What is to be done next; a mixture of the others where this is one. */
    Workload next(RandomGenerator random) {
        if (this != MIXED) {
            return this;
        }
        int drawn = random.nextInt(ALL);
        if (drawn < RETRIEVES) {
            return RETRIEVE;
        }
        if (drawn < RETRIEVES + STORES) {
            return STORE;
        }
        return drawn < RETRIEVES + STORES + LOGINS ? LOGIN : REGISTER;
    }
}
