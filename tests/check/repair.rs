//! `store repair` lists what it would do, does only that and only with --yes, and leaves what
//! nobody can put right.

use super::{company, connect, tamper};
use crate::support::{Folder, Test};

fn number(folder: &Folder, sql: &str) -> i64 {
    connect(folder).query_row(sql, [], |row| row.get(0)).expect("an answer")
}

const CLEAN: &str = "nothing was lost, doubled or altered\n";

/// What was done to a ledger that is whole otherwise, and what puts it right.
const REPAIRS: &[(&str, &str)] = &[
    (
        "UPDATE sequences SET last = 3 WHERE last = 7",
        "repair\tcounter\tcounter graded 01, F: move it up from 3 to 7\t\n",
    ),
    (
        "UPDATE sequences SET highest = NULL WHERE highest = 990",
        "repair\tnumbers-ahead\tcounter dated 202610: count the numbers in use above it anew\t\n",
    ),
    (
        "INSERT INTO numbers_ahead VALUES (1, 500)",
        "repair\tnumbers-ahead\tcounter graded 01, F: count the numbers in use above it anew\t\n",
    ),
    (
        "UPDATE codes SET state = 'void' WHERE id = 2",
        "repair\tstate\t01F0002T: set its state to the one of its history\t\n",
    ),
    (
        "UPDATE customers SET strict = 0 WHERE id = 1",
        "repair\tname-key\tcustomer 1: set the kept key to that of its name\t\n",
    ),
];

#[test]
fn what_can_be_derived_is_put_right_and_put_on_record() {
    for (sql, repair) in REPAIRS {
        let folder = company();
        tamper(&folder, sql);
        let done = Test::within(folder)
            .args(["store", "repair"])
            .status(1)
            .stdout(repair)
            .stderr("1 repair, nothing done yet: --yes does it\n")
            .run();
        assert_eq!(number(&done.folder, "SELECT max(id) FROM operations"), 16, "listing writes nothing");
        let done = done
            .then()
            .args(["store", "repair", "--yes"])
            .stdout(repair)
            .stderr("1 repair done; custcode store check looks again\n")
            .run()
            .then()
            .args(["store", "check"])
            .stdout_like("checked\t\t17 operations\t\n...\n")
            .stderr(CLEAN)
            .run();
        assert_eq!(number(&done.folder, "SELECT count(*) FROM operations WHERE command = 'repair'"), 1);
        done.then().args(["store", "repair"]).stderr("nothing to repair\n").run();
    }
}

#[test]
fn the_file_is_taken_away_from_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = company();
    let path = folder.path("custcode.db");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o664)).expect("a file");
    let done = Test::within(folder)
        .args(["store", "repair", "--yes", "--format", "table"])
        .stdout("done   take the file away from other users\n")
        .stderr("1 repair done; custcode store check looks again\n")
        .run();
    let mode = std::fs::metadata(done.folder.path("custcode.db")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_index_that_lost_an_entry_is_built_anew() {
    let folder = company();
    // An index without two of the rows takes the other one's place: looked up in it, two codes are
    // not there.
    tamper(
        &folder,
        "CREATE UNIQUE INDEX partial ON codes (canonical) WHERE id > 2;
         CREATE TEMP TABLE roots AS SELECT name, rootpage FROM sqlite_schema WHERE name IN ('partial', 'codes_canonical');
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM roots WHERE roots.name <> sqlite_schema.name)
             WHERE name IN ('partial', 'codes_canonical');",
    );
    tamper(&folder, "DROP INDEX partial");
    let done = Test::within(folder)
        .args(["store", "check", "-q"])
        .status(1)
        .stdout_like("...\nindex\t\t[..] missing from index codes_canonical\t[..]\n")
        .run();
    done.then()
        .args(["store", "repair", "--yes", "-q"])
        .stdout("repair\tindexes\tbuild the indexes anew\t\n")
        .run()
        .then()
        .args(["store", "check"])
        .stdout_like("checked\t\t17 operations\t\n...\n")
        .stderr(CLEAN)
        .run();
}

#[test]
fn what_cannot_be_put_right_is_named_and_left() {
    let folder = company();
    tamper(
        &folder,
        "UPDATE customers SET name = '华东机械厂' WHERE id = 1; UPDATE codes SET state = 'void' WHERE id = 2",
    );
    Test::within(folder)
        .args(["store", "repair", "--yes", "--format", "table"])
        .status(1)
        .stdout_like(
            "done   01F0002T: set its state to the one of its history\n\
             done   customer 1: set the kept key to that of its name\n\n\
             operation  operation 1 (new by li, 2026-11-22T01:00:00Z), [..]\n  → compare [..]\n",
        )
        .stderr("2 repairs done; custcode store check looks again\n")
        .run();
}

#[test]
fn a_damaged_file_is_never_written_to() {
    let folder = company();
    let path = folder.path("custcode.db");
    tamper(&folder, "UPDATE codes SET state = 'void' WHERE id = 2");
    let mut bytes = std::fs::read(&path).expect("a file");
    let root: usize = number(&folder, "SELECT rootpage FROM sqlite_schema WHERE name = 'customers'")
        .try_into()
        .expect("a page");
    let page = (root - 1) * 8192;
    bytes[page + 3..page + 5].fill(0xFF);
    std::fs::write(&path, &bytes).expect("a file");
    let done = Test::within(folder)
        .args(["store", "repair", "--yes"])
        .status(1)
        .stdout_like("left\tdamage\t[..]\n...\n")
        .stderr("nothing that custcode could repair\n")
        .run();
    assert!(
        std::fs::read(done.folder.path("custcode.db")).expect("a file") == bytes,
        "the file was written to"
    );
}
