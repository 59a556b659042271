//! The reference inside the program: its pages show what happens, exist in both languages alike,
//! and are printed by `help -k` and `man`.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Folder, Test, documents, project, skipped_on_postgres, transcript};

macro_rules! pages {
    ($($module:ident: $name:literal),* $(,)?) => {
        /// Every page by name.
        const PAGES: &[&str] = &[$($name),*];

        $(mod $module {
            #[test]
            fn shows_what_happens() {
                super::performs("en", $name);
            }

            #[test]
            fn shows_what_happens_in_chinese() {
                super::performs("zh", $name);
            }
        })*
    };
}

pages![
    codes: "codes",
    import: "import",
    rules: "rules",
    changing_rules: "changing-rules",
    checking: "checking",
    migrating: "migrating",
    erasing: "erasing",
    recipes: "recipes",
    json: "json",
    locations: "locations",
    postgres: "postgres",
    safety: "safety",
    words: "words",
];

/// Runs what a page shows.
#[track_caller]
fn performs(language: &str, name: &str) {
    if !skipped_on_postgres("the documents show a ledger in a file") {
        transcript::run(&file(language, name));
    }
}

fn file(language: &str, name: &str) -> String {
    format!("src/cli/pages/{language}/{name}.md")
}

fn text(language: &str, name: &str) -> String {
    let file = file(language, name);
    fs::read_to_string(project().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_page_exists_in_both_languages() {
    let expected: BTreeSet<String> = PAGES.iter().map(|name| format!("{name}.md")).collect();
    for language in ["en", "zh"] {
        let folder = project().join("src/cli/pages").join(language);
        let entries = fs::read_dir(folder).expect("the pages").map(|entry| entry.expect("readable"));
        let found: BTreeSet<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(found, expected, "{language}");
    }
    let listed = Folder::sqlite().custcode(["help", "-k"]).output().expect("custcode starts");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let names: Vec<_> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names[1..], *PAGES);
}

#[test]
fn both_languages_have_the_same_parts_and_the_same_commands() {
    let pairs = PAGES.iter().map(|name| (*name, text("en", name), text("zh", name)));
    let read = |name: &str| fs::read_to_string(project().join(name)).expect("the project has a README");
    let readme = ("README", read("README.md"), read("README.zh-CN.md"));
    for (name, english, chinese) in pairs.chain([readme]) {
        assert_eq!(outline(&english), outline(&chinese), "{name}: headings, tables, lists, blocks");
        assert_eq!(commands(&english), commands(&chinese), "{name}: commands");
    }
}

/// What a page is built of: its headings by level, rows of tables, entries of lists, blocks.
fn outline(markdown: &str) -> Vec<String> {
    let mut code = false;
    let mut parts = Vec::new();
    for line in markdown.lines() {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        let word = line.split(' ').next().unwrap_or_default();
        if fence || (!code && (word.starts_with('#') || word == "|" || word == "-")) {
            parts.push(if fence { line.trim_start().to_owned() } else { word.to_owned() });
        }
    }
    parts
}

/// What is typed in transcripts, without what a comment says of it. Each page asks for the handbook
/// in its own language.
fn commands(markdown: &str) -> Vec<String> {
    let typed = markdown.lines().filter_map(|line| line.strip_prefix("$ "));
    let without_comment = typed.map(|line| line.split(" # ").next().unwrap_or_default());
    without_comment.map(|line| line.replace("--lang zh", "--lang en")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for (file, text) in documents() {
        let prose: String = text.split("```").step_by(2).collect();
        for target in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("https://") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let here = project().join(&file);
            let there = match path {
                "" => here.clone(),
                _ => here.parent().expect("a file lies in a folder").join(path),
            };
            let found = there.exists()
                && (anchor.is_empty()
                    || fs::read_to_string(&there).is_ok_and(|text| anchors(&text).contains(anchor)));
            if !found {
                broken.push(format!("{file}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The anchors that GitHub gives to headings.
fn anchors(markdown: &str) -> BTreeSet<String> {
    let headings = markdown.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let kept = line.trim_start_matches('#').trim().chars().filter_map(|letter| match letter {
                ' ' => Some('-'),
                '-' | '_' => Some(letter),
                _ if letter.is_alphanumeric() => Some(letter),
                _ => None,
            });
            kept.flat_map(char::to_lowercase).collect()
        })
        .collect()
}

#[test]
fn a_page_in_a_pipe_is_its_markdown_in_the_language_of_the_reader() {
    let english = text("en", "import");
    let chinese = text("zh", "import");
    for (variables, expected) in [
        (&[][..], &english),
        (&[("LANG", "zh_CN.UTF-8")], &chinese),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")], &english),
        (&[("LC_MESSAGES", "en_GB.UTF-8"), ("LC_ALL", "zh_TW")], &chinese),
        (&[("LC_ALL", "zh_CN.UTF-8"), ("CUSTCODE_LANG", "en")], &english),
        (&[("LANG", "C"), ("CUSTCODE_LANG", "zh")], &chinese),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")], &chinese),
    ] {
        // What the suite sets for all its commands goes before.
        let mut test = Test::new().env("LC_ALL", "");
        for (name, value) in variables {
            test = test.env(name, value);
        }
        test.args(["help", "-k", "import"]).stdout(expected).run();
    }
}

#[test]
fn a_page_on_a_terminal_is_plain_to_read_and_fits() {
    for (language, heading) in [("en", "Validation"), ("zh", "校验")] {
        let screen =
            Test::new().env("CUSTCODE_LANG", language).args(["help", "-k", "codes"]).on_terminal(200);
        assert!(screen.contains(&format!("\u{1b}[1m{heading}\u{1b}[0m\n")), "{screen}");
        assert!(!screen.contains("```") && !screen.contains("<!--") && !screen.contains("]("), "{screen}");
    }
    for (language, name) in ["en", "zh"].iter().flat_map(|it| PAGES.iter().map(move |name| (it, name))) {
        for columns in [80, 200] {
            let test = Test::new().env("CUSTCODE_LANG", language).args(["help", "-k", name, "--color=never"]);
            let screen = test.on_terminal(columns);
            let wide = |line: &&str| {
                let columns: usize = line.chars().map(|it| 1 + usize::from(it >= '\u{2e80}')).sum();
                // Code stands in and keeps its lines.
                !line.starts_with("    ") && columns > 100
            };
            let wide: Vec<_> = screen.lines().filter(wide).collect();
            assert!(wide.is_empty(), "{language} {name}: {wide:#?}");
        }
    }
}

#[test]
fn an_unknown_page_is_told_with_the_names() {
    let names = PAGES.join(", ");
    Test::new()
        .args(["help", "-k", "imports"])
        .stderr(&format!("error: no page \"imports\"\nhint: did you mean import? the pages are {names}\n"))
        .status(2)
        .run();
    Test::new()
        .args(["man", "-k", "x"])
        .stderr(&format!("error: no page \"x\"\nhint: the pages are {names}\n"))
        .status(2)
        .run();
}

#[test]
fn help_of_a_command_is_what_the_command_says() {
    let said = |words: &[&str]| {
        let output = Folder::sqlite().custcode(words).output().expect("custcode starts");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("help is UTF-8")
    };
    for words in [&[][..], &["new"], &["rules"], &["rules", "check"], &["store", "backup"], &["help"]] {
        assert_eq!(said(&[&["help"], words].concat()), said(&[words, &["--help"]].concat()), "{words:?}");
    }
    assert_eq!(said(&["help", "rules-check"]), said(&["rules", "check", "--help"]));
    let coloured = Test::new().args(["help", "new"]).on_terminal(80);
    assert!(coloured.contains("\u{1b}[1m"), "{coloured}");
    for (word, hint) in [
        ("nwe", "did you mean new? custcode --help lists the commands"),
        ("safety", "it is a page: custcode help -k safety"),
        ("xyz", "custcode --help lists the commands"),
    ] {
        for command in ["help", "man"] {
            Test::new()
                .args([command, word])
                .stderr(&format!("error: no command \"{word}\"\nhint: {hint}\n"))
                .status(2)
                .run();
        }
    }
}

#[test]
fn a_manual_page_is_found_as_it_is_called() {
    let words = |words: &[&str]| {
        let output = Folder::sqlite().custcode(words).output().expect("custcode starts");
        assert!(output.status.success(), "{words:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let check = words(&["man", "rules", "check"]);
    assert!(check.contains(".TH custcode-rules-check 1"), "{check}");
    assert_eq!(words(&["man", "rules-check"]), check);
    assert_eq!(words(&["man", "custcode-rules-check"]), check);
    assert_eq!(words(&["man", "custcode"]), words(&["man"]));
    let page = words(&["man", "-k", "rules"]);
    assert!(page.contains(".TH custcode-rules 7"), "{page}");
    assert!(page.contains(r".SH NAME") && page.contains(r"custcode\-rules \- "), "{page}");
}

#[test]
fn all_manual_pages_are_written_in_one_go() {
    let done = Test::new().args(["man", "--dir", "man"]).stderr_like("[..] manual pages in man\n").run();
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(done.folder.path(folder)).expect("it was made");
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
    };
    let pages = PAGES.iter().map(|name| format!("custcode-{name}.7")).collect();
    assert_eq!(names("man/man7"), pages);
    let help = fs::read_to_string(project().join("tests/snapshots/help.txt")).expect("the help of today");
    let commands = help.lines().filter_map(|line| line.strip_prefix("$ ")?.strip_suffix(" --help"));
    assert_eq!(names("man/man1"), commands.map(|line| format!("{}.1", line.replace(' ', "-"))).collect());

    let first = done.folder.read("man/man7/custcode-import.7");
    let done = done
        .then()
        .args(["man", "--dir", "man"])
        .stderr_like("error: man/man1/custcode.1 [..]\nhint: [..]--force[..]\n")
        .status(4)
        .run();
    let done =
        done.then().env("CUSTCODE_LANG", "zh").args(["man", "--dir", "man", "--force", "--quiet"]).run();
    let second = done.folder.read("man/man7/custcode-import.7");
    assert!(first != second && second.contains("导入"), "{second}");
}
