//! What can be asked of a ledger, one question per statement.

use std::collections::{BTreeMap, HashMap};

use super::rows::{self, ASKED, CANONICAL, Reading, code_columns, entry_columns, operation_columns};
use crate::store::engine::{Param, Read, Row, params};
use crate::store::laws::HIGHEST_SPENT;
use crate::store::statement::{Statement, statements};
use crate::store::{
    Breach, Bundle, Change, CodeRow, CodeState, Counter, DroppedReference, Entry, Error, Event, Gap,
    GapReason, Law, Lease, LedgerInfo, Operation, Pace, Result, ScopeKey, Snapshot, TABLES_VERSION,
};

statements! {
    INFO(0) = "SELECT key, value FROM custcode.meta";
    BUNDLE(1) = "SELECT digest, text, proof, adopted_at, adopted_by FROM custcode.bundles WHERE digest = $1";
    ANY_CUSTOMER(0) = "SELECT 1 FROM custcode.customers LIMIT 1";
    CODES(1) = concat!("SELECT ", code_columns!(), " FROM custcode.codes WHERE canonical = ANY($1)");
    REFERENCES(1) = concat!(
        "SELECT ",
        entry_columns!(),
        ", asked.reference FROM custcode.refs AS asked JOIN custcode.customers ON customers.id = asked.customer \
         JOIN custcode.codes ON codes.id = customers.code WHERE asked.reference = ANY($1) AND asked.dropped IS NULL AND asked.commitment IS NULL"
    );
    CARRIERS(1) = concat!(
        "SELECT ",
        entry_columns!(),
        ", asked.canonical FROM custcode.codes AS asked JOIN custcode.customers ON customers.id = asked.customer \
         JOIN custcode.codes ON codes.id = customers.code WHERE asked.canonical = ANY($1)"
    );
    // A reference can be dropped more than once: the last time counts.
    DROPPED(1) = "SELECT refs.reference, refs.customer, refs.dropped, changes.reason FROM custcode.refs \
        LEFT JOIN custcode.changes ON changes.customer = refs.customer AND changes.operation = refs.dropped \
        AND changes.attribute = 'ref' AND changes.before = refs.reference \
        WHERE refs.reference = ANY($1) AND refs.dropped IS NOT NULL AND refs.id = (SELECT max(id) FROM custcode.refs AS later \
        WHERE later.reference = refs.reference AND later.dropped IS NOT NULL)";
    ENTRY(1) = concat!(
        "SELECT ",
        entry_columns!(),
        " FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code WHERE customers.id = $1"
    );
    ENTRIES(1) = concat!(
        "SELECT ",
        entry_columns!(),
        " FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code WHERE customers.id = ANY($1)"
    );
    NAMED(2) = concat!(
        "SELECT ",
        entry_columns!(),
        " FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code WHERE customers.strict = $1 \
         ORDER BY customers.id LIMIT $2"
    );
    ANY_NAMED(2) = concat!(
        "SELECT ",
        entry_columns!(),
        ", asked.strict FROM (SELECT id, strict, row_number() OVER (PARTITION BY strict ORDER BY id) AS place \
         FROM custcode.customers WHERE strict = ANY($1)) AS asked JOIN custcode.customers ON customers.id = asked.id \
         JOIN custcode.codes ON codes.id = customers.code WHERE asked.place <= $2 ORDER BY customers.id"
    );
    // The current code is known by id and all others have an index, so that the many who have one
    // code need none.
    CODES_OF(1) = concat!(
        "SELECT ",
        code_columns!(),
        " FROM custcode.codes WHERE id = (SELECT code FROM custcode.customers WHERE id = $1) UNION SELECT ",
        code_columns!(),
        " FROM custcode.codes WHERE customer = $1 AND state <> 'active' ORDER BY 1"
    );
    EVENTS_OF(1) = concat!(
        "SELECT ",
        operation_columns!(),
        ", from_state, to_state, reason FROM custcode.code_events \
         JOIN custcode.operations ON operations.id = code_events.operation WHERE code = $1 ORDER BY code_events.id"
    );
    CHANGES_OF(1) = concat!(
        "SELECT ",
        operation_columns!(),
        ", attribute, before, after, reason FROM custcode.changes \
         JOIN custcode.operations ON operations.id = changes.operation WHERE customer = $1 ORDER BY changes.id"
    );
    OPERATION(1) = concat!("SELECT ", operation_columns!(), " FROM custcode.operations WHERE id = $1");
    REQUEST(1) = concat!("SELECT ", operation_columns!(), " FROM custcode.operations WHERE request_id = $1");
    INPUTS(1) = concat!(
        "SELECT ",
        operation_columns!(),
        " FROM custcode.operations WHERE input_digest = $1 ORDER BY id DESC"
    );
    ATTRIBUTE_NAMES(0) = "SELECT name FROM custcode.attributes ORDER BY id";
    COUNTERS(0) = "SELECT id, last, highest, rule, scope FROM custcode.sequences WHERE id > 0 \
        ORDER BY rule COLLATE \"C\", scope COLLATE \"C\"";
    COUNTER(2) = "SELECT id, last, highest FROM custcode.sequences WHERE rule = $1 AND scope = $2";
    SPENT(0) = HIGHEST_SPENT;
    // An operation knows the range of its codes, so that only the new ones are read.
    PACES(1) = "SELECT codes.sequence, count(*), coalesce(\
        (SELECT born.at FROM custcode.links JOIN custcode.operations AS born ON born.id = links.operation \
        WHERE links.sequence = codes.sequence AND links.lease = 0 AND links.position = 1), min(operations.at)) \
        FROM custcode.operations JOIN custcode.codes ON codes.id BETWEEN operations.first_code AND operations.last_code \
        AND codes.operation = operations.id WHERE operations.at COLLATE \"C\" >= $1 AND codes.sequence IS NOT NULL \
        GROUP BY codes.sequence ORDER BY codes.sequence";
    NUMBERS_AHEAD(1) = "SELECT number FROM custcode.numbers_ahead WHERE sequence = $1 \
        AND number > (SELECT coalesce(last, -1) FROM custcode.sequences WHERE id = $1) ORDER BY number";
    // On a server ids have holes, where an issue came to nothing; in a file they follow one
    // another, so the last one is the count.
    TOTALS(0) = "SELECT (SELECT count(*) FROM custcode.customers), (SELECT count(*) FROM custcode.codes)",
        ["SELECT (SELECT coalesce(max(id), 0) FROM customers), (SELECT coalesce(max(id), 0) FROM codes)"];
    GAPS(1) = "SELECT sequence, first, last, reason, operation FROM custcode.gap_ranges \
        WHERE sequence = $1 ORDER BY first, last, id";
    LEASES(1) = "SELECT id, sequence, first, last, next, holder, operation FROM custcode.leases \
        WHERE sequence = $1 ORDER BY first";
}

/// So many customers are read at once.
const AT_ONCE: usize = 1_000;

/// Sequence numbers are stored as signed integers.
pub(super) fn stored(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|error| Error::Engine {
        context: format!("could not store the number {number}"),
        source: error.into(),
    })
}

/// Reads id, last and highest number of a counter.
pub(super) fn counter(row: &dyn Row) -> Read<Counter> {
    let mut reading = Reading::of(row);
    Ok(Counter {
        id: reading.integer()?,
        last: reading.optional_number()?,
        highest: reading.optional_number()?,
    })
}

/// Short answers.
impl dyn Snapshot + '_ {
    /// The one row of an answer, if there is one.
    pub(super) fn one<T>(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        read: impl Fn(&dyn Row) -> Read<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.query(doing, statement, params, &mut |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows of a short answer.
    pub(super) fn all<T>(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        read: impl Fn(&dyn Row) -> Read<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.query(doing, statement, params, &mut |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// One answer per key, in the keys' order; the key stands in a column of the answer.
    fn each_key<T>(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        (keys, column): (&[&str], usize),
        read: impl Fn(&dyn Row) -> Read<T>,
    ) -> Result<Vec<Option<T>>> {
        let mut found = Vec::new();
        found.resize_with(keys.len(), || None);
        self.look_up(doing, statement, keys, column, &mut |place, row| {
            found[place] = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// What the ledger says of itself; counts nothing.
    pub fn info(&mut self) -> Result<LedgerInfo> {
        let mut info = LedgerInfo { id: String::new(), schema: TABLES_VERSION, bundle: None, fence: None };
        self.query("could not read the ledger's own data", &INFO, &[], &mut |row| {
            let mut reading = Reading::of(row);
            let (key, value) = (reading.str()?, reading.str()?);
            match key {
                "ledger" => value.clone_into(&mut info.id),
                "schema" => info.schema = value.parse().unwrap_or_default(),
                "bundle" => info.bundle = Some(value.to_owned()),
                "fence" => info.fence = Some(value.to_owned()),
                _ => {}
            }
            Ok(())
        })?;
        Ok(info)
    }

    /// A bundle by digest.
    pub fn bundle(&mut self, digest: &str) -> Result<Option<Bundle>> {
        self.one("could not read a bundle", &BUNDLE, params![digest], |row| {
            let mut reading = Reading::of(row);
            Ok(Bundle {
                digest: reading.string()?,
                text: reading.string()?,
                proof: reading.string()?,
                adopted_at: reading.string()?,
                adopted_by: reading.string()?,
            })
        })
    }

    /// Whether there is any customer.
    pub fn has_customers(&mut self) -> Result<bool> {
        Ok(self.one("could not look for customers", &ANY_CUSTOMER, &[], |_| Ok(()))?.is_some())
    }

    /// Codes by canonical form, in the order of the keys.
    pub fn find_codes(&mut self, canonical: &[&str]) -> Result<Vec<Option<CodeRow>>> {
        self.each_key("could not look up a code", &CODES, (canonical, CANONICAL), rows::code)
    }

    /// Customers by reference, each with its current code, in the order of the keys.
    pub fn find_references(&mut self, references: &[&str]) -> Result<Vec<Option<Entry>>> {
        self.each_key("could not look up a reference", &REFERENCES, (references, ASKED), rows::entry)
    }

    /// Customers by a code that they have or had, each with its current code, in the order of the
    /// keys.
    pub fn find_carriers(&mut self, canonical: &[&str]) -> Result<Vec<Option<Entry>>> {
        self.each_key("could not look up a code", &CARRIERS, (canonical, ASKED), rows::entry)
    }

    /// Who had these references, where they were dropped last, in the order of the references.
    pub fn find_dropped(&mut self, references: &[&str]) -> Result<Vec<Option<DroppedReference>>> {
        self.each_key("could not look up a reference", &DROPPED, (references, 0), |row| {
            let mut reading = Reading::of(row);
            Ok(DroppedReference {
                reference: reading.string()?,
                customer: reading.integer()?,
                operation: reading.integer()?,
                reason: reading.optional_string()?,
            })
        })
    }

    /// A customer with its current code.
    pub fn entry(&mut self, customer: i64) -> Result<Option<Entry>> {
        self.one("could not read a customer", &ENTRY, params![customer], rows::entry)
    }

    /// Customers, each with its current code, in any order.
    pub fn entries(&mut self, customers: &[i64]) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        for ids in customers.chunks(AT_ONCE) {
            let ids = [Param::Integers(ids)];
            found.extend(self.all("could not read customers", &ENTRIES, &ids, rows::entry)?);
        }
        Ok(found)
    }

    /// The customers whose name has this key, each with its current code, oldest first; at most
    /// `most` of them.
    pub fn named(&mut self, key: i64, most: i64) -> Result<Vec<Entry>> {
        self.all("could not look for a name", &NAMED, params![key, most], rows::entry)
    }

    /// The same for many keys; of those that nobody has, nothing.
    pub fn find_named(&mut self, keys: &[i64], most: i64) -> Result<HashMap<i64, Vec<Entry>>> {
        let mut found: HashMap<i64, Vec<Entry>> = HashMap::new();
        if keys.is_empty() {
            return Ok(found);
        }
        let asked = [Param::Integers(keys), most.into()];
        self.query("could not look for names", &ANY_NAMED, &asked, &mut |row| {
            if let Some(key) = row.integer(ASKED)? {
                found.entry(key).or_default().push(rows::entry(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The codes a customer has or had, oldest first; at most one of them is active.
    pub fn codes_of(&mut self, customer: i64) -> Result<Vec<CodeRow>> {
        self.all("could not read a customer's codes", &CODES_OF, params![customer], rows::code)
    }

    /// State changes of a code after its birth, oldest first, each with its operation.
    pub fn events_of(&mut self, code: i64) -> Result<Vec<(Event, Operation)>> {
        self.all("could not read a code's history", &EVENTS_OF, params![code], |row| {
            let mut reading = Reading::of(row);
            let operation = reading.operation()?;
            let (from, to) = (reading.word(CodeState::from_word)?, reading.word(CodeState::from_word)?);
            Ok((Event { from, to, reason: reading.optional_string()? }, operation))
        })
    }

    /// Attribute changes of a customer, oldest first, each with its operation.
    pub fn changes_of(&mut self, customer: i64) -> Result<Vec<(Change, Operation)>> {
        self.all("could not read a customer's changes", &CHANGES_OF, params![customer], |row| {
            let mut reading = Reading::of(row);
            let operation = reading.operation()?;
            let change = Change {
                attribute: reading.string()?,
                before: reading.optional_string()?,
                after: reading.optional_string()?,
                reason: reading.optional_string()?,
                operation: operation.id,
            };
            Ok((change, operation))
        })
    }

    /// An operation by id.
    pub fn operation(&mut self, id: i64) -> Result<Option<Operation>> {
        self.one("could not read an operation", &OPERATION, params![id], rows::operation)
    }

    /// An operation by request id.
    pub fn find_request(&mut self, request_id: &str) -> Result<Option<Operation>> {
        self.one("could not look up a request", &REQUEST, params![request_id], rows::operation)
    }

    /// The operations whose input had this digest, newest first.
    pub fn find_inputs(&mut self, digest: &str) -> Result<Vec<Operation>> {
        self.all("could not look up an input", &INPUTS, params![digest], rows::operation)
    }

    /// Names of attributes in order of first use.
    pub fn attribute_names(&mut self) -> Result<Vec<String>> {
        let doing = "could not read the names of attributes";
        self.all(doing, &ATTRIBUTE_NAMES, &[], |row| Reading::of(row).string())
    }

    /// Every counter: rule id, scope, counter; ordered by rule and scope.
    pub fn counters(&mut self) -> Result<Vec<(String, String, Counter)>> {
        self.all("could not read the counters", &COUNTERS, &[], |row| {
            let mut reading = Reading::at(row, 3);
            Ok((reading.string()?, reading.string()?, counter(row)?))
        })
    }

    /// A counter, `None` when nothing was ever taken from it.
    pub fn counter(&mut self, scope: &ScopeKey<'_>) -> Result<Option<Counter>> {
        self.one("could not read a counter", &COUNTER, params![scope.rule, scope.scope], counter)
    }

    /// The highest number of each counter that anything has spent
    /// ([`crate::store::laws::HIGHEST_SPENT`]), by counter; where that is more than the counter
    /// says, it was moved down behind the ledger's back.
    pub fn highest_spent(&mut self) -> Result<BTreeMap<i64, u64>> {
        let spent = self.all("could not read what was spent", &SPENT, &[], |row| {
            let mut reading = Reading::of(row);
            Ok((reading.integer()?, reading.optional_number()?.unwrap_or_default()))
        });
        Ok(spent?.into_iter().collect())
    }

    /// Every counter that was given a code since `time` (RFC 3339 in UTC): how many, and since when
    /// it has codes; ordered by counter.
    pub fn paces(&mut self, time: &str) -> Result<Vec<Pace>> {
        self.all("could not read how fast the counters move", &PACES, params![time], |row| {
            let mut reading = Reading::of(row);
            Ok(Pace { counter: reading.integer()?, codes: reading.number()?, since: reading.string()? })
        })
    }

    /// Numbers in use above a counter, ascending.
    pub fn numbers_ahead(&mut self, counter: i64) -> Result<Vec<u64>> {
        let doing = "could not read the numbers ahead of a counter";
        self.all(doing, &NUMBERS_AHEAD, params![counter], |row| Reading::of(row).number())
    }

    /// How many customers and how many codes there are.
    pub fn totals(&mut self) -> Result<(u64, u64)> {
        let totals = self.one("could not count", &TOTALS, &[], |row| {
            let mut reading = Reading::of(row);
            Ok((reading.number()?, reading.number()?))
        })?;
        Ok(totals.unwrap_or_default())
    }

    /// The numbers of a counter that were passed over, in order of the first.
    pub fn gaps(&mut self, counter: i64) -> Result<Vec<Gap>> {
        self.all("could not read the gaps of a counter", &GAPS, params![counter], |row| {
            let mut reading = Reading::of(row);
            Ok(Gap {
                counter: reading.integer()?,
                first: reading.number()?,
                last: reading.number()?,
                reason: reading.word(GapReason::from_word)?,
                operation: reading.integer()?,
            })
        })
    }

    /// The leases of a counter in order of their first number.
    pub fn leases(&mut self, counter: i64) -> Result<Vec<Lease>> {
        self.all("could not read the leases of a counter", &LEASES, params![counter], |row| {
            let mut reading = Reading::of(row);
            Ok(Lease {
                id: reading.integer()?,
                counter: reading.integer()?,
                first: reading.number()?,
                last: reading.number()?,
                next: reading.number()?,
                holder: reading.string()?,
                operation: reading.integer()?,
            })
        })
    }

    /// The rows that break a law.
    pub fn breaches(&mut self, law: &Law, each: &mut dyn FnMut(&Breach<'_>) -> Result<()>) -> Result<()> {
        let statement = Statement::new(0, law.sql, None);
        self.stream("could not compare the rows", &statement, &[], &mut |row| {
            let mut reading = Reading::of(row);
            let operation = reading.optional_integer()?;
            Ok(each(&Breach { operation, subject: reading.str()?, what: reading.str()? })?)
        })
    }
}
