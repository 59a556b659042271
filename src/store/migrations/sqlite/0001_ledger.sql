-- The complete ledger. Nothing is ever deleted from codes; hashes cover append-only facts only.
-- The usual state is compared first, since SQLite builds a table in memory for each longer list it has to look through.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- `ledger` is the random id, `bundle` the digest of the current rules, `fence` why issuing is refused.
INSERT INTO meta (key, value) VALUES ('ledger', lower(hex(randomblob(16))));

CREATE TABLE bundles (
    digest     TEXT PRIMARY KEY,
    text       TEXT NOT NULL,
    proof      TEXT NOT NULL,
    adopted_at TEXT NOT NULL,
    adopted_by TEXT NOT NULL
) STRICT;

CREATE TABLE operations (
    id            INTEGER PRIMARY KEY,
    at            TEXT NOT NULL,
    command       TEXT NOT NULL,
    actor         TEXT NOT NULL,
    os_user       TEXT NOT NULL,
    host          TEXT NOT NULL,
    bundle        TEXT NOT NULL REFERENCES bundles (digest),
    request_id    TEXT,
    input_digest  TEXT,
    rows          INTEGER NOT NULL DEFAULT 0,
    first_code    INTEGER,
    last_code     INTEGER,
    previous_hash BLOB,
    hash          BLOB
) STRICT;
CREATE UNIQUE INDEX operations_request_id ON operations (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX operations_input_digest ON operations (input_digest) WHERE input_digest IS NOT NULL;

-- One counter for each rule and scope; `highest` is the highest of its numbers_ahead.
-- A rule without a sequence has one row, which counts nothing. `head` ends the counter's hash chain.
CREATE TABLE sequences (
    id      INTEGER PRIMARY KEY,
    rule    TEXT NOT NULL,
    scope   TEXT NOT NULL,
    last    INTEGER,
    highest INTEGER,
    head    BLOB
) STRICT;
CREATE UNIQUE INDEX sequences_rule_scope ON sequences (rule, scope);

-- Numbers that were in use above their counter when they came; issuing steps over those it has not passed yet.
CREATE TABLE numbers_ahead (
    sequence INTEGER NOT NULL REFERENCES sequences (id),
    number   INTEGER NOT NULL,
    PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
    id          INTEGER PRIMARY KEY,
    reference   TEXT,
    name        TEXT,
    fields      TEXT NOT NULL,
    attributes  TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'active' CHECK (state = 'active' OR state IN ('retired', 'merged')),
    date        TEXT NOT NULL,
    operation   INTEGER NOT NULL REFERENCES operations (id),
    row         INTEGER NOT NULL DEFAULT 0,
    code        INTEGER,
    merged_into INTEGER REFERENCES customers (id)
) STRICT;
CREATE UNIQUE INDEX customers_reference ON customers (reference) WHERE reference IS NOT NULL;

-- Names of attributes in order of first use: the columns of an export.
CREATE TABLE attributes (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX attributes_name ON attributes (name);

CREATE TABLE codes (
    id        INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,
    written   TEXT,
    state     TEXT NOT NULL DEFAULT 'active' CHECK (state = 'active' OR state IN ('former', 'retired', 'void', 'reserved')),
    customer  INTEGER REFERENCES customers (id),
    sequence  INTEGER REFERENCES sequences (id),
    number    INTEGER,
    operation INTEGER NOT NULL REFERENCES operations (id),
    hash      BLOB
) STRICT;
CREATE UNIQUE INDEX codes_canonical ON codes (canonical);
CREATE INDEX codes_not_active ON codes (customer) WHERE state <> 'active';

CREATE TABLE code_events (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    code      INTEGER NOT NULL REFERENCES codes (id),
    from_state TEXT NOT NULL,
    to_state  TEXT NOT NULL,
    customer  INTEGER REFERENCES customers (id),
    reason    TEXT,
    hash      BLOB
) STRICT;
CREATE INDEX code_events_code ON code_events (code);

CREATE TABLE changes (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    customer  INTEGER NOT NULL REFERENCES customers (id),
    attribute TEXT NOT NULL,
    before    TEXT,
    after     TEXT,
    hash      BLOB
) STRICT;
CREATE INDEX changes_customer ON changes (customer);

CREATE TABLE gap_ranges (
    id        INTEGER PRIMARY KEY,
    sequence  INTEGER NOT NULL REFERENCES sequences (id),
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (id),
    hash      BLOB
) STRICT;
CREATE INDEX gap_ranges_sequence ON gap_ranges (sequence);

CREATE TABLE leases (
    id          INTEGER PRIMARY KEY,
    sequence    INTEGER NOT NULL REFERENCES sequences (id),
    first       INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    next        INTEGER NOT NULL,
    holder      TEXT NOT NULL,
    purpose     TEXT,
    expires_at  TEXT,
    returned_at TEXT,
    operation   INTEGER NOT NULL REFERENCES operations (id),
    head        BLOB
) STRICT;
CREATE INDEX leases_sequence ON leases (sequence);

CREATE TABLE checkpoints (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    at        TEXT NOT NULL,
    heads     TEXT NOT NULL,
    hash      BLOB NOT NULL
) STRICT;
