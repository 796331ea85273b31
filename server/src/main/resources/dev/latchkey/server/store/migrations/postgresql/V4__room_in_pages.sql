-- Every login and every change writes an account's row anew, and every retrieve a secret's. With room left in its page the new
-- row stands beside the old one, whose place the next can have, and no index has to know.
ALTER TABLE accounts SET (fillfactor = 85);
ALTER TABLE secrets SET (fillfactor = 90);
