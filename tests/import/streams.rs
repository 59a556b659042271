//! Pipes and signals: what is read from a pipe is private, what is written to one is kept already,
//! and Ctrl-C undoes all.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::{company, customers, ledger};
use crate::support::{Folder, Ledger, Tables};

fn make_pipe(folder: &Folder, name: &str) {
    let made = Command::new("mkfifo").arg(folder.path(name)).status().expect("mkfifo runs");
    assert!(made.success());
}

/// A company with a file of so many customers.
fn with_file(rows: usize) -> Folder {
    let rules = super::RULES.replace("D{date:%Y%m%d}-{seq:3}", "D{date:%Y%m%d}-{seq:7}");
    crate::support::Test::new().rules(&rules).file("a.csv", customers(rows)).args(["list"]).run().folder
}

#[cfg(target_os = "linux")]
#[test]
fn what_comes_from_a_pipe_is_kept_in_a_private_file() {
    use std::os::unix::fs::PermissionsExt;

    let folder = company().args(["list"]).run().folder;
    let mut child = folder
        .custcode(["import", "-", "-q"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("custcode starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(b"name,type,industry\n").expect("written");
    let handles = format!("/proc/{}/fd", child.id());
    let spool = loop {
        let mut handles = fs::read_dir(&handles).expect("the process runs").filter_map(Result::ok);
        let temporary = handles.find(|handle| {
            let target = fs::read_link(handle.path()).unwrap_or_default();
            target.to_string_lossy().contains("/tmp/") && target.to_string_lossy().ends_with("(deleted)")
        });
        match temporary {
            Some(handle) => break handle.path(),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let mode = fs::metadata(spool).expect("an open file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(pipe);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_pipe_reads_codes_only_when_they_are_kept() {
    let folder = with_file(3);
    make_pipe(&folder, "pipe");
    let mut child = folder
        .custcode(["import", "a.csv", "--rule", "dated", "-q", "-o", "pipe"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("custcode starts");
    let mut pipe = fs::File::open(folder.path("pipe")).expect("custcode writes");
    let mut first = [0; 1];
    pipe.read_exact(&mut first).expect("a byte");
    // The reader takes its time, but the codes are in the ledger.
    assert_eq!(Ledger::sound_in(&folder, "while the pipe is read").customers, 3);
    let mut rest = String::new();
    pipe.read_to_string(&mut rest).expect("the rest");
    assert!(rest.ends_with("K3,客户3,D20261122-0000003\n"), "{rest}");
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn ctrl_c_leaves_everything_as_it_was() {
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = with_file(20_000);
        make_pipe(&folder, "pipe");
        let before = Tables::image(&folder);
        let mut child = folder
            .custcode(["import", "a.csv", "--rule", "dated", "-o", "pipe"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("custcode starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        stderr.read_line(&mut line).expect("the mapping");
        assert_eq!(line, "ref → ref\n");
        // It waits for a reader of its output now, or soon.
        let process = Pid::from_child(&child);
        kill_process(process, signal).expect("it runs");
        let mut output = String::new();
        fs::File::open(folder.path("pipe")).expect("opened").read_to_string(&mut output).expect("read");
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("read");
        assert_eq!(child.wait().expect("it ends").code(), Some(status), "{rest}");
        assert_eq!(rest, "name → name\nerror: interrupted; nothing was written\n");
        assert_eq!(output, "");
        assert!(Tables::image(&folder) == before);
        assert_eq!(folder.leftovers(), [""; 0]);
        let list = ledger(crate::support::Test::within(folder));
        assert_eq!(list, "code,ref,name,date,type,industry,region\n");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = with_file(20_000);
    let mut child = folder
        .custcode(["import", "a.csv", "--rule", "dated", "-q", "-o", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("custcode starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert_eq!(line, "ref,name,code\n");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    assert_eq!(Ledger::sound_in(&folder, "after head").customers, 20_000);
}
