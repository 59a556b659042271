//! What must hold between the rows of a ledger, as questions in SQL that every engine understands:
//! each asks for the rows that break a law. What was hashed is proved by the chain; here stands
//! what is derived from it, and what only keeps it together.
//!
//! Every question gives three columns: the operation concerned (or nothing), the thing that breaks
//! the law, and what is wrong with it. Duplicates are looked for in an expression, so that no index
//! answers in the place of the rows.

/// A law, and the question for the rows that break it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// Its stable name, which is also the kind of the finding.
    pub name: LawName,
    /// The question.
    pub sql: &'static str,
}

/// What a law is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LawName {
    /// Each customer carries a code of its own, each active code its customer.
    Carrier,
    /// References are those that a customer was born with or was given by a change.
    Reference,
    /// Of whom was erased nothing personal is left; of all others it is there.
    Erasure,
    /// The state of a code is the last that its events gave it.
    State,
    /// Nothing that is unique stands there twice.
    Duplicate,
    /// The totals of an operation are those of its rows.
    Totals,
    /// No counter is below its codes and leases.
    CounterBehind,
    /// A counter stands at a number that a code, a gap or a lease accounts for.
    CounterAhead,
    /// The numbers that issuing will step over are those in use above their counter.
    Ahead,
    /// A block of numbers goes on behind the last one that it gave out.
    Lease,
    /// Rules were adopted by an operation.
    Bundle,
}

/// Everything that spends numbers of a counter: no number up to `last` of a row may be given to a
/// customer (again). Each row has the counter (`sequence`), `first`, `last`, the `operation` that
/// spent them, the `kind` (`code`, `gap`, `lease`) and the `name` of who or what spent them.
///
/// Laws, repairs and whoever moves a counter ask this, so that no reason is forgotten in one place:
/// what spends numbers some day has to be added here. A code above its counter that issuing will
/// step over has spent nothing below itself.
macro_rules! spent_numbers {
    () => {
        "SELECT codes.sequence, codes.number AS first, codes.number AS last, codes.operation, 'code' AS kind, codes.canonical AS name \
         FROM custcode.codes WHERE codes.number IS NOT NULL AND codes.sequence IS NOT NULL AND NOT EXISTS (SELECT 1 FROM custcode.numbers_ahead \
         JOIN custcode.sequences AS its ON its.id = numbers_ahead.sequence WHERE numbers_ahead.sequence = codes.sequence \
         AND numbers_ahead.number = codes.number AND codes.number > coalesce(its.last, -1)) \
         UNION ALL SELECT sequence, first, last, operation, 'gap', reason FROM custcode.gap_ranges \
         UNION ALL SELECT sequence, first, last, operation, 'lease', holder FROM custcode.leases"
    };
}

/// The highest number of each counter that anything has spent (`spent_numbers!`): counter, number.
pub const HIGHEST_SPENT: &str = concat!(
    "SELECT sequence, max(last) FROM (",
    spent_numbers!(),
    ") AS spent GROUP BY sequence ORDER BY sequence"
);

/// Who breaks a law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach<'b> {
    /// The operation concerned.
    pub operation: Option<i64>,
    /// The code, counter, customer … concerned.
    pub subject: &'b str,
    /// What is wrong with it.
    pub what: &'b str,
}

/// Every law.
pub const LAWS: [Law; 26] = [
    Law {
        name: LawName::Carrier,
        sql: "SELECT customers.operation, 'customer ' || CAST(customers.id AS TEXT), \
              CASE WHEN codes.id IS NULL THEN 'its current code is not there' \
              ELSE 'its current code ' || codes.canonical || ' belongs to somebody else' END \
              FROM custcode.customers LEFT JOIN custcode.codes ON codes.id = customers.code \
              WHERE codes.id IS NULL OR codes.customer IS NULL OR codes.customer <> customers.id",
    },
    Law {
        name: LawName::Carrier,
        sql: "SELECT codes.operation, codes.canonical, CASE WHEN customers.id IS NULL THEN 'active, but nobody carries it' \
              ELSE 'active, but not the current code of customer ' || CAST(customers.id AS TEXT) END \
              FROM custcode.codes LEFT JOIN custcode.customers ON customers.id = codes.customer \
              WHERE codes.state = 'active' AND (customers.id IS NULL OR customers.code IS NULL OR customers.code <> codes.id)",
    },
    Law {
        name: LawName::Carrier,
        sql: "SELECT code_events.operation, codes.canonical, 'a change of its state names another customer than the code does' \
              FROM custcode.code_events JOIN custcode.codes ON codes.id = code_events.code \
              WHERE coalesce(code_events.customer, -1) <> coalesce(codes.customer, -1)",
    },
    Law {
        name: LawName::Carrier,
        sql: "SELECT operation, 'customer ' || CAST(id AS TEXT), 'its state is ' || state || ', but it is ' || \
              CASE WHEN merged_into IS NULL THEN 'not ' ELSE '' END || 'merged into another one' \
              FROM custcode.customers WHERE (merged_into IS NOT NULL) <> (state = 'merged')",
    },
    // The references of a customer are those that it was born with and those that changes added.
    Law {
        name: LawName::Reference,
        sql: "SELECT refs.operation, 'reference ' || coalesce(refs.reference, 'of customer ' || CAST(refs.customer AS TEXT)), \
              'no change gave it to its customer' FROM custcode.refs JOIN custcode.customers ON customers.id = refs.customer \
              WHERE refs.commitment IS NULL AND refs.operation <> customers.operation AND NOT EXISTS (SELECT 1 FROM custcode.changes \
              WHERE changes.customer = refs.customer AND changes.operation = refs.operation AND attribute = 'ref' AND after = refs.reference)",
    },
    Law {
        name: LawName::Reference,
        sql: "SELECT coalesce(refs.dropped, changes.operation), 'reference ' || changes.before, CASE WHEN refs.id IS NULL \
              THEN 'a change took it away from its customer, but it is still there' ELSE 'it was taken away, but no change says so' END \
              FROM custcode.changes LEFT JOIN custcode.refs ON refs.customer = changes.customer AND refs.reference = changes.before \
              AND refs.dropped = changes.operation WHERE changes.attribute = 'ref' AND changes.before IS NOT NULL AND refs.id IS NULL \
              UNION ALL SELECT refs.dropped, 'reference ' || refs.reference, 'it was taken away, but no change says so' FROM custcode.refs \
              WHERE refs.dropped IS NOT NULL AND refs.commitment IS NULL AND NOT EXISTS (SELECT 1 FROM custcode.changes \
              WHERE changes.customer = refs.customer AND changes.operation = refs.dropped AND attribute = 'ref' AND before = refs.reference)",
    },
    Law {
        name: LawName::Erasure,
        sql: "SELECT customers.operation, 'customer ' || CAST(customers.id AS TEXT), CASE WHEN erasures.id IS NULL \
              THEN 'its salt or its state says that it was erased, but no operation erased it' \
              ELSE 'it was erased, but something of it is still there' END FROM custcode.customers \
              LEFT JOIN custcode.erasures ON erasures.customer = customers.id WHERE CASE WHEN erasures.id IS NULL \
              THEN customers.salt IS NULL OR customers.state = 'erased' \
              ELSE customers.salt IS NOT NULL OR customers.state <> 'erased' OR customers.name IS NOT NULL OR customers.strict IS NOT NULL OR customers.attributes <> '{}' END",
    },
    Law {
        name: LawName::Erasure,
        sql: "SELECT erasures.operation, 'customer ' || CAST(erasures.customer AS TEXT), 'it was erased, but ' || left_over.what \
              || ' is still there' FROM custcode.erasures JOIN (\
              SELECT customer, operation, 'a former value' AS what FROM custcode.changes WHERE commitment IS NULL \
              OR reason IS NOT NULL OR attribute <> 'state' AND (before IS NOT NULL OR after IS NOT NULL) \
              UNION ALL SELECT customer, operation, 'a reference' FROM custcode.refs WHERE commitment IS NULL \
              UNION ALL SELECT customer, operation, 'the reason of an event' FROM custcode.code_events WHERE reason IS NOT NULL) AS left_over \
              ON left_over.customer = erasures.customer AND left_over.operation < erasures.operation",
    },
    Law {
        name: LawName::Erasure,
        sql: "SELECT erasures.operation, 'customer ' || CAST(erasures.customer AS TEXT), \
              'the last commitment to its record is not the one that its last change left' FROM custcode.erasures \
              JOIN custcode.revisions ON revisions.id = (SELECT max(id) FROM custcode.revisions WHERE customer = erasures.customer) \
              WHERE revisions.after <> erasures.commitment",
    },
    Law {
        name: LawName::Erasure,
        sql: "SELECT refs.operation, 'customer ' || CAST(refs.customer AS TEXT), 'one of its texts was deleted, but the customer was not erased' \
              FROM (SELECT customer, operation, commitment FROM custcode.refs UNION ALL SELECT customer, operation, commitment FROM custcode.changes \
              UNION ALL SELECT customer, operation, commitment FROM custcode.code_events) AS refs \
              WHERE refs.commitment IS NOT NULL AND NOT EXISTS (SELECT 1 FROM custcode.erasures WHERE erasures.customer = refs.customer)",
    },
    Law {
        name: LawName::State,
        sql: "SELECT coalesce(latest.operation, codes.operation), codes.canonical, \
              'its state is ' || codes.state || ', its history says ' || coalesce(latest.to_state, 'active') \
              FROM custcode.codes LEFT JOIN (SELECT code, max(id) AS id FROM custcode.code_events GROUP BY code) AS ends ON ends.code = codes.id \
              LEFT JOIN custcode.code_events AS latest ON latest.id = ends.id \
              WHERE codes.state <> coalesce(latest.to_state, 'active')",
    },
    Law {
        name: LawName::Duplicate,
        sql: "SELECT max(operation), max(canonical), 'the code stands there ' || CAST(count(*) AS TEXT) || ' times' \
              FROM custcode.codes GROUP BY canonical || '' HAVING count(*) > 1",
    },
    Law {
        name: LawName::Duplicate,
        sql: "SELECT max(operation), 'reference ' || max(reference), 'it stands there ' || CAST(count(*) AS TEXT) || ' times' \
              FROM custcode.refs WHERE reference IS NOT NULL AND dropped IS NULL GROUP BY reference || '' HAVING count(*) > 1",
    },
    Law {
        name: LawName::Duplicate,
        sql: "SELECT max(id), 'request id ' || max(request_id), 'it stands there ' || CAST(count(*) AS TEXT) || ' times' \
              FROM custcode.operations WHERE request_id IS NOT NULL GROUP BY request_id || '' HAVING count(*) > 1",
    },
    Law {
        name: LawName::Duplicate,
        sql: "SELECT CAST(NULL AS BIGINT), 'counter ' || max(rule) || ' ' || max(scope), 'it stands there ' || CAST(count(*) AS TEXT) || ' times' \
              FROM custcode.sequences GROUP BY rule || '', scope || '' HAVING count(*) > 1",
    },
    Law {
        name: LawName::Totals,
        sql: "SELECT operations.id, 'operations', 'it says that it made ' || CAST(rows AS TEXT) || ' customers, there are ' || \
              CAST(coalesce(made.number, 0) AS TEXT) FROM custcode.operations \
              LEFT JOIN (SELECT operation, count(*) AS number FROM custcode.customers GROUP BY operation) AS made \
              ON made.operation = operations.id WHERE rows <> coalesce(made.number, 0)",
    },
    Law {
        name: LawName::Totals,
        sql: "SELECT operations.id, 'operations', 'the first and the last code it names are not those it made' FROM custcode.operations \
              LEFT JOIN (SELECT operation, min(id) AS first, max(id) AS last FROM custcode.codes GROUP BY operation) AS made \
              ON made.operation = operations.id \
              WHERE made.first IS NOT NULL AND (coalesce(first_code, -1) <> made.first OR coalesce(last_code, -1) <> made.last)",
    },
    // An operation that made no code names the one it was answered with, or the first and the last
    // of those whose state it changed or whose customers it erased.
    Law {
        name: LawName::Totals,
        sql: "SELECT id, 'operations', 'a code it names is not there' FROM custcode.operations WHERE (first_code IS NULL) <> (last_code IS NULL) \
              OR first_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM custcode.codes WHERE codes.id = first_code) \
              OR last_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM custcode.codes WHERE codes.id = last_code)",
    },
    Law {
        name: LawName::Totals,
        sql: "SELECT operations.id, 'operations', 'the first and the last code it names are not those whose state it changed' \
              FROM custcode.operations LEFT JOIN (SELECT operation, min(code) AS first, max(code) AS last FROM (SELECT operation, code FROM custcode.code_events \
              UNION ALL SELECT erasures.operation, customers.code FROM custcode.erasures JOIN custcode.customers ON customers.id = erasures.customer) \
              AS touched GROUP BY operation) AS moved ON moved.operation = operations.id WHERE rows = 0 \
              AND (coalesce(first_code, -1) <> coalesce(moved.first, first_code, -1) \
              OR coalesce(last_code, -1) <> coalesce(moved.last, first_code, -1))",
    },
    Law {
        name: LawName::CounterBehind,
        sql: concat!(
            "SELECT spent.operation, 'counter ' || sequences.rule || ' ' || sequences.scope, 'it stands at ' || \
             coalesce(CAST(sequences.last AS TEXT), 'nothing') || ', but ' || CASE spent.kind \
             WHEN 'code' THEN CAST(spent.last AS TEXT) || ' is in use (' || spent.name || ')' \
             WHEN 'lease' THEN spent.name || ' holds the numbers up to ' || CAST(spent.last AS TEXT) \
             ELSE 'the numbers up to ' || CAST(spent.last AS TEXT) || ' were passed over (' || spent.name || ')' END FROM (",
            spent_numbers!(),
            ") AS spent JOIN custcode.sequences ON sequences.id = spent.sequence WHERE spent.last > coalesce(sequences.last, -1)"
        ),
    },
    // A counter that rules raised when they were adopted may stand between two numbers of its own.
    Law {
        name: LawName::CounterAhead,
        sql: concat!(
            "SELECT CAST(NULL AS BIGINT), 'counter ' || sequences.rule || ' ' || sequences.scope, 'it stands at ' || CAST(sequences.last AS TEXT) || \
             ', but the last number that a code, a gap or a lease accounts for is ' || coalesce(CAST(known.last AS TEXT), 'none') FROM custcode.sequences \
             LEFT JOIN (SELECT spent.sequence, max(spent.last) AS last FROM (",
            spent_numbers!(),
            ") AS spent GROUP BY spent.sequence) AS known ON known.sequence = sequences.id WHERE coalesce(known.last, -1) < sequences.last AND NOT EXISTS \
             (SELECT 1 FROM custcode.gap_ranges JOIN custcode.operations ON operations.id = gap_ranges.operation \
             WHERE gap_ranges.sequence = sequences.id AND gap_ranges.last = known.last AND operations.command = 'adopt')"
        ),
    },
    // A block gives out one number with each link of its chain, the next one behind the last.
    Law {
        name: LawName::Lease,
        sql: "SELECT leases.operation, 'lease ' || CAST(leases.id AS TEXT) || ' of ' || leases.holder, 'its next number is ' || \
              CAST(leases.next AS TEXT) || ', but the last one it gave out is ' || coalesce(CAST(given.last AS TEXT), 'none') FROM custcode.leases \
              LEFT JOIN (SELECT links.lease, max(parts.number) AS last FROM custcode.links JOIN (\
              SELECT sequence, operation, number FROM custcode.codes WHERE number IS NOT NULL \
              UNION ALL SELECT sequence, operation, last FROM custcode.gap_ranges) AS parts \
              ON parts.operation = links.operation AND parts.sequence = links.sequence WHERE links.lease <> 0 GROUP BY links.lease) AS given \
              ON given.lease = leases.id WHERE CASE WHEN given.last IS NULL THEN leases.next <> leases.first \
              ELSE leases.next <= given.last OR leases.position > 1 AND \
              (leases.next - leases.first) * (leases.position - 1) <> (given.last - leases.first) * leases.position END",
    },
    Law {
        name: LawName::Lease,
        sql: "SELECT leases.operation, 'lease ' || CAST(leases.id AS TEXT) || ' of ' || leases.holder, \
              CASE WHEN returned_at IS NULL THEN 'it is in use, but all its numbers were given out' \
              ELSE 'it was returned, but nothing accounts for its numbers from ' || CAST(next AS TEXT) || ' on' END FROM custcode.leases \
              WHERE (returned_at IS NULL) <> (next <= last) AND NOT (returned_at IS NOT NULL AND EXISTS \
              (SELECT 1 FROM custcode.gap_ranges WHERE gap_ranges.sequence = leases.sequence \
              AND gap_ranges.first <= leases.next AND gap_ranges.last >= leases.last))",
    },
    Law {
        name: LawName::Bundle,
        sql: "SELECT CAST(NULL AS BIGINT), 'rules ' || digest, 'no operation adopted them ' || adopted_at || ' by ' || adopted_by FROM custcode.bundles \
              WHERE NOT EXISTS (SELECT 1 FROM custcode.operations WHERE operations.bundle = bundles.digest \
              AND operations.at = bundles.adopted_at AND operations.actor = bundles.adopted_by)",
    },
    Law {
        name: LawName::Ahead,
        sql: "SELECT CAST(NULL AS BIGINT), 'counter ' || sequences.rule || ' ' || sequences.scope, 'issuing would step over ' || \
              CAST(numbers_ahead.number AS TEXT) || ', which no code carries' \
              FROM custcode.numbers_ahead JOIN custcode.sequences ON sequences.id = numbers_ahead.sequence \
              LEFT JOIN custcode.codes ON codes.sequence = numbers_ahead.sequence AND codes.number = numbers_ahead.number \
              WHERE codes.id IS NULL",
    },
    Law {
        name: LawName::Ahead,
        sql: "SELECT CAST(NULL AS BIGINT), 'counter ' || sequences.rule || ' ' || sequences.scope, 'it says that its highest number in use is ' || \
              coalesce(CAST(sequences.highest AS TEXT), 'not above it') || ', it is ' || coalesce(CAST(ahead.highest AS TEXT), 'not above it') \
              FROM custcode.sequences LEFT JOIN (SELECT numbers_ahead.sequence, max(numbers_ahead.number) AS highest FROM custcode.numbers_ahead \
              JOIN custcode.sequences AS counter ON counter.id = numbers_ahead.sequence \
              WHERE numbers_ahead.number > coalesce(counter.last, -1) GROUP BY numbers_ahead.sequence) AS ahead \
              ON ahead.sequence = sequences.id WHERE coalesce(sequences.highest, -1) <> coalesce(ahead.highest, -1)",
    },
];
