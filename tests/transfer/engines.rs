//! From SQLite to PostgreSQL and back: the same ledger, the same numbers a table, the same next
//! code.

use std::process::{Child, Stdio};

use custcode::store::Location;

use super::{company, content, content_at, many_customers, must, refused, run, sound};
use crate::faults::killer::Killer;
use crate::support::cluster::Database;
use crate::support::{Cluster, Folder};

/// Rounds with the suite, and when asked for all.
const FEW: u32 = 8;
const ALL: u32 = 120;

fn place(database: &Database) -> Location {
    Location::parse(database.url()).expect("an address")
}

/// A company with enough customers for several batches.
fn large() -> Folder {
    let folder = company();
    folder.write("many.csv", many_customers(3_000));
    must(&folder, &["import", "many.csv"]);
    folder
}

#[test]
fn there_and_back_between_engines_it_is_the_same_ledger() {
    let (folder, database) = (large(), Cluster::shared().database());
    let url = database.url();
    let before = content(&folder.path("custcode.db"));
    must(&folder, &["store", "copy", "custcode.db", url]);
    assert_eq!(content_at(&place(&database)), before);
    let complaint = refused(&folder, &["new", "--type", "vip", "--store", url], 4);
    assert!(complaint.contains("copy of [DIR]/custcode.db, made "), "{complaint}");
    must(&folder, &["store", "copy", url, "back.db"]);
    assert_eq!(content(&folder.path("back.db")), before);
    sound(&folder.path("back.db"), "back");
    assert_eq!(must(&folder, &["export", "--store", url]), must(&folder, &["export"]));
}

#[test]
fn a_move_goes_on_with_the_next_number_and_the_next_ids() {
    let (folder, database) = (large(), Cluster::shared().database());
    let url = database.url();
    must(&folder, &["store", "copy", "--fence", "custcode.db", url]);
    refused(&folder, &["new", "--type", "vip"], 4);
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", url]), "013003\n");
    must(&folder, &["edit", "013003", "--name", "A", "--attr", "fax=1", "--store", url]);
    must(&folder, &["new", "--type", "regular", "--count", "6000", "--store", url]);
    must(&folder, &["store", "copy", "--fence", url, "home.db"]);
    refused(&folder, &["new", "--type", "vip", "--store", url], 4);
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", "home.db"]), "013004\n");
    sound(&folder.path("home.db"), "home again");
}

#[test]
fn a_backup_serves_both_engines() {
    let (folder, cluster) = (large(), Cluster::shared());
    let (one, two) = (cluster.database(), cluster.database());
    must(&folder, &["store", "backup", "a.bak"]);
    must(&folder, &["store", "restore", "a.bak", "--store", one.url()]);
    must(&folder, &["store", "backup", "b.bak", "--store", one.url()]);
    assert_eq!(content(&folder.path("a.bak")), content(&folder.path("b.bak")));
    assert_eq!(content_at(&place(&one)), content(&folder.path("b.bak")));
    must(&folder, &["store", "restore", "b.bak", "--store", "r.db"]);
    must(&folder, &["store", "restore", "b.bak", "--store", two.url()]);
    for ledger in ["r.db", one.url(), two.url()] {
        must(
            &folder,
            &["store", "unfence", "--at-least", "013010", "--nothing-lost", "--yes", "--store", ledger],
        );
        assert_eq!(must(&folder, &["new", "--type", "vip", "--store", ledger]), "013011\n");
    }
    let complaint = refused(&folder, &["store", "restore", "b.bak", "--store", one.url()], 4);
    assert!(complaint.contains("is there already; nothing is written over it"), "{complaint}");
}

#[test]
fn a_tampered_backup_leaves_the_database_empty() {
    let (folder, database) = (company(), Cluster::shared().database());
    must(&folder, &["store", "backup", "b.bak"]);
    let mut bytes = std::fs::read(folder.path("b.bak")).expect("a backup");
    let code = bytes.windows(6).position(|window| window == b"010001").expect("a code");
    bytes[code + 5] = b'9';
    folder.write("bad.bak", bytes);
    refused(&folder, &["store", "restore", "bad.bak", "--store", database.url()], 3);
    refused(&folder, &["list", "--store", database.url()], 3);
    must(&folder, &["store", "restore", "b.bak", "--store", database.url()]);
}

fn start(folder: &Folder, args: &[&str]) -> Child {
    folder.custcode(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("custcode starts")
}

/// Disturbs a copy into a fresh database until `disturb` has hit it `hits` times; repeated, it
/// comes to its end.
fn disturbed(hits: u32, disturb: &mut dyn FnMut(Child, &Database) -> bool) {
    let (folder, cluster) = (large(), Cluster::shared());
    let before = content(&folder.path("custcode.db"));
    let mut landed = 0;
    while landed < hits {
        let database = cluster.database();
        let url = database.url();
        let copy = ["store", "copy", "custcode.db", url];
        if !disturb(start(&folder, &copy), &database) {
            continue;
        }
        landed += 1;
        let status = run(&folder, &["new", "--type", "vip", "--store", url]).status.code();
        assert!(matches!(status, Some(3 | 4)), "hit {landed}: {status:?}");
        must(&folder, &copy);
        assert_eq!(content_at(&place(&database)), before, "hit {landed}");
        assert_eq!(content(&folder.path("custcode.db")), before, "hit {landed}");
    }
}

fn killer() -> Killer {
    let (folder, database) = (large(), Cluster::shared().database());
    Killer::measuring(start(&folder, &["store", "copy", "custcode.db", database.url()]), 31)
}

fn killed(kills: u32) {
    let mut killer = killer();
    disturbed(kills, &mut |child, _| killer.strike(child));
}

fn cut_off(cuts: u32) {
    const CUT: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1 \
        AND pid <> pg_backend_pid()";
    let mut killer = killer();
    let mut client = Cluster::shared().client("postgres");
    disturbed(cuts, &mut |child, database| {
        killer.wait();
        client.query_one(CUT, &[&database.name()]).expect("a superuser may cut connections off");
        let ended = child.wait_with_output().expect("it ends");
        // A connection that was cut before anything was done is replaced, and nobody need know.
        let complaint = String::from_utf8_lossy(&ended.stderr);
        assert!(matches!(ended.status.code(), Some(0 | 5)), "{}: {complaint}", ended.status);
        ended.status.code() == Some(5)
    });
}

#[test]
fn a_copy_killed_on_its_way_is_refused_or_ended_by_repeating_it() {
    killed(FEW);
}

#[test]
fn a_copy_whose_connection_is_cut_is_ended_by_repeating_it() {
    cut_off(FEW);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_copies_killed_and_cut_off_on_their_way() {
    killed(ALL);
    cut_off(ALL);
}
