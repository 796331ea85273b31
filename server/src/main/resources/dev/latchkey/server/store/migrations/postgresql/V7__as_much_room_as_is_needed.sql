-- Room for one row beside those of a page is enough, since the place of an old row is free again soon: 11 accounts of some 660 bytes
-- in a page instead of 10, 22 secrets of some 350 bytes instead of 20.
ALTER TABLE accounts SET (fillfactor = 90);
ALTER TABLE secrets SET (fillfactor = 95);
