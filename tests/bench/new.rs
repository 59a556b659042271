//! One `new` in a process of its own beside the `sqlite3` program doing the same transaction; an
//! empty and a full ledger.

use std::path::Path;
use std::time::Duration;

use super::Plan;
use super::measure::{compare, custcode, heading, median, program, quantile, timed, workplace};
use super::prepare;

/// The transaction of the peer.
pub(crate) const TRANSACTION: &str = include_str!("new.sql");

/// Whom the peer adds; each time another.
const NAME: &str = "华东机械有限公司";

/// Compares.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("new");
    let [full, peer, empty] = ["full", "peer", "empty"].map(|name| folder.join(name));
    prepare::full_company(&full, plan.rows);
    let mut names = (1..).map(|number| format!("华东机械{number}有限公司"));
    let mut name = || names.next().expect("as many as are wanted");
    issue(&full, &name());
    prepare::twin(&full, &peer);
    prepare::company(&empty);
    issue(&empty, &name());

    let (mut in_full, mut in_empty, mut by_peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs * 100 {
        let name = name();
        in_full.push(issue(&full, &name));
        let transaction = TRANSACTION.replace(NAME, &name);
        by_peer.push(timed(program("sqlite3", &peer, &["-bail", "custcode.db", &transaction])));
        in_empty.push(issue(&empty, &name));
    }
    heading(&format!("one `new`, {} times, ledger of {}, beside sqlite3", plan.runs * 100, plan.rows));
    compare("median", median(&in_full), median(&by_peer), 1.15);
    compare("p99 (peer: own median)", quantile(&in_full, 0.99), median(&in_full), 3.0);
    compare("a full ledger (peer: own empty one)", median(&in_full), median(&in_empty), 1.1);
}

fn issue(folder: &Path, name: &str) -> Duration {
    timed(custcode(folder, &["new", "--type", "vip", "--set", "industry=food", "--name", name]))
}
