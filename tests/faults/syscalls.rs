//! One `new`, `void` or `store backup` meets a kill, EIO or ENOSPC at every one of its system
//! calls; `strace` injects them.
//!
//! strace counts per system call and thread, so "the third fsync" is a point; all points together
//! are the whole run.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;

use super::{BEFORE, company, issue, lines, sound, strangers};
use crate::support::{Engine, Folder, Ledger, Tables, engine, skipped_on_postgres};

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
    every_point(&ONE, "signal=KILL", |call| engine() == Engine::Sqlite || is_seen(call));
}

#[test]
fn batch_killed_at_any_change_loses_nothing() {
    every_point(&BATCH, "signal=KILL", is_seen);
}

/// Whether somebody else sees what a system call does. Who dies at another one leaves what the last
/// of these left. A client of a server changes nothing but what it sends and what it prints.
fn is_seen(call: &str) -> bool {
    match engine() {
        Engine::Sqlite => CHANGING.contains(&call),
        Engine::Postgres => NETWORK.contains(&call) || ["write", "writev"].contains(&call),
    }
}

#[test]
fn new_on_a_failing_disk_loses_nothing() {
    if skipped_on_postgres("the disk of a file") {
        return;
    }
    every_point(&ONE, "error=EIO", |call| CHANGING.contains(&call) || READING.contains(&call));
}

#[test]
fn new_on_a_full_disk_loses_nothing() {
    if skipped_on_postgres("the disk of a file") {
        return;
    }
    every_point(&ONE, "error=ENOSPC", |call| CHANGING.contains(&call));
}

/// What a disk and a kill can do to a command. PostgreSQL's disk is its own server's business.
fn faults_here() -> &'static [&'static str] {
    match engine() {
        Engine::Sqlite => &["signal=KILL", "error=EIO", "error=ENOSPC"],
        Engine::Postgres => &["signal=KILL"],
    }
}

#[test]
fn new_on_a_failing_network_loses_nothing() {
    if engine() == Engine::Sqlite {
        return;
    }
    every_point(&ONE, "error=ECONNRESET", |call| NETWORK.contains(&call));
}

#[test]
fn void_at_any_change_is_done_or_not() {
    let first = sound(&company(), "before").codes.swap_remove(0);
    let args = ["void", &first, "--reason", "entered twice"];
    for fault in faults_here() {
        at_every_point(&args, fault, is_seen, |world, fault, output| {
            let found = sound(world, fault);
            assert_eq!((found.customers, found.codes.len() as u64), (BEFORE, BEFORE), "{fault}");
            assert!(void(world) || !output.status.success(), "{fault}: success, and the code is in use");
            issue(world, &args);
            assert!(void(world), "{fault}: the retry");
            whole(world, fault);
        });
    }
}

#[test]
fn erase_killed_at_any_change_is_finished_by_the_next() {
    every_erasure(&["signal=KILL"]);
}

#[test]
#[ignore = "minutes: an erasure on a failing and on a full disk"]
fn erase_on_a_failing_disk_is_finished_by_the_next() {
    if skipped_on_postgres("the disk of a file") {
        return;
    }
    every_erasure(&["error=EIO", "error=ENOSPC"]);
}

/// An erasure is done or not; where its texts may still stand in the file, the ledger says so, and
/// the next one finishes it.
fn every_erasure(faults: &[&str]) {
    let first = sound(&company(), "before").codes.swap_remove(0);
    let args = ["erase", &first, "--reason", "ticket 1", "--yes"];
    for fault in faults {
        at_every_point(&args, fault, is_seen, |world, fault, output| {
            let found = sound(world, fault);
            assert_eq!(found.codes.len() as u64, BEFORE, "{fault}");
            let done = erased(world);
            assert!(done || !output.status.success(), "{fault}: success, and the customer is known");
            assert!(done || stands(world), "{fault}: the text is gone, and the customer is not erased");
            assert!(
                !done || !stands(world) || unfinished(world),
                "{fault}: nobody says that the text is there"
            );
            assert!(!output.status.success() || !stands(world), "{fault}: success, and the text is there");
            issue(world, &args);
            assert!(erased(world) && !stands(world) && !unfinished(world), "{fault}: the retry");
            whole(world, fault);
        });
    }
}

/// Whether the first customer was erased.
fn erased(world: &Folder) -> bool {
    let mut tables = Tables::of(world).expect("the tables");
    let left = tables.count("SELECT count(*) FROM refs WHERE reference = 'OLD:1'").expect("a count");
    let erased = tables.count("SELECT count(*) FROM customers WHERE state = 'erased'").expect("a count");
    assert_eq!(left, 1 - erased, "half of it is there");
    erased == 1
}

/// Whether the ledger says that it has to be written anew.
fn unfinished(world: &Folder) -> bool {
    let mut tables = Tables::of(world).expect("the tables");
    tables.count("SELECT count(*) FROM meta WHERE key = 'erasure_unfinished'").expect("a count") > 0
}

/// Whether the reference of the first customer stands in the bytes of the ledger's file; the files
/// of a server are its own business.
fn stands(world: &Folder) -> bool {
    let sought = b"OLD:1";
    match engine() {
        Engine::Sqlite => {
            let bytes = std::fs::read(world.path("custcode.db")).expect("a ledger");
            bytes.windows(sought.len()).any(|window| window == sought)
        }
        Engine::Postgres => !erased(world),
    }
}

/// Whether the first code was cancelled.
fn void(world: &Folder) -> bool {
    let mut tables = Tables::of(world).expect("the tables");
    let states = tables.column("SELECT state FROM codes ORDER BY id").expect("states");
    let stopped = tables.count("SELECT count(*) FROM customers WHERE state <> 'active'").expect("a count");
    let is_void = states[0] == "void";
    assert_eq!(stopped, i64::from(is_void), "half of it is there: {states:?}");
    is_void
}

#[test]
fn backup_at_any_change_is_whole_or_absent() {
    const BACKUP: &[&str] = &["store", "backup", "new.bak"];
    let whole = company();
    issue(&whole, BACKUP);
    let written = |world: &Folder| std::fs::read(world.path("new.bak")).expect("a backup").len();
    let length = written(&whole);
    for fault in faults_here() {
        at_every_point(
            BACKUP,
            fault,
            |call| CHANGING.contains(&call),
            |world, fault, output| {
                let there = world.path("new.bak").exists();
                assert!(there || !output.status.success(), "{fault}: success without a backup");
                assert!(!there || written(world) == length, "{fault}: half a backup");
                assert_eq!(sound(world, fault).customers, BEFORE, "{fault}");
                issue(world, &[BACKUP, &["--force"]].concat());
                assert_eq!(written(world), length, "{fault}: the retry");
            },
        );
    }
}

/// Does `deed` once for every point of the chosen system calls, with the fault at that point.
#[track_caller]
fn every_point(deed: &Deed, fault: &str, chosen: impl Fn(&str) -> bool) {
    at_every_point(deed.args, fault, chosen, |world, fault, output| survived(world, deed, fault, output));
}

/// Runs a command once for every point of the chosen system calls, with the fault at that point,
/// and looks at what it left.
#[track_caller]
fn at_every_point(
    args: &[&str],
    fault: &str,
    chosen: impl Fn(&str) -> bool,
    look: impl Fn(&Folder, &str, &Output),
) {
    let base = company();
    let (mut points, mut killed) = (0, 0);
    for (call, times) in system_calls(&base.copy(), args) {
        if !chosen(&call) {
            continue;
        }
        for time in 1..=times {
            let (world, fault) = (base.copy(), format!("inject={call}:{fault}:when={time}"));
            let output = traced(&world, args, &["-e", &format!("trace={call}"), "-e", &fault]);
            if !output.status.success() && !fault.contains("KILL") {
                let complaint = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.signal(), None, "{fault}: {complaint}");
                assert_ne!(output.status.code(), Some(101), "{fault}: panic: {complaint}");
            }
            look(&world, &fault, &output);
            points += 1;
            killed += u32::from(output.status.signal().is_some());
        }
    }
    assert!(points >= 10, "only {points} points: strace shows too little");
    // Two runs are not alike to the last call, but a fault that never comes proves nothing.
    assert!(fault != "signal=KILL" || killed * 10 >= points * 9, "{killed} of {points} were killed");
}

/// What a fault left, and the retry.
#[track_caller]
fn survived(world: &Folder, deed: &Deed, fault: &str, output: &Output) {
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
    if output.status.success() {
        assert_eq!(printed, kept, "{fault}: success without its codes");
        assert!(!kept.is_empty(), "{fault}: success without a code");
    }

    let again = issue(world, deed.args);
    let after = sound(world, fault);
    assert_eq!(again, (deed.codes)(&after), "{fault}: the retry");
    assert!(kept.is_empty() || again == kept, "{fault}: kept {kept:?}, but the retry gave {again:?}");
    assert_eq!(after.customers, BEFORE + deed.customers, "{fault}: the retry");
    whole(world, fault);
    let strangers = strangers(world, &["trace"]);
    assert!(strangers.is_empty(), "{fault}: {strangers:?}");
}

/// What `store check` and `gaps` say, asked without a process of its own: there are hundreds of
/// points.
#[track_caller]
fn whole(world: &Folder, fault: &str) {
    if let Err(wrong) = world.ask() {
        panic!("{fault}: {wrong}");
    }
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
