-- Nothing is written over here, so no row has a slot with an erasure key: SQLite needs it.
ALTER TABLE accounts ADD COLUMN slot bigint CHECK (slot IS NULL);
ALTER TABLE secrets ADD COLUMN slot bigint CHECK (slot IS NULL);
ALTER TABLE devices ADD COLUMN slot bigint CHECK (slot IS NULL);
