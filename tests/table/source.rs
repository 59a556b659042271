//! Sources: read twice, at the same time, and the same although the path has another file
//! meanwhile.

use std::fs;
use std::io::{ErrorKind, Read, Write};

use custcode::table::Source;

fn content(source: &Source) -> String {
    let mut text = String::new();
    source.reader().expect("a reader").read_to_string(&mut text).expect("read");
    text
}

#[test]
fn readers_are_independent_of_each_other() {
    let source = super::source(b"abcdef");
    let mut first = source.reader().expect("a reader");
    let mut begin = [0; 3];
    first.read_exact(&mut begin).expect("three bytes");
    assert_eq!(content(&source), "abcdef");
    let mut rest = String::new();
    first.read_to_string(&mut rest).expect("the rest");
    assert_eq!(rest, "def");
}

#[test]
fn a_file_replaced_by_another_is_read_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, new) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    fs::write(&path, "old").expect("written");
    let source = Source::open(path.to_str().expect("UTF-8")).expect("opened");
    fs::write(&new, "new one").expect("written");
    fs::rename(&new, &path).expect("replaced");
    assert_eq!(content(&source), "old");
    assert!(source.unchanged().expect("asked"));
}

#[test]
fn a_file_that_was_written_into_is_told() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"a\n1\n").expect("written");
    let source = Source::open(file.path().to_str().expect("UTF-8")).expect("opened");
    assert!(source.unchanged().expect("asked"));
    file.write_all(b"2\n").expect("appended");
    assert!(!source.unchanged().expect("asked"));
    assert_eq!(content(&source), "a\n1\n", "what was appended is not read");
}

#[test]
fn the_digest_is_that_of_the_bytes() {
    assert_eq!(
        super::source(b"abc").digest().expect("a digest"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        super::source(b"").digest().expect("a digest"),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!((super::source(b"").len(), super::source(b"").is_empty()), (0, true));
}

#[cfg(target_os = "linux")]
#[test]
fn what_can_be_read_once_is_kept_to_be_read_twice() {
    let source = Source::open("/proc/self/cmdline").expect("made up by the kernel");
    assert!(!source.is_empty());
    assert_eq!(content(&source), content(&source));
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("none.csv");
    let error = Source::open(missing.to_str().expect("UTF-8")).expect_err("missing");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = Source::open(folder.path().to_str().expect("UTF-8")).expect_err("a folder");
    assert_eq!(error.to_string(), "it is a folder, not a file");
}
