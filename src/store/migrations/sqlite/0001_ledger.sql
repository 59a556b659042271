-- The complete ledger. Nothing is ever deleted from codes; hashes cover append-only facts only, and of what is personal a
-- salted commitment, so that it can be erased and the rest stays proved.
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
    salt          TEXT,
    rows          INTEGER NOT NULL DEFAULT 0,
    first_code    INTEGER,
    last_code     INTEGER,
    token         TEXT
) STRICT;
CREATE UNIQUE INDEX operations_request_id ON operations (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX operations_input_digest ON operations (input_digest) WHERE input_digest IS NOT NULL;
-- A random name of the operation, so that a commit whose answer was lost can be looked up; only engines behind a network use it.
CREATE UNIQUE INDEX operations_token ON operations (token) WHERE token IS NOT NULL;

-- One counter for each rule and scope; `highest` is the highest of its numbers_ahead. `position` counts the links of the
-- counter's chain, `head` is the hash of the last one. A rule without a sequence has one row, which counts nothing. Row 0
-- carries the chain of everything that belongs to no counter.
CREATE TABLE sequences (
    id       INTEGER PRIMARY KEY,
    rule     TEXT NOT NULL,
    scope    TEXT NOT NULL,
    last     INTEGER,
    highest  INTEGER,
    position INTEGER NOT NULL DEFAULT 0,
    head     TEXT
) STRICT;
CREATE UNIQUE INDEX sequences_rule_scope ON sequences (rule, scope);
INSERT INTO sequences (id, rule, scope) VALUES (0, '', '');

-- Numbers that were in use above their counter when they came; issuing steps over those it has not passed yet.
CREATE TABLE numbers_ahead (
    sequence INTEGER NOT NULL REFERENCES sequences (id),
    number   INTEGER NOT NULL,
    PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;

-- `salt` is in the commitments of everything that is known of a customer; it goes when the customer is erased.
CREATE TABLE customers (
    id          INTEGER PRIMARY KEY,
    name        TEXT,
    fields      TEXT NOT NULL,
    attributes  TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'active' CHECK (state = 'active' OR state IN ('retired', 'merged', 'erased')),
    date        TEXT NOT NULL,
    operation   INTEGER NOT NULL REFERENCES operations (id),
    row         INTEGER NOT NULL DEFAULT 0,
    code        INTEGER,
    merged_into INTEGER REFERENCES customers (id),
    salt        TEXT
) STRICT;

-- Ids of customers in other systems, of one customer each. `operation` added it, `dropped` is the operation that took it away
-- from its customer, after which it is given to another one on request only. `commitment` is there once the text that it hides is gone.
CREATE TABLE refs (
    id         INTEGER PRIMARY KEY,
    customer   INTEGER NOT NULL REFERENCES customers (id),
    reference  TEXT,
    operation  INTEGER NOT NULL REFERENCES operations (id),
    dropped    INTEGER REFERENCES operations (id),
    commitment TEXT
) STRICT;
CREATE UNIQUE INDEX refs_reference ON refs (reference) WHERE dropped IS NULL AND reference IS NOT NULL;
CREATE INDEX refs_dropped ON refs (reference) WHERE dropped IS NOT NULL AND reference IS NOT NULL;
CREATE INDEX refs_customer ON refs (customer);

-- Names of attributes in order of first use: the columns of an export.
CREATE TABLE attributes (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX attributes_name ON attributes (name);

-- `canonical` is the code without what its rule calls punctuation, `written` the code as it is shown, where that differs, and
-- `brought` the spelling in which it came from outside, where that differs from both.
CREATE TABLE codes (
    id        INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,
    written   TEXT,
    brought   TEXT,
    state     TEXT NOT NULL DEFAULT 'active' CHECK (state = 'active' OR state IN ('former', 'retired', 'void', 'reserved')),
    customer  INTEGER REFERENCES customers (id),
    sequence  INTEGER REFERENCES sequences (id),
    number    INTEGER,
    operation INTEGER NOT NULL REFERENCES operations (id)
) STRICT;
CREATE UNIQUE INDEX codes_canonical ON codes (canonical);
CREATE INDEX codes_not_active ON codes (customer) WHERE state <> 'active';

CREATE TABLE code_events (
    id         INTEGER PRIMARY KEY,
    operation  INTEGER NOT NULL REFERENCES operations (id),
    code       INTEGER NOT NULL REFERENCES codes (id),
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    customer   INTEGER REFERENCES customers (id),
    reason     TEXT,
    commitment TEXT
) STRICT;
CREATE INDEX code_events_code ON code_events (code);

CREATE TABLE changes (
    id         INTEGER PRIMARY KEY,
    operation  INTEGER NOT NULL REFERENCES operations (id),
    customer   INTEGER NOT NULL REFERENCES customers (id),
    attribute  TEXT NOT NULL,
    before     TEXT,
    after      TEXT,
    reason     TEXT,
    commitment TEXT
) STRICT;
CREATE INDEX changes_customer ON changes (customer);

-- The commitment to a customer's record before and after an operation changed it.
CREATE TABLE revisions (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    customer  INTEGER NOT NULL REFERENCES customers (id),
    before    TEXT NOT NULL,
    after     TEXT NOT NULL
) STRICT;
CREATE INDEX revisions_customer ON revisions (customer);

-- Customers of whom everything personal was deleted, with the last commitment to their record.
CREATE TABLE erasures (
    id         INTEGER PRIMARY KEY,
    operation  INTEGER NOT NULL REFERENCES operations (id),
    customer   INTEGER NOT NULL REFERENCES customers (id),
    commitment TEXT NOT NULL,
    reason     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX erasures_customer ON erasures (customer);

CREATE TABLE gap_ranges (
    id        INTEGER PRIMARY KEY,
    sequence  INTEGER NOT NULL REFERENCES sequences (id),
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (id)
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
    position    INTEGER NOT NULL DEFAULT 0,
    head        TEXT
) STRICT;
CREATE INDEX leases_sequence ON leases (sequence);

-- One link for each operation and chain; `lease` is 0 on the chain of the counter itself.
CREATE TABLE links (
    sequence  INTEGER NOT NULL REFERENCES sequences (id),
    lease     INTEGER NOT NULL DEFAULT 0,
    position  INTEGER NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (id),
    hash      TEXT NOT NULL,
    PRIMARY KEY (sequence, lease, position)
) STRICT, WITHOUT ROWID;

-- The heads of the chains that moved since the checkpoint before, as a JSON array of [sequence, lease, position, hash].
CREATE TABLE checkpoints (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    at        TEXT NOT NULL,
    heads     TEXT NOT NULL,
    hash      TEXT NOT NULL
) STRICT;
