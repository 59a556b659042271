//! `store_group`: several users of one machine share a ledger in a file; everybody else's stays
//! their own.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::support::{Folder, Ledger, Test, copy_program};

/// A group that every Debian has, and its number.
const GROUP: (&str, u32) = ("users", 100);
/// Numbers of users that no machine needs to know; Eve is not in the group.
const ANN: u32 = 20_001;
const BOB: u32 = 20_002;
const EVE: u32 = 20_003;

fn rules(group: &str) -> String {
    format!("custcode = 1\nstore_group = \"{group}\"\n[rules.r]\npattern = \"R{{seq:6}}\"\n")
}

fn mode(folder: &Folder, name: &str) -> u32 {
    fs::metadata(folder.path(name)).expect("a file").mode() & 0o7777
}

fn set_mode(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path(name), Permissions::from_mode(mode)).expect("a mode");
}

/// Only root can be somebody else; without root these tests have nothing to ask.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder of Ann's that the group shares, with rules and a copy of the program that everybody may
/// run.
fn office() -> Folder {
    let world = Folder::new();
    world.write("rules.toml", rules(GROUP.0));
    copy_program(&world.path("program"));
    set_mode(&world, "rules.toml", 0o644);
    set_mode(&world, "program", 0o755);
    set_mode(&world, "..", 0o755);
    set_mode(&world, "../tmp", 0o1777);
    chown(world.path(""), Some(ANN), Some(GROUP.1)).expect("an owner");
    set_mode(&world, "", 0o2775);
    world
}

/// The program as a user of the group, or as Eve.
fn by(world: &Folder, user: u32, args: &[&str]) -> Command {
    let mut command = world.command("setpriv");
    let id = user.to_string();
    command.args(["--reuid", &id, "--regid", &id]);
    if user == EVE {
        command.arg("--clear-groups");
    } else {
        command.args(["--groups", &GROUP.1.to_string()]);
    }
    command.arg(world.path("program")).args(args);
    command
}

#[track_caller]
fn run(world: &Folder, user: u32, args: &[&str]) -> String {
    let output = by(world, user, args).output().expect("setpriv starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Status and stderr of a refusal.
fn refused(world: &Folder, user: u32, args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = by(world, user, args).output().expect("setpriv starts");
    (status.code(), world.portable(&String::from_utf8_lossy(&stderr)))
}

#[test]
fn alone_a_ledger_is_its_owners() {
    let done = Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"R{seq:4}\"\n")
        .args(["new"])
        .stdout("R0001\n")
        .run();
    assert_eq!((mode(&done.folder, "custcode.db"), mode(&done.folder, "custcode.db.lock")), (0o600, 0o600));
}

#[test]
fn a_group_of_ones_own_needs_no_root() {
    let group = rustix::process::getegid().as_raw();
    let test = Test::new().file("rules.toml", rules(&group.to_string()));
    let done = test
        .args(["init"])
        .stderr_like(&format!(
            "error: [DIR]/custcode.db: [DIR] does not let its group write, or does not hand its group on to new files, so group {group} cannot share a ledger there\n\
             hint: chgrp {group} [DIR] && chmod 2770 [DIR]\n"
        ))
        .status(3)
        .run();
    set_mode(&done.folder, "", 0o2770);
    let done = done
        .then()
        .args(["init", "--quiet"])
        .stdout(&format!("ledger\tcustcode.db\ngroup\t{group}\n"))
        .run()
        .then()
        .args(["new"])
        .stdout("R000001\n")
        .run();
    assert_eq!((mode(&done.folder, "custcode.db"), mode(&done.folder, "custcode.db.lock")), (0o660, 0o660));
    set_mode(&done.folder, "", 0o3770);
    done.then()
        .args(["new"])
        .stderr_like("error: [DIR]/custcode.db: [DIR] lets nobody delete the files of others (sticky bit), so [..]\nhint: [..]\n")
        .status(3)
        .run();
}

#[test]
fn an_unknown_group_is_told() {
    Test::new()
        .file("rules.toml", rules("no-such-group"))
        .args(["init"])
        .stderr(
            "error: [DIR]/custcode.db: there is no group \"no-such-group\" on this machine (store_group in the rule file)\n\
             hint: groupadd no-such-group; a group that /etc/group does not list is given by its number\n",
        )
        .status(3)
        .run();
}

#[test]
fn two_users_issue_from_one_ledger_and_a_third_is_told() {
    if !is_root() {
        return;
    }
    let world = office();
    assert_eq!(run(&world, ANN, &["init"]), "ledger\tcustcode.db\ngroup\tusers\n");
    assert_eq!(run(&world, BOB, &["new"]), "R000001\n");
    assert_eq!(run(&world, ANN, &["new"]), "R000002\n");
    for file in ["custcode.db", "custcode.db.lock"] {
        assert_eq!(
            (mode(&world, file), fs::metadata(world.path(file)).expect("a file").gid()),
            (0o660, GROUP.1)
        );
    }
    assert_eq!(
        refused(&world, EVE, &["new"]),
        (
            Some(3),
            "error: [DIR]/custcode.db: you are not a member of group users, which shares this ledger\n\
             hint: ask for it (usermod -aG users USER), then log in again\n"
                .to_owned()
        )
    );
    Ledger::sound_in(&world, "two users");
}

#[test]
fn an_older_ledger_is_shared_by_its_owner() {
    if !is_root() {
        return;
    }
    let alone = "custcode = 1\n[rules.r]\npattern = \"R{seq:6}\"\n";
    for by_init in [false, true] {
        let world = office();
        world.write("rules.toml", alone);
        run(&world, ANN, &["init"]);
        assert_eq!(run(&world, ANN, &["new"]), "R000001\n");
        world.write("rules.toml", rules(GROUP.0));
        let (status, stderr) = refused(&world, BOB, &["new"]);
        assert_eq!(
            (status, stderr.lines().next()),
            (
                Some(3),
                Some(
                    "error: [DIR]/custcode.db cannot be written: no permission to write the file until its owner gives it \
                     to group users (by the next write, or custcode init)"
                )
            )
        );
        let shared: &[&str] = if by_init { &["init"] } else { &["new", "--ref", "1"] };
        run(&world, ANN, shared);
        let next = if by_init { "R000002\n" } else { "R000003\n" };
        assert_eq!(run(&world, BOB, &["new"]), next);
        assert_eq!(refused(&world, ANN, &["init"]).0, Some(4), "there is nothing left to make");
    }
}

#[test]
fn a_killed_writer_is_rolled_back_by_a_colleague() {
    if !is_root() {
        return;
    }
    let world = office();
    run(&world, ANN, &["init"]);
    assert_eq!(run(&world, ANN, &["new"]), "R000001\n");
    let rows: Vec<String> = (0..200_000).map(|row| format!("customer {row}\n")).collect();
    world.write("customers.csv", format!("name\n{}", rows.concat()));
    let mut import = by(&world, BOB, &["import", "customers.csv", "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("setpriv starts");
    let journal = world.path("custcode.db-journal");
    while !fs::metadata(&journal).is_ok_and(|found| found.len() > 0) {
        assert!(import.try_wait().expect("it can be asked").is_none(), "the import ended too early");
        std::thread::sleep(Duration::from_millis(1));
    }
    import.kill().expect("it can be killed");
    import.wait().expect("it ends");
    let left = fs::metadata(&journal).expect("a journal is left");
    assert_eq!((left.uid(), left.gid(), left.mode() & 0o777), (BOB, GROUP.1, 0o660));
    assert_eq!(run(&world, ANN, &["new"]), "R000002\n");
    assert!(!journal.exists());
    Ledger::sound_in(&world, "a colleague rolled back");
}
