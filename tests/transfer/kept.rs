//! `store backup --keep N DIR`: a folder of backups of which the newest stay.

use std::fs;

use super::{at, company, must, refused};
use crate::support::{Folder, Test};

fn at_hour(hour: u32) -> String {
    format!("2026-11-22T{hour:02}:00:00Z")
}

/// Takes a backup at each of these hours, of which two stay.
fn taken(folder: &mut Folder, hours: std::ops::Range<u32>) {
    for hour in hours {
        folder.set("CUSTCODE_NOW", &at_hour(hour));
        must(folder, &["store", "backup", "--keep", "2", "saved"]);
    }
}

fn saved(folder: &Folder) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.path("saved"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn edit(folder: &Folder, sql: &str) {
    folder.unasked("it is edited in SQL");
    let ledger = rusqlite::Connection::open(folder.path("custcode.db")).expect("a ledger");
    ledger.execute(sql, []).expect("edited");
}

const SPOIL: &str = "UPDATE customers SET name = name || '!' WHERE id = 1";
const MEND: &str = "UPDATE customers SET name = substr(name, 1, length(name) - 1) WHERE id = 1";

#[test]
fn the_newest_stay_and_what_is_not_ours_stays_too() {
    let mut folder = company();
    let other =
        Test::new().rules(super::RULES).args(["new", "--type", "vip"]).stdout("010001\n").run().folder;
    fs::create_dir(folder.path("saved")).expect("a folder");
    folder.write("saved/custcode-2020-01-01T000000Z.db", "mine");
    folder.write("saved/customers.db", "mine");
    must(&other, &["store", "backup", "custcode-2020-01-02T000000Z.db"]);
    let foreign = "custcode-2020-01-02T000000Z.db";
    fs::copy(other.path(foreign), folder.path(&format!("saved/{foreign}"))).expect("a copy");
    taken(&mut folder, 1..4);
    folder.set("CUSTCODE_NOW", &at_hour(4));
    let done = at(folder)
        .args(["store", "backup", "--keep", "2", "saved", "--json"])
        .stdout_like(
            "{\"schema\":1,\"ledger\":[..],\"file\":\"saved/custcode-2026-11-22T040000Z.db\",[..],\
             \"removed\":[\"saved/custcode-2026-11-22T020000Z.db\"]}\n",
        )
        .run();
    assert_eq!(
        saved(&done.folder),
        [
            "custcode-2020-01-01T000000Z.db",
            foreign,
            "custcode-2026-11-22T030000Z.db",
            "custcode-2026-11-22T040000Z.db",
            "customers.db",
        ]
    );
}

#[test]
fn the_last_sound_one_stays() {
    let mut folder = company();
    fs::create_dir(folder.path("saved")).expect("a folder");
    taken(&mut folder, 1..3);
    edit(&folder, SPOIL);
    for hour in 3..6 {
        folder.set("CUSTCODE_NOW", &at_hour(hour));
        refused(&folder, &["store", "backup", "--keep", "2", "saved"], 1);
    }
    let hours =
        |folder: &Folder| saved(folder).iter().map(|name| name[20..22].to_owned()).collect::<Vec<_>>();
    assert_eq!(hours(&folder), ["02", "04", "05"]);
    edit(&folder, MEND);
    taken(&mut folder, 6..7);
    assert_eq!(hours(&folder), ["05", "06"]);
}

#[test]
fn a_backup_that_was_damaged_is_not_the_last_sound_one() {
    let mut folder = company();
    fs::create_dir(folder.path("saved")).expect("a folder");
    taken(&mut folder, 1..3);
    let newest = folder.path("saved/custcode-2026-11-22T020000Z.db");
    let mut bytes = fs::read(&newest).expect("a backup");
    let length = bytes.len();
    bytes[length / 2] ^= 1;
    fs::remove_file(&newest).expect("removed");
    fs::write(&newest, bytes).expect("damaged");
    edit(&folder, SPOIL);
    for hour in 3..5 {
        folder.set("CUSTCODE_NOW", &at_hour(hour));
        refused(&folder, &["store", "backup", "--keep", "2", "saved"], 1);
    }
    assert_eq!(saved(&folder)[0], "custcode-2026-11-22T010000Z.db");
}

#[test]
fn the_folder_has_to_be_there_and_no_name_is_taken_twice() {
    let done = at(company())
        .args(["store", "backup", "--keep", "2", "saved"])
        .stderr("error: --keep takes a folder, and saved is none\nhint: mkdir -m 700 saved\n")
        .status(2)
        .run();
    let folder = done.folder;
    fs::create_dir(folder.path("saved")).expect("a folder");
    must(&folder, &["store", "backup", "--keep", "2", "saved"]);
    let complaint = refused(&folder, &["store", "backup", "--keep", "2", "saved"], 4);
    assert!(complaint.contains("custcode-2026-11-22T010000Z.db is there already, "), "{complaint}");
    assert_eq!(saved(&folder).len(), 1);
}
