//! What can be asked of a ledger, one question per statement and round trip.

use std::collections::{BTreeMap, HashMap};

use tokio_postgres::Row;

use super::rows::{self, Read, Reading, code_columns, entry_columns, operation_columns};
use super::session::Session;
use crate::store::chain::Head;
use crate::store::laws::HIGHEST_SPENT;
use crate::store::{
    Breach, Bundle, Change, CodeRow, Counter, Entry, Event, Filter, Gap, GapReason, Law, Lease, LedgerInfo,
    Listed, Logged, Operation, OperationFilter, Pace, Result, ScopeKey, Snapshot, StoryRow, Table, Value,
};

/// So many keys go into one question.
const KEYS: usize = 5_000;

impl Session<'_> {
    /// One answer per key, in the keys' order. `sql` takes the keys as `$1`; `key_of` gives an answer's key.
    fn each_key<T: Clone>(
        &mut self,
        doing: &str,
        sql: &str,
        keys: &[&str],
        read: impl Fn(&Row) -> Read<T>,
        key_of: impl Fn(&T) -> &str,
    ) -> Result<Vec<Option<T>>> {
        let mut answers = Vec::with_capacity(keys.len());
        for keys in keys.chunks(KEYS) {
            let found = self.all(doing, sql, &[&keys], &read)?;
            let places: HashMap<&str, usize> =
                found.iter().enumerate().map(|(place, answer)| (key_of(answer), place)).collect();
            answers.extend(keys.iter().map(|key| places.get(key).map(|place| found[*place].clone())));
        }
        Ok(answers)
    }
}

/// Reads id, last and highest number of a counter.
pub(super) fn counter(row: &Row) -> Read<Counter> {
    let mut reading = Reading::of(row, 0);
    Ok(Counter { id: reading.get()?, last: reading.number()?, highest: reading.number()? })
}

fn reference(entry: &Entry) -> &str {
    entry.customer.reference.as_deref().unwrap_or_default()
}

/// What `laws` asks is the same on every engine and names its tables without a schema.
const SHARED_PATH: &str = "SET LOCAL search_path = pg_catalog, custcode, pg_temp";

impl Snapshot for Session<'_> {
    fn info(&mut self) -> Result<LedgerInfo> {
        let mut info = LedgerInfo { id: String::new(), schema: 0, bundle: None, fence: None };
        let known: Vec<(String, String)> = self.all(
            "could not read the ledger's own data",
            "SELECT key, value FROM custcode.meta",
            &[],
            |row| Ok((row.try_get(0)?, row.try_get(1)?)),
        )?;
        for (key, value) in known {
            match key.as_str() {
                "ledger" => info.id = value,
                "schema" => info.schema = value.parse().unwrap_or_default(),
                "bundle" => info.bundle = Some(value),
                "fence" => info.fence = Some(value),
                _ => {}
            }
        }
        Ok(info)
    }

    fn bundle(&mut self, digest: &str) -> Result<Option<Bundle>> {
        const SQL: &str =
            "SELECT digest, text, proof, adopted_at, adopted_by FROM custcode.bundles WHERE digest = $1";
        self.one("could not read a bundle", SQL, &[&digest], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Bundle {
                digest: reading.get()?,
                text: reading.get()?,
                proof: reading.get()?,
                adopted_at: reading.get()?,
                adopted_by: reading.get()?,
            })
        })
    }

    fn has_customers(&mut self) -> Result<bool> {
        const SQL: &str = "SELECT 1 FROM custcode.customers LIMIT 1";
        Ok(self.one("could not look for customers", SQL, &[], |_| Ok(()))?.is_some())
    }

    fn find_codes(&mut self, canonical: &[&str]) -> Result<Vec<Option<CodeRow>>> {
        const SQL: &str =
            concat!("SELECT ", code_columns!(), " FROM custcode.codes WHERE canonical = ANY($1)");
        self.each_key("could not look up a code", SQL, canonical, rows::code, |code| &code.canonical)
    }

    fn find_references(&mut self, references: &[&str]) -> Result<Vec<Option<Entry>>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code WHERE customers.reference = ANY($1)"
        );
        self.each_key("could not look up a reference", SQL, references, rows::entry, reference)
    }

    fn entry(&mut self, customer: i64) -> Result<Option<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code WHERE customers.id = $1"
        );
        self.one("could not read a customer", SQL, &[&customer], rows::entry)
    }

    fn find_names(&mut self, names: &[&str], each: &mut dyn FnMut(usize, Entry) -> Result<()>) -> Result<()> {
        self.scan_names(names, each)
    }

    fn codes_of(&mut self, customer: i64) -> Result<Vec<CodeRow>> {
        // The current code is known by id and all others have an index, so that the many who have one code need none.
        const SQL: &str = concat!(
            "SELECT ",
            code_columns!(),
            " FROM custcode.codes WHERE id = (SELECT code FROM custcode.customers WHERE id = $1) UNION SELECT ",
            code_columns!(),
            " FROM custcode.codes WHERE customer = $1 AND state <> 'active' ORDER BY 1"
        );
        self.all("could not read a customer's codes", SQL, &[&customer], rows::code)
    }

    fn events_of(&mut self, code: i64) -> Result<Vec<(Event, Operation)>> {
        const SQL: &str = concat!(
            "SELECT ",
            operation_columns!(),
            ", from_state, to_state, reason FROM custcode.code_events \
             JOIN custcode.operations ON operations.id = code_events.operation WHERE code = $1 ORDER BY code_events.id"
        );
        self.all("could not read a code's story", SQL, &[&code], |row| {
            let mut reading = Reading::of(row, 0);
            let operation = reading.operation()?;
            let from = super::failure::code_state(reading.get()?)?;
            let to = super::failure::code_state(reading.get()?)?;
            Ok((Event { from, to, reason: reading.get()? }, operation))
        })
    }

    fn changes_of(&mut self, customer: i64) -> Result<Vec<(Change, Operation)>> {
        const SQL: &str = concat!(
            "SELECT ",
            operation_columns!(),
            ", attribute, before, after FROM custcode.changes \
             JOIN custcode.operations ON operations.id = changes.operation WHERE customer = $1 ORDER BY changes.id"
        );
        self.all("could not read a customer's changes", SQL, &[&customer], |row| {
            let mut reading = Reading::of(row, 0);
            let operation = reading.operation()?;
            let change = Change {
                attribute: reading.get()?,
                before: reading.get()?,
                after: reading.get()?,
                operation: operation.id,
            };
            Ok((change, operation))
        })
    }

    fn operation(&mut self, id: i64) -> Result<Option<Operation>> {
        const SQL: &str = concat!("SELECT ", operation_columns!(), " FROM custcode.operations WHERE id = $1");
        self.one("could not read an operation", SQL, &[&id], rows::operation)
    }

    fn find_request(&mut self, request_id: &str) -> Result<Option<Operation>> {
        const SQL: &str =
            concat!("SELECT ", operation_columns!(), " FROM custcode.operations WHERE request_id = $1");
        self.one("could not look up a request", SQL, &[&request_id], rows::operation)
    }

    fn find_inputs(&mut self, digest: &str) -> Result<Vec<Operation>> {
        const SQL: &str = concat!(
            "SELECT ",
            operation_columns!(),
            " FROM custcode.operations WHERE input_digest = $1 ORDER BY id DESC"
        );
        self.all("could not look up an input", SQL, &[&digest], rows::operation)
    }

    fn attribute_names(&mut self) -> Result<Vec<String>> {
        const SQL: &str = "SELECT name FROM custcode.attributes ORDER BY id";
        self.all("could not read the names of attributes", SQL, &[], |row| Ok(row.try_get(0)?))
    }

    fn counters(&mut self) -> Result<Vec<(String, String, Counter)>> {
        const SQL: &str = "SELECT id, last, highest, rule, scope FROM custcode.sequences WHERE id > 0 \
             ORDER BY rule COLLATE \"C\", scope COLLATE \"C\"";
        self.all("could not read the counters", SQL, &[], |row| {
            Ok((row.try_get(3)?, row.try_get(4)?, counter(row)?))
        })
    }

    fn highest_spent(&mut self) -> Result<BTreeMap<i64, u64>> {
        let doing = "could not read what was spent";
        self.run(doing, SHARED_PATH)?;
        let spent = self.all(doing, HIGHEST_SPENT, &[], |row| {
            let mut reading = Reading::of(row, 0);
            Ok((reading.get()?, reading.number()?.unwrap_or_default()))
        });
        Ok(spent?.into_iter().collect())
    }

    fn paces(&mut self, time: &str) -> Result<Vec<Pace>> {
        // An operation knows the range of its codes, so that only the new ones are read.
        const SQL: &str = "SELECT codes.sequence, count(*), coalesce(\
             (SELECT born.at FROM custcode.links JOIN custcode.operations AS born ON born.id = links.operation \
             WHERE links.sequence = codes.sequence AND links.lease = 0 AND links.position = 1), min(operations.at)) \
             FROM custcode.operations JOIN custcode.codes ON codes.id BETWEEN operations.first_code AND operations.last_code \
             AND codes.operation = operations.id WHERE operations.at COLLATE \"C\" >= $1 AND codes.sequence IS NOT NULL \
             GROUP BY codes.sequence ORDER BY codes.sequence";
        self.all("could not read how fast the counters move", SQL, &[&time], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Pace {
                counter: reading.get()?,
                codes: reading.number()?.unwrap_or_default(),
                since: reading.get()?,
            })
        })
    }

    fn numbers_ahead(&mut self, counter: i64) -> Result<Vec<u64>> {
        const SQL: &str = "SELECT number FROM custcode.numbers_ahead WHERE sequence = $1 \
             AND number > (SELECT coalesce(last, -1) FROM custcode.sequences WHERE id = $1) ORDER BY number";
        self.all("could not read the numbers ahead of a counter", SQL, &[&counter], |row| {
            Reading::of(row, 0).known_number()
        })
    }

    fn totals(&mut self) -> Result<(u64, u64)> {
        // Ids have holes here, where an issue came to nothing.
        const SQL: &str =
            "SELECT (SELECT count(*) FROM custcode.customers), (SELECT count(*) FROM custcode.codes)";
        let totals = self.one("could not count", SQL, &[], |row| {
            let mut reading = Reading::of(row, 0);
            Ok((reading.known_number()?, reading.known_number()?))
        })?;
        Ok(totals.unwrap_or_default())
    }

    fn counter(&mut self, scope: &ScopeKey<'_>) -> Result<Option<Counter>> {
        const SQL: &str = "SELECT id, last, highest FROM custcode.sequences WHERE rule = $1 AND scope = $2";
        self.one("could not read a counter", SQL, &[&scope.rule, &scope.scope], counter)
    }

    fn scan(&mut self, filter: &Filter, each: &mut dyn FnMut(&Listed<'_>) -> Result<()>) -> Result<()> {
        self.scan_customers(filter, each)
    }

    fn scan_operation(&mut self, operation: i64, each: &mut dyn FnMut(&Entry) -> Result<()>) -> Result<()> {
        self.scan_operation_rows(operation, each)
    }

    fn scan_codes(&mut self, each: &mut dyn FnMut(&CodeRow, &str, &str) -> Result<()>) -> Result<()> {
        self.scan_all_codes(each)
    }

    fn scan_counter(&mut self, counter: i64, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()> {
        self.scan_codes_of(counter, each)
    }

    fn scan_numbers(&mut self, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()> {
        self.scan_all_numbers(each)
    }

    fn gaps(&mut self, counter: i64) -> Result<Vec<Gap>> {
        const SQL: &str = "SELECT sequence, first, last, reason, operation FROM custcode.gap_ranges \
             WHERE sequence = $1 ORDER BY first, last, id";
        self.all("could not read the gaps of a counter", SQL, &[&counter], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Gap {
                counter: reading.get()?,
                first: reading.known_number()?,
                last: reading.known_number()?,
                reason: {
                    let word: &str = reading.get()?;
                    GapReason::from_word(word).ok_or_else(|| super::failure::unknown(word))?
                },
                operation: reading.get()?,
            })
        })
    }

    fn leases(&mut self, counter: i64) -> Result<Vec<Lease>> {
        const SQL: &str = "SELECT id, sequence, first, last, next, holder, operation FROM custcode.leases \
             WHERE sequence = $1 ORDER BY first";
        self.all("could not read the leases of a counter", SQL, &[&counter], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Lease {
                id: reading.get()?,
                counter: reading.get()?,
                first: reading.known_number()?,
                last: reading.known_number()?,
                next: reading.known_number()?,
                holder: reading.get()?,
                operation: reading.get()?,
            })
        })
    }

    fn scan_operations(
        &mut self,
        filter: &OperationFilter,
        each: &mut dyn FnMut(&Operation) -> Result<()>,
    ) -> Result<()> {
        self.scan_filtered_operations(filter, each)
    }

    fn scan_log(
        &mut self,
        filter: &OperationFilter,
        links: bool,
        each: &mut dyn FnMut(&Logged) -> Result<()>,
    ) -> Result<()> {
        self.scan_logged(filter, links, each)
    }

    fn story(&mut self, each: &mut dyn FnMut(&StoryRow<'_>) -> Result<()>) -> Result<()> {
        self.scan_story(each)
    }

    fn heads(&mut self) -> Result<Vec<Head>> {
        self.read_heads()
    }

    fn schema_differences(&mut self) -> Result<Vec<String>> {
        self.other_objects()
    }

    fn integrity(&mut self) -> Result<Vec<String>> {
        self.check_rows()
    }

    fn breaches(&mut self, law: &Law, each: &mut dyn FnMut(&Breach<'_>) -> Result<()>) -> Result<()> {
        let doing = "could not compare the rows";
        self.run(doing, SHARED_PATH)?;
        self.walk(doing, law.sql, &[], |row| {
            let mut reading = Reading::of(row, 0);
            let operation = reading.get()?;
            Ok(each(&Breach { operation, subject: reading.get()?, what: reading.get()? }))
        })
    }

    fn count(&mut self, table: &Table) -> Result<u64> {
        self.count_rows(table)
    }

    fn rows(
        &mut self,
        table: &Table,
        skip: u64,
        each: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()> {
        self.scan_rows(table, skip, each)
    }
}
