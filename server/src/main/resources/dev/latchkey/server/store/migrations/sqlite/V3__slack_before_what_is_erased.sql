-- When SQLite moves rows between pages it may leave a copy in the part of a page that nothing uses, where no later deletion
-- overwrites it. What fills further pages of a row's own is never moved, and is overwritten when it goes. So before the columns
-- that must leave no trace stand as many zeros as a row can have in a shared page: 4096 − 35 bytes.

CREATE TABLE secrets_with_slack (
    user_id           BLOB    NOT NULL REFERENCES accounts (user_id),
    key_id            BLOB    NOT NULL CHECK (length(key_id) = 16),
    created_n         INTEGER NOT NULL, -- the audit entry that reports its creation
    last_retrieved_at INTEGER NOT NULL DEFAULT 0,
    deleted_at        INTEGER,
    label_tag         BLOB CHECK (length(label_tag) = 16),
    secret_hash       BLOB CHECK (length(secret_hash) = 32),
    slack             BLOB    NOT NULL CHECK (length(slack) = 4061 OR deleted_at IS NOT NULL),
    descriptor        BLOB, -- sealed
    secret            BLOB, -- sealed
    PRIMARY KEY (user_id, key_id),
    CHECK ((deleted_at IS NULL) = (label_tag IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret_hash IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (descriptor IS NOT NULL)),
    CHECK ((deleted_at IS NULL) = (secret IS NOT NULL))
) STRICT;

INSERT INTO secrets_with_slack (user_id, key_id, created_n, last_retrieved_at, deleted_at, label_tag, secret_hash, slack,
    descriptor, secret)
SELECT user_id, key_id, created_n, last_retrieved_at, deleted_at, label_tag, secret_hash, zeroblob(4061), descriptor, secret
FROM secrets ORDER BY rowid;

DROP TABLE secrets;
ALTER TABLE secrets_with_slack RENAME TO secrets;

CREATE UNIQUE INDEX secrets_by_label ON secrets (user_id, label_tag);
CREATE UNIQUE INDEX secrets_in_order ON secrets (user_id, created_n);

-- Other tables refer to the accounts, so the columns move and the table stays. None of them is ever left to its default.
ALTER TABLE accounts ADD COLUMN slack BLOB NOT NULL DEFAULT x'';
ALTER TABLE accounts ADD COLUMN moved_account_name BLOB NOT NULL DEFAULT x'';
ALTER TABLE accounts ADD COLUMN moved_record BLOB NOT NULL DEFAULT x'';
ALTER TABLE accounts ADD COLUMN moved_oprf_seed BLOB NOT NULL DEFAULT x'';
ALTER TABLE accounts ADD COLUMN moved_storage_key BLOB NOT NULL DEFAULT x'';

UPDATE accounts SET slack = zeroblob(4061), moved_account_name = account_name, moved_record = record,
    moved_oprf_seed = oprf_seed, moved_storage_key = storage_key;

ALTER TABLE accounts DROP COLUMN account_name;
ALTER TABLE accounts DROP COLUMN record;
ALTER TABLE accounts DROP COLUMN oprf_seed;
ALTER TABLE accounts DROP COLUMN storage_key;
ALTER TABLE accounts RENAME COLUMN moved_account_name TO account_name;
ALTER TABLE accounts RENAME COLUMN moved_record TO record;
ALTER TABLE accounts RENAME COLUMN moved_oprf_seed TO oprf_seed;
ALTER TABLE accounts RENAME COLUMN moved_storage_key TO storage_key;
