//! The floor of an import: what the ledger's finished rows, indexes and chain cost to write, when
//! nothing has to be read, checked, matched or numbered.
//!
//! The rows are taken out of a ledger that custcode wrote, and so are its tables, so that the floor
//! follows every change of them. Writing runs in a process of its own:
//! `speed floor ROWS TABLES LEDGER`.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, ToSql};
use sha2::{Digest as _, Sha256};

use super::measure::{Run, program, weighed};

/// The word that makes this program write a ledger.
pub(crate) const WORD: &str = "floor";

/// Tables whose rows hold a customer's text: the chain has a commitment of each.
const COMMITTED: [&str; 2] = ["customers", "refs"];

/// The page size in bytes and the cache during a bulk write in KiB, as custcode sets them.
const PAGE: u32 = 8192;
const CACHE: i64 = 2_000;

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const TEXT: u8 = 2;

/// Takes rows and tables out of the ledger in `own` and puts them as files into `folder`.
pub(crate) fn prepare(own: &Path, folder: &Path) {
    fs::create_dir_all(folder).expect("the workplace is writable");
    let ledger = Connection::open_with_flags(own.join("custcode.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the import left a ledger");
    let tables = texts(&ledger, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
    let made = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index', rowid";
    fs::write(folder.join("tables.sql"), texts(&ledger, made).join(";\n"))
        .expect("the workplace is writable");
    let mut out = BufWriter::new(File::create(folder.join("rows")).expect("the workplace is writable"));
    for table in tables {
        let mut select = ledger.prepare(&format!("SELECT * FROM {table}")).expect("it is a table");
        let columns = select.column_count();
        let mut rows = select.query([]).expect("it can be read");
        while let Some(row) = rows.next().expect("it can be read") {
            put_text(&mut out, table.as_bytes());
            out.write_all(&[u8::try_from(columns).expect("few columns")]).expect("the workplace is writable");
            for column in 0..columns {
                put(&mut out, row.get_ref(column).expect("the row has it"));
            }
        }
    }
    out.flush().expect("the workplace is writable");
}

/// Writes the ledger of [`prepare`] once more, in a process.
pub(crate) fn run(folder: &Path) -> Run {
    let _ = fs::remove_file(folder.join("floor.db"));
    let this = std::env::current_exe().expect("this program has a file");
    let this = this.to_str().expect("the target folder has a plain name");
    let command = program(this, folder, &[WORD, "rows", "tables.sql", "floor.db"]);
    weighed(&command, None, &folder.join("printed"), &[0])
}

/// Writes `rows` into a new ledger with `tables`, in one durable transaction.
pub(crate) fn write(rows: &Path, tables: &Path, ledger: &Path) -> rusqlite::Result<()> {
    let tables = fs::read_to_string(tables).expect("the tables were put there");
    let (made, indexes): (Vec<_>, Vec<_>) =
        tables.split(";\n").partition(|sql| sql.trim_start().starts_with("CREATE TABLE"));
    let connection = Connection::open(ledger)?;
    connection.pragma_update(None, "page_size", PAGE)?;
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    connection.pragma_update(None, "cache_size", -CACHE)?;
    connection.execute_batch("BEGIN EXCLUSIVE")?;
    connection.execute_batch(&made.join(";"))?;
    let chain = insert(&connection, BufReader::new(File::open(rows).expect("the rows were put there")))?;
    connection.execute_batch(&indexes.join(";"))?;
    connection.execute("INSERT INTO meta (key, value) VALUES ('floor', ?1)", [chain])?;
    connection.execute_batch("COMMIT")
}

/// Inserts every row and gives the end of the chain over them.
fn insert(connection: &Connection, mut rows: impl Read) -> rusqlite::Result<String> {
    let (mut chain, mut row) = (Sha256::new(), Row::default());
    let (mut table, mut statement) = (String::new(), None);
    while row.read(&mut rows) {
        if statement.is_none() || row.table != table {
            row.table.clone_into(&mut table);
            let places = vec!["?"; row.values.len()].join(", ");
            statement = Some(connection.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?);
        }
        if COMMITTED.contains(&table.as_str()) {
            chain.update(row.commitment());
        } else if table == "codes" {
            row.texts().for_each(|text| chain.update(text));
        }
        let statement = statement.as_mut().expect("it was prepared");
        statement.execute(rusqlite::params_from_iter(row.values.iter()))?;
    }
    Ok(chain.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
}

/// A row out of the file.
#[derive(Default)]
struct Row {
    table: String,
    values: Vec<Value>,
}

enum Value {
    Null,
    Integer(i64),
    Text(String),
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => rusqlite::types::Null.into(),
            Self::Integer(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
        })
    }
}

impl Row {
    /// Reads the next one in the place of this; false at the end.
    fn read(&mut self, from: &mut impl Read) -> bool {
        let mut length = [0; 4];
        if from.read_exact(&mut length).is_err() {
            return false;
        }
        self.table = text(from, length);
        let columns = byte(from);
        self.values.clear();
        for _ in 0..columns {
            self.values.push(match byte(from) {
                NULL => Value::Null,
                INTEGER => Value::Integer(i64::from_le_bytes(bytes(from))),
                _ => {
                    let length = bytes(from);
                    Value::Text(text(from, length))
                }
            });
        }
        true
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Null | Value::Integer(_) => None,
        })
    }

    fn commitment(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        self.texts().for_each(|text| hasher.update(text));
        hasher.finalize().into()
    }
}

fn put(out: &mut impl Write, value: ValueRef<'_>) {
    let tag = |out: &mut dyn Write, tag| out.write_all(&[tag]).expect("the workplace is writable");
    match value {
        ValueRef::Integer(number) => {
            tag(out, INTEGER);
            out.write_all(&number.to_le_bytes()).expect("the workplace is writable");
        }
        ValueRef::Text(text) => {
            tag(out, TEXT);
            put_text(out, text);
        }
        ValueRef::Null => tag(out, NULL),
        ValueRef::Real(_) | ValueRef::Blob(_) => panic!("the ledger holds numbers and texts"),
    }
}

fn put_text(out: &mut impl Write, text: &[u8]) {
    let length = u32::try_from(text.len()).expect("a short text");
    out.write_all(&length.to_le_bytes()).expect("the workplace is writable");
    out.write_all(text).expect("the workplace is writable");
}

fn byte(from: &mut impl Read) -> u8 {
    let [byte] = bytes(from);
    byte
}

fn bytes<const N: usize>(from: &mut impl Read) -> [u8; N] {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).expect("the file is whole");
    bytes
}

fn text(from: &mut impl Read, length: [u8; 4]) -> String {
    let mut text = vec![0; u32::from_le_bytes(length) as usize];
    from.read_exact(&mut text).expect("the file is whole");
    String::from_utf8(text).expect("the ledger holds UTF-8")
}

fn texts(ledger: &Connection, sql: &str) -> Vec<String> {
    let mut select = ledger.prepare(sql).expect("SQLite knows its tables");
    let found = select.query_map([], |row| row.get(0)).expect("SQLite knows its tables");
    found.map(|text| text.expect("a text")).collect()
}
