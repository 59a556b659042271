//! Whatever a ledger holds, it comes through a backup and through a copy as it was.

use std::fs::File;
use std::path::Path;

use custcode::registry::customer::edit::EditRequest;
use custcode::registry::customer::request::{Description, Jump};
use custcode::registry::number::issue::IssueRequest;
use custcode::registry::number::register::RegisterRequest;
use custcode::registry::transfer::backup::back_up;
use custcode::registry::transfer::copy::{CopyRequest, copy};
use custcode::registry::transfer::restore::{Input, RestoreRequest, restore};
use custcode::registry::transfer::unfence::UnfenceRequest;
use custcode::registry::workspace::init;
use custcode::registry::{Places, Registry, Who, Workspace};
use custcode::store::sqlite::Draft;
use custcode::store::{self, Access, Location, Options};
use proptest::prelude::*;

use super::{Nobody, PATIENT, RULES, content, many_customers, sound};

/// What is done to a ledger.
#[derive(Debug, Clone)]
enum Deed {
    /// A new customer: type, name, one attribute.
    Issue(bool, String, String),
    /// A code from outside, with a gap below or with the counter left where it is.
    Register(u64, bool, String),
    /// A code that no rule reads.
    Legacy(String),
    /// The n-th code gets another name.
    Edit(usize, String),
}

/// Anything that a name can hold: quotes, line ends, control characters, other scripts, what
/// spreadsheets take for formulas.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\u{1}-\u{10FFFF}]{1,12}",
        Just("=1+1\r\n\t\"'\\\u{1b}[2J\u{202e}\u{feff}".to_owned()),
        Just("华东机械有限公司".to_owned())
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (any::<bool>(), name(), name()).prop_map(|(vip, name, more)| Deed::Issue(vip, name, more)),
        2 => (1..9_999_u64, any::<bool>(), name()).prop_map(|(number, below, name)| Deed::Register(number, below, name)),
        1 => "[A-Z/·中]{1,8}".prop_map(Deed::Legacy),
        2 => (0..20_usize, name()).prop_map(|(place, name)| Deed::Edit(place, name)),
    ]
}

fn who() -> Who {
    Who { actor: "李 \"L\"".into(), os_user: "li".into(), host: "office".into() }
}

fn open(folder: &Path, ledger: &str) -> Registry<'static> {
    let places = Places {
        rules_flag: Some(folder.join("rules.toml")),
        store_flag: Some(folder.join(ledger).display().to_string()),
        ..Places::default()
    };
    let now = "2026-11-22T01:00:00Z".parse().expect("a time");
    Workspace::find(&places)
        .and_then(|found| found.open(Access::Write, who(), now, PATIENT))
        .expect("a ledger")
}

/// Does it; what the registry refuses leaves nothing behind.
fn perform(registry: &mut Registry<'_>, deed: &Deed, codes: &mut Vec<String>) {
    let described = |name: &String| Description { name: Some(name.clone()), ..Description::default() };
    match deed {
        Deed::Issue(vip, name, more) => {
            let kind = if *vip { "vip" } else { "regular" };
            let description = Description {
                fields: vec![("type".into(), kind.into())],
                attributes: vec![("note".into(), more.clone())],
                ..described(name)
            };
            let issued = registry.issue(&IssueRequest { description, ..IssueRequest::default() });
            codes.extend(issued.into_iter().flat_map(|outcome| outcome.codes).map(|one| one.code));
        }
        Deed::Register(number, below, name) => {
            let jump = if *below { Jump::KeepBelow } else { Jump::Allow };
            let code = format!("01{number:04}");
            let request = RegisterRequest { code, description: described(name), jump, ..Default::default() };
            let _ = registry.register(&request);
        }
        Deed::Legacy(code) => {
            let request = RegisterRequest {
                code: code.clone(),
                description: described(code),
                legacy: true,
                ..Default::default()
            };
            let _ = registry.register(&request);
        }
        Deed::Edit(place, name) => {
            if let Some(code) = codes.get(*place) {
                let request =
                    EditRequest { code: code.clone(), name: Some(name.clone()), ..EditRequest::default() };
                let _ = registry.edit(&request);
            }
        }
    }
}

fn location(path: &Path) -> Location {
    Location::Sqlite(path.to_owned())
}

fn backed_up(ledger: &Path, file: &Path) {
    let mut store = store::open(&location(ledger), Access::Read).expect("a ledger");
    let draft = Draft::beside(file).expect("a place");
    let now = "2026-11-22T01:00:00Z".parse().expect("a time");
    let verified = back_up(store.as_mut(), draft, "the ledger", now, &mut Nobody).expect("a backup");
    let backup = verified.publish(file, false).expect("a free name");
    assert_eq!(backup.counts, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_ledger_survives_a_backup_and_a_move(deeds in prop::collection::vec(deed(), 0..24)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("rules.toml"), RULES).expect("written");
        let places = Places { rules_flag: Some(path("rules.toml")), ..Places::default() };
        init::init(&places, None, custcode::store::Waiting::default()).expect("a ledger");
        let mut registry = open(folder.path(), "custcode.db");
        let mut codes = Vec::new();
        for deed in &deeds {
            perform(&mut registry, deed, &mut codes);
        }
        drop(registry);
        let before = content(&path("custcode.db"));

        backed_up(&path("custcode.db"), &path("one.bak"));
        let bytes = Box::new(File::open(path("one.bak")).expect("a backup"));
        let input = Input { name: "the backup", bytes, length: None };
        let (to, options) = (location(&path("restored.db")), Options::default());
        let request = RestoreRequest { backup: input, to: &to, options: &options, yes: false, erasures: &[] };
        restore(request, &mut Nobody).expect("restored");
        prop_assert_eq!(&content(&path("restored.db")), &before);
        // The same rows again: what differs is the fence alone.
        backed_up(&path("restored.db"), &path("two.bak"));
        prop_assert_eq!(&content(&path("one.bak")), &before);
        prop_assert_eq!(&content(&path("two.bak")), &before);

        for (from, to) in [("custcode.db", "there.db"), ("there.db", "back.db")] {
            let (from, to) = (location(&path(from)), location(&path(to)));
            let request = CopyRequest { from: &from, to: &to, fence: false, waiting: &store::Waiting::default() };
            let now = "2026-11-22T01:00:00Z".parse().expect("a time");
            copy(request, &who(), now, PATIENT, &mut Nobody).expect("a copy");
        }
        prop_assert_eq!(&content(&path("back.db")), &before);
        prop_assert_eq!(&content(&path("custcode.db")), &before);

        // All of them go on with the same code.
        let mut next = Vec::new();
        for ledger in ["custcode.db", "restored.db", "back.db"] {
            let mut registry = open(folder.path(), ledger);
            registry.unfence(&UnfenceRequest { nothing_lost: true, ..UnfenceRequest::default() }).expect("lifted");
            let description = Description { fields: vec![("type".into(), "vip".into())], ..Description::default() };
            let issued = registry.issue(&IssueRequest { description, ..IssueRequest::default() });
            next.push(issued.map(|outcome| outcome.codes).map_err(|error| error.to_string()));
            drop(registry);
            sound(&path(ledger), ledger);
        }
        prop_assert_eq!(&next[0], &next[1]);
        prop_assert_eq!(&next[0], &next[2]);
    }
}

#[test]
fn a_whole_batch_and_more_goes_through() {
    let folder = super::company();
    folder.write("many.csv", many_customers(9_000));
    super::must(&folder, &["import", "many.csv"]);
    let before = content(&folder.path("custcode.db"));
    super::must(&folder, &["store", "copy", "custcode.db", "copy.db"]);
    super::must(&folder, &["store", "backup", "b.bak"]);
    super::must(&folder, &["store", "restore", "b.bak", "--store", "r.db"]);
    for path in ["copy.db", "r.db"] {
        assert_eq!(content(&folder.path(path)), before, "{path}");
        sound(&folder.path(path), path);
    }
    assert!(
        File::open(folder.path("b.bak")).and_then(|file| file.metadata()).expect("a file").len() > 1_000_000
    );
}
