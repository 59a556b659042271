//! Where there is no space nothing half is left, and the ledger is as it was.

use std::process::Output;

use super::{company, content, many_customers, must, sound};
use crate::support::Folder;

/// A company whose backup and whose copy are larger than the limit below.
fn large() -> Folder {
    let folder = company();
    folder.write(
        "many.csv",
        many_customers(3_000)
            .replace("name\n", "note,name\n")
            .replace("客户", &format!("{},客户", "x".repeat(200))),
    );
    must(&folder, &["import", "many.csv"]);
    folder
}

/// Runs custcode where no file may grow beyond `kib`: the system then says the same as on a full
/// disk, file by file.
fn limited(folder: &Folder, kib: u32, args: &str) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {}; exec custcode {args}", kib * 2);
    folder.command("sh").args(["-c", &script]).output().expect("sh starts")
}

#[test]
fn a_backup_that_does_not_fit_leaves_nothing() {
    let folder = large();
    let before = content(&folder.path("custcode.db"));
    let names = folder.names();
    for target in ["b.bak", "-"] {
        let output = limited(&folder, 100, &format!("store backup {target}"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{complaint}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(folder.names(), names);
    assert_eq!(folder.leftovers(), [""; 0]);
    assert_eq!(content(&folder.path("custcode.db")), before);
}

#[test]
fn a_full_device_is_told() {
    let folder = company();
    for script in ["exec custcode store backup /dev/full", "exec custcode store backup - > /dev/full"] {
        let output = folder.command("sh").args(["-c", script]).output().expect("sh starts");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{complaint}");
        assert!(complaint.contains("No space left on device"), "{complaint}");
    }
}

#[test]
fn a_restore_that_does_not_fit_makes_nothing() {
    let folder = large();
    must(&folder, &["store", "backup", "b.bak"]);
    let names = folder.names();
    let output = limited(&folder, 500, "store restore b.bak --store r.db");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(folder.names(), names);
    must(&folder, &["store", "restore", "b.bak", "--store", "r.db"]);
}

#[test]
fn a_copy_that_does_not_fit_goes_on_where_there_is_space_again() {
    let folder = large();
    let before = content(&folder.path("custcode.db"));
    // Room for the tables as they are made, not for the rows.
    let output = limited(&folder, 600, "store copy custcode.db copy.db");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{complaint}");
    assert_eq!(content(&folder.path("custcode.db")), before);
    let refusal = super::refused(&folder, &["list", "--store", "copy.db"], 4);
    assert!(refusal.contains("is an unfinished copy of [DIR]/custcode.db and not fit for use"), "{refusal}");
    must(&folder, &["store", "copy", "custcode.db", "copy.db"]);
    assert_eq!(content(&folder.path("copy.db")), before);
    sound(&folder.path("copy.db"), "after the full disk");
}
