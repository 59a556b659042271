//! What holds for every ledger, whatever was asked of it: random requests under random rules,
//! through the library.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use custcode::registry::audit::check::CheckRequest;
use custcode::registry::customer::edit::EditRequest;
use custcode::registry::customer::request::{Description, Jump};
use custcode::registry::number::issue::{IssueRequest, Outcome};
use custcode::registry::number::register::RegisterRequest;
use custcode::registry::{Error, Patience, Places, Registry, Who, Workspace};
use custcode::store::{self, Access, Location};
use proptest::prelude::*;

use crate::support::{Folder, Ledger};

/// What is asked of the ledger.
#[derive(Debug, Clone)]
enum Ask {
    /// A new code: type, reference, request id, how many, dry.
    Issue { kind: usize, reference: Option<u8>, request: Option<u8>, count: u64, dry: bool },
    /// A code from outside: type, number, name, how far numbers are taken.
    Register { kind: usize, number: u64, name: u8, jump: u8 },
    /// The n-th code known so far gets another reference or type.
    Edit { place: usize, reference: Option<u8>, kind: Option<usize> },
}

fn ask() -> impl Strategy<Value = Ask> {
    let issue = (
        0..3_usize,
        prop::option::weighted(0.2, 0..6_u8),
        prop::option::weighted(0.2, 0..6_u8),
        1..9_u64,
        any::<bool>(),
    )
        .prop_map(|(kind, reference, request, count, dry)| {
            // One reference is one customer.
            let count = if reference.is_some() { 1 } else { count };
            Ask::Issue { kind, reference, request, count, dry: dry && count == 3 }
        });
    let register = (0..3_usize, prop_oneof![1..7_u64, 5..7_u64, 1..100_u64], 0..3_u8, 0..3_u8)
        .prop_map(|(kind, number, name, jump)| Ask::Register { kind, number, name, jump });
    let edit = (0..30_usize, prop::option::of(0..4_u8), prop::option::weighted(0.3, 0..3_usize))
        .prop_map(|(place, reference, kind)| Ask::Edit { place, reference, kind });
    prop_oneof![4 => issue, 4 => register, 1 => edit]
}

/// A rule file: one rule whose sequence has every kind of hole.
fn rules() -> impl Strategy<Value = String> {
    let check = prop::sample::select(vec![
        "",
        "check = { algorithm = \"luhn\" }",
        // No symbol stands for 10: such numbers have no code.
        "check = { algorithm = \"weighted\", weights = [2, 3, 4, 5], modulus = 11 }",
    ]);
    let options = prop::sample::select(vec![
        "",
        "scope = []",
        "skip_digits = \"4\"",
        "start = 1, step = 3",
        "max = 5",
        "scope = [], max = 6",
        "scope = [], max = 6",
        "skip_digits = \"47\", max = 60",
    ]);
    (check, options).prop_map(|(check, options)| {
        let place = if check.is_empty() { "" } else { "{check}" };
        format!(
            "custcode = 1\n[fields.type.values]\na = \"1\"\nb = \"2\"\nc = \"3\"\n\
             [rules.r]\npattern = \"{{type}}{{seq:2}}{place}\"\nseq = {{ {options} }}\n{check}\nallow = [\"weak-check\"]\n"
        )
    })
}

const KINDS: [&str; 3] = ["a", "b", "c"];

/// A ledger under test, beside what it has answered so far.
struct World {
    folder: Folder,
    /// Whether the numbers of a scope follow one another.
    dense: bool,
    /// Every code ever given.
    codes: BTreeSet<String>,
    /// By reference: its code, as long as nobody edits it away.
    references: BTreeMap<String, String>,
    /// By request id: what was asked and answered.
    requests: BTreeMap<String, (String, Vec<String>)>,
}

impl World {
    fn new(rules: &str) -> Self {
        let folder = Folder::new();
        folder.write("rules.toml", rules);
        store::create(&Location::parse(&folder.store()).expect("a place")).expect("a new ledger");
        let (codes, references, requests) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { folder, dense: !rules.contains("step"), codes, references, requests }
    }

    fn registry(&self) -> Registry<'static> {
        open(&self.folder)
    }

    fn ask(&mut self, ask: &Ask) {
        match ask {
            Ask::Issue { kind, reference, request, count, dry } => {
                self.issue(*kind, *reference, *request, *count, *dry);
            }
            Ask::Register { kind, number, name, jump } => self.register(*kind, *number, *name, *jump),
            Ask::Edit { place, reference, kind } => self.edit(*place, *reference, *kind),
        }
    }

    fn issue(&mut self, kind: usize, reference: Option<u8>, request: Option<u8>, count: u64, dry_run: bool) {
        let reference = reference.map(|reference| format!("R{reference}"));
        let request_id = request.map(|request| format!("Q{request}"));
        let asked = IssueRequest {
            description: Description {
                reference: reference.clone(),
                fields: vec![("type".to_owned(), KINDS[kind].to_owned())],
                ..Description::default()
            },
            count,
            request_id: request_id.clone(),
            dry_run,
            ..IssueRequest::default()
        };
        let words = format!("{:?} {count}", asked.description);
        let answer = self.registry().issue(&asked);
        let earlier = request_id.as_ref().and_then(|id| self.requests.get(id)).cloned();
        match (answer, earlier) {
            (Ok(outcome), Some((before, codes))) => {
                assert_eq!(words, before, "another request under the same name was answered");
                assert_eq!(texts(&outcome), codes, "a replay that differs");
            }
            (Err(Error::Conflict { .. }), Some((before, _))) => {
                assert_ne!(words, before, "a replay was refused");
            }
            (Ok(outcome), None) => {
                self.answered(&outcome, reference.as_deref(), dry_run);
                if let Some(id) = request_id.filter(|_| !dry_run) {
                    self.requests.insert(id, (words, texts(&outcome)));
                }
            }
            (Err(Error::Conflict { .. }), None) => {
                assert!(reference.is_some_and(|known| self.references.contains_key(&known)));
            }
            (Err(Error::Exhausted { .. }), None) => {}
            (Err(error), _) => panic!("{error:?}"),
        }
    }

    fn answered(&mut self, outcome: &Outcome, reference: Option<&str>, dry_run: bool) {
        for issued in &outcome.codes {
            assert_eq!(issued.existing, self.codes.contains(&issued.code), "{}", issued.code);
        }
        if dry_run {
            return;
        }
        self.codes.extend(texts(outcome));
        if let (Some(reference), [only]) = (reference, &outcome.codes[..]) {
            let before = self.references.insert(reference.to_owned(), only.code.clone());
            assert!(before.is_none_or(|code| code == only.code), "a second code for {reference}");
        }
    }

    fn register(&mut self, kind: usize, number: u64, name: u8, jump: u8) {
        let mut registry = self.registry();
        let short = format!("{}{number:02}", kind + 1);
        // With a check digit, the one that fits; where there is none, no code either.
        let candidates = std::iter::once(short.clone()).chain((0..10).map(|digit| format!("{short}{digit}")));
        let mut candidates = candidates.filter(|code| registry.book.read(code).is_ok());
        let Some(code) = candidates.next() else { return };
        let asked = RegisterRequest {
            code: code.clone(),
            description: Description { name: Some(format!("N{name}")), ..Description::default() },
            jump: [Jump::Refuse, Jump::Allow, Jump::KeepBelow][usize::from(jump)],
            ..RegisterRequest::default()
        };
        match registry.register(&asked) {
            Ok(outcome) => self.answered(&outcome, None, false),
            Err(Error::Conflict { .. }) => assert!(self.codes.contains(&code)),
            Err(Error::Jump { .. }) => assert!(!self.codes.contains(&code)),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn edit(&mut self, place: usize, reference: Option<u8>, kind: Option<usize>) {
        let Some(code) = self.codes.iter().nth(place).cloned() else { return };
        let asked = EditRequest {
            code: code.clone(),
            add_references: reference.map(|reference| format!("E{reference}")).into_iter().collect(),
            fields: kind.map(|kind| ("type".to_owned(), KINDS[kind].to_owned())).into_iter().collect(),
            ..EditRequest::default()
        };
        match self.registry().edit(&asked) {
            Ok(edited) => {
                assert_eq!(edited.code, code);
            }
            Err(Error::Conflict { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Every promise, asked of the tables themselves and of the registry.
    fn check(&self) {
        let ledger = Ledger::read_in(&self.folder);
        // The checker takes a sequence of steps for one of holes.
        let holes = |it: &&String| self.dense || !it.contains("nobody knows about");
        let damage: Vec<_> = ledger.damage.iter().filter(holes).collect();
        assert!(damage.is_empty(), "{damage:?}");
        assert_eq!(ledger.codes.iter().cloned().collect::<BTreeSet<_>>(), self.codes);
        assert_eq!(ledger.codes.len(), self.codes.len(), "a code twice");
        let mut registry = self.registry();
        let report = registry.check(&CheckRequest::default()).expect("readable");
        assert!(report.is_whole(), "{:#?}", report.findings);
        for (reference, code) in &self.references {
            assert_eq!(ledger.references.get(reference), Some(code));
        }
        let last: BTreeMap<String, Option<u64>> = {
            let view = registry.info().expect("readable");
            view.counters.into_iter().map(|counter| (counter.scope, counter.last)).collect()
        };
        for code in &ledger.codes {
            let shown = registry.show(code).expect("every code is explained");
            assert_eq!(shown.rule.as_deref(), Some("r"), "{code}");
            assert!(shown.customer.is_some() && !shown.history.is_empty(), "{code}");
            let scope = registry.book.read(code).expect("reads").scope;
            assert!(last.contains_key(&scope), "{code} in no counter's scope {scope}");
        }
    }
}

fn texts(outcome: &Outcome) -> Vec<String> {
    outcome.codes.iter().map(|issued| issued.code.clone()).collect()
}

/// Opens the ledger as a command would.
fn open(folder: &Folder) -> Registry<'static> {
    let places = Places {
        rules_flag: Some(folder.path("rules.toml")),
        store_flag: Some(folder.store()),
        ..Places::default()
    };
    let who = Who { actor: "li".into(), os_user: "li".into(), host: "office".into() };
    let now = "2026-11-22T01:00:00Z".parse().expect("a time");
    let patience = Patience { deadline: Duration::from_mins(1), notice: &|_| () };
    Workspace::find(&places)
        .and_then(|workspace| workspace.open(Access::Write, who, now, patience))
        .expect("rules and ledger are there")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_ledger_keeps_its_promises(rules in rules(), asks in prop::collection::vec(ask(), 1..30)) {
        let mut world = World::new(&rules);
        for ask in &asks {
            world.ask(ask);
        }
        world.check();
    }
}
