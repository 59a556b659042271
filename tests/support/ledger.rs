//! The checker: reads a ledger as the next command would find it and names every promise it breaks.
//!
//! It works on a copy of the file and its rollback journal, so that looking does not repair what it looks at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::project;

/// Files that may lie beside `custcode.db` when no command runs: the side file of the queue is never unlinked.
pub(crate) const SIDE_FILES: &[&str] = &["custcode.db.lock"];

/// A ledger's content, as far as promises are made about it.
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
    /// Reads the ledger at `path` without changing it. A file that cannot be read at all is damage, not a panic.
    pub(crate) fn read(path: &Path) -> Self {
        let folder = tempfile::tempdir().expect("the system has a temporary folder");
        let copy = folder.path().join("ledger.db");
        for suffix in ["", "-journal", "-wal"] {
            let source = with_suffix(path, suffix);
            if source.exists() {
                fs::copy(source, with_suffix(&copy, suffix)).expect("a ledger can be copied");
            }
        }
        let mut ledger = Self {
            codes: Vec::new(),
            customers: 0,
            references: BTreeMap::new(),
            requests: BTreeMap::new(),
            damage: Vec::new(),
        };
        if let Err(error) = ledger.fill(&copy) {
            ledger.damage.push(format!("cannot be read: {error}"));
        }
        ledger
    }

    /// Reads the ledger at `path` and demands that it keeps every promise.
    #[track_caller]
    pub(crate) fn sound(path: &Path, occasion: &str) -> Self {
        let ledger = Self::read(path);
        assert!(ledger.damage.is_empty(), "{occasion}: {:#?}", ledger.damage);
        ledger
    }

    fn fill(&mut self, path: &Path) -> rusqlite::Result<()> {
        let db = Connection::open(path)?;
        self.check_file(&db)?;
        self.check_codes(&db)?;
        self.check_counters(&db)?;

        self.codes = column(&db, "SELECT canonical FROM codes ORDER BY id")?;
        self.customers = count(&db, "SELECT count(*) FROM customers")?;
        let mut statement = db.prepare(
            "SELECT reference, canonical FROM customers JOIN codes ON codes.customer = customers.id
             WHERE reference IS NOT NULL AND codes.state = 'active'",
        )?;
        let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.references = pairs.collect::<rusqlite::Result<_>>()?;
        let mut statement = db.prepare(
            "SELECT request_id, canonical FROM operations JOIN codes ON codes.operation = operations.id
             WHERE request_id IS NOT NULL ORDER BY codes.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.requests.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(())
    }

    /// The file is whole: pages, foreign keys, and every table and index of the schema.
    fn check_file(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let verdict: Vec<String> = column(db, "PRAGMA integrity_check")?;
        if verdict != ["ok"] {
            self.damage.push(format!("integrity_check: {}", verdict.join("; ")));
        }
        let orphans = count(db, "SELECT count(*) FROM pragma_foreign_key_check")?;
        if orphans > 0 {
            self.damage.push(format!("{orphans} rows name a row that does not exist"));
        }
        let expected = objects(&empty()?)?;
        let missing: Vec<_> = expected.difference(&objects(db)?).cloned().collect();
        if !missing.is_empty() {
            self.damage.push(format!("lost from the schema: {}", missing.join(", ")));
        }
        Ok(())
    }

    /// No code twice, and every customer carries exactly one.
    fn check_codes(&mut self, db: &Connection) -> rusqlite::Result<()> {
        for (promise, query) in [
            ("codes that stand there twice", "SELECT count(*) - count(DISTINCT +canonical) FROM codes"),
            (
                "references that stand there twice",
                "SELECT count(+reference) - count(DISTINCT +reference) FROM customers",
            ),
            (
                "customers with several current codes",
                "SELECT count(*) - count(DISTINCT +customer) FROM codes WHERE state = 'active'",
            ),
            (
                "customers without a current code",
                "SELECT count(*) FROM customers WHERE state = 'active'
                 AND id NOT IN (SELECT customer FROM codes WHERE state = 'active' AND customer IS NOT NULL)",
            ),
            (
                "rows that no operation accounts for",
                "SELECT (SELECT sum(rows) FROM operations) <> (SELECT count(*) FROM customers)",
            ),
        ] {
            let found = count(db, query)?;
            if found > 0 {
                self.damage.push(format!("{promise}: {found}"));
            }
        }
        Ok(())
    }

    /// No counter lags behind its numbers, and each number up to it is a code or a recorded gap.
    fn check_counters(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut statement =
            db.prepare("SELECT id, scope, coalesce(last, 0), coalesce(highest, 0) FROM sequences")?;
        let counters: Vec<(i64, String, i64, i64)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut ranges = db.prepare(
            "SELECT number, number FROM codes WHERE sequence = ?1 AND number IS NOT NULL
             UNION ALL SELECT first, last FROM gap_ranges WHERE sequence = ?1
             UNION ALL SELECT next, last FROM leases WHERE sequence = ?1 AND returned_at IS NULL
             ORDER BY 1",
        )?;
        for (id, scope, last, highest) in counters {
            let mut accounted = 0;
            for range in ranges.query_map([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))? {
                let (first, end) = range?;
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

/// A new ledger without a row, made of the project's own migrations, in memory.
pub(crate) fn empty() -> rusqlite::Result<Connection> {
    let db = Connection::open_in_memory()?;
    for text in migrations() {
        db.execute_batch(&text)?;
    }
    Ok(db)
}

/// The texts of the migrations, in order.
pub(crate) fn migrations() -> Vec<String> {
    let folder = project().join("src/store/migrations/sqlite");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("migrations exist")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).expect("migrations are text")).collect()
}

fn objects(db: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    let query = "SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'";
    Ok(column(db, query)?.into_iter().collect())
}

fn column(db: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare(query)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}

fn count(db: &Connection, query: &str) -> rusqlite::Result<u64> {
    let found: Option<i64> = db.query_row(query, [], |row| row.get(0))?;
    Ok(found.unwrap_or(0).unsigned_abs())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}
