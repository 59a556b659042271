//! Many new rows in one write: sent by COPY in large pieces, with the two large unique indexes built at the end where many rows come to few.
//!
//! Building an index over the sorted whole costs half of keeping it up to date row by row. To drop one needs the ownership of the table; a
//! role without it keeps them, and so does an import that comes while others read for long (`pg_dump`). While they are
//! gone readers wait, as they do on `SQLite`.

use tokio_postgres::error::SqlState;

use super::copy::Rows;
use super::failure::{engine, is_state};
use super::limits::READERS;
use super::session::{Session, milliseconds};
use super::write::{first, is_duplicate, stored};
use crate::store::{Error, Intent, NewCode, NewCustomer, Result};

/// The indexes that are dropped, each with the key it guards and the query that names a duplicate.
const LARGE: [(&str, &str, &str); 2] = [
    (
        "codes_canonical",
        "code",
        "SELECT canonical FROM custcode.codes GROUP BY canonical HAVING count(*) > 1 LIMIT 1",
    ),
    (
        "customers_reference",
        "reference",
        "SELECT reference FROM custcode.customers WHERE reference IS NOT NULL \
         GROUP BY reference HAVING count(*) > 1 LIMIT 1",
    ),
];

/// One new row on this many old ones makes the building of an index cheaper than its upkeep.
const OLD_PER_NEW: u64 = 5;

/// Below this many new rows nothing is gained that anybody would notice.
const WORTH_REBUILDING: u64 = 2_000;

/// Held back until so many bytes have come together.
const PIECE: usize = 4 << 20;

const CUSTOMERS: &str =
    "custcode.customers (id, reference, name, fields, attributes, date, operation, row, code)";
const CODES: &str = "custcode.codes (id, canonical, written, customer, sequence, number, operation)";

/// How a write adds customers.
pub(super) enum Loading {
    /// One after the other.
    RowByRow,
    /// In large pieces; decides about the indexes at the first row, after the caller's look-ups. About so many rows will come.
    Undecided(u64),
    /// In large pieces.
    Copying(Box<Copying>),
}

/// Rows on their way.
pub(super) struct Copying {
    customers: Rows,
    codes: Rows,
    next_customer: i64,
    next_code: i64,
    /// Each dropped index's position in [`LARGE`], and the statement that makes it again.
    dropped: Vec<(usize, String)>,
}

impl Loading {
    pub(super) fn of(intent: Intent) -> Self {
        match intent {
            Intent::Small => Self::RowByRow,
            Intent::Bulk(rows) => Self::Undecided(rows),
        }
    }

    pub(super) fn is_row_by_row(&self) -> bool {
        matches!(self, Self::RowByRow)
    }
}

impl Session<'_> {
    /// Holds a row back, to be sent with others.
    pub(super) fn load_row(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)> {
        let number = code.number.map(stored).transpose()?;
        if let Loading::Undecided(rows) = self.pen()?.loading {
            let copying = self.begin_loading(rows)?;
            self.pen()?.loading = Loading::Copying(Box::new(copying));
        }
        let Loading::Copying(copying) = &mut self.pen()?.loading else {
            return Err(engine("could not add a customer", "this write adds them one by one"));
        };
        let ids = (copying.next_customer, copying.next_code);
        let to_come = copying.customers.row(9).integer(ids.0);
        to_come.optional_text(customer.reference).optional_text(customer.name).text(customer.fields);
        to_come.text(customer.attributes).text(customer.date).integer(customer.operation);
        to_come.integer(customer.row).integer(ids.1);
        let to_come = copying.codes.row(7).integer(ids.1);
        to_come.text(code.canonical).optional_text(code.written).integer(ids.0);
        to_come.optional_integer(code.counter).optional_integer(number).integer(customer.operation);
        copying.next_customer += 1;
        copying.next_code += 1;
        if copying.customers.len() >= PIECE {
            self.send_rows()?;
        }
        Ok(ids)
    }

    /// Called before the first row: nobody else takes ids while this write lasts, so they are counted here.
    fn begin_loading(&mut self, rows: u64) -> Result<Copying> {
        const IDS: &str = "SELECT nextval('custcode.customers_id_seq'), nextval('custcode.codes_id_seq')";
        let doing = "could not prepare to add customers";
        let ids =
            self.one(doing, IDS, &[], |row| Ok((row.try_get::<_, i64>(0)?, row.try_get::<_, i64>(1)?)))?;
        let (next_customer, next_code) = ids.ok_or_else(|| engine(doing, "the server gave no ids"))?;
        let existing = next_customer.unsigned_abs();
        let dropped = if rows < WORTH_REBUILDING || rows < existing / OLD_PER_NEW {
            Vec::new()
        } else {
            self.drop_indexes()?
        };
        let (customers, codes) = (Rows::default(), Rows::default());
        Ok(Copying { customers, codes, next_customer, next_code, dropped })
    }

    /// Takes both tables for itself, if those who read are soon done; others who would read wait meanwhile.
    fn keep_readers_out(&mut self, doing: &str) -> Result<bool> {
        // In the order in which readers take them.
        const LOCK: &str = "LOCK TABLE custcode.customers, custcode.codes IN ACCESS EXCLUSIVE MODE";
        let wait = milliseconds(READERS);
        self.run(doing, &format!("SAVEPOINT readers; SET LOCAL lock_timeout = {wait}"))?;
        match self.link.batch(LOCK) {
            Err(error) if is_state(&error, &SqlState::LOCK_NOT_AVAILABLE) => {
                self.run(doing, "ROLLBACK TO SAVEPOINT readers; RELEASE SAVEPOINT readers")?;
                Ok(false)
            }
            locked => {
                self.checked(doing, locked)?;
                let wait = milliseconds(self.door.wait);
                self.run(doing, &format!("RELEASE SAVEPOINT readers; SET LOCAL lock_timeout = {wait}"))?;
                Ok(true)
            }
        }
    }

    fn drop_indexes(&mut self) -> Result<Vec<(usize, String)>> {
        const OWNED: &str = "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_catalog.pg_class \
             WHERE oid IN (CAST('custcode.customers' AS regclass), CAST('custcode.codes' AS regclass))";
        const MADE: &str = "SELECT pg_get_indexdef(to_regclass('custcode.' || $1))";
        let doing = "could not drop an index for the time of the import";
        if self.one(doing, OWNED, &[], first::<bool>)? != Some(true) {
            return Ok(Vec::new());
        }
        if !self.keep_readers_out(doing)? {
            return Ok(Vec::new());
        }
        let mut dropped = Vec::new();
        for (position, (name, ..)) in LARGE.iter().enumerate() {
            if let Some(Some(sql)) = self.one(doing, MADE, &[name], first::<Option<String>>)? {
                self.run(doing, &format!("DROP INDEX custcode.{name}"))?;
                dropped.push((position, sql));
            }
        }
        Ok(dropped)
    }

    /// Sends what is held back.
    pub(super) fn send_rows(&mut self) -> Result<()> {
        let Some(pen) = &mut self.pen else { return Ok(()) };
        let Loading::Copying(copying) = &mut pen.loading else { return Ok(()) };
        if copying.customers.is_empty() || pen.spoiled {
            return Ok(());
        }
        let customers = copying.customers.send(self.link, CUSTOMERS);
        let sent = customers.and_then(|whole| Ok(whole & copying.codes.send(self.link, CODES)?));
        let whole = self.checked("could not add customers", sent)?;
        self.all_written("could not add customers", whole)
    }

    /// Called before the commit: sends the rest and builds what was dropped. A duplicate is a conflict that names it.
    pub(super) fn end_loading(&mut self) -> Result<()> {
        const IDS: &str =
            "SELECT setval('custcode.customers_id_seq', $1), setval('custcode.codes_id_seq', $2)";
        const CHECKPOINT: &str = "SAVEPOINT rows";
        self.send_rows()?;
        let Loading::Copying(copying) = &mut self.pen()?.loading else { return Ok(()) };
        let (customer, code) = (copying.next_customer - 1, copying.next_code - 1);
        let dropped = std::mem::take(&mut copying.dropped);
        let doing = "could not build an index";
        self.ask_now("could not count the rows", IDS, &[&customer.max(1), &code.max(1)])?;
        for (position, sql) in dropped {
            let (_, key, duplicates) = LARGE[position];
            self.run(doing, CHECKPOINT)?;
            match self.link.batch(&sql) {
                Err(error) if is_duplicate(&error) => {
                    self.run(doing, "ROLLBACK TO SAVEPOINT rows")?;
                    let value: Option<String> = self.one(doing, duplicates, &[], first)?;
                    return Err(Error::Conflict { key, value: value.unwrap_or_default() });
                }
                built => self.checked(doing, built)?,
            }
        }
        Ok(())
    }
}
