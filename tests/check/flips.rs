//! Single bits flipped at random places of the file: each that changes what the ledger says is
//! found, most of them by our own checks only.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use custcode::registry::audit::check::CheckRequest;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::check;
use crate::support::{Folder, Random, rows};

const CUSTOMERS: u64 = 3_000;
const FLIPS: usize = 150;

/// Columns that say nothing of codes and customers, and are in no hash: the id of rows that nothing
/// names (their order is hashed), the ledger's own id, the words of a proof, when and by whom rules
/// were adopted.
const SAYS_NOTHING: &[(&str, &str)] = &[
    ("gap_ranges", "id"),
    ("code_events", "id"),
    ("changes", "id"),
    ("revisions", "id"),
    ("checkpoints", "id"),
    ("attributes", "id"),
    ("bundles", "proof"),
];

#[test]
fn every_flip_that_changes_what_the_ledger_says_is_found() {
    let folder = company();
    folder.unasked("its bits are flipped");
    let path = folder.path("custcode.db");
    let whole = fs::read(&path).expect("a file");
    let said = content(&path).expect("a whole ledger");
    let mut random = Random::new(38);
    let (mut changed, mut blind) = (0, 0);
    for _ in 0..FLIPS {
        let place = usize::try_from(random.below(whole.len() as u64)).expect("a place in the file");
        let bit = 1 << random.below(8);
        let mut bytes = whole.clone();
        bytes[place] ^= bit;
        fs::write(&path, &bytes).expect("a file");
        if content(&path).is_some_and(|now| now == said) {
            continue;
        }
        changed += 1;
        let report = check(&folder.path(""), &CheckRequest::default());
        assert!(
            report.is_err() || report.is_ok_and(|report| !report.is_clean()),
            "byte {place}, bit {bit}: not found"
        );
        blind += usize::from(engine_is_content(&path));
    }
    assert!(changed > FLIPS / 4, "only {changed} of {FLIPS} flips changed anything");
    assert!(blind > changed / 3, "the engine missed only {blind} of {changed}: it could do this alone");
}

/// A ledger with a few thousand customers, some of them edited, with gaps and checkpoints.
fn company() -> Folder {
    let folder = Folder::sqlite();
    folder.write("rules.toml", rows::RULES);
    folder.write("customers.csv", rows::customers(CUSTOMERS, 1));
    folder.init();
    let new = ["new", "--type", "vip", "--set", "industry=food"];
    run(&folder, &[&new[..], &["--count", "40", "--request-id", "batch"]].concat());
    run(&folder, &["import", "customers.csv"]);
    run(&folder, &["store", "check", "--checkpoint"]);
    for number in 0..20 {
        let first: Vec<String> = connect_codes(&folder.path("custcode.db"));
        run(&folder, &["edit", &first[number * 7], "--name", &format!("更名 {number}")]);
        run(&folder, &new);
    }
    folder
}

fn run(folder: &Folder, args: &[&str]) {
    let done = folder.custcode(args).output().expect("custcode starts");
    assert!(done.status.success(), "{}: {}", args.join(" "), String::from_utf8_lossy(&done.stderr));
}

fn connect_codes(path: &Path) -> Vec<String> {
    let ledger = Connection::open(path).expect("a file");
    let mut codes = ledger.prepare("SELECT canonical FROM codes ORDER BY id").expect("a table");
    codes.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("texts")
}

/// Whether SQLite finds nothing.
fn engine_is_content(path: &Path) -> bool {
    let verdict = Connection::open(path)
        .and_then(|ledger| ledger.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
    verdict.is_ok_and(|verdict| verdict == "ok")
}

/// Everything that the ledger says, table by table; `None` when it cannot be read.
fn content(path: &Path) -> Option<BTreeMap<String, Vec<Vec<Value>>>> {
    let ledger = Connection::open(path).ok()?;
    let mut content = BTreeMap::new();
    for table in custcode::store::TABLES {
        let names = table.columns.iter().map(|column| column.name());
        let names: Vec<_> = names.filter(|name| !SAYS_NOTHING.contains(&(table.name, name))).collect();
        let keys: Vec<_> = table.columns[..table.key].iter().map(|column| column.name()).collect();
        // Past every index, which might tell something else than the rows.
        let only = if table.name == "meta" { "WHERE key <> 'ledger'" } else { "" };
        let sql = format!(
            "SELECT {} FROM {} NOT INDEXED {only} ORDER BY {}",
            names.join(", "),
            table.name,
            keys.join(", ")
        );
        let mut statement = ledger.prepare(&sql).ok()?;
        let rows = statement
            .query_map([], |row| {
                (0..names.len()).map(|index| row.get(index)).collect::<Result<Vec<Value>, _>>()
            })
            .ok()?;
        content.insert(table.name.to_owned(), rows.collect::<Result<Vec<_>, _>>().ok()?);
    }
    Some(content)
}
