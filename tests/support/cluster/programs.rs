//! PostgreSQL's own programs: where they lie, and as whom they run.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of one of PostgreSQL's programs: those in the folder of `CUSTCODE_TEST_POSTGRES`, else
/// the newest of Debian's, else the one on the PATH.
pub(crate) fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER
        .get_or_init(|| named().or_else(debians).or_else(on_the_path).expect("PostgreSQL (tests/setup)"));
    folder.join(name)
}

/// Another version than the installed one.
fn named() -> Option<PathBuf> {
    std::env::var_os("CUSTCODE_TEST_POSTGRES").map(PathBuf::from)
}

/// Debian keeps each version in a folder of its own, which is not on the PATH.
fn debians() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(number).map(|path| path.join("bin"))
}

fn on_the_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
}

/// A program that works in `folder` as the user of the server, with nothing of the environment.
pub(super) fn command(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(program(name));
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").current_dir(folder);
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    command
}

/// Gives a file or folder to the user of the server.
pub(super) fn hand_over(path: &Path) {
    if let Some((user, group)) = other_user() {
        chown(path, Some(user), Some(group)).expect("root may give its files away");
    }
}

/// PostgreSQL refuses to run as root, so root lends the tests the user that Debian's package made:
/// user and group id.
pub(super) fn other_user() -> Option<(u32, u32)> {
    static USER: OnceLock<Option<(u32, u32)>> = OnceLock::new();
    *USER.get_or_init(|| rustix::process::geteuid().is_root().then(|| (id("-u"), id("-g"))))
}

fn id(kind: &str) -> u32 {
    let output = Command::new("id").args([kind, "postgres"]).output().expect("id starts");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().expect("there is a user postgres (tests/setup)")
}

/// Runs a program that must succeed.
#[track_caller]
pub(super) fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
