//! `store check` and `store repair`, on real ledgers: whatever is edited behind the tool's back is
//! found and the operation named; what nobody touched is clean.

#[path = "check/anything.rs"]
mod anything;
#[path = "check/both.rs"]
mod both;
#[path = "check/clean.rs"]
mod clean;
#[path = "check/edits.rs"]
mod edits;
#[path = "check/flips.rs"]
mod flips;
#[path = "check/removals.rs"]
mod removals;
#[path = "check/repair.rs"]
mod repair;
#[path = "check/schema.rs"]
mod schema;

use std::path::Path;
use std::sync::OnceLock;

use custcode::registry::audit::check::{CheckReport, CheckRequest};
use custcode::registry::{Error, Patience, Places, Who, Workspace};
use custcode::store::{Access, DEADLINE};
use rusqlite::Connection;

use crate::support::Folder;

/// Rules with a check digit, room for lower-case letters, and one that prints a date.
const RULES: &str = "\
custcode = 1
timezone = \"Asia/Shanghai\"
default_rule = \"graded\"
[fields.type.values]
vip = \"01\"
regular = \"02\"
[fields.industry.values]
food = \"F\"
trade = \"T\"
[rules.graded]
pattern = \"{type}{industry}{seq:4}{check}\"
check = { algorithm = \"iso7064-mod37-36\" }
[rules.dated]
pattern = \"D{date:%Y%m}-{seq:3}\"
[rules.single]
pattern = \"S{type}{industry}\"
allow = [\"no-sequence\"]
";

/// A file with customers of both types; the first is known already.
const CUSTOMERS: &str = "\
name,ref,type,industry,电话
华东机械有限公司,CRM:1,vip,food,021-1
甲,CRM:10,vip,food,021-2
乙,CRM:11,regular,trade,
丙,CRM:12,regular,trade,010-3
";

/// What a company did with its ledger. The operations are numbered from 1 in this order.
const DEEDS: [&[&str]; 16] = [
    &["new", "--type", "vip", "--set", "industry=food", "--name", "华东机械有限公司", "--ref", "CRM:1"],
    &["new", "--type", "vip", "--set", "industry=food", "--name", "O'Brien's", "--attr", "phone=1"],
    &["new", "--type", "vip", "--set", "industry=food", "--count", "3", "--request-id", "batch-1"],
    &["edit", "01F0002T", "--name", "O'Brien & Sons", "--attr", "phone=2"],
    &["new", "--type", "regular", "--set", "industry=trade", "--name", "南方"],
    &["new", "--rule", "dated", "--name", "一次", "--date", "2026-10-03"],
    &["new", "--rule", "single", "--type", "vip", "--set", "industry=trade", "--name", "唯一"],
    &["new", "--code", "OLD-7", "--legacy", "--name", "老客户"],
    &["new", "--code", "d202610-990", "--keep-below", "--name", "远方"],
    &["import", "customers.csv"],
    &["edit", "01F0002T", "--add-ref", "CRM:2", "--attr", "fax=9"],
    &["new", "--type", "vip", "--set", "industry=food", "--ref", "CRM:1", "--request-id", "again"],
    &["new", "--code", "D202610-005", "--allow-jump", "--name", "跳"],
    &["store", "check", "--checkpoint"],
    &["new", "--type", "vip", "--set", "industry=food", "--name", "末"],
    &["store", "check", "--checkpoint"],
];

/// A company with a rich ledger; every call gives a copy.
fn company() -> Folder {
    static BASE: OnceLock<Folder> = OnceLock::new();
    BASE.get_or_init(|| {
        let folder = Folder::sqlite();
        folder.write("rules.toml", RULES);
        folder.write("customers.csv", CUSTOMERS);
        folder.init();
        for (number, deed) in DEEDS.iter().enumerate() {
            if number == 14 {
                // Adopted by the operation to come.
                folder.write("rules.toml", format!("# more types are to come\n{RULES}"));
            }
            let done = folder.custcode(*deed).output().expect("custcode starts");
            let complaint = String::from_utf8_lossy(&done.stderr);
            assert!(done.status.success(), "{}: {complaint}", deed.join(" "));
        }
        let operations: i64 = connect(&folder)
            .query_row("SELECT max(id) FROM operations", [], |row| row.get(0))
            .expect("an answer");
        assert_eq!(operations, 16, "each deed is an operation");
        folder
    })
    .copy()
}

fn connect(folder: &Folder) -> Connection {
    Connection::open(folder.path("custcode.db")).expect("a file")
}

/// Does something to the ledger's file that no command would do.
#[track_caller]
fn tamper(folder: &Folder, sql: &str) {
    folder.unasked("it is edited in SQL");
    let ledger = connect(folder);
    ledger.execute_batch("PRAGMA foreign_keys = OFF").expect("a setting");
    ledger.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The check, through the library.
fn check(folder: &Path, request: &CheckRequest) -> Result<CheckReport, Error> {
    let places = Places { rules_flag: Some(folder.join("rules.toml")), ..Places::default() };
    let who = Who { actor: "li".into(), os_user: "li".into(), host: "office".into() };
    let now = "2026-11-22T01:00:00Z".parse().expect("a time");
    let patience = Patience { deadline: DEADLINE, notice: &|_| () };
    Workspace::find(&places)?.open(Access::Read, who, now, patience)?.check(request)
}

/// What the check finds, in short: kind, number of the operation, subject.
fn found(folder: &Folder) -> Vec<(String, Option<i64>, String)> {
    let report = check(&folder.path(""), &CheckRequest::default()).expect("a readable ledger");
    let short = |finding: custcode::registry::audit::check::Finding| {
        let operation = finding.operation.map(|(id, _)| id);
        (finding.kind.as_str().to_owned(), operation, format!("{}: {}", finding.subject, finding.what))
    };
    report.findings.into_iter().map(short).collect()
}

/// Demands that the check finds something of this kind and names this operation.
#[track_caller]
fn expect(folder: &Folder, sql: &str, kind: &str, operation: i64) {
    let found = found(folder);
    assert!(
        found.iter().any(|(is, of, _)| is == kind && *of == Some(operation)),
        "{sql}\nexpected: {kind} of operation {operation}\nfound: {found:#?}"
    );
}
