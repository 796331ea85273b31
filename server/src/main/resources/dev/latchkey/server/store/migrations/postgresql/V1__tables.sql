-- Times are Unix milliseconds, identifiers are bytes. Columns said to be sealed hold what dev.latchkey.server.seal makes of
-- their content, bound to table, column, owner and row: the bytes here are useless elsewhere, even inside this database.
--
-- Tables of owners have keys that begin with user_id, so that an owner's rows can stand together on one machine of many.
-- No foreign keys lead from one kind of key to another, for the same reason.

-- What is fixed at the first start. One row.
CREATE TABLE deployment (
    id                 integer NOT NULL PRIMARY KEY CHECK (id = 1),
    root_fingerprint   bytea   NOT NULL CHECK (length(root_fingerprint) = 16),
    ksf_memory_kib     integer NOT NULL,
    ksf_iterations     integer NOT NULL,
    ksf_parallelism    integer NOT NULL,
    server_private_key bytea   NOT NULL, -- sealed
    enumeration_key    bytea   NOT NULL, -- sealed
    created_at         bigint  NOT NULL
);

-- Every sealed value names the version of its key. New values are sealed under the highest.
CREATE TABLE data_keys (
    version    integer NOT NULL PRIMARY KEY CHECK (version > 0),
    wrapped    bytea   NOT NULL, -- under the root key
    created_at bigint  NOT NULL
);

CREATE TABLE accounts (
    user_id            bytea  NOT NULL PRIMARY KEY CHECK (length(user_id) = 16),
    credential_version bigint NOT NULL CHECK (credential_version > 0),
    audit_n            bigint NOT NULL,
    audit_head         bytea  NOT NULL CHECK (length(audit_head) = 32),
    created_at         bigint NOT NULL,
    last_login_at      bigint NOT NULL DEFAULT 0,
    last_failure_at    bigint NOT NULL DEFAULT 0,
    slack              bytea  NOT NULL, -- empty: SQLite needs it
    account_name       bytea  NOT NULL, -- sealed
    record             bytea  NOT NULL, -- sealed, bound to credential_version
    oprf_seed          bytea  NOT NULL, -- sealed, bound to credential_version
    storage_key        bytea  NOT NULL  -- sealed, bound to credential_version
);

-- The only way from a name to its account. The tag is a keyed hash: nobody can look for a name without the key.
CREATE TABLE account_names (
    name_tag         bytea  NOT NULL PRIMARY KEY CHECK (length(name_tag) = 32),
    user_id          bytea  NOT NULL CHECK (length(user_id) = 16),
    dropped_failures bigint NOT NULL DEFAULT 0
);

CREATE INDEX account_names_by_user ON account_names (user_id);

CREATE TABLE audit (
    user_id bytea  NOT NULL REFERENCES accounts (user_id),
    n       bigint NOT NULL CHECK (n > 0),
    entry   bytea  NOT NULL,
    head    bytea  NOT NULL CHECK (length(head) = 32), -- after this entry
    PRIMARY KEY (user_id, n)
);

-- Key ids that were handed out and hold nothing yet.
CREATE TABLE key_ids (
    user_id    bytea  NOT NULL REFERENCES accounts (user_id),
    key_id     bytea  NOT NULL CHECK (length(key_id) = 16),
    expires_at bigint NOT NULL,
    PRIMARY KEY (user_id, key_id)
);

-- A deleted secret leaves its row as a tombstone, emptied.
CREATE TABLE secrets (
    user_id           bytea  NOT NULL REFERENCES accounts (user_id),
    key_id            bytea  NOT NULL CHECK (length(key_id) = 16),
    created_n         bigint NOT NULL, -- the audit entry that reports its creation
    last_retrieved_at bigint NOT NULL DEFAULT 0,
    deleted_at        bigint,
    label_tag         bytea CHECK (length(label_tag) = 16),
    secret_hash       bytea CHECK (length(secret_hash) = 32),
    slack             bytea  NOT NULL, -- empty: SQLite needs it
    descriptor        bytea, -- sealed
    secret            bytea, -- sealed
    PRIMARY KEY (user_id, key_id),
    CHECK ((deleted_at IS NULL) = (label_tag IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret_hash IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (descriptor IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret IS NOT NULL))
);

CREATE UNIQUE INDEX secrets_by_label ON secrets (user_id, label_tag);
CREATE UNIQUE INDEX secrets_in_order ON secrets (user_id, created_n);

-- One row for every budget of guesses that is not full: when it will be full again.
CREATE TABLE guess_ledger (
    name_tag bytea  NOT NULL PRIMARY KEY CHECK (length(name_tag) = 32),
    full_at  bigint NOT NULL
);

CREATE INDEX guess_ledger_full ON guess_ledger (full_at);

-- Logins that were begun and not proven, for all names alike. `id` grows with time.
CREATE TABLE failed_attempts (
    id           bigint   NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_tag     bytea    NOT NULL CHECK (length(name_tag) = 32),
    handshake_id bytea    NOT NULL CHECK (length(handshake_id) = 16),
    begun_at     bigint   NOT NULL,
    refused      smallint NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    UNIQUE (name_tag, handshake_id)
);

-- What a crash of the database ends, and a fail-over: in a schema of its own that no backup takes, and without durable
-- writes.
CREATE SCHEMA transient;

-- Replaced daily; wrapped under the root key.
CREATE UNLOGGED TABLE transient.transient_keys (
    version    integer NOT NULL PRIMARY KEY,
    wrapped    bytea   NOT NULL,
    created_at bigint  NOT NULL
);

-- Where transactions that count rows go one after the other.
CREATE UNLOGGED TABLE transient.turns (
    name  text   NOT NULL PRIMARY KEY,
    taken bigint NOT NULL
) WITH (fillfactor = 10);

CREATE UNLOGGED TABLE transient.pending_registrations (
    id         bytea  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    bytea  NOT NULL, -- sealed
    expires_at bigint NOT NULL
);

CREATE INDEX pending_registrations_expiry ON transient.pending_registrations (expires_at);

CREATE UNLOGGED TABLE transient.handshakes (
    id         bytea  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    bytea  NOT NULL, -- sealed
    expires_at bigint NOT NULL
);

CREATE INDEX handshakes_expiry ON transient.handshakes (expires_at);

-- Apart from the logins', which anybody's registrations must not crowd out.
CREATE UNLOGGED TABLE transient.registration_handshakes (
    id         bytea  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    bytea  NOT NULL, -- sealed
    expires_at bigint NOT NULL
);

CREATE INDEX registration_handshakes_expiry ON transient.registration_handshakes (expires_at);

-- Changes of password between their steps, by the session they were begun in.
CREATE UNLOGGED TABLE transient.password_changes (
    id         bytea  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    bytea  NOT NULL, -- sealed
    expires_at bigint NOT NULL
);

CREATE INDEX password_changes_expiry ON transient.password_changes (expires_at);

-- A session is alive until `expires_at`, which moves with its use and never past `ends_at`.
CREATE UNLOGGED TABLE transient.sessions (
    number             bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id                 bytea  NOT NULL UNIQUE CHECK (length(id) = 16),
    user_id            bytea  NOT NULL CHECK (length(user_id) = 16),
    kind               smallint NOT NULL,
    credential_version bigint NOT NULL,
    secrets            bytea  NOT NULL, -- sealed
    window_highest     bigint NOT NULL,
    window_seen        bigint NOT NULL,
    idle_ms            bigint NOT NULL,
    last_used_at       bigint NOT NULL,
    ends_at            bigint NOT NULL,
    expires_at         bigint NOT NULL
);

CREATE INDEX sessions_by_user ON transient.sessions (user_id);
CREATE INDEX sessions_by_kind ON transient.sessions (kind);
CREATE INDEX sessions_expiry ON transient.sessions (expires_at);

-- What was begun lately from one network or for one name, which only a keyed hash tells.
CREATE UNLOGGED TABLE transient.throughput (
    bucket  bytea  NOT NULL PRIMARY KEY CHECK (length(bucket) = 32),
    full_at bigint NOT NULL -- in nanoseconds since 1970
);

CREATE INDEX throughput_full ON transient.throughput (full_at);
