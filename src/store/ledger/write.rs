//! What a write does besides adding customers.
//!
//! Every write says how many rows it has to write, and fails where the engine wrote others: a
//! trigger, a rule or a policy that somebody made on a server can keep rows from being written
//! without an error.

use super::read::{self, stored};
use super::rows::Reading;
use crate::store::chain::{self, Kind};
use crate::store::engine::{Dialect, Param, params};
use crate::store::keys::named;
use crate::store::statement::{Statement, statements};
use crate::store::{Bundle, Counter, Error, Gap, NewOperation, Result, ScopeKey, Table, Transaction, Value};

/// PostgreSQL's text of a deletion that answers how many rows are gone and how many there were.
macro_rules! counted_deletion {
    ($rows:literal) => {
        concat!(
            "WITH gone AS (DELETE FROM custcode.",
            $rows,
            " RETURNING 1) SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM custcode.",
            $rows,
            ")"
        )
    };
}

statements! {
    // A request id that is taken adds nothing.
    BEGIN(10) = "INSERT INTO custcode.operations (at, command, actor, os_user, host, bundle, request_id, input_digest, salt, token) \
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 \
        WHERE NOT EXISTS (SELECT 1 FROM custcode.operations WHERE request_id = $7) RETURNING id",
        [
            "INSERT INTO operations (at, command, actor, os_user, host, bundle, request_id, input_digest, salt) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            "SELECT last_insert_rowid()",
        ];
    END(4) = "UPDATE custcode.operations SET rows = $2, first_code = $3, last_code = $4 WHERE id = $1";
    TAKE(2) = "WITH known AS (SELECT id, last, highest FROM custcode.sequences WHERE rule = $1 AND scope = $2), \
        made AS (INSERT INTO custcode.sequences (rule, scope) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM known) \
        RETURNING id, last, highest) SELECT * FROM known UNION ALL SELECT * FROM made",
        ["INSERT INTO sequences (rule, scope) VALUES ($1, $2) RETURNING id, last, highest"];
    ADVANCE(2) = "UPDATE custcode.sequences SET last = CASE WHEN last > $2 THEN last ELSE $2 END, \
        highest = CASE WHEN highest > CASE WHEN last > $2 THEN last ELSE $2 END THEN highest END WHERE id = $1";
    KEEP_AHEAD(2) = "WITH ahead AS MATERIALIZED (SELECT id, \
        EXISTS (SELECT FROM custcode.numbers_ahead WHERE sequence = $1 AND number = $2) AS known \
        FROM custcode.sequences WHERE id = $1 AND $2 > coalesce(last, -1)), \
        higher AS (UPDATE custcode.sequences SET highest = greatest(highest, $2) FROM ahead \
        WHERE sequences.id = ahead.id RETURNING 1), \
        noted AS (INSERT INTO custcode.numbers_ahead (sequence, number) \
        SELECT id, $2 FROM ahead WHERE NOT known RETURNING 1) \
        SELECT (SELECT count(*) FROM higher) + (SELECT count(*) FROM noted), \
        (SELECT count(*) FROM ahead) + (SELECT count(*) FROM ahead WHERE NOT known)",
        [
            "UPDATE sequences SET highest = max(coalesce(highest, $2), $2) WHERE id = $1 AND $2 > coalesce(last, -1)",
            "INSERT INTO numbers_ahead (sequence, number) SELECT id, $2 FROM sequences \
             WHERE id = $1 AND $2 > coalesce(last, -1) ON CONFLICT DO NOTHING",
        ];
    GAP(5) = "INSERT INTO custcode.gap_ranges (sequence, first, last, reason, operation) VALUES ($1, $2, $3, $4, $5)";
    // Distinct names, in the order of their first place.
    ATTRIBUTES(1) = "WITH fresh AS MATERIALIZED (SELECT name, min(place) AS place FROM unnest(CAST($1 AS text[])) WITH ORDINALITY AS new (name, place) \
        WHERE NOT EXISTS (SELECT FROM custcode.attributes WHERE attributes.name = new.name) GROUP BY name), \
        added AS (INSERT INTO custcode.attributes (name) SELECT name FROM fresh ORDER BY place RETURNING 1) \
        SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM fresh)", [];
    ATTRIBUTE(1) = "INSERT INTO custcode.attributes (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
    ADOPT(5) = "WITH current AS (INSERT INTO custcode.meta (key, value) VALUES ('bundle', $1) \
        ON CONFLICT (key) DO UPDATE SET value = $1 RETURNING 1), \
        kept AS (INSERT INTO custcode.bundles (digest, text, proof, adopted_at, adopted_by) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (digest) DO UPDATE SET proof = $3, adopted_at = $4, adopted_by = $5 RETURNING 1) \
        SELECT (SELECT count(*) FROM current) + (SELECT count(*) FROM kept), CAST(2 AS bigint)",
        [
            "INSERT INTO bundles (digest, text, proof, adopted_at, adopted_by) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (digest) DO UPDATE SET proof = $3, adopted_at = $4, adopted_by = $5",
            "INSERT INTO meta (key, value) VALUES ('bundle', $1) ON CONFLICT (key) DO UPDATE SET value = $1",
        ];
    FENCE(1) = "INSERT INTO custcode.meta (key, value) VALUES ('fence', $1) \
        ON CONFLICT (key) DO UPDATE SET value = $1";
    LIFT(0) = counted_deletion!("meta WHERE key = 'fence'"), ["DELETE FROM meta WHERE key = 'fence'"];
    NAME_KEY(2) = "UPDATE custcode.customers SET strict = $2 WHERE id = $1";
    RESTATE(1) = "UPDATE custcode.codes SET state = coalesce(\
        (SELECT to_state FROM custcode.code_events WHERE code = $1 ORDER BY id DESC LIMIT 1), 'active') WHERE id = $1";
    FORGET_AHEAD(1) = counted_deletion!("numbers_ahead WHERE sequence = $1"),
        ["DELETE FROM numbers_ahead WHERE sequence = $1"];
    NOTE_AHEAD(1) = "WITH ahead AS MATERIALIZED (SELECT sequence, number FROM custcode.codes \
        WHERE sequence = $1 AND number > coalesce((SELECT last FROM custcode.sequences WHERE id = $1), -1)), \
        noted AS (INSERT INTO custcode.numbers_ahead (sequence, number) SELECT sequence, number FROM ahead RETURNING 1) \
        SELECT (SELECT count(*) FROM noted), (SELECT count(*) FROM ahead)",
        [
            "INSERT INTO numbers_ahead (sequence, number) SELECT sequence, number FROM codes \
             WHERE sequence = $1 AND number > coalesce((SELECT last FROM sequences WHERE id = $1), -1)",
        ];
    HIGHEST_AHEAD(1) = "UPDATE custcode.sequences SET highest = \
        (SELECT max(number) FROM custcode.numbers_ahead WHERE sequence = $1) WHERE id = $1";
}

impl dyn Transaction + '_ {
    /// Writes as many rows as `expected`, or the write fails.
    pub(super) fn write_rows(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        expected: u64,
    ) -> Result<()> {
        if self.execute(doing, statement, params)? == expected {
            return Ok(());
        }
        Err(self.unwritten(doing))
    }

    /// Writes by a statement that answers how many rows it wrote, and how many it should have
    /// written. Where nobody can keep rows from being written, it need not answer.
    pub(super) fn write_counted(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
    ) -> Result<()> {
        let counts = self.one(doing, statement, params, |row| {
            let mut reading = Reading::of(row);
            Ok((reading.integer()?, reading.integer()?))
        })?;
        match (counts, self.dialect()) {
            (Some((written, expected)), _) if written == expected => Ok(()),
            (None, Dialect::Sqlite) => Ok(()),
            _ => Err(self.unwritten(doing)),
        }
    }

    /// Records the command that writes; every other row names it.
    pub fn begin_operation(&mut self, operation: &NewOperation<'_>) -> Result<i64> {
        let doing = "could not record the operation";
        let token = self.token()?;
        let values = params![
            operation.at,
            operation.command,
            operation.actor,
            operation.os_user,
            operation.host,
            operation.bundle,
            operation.request_id,
            operation.input_digest,
            operation.salt,
            token.as_deref(),
        ];
        let begun = self.one(doing, &BEGIN, values, |row| Reading::of(row).integer());
        let Some(id) = begun.map_err(|error| named(error, |_| operation.request_id))? else {
            return match operation.request_id {
                Some(id) if self.find_request(id)?.is_some() => {
                    Err(Error::Conflict { key: "request id", value: id.to_owned() })
                }
                _ => Err(self.unwritten(doing)),
            };
        };
        let written = self.written();
        written.operation = Some(id);
        written.chain.begin(id, operation);
        Ok(id)
    }

    /// The counter of a scope, made at 0 when new, and locked until the end.
    pub fn take(&mut self, scope: &ScopeKey<'_>) -> Result<Counter> {
        let doing = "could not take a counter";
        if self.dialect() == Dialect::Sqlite
            && let Some(counter) = self.counter(scope)?
        {
            return Ok(counter);
        }
        let counter = self.one(doing, &TAKE, params![scope.rule, scope.scope], read::counter)?;
        counter.ok_or_else(|| self.unwritten(doing))
    }

    /// Moves a counter up; never down.
    pub fn advance(&mut self, counter: i64, last: u64) -> Result<()> {
        self.write_rows("could not advance a counter", &ADVANCE, params![counter, stored(last)?], 1)
    }

    /// Notes that a number above the counter is in use: issuing steps over it.
    pub fn keep_ahead(&mut self, counter: i64, number: u64) -> Result<()> {
        self.write_counted("could not note a number in use", &KEEP_AHEAD, params![counter, stored(number)?])
    }

    /// Records numbers that were passed over.
    pub fn skip(&mut self, gap: &Gap) -> Result<()> {
        let (first, last) = (stored(gap.first)?, stored(gap.last)?);
        let values = params![gap.counter, first, last, gap.reason.as_str(), gap.operation];
        self.write_rows("could not record a gap", &GAP, values, 1)?;
        self.written().chain.add(gap.operation, gap.counter, Kind::Gap, &chain::gap(gap));
        Ok(())
    }

    /// Remembers names of attributes that are not known yet, in this order.
    pub fn add_attribute_names(&mut self, names: &[&str]) -> Result<()> {
        let doing = "could not record the names of attributes";
        match self.dialect() {
            _ if names.is_empty() => Ok(()),
            Dialect::Postgres => self.write_counted(doing, &ATTRIBUTES, &[Param::Texts(names)]),
            Dialect::Sqlite => names.iter().try_for_each(|name| {
                self.execute(doing, &ATTRIBUTE, params![*name])?;
                Ok(())
            }),
        }
    }

    /// Writes the totals of an operation: rows and its first and last code ids.
    pub fn end_operation(&mut self, operation: i64, rows: u64, codes: Option<(i64, i64)>) -> Result<()> {
        let (first, last) = codes.unzip();
        let values = params![operation, stored(rows)?, first, last];
        self.write_rows("could not record the operation", &END, values, 1)
    }

    /// Stores a bundle and makes it the current one.
    pub fn adopt(&mut self, bundle: &Bundle) -> Result<()> {
        let Bundle { digest, text, proof, adopted_at, adopted_by } = bundle;
        let values = params![digest, text, proof, adopted_at, adopted_by];
        self.write_counted("could not adopt the rules", &ADOPT, values)
    }

    /// Fences the ledger, or with `None` takes the fence away.
    pub fn set_fence(&mut self, reason: Option<&str>) -> Result<()> {
        let doing = "could not fence the ledger";
        match reason {
            Some(reason) => self.write_rows(doing, &FENCE, params![reason], 1),
            None => self.write_counted(doing, &LIFT, &[]),
        }
    }

    /// Sets the kept state of a code to the last one that its events gave it; records nothing.
    pub fn restate(&mut self, code: i64) -> Result<()> {
        self.write_rows("could not put the state of a code right", &RESTATE, params![code], 1)
    }

    /// Sets the kept key of a customer's name; records nothing.
    pub fn set_name_key(&mut self, customer: i64, key: Option<i64>) -> Result<()> {
        self.write_rows("could not put the key of a name right", &NAME_KEY, params![customer, key], 1)
    }

    /// Makes the numbers ahead of a counter those of its codes above it.
    pub fn recount_ahead(&mut self, counter: i64) -> Result<()> {
        let doing = "could not count the numbers ahead of a counter";
        self.write_counted(doing, &FORGET_AHEAD, params![counter])?;
        self.write_counted(doing, &NOTE_AHEAD, params![counter])?;
        self.write_rows(doing, &HIGHEST_AHEAD, params![counter], 1)
    }

    /// Adds whole rows as they are, nothing hashed or checked: for copies and restores. `rows`
    /// holds the values of the rows one after the other. After the commit the next id that the
    /// engine gives is above theirs.
    pub fn append(&mut self, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        let doing = "could not copy a row";
        let place = |name| table.columns.iter().position(|column| column.name() == name);
        if let Some((fields, attributes)) = place("fields").zip(place("attributes")) {
            for row in rows.chunks(table.columns.len()) {
                if let (Value::Text(fields), Value::Text(attributes)) = (row[fields], row[attributes]) {
                    self.accept_objects(doing, [fields, attributes])?;
                }
            }
        }
        self.append_rows(doing, table, rows)
    }

    /// Deletes all rows of a table: for a copy that has to begin again.
    pub fn clear(&mut self, table: &Table) -> Result<()> {
        let doing = "could not empty a table";
        let rows = super::portable::rows_of(table);
        match self.dialect() {
            Dialect::Sqlite => {
                let sql = format!("DELETE FROM {rows}");
                self.execute(doing, &Statement::built(0, &sql), &[])?;
                Ok(())
            }
            Dialect::Postgres => {
                let sql = format!(
                    "WITH gone AS (DELETE FROM {rows} RETURNING 1) \
                     SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM {rows})"
                );
                self.write_counted(doing, &Statement::built(0, &sql), &[])
            }
        }
    }

    /// Makes everything durable. For bulk writes: builds the indexes first; a duplicate is
    /// [`Error::Conflict`].
    pub fn commit(mut self: Box<Self>) -> Result<()> {
        self.link_operations()?;
        self.complete()
    }
}
