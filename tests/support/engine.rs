//! Which engine keeps the ledgers of this run: SQLite, or PostgreSQL with
//! `CUSTCODE_TEST_ENGINE=postgres`.
//!
//! Every case runs on both, but for those about the one file that SQLite has, and those that never
//! come near a ledger.

/// A place where a ledger can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file in the working folder.
    Sqlite,
    /// A database of [`super::Cluster::shared`].
    Postgres,
}

/// The engine of this run.
pub(crate) fn engine() -> Engine {
    match std::env::var("CUSTCODE_TEST_ENGINE").as_deref() {
        Err(_) | Ok("" | "sqlite") => Engine::Sqlite,
        Ok("postgres") => Engine::Postgres,
        Ok(other) => panic!("CUSTCODE_TEST_ENGINE is sqlite or postgres, not {other}"),
    }
}

/// Whether a case is left to the run on SQLite, and why it says nothing of PostgreSQL: its first
/// line is `if skipped_on_postgres("the permissions of the file") { return; }`.
pub(crate) fn skipped_on_postgres(_reason: &str) -> bool {
    engine() == Engine::Postgres
}
