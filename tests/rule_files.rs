//! Rule files as users write them: `tests/rules/valid` load and print what they say,
//! `tests/rules/invalid` are refused with exactly the text beside them (`CUSTCODE_BLESS=1` writes
//! it anew), and what the prover says is true.

mod built_in;
mod long;
mod proofs;
mod random;

use std::fs;
use std::path::{Path, PathBuf};

use custcode::rule::{Bundle, Diagnostics, ProvedBook, RuleBook};
use jiff::civil::Date;

/// The rule files below `tests/rules/KIND`: files, and folders with a `rules.toml`.
fn rule_files(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(kind);
    let entries = fs::read_dir(folder).expect("the folder of rule files");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| if path.is_dir() { path.join("rules.toml") } else { path })
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    assert!(files.len() > 5, "{files:?}");
    files
}

fn load(path: &Path) -> Result<ProvedBook, Diagnostics> {
    ProvedBook::load(Bundle::read(path).expect("a readable bundle"))
}

fn book(text: &str) -> Result<ProvedBook, Diagnostics> {
    let files = vec![("rules.toml".to_owned(), text.to_owned())];
    ProvedBook::load(Bundle::new(custcode::rule::Origin::Ledger, files))
}

/// What one customer has, and the code a rule file says it gets:
/// `#= rule=NAME field=value number=1 -> CODE field=read`.
struct Expected {
    words: Vec<(String, String)>,
    code: String,
    /// Values that read back as something else than was given.
    read: Vec<(String, String)>,
}

impl Expected {
    fn of(line: &str) -> Option<Self> {
        let (given, printed) = line.strip_prefix("#= ")?.split_once(" -> ").expect("an arrow");
        let pair =
            |word: &str| word.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).expect("key=value");
        let (code, read) = printed.split_once(' ').unwrap_or((printed, ""));
        let read = read.split_whitespace().map(pair).collect();
        Some(Self { words: given.split_whitespace().map(pair).collect(), code: code.to_owned(), read })
    }

    fn word(&self, key: &str) -> Option<&str> {
        self.words.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    fn check(&self, book: &RuleBook) {
        let date: Date = self.word("date").unwrap_or("2024-01-31").parse().expect("a date");
        let number = self.word("number").map_or(0, |number| number.parse().expect("a number"));
        let value = |name: &str| {
            let field = book.field(name)?;
            let given = self.word(name).map(|given| field.resolve(given).expect(given).into_owned());
            given.or_else(|| field.default.clone())
        };
        let rule = book.select(self.word("rule"), &value, date).expect(&self.code);
        let prepared = rule.prepare(book, &value, date).expect(&self.code);
        let mut code = String::new();
        rule.print(&prepared, date, number, &mut code).expect(&self.code);
        assert_eq!(code, self.code);

        let reading = book.read(&code).unwrap_or_else(|rejection| panic!("{code}: {:?}", rejection.invalid));
        assert_eq!(reading.rule.name, rule.name);
        assert_eq!(book.matches(code.as_bytes()).map(|rule| rule.name.as_str()), Some(rule.name.as_str()));
        assert_eq!(
            (reading.scope.as_str(), reading.number.unwrap_or(0)),
            (prepared.scope.as_str(), number),
            "{code}"
        );
        for (field, key) in reading.segments.iter().filter_map(|segment| segment.value.as_ref()) {
            let read_as = self.read.iter().find(|(name, _)| name == field).map(|(_, key)| key.clone());
            if !reading.segments.iter().any(|segment| segment.name.contains('@')) || read_as.is_some() {
                assert_eq!(Some(key.clone()), read_as.or_else(|| value(field)), "{code}");
            }
        }
    }
}

#[test]
fn valid_rule_files_print_what_they_say() {
    for path in rule_files("valid") {
        let book =
            load(&path).unwrap_or_else(|findings| panic!("{}\n{}", path.display(), findings.render(false)));
        assert!(book.warnings.list.is_empty(), "{}\n{}", path.display(), book.warnings.render(false));
        let text = fs::read_to_string(&path).expect("readable");
        let expected: Vec<Expected> = text.lines().filter_map(Expected::of).collect();
        assert!(!expected.is_empty(), "{} expects no code", path.display());
        for expected in expected {
            expected.check(&book);
        }
    }
}

#[test]
fn invalid_rule_files_are_refused_in_these_words() {
    let mut wrong = Vec::new();
    for path in rule_files("invalid") {
        let rendered = match load(&path) {
            Ok(book) => {
                assert!(!book.warnings.list.is_empty(), "{} is not wrong", path.display());
                book.warnings.render(false)
            }
            Err(findings) => findings.render(false),
        };
        let beside = path.with_extension("stderr");
        if std::env::var_os("CUSTCODE_BLESS").is_some() {
            fs::write(&beside, &rendered).expect("written");
        }
        if fs::read_to_string(&beside).unwrap_or_default() != rendered {
            wrong.push(format!("{}\n{rendered}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn findings_know_their_line_and_column() {
    let findings =
        book("[rules.graded]\nlabel = \"客户\"\npattern = \"K客{typ}{seq:4}\"\n").expect_err("wrong");
    let places: Vec<(&str, (usize, usize))> =
        findings.list.iter().map(|f| (f.kind, findings.position(f))).collect();
    assert_eq!(places, [("bad-pattern", (3, 13)), ("unknown-field", (3, 14))]);
    assert_eq!(findings.positions(), [(3, 13), (3, 14)]);
    assert!(findings.render(true).contains('\u{1b}'));
    assert!(!findings.render(false).contains('\u{1b}'));
}
