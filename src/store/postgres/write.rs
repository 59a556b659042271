//! What a write does, row by row.

use tokio_postgres::error::SqlState;

use super::bulk::Loading;
use super::failure::{engine, no_zero};
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
             SELECT customer, $2, $3, $4, $5, $6, $7, $8, code FROM ids), \
             printed AS (INSERT INTO custcode.codes (id, canonical, written, customer, sequence, number, operation) \
             SELECT code, $1, $9, customer, $10, $11, $7 FROM ids) \
             SELECT ids.customer, ids.code, taken.code FROM taken LEFT JOIN ids ON true";
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
                Ok((ids.0.zip(ids.1), row.try_get::<_, bool>(2)?))
            },
        )?;
        match added {
            Some((Some(ids), _)) => Ok(ids),
            Some((None, true)) => Err(Error::Conflict { key: "code", value: code.canonical.to_owned() }),
            _ => Err(Error::Conflict {
                key: "reference",
                value: customer.reference.unwrap_or_default().to_owned(),
            }),
        }
    }
}

impl Transaction for Session<'_> {
    fn begin_operation(&mut self, operation: &NewOperation<'_>) -> Result<i64> {
        const SQL: &str = "INSERT INTO custcode.operations (at, command, actor, os_user, host, bundle, request_id, input_digest, token) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
             WHERE NOT EXISTS (SELECT FROM custcode.operations WHERE request_id = $7) RETURNING id";
        let token = token()?;
        let id = self.one(
            "could not record the operation",
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
            |row| Ok(row.try_get(0)?),
        )?;
        let Some(id) = id else {
            let value = operation.request_id.unwrap_or_default().to_owned();
            return Err(Error::Conflict { key: "request id", value });
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
        self.one(doing, SQL, &[&scope.rule, &scope.scope], read::counter)?
            .ok_or_else(|| engine(doing, "the server gave no counter"))
    }

    fn advance(&mut self, counter: i64, last: u64) -> Result<()> {
        const SQL: &str = "UPDATE custcode.sequences SET last = greatest(last, $2), \
             highest = CASE WHEN highest > greatest(last, $2) THEN highest END WHERE id = $1";
        self.ask("could not advance a counter", SQL, &[&counter, &stored(last)?])?;
        Ok(())
    }

    fn keep_ahead(&mut self, counter: i64, number: u64) -> Result<()> {
        const SQL: &str = "WITH higher AS (UPDATE custcode.sequences SET highest = greatest(highest, $2) \
             WHERE id = $1 AND $2 > coalesce(last, -1) RETURNING id) \
             INSERT INTO custcode.numbers_ahead (sequence, number) SELECT id, $2 FROM higher ON CONFLICT DO NOTHING";
        self.ask("could not note a number in use", SQL, &[&counter, &stored(number)?])?;
        Ok(())
    }

    fn skip(&mut self, gap: &Gap) -> Result<()> {
        const SQL: &str = "INSERT INTO custcode.gap_ranges (sequence, first, last, reason, operation) VALUES ($1, $2, $3, $4, $5)";
        let (first, last) = (stored(gap.first)?, stored(gap.last)?);
        let reason = gap.reason.as_str();
        self.ask("could not record a gap", SQL, &[&gap.counter, &first, &last, &reason, &gap.operation])?;
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
        const SQL: &str = "UPDATE custcode.customers SET name = $2, reference = $3, fields = $4, attributes = $5 WHERE id = $1 \
             AND NOT EXISTS (SELECT FROM custcode.customers WHERE reference = $3 AND id <> $1) RETURNING id";
        let doing = "could not change a customer";
        no_zeros(doing, [fields, attributes])?;
        self.revise(customer, changes, |session| {
            let values: super::link::Params<'_> = &[&customer, &name, &reference, &fields, &attributes];
            match session.one(doing, SQL, values, |row| Ok(row.try_get::<_, i64>(0)?))? {
                Some(_) => Ok(()),
                None => {
                    Err(Error::Conflict { key: "reference", value: reference.unwrap_or_default().to_owned() })
                }
            }
        })
    }

    fn add_attribute_names(&mut self, names: &[&str]) -> Result<()> {
        // Distinct names, in the order of their first place.
        const SQL: &str = "INSERT INTO custcode.attributes (name) SELECT name FROM unnest($1) WITH ORDINALITY AS new (name, place) \
             WHERE NOT EXISTS (SELECT FROM custcode.attributes WHERE attributes.name = new.name) \
             GROUP BY name ORDER BY min(place)";
        if names.is_empty() {
            return Ok(());
        }
        self.ask("could not record the names of attributes", SQL, &[&names])?;
        Ok(())
    }

    fn end_operation(&mut self, operation: i64, rows: u64, codes: Option<(i64, i64)>) -> Result<()> {
        const SQL: &str =
            "UPDATE custcode.operations SET rows = $2, first_code = $3, last_code = $4 WHERE id = $1";
        let (first, last) = codes.unzip();
        self.ask("could not record the operation", SQL, &[&operation, &stored(rows)?, &first, &last])?;
        Ok(())
    }

    fn adopt(&mut self, bundle: &Bundle) -> Result<()> {
        const SQL: &str = "WITH current AS (INSERT INTO custcode.meta (key, value) VALUES ('bundle', $1) \
             ON CONFLICT (key) DO UPDATE SET value = $1) \
             INSERT INTO custcode.bundles (digest, text, proof, adopted_at, adopted_by) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (digest) DO UPDATE SET proof = $3, adopted_at = $4, adopted_by = $5";
        let Bundle { digest, text, proof, adopted_at, adopted_by } = bundle;
        let values =
            [digest, text, proof, adopted_at, adopted_by].map(|text| text as &dyn super::link::Bound);
        self.ask("could not adopt the rules", SQL, &values)?;
        Ok(())
    }

    fn change_state(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()> {
        self.change_code(code, to, reason)
    }

    fn change_customer_state(&mut self, customer: i64, to: CustomerState) -> Result<()> {
        const SQL: &str = "UPDATE custcode.customers SET state = $2 WHERE id = $1";
        let before = self.record(customer)?.1;
        let change = Change {
            attribute: "state".to_owned(),
            before: Some(before.as_str().to_owned()),
            after: Some(to.as_str().to_owned()),
            operation: 0,
        };
        self.revise(customer, &[change], |session| {
            session.ask("could not change a customer", SQL, &[&customer, &to.as_str()])?;
            Ok(())
        })
    }

    fn set_fence(&mut self, reason: Option<&str>) -> Result<()> {
        const SET: &str = "INSERT INTO custcode.meta (key, value) VALUES ('fence', $1) ON CONFLICT (key) DO UPDATE SET value = $1";
        let doing = "could not fence the ledger";
        match reason {
            Some(reason) => self.ask(doing, SET, &[&reason])?,
            None => self.ask(doing, "DELETE FROM custcode.meta WHERE key = 'fence'", &[])?,
        };
        Ok(())
    }

    fn add_checkpoint(&mut self, operation: i64, at: &str) -> Result<String> {
        self.seal(operation, at)
    }

    fn restate(&mut self, code: i64) -> Result<()> {
        const SQL: &str = "UPDATE custcode.codes SET state = coalesce(\
             (SELECT to_state FROM custcode.code_events WHERE code = $1 ORDER BY id DESC LIMIT 1), 'active') WHERE id = $1";
        self.ask("could not put the state of a code right", SQL, &[&code])?;
        Ok(())
    }

    fn recount_ahead(&mut self, counter: i64) -> Result<()> {
        const FORGET: &str = "DELETE FROM custcode.numbers_ahead WHERE sequence = $1";
        const AHEAD: &str = "INSERT INTO custcode.numbers_ahead (sequence, number) SELECT sequence, number FROM custcode.codes \
             WHERE sequence = $1 AND number > coalesce((SELECT last FROM custcode.sequences WHERE id = $1), -1)";
        const HIGHEST: &str = "UPDATE custcode.sequences SET highest = (SELECT max(number) FROM custcode.numbers_ahead WHERE sequence = $1) \
             WHERE id = $1";
        for sql in [FORGET, AHEAD, HIGHEST] {
            self.ask("could not count the numbers ahead of a counter", sql, &[&counter])?;
        }
        Ok(())
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
