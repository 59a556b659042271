//! Output files: whole or absent, private, and nothing swallowed.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use custcode::table::{Encoding, Format, OutputFile, RowWriter};

/// Names in a folder, hidden ones included.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn a_file_appears_whole_and_private() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("vip.csv");
    fs::write(&target, "before").expect("written");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o666)).expect("opened to all");

    let mut output = OutputFile::create(&target).expect("created");
    output.write_all(b"after").expect("written");
    output.seal().expect("sealed");
    assert_eq!(fs::read_to_string(&target).expect("read"), "before");
    assert!(names(folder.path())[0].starts_with('.'), "{:?}", names(folder.path()));

    output.publish().expect("published");
    assert_eq!(fs::read_to_string(&target).expect("read"), "after");
    assert_eq!(fs::metadata(&target).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(names(folder.path()), ["vip.csv"]);
}

#[test]
fn a_file_that_is_not_published_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut output = OutputFile::create(&folder.path().join("vip.csv")).expect("created");
    output.write_all(b"half").expect("written");
    drop(output);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn places_that_cannot_be_written_are_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("file.csv"), folder.path().join("link.csv"));
    fs::write(&file, "kept").expect("written");
    symlink(&file, &link).expect("linked");
    let refused = |target: &Path| OutputFile::create(target).err().expect("refused");

    assert_eq!(refused(&link).to_string(), "it is a symbolic link; name the file it points to");
    symlink(folder.path().join("nowhere"), folder.path().join("dangling")).expect("linked");
    assert_eq!(refused(&folder.path().join("dangling")).kind(), ErrorKind::InvalidInput);
    assert_eq!(refused(folder.path()).to_string(), "it is a folder");
    assert_eq!(refused(&folder.path().join("none/vip.csv")).kind(), ErrorKind::NotFound);
    assert_eq!(refused(&file.join("vip.csv")).kind(), ErrorKind::NotADirectory);
    assert_eq!(refused(Path::new("")).to_string(), "it names no file");
    assert_eq!(fs::read_to_string(&file).expect("read"), "kept");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error_and_the_null_device_is_not() {
    let write = |target: &str| {
        let output = OutputFile::create(Path::new(target))?;
        let mut writer = RowWriter::new(output, Format::Csv, Encoding::Utf8, false, &["a"])?;
        writer.row(&[Some("1")])?;
        writer.finish()?.publish()
    };
    assert_eq!(write("/dev/full").expect_err("no space").kind(), ErrorKind::StorageFull);
    write("/dev/null").expect("everything goes there");
}

#[test]
fn a_pipe_gets_everything_at_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).expect("read")
    });
    let mut output = OutputFile::create(&pipe).expect("opened");
    output.write_all(b"a\n1\n").expect("written");
    output.publish().expect("closed");
    assert_eq!(reader.join().expect("a reader"), "a\n1\n");
}
