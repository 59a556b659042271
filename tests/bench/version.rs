//! `custcode --version` beside a Rust process that does nothing.

use std::path::Path;

use super::Plan;
use super::measure::{compare, custcode, heading, median, program, timed, workplace};

/// Compares.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("version");
    let empty = empty_program(&folder);
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs * 100 {
        own.push(timed(custcode(&folder, &["--version"])));
        peer.push(timed(program(&empty, &folder, &[])));
    }
    heading("start, beside an empty Rust process");
    compare("--version", median(&own), median(&peer), 1.5);
}

/// Compiles `fn main() {}` and gives its path.
fn empty_program(folder: &Path) -> String {
    let source = folder.join("empty.rs");
    std::fs::write(&source, "fn main() {}\n").expect("the workplace is writable");
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    timed(program(&compiler, folder, &["-O", "-C", "strip=symbols", "empty.rs"]));
    folder.join("empty").display().to_string()
}
