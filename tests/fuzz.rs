//! The committed corpus of the fuzz targets, replayed: what was found once stays fixed. How to
//! fuzz: `tests/fuzz/Cargo.toml`.

pub(crate) mod targets;

use std::fs;

use crate::support::project;

/// Most files of one corpus, most bytes of one file and of all corpora: the suite replays them in
/// seconds.
const FILES: usize = 200;
const FILE: u64 = 64 * 1024;
const ALL: u64 = 2 * 1024 * 1024;

/// Runs `target` on every file of its corpus; a panic is preceded by the file's name.
#[expect(clippy::print_stdout, reason = "the runner shows it when the test fails, and only then")]
fn replay(name: &str, target: fn(&[u8])) {
    let folder = project().join("tests/fuzz/corpus").join(name);
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    for file in files {
        println!("{}", file.display());
        target(&fs::read(&file).expect("readable"));
    }
}

#[test]
fn rule_files() {
    replay("rules", targets::rules::run);
}

#[test]
fn patterns() {
    replay("patterns", targets::patterns::run);
}

#[test]
fn codes() {
    replay("codes", targets::codes::run);
}

#[test]
fn tables() {
    replay("tables", targets::tables::run);
}

#[test]
fn validation() {
    replay("validate", targets::validate::run);
}

#[test]
fn the_corpus_stays_small() {
    let mut all = 0;
    for folder in fs::read_dir(project().join("tests/fuzz/corpus")).expect("corpora") {
        let folder = folder.expect("readable").path();
        let sizes: Vec<u64> = fs::read_dir(&folder)
            .expect("a corpus")
            .map(|entry| entry.expect("readable").metadata().expect("readable").len())
            .collect();
        assert!(sizes.len() <= FILES, "{}: {} files", folder.display(), sizes.len());
        assert!(sizes.iter().all(|size| *size <= FILE), "{}: a large file", folder.display());
        all += sizes.iter().sum::<u64>();
    }
    assert!(all <= ALL, "{all} bytes");
}
