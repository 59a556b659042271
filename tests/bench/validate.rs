//! Checking ten million codes beside `grep -cE` of their shape in the C locale, which sees no check
//! character.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::Plan;
use super::codes;
use super::measure::{compare, custcode, heading, memory, program, summary, weighed, workplace};
use super::random::Random;

/// The shape that `rules.toml` prints.
const SHAPE: &str = "^0[1-3][A-E][0-9]{7}[0-9A-Z]$";

/// Compares; there are ten codes for every row of the plan.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("validate");
    std::fs::write(folder.join("rules.toml"), include_str!("rules.toml")).expect("the workplace is writable");
    let input = folder.join("codes.txt");
    let damaged = write_codes(&input, plan.rows * 10);

    let counting = custcode(&folder, &["validate", "--quiet", "-"]);
    let verdicts = custcode(&folder, &["validate", "--format", "plain", "-"]);
    let grep = program("grep", &folder, &["-cE", SHAPE]);
    let (mut own, mut told, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        // Damaged codes are there, so the answer is no: exit 1.
        own.push(weighed(&counting, Some(&input), &folder.join("count"), &[1]));
        peer.push(weighed(&grep, Some(&input), &folder.join("grep"), &[0]));
        told.push(weighed(&verdicts, Some(&input), &folder.join("verdicts"), &[1]));
    }
    assert_eq!(invalid_lines(&folder.join("verdicts")), damaged, "the verdicts are wrong");

    let (own, told, peer) = (summary(&own), summary(&told), summary(&peer));
    heading(&format!("validate {} codes, beside LC_ALL=C grep -cE", plan.rows * 10));
    compare("counting (--quiet)", own.wall, peer.wall, 0.9);
    compare("a verdict line each", told.wall, peer.wall, 1.6);
    memory("peak, counting", own, 16);
    memory("peak, verdicts", told, 16);
}

/// Writes the codes and gives how many were damaged.
fn write_codes(path: &Path, rows: u64) -> usize {
    let mut out = BufWriter::new(File::create(path).expect("the workplace is writable"));
    let mut random = Random::new(1);
    let mut damaged = 0;
    for index in 0..rows {
        let (code, whole) = codes::code(index, &mut random);
        damaged += usize::from(!whole);
        out.write_all(&code).and_then(|()| out.write_all(b"\n")).expect("the workplace is writable");
    }
    out.flush().expect("the workplace is writable");
    damaged
}

fn invalid_lines(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).expect("verdicts are text");
    text.lines().filter(|line| line.split('\t').nth(1) == Some("invalid")).count()
}
