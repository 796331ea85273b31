-- Devices that an account knows: each holds a ticket, of which only a hash is kept here. In guess_ledger stand from now on also
-- the budgets of tickets, under a keyed hash that is no name's.
CREATE TABLE devices (
    user_id      BLOB    NOT NULL REFERENCES accounts (user_id),
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    added_at     INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    ticket_hash  BLOB    NOT NULL, -- sealed
    name         BLOB    NOT NULL, -- sealed, and before that by its owner
    PRIMARY KEY (user_id, device_id)
) STRICT, WITHOUT ROWID;
