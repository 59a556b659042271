//! The checker: reads a ledger as the next command would find it and names every promise it breaks.

pub(crate) mod tables;

use std::collections::BTreeMap;

pub(crate) use tables::{Tables, migrations};

use super::Folder;

/// Files that may lie beside `custcode.db` when no command runs: the side file of the queue is
/// never unlinked.
pub(crate) const SIDE_FILES: &[&str] = &["custcode.db.lock"];

/// A ledger's content, as far as promises are made about it.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Canonical codes, in order of issue.
    pub(crate) codes: Vec<String>,
    /// How many customers there are.
    pub(crate) customers: u64,
    /// The current code of every reference.
    pub(crate) references: BTreeMap<String, String>,
    /// The codes of every request id, in order of issue.
    pub(crate) requests: BTreeMap<String, Vec<String>>,
    /// Broken promises, in words.
    pub(crate) damage: Vec<String>,
}

impl Ledger {
    /// Reads the ledger of `folder`, whichever engine keeps it.
    pub(crate) fn read_in(folder: &Folder) -> Self {
        Self::read_from(Tables::of(folder))
    }

    /// Reads the ledger of `folder` and demands that it keeps every promise.
    #[track_caller]
    pub(crate) fn sound_in(folder: &Folder, occasion: &str) -> Self {
        let ledger = Self::read_in(folder);
        assert!(ledger.damage.is_empty(), "{occasion}: {:#?}", ledger.damage);
        ledger
    }

    /// Reads a ledger by its tables.
    pub(crate) fn read_from(tables: Result<Tables, String>) -> Self {
        let mut ledger = Self::default();
        if let Err(error) = tables.and_then(|mut tables| ledger.fill(&mut tables)) {
            ledger.damage.push(format!("cannot be read: {error}"));
        }
        ledger
    }

    fn fill(&mut self, tables: &mut Tables) -> Result<(), String> {
        self.damage.extend(tables.damage()?);
        self.check_codes(tables)?;
        self.check_counters(tables)?;

        self.codes = tables.column("SELECT canonical FROM codes ORDER BY id")?;
        self.customers = tables.count("SELECT count(*) FROM customers")?.unsigned_abs();
        let references = "SELECT reference, canonical FROM refs JOIN codes ON codes.customer = refs.customer
             WHERE dropped IS NULL AND commitment IS NULL AND codes.state = 'active'";
        self.references = pairs(tables, references)?.into_iter().collect();
        let requests =
            "SELECT request_id, canonical FROM operations JOIN codes ON codes.operation = operations.id
             WHERE request_id IS NOT NULL ORDER BY codes.id";
        for (request, code) in pairs(tables, requests)? {
            self.requests.entry(request).or_default().push(code);
        }
        Ok(())
    }

    /// No code twice, and every customer carries exactly one. Sums and joined texts are not read
    /// off an index, which may be wrong.
    fn check_codes(&mut self, tables: &mut Tables) -> Result<(), String> {
        for (promise, query) in [
            ("codes that stand there twice", "SELECT count(*) - count(DISTINCT canonical || '') FROM codes"),
            (
                "references that stand there twice",
                "SELECT count(reference || '') - count(DISTINCT reference || '') FROM refs WHERE dropped IS NULL",
            ),
            (
                "customers with several current codes",
                "SELECT count(*) - count(DISTINCT customer + 0) FROM codes WHERE state = 'active'",
            ),
            (
                "customers without a current code",
                "SELECT count(*) FROM customers WHERE state = 'active'
                 AND id NOT IN (SELECT customer FROM codes WHERE state = 'active' AND customer IS NOT NULL)",
            ),
            (
                "customers whose current code is another's or none",
                "SELECT count(*) FROM customers WHERE state = 'active' AND NOT EXISTS
                 (SELECT 1 FROM codes WHERE codes.id = customers.code AND codes.customer = customers.id)",
            ),
            (
                "rows that no operation accounts for",
                "SELECT CASE WHEN (SELECT sum(rows) FROM operations) <> (SELECT count(*) FROM customers)
                 THEN 1 ELSE 0 END",
            ),
        ] {
            let found = tables.count(query)?;
            if found != 0 {
                self.damage.push(format!("{promise}: {found}"));
            }
        }
        Ok(())
    }

    /// No counter lags behind its numbers, and each number up to it is a code or a recorded gap.
    fn check_counters(&mut self, tables: &mut Tables) -> Result<(), String> {
        let counters =
            tables.rows("SELECT id, scope, coalesce(last, 0), coalesce(highest, 0) FROM sequences")?;
        for row in counters {
            let (id, scope) = (number(&row, 0)?, row[1].clone().unwrap_or_default());
            let (last, highest) = (number(&row, 2)?, number(&row, 3)?);
            let ranges = format!(
                "SELECT number, number FROM codes WHERE sequence = {id} AND number IS NOT NULL
                 UNION ALL SELECT first, last FROM gap_ranges WHERE sequence = {id}
                 UNION ALL SELECT next, last FROM leases WHERE sequence = {id} AND returned_at IS NULL
                 ORDER BY 1"
            );
            let mut accounted = 0;
            for range in tables.rows(&ranges)? {
                let (first, end) = (number(&range, 0)?, number(&range, 1)?);
                if first > accounted + 1 && accounted < last {
                    let hole_end = (first - 1).min(last);
                    self.damage.push(format!("{scope}: nobody knows about {}..={hole_end}", accounted + 1));
                }
                accounted = accounted.max(end);
            }
            if accounted < last {
                self.damage.push(format!("{scope}: nobody knows about {}..={last}", accounted + 1));
            }
            if accounted > last.max(highest) {
                self.damage.push(format!("{scope}: the counter is at {last}, but {accounted} is in use"));
            }
        }
        Ok(())
    }
}

/// An answer of two columns that hold something.
fn pairs(tables: &mut Tables, sql: &str) -> Result<Vec<(String, String)>, String> {
    let rows = tables.rows(sql)?;
    let pair = |row: Vec<Option<String>>| {
        let [Some(one), Some(other)] = <[_; 2]>::try_from(row).ok()? else { return None };
        Some((one, other))
    };
    rows.into_iter()
        .map(|row| pair(row).ok_or_else(|| format!("nothing where something must be: {sql}")))
        .collect()
}

fn number(row: &[Option<String>], at: usize) -> Result<i64, String> {
    let text = row[at].as_deref().unwrap_or_default();
    text.parse().map_err(|_| format!("{text:?} is no number"))
}
