-- Every write is hashed and chained. The columns that waited for this in version 1 held nothing; what was written under it is
-- chained by the program once these tables stand.

-- A random name of the operation, so that a commit whose answer was lost can be looked up; only engines behind a network use it.
ALTER TABLE operations DROP COLUMN previous_hash;
ALTER TABLE operations DROP COLUMN hash;
ALTER TABLE operations ADD COLUMN token TEXT;
CREATE UNIQUE INDEX operations_token ON operations (token) WHERE token IS NOT NULL;

ALTER TABLE codes DROP COLUMN hash;
ALTER TABLE code_events DROP COLUMN hash;
ALTER TABLE changes DROP COLUMN hash;
ALTER TABLE gap_ranges DROP COLUMN hash;

-- `position` counts the links of the counter's chain, `head` is the hash of the last one. Row 0 carries the chain of
-- everything that belongs to no counter.
ALTER TABLE sequences DROP COLUMN head;
ALTER TABLE sequences ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sequences ADD COLUMN head TEXT;
INSERT INTO sequences (id, rule, scope) VALUES (0, '', '');

ALTER TABLE leases DROP COLUMN head;
ALTER TABLE leases ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN head TEXT;

-- One link for each operation and chain; `lease` is 0 on the chain of the counter itself.
CREATE TABLE links (
    sequence  INTEGER NOT NULL REFERENCES sequences (id),
    lease     INTEGER NOT NULL DEFAULT 0,
    position  INTEGER NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (id),
    hash      TEXT NOT NULL,
    PRIMARY KEY (sequence, lease, position)
) STRICT, WITHOUT ROWID;

-- What a customer's record hashed to before and after an operation changed it.
CREATE TABLE revisions (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    customer  INTEGER NOT NULL REFERENCES customers (id),
    before    TEXT NOT NULL,
    after     TEXT NOT NULL
) STRICT;
CREATE INDEX revisions_customer ON revisions (customer);

DROP TABLE checkpoints;
-- The heads of the chains that moved since the checkpoint before, as a JSON array of [sequence, lease, position, hash].
CREATE TABLE checkpoints (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    at        TEXT NOT NULL,
    heads     TEXT NOT NULL,
    hash      TEXT NOT NULL
) STRICT;
