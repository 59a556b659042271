//! Whole ledgers: copied, backed up, restored, and fenced so that no two of them issue side by
//! side.

mod backups;
mod copies;
mod crowd;
mod engines;
mod fences;
mod full_disks;
mod kept;
mod kills;
mod round_trips;
mod tampering;
mod unfencing;

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use custcode::registry::Patience;
use custcode::registry::transfer::{Position, Progress, Sum, sums};
use custcode::store::{self, Access, Location};

use crate::support::{Folder, Ledger, Tables, Test};

/// Type and four digits; personal customers by day.
const RULES: &str = "custcode = 1\ntimezone = \"Asia/Shanghai\"\ndefault_rule = \"plain\"\n\
    [fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
    [rules.plain]\npattern = \"{type}{seq:4}\"\n\
    [rules.dated]\npattern = \"D{date:%Y%m%d}-{seq:4}\"\n\
    [rules.single]\npattern = \"S{type}\"\n";

/// Waits for nobody.
const PATIENT: Patience<'static> = Patience { deadline: Duration::from_mins(1), notice: &|_| () };

/// A company with the customers 010001, 010002 (edited since) and 020007, the latter brought with a
/// gap below.
#[track_caller]
fn company() -> Folder {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    for args in [
        &["new", "--type", "vip", "--name", "华东机械 \"A\"\u{7}", "--ref", "CRM:1"][..],
        &["new", "--type", "vip", "--ref", "CRM:2", "--attr", "phone=010"],
        &["new", "--code", "020007", "--name", "旧客户"],
        &["new", "--code", "LEGACY/1", "--legacy", "--name", "Old"],
        &["edit", "010002", "--attr", "phone=020", "--name", "B"],
    ] {
        must(&folder, args);
    }
    folder
}

/// A file of so many customers, known by their names.
fn many_customers(count: u32) -> String {
    let row = |number| format!("vip,客户{number}\n");
    std::iter::once("type,name\n".to_owned()).chain((1..=count).map(row)).collect()
}

/// Runs custcode, whatever comes of it.
fn run(folder: &Folder, args: &[&str]) -> Output {
    folder.custcode(args).output().expect("custcode starts")
}

/// Runs custcode, which must succeed, and gives what it printed.
#[track_caller]
fn must(folder: &Folder, args: &[&str]) -> String {
    let output = run(folder, args);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "custcode {}: {}: {complaint}", args.join(" "), output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs custcode, which must refuse with `status`, and gives what it complained of.
#[track_caller]
fn refused(folder: &Folder, args: &[&str], status: i32) -> String {
    let output = run(folder, args);
    let complaint = folder.portable(&String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "custcode {}: {complaint}", args.join(" "));
    complaint
}

/// A ledger in one number a table.
#[track_caller]
fn content(path: &Path) -> Vec<Sum> {
    content_at(&Location::Sqlite(path.to_owned()))
}

/// The same of a ledger anywhere.
#[track_caller]
fn content_at(location: &Location) -> Vec<Sum> {
    let mut ledger = store::open(location, Access::Read).expect("a ledger");
    let mut view = ledger.read().expect("a view");
    sums(view.as_mut(), "summing up", &mut Nobody).expect("every row is read")
}

/// The ledger keeps every promise.
#[track_caller]
fn sound(path: &Path, occasion: &str) -> Ledger {
    let ledger = Ledger::read_from(Tables::file(path));
    assert!(ledger.damage.is_empty(), "{occasion}: {:#?}", ledger.damage);
    ledger
}

/// Why the ledger does not issue.
fn fence(path: &Path) -> Option<String> {
    let mut ledger = store::open(&Location::Sqlite(path.to_owned()), Access::Read).expect("a ledger");
    let mut view = ledger.read().expect("a view");
    view.info().expect("information").fence
}

/// Watches nothing and stops nothing.
struct Nobody;

impl Progress for Nobody {
    fn at(&mut self, _: Position) -> bool {
        true
    }

    fn note(&mut self, _: &str) {}
}

/// A run in the company's folder.
fn at(folder: Folder) -> Test {
    Test::within(folder)
}
