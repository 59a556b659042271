//! Sixty-four desks, fifty codes each, a process for every code: custcode's queue beside `SQLite`'s
//! `busy_timeout`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Plan;
use super::measure::{compare, custcode, heading, median, program, timed, workplace};
use super::new::TRANSACTION;
use super::prepare;

const DESKS: usize = 64;
const CODES: usize = 50;

/// Compares the longest wait for a code and the time for all of them.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("concurrency");
    let (own, peer) = (folder.join("own"), folder.join("peer"));
    let (mut waits, mut totals, mut peer_waits, mut peer_totals) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        prepare::company(&own);
        timed(custcode(&own, &["new", "--type", "vip", "--set", "industry=food"]));
        prepare::twin(&own, &peer);

        let (longest, total) =
            rush(&own, |folder| custcode(folder, &["new", "--type", "vip", "--set", "industry=food"]));
        waits.push(longest);
        totals.push(total);
        let (longest, total) = rush(&peer, |folder| {
            program("sqlite3", folder, &["-bail", "-cmd", ".timeout 600000", "custcode.db", TRANSACTION])
        });
        peer_waits.push(longest);
        peer_totals.push(total);

        for folder in [&own, &peer] {
            assert_eq!(codes(folder), (DESKS * CODES + 1).to_string(), "codes were lost");
        }
    }
    heading(&format!("{DESKS} desks × {CODES} codes, beside busy_timeout"));
    compare("longest wait", median(&waits), median(&peer_waits), 0.12);
    // Throughput of at least 0.9 times the peer's.
    compare("all of them", median(&totals), median(&peer_totals), 1.0 / 0.9);
}

/// Everybody at once; the longest that one code took, and all of them.
fn rush(folder: &Path, command: impl Fn(&Path) -> Command + Sync) -> (Duration, Duration) {
    let start = Instant::now();
    let longest = thread::scope(|scope| {
        let desks: Vec<_> = (0..DESKS)
            .map(|_| scope.spawn(|| (0..CODES).map(|_| timed(command(folder))).max().unwrap_or_default()))
            .collect();
        desks.into_iter().map(|desk| desk.join().expect("a desk finishes")).max()
    });
    (longest.unwrap_or_default(), start.elapsed())
}

/// How many codes the ledger holds.
fn codes(folder: &Path) -> String {
    let mut query = program("sqlite3", folder, &["custcode.db", "SELECT count(*) FROM codes"]);
    let output = query.stdout(Stdio::piped()).output().expect("sqlite3 is installed (tests/setup)");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
