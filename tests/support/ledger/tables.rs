//! The tables of a ledger, asked past the program: a SQLite file or a PostgreSQL database.
//!
//! Of a file it takes a copy with its rollback journal, so that looking does not repair what it
//! looks at.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use postgres::{Client, SimpleQueryMessage};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

use crate::support::{Cluster, Folder, project};

/// What an engine says when it cannot answer.
type Result<T> = std::result::Result<T, String>;

/// Somebody who can ask a ledger.
pub(crate) enum Tables {
    /// A copy of a SQLite file, beside the folder it lies in.
    File(Connection, #[expect(dead_code, reason = "the copy goes when it does")] TempDir),
    /// A superuser's connection.
    Database(Client),
}

impl Tables {
    /// Those of a folder's ledger.
    pub(crate) fn of(folder: &Folder) -> Result<Self> {
        match folder.database() {
            Some(database) => Self::database(Cluster::shared().client(database.name())),
            None => Self::file(&folder.path("custcode.db")),
        }
    }

    /// Those of the SQLite file at `path`.
    pub(crate) fn file(path: &Path) -> Result<Self> {
        let folder = tempfile::tempdir().expect("the system has a temporary folder");
        let copy = folder.path().join("ledger.db");
        for suffix in ["", "-journal", "-wal"] {
            let source = with_suffix(path, suffix);
            if source.exists() {
                fs::copy(source, with_suffix(&copy, suffix)).expect("a ledger can be copied");
            }
        }
        Ok(Self::File(Connection::open(copy).map_err(told)?, folder))
    }

    /// Those of a PostgreSQL database, once it has ended what it was doing for clients that were
    /// killed.
    pub(crate) fn database(mut client: Client) -> Result<Self> {
        client.batch_execute("SET search_path = custcode").map_err(|error| refused(&error))?;
        let busy = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'";
        // A client that lives may go on and on: then its writes are seen in whole or not at all,
        // and that is what is asked.
        for _ in 0..100 {
            let row = client.query_one(busy, &[]).map_err(|error| refused(&error))?;
            if row.get::<_, i64>(0) == 0 {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self::Database(client))
    }

    /// The answer to a question, every value as text.
    pub(crate) fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>> {
        match self {
            Self::File(file, _) => file_rows(file, sql).map_err(told),
            Self::Database(client) => {
                let messages = client.simple_query(sql).map_err(|error| refused(&error))?;
                let rows = messages.into_iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => {
                        Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
                    }
                    _ => None,
                });
                Ok(rows.collect())
            }
        }
    }

    /// The first column of an answer, nothing as empty text.
    pub(crate) fn column(&mut self, sql: &str) -> Result<Vec<String>> {
        let rows = self.rows(sql)?;
        Ok(rows.into_iter().map(|row| row.into_iter().next().flatten().unwrap_or_default()).collect())
    }

    /// The only number of an answer, nothing as 0.
    pub(crate) fn count(&mut self, sql: &str) -> Result<i64> {
        let text = self.column(sql)?.into_iter().next().unwrap_or_default();
        if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| format!("{text:?} is no number")) }
    }

    /// What is wrong with the tables whatever they hold: pages and indexes, rows that name no row,
    /// parts of the schema that are lost.
    pub(crate) fn damage(&mut self) -> Result<Vec<String>> {
        let mut damage = match self {
            Self::File(..) => {
                let verdict = self.column("PRAGMA integrity_check")?;
                if verdict == ["ok"] { Vec::new() } else { verdict }
            }
            Self::Database(client) => broken_indexes(client).map_err(|error| refused(&error))?,
        };
        let plan = Plan::new().map_err(told)?;
        let there: BTreeSet<String> = self.column(self.objects())?.into_iter().collect();
        let missing: Vec<_> = plan.objects.difference(&there).cloned().collect();
        if !missing.is_empty() {
            damage.push(format!("lost from the schema: {}", missing.join(", ")));
            return Ok(damage);
        }
        for dangling in &plan.references {
            let found = self.count(dangling)?;
            if found > 0 {
                damage.push(format!("{found} rows name a row that does not exist: {dangling}"));
            }
        }
        Ok(damage)
    }

    /// Asks for the tables and indexes that somebody named.
    fn objects(&self) -> &'static str {
        match self {
            Self::File(..) => OBJECTS,
            Self::Database(_) => {
                "SELECT CASE relkind WHEN 'r' THEN 'table ' ELSE 'index ' END || relname
                 FROM pg_class WHERE relnamespace = 'custcode'::regnamespace AND relkind IN ('r', 'i')"
            }
        }
    }

    /// All there is, to see whether anything was written: the bytes of a file, the rows of a
    /// database.
    pub(crate) fn image(folder: &Folder) -> Vec<u8> {
        if folder.database().is_none() {
            return fs::read(folder.path("custcode.db")).expect("the ledger");
        }
        let mut tables = Self::of(folder).expect("the database answers");
        let names = "SELECT tablename FROM pg_tables WHERE schemaname = 'custcode' ORDER BY 1";
        let mut image = Vec::new();
        for name in tables.column(names).expect("the tables have names") {
            let rows = tables.column(&format!("SELECT t::text FROM {name} AS t ORDER BY 1")).expect("rows");
            image.extend(format!("{name}\n{}\n", rows.join("\n")).into_bytes());
        }
        image
    }

    /// Changes a folder's ledger behind the program's back.
    #[track_caller]
    pub(crate) fn alter(folder: &Folder, sql: &str) {
        folder.unasked("it is edited in SQL");
        let done = match folder.database() {
            Some(database) => {
                let mut client = Cluster::shared().client(database.name());
                client
                    .batch_execute(&format!("SET search_path = custcode; {sql}"))
                    .map_err(|error| refused(&error))
            }
            None => Connection::open(folder.path("custcode.db"))
                .and_then(|file| file.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")))
                .map_err(told),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// What every ledger has, read off an empty one: the project's own SQLite migrations say it for
/// both engines.
struct Plan {
    objects: BTreeSet<String>,
    /// For each foreign key, how many rows break it; PostgreSQL is not told of them.
    references: Vec<String>,
}

const OBJECTS: &str = "SELECT type || ' ' || name FROM sqlite_schema
     WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_%'";

impl Plan {
    fn new() -> rusqlite::Result<Self> {
        let empty = Connection::open_in_memory()?;
        for text in migrations("sqlite") {
            empty.execute_batch(&text)?;
        }
        let objects = file_rows(&empty, OBJECTS)?.into_iter().flatten().flatten().collect();
        let keys = "SELECT 'SELECT count(*) FROM ' || m.name || ' AS one WHERE one.\"' || f.\"from\" || '\" IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM ' || f.\"table\" || ' AS other WHERE other.' || f.\"to\" || ' = one.\"' \
             || f.\"from\" || '\")' FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'";
        let references = file_rows(&empty, keys)?.into_iter().flatten().flatten().collect();
        Ok(Self { objects, references })
    }
}

/// The texts of an engine's migrations, in order.
pub(crate) fn migrations(engine: &str) -> Vec<String> {
    let folder = project().join("src/store/migrations").join(engine);
    let entries = fs::read_dir(folder).expect("migrations exist");
    let files = entries.map(|entry| entry.expect("readable").path());
    let mut files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|is| is == "sql")).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).expect("migrations are text")).collect()
}

/// PostgreSQL's own check of an index: in order, and every row of the table in it.
fn broken_indexes(client: &mut Client) -> std::result::Result<Vec<String>, postgres::Error> {
    client.batch_execute("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public")?;
    let indexes = "SELECT indexrelid::regclass::text, indisvalid, indexrelid FROM pg_index
         JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = to_regnamespace('custcode')";
    let mut broken = Vec::new();
    for row in client.query(indexes, &[])? {
        let name: String = row.get(0);
        if !row.get::<_, bool>(1) {
            broken.push(format!("{name} is not valid"));
        }
        let check = format!("SELECT public.bt_index_check({}::oid::regclass, true)", row.get::<_, u32>(2));
        if let Err(error) = client.batch_execute(&check) {
            broken.push(format!("{name}: {}", refused(&error)));
        }
    }
    Ok(broken)
}

fn file_rows(file: &Connection, sql: &str) -> rusqlite::Result<Vec<Vec<Option<String>>>> {
    let mut statement = file.prepare(sql)?;
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| row.get_ref(at).map(text)).collect())?;
    rows.collect()
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn told(error: rusqlite::Error) -> String {
    error.to_string()
}

/// The server's own words, which the error itself keeps back.
fn refused(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}
