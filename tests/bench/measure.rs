//! Running commands side by side: wall time, peak memory, medians and ratios.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One run of a command.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Peak resident memory in KiB.
    pub(crate) peak: u64,
}

/// The folder in which benches work, emptied.
pub(crate) fn workplace(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

/// custcode in `folder`, silent, with nothing of the user's rules and ledgers.
pub(crate) fn custcode(folder: &Path, args: &[&str]) -> Command {
    let mut command = program(env!("CARGO_BIN_EXE_custcode"), folder, args);
    command.env("HOME", folder).env_remove("CUSTCODE_RULES").env_remove("CUSTCODE_STORE");
    command
}

/// A program in `folder`, silent.
pub(crate) fn program(program: &str, folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder);
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs a command that must succeed and gives the time it took.
pub(crate) fn timed(mut command: Command) -> Duration {
    let start = Instant::now();
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let wall = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    wall
}

/// Runs a command under `time`, with `stdin` and `stdout` as files, and gives time and peak memory.
///
/// What earlier runs left to be written goes to the disk first. The status must be one of
/// `statuses`.
pub(crate) fn weighed(command: &Command, stdin: Option<&Path>, stdout: &Path, statuses: &[i32]) -> Run {
    timed(program("sync", Path::new("."), &[]));
    let folder = command.get_current_dir().expect("a bench works in a folder");
    let note = folder.join("peak");
    let mut weighing = Command::new("/usr/bin/time");
    weighing.args(["-q", "-f", "%M", "-o"]).arg(&note).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => weighing.env(name, value),
            None => weighing.env_remove(name),
        };
    }
    weighing
        .current_dir(folder)
        .stderr(Stdio::null())
        .stdout(File::create(stdout).expect("the workplace is writable"));
    weighing.stdin(match stdin {
        Some(path) => Stdio::from(File::open(path).expect("the input was made")),
        None => Stdio::null(),
    });
    let start = Instant::now();
    let status = weighing.status().expect("/usr/bin/time is installed (tests/setup)");
    let wall = start.elapsed();
    assert!(status.code().is_some_and(|code| statuses.contains(&code)), "{command:?}: {status}");
    let peak = fs::read_to_string(&note).expect("time writes its note");
    Run { wall, peak: peak.trim().parse().expect("time writes a number") }
}

/// The time below which `share` (0 to 1) of the runs lie.
pub(crate) fn quantile(times: &[Duration], share: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((sorted.len() - 1) as f64 * share).round() as usize;
    sorted[index]
}

/// The median.
pub(crate) fn median(times: &[Duration]) -> Duration {
    quantile(times, 0.5)
}

/// The median time and the highest peak of some runs.
pub(crate) fn summary(runs: &[Run]) -> Run {
    let walls: Vec<_> = runs.iter().map(|run| run.wall).collect();
    Run { wall: median(&walls), peak: runs.iter().map(|run| run.peak).max().unwrap_or(0) }
}

/// Prints a table's heading.
pub(crate) fn heading(title: &str) {
    say(&format!("\n{title}\n{:<44} {:>11} {:>11} {:>7} {:>7}", "", "custcode", "peer", "ratio", "goal"));
}

/// Prints a comparison: custcode's time, the peer's, their ratio and the goal for it.
pub(crate) fn compare(what: &str, own: Duration, peer: Duration, goal: f64) {
    let ratio = own.as_secs_f64() / peer.as_secs_f64();
    let verdict = if ratio <= goal { "" } else { "  MISSED" };
    say(&format!("{what:<44} {:>11} {:>11} {ratio:>7.2} {goal:>7.2}{verdict}", shown(own), shown(peer)));
}

/// Prints peak memory in MiB and the goal for it.
pub(crate) fn memory(what: &str, run: Run, goal_mib: u64) {
    let verdict = if run.peak <= goal_mib * 1024 { "" } else { "  MISSED" };
    let mib = format!("{}.{} MiB", run.peak / 1024, run.peak % 1024 * 10 / 1024);
    say(&format!("{what:<44} {mib:>11} {:>11} {:>7} {goal_mib:>7}{verdict}", "", ""));
}

/// Prints a line.
pub(crate) fn say(line: &str) {
    // Whoever closed the pipe does not want to know.
    let _ = writeln!(io::stdout(), "{line}");
}

fn shown(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.2} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.3} s", time.as_secs_f64())
    }
}
