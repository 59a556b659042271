//! What can befall the one file of a ledger in SQLite: its journal is deleted, a page is
//! overwritten, it gets a second name, its disk is full or takes no writes.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustix::fs::statvfs;

use super::syscalls::{system_calls, traced};
use super::{BEFORE, checked, eventually, issue, proven, tell};
use crate::support::{Engine, Folder, Ledger, Tables, rows, skipped_on_postgres};

const NEW: &[&str] = &["new", "--type", "vip", "--set", "industry=food", "--ref", "CRM:1"];
const PAGE: usize = 8192;

fn run(world: &Folder, args: &[&str]) -> Output {
    world.custcode(args).output().expect("custcode starts")
}

/// Runs custcode, which must end with `status`, and gives what it complained of.
#[track_caller]
fn refused(world: &Folder, args: &[&str], status: i32) -> String {
    let output = run(world, args);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{}: {complaint}", args.join(" "));
    assert!(output.stdout.is_empty() || args[0] != "new", "{}: printed and refused", args.join(" "));
    complaint
}

#[test]
fn a_journal_deleted_after_a_kill_is_never_taken_for_a_sound_ledger() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    let base = super::company();
    let writes = system_calls(&base.copy(), NEW)["pwrite64"];
    let (mut deleted, mut damaged) = (0, 0);
    for write in 1..=writes {
        let world = base.copy();
        world.unasked("its journal is taken away");
        let fault = format!("inject=pwrite64:signal=KILL:when={write}");
        let _ = traced(&world, NEW, &["-e", "trace=pwrite64", "-e", &fault]);
        if fs::remove_file(world.path("custcode.db-journal")).is_err() {
            continue;
        }
        deleted += 1;
        let found = Ledger::read_in(&world);
        let sound = found.damage.is_empty() && [BEFORE, BEFORE + 1].contains(&found.customers);
        let output = run(&world, &["store", "check"]);
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_ne!(output.status.code(), Some(101), "{fault}: panic: {said}");
        // A kill before the first page was written leaves the ledger as it was, one behind the last
        // as it was to be.
        assert!(sound || !output.status.success(), "{fault}: {:?}, and the check says: {said}", found.damage);
        damaged += u32::from(!output.status.success());
    }
    assert!(deleted >= 3 && damaged >= 1, "{deleted} journals deleted, {damaged} ledgers damaged");
}

#[test]
fn an_overwritten_page_is_found() {
    if skipped_on_postgres("the pages of a file") {
        return;
    }
    let base = super::company();
    base.unasked("its pages are overwritten");
    base.write("customers.csv", rows::customers(1_000, 53));
    issue(&base, &["import", "customers.csv", "-o", "coded.csv"]);
    let whole = fs::read(base.path("custcode.db")).expect("the ledger");
    let mut tables = Tables::of(&base).expect("the tables");
    assert_eq!(tables.count("PRAGMA freelist_count").expect("a number"), 0, "every page is in use");
    let pages = whole.len() / PAGE;
    assert!(pages >= 20 && whole.len() == pages * PAGE, "{pages} pages");
    for page in (0..pages).step_by(pages / 12) {
        for byte in [0, 0xa5] {
            let mut bytes = whole.clone();
            bytes[page * PAGE..(page + 1) * PAGE].fill(byte);
            base.write("custcode.db", bytes);
            let output = run(&base, &["store", "check"]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(1 | 3)), "page {page}: {}: {said}", output.status);
        }
    }
}

#[test]
fn a_second_name_takes_no_codes_and_a_link_leads_to_the_ledger() {
    if skipped_on_postgres("the names of a file") {
        return;
    }
    let world = super::company();
    let ledger = world.path("custcode.db");
    symlink(&ledger, world.path("link.db")).expect("a link");
    let through: Vec<&str> = [NEW, &["--store", "link.db"]].concat();
    let codes = issue(&world, &through);
    assert_eq!(issue(&world, NEW), codes);

    fs::hard_link(&ledger, world.path("twin.db")).expect("a second name");
    let image = Tables::image(&world);
    for name in ["twin.db", "custcode.db"] {
        let complaint =
            refused(&world, &["new", "--type", "vip", "--set", "industry=food", "--store", name], 3);
        assert!(complaint.contains("hard link") || complaint.contains("names"), "{complaint}");
    }
    assert!(Tables::image(&world) == image);
    let output = run(&world, &["store", "check"]);
    assert_eq!(output.status.code(), Some(1), "two names are a finding");
    fs::remove_file(world.path("twin.db")).expect("the second name");
    issue(&world, &["new", "--type", "vip", "--set", "industry=food"]);
    assert_eq!(proven(&world, "one name again").customers, BEFORE + 2);
}

/// A file system of its own in memory, unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    /// Mounts one, or says that nobody may.
    fn of(world: &Folder, size: &str) -> Option<Self> {
        let folder = world.path("disk");
        fs::create_dir(&folder).expect("the working folder can be written");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=0700"), "custcode-test"])
            .arg(&folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            tell(Engine::Sqlite, "skipped: only root can mount a small disk");
        }
        mounted.then_some(Self(folder))
    }

    /// Allows writes or takes them away.
    fn remount(&self, mode: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{mode}")]).arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()), "mount -o remount,{mode}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A company whose ledger lies on a disk of its own.
fn company_on_a_disk(size: &str) -> Option<(Folder, Disk)> {
    let mut world = Folder::sqlite();
    let disk = Disk::of(&world, size)?;
    world.set("CUSTCODE_STORE", "disk/custcode.db");
    world.write("rules.toml", rows::RULES);
    world.init();
    issue(&world, NEW);
    Some((world, disk))
}

/// The ledger on the disk.
#[track_caller]
fn sound_on(disk: &Path, occasion: &str) -> Ledger {
    let ledger = Ledger::read_from(Tables::file(&disk.join("custcode.db")));
    assert!(ledger.damage.is_empty(), "{occasion}: {:#?}", ledger.damage);
    ledger
}

#[test]
fn a_full_disk_ends_imports_and_issues_and_loses_nothing() {
    if skipped_on_postgres("the disk of a file") {
        return;
    }
    let Some((world, disk)) = company_on_a_disk("2m") else { return };
    world.write("customers.csv", rows::customers(20_000, 59));
    let complaint = refused(&world, &["import", "customers.csv", "-o", "coded.csv"], 3);
    assert!(complaint.contains("no space left"), "{complaint}");
    assert_eq!(sound_on(&disk.0, "the import").customers, 1);
    assert!(!world.path("coded.csv").exists());
    let mut left: Vec<_> =
        fs::read_dir(&disk.0).expect("a disk").map(|entry| entry.expect("a name").file_name()).collect();
    left.sort();
    assert_eq!(left, ["custcode.db", "custcode.db.lock"], "the import gave its space back");

    // Everything that is left goes to somebody else.
    let ballast = disk.0.join("ballast");
    let mut file = File::create(&ballast).expect("a file");
    eventually("the disk is full", || {
        while file.write_all(&[0; 4096]).is_ok() {}
        statvfs(&disk.0).expect("a disk").f_bavail == 0
    });
    let complaint = refused(&world, &["new", "--type", "vip", "--set", "industry=food", "--ref", "CRM:2"], 3);
    assert!(complaint.contains("no space left"), "{complaint}");
    assert_eq!(sound_on(&disk.0, "the issue").customers, 1);

    drop(file);
    fs::remove_file(&ballast).expect("the ballast");
    issue(&world, &["new", "--type", "vip", "--set", "industry=food", "--ref", "CRM:2"]);
    assert_eq!(sound_on(&disk.0, "space again").customers, 2);
    checked(&world, "space again");
}

#[test]
fn a_disk_that_takes_no_writes_is_read_all_the_same() {
    if skipped_on_postgres("the disk of a file") {
        return;
    }
    let Some((world, disk)) = company_on_a_disk("4m") else { return };
    disk.remount("ro");
    refused(&world, &["new", "--type", "vip", "--set", "industry=food"], 3);
    assert_eq!(issue(&world, &["list"]).len(), 1);
    checked(&world, "read only");
    disk.remount("rw");
    issue(&world, &["new", "--type", "vip", "--set", "industry=food"]);
    assert_eq!(sound_on(&disk.0, "writable again").customers, 2);
}
