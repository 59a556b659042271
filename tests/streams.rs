//! Where output goes: no link is followed into somebody's pipe, no pipe without a reader is waited
//! for, and no code is issued that nobody can get.

use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::process::Command;

use crate::support::{Folder, Test};

const RULES: &str = "custcode = 1\n[rules.plain]\npattern = \"N{seq:3}\"\n";

fn pipe(folder: &Folder, name: &str) {
    let done = Command::new("mkfifo").arg(folder.path(name)).status().expect("coreutils");
    assert!(done.success());
}

/// Every command that writes a file, with the file last.
fn writers(target: &str) -> Vec<Vec<String>> {
    ["import in.csv -o", "import in.csv --partial --rejects", "export -o", "rules guide -o", "store backup"]
        .iter()
        .map(|line| line.split(' ').chain([target]).map(str::to_owned).collect())
        .collect()
}

#[test]
fn no_output_follows_a_link() {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    folder.write("in.csv", "name\nA\n");
    folder.write("mine.txt", "mine");
    pipe(&folder, "pipe");
    for target in ["pipe", "mine.txt", "/dev/null", "/dev/zero"] {
        let link = folder.path("link.csv");
        let to = if target.starts_with('/') { target.into() } else { folder.path(target) };
        symlink(to, &link).expect("a link");
        for args in writers("link.csv") {
            let output = folder.custcode(&args).output().expect("custcode starts");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(3), "{target} {args:?}: {said}");
            assert!(said.contains("it is a symbolic link"), "{target} {args:?}: {said}");
        }
        fs::remove_file(&link).expect("still a link");
    }
    assert_eq!(folder.read("mine.txt"), "mine");
    Test::within(folder).args(["list"]).run();
}

#[test]
fn a_pipe_that_nobody_reads_is_not_waited_for() {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    folder.write("in.csv", "name\nA\n");
    pipe(&folder, "pipe.csv");
    for args in writers("pipe.csv") {
        let output = folder.custcode(&args).output().expect("custcode starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{args:?}: {said}");
        assert!(said.contains("it is a pipe that nobody reads"), "{args:?}: {said}");
    }
    Test::within(folder).args(["list"]).run();
}

#[test]
fn a_pipe_with_a_reader_gets_everything() {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    folder.write("in.csv", "name\nA\n");
    pipe(&folder, "pipe.csv");
    // Both ends, so that neither has to wait for the other.
    let mut held = fs::File::options().read(true).write(true).open(folder.path("pipe.csv")).expect("a pipe");
    let output = folder.custcode(["import", "in.csv", "-o", "pipe.csv"]).output().expect("custcode starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut got = [0; 64];
    let count = held.read(&mut got).expect("what was written");
    assert_eq!(String::from_utf8_lossy(&got[..count]), "name,code\nA,N001\n");
}

#[test]
fn what_the_shell_opened_is_a_stream() {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    folder.write("in.csv", "name\nA\n");
    let line = "custcode import in.csv -q -o >(cat > got.csv); wait; custcode export -q -o /dev/stdout | tail -n 1; custcode export -q -o /dev/null";
    let output = folder.command("bash").args(["-c", line]).output().expect("bash");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("N001,"), "{output:?}");
}

#[test]
fn a_pipe_that_somebody_left_in_a_folder_of_everybody_is_refused() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    folder.write("shared/x", "");
    pipe(&folder, "shared/out.csv");
    fs::set_permissions(folder.path("shared"), Permissions::from_mode(0o1777)).expect("a mode");
    chown(folder.path("shared/out.csv"), Some(20_003), Some(20_003)).expect("an owner");
    let _held =
        fs::File::options().read(true).write(true).open(folder.path("shared/out.csv")).expect("a pipe");
    Test::within(folder)
        .args(["export", "-o", "shared/out.csv"])
        .stderr_like(
            "error: could not write shared/out.csv: it is a pipe of somebody else in a folder of everybody\n",
        )
        .status(3)
        .run();
}

#[test]
fn a_code_that_nobody_gets_from_standard_output_is_told() {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.init();
    let run = |line: &str| {
        let output = folder.command("sh").args(["-c", line]).output().expect("a shell");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let told =
        |codes: &str| (Some(0), format!("note: standard output is closed or discarded; issued {codes}\n"));
    assert_eq!(run("custcode new -q >&-"), told("N001"));
    // As Python's `DEVNULL` is opened.
    assert_eq!(run("custcode new 1<>/dev/null"), told("N002"));
    assert_eq!(run("custcode new --count 2 >&-"), told("N003, N004"));
    // Whoever asks so can ask again, and whoever throws the code away has said so.
    assert_eq!(run("custcode new --ref A >&-"), (Some(0), String::new()));
    assert_eq!(run("custcode new > /dev/null"), (Some(0), String::new()));
    folder.write("new.csv", "name\n甲\n");
    let (status, said) = run("custcode import new.csv -q -o - >&-");
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(
        said,
        "note: standard output is closed or discarded; the same import with -o FILE gives the codes\n"
    );
    Test::within(folder).args(["new"]).stdout("N008\n").run();
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_that_is_wanted() {
    let folder = Folder::new();
    folder.write("rules.toml", RULES);
    folder.write("new.csv", "name\n甲\n");
    folder.write("bad.csv", "name,date\n乙,never\n");
    folder.init();
    let mut test = Test::within(folder);
    for args in [
        &["export", "-o", "mine"][..],
        &["import", "new.csv", "-o", "mine"],
        &["import", "new.csv", "-o", "mine", "--dry-run"],
        &["import", "bad.csv", "--rejects", "mine"],
        &["rules", "guide", "-o", "mine"],
    ] {
        let done = test
            .file("mine", "mine\n")
            .args(args.to_vec())
            .stderr_like(
                "...\nerror: mine is there already, and nothing is written over it\n\
                 hint: --force replaces it; or name another file\n",
            )
            .status(4)
            .run();
        assert_eq!(done.folder.read("mine"), "mine\n");
        test = done.then();
    }
    let done = test.args(["list"]).run();
    let done = done.then().args(["export", "-o", "mine", "--force", "-q"]).run();
    assert_eq!(done.folder.read("mine"), "code,ref,name,date\n");
    let done = done.then().args(["import", "new.csv", "-o", "mine", "--force", "-q"]).run();
    assert_eq!(done.folder.read("mine"), "name,code\n甲,N001\n");
}

#[test]
fn a_folder_that_is_not_there_is_told_by_its_own_name() {
    Test::new()
        .rules(RULES)
        .args(["export", "-o", "none/x.csv"])
        .stderr(
            "error: could not write none/x.csv: no file can be made in none: No such file or directory (os error 2)\n",
        )
        .status(3)
        .run();
}

#[test]
fn the_ignored_ledger_is_written_through_no_link() {
    let folder = Folder::sqlite();
    folder.write(".git/HEAD", "");
    folder.write("elsewhere", "mine\n");
    symlink("elsewhere", folder.path(".gitignore")).expect("a link");
    let done = Test::within(folder)
        .args(["init"])
        .stdout("rules\trules.toml\nledger\tcustcode.db\n")
        .stderr_like("note: [DIR]/.gitignore was left as it is (it is a symbolic link); keep custcode.db* out of git yourself\ntry next:\n...\n")
        .run();
    assert_eq!(done.folder.read("elsewhere"), "mine\n");
}

#[test]
fn a_password_is_not_waited_for() {
    let folder = Folder::sqlite();
    pipe(&folder, "secret");
    Test::within(folder)
        .env("CUSTCODE_PASSWORD_FILE", "secret")
        .args(["store", "info", "--store", "postgres://li@127.0.0.1:1/x"])
        .stderr_like("error: the password file secret is not a file\nhint: name a text file\n")
        .status(2)
        .run();
}
