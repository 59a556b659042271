//! What happens to the ledger when commands are killed, disks fail, crowds come and readers fall asleep.
//!
//! After every fault the same checker ([`crate::support::Ledger`]) reads the ledger; the control shows that it would see damage.

mod control;
mod crowd;
mod damage;
mod import;
pub(crate) mod killer;
mod migration;
mod readers;
mod syscalls;

use crate::support::{Folder, Ledger, ledger::SIDE_FILES, rows};

/// Customers that are in the ledger before the fault.
const BEFORE: u64 = 3;

/// A company with a few customers, about to meet a fault.
fn company() -> Folder {
    let folder = Folder::new();
    folder.write("rules.toml", rows::RULES);
    folder.init();
    for number in 1..=BEFORE {
        let reference = format!("OLD:{number}");
        issue(&folder, &["new", "--type", "vip", "--set", "industry=food", "--ref", &reference]);
    }
    folder
}

/// Runs custcode, which must succeed, and gives the lines it printed.
#[track_caller]
fn issue(folder: &Folder, args: &[&str]) -> Vec<String> {
    let output = folder.custcode(args).output().expect("custcode starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "custcode {}: {}: {complaint}", args.join(" "), output.status);
    lines(&output.stdout)
}

fn lines(printed: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(printed).lines().map(str::to_owned).collect()
}

/// The ledger of `folder`, which keeps every promise.
#[track_caller]
fn sound(folder: &Folder, occasion: &str) -> Ledger {
    Ledger::sound_in(folder, occasion)
}

/// Files in the working folder besides rules, ledger and `expected`; there must be none once a command has ended well.
fn strangers(folder: &Folder, expected: &[&str]) -> Vec<String> {
    let known = ["rules.toml", "custcode.db", ".gitignore"];
    let mut names = folder.names();
    names.retain(|name| {
        let name = name.as_str();
        !known.contains(&name) && !SIDE_FILES.contains(&name) && !expected.contains(&name)
    });
    names.extend(folder.leftovers());
    names
}
