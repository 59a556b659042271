//! Import beside the [`floor`] of its own ledger, and beside `sqlite3 .import` of ready codes into
//! one table with the two UNIQUE constraints, as delivered.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Plan;
use super::floor;
use super::measure::{Run, compare, custcode, heading, memory, program, summary, weighed, workplace};
use super::prepare;

/// Compares: a full file into an empty ledger, a tenth more, the same file again; memory also for a
/// tenth of the rows.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("import");
    let (all, more) = (plan.rows, plan.rows / 10);
    let [own, peer, small, low] = ["own", "peer", "small", "floor"].map(|name| folder.join(name));
    fs::create_dir_all(&peer).expect("the workplace is writable");
    ready_codes(&own, &peer, all, more);

    let (mut first, mut coded, mut added, mut again, mut lean) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut peer_first, mut peer_added, mut floors) = (vec![], vec![], vec![]);
    for _ in 0..plan.runs {
        prepare::company(&own);
        prepare::customers_and_more(&own, all, more);
        coded.push(import(&own, &["all.csv", "-o", "coded.csv", "--force"]));
        prepare::company(&own);
        prepare::customers_and_more(&own, all, more);
        first.push(import(&own, &["all.csv"]));
        if floors.is_empty() {
            floor::prepare(&own, &low);
        }
        floors.push(floor::run(&low));
        make_table(&peer);
        peer_first.push(load(&peer, "all.csv"));
        again.push(import(&own, &["all.csv"]));
        settle();
        added.push(import(&own, &["more.csv"]));
        settle();
        peer_added.push(load(&peer, "more.csv"));

        prepare::company(&small);
        prepare::customers(&small.join("all.csv"), more);
        lean.push(import(&small, &["all.csv"]));
    }

    let (first, coded, added, again) = (summary(&first), summary(&coded), summary(&added), summary(&again));
    let (peer_first, floors) = (summary(&peer_first), summary(&floors));
    heading(&format!("import {all} customers, beside the floor of the same ledger"));
    compare("into an empty ledger", first.wall, floors.wall, 1.25);
    compare("the same with -o coded.csv", coded.wall, floors.wall, 1.35);
    heading(&format!("import {all} customers, beside sqlite3 .import of ready codes"));
    compare("into an empty ledger", first.wall, peer_first.wall, f64::INFINITY);
    compare("the same with -o coded.csv", coded.wall, peer_first.wall, 0.75);
    compare(&format!("{more} more"), added.wall, summary(&peer_added).wall, 0.9);
    compare("the same file again (peer: own first import)", again.wall, first.wall, 1.2);
    memory(&format!("peak, {all} rows"), first, 64);
    memory(&format!("peak, {more} more"), added, 64);
    memory(&format!("peak, {more} rows"), summary(&lean), 64);
    memory("peak, the same file again", again, 64);
}

fn import(folder: &Path, arguments: &[&str]) -> Run {
    let arguments: Vec<&str> = ["import"].iter().chain(arguments).copied().collect();
    weighed(&custcode(folder, &arguments), None, &folder.join("printed"), &[0])
}

/// What earlier runs left in the page cache goes to the disk at nobody's expense.
fn settle() {
    run_to_end(program("sync", Path::new("/"), &[]));
}

/// Files of the peer: the rows with their codes, as custcode gave them back.
fn ready_codes(own: &Path, peer: &Path, all: u64, more: u64) {
    prepare::company(own);
    prepare::customers_and_more(own, all, more);
    for name in ["all.csv", "more.csv"] {
        import(own, &[name, "-o", "coded.csv", "--force"]);
        fs::rename(own.join("coded.csv"), peer.join(name)).expect("the import wrote its output");
    }
}

/// One table with a column for each of the file, code and reference UNIQUE.
fn make_table(peer: &Path) {
    let _ = fs::remove_file(peer.join("peer.db"));
    let text = fs::read_to_string(peer.join("all.csv")).expect("the file was made");
    let header = text.lines().next().expect("the file has a header").trim_start_matches('\u{feff}');
    let columns: Vec<_> = header
        .split(',')
        .map(|name| match name {
            "外部编号" | "ref" | "客户编码" | "code" => format!("\"{name}\" TEXT UNIQUE"),
            _ => format!("\"{name}\" TEXT"),
        })
        .collect();
    let table = format!("CREATE TABLE customers ({})", columns.join(", "));
    assert_eq!(table.matches("UNIQUE").count(), 2, "code and reference have columns: {header}");
    run_to_end(program("sqlite3", peer, &["peer.db", &table]));
}

fn load(peer: &Path, file: &str) -> Run {
    let line = format!(".import --csv --skip 1 {file} customers");
    weighed(&program("sqlite3", peer, &["peer.db", &line]), None, &peer.join("printed"), &[0])
}

fn run_to_end(command: Command) {
    super::measure::timed(command);
}
