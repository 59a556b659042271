//! What custcode promises, written small, slow and obvious, and random inputs on which the program
//! and the model must agree.
//!
//! The suite tries seeds 0, 1, 2 … of each model. `sh tests/run --long` tries fresh ones for twenty
//! minutes a model, and `CUSTCODE_TEST_SEED=N sh tests/run models::NAME` the one that failed.

mod histories;
mod imports;
mod rules;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::support::Random;

/// How long fresh seeds of one model are tried where the long run is asked for.
const LONG: Duration = Duration::from_mins(20);

/// Calls `check` once for each seed: `count` fixed ones, or what the environment asks for. A seed
/// that fails is printed.
#[expect(clippy::print_stderr, reason = "the runner shows it when the test fails, and in the long run")]
fn with_seeds(count: u64, mut check: impl FnMut(&mut Random)) {
    let mut attempt = |seed: u64| {
        let tried = catch_unwind(AssertUnwindSafe(|| check(&mut Random::new(seed))));
        if let Err(failure) = tried {
            eprintln!("failed with CUSTCODE_TEST_SEED={seed}");
            resume_unwind(failure);
        }
    };
    if let Some(seed) = std::env::var("CUSTCODE_TEST_SEED").ok().and_then(|seed| seed.parse().ok()) {
        attempt(seed);
    } else if std::env::var_os("CUSTCODE_TEST_LONG").is_some() {
        let start = Instant::now();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
        let first = now.as_secs() << 20;
        let mut tried = 0;
        while start.elapsed() < LONG {
            attempt(first + tried);
            tried += 1;
        }
        eprintln!("{tried} fresh seeds, from {first} on");
    } else {
        (0..count).for_each(attempt);
    }
}
