-- Which backup was the last. One row, and in no backup itself.
CREATE TABLE last_backup (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    given    INTEGER NOT NULL, -- the highest number that one was begun under
    number   INTEGER NOT NULL, -- of the last that was taken, 0 if none was
    taken_at INTEGER NOT NULL
) STRICT;
