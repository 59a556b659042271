//! The search for rules that nobody named: what cannot be looked at is never taken for what is not
//! there, and what somebody else put there is not obeyed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Folder, Test, copy_program};

/// Numbers of users and of a group that no machine needs to know; Eve is in no group but her own.
const ANN: u32 = 20_001;
const BOB: u32 = 20_002;
const EVE: u32 = 20_003;
const GROUP: u32 = 20_100;

const RULES: &str = "custcode = 1\n[rules.plain]\npattern = \"N{seq:3}\"\n";

/// Only root can be somebody else; without root these tests have nothing to ask.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn give(folder: &Folder, name: &str, owner: u32, group: u32, mode: u32) {
    chown(folder.path(name), Some(owner), Some(group)).expect("an owner");
    set_mode(&folder.path(name), mode);
}

/// A world that every user may enter, with a copy of the program; everything is a file, whatever
/// keeps the ledgers of the run.
fn world() -> Folder {
    let folder = Folder::sqlite();
    copy_program(&folder.path("../program"));
    for (name, mode) in
        [("..", 0o755), ("../program", 0o755), ("../tmp", 0o1777), ("../home", 0o777), ("", 0o755)]
    {
        set_mode(&folder.path(name), mode);
    }
    folder
}

/// The program as a user with the groups, in a folder of the world.
fn by(world: &Folder, user: u32, groups: &[u32], folder: &str, args: &[&str]) -> Command {
    let mut command = world.command("setpriv");
    let id = user.to_string();
    command.args(["--reuid", &id, "--regid", &id]);
    if groups.is_empty() {
        command.arg("--clear-groups");
    } else {
        let groups: Vec<_> = groups.iter().map(u32::to_string).collect();
        command.args(["--groups", &groups.join(",")]);
    }
    command.arg(world.path("../program")).args(args).current_dir(world.path(folder));
    command
}

fn said(world: &Folder, command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("setpriv starts");
    let text = |bytes: &[u8]| world.portable(&String::from_utf8_lossy(bytes));
    (status.code(), text(&stdout), text(&stderr))
}

#[track_caller]
fn issues(world: &Folder, command: &mut Command, code: &str) {
    let (status, stdout, stderr) = said(world, command);
    assert_eq!((status, stdout.as_str()), (Some(0), format!("{code}\n").as_str()), "{stderr}");
}

#[track_caller]
fn refused(world: &Folder, command: &mut Command, error: &str) -> String {
    let (status, stdout, stderr) = said(world, command);
    assert_eq!((status, stdout.as_str()), (Some(3), ""), "{stderr}");
    assert!(stderr.starts_with(&format!("error: {error}")), "{stderr}");
    stderr
}

#[test]
fn what_stands_there_and_is_no_rule_file_stops() {
    type Make = fn(&Path);
    let stands: [(&str, Make); 5] = [
        ("No such file or directory (os error 2) (a link to /no/such/rules.toml)", |path| {
            symlink("/no/such/rules.toml", path).expect("a link");
        }),
        ("Too many levels of symbolic links (os error 40) (a link to rules.toml)", |path| {
            symlink("rules.toml", path).expect("a link");
        }),
        ("it is a folder", |path| fs::create_dir(path).expect("a folder")),
        ("it is no regular file", |path| {
            assert!(Command::new("mkfifo").arg(path).status().expect("coreutils").success());
        }),
        ("it is no regular file", |path| symlink("/dev/null", path).expect("a link")),
    ];
    for (reason, make) in stands {
        for place in ["", "above/"] {
            let folder = Folder::sqlite();
            folder.write("above/here/x", "");
            make(&folder.path(&format!("{place}rules.toml")));
            let mut command = folder.custcode(["new", "--type", "vip"]);
            command.current_dir(folder.path("above/here"));
            let stderr = refused(
                &folder,
                &mut command,
                &format!("[DIR]/{place}rules.toml cannot be used as the rule file: {reason}\nhint: "),
            );
            assert!(stderr.contains("--rules builtin"), "{stderr}");
            assert!(!folder.path("../home/.local").exists());
        }
    }
}

#[test]
fn init_does_not_take_a_link_that_leads_nowhere_for_a_rule_file() {
    let folder = Folder::sqlite();
    symlink("/no/such/rules.toml", folder.path("rules.toml")).expect("a link");
    Test::within(folder)
        .args(["init"])
        .stderr_like(
            "error: [DIR]/rules.toml cannot be used as the rule file: No such file[..]\nhint: [..]\n",
        )
        .status(3)
        .run();
}

#[test]
fn init_asks_the_environment() {
    let done = Test::within(Folder::sqlite())
        .file("a/x", "")
        .env("CUSTCODE_RULES", "a/codes.toml")
        .env("CUSTCODE_STORE", "a/codes.db")
        .args(["init", "--quiet"])
        .stdout("rules\ta/codes.toml\nledger\ta/codes.db\n")
        .run();
    assert!(done.folder.names() == ["a"]);
    let done = done.then().args(["new", "--type", "vip"]).stdout("01A0001\n").run();
    done.then()
        .env("CUSTCODE_RULES", "builtin")
        .args(["init"])
        .stderr("error: the built-in rules are no file that could be made\nhint: --rules FILE names one; ./builtin is a file of that name\n")
        .status(2)
        .run();
}

#[test]
fn a_home_that_is_no_folder_has_no_rules() {
    Test::within(Folder::sqlite())
        .env("HOME", "/dev/null")
        .env("XDG_CONFIG_HOME", "")
        .args(["rules", "show", "-v"])
        .stdout_like("...\n")
        .stderr_like("rules: built in ([..])\n...\n")
        .run();
}

#[test]
fn a_ledger_without_its_rules_stops() {
    let done = Test::within(Folder::sqlite()).rules(RULES).args(["new"]).stdout("N001\n").run();
    fs::rename(done.folder.path("rules.toml"), done.folder.path("../rules.toml.bak")).expect("moved");
    let message = |instead: &str| {
        format!(
            "error: [DIR]/custcode.db lies here without its rules.toml, and {instead} would issue into another ledger\n\
             hint: bring its rules.toml back, or name what you mean: --rules FILE, --rules builtin, --store [DIR]/custcode.db\n"
        )
    };
    let built_in = message("the built-in rules");
    let mut done = done.then().args(["new", "--type", "vip"]).stderr(&built_in).status(3).run();
    for args in [&["list"][..], &["validate", "N001"], &["rules", "show"]] {
        done = done.then().args(args.to_vec()).stderr(&built_in).status(3).run();
    }
    assert!(!done.folder.path("../home/.local/share/custcode/custcode.db").exists());
    // What is named is meant.
    let done = done
        .then()
        .args(["--rules", "../rules.toml.bak", "--store", "custcode.db", "new"])
        .stdout("N002\n")
        .run()
        .then()
        .args(["store", "check", "--quiet", "--store", "custcode.db"])
        .stdout_like("...\n")
        .run();
    let about = |other: &str| {
        format!(
            "note: this is about [DIR]/custcode.db, which lies here without its rules.toml, not about {other}; --store LEDGER names another ledger\n"
        )
    };
    let about = about("[HOME]/.local/share/custcode/custcode.db");
    let done = done.then().args(["store", "info"]).stdout_like("...\n").stderr(&about).run();
    // Rules from farther away have a ledger of their own.
    fs::create_dir_all(done.folder.path("../home/.config/custcode")).expect("made");
    fs::write(done.folder.path("../home/.config/custcode/rules.toml"), RULES).expect("written");
    let done =
        done.then().args(["new"]).stderr(&message("[HOME]/.config/custcode/rules.toml")).status(3).run();
    fs::remove_dir_all(done.folder.path("../home/.config")).expect("removed");
    // What is no ledger of custcode stops nobody.
    done.folder.write("custcode.db", "somebody else's database".repeat(20));
    done.then()
        .args(["--quiet", "--rules", "builtin", "new", "--type", "vip"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["--quiet", "new", "--type", "vip"])
        .stdout("01A0002\n")
        .run();
}

#[test]
fn store_commands_look_after_the_ledger_that_lies_here_and_never_another_one() {
    let done = Test::within(Folder::sqlite()).rules(RULES).args(["new"]).stdout("N001\n").run();
    fs::rename(done.folder.path("rules.toml"), done.folder.path("../rules.toml.bak")).expect("moved");
    let mut done =
        done.then().args(["--rules", "builtin", "--quiet", "new", "--type", "vip"]).stdout("01A0001\n").run();
    let other = done.folder.path("../home/.local/share/custcode/custcode.db");
    let before = fs::read(&other).expect("the ledger of the built-in rules");
    let note = "note: this is about [DIR]/custcode.db, which lies here without its rules.toml, not about [HOME]/.local/share/custcode/custcode.db; --store LEDGER names another ledger\n";
    for args in [&["info"][..], &["check"], &["repair"]] {
        let args = ["store"].iter().chain(args).copied();
        done = done.then().args(args).stdout_like("...").stderr_like(&format!("{note}...")).run();
    }
    let done = done
        .then()
        .args(["store", "backup", "b.bak"])
        .stdout_like("...")
        .stderr_like(&format!("{note}1 customer and 1 code in b.bak: [..]\n..."))
        .run();
    let backup = fs::read(done.folder.path("b.bak")).expect("a backup");
    assert!(backup.windows(4).any(|window| window == b"N001"), "the ledger that lies here");
    // Rules that are not its own write nothing into it, and a backup does not go over it.
    let done = done
        .then()
        .args(["store", "unfence", "--nothing-lost", "--yes"])
        .stderr_like(&format!("{note}error: the ledger has rules of its own ([..]\n..."))
        .status(4)
        .run()
        .then()
        .args(["store", "restore", "b.bak"])
        .stderr_like(&format!("{note}error: [DIR]/custcode.db is there already; [..]\n..."))
        .status(4)
        .run();
    // What goes by the rules stops.
    let _kept = done
        .then()
        .args(["rules", "diff"])
        .stderr_like("error: [DIR]/custcode.db lies here without its rules.toml, [..]\nhint: [..]--store [DIR]/custcode.db\n")
        .status(3)
        .run();
    assert!(before == fs::read(&other).expect("still there"), "the other ledger is as it was");
}

#[test]
fn a_link_to_a_ledger_that_is_not_there_leads_nowhere() {
    let folder = Folder::sqlite();
    symlink("../not-there/x.db", folder.path("custcode.db")).expect("a link");
    symlink("not-there", folder.path("drive")).expect("a link");
    let message = |location: &str, link: &str, target: &str| {
        let what = if location == link { "it".to_owned() } else { link.to_owned() };
        format!(
            "error: {location}: {what} is a link to {target}, which is not there\n\
             hint: mount the drive that it leads to, or let it lead to where the ledger is now; if the ledger is gone for good: rm {link}\n"
        )
    };
    let here = message("[DIR]/custcode.db", "[DIR]/custcode.db", "../not-there/x.db");
    let mut done = Test::within(folder).file("rules.toml", RULES).args(["new"]).stderr(&here).status(3).run();
    for args in [&["init"][..], &["list"], &["store", "backup", "b"]] {
        done = done.then().args(args.to_vec()).stderr(&here).status(3).run();
    }
    for command in ["new", "init"] {
        done = done
            .then()
            .args([command, "--store", "drive/x.db"])
            .stderr(&message("drive/x.db", "drive", "not-there"))
            .status(3)
            .run();
    }
    // Without a rule file nothing is made either, the rule file of init included.
    fs::remove_file(done.folder.path("rules.toml")).expect("removed");
    let done = done.then().args(["init"]).stderr(&here).status(3).run();
    assert_eq!(done.folder.names(), ["custcode.db", "drive"]);
}

#[test]
fn a_ledger_of_two_names_says_how_the_other_is_found() {
    let done = Test::within(Folder::sqlite()).rules(RULES).args(["new"]).stdout("N001\n").run();
    fs::hard_link(done.folder.path("custcode.db"), done.folder.path("two.db")).expect("a link");
    let done = done
        .then()
        .args(["new"])
        .stderr_like(
            "error: [..]custcode.db cannot be written: it has 2 names (hard links), [..]\n\
             hint: remove the other names, which this lists: find /[..] -xdev -samefile [DIR]/custcode.db\n",
        )
        .status(3)
        .run();
    done.then()
        .args(["store", "copy", "no.db", "copy.db"])
        .stderr(
            "error: there is no ledger at [DIR]/no.db that could be copied\n\
             hint: FROM is the ledger that is copied: look at its path; custcode store info names yours\n",
        )
        .status(3)
        .run();
}

#[test]
fn the_built_in_rules_do_not_begin_beside_rules_of_ones_own() {
    let done = Test::within(Folder::sqlite()).args(["init", "--quiet"]).stdout_like("...\n").run();
    fs::create_dir(done.folder.path("elsewhere")).expect("made");
    let program = done.folder.path("rules.toml");
    // In a crontab the working folder is the home folder.
    let home = done.folder.path("../home");
    let run = |args: &[&str]| {
        let mut command = done.folder.custcode(args);
        said(&done.folder, command.current_dir(&home))
    };
    let (status, stdout, stderr) = run(&["new", "--type", "vip"]);
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    assert_eq!(
        stderr,
        "error: no rules.toml was found from here, and the built-in rules would begin a ledger of their own; rule files of yours: [DIR]/rules.toml\n\
         hint: --rules [DIR]/rules.toml names one; --rules builtin means the built-in rules\n"
    );
    let (status, stdout, _) = run(&["--rules", "builtin", "new", "--type", "vip"]);
    assert_eq!((status, stdout.as_str()), (Some(0), "01A0001\n"));
    let (status, stdout, stderr) = run(&["new", "--type", "vip"]);
    assert_eq!((status, stdout.as_str()), (Some(0), "01A0002\n"));
    assert_eq!(stderr, "note: the built-in rules are used here; rule files of yours: [DIR]/rules.toml\n");
    fs::remove_file(program).expect("removed");
    let (status, stdout, stderr) = run(&["new", "--type", "vip"]);
    assert_eq!((status, stdout.as_str(), stderr.as_str()), (Some(0), "01A0003\n", ""));
}

#[test]
fn rules_that_are_adopted_are_noted_too() {
    let done = Test::within(Folder::sqlite()).rules(RULES).args(["new"]).stdout("N001\n").run();
    let noted = done.folder.path("../home/.local/share/custcode/rule-files");
    fs::remove_file(&noted).expect("init noted it");
    let done = done.then().args(["new"]).stdout("N002\n").run();
    assert!(!noted.exists(), "ordinary use writes nothing");
    done.folder.write("rules.toml", format!("{RULES}# changed\n"));
    let _kept = done.then().args(["new", "--quiet"]).stdout("N003\n").run();
    assert!(noted.exists());
}

#[test]
fn rules_of_another_user_are_not_obeyed() {
    if !is_root() {
        return;
    }
    let world = world();
    world.write("shared/alice/x", "");
    world.write("shared/rules.toml", format!("store = \"/tmp/evil.db\"\n{RULES}"));
    give(&world, "shared", 0, 0, 0o1777);
    give(&world, "shared/alice", ANN, ANN, 0o755);
    give(&world, "shared/rules.toml", BOB, BOB, 0o644);
    let message = format!(
        "[DIR]/shared/rules.toml was found by search and belongs to user {BOB}, so it is not obeyed\nhint: if you trust it: --rules [DIR]/shared/rules.toml, or CUSTCODE_TRUST=[DIR]/shared,"
    );
    for args in [&["new"][..], &["init"], &["rules", "show"], &["store", "info"]] {
        let folder = if args[0] == "init" { "shared" } else { "shared/alice" };
        refused(&world, &mut by(&world, ANN, &[], folder, args), &message);
    }
    // A link of Bob's to a file of Ann's leads to another ledger than hers.
    fs::rename(world.path("shared/rules.toml"), world.path("shared/bobs.toml")).expect("moved");
    world.write("shared/alice/mine.toml", RULES);
    give(&world, "shared/alice/mine.toml", ANN, ANN, 0o644);
    symlink("alice/mine.toml", world.path("shared/rules.toml")).expect("a link");
    std::os::unix::fs::lchown(world.path("shared/rules.toml"), Some(BOB), Some(BOB)).expect("an owner");
    refused(
        &world,
        &mut by(&world, ANN, &[], "shared/alice", &["new"]),
        "[DIR]/shared/rules.toml was found by search and belongs to users",
    );
    // In a sticky folder that hands its group on, everybody's file is the group's.
    fs::remove_file(world.path("shared/rules.toml")).expect("removed");
    fs::rename(world.path("shared/bobs.toml"), world.path("shared/rules.toml")).expect("moved");
    give(&world, "shared/rules.toml", EVE, GROUP, 0o644);
    give(&world, "shared", 0, GROUP, 0o3777);
    refused(
        &world,
        &mut by(&world, ANN, &[GROUP], "shared/alice", &["new"]),
        "[DIR]/shared/rules.toml was found",
    );
}

#[test]
fn root_in_a_container_says_whose_rules_it_trusts() {
    if !is_root() {
        return;
    }
    for mode in [0o644, 0o777] {
        let world = world();
        world.write("code/rules.toml", RULES);
        world.write("code/deep/x", "");
        let mut init = world.custcode(["init", "--quiet"]);
        assert!(init.current_dir(world.path("code")).output().expect("starts").status.success());
        give(&world, "code", 1000, 1000, if mode == 0o777 { 0o777 } else { 0o755 });
        give(&world, "code/rules.toml", 1000, 1000, mode);
        let new = || {
            let mut command = world.custcode(["new"]);
            command.current_dir(world.path("code/deep"));
            command
        };
        refused(&world, &mut new(), "[DIR]/code/rules.toml was found by search and belongs to user 1000");
        issues(&world, new().env("CUSTCODE_TRUST", world.path("code")), "N001");
        issues(&world, new().env("CUSTCODE_TRUST", "*"), "N002");
        let several = format!("/srv:{}", world.path("").display());
        issues(&world, new().env("CUSTCODE_TRUST", several), "N003");
        refused(&world, new().env("CUSTCODE_TRUST", "/srv"), "[DIR]/code/rules.toml was found");
        issues(&world, new().env("SUDO_UID", "1000"), "N004");
        refused(&world, new().env("SUDO_UID", "1001"), "[DIR]/code/rules.toml was found");
        issues(&world, new().args(["--rules", "../rules.toml"]), "N005");
        issues(&world, new().env("CUSTCODE_RULES", "../rules.toml"), "N006");
        let (status, _, stderr) = said(&world, new().env("CUSTCODE_TRUST", "code"));
        assert_eq!(status, Some(2), "{stderr}");
        let config = world.path("../home/.config/custcode");
        fs::create_dir_all(&config).expect("made");
        fs::write(config.join("trust"), format!("# mine\n\n{}\n", world.path("code").display()))
            .expect("written");
        issues(&world, &mut new(), "N007");
        set_mode(&config.join("trust"), 0o666);
        refused(&world, &mut new(), "[DIR]/code/rules.toml was found");
    }
}

#[test]
fn a_mount_where_everything_is_open_to_all_is_ones_own() {
    if !is_root() {
        return;
    }
    let world = world();
    world.write("mount/rules.toml", RULES);
    give(&world, "mount", ANN, ANN, 0o777);
    give(&world, "mount/rules.toml", ANN, ANN, 0o777);
    assert!(said(&world, &mut by(&world, ANN, &[], "mount", &["init", "-q"])).0 == Some(0));
    issues(&world, &mut by(&world, ANN, &[], "mount", &["new"]), "N001");
    refused(&world, &mut by(&world, BOB, &[ANN], "mount", &["new"]), "[DIR]/mount/rules.toml was found");
}

#[test]
fn colleagues_share_rules_in_a_folder_of_their_group() {
    if !is_root() {
        return;
    }
    let world = world();
    world.write(
        "office/rules.toml",
        format!("custcode = 1\nstore_group = \"{GROUP}\"\n[rules.r]\npattern = \"R{{seq:3}}\"\n"),
    );
    give(&world, "office/rules.toml", ANN, GROUP, 0o660);
    give(&world, "office", ANN, GROUP, 0o2770);
    assert_eq!(said(&world, &mut by(&world, ANN, &[GROUP], "office", &["init", "-q"])).0, Some(0));
    issues(&world, &mut by(&world, ANN, &[GROUP], "office", &["new"]), "R001");
    issues(&world, &mut by(&world, BOB, &[GROUP], "office", &["new"]), "R002");
    // Eve is not in the group: a folder that she may not look into is not one without rules.
    let mut eve = by(&world, EVE, &[], "", &["new", "--type", "vip"]);
    let inside = format!("cd {} && exec \"$@\"", world.path("office").display());
    let mut shell = world.command("sh");
    shell.args(["-c", &inside, "sh"]).arg(eve.get_program()).args(eve.get_args());
    refused(&world, &mut shell, "[DIR]/office/rules.toml cannot be used as the rule file: Permission denied");
    // Nor is one that she may enter and whose rules she may not read.
    set_mode(&world.path("office"), 0o2775);
    refused(&world, eve.current_dir(world.path("office")), "[DIR]/office/rules.toml was found by search");
    chown(world.path("office/rules.toml"), Some(0), Some(GROUP)).expect("an owner");
    refused(&world, &mut eve, "[DIR]/office/rules.toml cannot be used as the rule file: Permission denied");
}

#[test]
fn the_config_folder_of_another_user_is_a_note() {
    if !is_root() {
        return;
    }
    let world = world();
    world.write("data/x", "");
    set_mode(&world.path("data"), 0o777);
    fs::create_dir_all(world.path("../home/.config/custcode")).expect("made");
    set_mode(&world.path("../home/.config"), 0o700);
    let mut command = by(&world, ANN, &[], "", &["new", "--type", "vip"]);
    command.env("XDG_DATA_HOME", world.path("data"));
    let (status, stdout, stderr) = said(&world, &mut command);
    assert_eq!((status, stdout.as_str()), (Some(0), "01A0001\n"), "{stderr}");
    assert!(
        stderr.starts_with(
            "note: [HOME]/.config/custcode is not yours and could not be looked at: Permission denied"
        ),
        "{stderr}"
    );
    // One's own folder that one may not look into hides rules that were there.
    chown(world.path("../home/.config"), Some(ANN), Some(ANN)).expect("an owner");
    set_mode(&world.path("../home/.config"), 0o000);
    refused(
        &world,
        &mut command,
        "[HOME]/.config/custcode/rules.toml cannot be used as the rule file: Permission denied",
    );
}

#[test]
fn the_search_through_parent_folders_ends_at_a_ceiling() {
    let folder = Folder::sqlite();
    folder.write("above/rules.toml", RULES);
    folder.write("above/here/below/x", "");
    let root = folder.path("").canonicalize().expect("it exists");
    symlink("above", folder.path("link")).expect("a link");
    let reasons = |from: &str, ceiling: &str| {
        let mut command = folder.custcode(["rules", "show", "-v"]);
        command.current_dir(folder.path(from)).env("CUSTCODE_CEILING", ceiling);
        let (status, _, stderr) = said(&folder, &mut command);
        assert_eq!(status, Some(0), "{stderr}");
        stderr.lines().next().unwrap_or_default().to_owned()
    };
    let above = root.join("above").display().to_string();
    let found = "rules: [DIR]/above/rules.toml (in a parent folder)";
    assert_eq!(reasons("above/here/below", &root.display().to_string()), found);
    assert_eq!(reasons("above/here", &format!("/srv:{above}/here/below:")), found);
    let none = "rules: built in (no rules.toml here, in a parent, in your config folder or in /etc/custcode)";
    assert_eq!(reasons("above/here/below", &above), none);
    assert_eq!(reasons("above/here/below", &format!("/srv:{above}")), none);
    assert_eq!(reasons("above/here", &folder.path("link").display().to_string()), none);
    // The working folder is looked at, whatever the ceiling.
    assert_eq!(reasons("above", &above), "rules: [DIR]/above/rules.toml (in this folder)");
    assert_eq!(reasons("above/here", &format!("{above}/here")), none);
    let mut relative = folder.custcode(["new"]);
    let (status, stdout, stderr) = said(&folder, relative.env("CUSTCODE_CEILING", "above"));
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    assert_eq!(
        stderr,
        "error: CUSTCODE_CEILING: \"above\" does not begin with /\n\
         hint: CUSTCODE_CEILING=/home:/srv ends the search through parent folders below these\n"
    );
}

#[test]
fn a_ledger_above_the_ceiling_is_not_met() {
    let folder = Folder::sqlite();
    folder.write("above/here/x", "");
    fs::write(folder.path("above/rules.toml"), RULES).expect("written");
    let done = |from: &str, args: &[&str], ceiling: &str| {
        let mut command = folder.custcode(args);
        command.current_dir(folder.path(from)).env("CUSTCODE_CEILING", folder.path(ceiling));
        said(&folder, &mut command)
    };
    assert_eq!(done("above", &["init", "-q"], "").0, Some(0));
    fs::remove_file(folder.path("above/rules.toml")).expect("removed");
    assert_eq!(done("above/here", &["rules", "show"], "").0, Some(3));
    assert_eq!(done("above/here", &["rules", "show"], "above").0, Some(0));
    // Neither is git's folder.
    fs::create_dir_all(folder.path("above/.git")).expect("made");
    assert_eq!(done("above/here", &["init", "-q"], "above").0, Some(0));
    assert!(!folder.path("above/here/.gitignore").exists());
}
