//! What can be asked of a ledger, one question per statement.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Params, Row};

use super::migrate::LATEST;
use super::rows::{self, Reading, code_columns, entry_columns, operation_columns};
use super::session::Session;
use crate::store::chain::Head;
use crate::store::laws::HIGHEST_SPENT;
use crate::store::{
    Breach, Bundle, Change, CodeRow, CodeState, Counter, Entry, Event, Filter, Gap, GapReason, Law, Lease,
    LedgerInfo, Listed, Logged, Operation, OperationFilter, Pace, Result, ScopeKey, Snapshot, StoryRow,
    Table, Value,
};

impl Session<'_> {
    /// The one row of an answer, if there is one.
    fn one<T>(
        &self,
        doing: &str,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let row = self.statement(sql).and_then(|mut statement| statement.query_row(params, read).optional());
        row.map_err(self.failed(doing))
    }

    /// All rows of a short answer.
    pub(super) fn all<T>(
        &self,
        doing: &str,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.statement(sql).and_then(|mut statement| statement.query_map(params, read)?.collect());
        rows.map_err(self.failed(doing))
    }

    /// One answer per key, in the keys' order.
    fn each_key<T>(
        &mut self,
        doing: &str,
        sql: &str,
        keys: impl ExactSizeIterator<Item = impl Params>,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<Option<T>>> {
        self.expect_keys(keys.len())?;
        let rows = self
            .statement(sql)
            .and_then(|mut statement| keys.map(|key| statement.query_row(key, &read).optional()).collect());
        rows.map_err(self.failed(doing))
    }
}

/// Reads id, last and highest number of a counter.
fn counter(row: &Row<'_>) -> rusqlite::Result<Counter> {
    let mut reading = Reading::of(row, 1);
    Ok(Counter { id: row.get(0)?, last: reading.number()?, highest: reading.number()? })
}

impl Snapshot for Session<'_> {
    fn info(&mut self) -> Result<LedgerInfo> {
        let mut info = LedgerInfo { id: String::new(), schema: LATEST, bundle: None, fence: None };
        let known: Vec<(String, String)> =
            self.all("could not read the ledger's own data", "SELECT key, value FROM meta", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        for (key, value) in known {
            match key.as_str() {
                "ledger" => info.id = value,
                "bundle" => info.bundle = Some(value),
                "fence" => info.fence = Some(value),
                _ => {}
            }
        }
        Ok(info)
    }

    fn bundle(&mut self, digest: &str) -> Result<Option<Bundle>> {
        const SQL: &str = "SELECT digest, text, proof, adopted_at, adopted_by FROM bundles WHERE digest = ?1";
        self.one("could not read a bundle", SQL, [digest], |row| {
            Ok(Bundle {
                digest: row.get(0)?,
                text: row.get(1)?,
                proof: row.get(2)?,
                adopted_at: row.get(3)?,
                adopted_by: row.get(4)?,
            })
        })
    }

    fn has_customers(&mut self) -> Result<bool> {
        const SQL: &str = "SELECT 1 FROM customers LIMIT 1";
        Ok(self.one("could not look for customers", SQL, [], |_| Ok(()))?.is_some())
    }

    fn find_codes(&mut self, canonical: &[&str]) -> Result<Vec<Option<CodeRow>>> {
        const SQL: &str = concat!("SELECT ", code_columns!(), " FROM codes WHERE canonical = ?1");
        self.each_key("could not look up a code", SQL, canonical.iter().map(|key| [key]), rows::code)
    }

    fn find_references(&mut self, references: &[&str]) -> Result<Vec<Option<Entry>>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM customers JOIN codes ON codes.id = customers.code WHERE customers.reference = ?1"
        );
        self.each_key("could not look up a reference", SQL, references.iter().map(|key| [key]), rows::entry)
    }

    fn entry(&mut self, customer: i64) -> Result<Option<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM customers JOIN codes ON codes.id = customers.code WHERE customers.id = ?1"
        );
        self.one("could not read a customer", SQL, [customer], rows::entry)
    }

    fn find_names(&mut self, names: &[&str], each: &mut dyn FnMut(usize, Entry) -> Result<()>) -> Result<()> {
        self.scan_names(names, each)
    }

    fn codes_of(&mut self, customer: i64) -> Result<Vec<CodeRow>> {
        // The current code is known by id and all others have an index, so that the many who have one code need none.
        const SQL: &str = concat!(
            "SELECT ",
            code_columns!(),
            " FROM codes WHERE id = (SELECT code FROM customers WHERE id = ?1) UNION SELECT ",
            code_columns!(),
            " FROM codes WHERE customer = ?1 AND state <> 'active' ORDER BY 1"
        );
        self.all("could not read a customer's codes", SQL, [customer], rows::code)
    }

    fn events_of(&mut self, code: i64) -> Result<Vec<(Event, Operation)>> {
        const SQL: &str = concat!(
            "SELECT ",
            operation_columns!(),
            ", from_state, to_state, reason FROM code_events \
             JOIN operations ON operations.id = code_events.operation WHERE code = ?1 ORDER BY code_events.id"
        );
        self.all("could not read a code's story", SQL, [code], |row| {
            let mut reading = Reading::of(row, 0);
            let operation = reading.operation()?;
            let (from, to) = (reading.word(CodeState::from_word)?, reading.word(CodeState::from_word)?);
            Ok((Event { from, to, reason: row.get("reason")? }, operation))
        })
    }

    fn changes_of(&mut self, customer: i64) -> Result<Vec<(Change, Operation)>> {
        const SQL: &str = concat!(
            "SELECT ",
            operation_columns!(),
            ", attribute, before, after FROM changes \
             JOIN operations ON operations.id = changes.operation WHERE customer = ?1 ORDER BY changes.id"
        );
        self.all("could not read a customer's changes", SQL, [customer], |row| {
            let operation = rows::operation(row)?;
            let change = Change {
                attribute: row.get("attribute")?,
                before: row.get("before")?,
                after: row.get("after")?,
                operation: operation.id,
            };
            Ok((change, operation))
        })
    }

    fn operation(&mut self, id: i64) -> Result<Option<Operation>> {
        const SQL: &str = concat!("SELECT ", operation_columns!(), " FROM operations WHERE id = ?1");
        self.one("could not read an operation", SQL, [id], rows::operation)
    }

    fn find_request(&mut self, request_id: &str) -> Result<Option<Operation>> {
        const SQL: &str = concat!("SELECT ", operation_columns!(), " FROM operations WHERE request_id = ?1");
        self.one("could not look up a request", SQL, [request_id], rows::operation)
    }

    fn find_inputs(&mut self, digest: &str) -> Result<Vec<Operation>> {
        const SQL: &str = concat!(
            "SELECT ",
            operation_columns!(),
            " FROM operations WHERE input_digest = ?1 ORDER BY id DESC"
        );
        self.all("could not look up an input", SQL, [digest], rows::operation)
    }

    fn attribute_names(&mut self) -> Result<Vec<String>> {
        const SQL: &str = "SELECT name FROM attributes ORDER BY id";
        self.all("could not read the names of attributes", SQL, [], |row| row.get(0))
    }

    fn counters(&mut self) -> Result<Vec<(String, String, Counter)>> {
        const SQL: &str =
            "SELECT id, last, highest, rule, scope FROM sequences WHERE id > 0 ORDER BY rule, scope";
        self.all("could not read the counters", SQL, [], |row| {
            Ok((row.get("rule")?, row.get("scope")?, counter(row)?))
        })
    }

    fn highest_spent(&mut self) -> Result<BTreeMap<i64, u64>> {
        let spent = self.all("could not read what was spent", HIGHEST_SPENT, [], |row| {
            let mut reading = Reading::of(row, 0);
            Ok((reading.integer()?, reading.number()?.unwrap_or_default()))
        });
        Ok(spent?.into_iter().collect())
    }

    fn paces(&mut self, time: &str) -> Result<Vec<Pace>> {
        // An operation knows the range of its codes, so that only the new ones are read.
        const SQL: &str = "SELECT codes.sequence, count(*), coalesce(\
             (SELECT born.at FROM links JOIN operations AS born ON born.id = links.operation \
             WHERE links.sequence = codes.sequence AND links.lease = 0 AND links.position = 1), min(operations.at)) \
             FROM operations JOIN codes ON codes.id BETWEEN operations.first_code AND operations.last_code \
             AND codes.operation = operations.id WHERE operations.at >= ?1 AND codes.sequence IS NOT NULL \
             GROUP BY codes.sequence ORDER BY codes.sequence";
        self.all("could not read how fast the counters move", SQL, [time], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Pace {
                counter: reading.integer()?,
                codes: reading.number()?.unwrap_or_default(),
                since: reading.str()?.to_owned(),
            })
        })
    }

    fn numbers_ahead(&mut self, counter: i64) -> Result<Vec<u64>> {
        const SQL: &str = "SELECT number FROM numbers_ahead WHERE sequence = ?1 \
             AND number > (SELECT coalesce(last, -1) FROM sequences WHERE id = ?1) ORDER BY number";
        self.all("could not read the numbers ahead of a counter", SQL, [counter], |row| {
            Ok(Reading::of(row, 0).number()?.unwrap_or_default())
        })
    }

    fn totals(&mut self) -> Result<(u64, u64)> {
        // Nothing is deleted and ids follow one another, so the last id is the count.
        const SQL: &str =
            "SELECT (SELECT coalesce(max(id), 0) FROM customers), (SELECT coalesce(max(id), 0) FROM codes)";
        let totals = self.one("could not count", SQL, [], |row| {
            let mut reading = Reading::of(row, 0);
            Ok((reading.number()?.unwrap_or_default(), reading.number()?.unwrap_or_default()))
        })?;
        Ok(totals.unwrap_or_default())
    }

    fn counter(&mut self, scope: &ScopeKey<'_>) -> Result<Option<Counter>> {
        const SQL: &str = "SELECT id, last, highest FROM sequences WHERE rule = ?1 AND scope = ?2";
        self.one("could not read a counter", SQL, [scope.rule, scope.scope], counter)
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
        self.scan_codes_of(Some(counter), each)
    }

    fn scan_numbers(&mut self, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()> {
        self.scan_codes_of(None, each)
    }

    fn gaps(&mut self, counter: i64) -> Result<Vec<Gap>> {
        const SQL: &str = "SELECT sequence, first, last, reason, operation FROM gap_ranges \
             WHERE sequence = ?1 ORDER BY first, last, id";
        self.all("could not read the gaps of a counter", SQL, [counter], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Gap {
                counter: reading.integer()?,
                first: reading.number()?.unwrap_or_default(),
                last: reading.number()?.unwrap_or_default(),
                reason: reading.word(GapReason::from_word)?,
                operation: reading.integer()?,
            })
        })
    }

    fn leases(&mut self, counter: i64) -> Result<Vec<Lease>> {
        const SQL: &str = "SELECT id, sequence, first, last, next, holder, operation FROM leases \
             WHERE sequence = ?1 ORDER BY first";
        self.all("could not read the leases of a counter", SQL, [counter], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(Lease {
                id: reading.integer()?,
                counter: reading.integer()?,
                first: reading.number()?.unwrap_or_default(),
                last: reading.number()?.unwrap_or_default(),
                next: reading.number()?.unwrap_or_default(),
                holder: reading.str()?.to_owned(),
                operation: reading.integer()?,
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
        self.flaws_of_file()
    }

    fn stale_indexes(&mut self) -> Result<Vec<String>> {
        self.indexes_out_of_step()
    }

    fn breaches(&mut self, law: &Law, each: &mut dyn FnMut(&Breach<'_>) -> Result<()>) -> Result<()> {
        self.scan_breaches(law, each)
    }

    fn count(&mut self, table: &Table) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let count = self.one("could not count", &sql, [], |row| Reading::of(row, 0).number())?;
        Ok(count.flatten().unwrap_or_default())
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
