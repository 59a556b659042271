//! custcode beside its peers, in one run, interleaved:
//! `cargo bench --bench speed --
//! [import|export|new|validate|check|concurrency|postgres|version|all] [--rows N] [--runs N]
//! [--desks N]`; without words, all of them.
//!
//! It prints medians, ratios and the goal of each; a machine's own speed cancels out. It asserts
//! nothing about time.

mod check;
mod codes;
mod concurrency;
mod customers;
mod export;
mod floor;
mod import;
mod measure;
mod new;
mod postgres;
mod prepare;
mod random;
mod validate;
mod version;

#[path = "../support"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support {
    pub(crate) mod cluster;
}

use std::path::Path;
use std::process::ExitCode;

/// How much is measured.
pub(crate) struct Plan {
    /// Customers in a file or ledger.
    pub(crate) rows: u64,
    /// Runs of each side; single commands of some milliseconds run a hundred times as often.
    pub(crate) runs: usize,
    /// Who issue at once from PostgreSQL; where it is not said, several numbers of them, and an
    /// import.
    pub(crate) desks: Option<u64>,
}

/// Runs every comparison.
const ALL: &str = "all";

/// A name and what it runs.
type Comparison = (&'static str, fn(&Plan));

const COMPARISONS: &[Comparison] = &[
    ("version", version::run),
    ("validate", validate::run),
    ("check", check::run),
    ("import", import::run),
    ("export", export::run),
    ("new", new::run),
    ("concurrency", concurrency::run),
    ("postgres", postgres::run),
];

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, rows, tables, ledger] = words.as_slice()
        && word == floor::WORD
    {
        floor::write(Path::new(rows), Path::new(tables), Path::new(ledger))
            .expect("the floor can be written");
        return ExitCode::SUCCESS;
    }
    let number = |flag: &str| {
        let at = words.iter().position(|word| word == flag)?;
        words.get(at + 1)?.replace('_', "").parse::<u64>().ok()
    };
    let plan = Plan {
        rows: number("--rows").unwrap_or(1_000_000),
        runs: number("--runs").and_then(|runs| runs.try_into().ok()).unwrap_or(5),
        desks: number("--desks"),
    };
    let wanted = words.first().filter(|word| !word.starts_with('-')).map_or(ALL, String::as_str);
    let mut found = false;
    for (name, run) in COMPARISONS {
        if wanted == *name || wanted == ALL {
            run(&plan);
            found = true;
        }
    }
    if found {
        return ExitCode::SUCCESS;
    }
    measure::say(
        "usage: speed [import|export|new|validate|check|concurrency|postgres|version|all] \
         [--rows N] [--runs N] [--desks N]",
    );
    ExitCode::from(2)
}
