//! One `new` meets a kill, EIO or ENOSPC at every one of its system calls; `strace` injects them.
//!
//! strace counts per system call and thread, so "the third fsync" is a point; all points together are the whole run.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;

use super::{BEFORE, company, issue, lines, sound, strangers};
use crate::support::{Engine, Folder, Ledger, engine, skipped_on_postgres};

/// A command that adds `customers` and can be repeated.
struct Deed {
    args: &'static [&'static str],
    customers: u64,
    codes: fn(&Ledger) -> Vec<String>,
}

const ONE: Deed = Deed {
    args: &["new", "--type", "vip", "--set", "industry=food", "--name", "华东机械有限公司", "--ref", "CRM:1"],
    customers: 1,
    codes: |ledger| ledger.references.get("CRM:1").cloned().into_iter().collect(),
};
const BATCH: Deed = Deed {
    args: &["new", "--type", "vip", "--set", "industry=food", "--count", "5", "--request-id", "batch-17"],
    customers: 5,
    codes: |ledger| ledger.requests.get("batch-17").cloned().unwrap_or_default(),
};

/// System calls that make or change something outside the process.
pub(super) const CHANGING: &[&str] = &[
    "fallocate",
    "fchmod",
    "fdatasync",
    "flock",
    "fsync",
    "ftruncate",
    "linkat",
    "mkdir",
    "openat",
    "pwrite64",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "write",
    "writev",
];
const NETWORK: &[&str] = &["connect", "recvfrom", "sendto"];
const READING: &[&str] = &["fstat", "newfstatat", "pread64", "read", "statx"];

#[test]
fn new_killed_at_any_system_call_loses_nothing() {
    every_point(&ONE, "signal=KILL", |_| true);
}

#[test]
fn batch_killed_at_any_change_loses_nothing() {
    every_point(&BATCH, "signal=KILL", |call| CHANGING.contains(&call));
}

#[test]
fn new_on_a_failing_disk_loses_nothing() {
    if skipped_on_postgres("the disk is the server's") {
        return;
    }
    every_point(&ONE, "error=EIO", |call| CHANGING.contains(&call) || READING.contains(&call));
}

#[test]
fn new_on_a_full_disk_loses_nothing() {
    if skipped_on_postgres("the disk is the server's") {
        return;
    }
    every_point(&ONE, "error=ENOSPC", |call| CHANGING.contains(&call));
}

#[test]
fn new_on_a_failing_network_loses_nothing() {
    if engine() == Engine::Sqlite {
        return;
    }
    every_point(&ONE, "error=ECONNRESET", |call| NETWORK.contains(&call));
}

/// Does `deed` once for every point of the chosen system calls, with the fault at that point.
#[track_caller]
fn every_point(deed: &Deed, fault: &str, chosen: impl Fn(&str) -> bool) {
    let base = company();
    let mut points = 0;
    for (call, times) in system_calls(&base.copy(), deed.args) {
        if !chosen(&call) {
            continue;
        }
        for time in 1..=times {
            outlive(&base.copy(), deed, &call, &format!("inject={call}:{fault}:when={time}"));
            points += 1;
        }
    }
    assert!(points >= 10, "only {points} points: strace shows too little");
}

/// One fault, what it left, and the retry.
#[track_caller]
fn outlive(world: &Folder, deed: &Deed, call: &str, fault: &str) {
    let output = traced(world, deed.args, &["-e", &format!("trace={call}"), "-e", fault]);
    let printed = lines(&output.stdout);
    let found = sound(world, fault);
    let kept = (deed.codes)(&found);
    assert!(kept.is_empty() || kept.len() as u64 == deed.customers, "{fault}: half of it is there: {kept:?}");
    assert_eq!(found.customers, BEFORE + kept.len() as u64, "{fault}");
    assert!(
        kept.starts_with(&printed)
            || fault.contains("KILL") && printed.iter().all(|code| in_part(code, &kept)),
        "{fault}: printed {printed:?}, kept {kept:?}"
    );
    let complaint = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        assert_eq!(printed, kept, "{fault}: success without its codes");
        assert!(!kept.is_empty(), "{fault}: success without a code");
    } else if !fault.contains("KILL") {
        assert_eq!(output.status.signal(), None, "{fault}: {complaint}");
        assert_ne!(output.status.code(), Some(101), "{fault}: panic: {complaint}");
    }

    let again = issue(world, deed.args);
    let after = sound(world, fault);
    assert_eq!(again, (deed.codes)(&after), "{fault}: the retry");
    assert!(kept.is_empty() || again == kept, "{fault}: kept {kept:?}, but the retry gave {again:?}");
    assert_eq!(after.customers, BEFORE + deed.customers, "{fault}: the retry");
    let strangers = strangers(world, &["trace"]);
    assert!(strangers.is_empty(), "{fault}: {strangers:?}");
}

/// Whether a line that a kill may have cut short begins a code of the ledger.
fn in_part(printed: &str, kept: &[String]) -> bool {
    kept.iter().any(|code| code.starts_with(printed))
}

/// How often each system call is made, at most by one thread.
pub(super) fn system_calls(world: &Folder, args: &[&str]) -> BTreeMap<String, u32> {
    let output = traced(world, args, &["-o", "trace", "-e", "signal=none"]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "undisturbed under strace, it failed: {complaint}");

    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    for line in world.read("trace").lines() {
        let (process, rest) = line.split_once(' ').unwrap_or(("", line));
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        if call.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            *counts.entry((process.to_owned(), call.to_owned())).or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((_, call), times) in counts {
        let entry = most.entry(call).or_default();
        *entry = times.max(*entry);
    }
    most
}

pub(super) fn traced(world: &Folder, args: &[&str], options: &[&str]) -> Output {
    let mut command = world.command("strace");
    command.args(["-f", "-qq"]);
    if !options.contains(&"-o") {
        command.args(["-o", "/dev/null"]);
    }
    command.args(options).arg("--").arg(env!("CARGO_BIN_EXE_custcode")).args(args);
    command.output().expect("strace is installed (tests/setup)")
}
