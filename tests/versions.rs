//! Rules that change: what a change would do, how it is adopted, and numbers that get wider.

mod widening;

use crate::support::test::Done;

/// The ledger passes its check.
#[track_caller]
fn whole(done: Done) -> Done {
    done.then().args(["store", "check"]).stderr_like("[..]\n").stdout_like("...\n").run()
}
