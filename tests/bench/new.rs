//! One `new` in a process of its own beside the `sqlite3` program doing the same transaction; an
//! empty and a full ledger.

use std::path::Path;
use std::time::Duration;

use super::Plan;
use super::measure::{compare, custcode, heading, median, program, quantile, timed, workplace};
use super::prepare;

/// The transaction of the peer.
pub(crate) const TRANSACTION: &str = include_str!("new.sql");

/// Compares.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("new");
    let [full, peer, empty] = ["full", "peer", "empty"].map(|name| folder.join(name));
    prepare::full_company(&full, plan.rows);
    issue(&full);
    prepare::twin(&full, &peer);
    prepare::company(&empty);
    issue(&empty);

    let (mut in_full, mut in_empty, mut by_peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs * 100 {
        in_full.push(issue(&full));
        by_peer.push(timed(program("sqlite3", &peer, &["-bail", "custcode.db", TRANSACTION])));
        in_empty.push(issue(&empty));
    }
    heading(&format!("one `new`, {} times, ledger of {}, beside sqlite3", plan.runs * 100, plan.rows));
    compare("median", median(&in_full), median(&by_peer), 1.2);
    compare("p99 (peer: own median)", quantile(&in_full, 0.99), median(&in_full), 3.0);
    compare("a full ledger (peer: own empty one)", median(&in_full), median(&in_empty), 1.1);
}

fn issue(folder: &Path) -> Duration {
    timed(custcode(folder, &["new", "--type", "vip", "--set", "industry=food", "--name", "华东机械有限公司"]))
}
