//! Making and finding a ledger: what is refused, and in which words.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::thread;

use custcode::store::{self, Access, Error, Intent, Location, Store, TABLES_VERSION};

use super::{Ledger, PATIENT};
use crate::support::{Folder, skipped_on_postgres};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn write_error(store: &mut dyn Store) -> Error {
    store.write(Intent::Small, "test", PATIENT).err().expect("a refusal")
}

#[test]
fn a_new_ledger_is_empty_and_knows_itself() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let info = view.info().expect("information");
    assert_eq!((info.id.len(), info.schema), (32, TABLES_VERSION));
    assert_eq!((info.bundle.as_deref(), info.fence), (Some("rules"), None));
    assert!(!view.has_customers().expect("an answer"));
    assert_eq!(view.totals().expect("counts"), (0, 0));
    drop(view);
    ledger.assert_sound();
}

#[test]
fn the_file_of_a_new_ledger_is_private() {
    if skipped_on_postgres("the permissions of the file") {
        return;
    }
    let ledger = Ledger::new();
    assert_eq!(mode(&ledger.path()), 0o600);
    assert_eq!(mode(&ledger.folder.path("custcode.db.lock")), 0o600);
    assert_eq!(ledger.sql("PRAGMA page_size"), "8192");
    assert_eq!(ledger.sql("PRAGMA journal_mode"), "delete");
    let left: Vec<_> = fs::read_dir(ledger.folder.path("")).expect("a folder").collect();
    assert_eq!(left.len(), 2, "the ledger and its queue, no drafts: {left:?}");
}

#[test]
fn the_journal_is_as_private_as_the_ledger() {
    if skipped_on_postgres("the permissions of the file") {
        return;
    }
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Bulk(10), "test", PATIENT).expect("a free ledger");
    super::add(&mut *writing, 1, 10);
    assert_eq!(mode(&ledger.folder.path("custcode.db-journal")), 0o600);
}

#[test]
fn each_ledger_has_an_id_of_its_own() {
    let (one, two) = (Ledger::new(), Ledger::new());
    let id = |ledger: &Ledger| ledger.open().read().expect("a view").info().expect("information").id;
    assert_ne!(id(&one), id(&two));
    assert_eq!(id(&one), id(&one));
}

#[test]
fn nothing_is_ever_overwritten() {
    if skipped_on_postgres("files in the way") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("custcode.db");
    let location = Location::Sqlite(path.clone());
    for name in ["custcode.db", "custcode.db-journal", "custcode.db-wal"] {
        let there = folder.path().join(name);
        fs::write(&there, "precious").expect("a file");
        let error = store::create(&location).err().expect("a refusal");
        let told = if name == "custcode.db" {
            format!("{} exists already", there.display())
        } else {
            let what =
                "is left of a ledger that was moved away or deleted, and would be played into a new one";
            format!("{}: {} {what}", path.display(), there.display())
        };
        assert_eq!(error.to_string(), told);
        assert_eq!(fs::read_to_string(&there).expect("a file"), "precious");
        fs::remove_file(there).expect("a file");
    }
    symlink("nowhere", &path).expect("a link");
    // What it leads to could not be looked at: a drive may not be mounted.
    assert!(matches!(store::create(&location), Err(Error::Refused { .. })));
    assert_eq!(fs::read_link(&path).expect("a link"), Path::new("nowhere"));
}

#[test]
fn of_many_who_create_at_once_one_wins_and_all_can_go_on() {
    let folder = Folder::new();
    let location = Location::parse(&folder.store()).expect("a place");
    let made = thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| match store::create(&location) {
                    Ok(_) => true,
                    Err(Error::Exists { .. }) => {
                        let mut store = store::open(&location, Access::Write).expect("the winner's ledger");
                        store.read().expect("a view").info().expect("a whole ledger");
                        false
                    }
                    Err(error) => panic!("{error}"),
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("no panic")).filter(|won| *won).count()
    });
    assert_eq!(made, 1);
}

#[test]
fn a_missing_ledger_is_said_to_be_missing() {
    let folder = Folder::new();
    let location = Location::parse(&folder.store()).expect("a place");
    for access in [Access::Read, Access::Write] {
        let error = store::open(&location, access).err().expect("a refusal");
        assert_eq!(error.to_string(), format!("no ledger at {location}"));
    }
    assert!(folder.names().is_empty(), "opening makes nothing");
}

#[test]
fn a_symbolic_link_leads_to_the_same_queue() {
    if skipped_on_postgres("links to the file") {
        return;
    }
    let ledger = Ledger::new();
    let other = tempfile::tempdir().expect("a folder");
    let link = other.path().join("link.db");
    symlink(ledger.path(), &link).expect("a link");
    let mut store = store::open(&Location::Sqlite(link.clone()), Access::Write).expect("the ledger");
    assert_eq!(store.location(), link.display().to_string());
    store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    assert_eq!(
        fs::read_dir(other.path()).expect("a folder").count(),
        1,
        "lock and journal stand by the real file"
    );
}

#[test]
fn a_second_name_may_be_read_but_not_written() {
    if skipped_on_postgres("links to the file") {
        return;
    }
    let ledger = Ledger::new();
    let second = ledger.folder.path("second.db");
    fs::hard_link(ledger.path(), &second).expect("a link");
    let error = store::open(&ledger.location(), Access::Write).err().expect("a refusal").to_string();
    assert!(error.contains("it has 2 names (hard links)"), "{error}");
    let mut store = store::open(&Location::Sqlite(second), Access::Read).expect("the ledger");
    store.read().expect("a view").info().expect("information");
}

#[test]
fn other_files_are_refused_by_name() {
    if skipped_on_postgres("other files") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db");
    let open = || store::open(&Location::Sqlite(path.clone()), Access::Write).expect("a file");

    fs::write(&path, "not a database, ".repeat(100)).expect("a file");
    let error = write_error(&mut *open()).to_string();
    assert!(error.ends_with("not a custcode ledger, nor any SQLite file"), "{error}");

    fs::write(&path, "").expect("a file");
    let error = write_error(&mut *open()).to_string();
    assert!(error.contains("a SQLite file, but not a custcode ledger"), "{error}");

    let foreign = rusqlite::Connection::open(&path).expect("a file");
    foreign
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA application_id = 7; CREATE TABLE t (a); PRAGMA journal_mode = DELETE")
        .expect("a table");
    drop(foreign);
    let before = fs::read(&path).expect("a file");
    let error = write_error(&mut *open()).to_string();
    assert!(error.contains("(application id 0x7, not 0x63757374)"), "{error}");
    assert!(matches!(open().read(), Err(Error::Unusable { .. })));
    assert_eq!(fs::read(&path).expect("a file"), before, "a foreign file stays as it was");

    let error = store::open(&Location::Sqlite(folder.path().into()), Access::Read).err().expect("a refusal");
    assert!(error.to_string().ends_with("it is not a file"), "{error}");
}

#[test]
fn a_newer_ledger_is_refused() {
    if skipped_on_postgres("the version in the file") {
        return;
    }
    let ledger = Ledger::new();
    rusqlite::Connection::open(ledger.path())
        .and_then(|file| file.execute_batch("PRAGMA user_version = 6"))
        .expect("a version");
    let error = write_error(&mut *ledger.open()).to_string();
    assert!(
        error.contains("its tables have version 6, this program knows 5; use a newer custcode"),
        "{error}"
    );
    assert!(matches!(ledger.open().read(), Err(Error::Unusable { .. })));
}

#[test]
fn a_ledger_switched_to_a_write_ahead_log_is_switched_back() {
    if skipped_on_postgres("the mode of the file") {
        return;
    }
    let ledger = Ledger::new();
    let file = rusqlite::Connection::open(ledger.path()).expect("the file");
    file.pragma_update(None, "journal_mode", "WAL").expect("another mode");
    drop(file);
    ledger.fill(Intent::Small, 1, 3);
    ledger.assert_sound();
    assert_eq!(ledger.sql("PRAGMA journal_mode"), "delete");
}

#[test]
fn planted_triggers_and_views_do_nothing() {
    if skipped_on_postgres("what a hostile file may hold") {
        return;
    }
    let ledger = Ledger::new();
    rusqlite::Connection::open(ledger.path())
        .and_then(|file| {
            file.execute_batch("CREATE TRIGGER thief AFTER INSERT ON codes BEGIN DELETE FROM codes; END")
        })
        .expect("a trigger");
    ledger.fill(Intent::Small, 1, 3);
    assert_eq!(ledger.sql("SELECT count(*) FROM codes"), "3");
}
