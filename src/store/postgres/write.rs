//! What a write does, row by row.

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::bulk::Loading;
use super::failure::{engine, no_zero};
use super::link::Params;
use super::read;
use super::rows::Reading;
use super::session::Session;
use crate::store::chain::{self, Kind, Pending};
use crate::store::{
    Bundle, Change, CodeState, Counter, CustomerState, Error, Gap, Intent, NewCode, NewCustomer,
    NewOperation, Result, ScopeKey, TABLES, Table, Transaction, Value,
};

/// What a write keeps between its calls.
pub(super) struct Pen {
    pub(super) loading: Loading,
    /// What the operations of this write will be linked with.
    pub(super) chain: Pending,
    /// The operation begun last.
    pub(super) operation: Option<i64>,
    /// Its random name, by which a commit whose answer was lost is looked up.
    pub(super) token: Option<String>,
    /// A statement failed: nothing more can be written, nor committed.
    pub(super) spoiled: bool,
    /// Tables that took rows with ids of their own; the next new row comes behind them.
    pub(super) copied: Vec<&'static str>,
}

impl Pen {
    pub(super) fn new(intent: Intent) -> Self {
        Self {
            loading: Loading::of(intent),
            chain: Pending::default(),
            operation: None,
            token: None,
            spoiled: false,
            copied: Vec::new(),
        }
    }
}

/// Sequence numbers are stored as signed integers.
pub(super) fn stored(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|error| engine(&format!("could not store the number {number}"), error))
}

/// A random name for an operation.
pub(super) fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| engine("could not name the operation", error.to_string()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Refuses an object that names U+0000: it could be kept, but never be asked for.
pub(super) fn no_zeros(doing: &str, objects: [&str; 2]) -> Result<()> {
    let escaped = |text: &str| {
        text.match_indices("\\u0000").any(|(at, _)| {
            let before = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            before % 2 == 0
        })
    };
    if objects.into_iter().any(escaped) { Err(no_zero(doing)) } else { Ok(()) }
}

/// A unique key is taken.
fn taken(key: &'static str, value: Option<&str>) -> Error {
    Error::Conflict { key, value: value.unwrap_or_default().to_owned() }
}

impl Session<'_> {
    pub(super) fn pen(&mut self) -> Result<&mut Pen> {
        self.pen.as_mut().ok_or_else(|| engine("could not write", "this is a view"))
    }

    /// The chains of what is written.
    pub(super) fn chain(&mut self) -> Result<&mut Pending> {
        Ok(&mut self.pen()?.chain)
    }

    /// Adds both rows or, when a key is taken, neither.
    fn put_row(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)> {
        const SQL: &str = "WITH taken AS MATERIALIZED (SELECT EXISTS (SELECT FROM custcode.codes WHERE canonical = $1) AS code, \
             EXISTS (SELECT FROM custcode.customers WHERE reference = $2) AS reference), \
             ids AS MATERIALIZED (SELECT nextval('custcode.customers_id_seq') AS customer, nextval('custcode.codes_id_seq') AS code \
             FROM taken WHERE NOT taken.code AND NOT taken.reference), \
             person AS (INSERT INTO custcode.customers (id, reference, name, fields, attributes, date, operation, row, code) \
             SELECT customer, $2, $3, $4, $5, $6, $7, $8, code FROM ids RETURNING id), \
             printed AS (INSERT INTO custcode.codes (id, canonical, written, customer, sequence, number, operation) \
             SELECT code, $1, $9, customer, $10, $11, $7 FROM ids RETURNING id) \
             SELECT ids.customer, ids.code, taken.code, (SELECT pg_catalog.count(*) FROM person) + (SELECT pg_catalog.count(*) FROM printed) \
             FROM taken LEFT JOIN ids ON true";
        let doing = "could not add a customer";
        let number = code.number.map(stored).transpose()?;
        let added = self.one(
            doing,
            SQL,
            &[
                &code.canonical,
                &customer.reference,
                &customer.name,
                &customer.fields,
                &customer.attributes,
                &customer.date,
                &customer.operation,
                &customer.row,
                &code.written,
                &code.counter,
                &number,
            ],
            |row| {
                let ids: (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
                Ok((ids.0.zip(ids.1), row.try_get::<_, bool>(2)?, row.try_get::<_, i64>(3)?))
            },
        )?;
        match added {
            Some((Some(ids), _, 2)) => Ok(ids),
            Some((None, true, _)) => Err(Error::Conflict { key: "code", value: code.canonical.to_owned() }),
            Some((None, ..)) if customer.reference.is_some() => Err(taken("reference", customer.reference)),
            _ => Err(self.not_written(doing)),
        }
    }
}

impl Transaction for Session<'_> {
    fn begin_operation(&mut self, operation: &NewOperation<'_>) -> Result<i64> {
        const SQL: &str = "WITH taken AS MATERIALIZED (SELECT EXISTS (SELECT FROM custcode.operations WHERE request_id = $7) AS known), \
             made AS (INSERT INTO custcode.operations (at, command, actor, os_user, host, bundle, request_id, input_digest, token) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM taken WHERE NOT known RETURNING id) \
             SELECT known, made.id FROM taken LEFT JOIN made ON true";
        let doing = "could not record the operation";
        let token = token()?;
        let made = self.one(
            doing,
            SQL,
            &[
                &operation.at,
                &operation.command,
                &operation.actor,
                &operation.os_user,
                &operation.host,
                &operation.bundle,
                &operation.request_id,
                &operation.input_digest,
                &token.as_str(),
            ],
            |row| Ok((row.try_get::<_, bool>(0)?, row.try_get::<_, Option<i64>>(1)?)),
        )?;
        let id = match made {
            Some((_, Some(id))) => id,
            Some((true, None)) => return Err(taken("request id", operation.request_id)),
            _ => return Err(self.not_written(doing)),
        };
        let pen = self.pen()?;
        pen.operation = Some(id);
        pen.token = Some(token);
        pen.chain.begin(id, operation);
        Ok(id)
    }

    fn take(&mut self, scope: &ScopeKey<'_>) -> Result<Counter> {
        const SQL: &str = "WITH known AS (SELECT id, last, highest FROM custcode.sequences WHERE rule = $1 AND scope = $2), \
             made AS (INSERT INTO custcode.sequences (rule, scope) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM known) \
             RETURNING id, last, highest) SELECT * FROM known UNION ALL SELECT * FROM made";
        let doing = "could not take a counter";
        let counter = self.one(doing, SQL, &[&scope.rule, &scope.scope], read::counter)?;
        counter.ok_or_else(|| self.not_written(doing))
    }

    fn advance(&mut self, counter: i64, last: u64) -> Result<()> {
        const SQL: &str = "UPDATE custcode.sequences SET last = greatest(last, $2), \
             highest = CASE WHEN highest > greatest(last, $2) THEN highest END WHERE id = $1 RETURNING 1";
        self.write_rows("could not advance a counter", SQL, &[&counter, &stored(last)?], 1)
    }

    fn keep_ahead(&mut self, counter: i64, number: u64) -> Result<()> {
        const SQL: &str = "WITH ahead AS MATERIALIZED (SELECT id, \
             EXISTS (SELECT FROM custcode.numbers_ahead WHERE sequence = $1 AND number = $2) AS known \
             FROM custcode.sequences WHERE id = $1 AND $2 > coalesce(last, -1)), \
             higher AS (UPDATE custcode.sequences SET highest = greatest(highest, $2) FROM ahead \
             WHERE sequences.id = ahead.id RETURNING 1), \
             noted AS (INSERT INTO custcode.numbers_ahead (sequence, number) \
             SELECT id, $2 FROM ahead WHERE NOT known RETURNING 1) \
             SELECT (SELECT count(*) FROM higher) + (SELECT count(*) FROM noted), \
             (SELECT count(*) FROM ahead) + (SELECT count(*) FROM ahead WHERE NOT known)";
        self.write_counted("could not note a number in use", SQL, &[&counter, &stored(number)?])
    }

    fn skip(&mut self, gap: &Gap) -> Result<()> {
        const SQL: &str = "INSERT INTO custcode.gap_ranges (sequence, first, last, reason, operation) VALUES ($1, $2, $3, $4, $5) \
             RETURNING 1";
        let (first, last) = (stored(gap.first)?, stored(gap.last)?);
        let reason = gap.reason.as_str();
        let values: Params<'_> = &[&gap.counter, &first, &last, &reason, &gap.operation];
        self.write_rows("could not record a gap", SQL, values, 1)?;
        self.chain()?.add(gap.operation, gap.counter, Kind::Gap, &chain::gap(gap));
        Ok(())
    }

    fn put(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)> {
        no_zeros("could not add a customer", [customer.fields, customer.attributes])?;
        let ids = if self.pen()?.loading.is_row_by_row() {
            self.put_row(customer, code)?
        } else {
            self.load_row(customer, code)?
        };
        self.chain()?.put(customer, code);
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
        const SQL: &str = "WITH taken AS MATERIALIZED (SELECT EXISTS \
             (SELECT FROM custcode.customers WHERE reference = $3 AND id <> $1) AS known), \
             changed AS (UPDATE custcode.customers SET name = $2, reference = $3, fields = $4, attributes = $5 \
             FROM taken WHERE id = $1 AND NOT known RETURNING 1) \
             SELECT known, (SELECT count(*) FROM changed) FROM taken";
        let doing = "could not change a customer";
        no_zeros(doing, [fields, attributes])?;
        self.revise(customer, changes, |session| {
            let values: Params<'_> = &[&customer, &name, &reference, &fields, &attributes];
            let read = |row: &Row| Ok((row.try_get::<_, bool>(0)?, row.try_get::<_, i64>(1)?));
            match session.one(doing, SQL, values, read)? {
                Some((true, _)) => Err(taken("reference", reference)),
                other => session.all_written(doing, other == Some((false, 1))),
            }
        })
    }

    fn add_attribute_names(&mut self, names: &[&str]) -> Result<()> {
        // Distinct names, in the order of their first place.
        const SQL: &str = "WITH fresh AS MATERIALIZED (SELECT name, min(place) AS place FROM unnest($1) WITH ORDINALITY AS new (name, place) \
             WHERE NOT EXISTS (SELECT FROM custcode.attributes WHERE attributes.name = new.name) GROUP BY name), \
             added AS (INSERT INTO custcode.attributes (name) SELECT name FROM fresh ORDER BY place RETURNING 1) \
             SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM fresh)";
        if names.is_empty() {
            return Ok(());
        }
        self.write_counted("could not record the names of attributes", SQL, &[&names])
    }

    fn end_operation(&mut self, operation: i64, rows: u64, codes: Option<(i64, i64)>) -> Result<()> {
        const SQL: &str = "UPDATE custcode.operations SET rows = $2, first_code = $3, last_code = $4 WHERE id = $1 RETURNING 1";
        let (first, last) = codes.unzip();
        let values: Params<'_> = &[&operation, &stored(rows)?, &first, &last];
        self.write_rows("could not record the operation", SQL, values, 1)
    }

    fn adopt(&mut self, bundle: &Bundle) -> Result<()> {
        const SQL: &str = "WITH current AS (INSERT INTO custcode.meta (key, value) VALUES ('bundle', $1) \
             ON CONFLICT (key) DO UPDATE SET value = $1 RETURNING 1), \
             kept AS (INSERT INTO custcode.bundles (digest, text, proof, adopted_at, adopted_by) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (digest) DO UPDATE SET proof = $3, adopted_at = $4, adopted_by = $5 RETURNING 1) \
             TABLE current UNION ALL TABLE kept";
        let Bundle { digest, text, proof, adopted_at, adopted_by } = bundle;
        let values =
            [digest, text, proof, adopted_at, adopted_by].map(|text| text as &dyn super::link::Bound);
        self.write_rows("could not adopt the rules", SQL, &values, 2)
    }

    fn change_state(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()> {
        self.change_code(code, to, reason)
    }

    fn change_customer_state(&mut self, customer: i64, to: CustomerState) -> Result<()> {
        const SQL: &str = "UPDATE custcode.customers SET state = $2 WHERE id = $1 RETURNING 1";
        let before = self.record(customer)?.1;
        let change = Change {
            attribute: "state".to_owned(),
            before: Some(before.as_str().to_owned()),
            after: Some(to.as_str().to_owned()),
            operation: 0,
        };
        self.revise(customer, &[change], |session| {
            session.write_rows("could not change a customer", SQL, &[&customer, &to.as_str()], 1)
        })
    }

    fn set_fence(&mut self, reason: Option<&str>) -> Result<()> {
        const SET: &str = "INSERT INTO custcode.meta (key, value) VALUES ('fence', $1) \
             ON CONFLICT (key) DO UPDATE SET value = $1 RETURNING 1";
        const LIFT: &str = "WITH gone AS (DELETE FROM custcode.meta WHERE key = 'fence' RETURNING 1) \
             SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM custcode.meta WHERE key = 'fence')";
        let doing = "could not fence the ledger";
        match reason {
            Some(reason) => self.write_rows(doing, SET, &[&reason], 1),
            None => self.write_counted(doing, LIFT, &[]),
        }
    }

    fn add_checkpoint(&mut self, operation: i64, at: &str) -> Result<String> {
        self.seal(operation, at)
    }

    fn restate(&mut self, code: i64) -> Result<()> {
        const SQL: &str = "UPDATE custcode.codes SET state = coalesce(\
             (SELECT to_state FROM custcode.code_events WHERE code = $1 ORDER BY id DESC LIMIT 1), 'active') WHERE id = $1 RETURNING 1";
        self.write_rows("could not put the state of a code right", SQL, &[&code], 1)
    }

    fn recount_ahead(&mut self, counter: i64) -> Result<()> {
        const FORGET: &str = "WITH gone AS (DELETE FROM custcode.numbers_ahead WHERE sequence = $1 RETURNING 1) \
             SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM custcode.numbers_ahead WHERE sequence = $1)";
        const AHEAD: &str = "WITH ahead AS MATERIALIZED (SELECT sequence, number FROM custcode.codes \
             WHERE sequence = $1 AND number > coalesce((SELECT last FROM custcode.sequences WHERE id = $1), -1)), \
             noted AS (INSERT INTO custcode.numbers_ahead (sequence, number) SELECT sequence, number FROM ahead RETURNING 1) \
             SELECT (SELECT count(*) FROM noted), (SELECT count(*) FROM ahead)";
        const HIGHEST: &str = "UPDATE custcode.sequences SET highest = (SELECT max(number) FROM custcode.numbers_ahead WHERE sequence = $1) \
             WHERE id = $1 RETURNING 1";
        let doing = "could not count the numbers ahead of a counter";
        self.write_counted(doing, FORGET, &[&counter])?;
        self.write_counted(doing, AHEAD, &[&counter])?;
        self.write_rows(doing, HIGHEST, &[&counter], 1)
    }

    fn rebuild_indexes(&mut self) -> Result<()> {
        for table in TABLES {
            self.run("could not build the indexes anew", &format!("REINDEX TABLE custcode.{}", table.name))?;
        }
        Ok(())
    }

    fn append(&mut self, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        self.append_rows(table, rows)
    }

    fn clear(&mut self, table: &Table) -> Result<()> {
        self.clear_rows(table)
    }

    fn confirm(mut self: Box<Self>) -> Result<()> {
        self.confirm_read()
    }

    fn commit(mut self: Box<Self>) -> Result<()> {
        self.link_operations()?;
        self.end_loading()?;
        self.continue_ids()?;
        self.finish()
    }
}

/// Whether a failure is a broken promise of a unique key.
pub(super) fn is_duplicate(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

/// Reads the first column of a row.
pub(super) fn first<T: tokio_postgres::types::FromSqlOwned>(
    row: &tokio_postgres::Row,
) -> super::rows::Read<T> {
    Reading::of(row, 0).get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_cannot_be_kept_is_told_from_its_spelling() {
        assert!(no_zeros("x", [r#"{"a":"\u0000"}"#, "{}"]).is_err());
        assert!(no_zeros("x", ["{}", r#"{"a":"\\\u0000"}"#]).is_err());
        assert!(no_zeros("x", [r#"{"a":"\\u0000"}"#, r#"{"a":"\u00001"}"#]).is_err());
        assert!(no_zeros("x", [r#"{"a":"\\u0000"}"#, r#"{"a":"\u0001"}"#]).is_ok());
    }

    #[test]
    fn tokens_differ() {
        let (one, other) = (token().expect("random"), token().expect("random"));
        assert!(one != other && one.len() == 32);
    }
}
