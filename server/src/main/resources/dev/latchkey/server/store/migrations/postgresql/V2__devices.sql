-- Devices that an account knows: each holds a ticket, of which only a hash is kept here. In guess_ledger stand from now on also
-- the budgets of tickets, under a keyed hash that is no name's.
CREATE TABLE devices (
    user_id      bytea  NOT NULL REFERENCES accounts (user_id),
    device_id    bytea  NOT NULL CHECK (length(device_id) = 16),
    added_at     bigint NOT NULL,
    last_used_at bigint NOT NULL,
    ticket_hash  bytea  NOT NULL, -- sealed
    name         bytea  NOT NULL, -- sealed, and before that by its owner
    PRIMARY KEY (user_id, device_id)
);

-- Sessions of the version before say nothing of these, and end with this change.
TRUNCATE transient.sessions;

ALTER TABLE transient.sessions ADD COLUMN opened_at bigint NOT NULL;
ALTER TABLE transient.sessions ADD COLUMN device_id bytea CHECK (length(device_id) = 16); -- whose ticket was shown, if any
