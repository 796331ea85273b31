-- Since when nothing is sealed under a data key any more; it still opens what is left under it.
ALTER TABLE data_keys ADD COLUMN closed_at bigint;

-- The renewal of the data key that is under way, or was the last. One row. Where it stands is written with what it did.
CREATE TABLE key_rotation (
    id          integer  NOT NULL PRIMARY KEY CHECK (id = 1),
    target      integer  NOT NULL, -- the version that everything is sealed under anew
    state       smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
    table_index smallint NOT NULL, -- which of the sealed tables is being gone through
    after_key   bytea    NOT NULL, -- of the last row that was looked at there
    done        bigint   NOT NULL,
    total       bigint   NOT NULL,
    damaged     bigint   NOT NULL, -- rows that do not open, and were left as they are
    left_over   bigint   NOT NULL, -- rows counted under older versions
    started_at  bigint   NOT NULL,
    changed_at  bigint   NOT NULL
);

-- Servers keep data keys in memory, and one that has not heard of a new key would go on sealing under the old. The database
-- itself refuses that. Whoever writes holds a shared lock on the key until its transaction ends; whoever closes the key takes
-- that lock alone. So when a key is closed, every row under it is there to be seen, and no other can come. The second statement
-- has a snapshot of its own, taken with the lock in hand: it sees a key that was closed while the first one waited.
CREATE FUNCTION require_open_keys(VARIADIC sealed bytea[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    value bytea;
    key_version integer;
    seen integer;
BEGIN
    FOREACH value IN ARRAY sealed LOOP
        CONTINUE WHEN value IS NULL OR length(value) < 5;
        key_version := get_byte(value, 1) << 24 | get_byte(value, 2) << 16 | get_byte(value, 3) << 8 | get_byte(value, 4);
        CONTINUE WHEN key_version = seen;
        seen := key_version;
        PERFORM pg_advisory_xact_lock_shared(74431, key_version);
        PERFORM 1 FROM data_keys WHERE version = key_version AND closed_at IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'data key % is closed', key_version USING ERRCODE = 'LK001';
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION require_open_keys_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_open_keys(NEW.account_name, NEW.record, NEW.oprf_seed, NEW.storage_key);
    RETURN NEW;
END $$;

CREATE FUNCTION require_open_keys_of_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_open_keys(NEW.descriptor, NEW.secret);
    RETURN NEW;
END $$;

CREATE FUNCTION require_open_keys_of_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_open_keys(NEW.ticket_hash, NEW.name);
    RETURN NEW;
END $$;

CREATE TRIGGER open_keys BEFORE INSERT OR UPDATE OF account_name, record, oprf_seed, storage_key ON accounts
    FOR EACH ROW EXECUTE FUNCTION require_open_keys_of_account();
CREATE TRIGGER open_keys BEFORE INSERT OR UPDATE OF descriptor, secret ON secrets
    FOR EACH ROW EXECUTE FUNCTION require_open_keys_of_secret();
CREATE TRIGGER open_keys BEFORE INSERT OR UPDATE OF ticket_hash, name ON devices
    FOR EACH ROW EXECUTE FUNCTION require_open_keys_of_device();
