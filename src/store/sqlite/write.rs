//! What a write does, row by row.

use rusqlite::{CachedStatement, ErrorCode, Params, Statement, params};

use super::bulk::Loading;
use super::failure::{engine, name_value};
use super::session::Session;
use crate::store::chain::{self, Kind, Pending};
use crate::store::{
    Bundle, Change, CodeState, Counter, CustomerState, Gap, NewCode, NewCustomer, NewOperation, Result,
    ScopeKey, Snapshot as _, Table, Transaction, Value,
};

/// What a write keeps between its calls.
pub(super) struct Pen<'a> {
    pub(super) loading: Loading,
    /// What the operations of this write will be linked with.
    pub(super) chain: Pending,
    /// The operation begun last.
    pub(super) operation: Option<i64>,
    /// Ready after the first row.
    rows: Option<Rows<'a>>,
}

/// The insert statements, and the ids of the next customer and code. Nobody else can take these while the write lasts, so a
/// customer can name its code before that exists, and each row is written once. SQLite gives the ids itself, one above the
/// highest: a row that is known to be the last needs no search for its place.
struct Rows<'a> {
    customer: Statement<'a>,
    code: Statement<'a>,
    undo: Statement<'a>,
    next_customer: i64,
    next_code: i64,
}

impl Pen<'_> {
    pub(super) fn new(loading: Loading) -> Self {
        Self { loading, chain: Pending::default(), operation: None, rows: None }
    }
}

/// Sequence numbers are stored as signed integers.
fn stored(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|error| engine(&format!("could not store the number {number}"), error))
}

impl<'a> Session<'a> {
    /// A statement that writes. Some failures (a full disk) end the transaction inside SQLite; what came after
    /// would be stored for good, each row on its own.
    fn writing(&self, sql: &str) -> Result<CachedStatement<'a>> {
        let failed = self.failed("could not write");
        if self.connection.is_autocommit() {
            return Err(engine("could not write", "the write ended with an earlier failure"));
        }
        self.statement(sql).map_err(failed)
    }

    /// Writes one row; gives the number of rows concerned.
    pub(super) fn set(&self, doing: &str, sql: &str, params: impl Params) -> Result<usize> {
        self.writing(sql)?.execute(params).map_err(self.failed(doing))
    }

    pub(super) fn insert(&self, doing: &str, sql: &str, params: impl Params) -> Result<i64> {
        self.set(doing, sql, params)?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Readies the statements for rows. The indexes are settled first, or the statements would have to be made anew.
    fn first_row(&mut self) -> Result<Rows<'a>> {
        let failed = self.failed("could not prepare to add customers");
        let (customers, codes): (i64, i64) = self
            .connection
            .query_row(
                "SELECT (SELECT coalesce(max(id), 0) FROM customers), (SELECT coalesce(max(id), 0) FROM codes)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(&failed)?;
        // Customers are never deleted, so the highest id counts them.
        self.prepare_indexes(customers.unsigned_abs())?;
        let connection = self.connection;
        let customer = connection.prepare(
            "INSERT INTO customers (reference, name, fields, attributes, date, operation, row, code) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        );
        let code = connection.prepare(
            "INSERT INTO codes (canonical, written, customer, sequence, number, operation) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        );
        let undo = connection.prepare("DELETE FROM customers WHERE id = ?1");
        Ok(Rows {
            customer: customer.map_err(&failed)?,
            code: code.map_err(&failed)?,
            undo: undo.map_err(&failed)?,
            next_customer: customers + 1,
            next_code: codes + 1,
        })
    }
}

impl Rows<'_> {
    /// Adds both rows or, when one is refused, neither.
    fn put(
        &mut self,
        customer: &NewCustomer<'_>,
        code: &NewCode<'_>,
        number: Option<i64>,
    ) -> rusqlite::Result<()> {
        self.customer.execute(params![
            customer.reference,
            customer.name,
            customer.fields,
            customer.attributes,
            customer.date,
            customer.operation,
            customer.row,
            self.next_code,
        ])?;
        let added = self.code.execute(params![
            code.canonical,
            code.written,
            self.next_customer,
            code.counter,
            number,
            customer.operation,
        ]);
        let refused =
            |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
        if added.as_ref().is_err_and(refused) {
            // Refused rows leave nothing behind, so that the caller may go on with others.
            self.undo.execute([self.next_customer])?;
        }
        added.map(|_| ())
    }
}

impl Transaction for Session<'_> {
    fn begin_operation(&mut self, operation: &NewOperation<'_>) -> Result<i64> {
        const SQL: &str = "INSERT INTO operations (at, command, actor, os_user, host, bundle, request_id, input_digest) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let values = params![
            operation.at,
            operation.command,
            operation.actor,
            operation.os_user,
            operation.host,
            operation.bundle,
            operation.request_id,
            operation.input_digest,
        ];
        let id = self
            .insert("could not record the operation", SQL, values)
            .map_err(|error| name_value(error, |_| operation.request_id))?;
        self.pen.operation = Some(id);
        self.pen.chain.begin(id, operation);
        Ok(id)
    }

    fn take(&mut self, scope: &ScopeKey<'_>) -> Result<Counter> {
        const SQL: &str = "INSERT INTO sequences (rule, scope) VALUES (?1, ?2)";
        if let Some(counter) = self.counter(scope)? {
            return Ok(counter);
        }
        let id = self.insert("could not make a counter", SQL, [scope.rule, scope.scope])?;
        Ok(Counter { id, last: None, highest: None })
    }

    fn advance(&mut self, counter: i64, last: u64) -> Result<()> {
        const SQL: &str = "UPDATE sequences SET last = max(coalesce(last, ?2), ?2), \
             highest = CASE WHEN highest > max(coalesce(last, ?2), ?2) THEN highest END WHERE id = ?1";
        self.set("could not advance a counter", SQL, [counter, stored(last)?])?;
        Ok(())
    }

    fn keep_ahead(&mut self, counter: i64, number: u64) -> Result<()> {
        const SQL: &str = "UPDATE sequences SET highest = max(coalesce(highest, ?2), ?2) \
             WHERE id = ?1 AND ?2 > coalesce(last, -1)";
        const AHEAD: &str =
            "INSERT INTO numbers_ahead (sequence, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let doing = "could not note a number in use";
        let number = stored(number)?;
        if self.set(doing, SQL, [counter, number])? > 0 {
            self.set(doing, AHEAD, [counter, number])?;
        }
        Ok(())
    }

    fn skip(&mut self, gap: &Gap) -> Result<()> {
        const SQL: &str =
            "INSERT INTO gap_ranges (sequence, first, last, reason, operation) VALUES (?1, ?2, ?3, ?4, ?5)";
        let (first, last) = (stored(gap.first)?, stored(gap.last)?);
        self.insert(
            "could not record a gap",
            SQL,
            params![gap.counter, first, last, gap.reason.as_str(), gap.operation],
        )?;
        self.pen.chain.add(gap.operation, gap.counter, Kind::Gap, &chain::gap(gap));
        Ok(())
    }

    fn put(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)> {
        let number = code.number.map(stored).transpose()?;
        if self.connection.is_autocommit() {
            return Err(engine("could not write", "the write ended with an earlier failure"));
        }
        if self.pen.rows.is_none() {
            self.pen.rows = Some(self.first_row()?);
        }
        let rows = self.pen.rows.as_mut().expect("made just above");
        if let Err(error) = rows.put(customer, code, number) {
            return Err(name_value(self.place.failure("could not add a customer", error), |key| match key {
                "code" => Some(code.canonical),
                _ => customer.reference,
            }));
        }
        let ids = (rows.next_customer, rows.next_code);
        if self.connection.last_insert_rowid() != ids.1 {
            return Err(engine(
                "could not add a customer",
                "the ledger gave a code another id than the next",
            ));
        }
        rows.next_customer += 1;
        rows.next_code += 1;
        self.pen.chain.put(customer, code);
        Ok(ids)
    }

    fn update(
        &mut self,
        customer: i64,
        name: Option<&str>,
        reference: Option<&str>,
        fields: &str,
        attributes: &str,
        changes: &[Change],
    ) -> Result<()> {
        const SQL: &str =
            "UPDATE customers SET name = ?2, reference = ?3, fields = ?4, attributes = ?5 WHERE id = ?1";
        let doing = "could not change a customer";
        self.revise(customer, changes, |session| {
            session
                .set(doing, SQL, params![customer, name, reference, fields, attributes])
                .map_err(|error| name_value(error, |_| reference))?;
            Ok(())
        })
    }

    fn add_attribute_names(&mut self, names: &[&str]) -> Result<()> {
        const SQL: &str = "INSERT INTO attributes (name) VALUES (?1) ON CONFLICT (name) DO NOTHING";
        for name in names {
            self.set("could not record the name of an attribute", SQL, [name])?;
        }
        Ok(())
    }

    fn end_operation(&mut self, operation: i64, rows: u64, codes: Option<(i64, i64)>) -> Result<()> {
        const SQL: &str = "UPDATE operations SET rows = ?2, first_code = ?3, last_code = ?4 WHERE id = ?1";
        let (first, last) = codes.unzip();
        self.set("could not record the operation", SQL, params![operation, stored(rows)?, first, last])?;
        Ok(())
    }

    fn adopt(&mut self, bundle: &Bundle) -> Result<()> {
        const SQL: &str = "INSERT INTO bundles (digest, text, proof, adopted_at, adopted_by) \
             VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (digest) DO UPDATE SET proof = ?3, adopted_at = ?4, adopted_by = ?5";
        const CURRENT: &str = "INSERT INTO meta (key, value) VALUES ('bundle', ?1) \
             ON CONFLICT (key) DO UPDATE SET value = ?1";
        let doing = "could not adopt the rules";
        let values = params![bundle.digest, bundle.text, bundle.proof, bundle.adopted_at, bundle.adopted_by];
        self.set(doing, SQL, values)?;
        self.set(doing, CURRENT, [&bundle.digest])?;
        Ok(())
    }

    fn change_state(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()> {
        self.change_code(code, to, reason)
    }

    fn change_customer_state(&mut self, customer: i64, to: CustomerState) -> Result<()> {
        const SQL: &str = "UPDATE customers SET state = ?2 WHERE id = ?1";
        let before = self.record(customer)?.1;
        let change = Change {
            attribute: "state".to_owned(),
            before: Some(before.as_str().to_owned()),
            after: Some(to.as_str().to_owned()),
            operation: 0,
        };
        self.revise(customer, &[change], |session| {
            session.set("could not change a customer", SQL, params![customer, to.as_str()])?;
            Ok(())
        })
    }

    fn set_fence(&mut self, reason: Option<&str>) -> Result<()> {
        const SET: &str =
            "INSERT INTO meta (key, value) VALUES ('fence', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1";
        let doing = "could not fence the ledger";
        match reason {
            Some(reason) => self.set(doing, SET, [reason])?,
            None => self.set(doing, "DELETE FROM meta WHERE key = 'fence'", [])?,
        };
        Ok(())
    }

    fn add_checkpoint(&mut self, operation: i64, at: &str) -> Result<String> {
        self.seal(operation, at)
    }

    fn restate(&mut self, code: i64) -> Result<()> {
        self.set_state_by_events(code)
    }

    fn recount_ahead(&mut self, counter: i64) -> Result<()> {
        self.count_ahead_anew(counter)
    }

    fn rebuild_indexes(&mut self) -> Result<()> {
        self.reindex()
    }

    fn append(&mut self, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        self.append_rows(table, rows)
    }

    fn clear(&mut self, table: &Table) -> Result<()> {
        self.set("could not empty a table", &format!("DELETE FROM {}", table.name), [])?;
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<()> {
        self.link_operations()?;
        self.build_dropped_indexes()?;
        self.finish()
    }
}
