//! What a terminal is shown: nothing that somebody stored, or that stands in a file or a name,
//! moves its cursor or hides itself.

use std::fmt::Write as _;

use crate::support::{Folder, terminal};

/// Clears the screen, writes to the clipboard, goes back over the line, turns it around, hides.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]52;c;eA==\u{7}\r\u{9b}31m\u{202e}\u{200b}\u{1b}[1;31m";

/// Nothing of it is sent.
#[track_caller]
fn harmless(screen: &str, what: &str) {
    // The program's own styles are single ones, unlike the hostile one.
    let plain = screen.split("\u{1b}[").enumerate().map(|(place, piece)| {
        let styled =
            piece.find('m').filter(|at| *at > 0 && piece[..*at].bytes().all(|byte| byte.is_ascii_digit()));
        match styled {
            Some(at) if place > 0 => piece[at + 1..].to_owned(),
            _ if place > 0 => ["\u{1b}[", piece].concat(),
            _ => piece.to_owned(),
        }
    });
    let plain: String = plain.collect();
    let bad = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    let hidden = ['\u{202e}', '\u{200b}'];
    assert!(!plain.contains(bad) && !plain.contains(hidden), "{what}: {screen:?}");
}

/// A world in which every text that a person could choose is hostile.
fn world() -> Folder {
    let folder = Folder::new();
    let mut label = String::new();
    for letter in HOSTILE.chars() {
        let _ = write!(label, "\\U{:08x}", u32::from(letter));
    }
    folder.write(
        "rules.toml",
        format!(
            "custcode = 1\n[fields.kind]\nlabel = \"L{label}\"\nvalues = {{ a = {{ code = \"A\", label = \"V{label}\" }}, b = \"B\" }}\n\
             [rules.r]\nlabel = \"R{label}\"\npattern = \"{{kind}}{{seq:3}}\"\n"
        ),
    );
    folder
        .write("broken.toml", format!("custcode = 1\n[rules.r]\npattern = \"N{{seq:3}}\"\nx{HOSTILE} = 1\n"));
    folder.init();
    folder.write(
        "in.csv",
        format!("ref,name,kind,\"attr{HOSTILE}\"\n\"R\u{202e}\u{200b}\",\"N{HOSTILE}\",a,\"V{HOSTILE}\"\n"),
    );
    folder.write("bad.csv", format!("ref,name,\"kind{HOSTILE}\",kind\nX,\"N{HOSTILE}\",a,\"q{HOSTILE}\"\n"));
    folder
}

#[test]
fn nothing_that_was_stored_reaches_the_terminal_raw() {
    let folder = world();
    // An actor with a control character is refused.
    let actor: String = "me".chars().chain(HOSTILE.chars().filter(|letter| !letter.is_control())).collect();
    let mut setup = folder.custcode(["import", "in.csv", "-q", "--actor", &actor]);
    let output = setup.output().expect("custcode starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let commands = [
        "list",
        "export",
        "show A001",
        "log",
        "gaps",
        "validate A001 Z9",
        "rules show",
        "rules show r",
        "rules guide",
        "rules check",
        "rules diff",
        "store info",
        "store check",
        "store backup -",
        "new --set kind=a --dry-run",
    ];
    for line in commands {
        for format in ["table", "plain", "json", "jsonl", "csv"] {
            let words: Vec<_> = line.split(' ').chain(["--format", format]).map(str::to_owned).collect();
            harmless(&terminal::capture(&folder, 200, &words), &format!("{line} {format}"));
        }
    }
}

#[test]
fn nothing_that_was_typed_or_read_reaches_the_terminal_raw() {
    let hostile = |word: &str| format!("{word}{HOSTILE}");
    let lines: Vec<Vec<String>> = vec![
        vec![hostile("nwe")],
        vec!["new".into(), hostile("--opt")],
        vec!["new".into(), "--wait".into(), hostile("x")],
        vec!["new".into(), "--set".into(), hostile("kind=")],
        vec!["new".into(), "--rule".into(), hostile("r")],
        vec!["show".into(), hostile("A")],
        vec!["validate".into(), hostile("A")],
        vec!["void".into(), hostile("A"), "--reason".into(), "x".into()],
        vec!["import".into(), hostile("no.csv")],
        vec!["import".into(), "bad.csv".into()],
        vec!["import".into(), "bad.csv".into(), "--json".into()],
        vec!["rules".into(), "check".into(), "broken.toml".into()],
        vec!["rules".into(), "check".into(), "broken.toml".into(), "--color".into(), "always".into()],
        vec!["rules".into(), "check".into(), hostile("no.toml")],
        vec!["--rules".into(), hostile("no.toml"), "new".into()],
        vec!["--store".into(), hostile("./no.db"), "list".into()],
        vec!["--store".into(), hostile("./no.db"), "list".into(), "--json".into()],
        vec!["man".into(), hostile("x")],
        vec!["rules".into(), "from-mask".into(), "--from".into(), "frappe".into(), hostile("A")],
    ];
    let folder = world();
    for args in lines {
        harmless(&terminal::capture(&folder, 200, &args), &format!("{args:?}"));
    }
}
