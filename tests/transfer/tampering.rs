//! A backup that is not as it was written is refused, with the line, and nothing is made of it.

use std::path::Path;

use custcode::registry::transfer::restore::restore;
use custcode::store::{Location, Options};
use custcode::table::Source;

use super::{Nobody, company, must, refused};
use crate::support::{Folder, Random};

/// A company with its backup in `b.jsonl`.
fn saved() -> (Folder, Vec<u8>) {
    let folder = company();
    must(&folder, &["store", "backup", "b.jsonl"]);
    let bytes = folder.read("b.jsonl").into_bytes();
    (folder, bytes)
}

/// What restoring these bytes is refused with; nothing is left of it.
#[track_caller]
fn complaint(folder: &Folder, bytes: &[u8]) -> Option<String> {
    let (file, target) = (folder.path("tampered.jsonl"), folder.path("r.db"));
    std::fs::write(&file, bytes).expect("written");
    let source = Source::open(&file.display().to_string()).expect("a file");
    let done = restore(&source, &Location::Sqlite(target.clone()), &Options::default(), &mut Nobody);
    let error = done.err()?.to_string();
    assert!(!target.exists(), "{error}");
    let line =
        error.strip_prefix(&format!("{}:", file.display())).unwrap_or_else(|| panic!("no line: {error}"));
    assert!(line.starts_with(|character: char| character.is_ascii_digit()), "no line: {error}");
    Some(error)
}

#[test]
fn every_flipped_bit_is_seen() {
    let (folder, good) = saved();
    let mut random = Random::new(5);
    let first_line = good.iter().position(|byte| *byte == b'\n').expect("lines");
    for round in 0..400 {
        let mut bytes = good.clone();
        // Every byte of the first line, which no table's digest covers, then any.
        let place = if round < 100 {
            round * first_line / 100
        } else {
            usize::try_from(random.below(good.len() as u64)).expect("fits")
        };
        bytes[place] ^= 1 << random.below(8);
        let refused = complaint(&folder, &bytes);
        assert!(refused.is_some(), "byte {place} of {}", good.len());
    }
}

#[test]
fn every_cut_is_seen() {
    let (folder, good) = saved();
    let lines: Vec<usize> =
        good.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1).collect();
    let mut random = Random::new(6);
    let within = (0..60).map(|_| usize::try_from(random.below(good.len() as u64)).expect("fits"));
    for length in lines[..lines.len() - 1].iter().copied().chain(within).filter(|length| *length > 0) {
        assert!(complaint(&folder, &good[..length]).is_some(), "{length} of {} bytes", good.len());
    }
}

#[test]
fn lines_that_were_moved_are_seen() {
    let (folder, good) = saved();
    let text = String::from_utf8(good).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let codes = lines.iter().position(|line| line.starts_with("{\"table\":\"codes\"")).expect("a title") + 1;
    let joined = |lines: &[&str]| format!("{}\n", lines.join("\n")).into_bytes();
    let mut swapped = lines.clone();
    swapped.swap(codes, codes + 1);
    let mut twice = lines.clone();
    twice.insert(codes, lines[codes]);
    let mut less = lines.clone();
    less.remove(codes);
    let mut more = lines.clone();
    more.push("[1]");
    let mut without_table = lines.clone();
    without_table.remove(codes - 1);
    for (tampered, reason) in [
        (swapped, "table codes: a row of lines"),
        (twice, "table codes ends here with 5 rows, but had 4"),
        (less, "table codes ends here with 3 rows, but had 4"),
        (more, "something stands behind the last line"),
        (without_table, "8 values under 2 columns"),
    ] {
        let error = complaint(&folder, &joined(&tampered)).expect("a refusal");
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn the_line_is_named_and_the_status_is_that_of_a_broken_file() {
    let (folder, good) = saved();
    let text = String::from_utf8(good).expect("text").replace("[1,\"010001\"", "[1,010001\"");
    folder.write("bad.jsonl", text);
    let complaint = refused(&folder, &["store", "restore", "bad.jsonl", "--store", "r.db"], 3);
    let line =
        folder.read("bad.jsonl").lines().position(|line| line.starts_with("[1,010001")).expect("the line")
            + 1;
    assert!(complaint.starts_with(&format!("error: bad.jsonl:{line}: not a row: ")), "{complaint}");
    assert!(
        complaint.ends_with("hint: take an older backup, or a copy of this one from elsewhere\n"),
        "{complaint}"
    );
    assert!(!folder.path("r.db").exists());
}

#[test]
fn other_files_are_no_backups() {
    let (folder, _) = saved();
    folder.write("customers.csv", "name\nA\n");
    folder.write("empty", "");
    folder.write("newer.jsonl", "{\"custcode_backup\":2}\n");
    for (file, reason) in [
        ("customers.csv", "no backup of custcode: the first line does not say so"),
        ("empty", "the file ends here without its last line: it was cut off"),
        ("newer.jsonl", "a backup of format 2, this program knows 1; use a newer custcode"),
        ("custcode.db", "custcode.db:1: "),
    ] {
        let complaint = refused(&folder, &["store", "restore", file, "--store", "r.db"], 3);
        assert!(complaint.contains(reason), "{complaint}");
    }
    assert!(!Path::new(&folder.path("r.db")).exists());
}
