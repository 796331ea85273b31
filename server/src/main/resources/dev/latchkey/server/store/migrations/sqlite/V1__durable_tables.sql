-- Times are Unix milliseconds, identifiers are bytes. Columns said to be sealed hold what dev.latchkey.server.seal makes of
-- their content, bound to table, column, owner and row: the bytes here are useless elsewhere, even inside this file.

-- What is fixed at the first start. One row.
CREATE TABLE deployment (
    id                 INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    root_fingerprint   BLOB    NOT NULL CHECK (length(root_fingerprint) = 16),
    ksf_memory_kib     INTEGER NOT NULL,
    ksf_iterations     INTEGER NOT NULL,
    ksf_parallelism    INTEGER NOT NULL,
    server_private_key BLOB    NOT NULL, -- sealed
    enumeration_key    BLOB    NOT NULL, -- sealed
    created_at         INTEGER NOT NULL
) STRICT;

-- Every sealed value names the version of its key. New values are sealed under the highest.
CREATE TABLE data_keys (
    version    INTEGER NOT NULL PRIMARY KEY CHECK (version > 0),
    wrapped    BLOB    NOT NULL, -- under the root key
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    user_id            BLOB    NOT NULL PRIMARY KEY CHECK (length(user_id) = 16),
    account_name       BLOB    NOT NULL, -- sealed
    record             BLOB    NOT NULL, -- sealed, bound to credential_version
    oprf_seed          BLOB    NOT NULL, -- sealed, bound to credential_version
    storage_key        BLOB    NOT NULL, -- sealed, bound to credential_version
    credential_version INTEGER NOT NULL CHECK (credential_version > 0),
    audit_n            INTEGER NOT NULL,
    audit_head         BLOB    NOT NULL CHECK (length(audit_head) = 32),
    created_at         INTEGER NOT NULL,
    last_login_at      INTEGER NOT NULL DEFAULT 0,
    last_failure_at    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The only way from a name to its account. The tag is a keyed hash: nobody can look for a name without the key.
CREATE TABLE account_names (
    name_tag         BLOB    NOT NULL PRIMARY KEY CHECK (length(name_tag) = 32),
    user_id          BLOB    NOT NULL UNIQUE REFERENCES accounts (user_id) DEFERRABLE INITIALLY DEFERRED,
    dropped_failures INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    user_id BLOB    NOT NULL REFERENCES accounts (user_id),
    n       INTEGER NOT NULL CHECK (n > 0),
    entry   BLOB    NOT NULL,
    PRIMARY KEY (user_id, n)
) STRICT, WITHOUT ROWID;

-- Key ids that were handed out and hold nothing yet.
CREATE TABLE key_ids (
    user_id    BLOB    NOT NULL REFERENCES accounts (user_id),
    key_id     BLOB    NOT NULL CHECK (length(key_id) = 16),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key_id)
) STRICT, WITHOUT ROWID;

-- A deleted secret leaves its row as a tombstone, emptied.
CREATE TABLE secrets (
    user_id           BLOB    NOT NULL REFERENCES accounts (user_id),
    key_id            BLOB    NOT NULL CHECK (length(key_id) = 16),
    created_n         INTEGER NOT NULL, -- the audit entry that reports its creation
    last_retrieved_at INTEGER NOT NULL DEFAULT 0,
    deleted_at        INTEGER,
    label_tag         BLOB CHECK (length(label_tag) = 16),
    secret_hash       BLOB CHECK (length(secret_hash) = 32),
    descriptor        BLOB, -- sealed
    secret            BLOB, -- sealed
    PRIMARY KEY (user_id, key_id),
    CHECK ((deleted_at IS NULL) = (label_tag IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret_hash IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (descriptor IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX secrets_by_label ON secrets (user_id, label_tag);
CREATE UNIQUE INDEX secrets_in_order ON secrets (user_id, created_n);

-- One row for every name whose guess budget is not full, known or not: when it will be full again.
CREATE TABLE guess_ledger (
    name_tag BLOB    NOT NULL PRIMARY KEY CHECK (length(name_tag) = 32),
    full_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX guess_ledger_full ON guess_ledger (full_at);

-- Logins that were begun and not proven, for all names alike. `id` grows with time.
CREATE TABLE failed_attempts (
    id           INTEGER NOT NULL PRIMARY KEY,
    name_tag     BLOB    NOT NULL CHECK (length(name_tag) = 32),
    handshake_id BLOB    NOT NULL CHECK (length(handshake_id) = 16),
    begun_at     INTEGER NOT NULL,
    refused      INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    UNIQUE (name_tag, handshake_id)
) STRICT;
