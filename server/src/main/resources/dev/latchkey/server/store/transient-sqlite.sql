-- What is gone after a restart, in a file of its own that no backup takes.

-- Replaced daily; wrapped under the root key.
CREATE TABLE transient.transient_keys (
    version    INTEGER NOT NULL PRIMARY KEY,
    wrapped    BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Where the clock stood when it was last looked at.
CREATE TABLE transient.turns (
    name  TEXT    NOT NULL PRIMARY KEY,
    taken INTEGER NOT NULL
) STRICT;

CREATE TABLE transient.pending_registrations (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    BLOB    NOT NULL, -- sealed
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX transient.pending_registrations_expiry ON pending_registrations (expires_at);

CREATE TABLE transient.handshakes (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    BLOB    NOT NULL, -- sealed
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX transient.handshakes_expiry ON handshakes (expires_at);

-- Apart from the logins', which anybody's registrations must not crowd out.
CREATE TABLE transient.registration_handshakes (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    BLOB    NOT NULL, -- sealed
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX transient.registration_handshakes_expiry ON registration_handshakes (expires_at);

-- Changes of password between their steps, by the session they were begun in.
CREATE TABLE transient.password_changes (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payload    BLOB    NOT NULL, -- sealed
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX transient.password_changes_expiry ON password_changes (expires_at);

-- A session is alive until `expires_at`, which moves with its use and never past `ends_at`.
CREATE TABLE transient.sessions (
    number             INTEGER NOT NULL PRIMARY KEY,
    id                 BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    user_id            BLOB    NOT NULL CHECK (length(user_id) = 16),
    kind               INTEGER NOT NULL,
    credential_version INTEGER NOT NULL,
    secrets            BLOB    NOT NULL, -- sealed
    window_highest     INTEGER NOT NULL,
    window_seen        INTEGER NOT NULL,
    idle_ms            INTEGER NOT NULL,
    opened_at          INTEGER NOT NULL,
    device_id          BLOB CHECK (length(device_id) = 16), -- whose ticket was shown, if any
    last_used_at       INTEGER NOT NULL,
    ends_at            INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL
) STRICT;

CREATE INDEX transient.sessions_by_user ON sessions (user_id);
CREATE INDEX transient.sessions_by_kind ON sessions (kind);
CREATE INDEX transient.sessions_expiry ON sessions (expires_at);

-- What was begun lately from one network or for one name, which only a keyed hash tells.
CREATE TABLE transient.throughput (
    bucket  BLOB    NOT NULL PRIMARY KEY CHECK (length(bucket) = 32),
    full_at INTEGER NOT NULL -- in nanoseconds since 1970
) STRICT;

CREATE INDEX transient.throughput_full ON throughput (full_at);
