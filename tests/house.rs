//! The house stays in order: rooms use only rooms below them, files stand in no circle and stay
//! short, lines of prose too, nothing is left unfinished.

mod circles;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::project;

/// Each room with the rooms it may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("files", &[]),
    ("code", &[]),
    ("table", &["code", "files"]),
    ("rule", &["code", "files"]),
    ("store", &["files"]),
    ("registry", &["store", "rule", "table", "code", "files"]),
    ("ledger", &["registry", "store", "rule"]),
    ("report", &["registry", "store", "rule", "table", "code"]),
    ("cli", &["report", "registry", "store", "rule", "table", "code"]),
];

#[test]
fn rooms_use_only_rooms_below_them() {
    let mut trespasses = Vec::new();
    for (room, allowed) in ROOMS {
        for file in sources(&project().join("src")).iter().filter(|file| belongs(file, room)) {
            for (number, line) in numbered(file) {
                for used in used_rooms(&line) {
                    if used != *room && !allowed.contains(&used.as_str()) {
                        trespasses.push(format!("{}:{number}: {room} uses {used}", shown(file)));
                    }
                }
            }
        }
    }
    assert!(trespasses.is_empty(), "{}", trespasses.join("\n"));
}

#[test]
fn every_room_is_known_to_this_test() {
    let lib = fs::read_to_string(project().join("src/lib.rs")).expect("the library has a root");
    let rooms: Vec<_> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    for room in rooms {
        assert!(
            ROOMS.iter().any(|(known, _)| *known == room),
            "src/lib.rs: {room} has no place in the order"
        );
    }
}

#[test]
fn files_stay_short_enough_to_be_read() {
    let too_long: Vec<_> = sources(&project().join("src"))
        .iter()
        .map(|file| (shown(file), numbered(file).count()))
        .filter(|(name, lines)| *lines > if name == "src/main.rs" { 40 } else { 500 })
        .collect();
    assert!(too_long.is_empty(), "{too_long:?}");
}

/// Lines of a function, comments and blank lines left out.
const FUNCTION: usize = 70;
/// Longer functions that are still allowed, by file and name. Each leaves this list when it is
/// shorter.
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    ("src/cli/error/kind.rs", "registry"),
    ("src/cli/error/tests.rs", "every"),
    ("src/registry/import/write.rs", "run"),
    ("src/rule/compile/rules.rs", "one"),
    ("src/rule/compile/sequence.rs", "read"),
    ("tests/detection/tables.rs", "digits_are_caught_as_in_the_table"),
    ("tests/postgres/round_trips.rs", "no_write_costs_more_round_trips_than_it_needs"),
];

#[test]
fn functions_stay_short_enough_to_be_read() {
    let mut found = Vec::new();
    for file in ["src", "tests"].iter().flat_map(|folder| sources(&project().join(folder))) {
        let lines: Vec<_> = numbered(&file).map(|(_, line)| line).collect();
        let functions = long_functions(&lines);
        found.extend(functions.into_iter().map(|(name, length)| (shown(&file), name, length)));
    }
    let is =
        |known: &(&str, &str), (file, name, _): &(String, String, usize)| known.0 == file && known.1 == name;
    let new: Vec<_> =
        found.iter().filter(|long| !LONG_FUNCTIONS.iter().any(|known| is(known, long))).collect();
    assert!(new.is_empty(), "longer than {FUNCTION} lines: {new:#?}");
    let gone: Vec<_> =
        LONG_FUNCTIONS.iter().filter(|known| !found.iter().any(|long| is(known, long))).collect();
    assert!(gone.is_empty(), "short by now, take them off the list: {gone:?}");
}

/// The functions of a formatted file that are too long, with their lengths.
fn long_functions(lines: &[String]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some((before, after)) = line.trim_start().split_once("fn ") else { continue };
        let is_item = before.is_empty() || (before.starts_with("pub") || before.starts_with("const"));
        if !is_item || line.ends_with(';') || line.ends_with('}') {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let body = lines[at + 1..].iter().take_while(|line| **line != end);
        let said = |line: &&String| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let length = body.filter(said).count();
        if length > FUNCTION {
            found.push((leading_word(after), length));
        }
    }
    found
}

#[test]
fn modules_with_children_are_called_mod() {
    // The suite's root names the files beside it, so those of tests keep their names.
    for file in sources(&project().join("src")) {
        let folder = file.with_extension("");
        assert!(!folder.is_dir(), "{}: move it to {}/mod.rs", shown(&file), shown(&folder));
    }
}

/// Columns of a line of prose, which formatters leave alone.
const COLUMNS: usize = 100;

#[test]
fn prose_is_written_in_short_lines() {
    let mut long = Vec::new();
    for file in ["src", "tests"].iter().flat_map(|folder| sources(&project().join(folder))) {
        let prose = numbered(&file).filter(|(_, line)| line.trim_start().starts_with("//"));
        let long_ones = prose.filter(|(_, line)| line.chars().count() > COLUMNS);
        long.extend(long_ones.map(|(number, _)| format!("{}:{number}", shown(&file))));
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn nothing_is_left_unfinished() {
    // Written in halves, so that this file does not find itself.
    let words = [concat!("to", "do!("), concat!("db", "g!("), concat!("TO", "DO"), concat!("FIX", "ME")];
    let mut findings = Vec::new();
    for file in ["src", "tests"].iter().flat_map(|folder| sources(&project().join(folder))) {
        for (number, line) in numbered(&file) {
            findings.extend(
                words
                    .iter()
                    .filter(|word| line.contains(*word))
                    .map(|word| format!("{}:{number}: {word}", shown(&file))),
            );
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn documents_for_contributors_name_what_exists() {
    for entry in fs::read_dir(project().join(".github")).expect("the documents") {
        let file = entry.expect("readable").path();
        if file.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        for (number, line) in numbered(&file) {
            for word in line.split('`').skip(1).step_by(2) {
                let is_path =
                    ["src/", "tests/", "examples/", ".ci/"].iter().any(|folder| word.starts_with(folder));
                let exists = !is_path || project().join(word).exists();
                assert!(exists, "{}:{number}: there is no {word}", shown(&file));
            }
        }
    }
}

#[test]
fn continuous_integration_builds_with_the_oldest_rust() {
    let read = |name: &str| fs::read_to_string(project().join(name)).expect("it exists");
    let manifest = read("Cargo.toml");
    let oldest = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    let matrix = format!("rust: [{oldest}, stable]");
    assert_eq!(read(".github/workflows/ci.yml").matches(&matrix).count(), 2, "{matrix} on both systems");
}

#[test]
fn no_test_file_is_forgotten() {
    let main = fs::read_to_string(project().join("tests/main.rs")).expect("the suite has a root");
    for entry in fs::read_dir(project().join("tests")).expect("tests exist") {
        let path = entry.expect("readable").path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".rs")) else {
            continue;
        };
        let listed = main.lines().any(|line| line.strip_prefix("mod ") == Some(&format!("{name};")));
        assert!(name == "main" || listed, "tests/{name}.rs is no `mod` of tests/main.rs");
    }
}

/// Rust files under `folder`, sorted.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Lines with their numbers from 1.
fn numbered(file: &Path) -> impl Iterator<Item = (usize, String)> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    (1..).zip(lines)
}

fn belongs(file: &Path, room: &str) -> bool {
    let inside = file.strip_prefix(project().join("src")).expect("a source lies in src");
    inside.starts_with(room) || inside == Path::new(&format!("{room}.rs"))
}

/// The rooms a line of code names, `use crate::rule::…` or `crate::{code, rule::…}`; comments may
/// name any.
fn used_rooms(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut rooms = Vec::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            rooms.extend(list.split(',').map(leading_word));
        } else {
            rooms.push(leading_word(rest));
        }
    }
    rooms.retain(|word| ROOMS.iter().any(|(room, _)| room == word));
    rooms
}

fn leading_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn shown(file: &Path) -> String {
    file.strip_prefix(project()).expect("a file of the project").display().to_string()
}

#[test]
fn room_names_are_found_in_all_their_spellings() {
    assert_eq!(used_rooms("use crate::rule::RuleBook;"), ["rule"]);
    assert_eq!(used_rooms("use crate::{code::Pattern, table};"), ["code", "table"]);
    assert_eq!(used_rooms("    fn f(x: crate::store::Result<()>) {} // crate::cli"), ["store"]);
    assert!(used_rooms("/// See [`crate::cli`].").is_empty());
}
