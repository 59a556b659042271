//! Whether a ledger is what it was written to be: the proof that nothing was lost, doubled or
//! altered, and what is wrong where it is not.
//!
//! `links` goes along the chains and checkpoints, `history` recomputes what each operation wrote,
//! `codes` reads every code under its rules; the engine looks for damage of its own kind and for
//! rows that break a law. All walks are streams: memory does not grow with the customers.

mod codes;
mod finding;
mod history;
mod key;
mod links;

pub use finding::{Finding, FindingKind};
pub use key::{Key, Purpose};

use std::collections::HashMap;

use super::check::finding::Findings;
use crate::registry::customer::names;
use crate::registry::session::{Command, Rules};
use crate::registry::{Registry, Result, scope};
use crate::store::chain::LEDGER;
use crate::store::{LAWS, Snapshot};

/// What is asked of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckRequest {
    /// Write a checkpoint when the ledger is whole.
    pub checkpoint: bool,
    /// The hash of a checkpoint that the ledger must contain.
    pub expect: Option<String>,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// Operations.
    pub operations: u64,
    /// Links of their chains.
    pub links: u64,
    /// Codes, with the customers born with them.
    pub codes: u64,
    /// Counters.
    pub counters: u64,
    /// Bundles.
    pub bundles: u64,
    /// Checkpoints.
    pub checkpoints: u64,
    /// Customers who were erased: what is left of them is not proved.
    #[serde(skip_serializing_if = "is_zero")]
    pub erased: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Where the ledger is.
    pub location: String,
    /// What was looked at.
    pub checked: Checked,
    /// What is wrong, by kind: of each kind the first few.
    pub findings: Vec<Finding>,
    /// How many there are of each kind.
    pub counts: Vec<(FindingKind, u64)>,
    /// The hash of the checkpoint that was written.
    pub checkpoint: Option<String>,
    /// Since when deleted texts may still stand in the ledger's pages.
    pub unfinished_erasure: Option<String>,
}

impl CheckReport {
    /// Nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.counts.is_empty()
    }

    /// Nothing is wrong with the ledger itself, whatever its surroundings are.
    pub fn is_whole(&self) -> bool {
        self.counts.iter().all(|(kind, _)| matches!(kind, FindingKind::Surroundings(_)))
    }
}

impl Registry<'_> {
    /// Checks the ledger, and with [`CheckRequest::checkpoint`] seals it when it is whole. Changes
    /// nothing else.
    pub fn check(&mut self, request: &CheckRequest) -> Result<CheckReport> {
        let location = self.store.location().to_owned();
        let mut findings = Findings::default();
        let flaws = self.store.surroundings()?;
        for flaw in flaws {
            findings.flaw(&location, flaw);
        }
        let mut report = self.parts().1.read(true, |view| {
            let checked = examine(view, request.expect.as_deref(), &mut findings)?;
            let (findings, counts) = findings.finish(view);
            // What cannot be read is a finding already.
            let unfinished_erasure = view.unfinished_erasure().unwrap_or_default();
            Ok(CheckReport { location, checked, findings, counts, checkpoint: None, unfinished_erasure })
        })?;
        if request.checkpoint && report.is_whole() {
            report.checkpoint = self.seal()?;
        }
        Ok(report)
    }

    /// Writes a checkpoint; none into a ledger that nothing was ever written to.
    fn seal(&mut self) -> Result<Option<String>> {
        let at = self.now.to_string();
        let command = Command { rules: Rules::OfLedger, ..Command::new("check") };
        let written = self.parts().1.write(&command, |session| {
            if !session.has_rules() {
                return Ok(None);
            }
            let Some((transaction, operation)) = session.writing()? else { return Ok(None) };
            Ok(Some(transaction.add_checkpoint(operation, &at)?))
        })?;
        Ok(written.value)
    }
}

/// Of each kind the first few findings, and how many there are.
type Found = (Vec<Finding>, Vec<(FindingKind, u64)>);

/// What is wrong with the ledger that `view` shows, its surroundings left out.
pub(crate) fn findings(view: &mut dyn Snapshot) -> Result<Found> {
    let mut findings = Findings::default();
    examine(view, None, &mut findings)?;
    Ok(findings.finish(view))
}

/// What is wrong with the ledger that `view` shows, its surroundings left out: how many findings
/// there are, and the first in words.
pub(crate) fn flaw(view: &mut dyn Snapshot) -> Result<Option<(u64, String)>> {
    let (findings, counts) = findings(view)?;
    let total = counts.iter().map(|(_, count)| count).sum();
    Ok(findings.first().map(|first| (total, format!("{}: {}", first.subject, first.what))))
}

/// Goes through everything that can be read.
fn examine(view: &mut dyn Snapshot, expect: Option<&str>, findings: &mut Findings) -> Result<Checked> {
    let (mut checked, mut names) = (Checked::default(), CounterNames::default());
    for step in &STEPS {
        let outcome = (step.check)(view, &mut names, expect, &mut checked, findings);
        if !findings.survive(step.name, outcome)? {
            return Ok(checked);
        }
    }
    for law in &LAWS {
        let outcome = view.breaches(law, &mut |breach| {
            findings.add(law.name.into(), breach.operation, breach.subject, breach.what);
            Ok(())
        });
        if !findings.survive("the rows", outcome)? {
            return Ok(checked);
        }
    }
    let outcome = view.scan_erasures(&mut |_, _| {
        checked.erased += 1;
        Ok(())
    });
    if !findings.survive("the erasures", outcome)? {
        return Ok(checked);
    }
    let outcome = codes::check(view, &mut checked, findings);
    findings.survive("the codes", outcome)?;
    Ok(checked)
}

/// A step of the check that comes before the laws.
struct Step {
    name: &'static str,
    check: Look,
}

type Look = fn(
    &mut dyn Snapshot,
    &mut CounterNames,
    Option<&str>,
    &mut Checked,
    &mut Findings,
) -> crate::store::Result<()>;

const STEPS: [Step; 6] = [
    Step { name: "the tables", check: |view, _, _, _, findings| schema(view, findings) },
    Step { name: "the file", check: |view, _, _, _, findings| damage(view, findings) },
    Step {
        name: "the counters",
        check: |view, names, _, checked, _| {
            names.read(view)?;
            checked.counters = names.0.len() as u64;
            Ok(())
        },
    },
    Step {
        name: "the chains",
        check: |view, names, expect, checked, findings| links::check(view, names, expect, checked, findings),
    },
    Step {
        name: "what was hashed",
        check: |view, names, _, checked, findings| history::check(view, names, checked, findings),
    },
    Step { name: "the keys of names", check: |view, _, _, _, findings| name_keys(view, findings) },
];

/// What of the tables is not as it was made.
fn schema(view: &mut dyn Snapshot, findings: &mut Findings) -> crate::store::Result<()> {
    for what in view.schema_differences()? {
        findings.add(FindingKind::Schema, None, "the tables", what);
    }
    Ok(())
}

/// What the engine finds.
fn damage(view: &mut dyn Snapshot, findings: &mut Findings) -> crate::store::Result<()> {
    let found = view.integrity()?;
    let stale = if found.is_empty() { Vec::new() } else { view.stale_indexes()? };
    for what in found {
        let kind = if stale.contains(&what) { FindingKind::Index } else { FindingKind::Damage };
        findings.add(kind, None, "the engine's own check", what);
    }
    Ok(())
}

/// Names that a look-up by name would miss.
fn name_keys(view: &mut dyn Snapshot, findings: &mut Findings) -> crate::store::Result<()> {
    view.scan_name_keys(&mut |kept| {
        if kept.name.and_then(names::key) != kept.key {
            let what = match kept.name {
                Some(name) => format!("the kept key of its name {name:?} is not that of the name"),
                None => "it has the key of a name, but no name".to_owned(),
            };
            findings.add(FindingKind::NameKey, None, format!("customer {}", kept.customer), what);
        }
        Ok(())
    })
}

/// Counters by id, as messages call them.
#[derive(Default)]
struct CounterNames(HashMap<i64, String>);

impl CounterNames {
    fn read(&mut self, view: &mut dyn Snapshot) -> crate::store::Result<()> {
        for (rule, scope, counter) in view.counters()? {
            self.0.insert(counter.id, format!("counter {}", scope::named(&rule, &scope)));
        }
        Ok(())
    }

    fn of(&self, counter: i64, lease: i64) -> String {
        let name = match self.0.get(&counter) {
            _ if counter == LEDGER => "the ledger's own chain".to_owned(),
            Some(name) => name.clone(),
            None => format!("counter {counter}, which is not there"),
        };
        if lease == 0 { name } else { format!("{name}, lease {lease}") }
    }
}
