//! Files of other systems as they are: what their columns mean, and files that are not understood,
//! for which no number is spent.

mod codes;
mod dates;
mod dialect;
mod explain;
mod identity;
mod names;
mod no_customers;
mod returned;

use serde_json::Value;

use crate::support::Test;

/// Rules that print nothing but a number.
fn counted() -> Test {
    Test::new().rules("custcode = 1\n[rules.customer]\npattern = \"K{seq:5}\"\n")
}

/// The answer of `import FILE --explain --json` about a file of this content, with its exit status.
#[track_caller]
fn explained(content: &str, status: i32) -> Value {
    let stderr = if status == 0 { "" } else { "...\n" };
    let done = counted()
        .file("a.csv", content)
        .args(["import", "a.csv", "--explain", "--json"])
        .stdout_like("...\n")
        .stderr_like(stderr)
        .status(status)
        .run();
    serde_json::from_str(&done.stdout).expect("JSON")
}
