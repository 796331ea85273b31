-- What is sealed under a row's erasure key is gone with it. The keys stand in slots that never move: rows of one size, which
-- are appended and then only written over, in pages that are never given back. Nothing is ever deleted here. A slot that is
-- free holds zeros and takes the next key.
CREATE TABLE erasure_keys (
    slot INTEGER NOT NULL PRIMARY KEY,
    free INTEGER NOT NULL CHECK (free IN (0, 1)), -- either takes no room: the size stays
    key  BLOB    NOT NULL CHECK (length(key) = 32)
) STRICT;

CREATE INDEX erasure_keys_free ON erasure_keys (slot) WHERE free = 1;

-- Rows from before have no slot but their slack, until they are written anew.
ALTER TABLE accounts ADD COLUMN slot INTEGER;
ALTER TABLE devices ADD COLUMN slot INTEGER;

CREATE TABLE secrets_with_slots (
    user_id           BLOB    NOT NULL REFERENCES accounts (user_id),
    key_id            BLOB    NOT NULL CHECK (length(key_id) = 16),
    created_n         INTEGER NOT NULL, -- the audit entry that reports its creation
    last_retrieved_at INTEGER NOT NULL DEFAULT 0,
    deleted_at        INTEGER,
    slot              INTEGER CHECK (slot IS NULL OR deleted_at IS NULL),
    label_tag         BLOB CHECK (length(label_tag) = 16),
    secret_hash       BLOB CHECK (length(secret_hash) = 32),
    slack             BLOB    NOT NULL CHECK (length(slack) = 4061 OR slot IS NOT NULL OR deleted_at IS NOT NULL),
    descriptor        BLOB, -- sealed
    secret            BLOB, -- sealed
    PRIMARY KEY (user_id, key_id),
    CHECK ((deleted_at IS NULL) = (label_tag IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret_hash IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (descriptor IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret IS NOT NULL))
) STRICT;

INSERT INTO secrets_with_slots (user_id, key_id, created_n, last_retrieved_at, deleted_at, label_tag, secret_hash, slack,
    descriptor, secret)
SELECT user_id, key_id, created_n, last_retrieved_at, deleted_at, label_tag, secret_hash, slack, descriptor, secret
FROM secrets ORDER BY rowid;

DROP TABLE secrets;
ALTER TABLE secrets_with_slots RENAME TO secrets;

CREATE UNIQUE INDEX secrets_by_label ON secrets (user_id, label_tag);
CREATE UNIQUE INDEX secrets_in_order ON secrets (user_id, created_n);
