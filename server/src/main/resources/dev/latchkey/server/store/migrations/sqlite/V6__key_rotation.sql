-- Since when nothing is sealed under a data key any more; it still opens what is left under it.
ALTER TABLE data_keys ADD COLUMN closed_at INTEGER;

-- The renewal of the data key that is under way, or was the last. One row. Where it stands is written with what it did.
CREATE TABLE key_rotation (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    target      INTEGER NOT NULL, -- the version that everything is sealed under anew
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
    table_index INTEGER NOT NULL, -- which of the sealed tables is being gone through
    after_key   BLOB    NOT NULL, -- of the last row that was looked at there
    done        INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    damaged     INTEGER NOT NULL, -- rows that do not open, and were left as they are
    left_over   INTEGER NOT NULL, -- rows counted under older versions
    started_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;
