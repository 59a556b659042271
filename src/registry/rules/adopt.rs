//! Taking rules over on purpose: changes that touch codes of the ledger, and rules that it had
//! before.
//!
//! Codes that no longer read stay in the ledger as they are, under the rules they were issued with.
//! Where a code comes under another counter, that one goes on above it, so that no rule ever prints
//! it again.

use std::collections::{BTreeMap, BTreeSet};

use super::current::{permitted, prove, refuse_fenced};
use super::impact::Brought;
use super::{Diff, kept};
use crate::registry::number::allocate::Allocator;
use crate::registry::session::{Command, Rules, Session};
use crate::registry::{Registry, Result};
use crate::rule::RuleBook;
use crate::store::Snapshot;

/// How to adopt.
#[derive(Debug, Clone, Default)]
pub struct AdoptRequest {
    /// How many codes the person agreed to break, having seen them.
    pub breaks: Option<u64>,
    /// Say what would happen.
    pub dry_run: bool,
}

/// What adopting came to, or would come to.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// What changes; none where there was nothing before.
    pub diff: Option<Diff>,
    /// How the rules stood to the ledger's.
    pub state: Adopted,
    /// Digest of the rules.
    pub digest: String,
}

/// How rules stood to the ledger's before they were adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adopted {
    /// They were its own: nothing is to be done.
    Already,
    /// The ledger had none.
    First,
    /// It had others, and these never.
    New,
    /// It had these before, and others since.
    Again,
}

impl Adopted {
    /// Its word in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Already => "already",
            Self::First => "first",
            Self::New => "new",
            Self::Again => "again",
        }
    }
}

impl Adoption {
    /// Refuses to touch codes unless just so many were agreed to.
    pub fn permit(&self, breaks: Option<u64>) -> Result<()> {
        match self.diff.as_ref().and_then(|diff| diff.impact.as_ref()) {
            Some(impact) => permitted(impact, breaks),
            None => Ok(()),
        }
    }

    /// Compares `book` with the ledger's rules.
    fn plan(book: &RuleBook, view: &mut dyn Snapshot) -> Result<Self> {
        refuse_fenced(view)?;
        let digest = book.digest.clone();
        let Some(current) = view.info()?.bundle else {
            return Ok(Self { diff: None, state: Adopted::First, digest });
        };
        if current == digest {
            return Ok(Self { diff: None, state: Adopted::Already, digest });
        }
        let state = if view.bundle(&digest)?.is_some() { Adopted::Again } else { Adopted::New };
        let old = kept(view, &current)?;
        Ok(Self { diff: Some(Diff::between(&old, book, Some(view))?), state, digest })
    }
}

impl Registry<'_> {
    /// Makes the rules in hand the ledger's, whatever they do to its codes, provided that the
    /// person agreed to just that.
    pub fn adopt(&mut self, request: &AdoptRequest) -> Result<Adoption> {
        let (book, mut ledger) = self.parts();
        prove(book)?;
        let command = Command {
            rules: Rules::OfCommand,
            dry_run: request.dry_run,
            long: true,
            ..Command::new("adopt")
        };
        let written = ledger.write(&command, |session| {
            let adoption = Adoption::plan(book, session.view())?;
            if session.is_dry_run() {
                return Ok(adoption);
            }
            adoption.permit(request.breaks)?;
            if adoption.state == Adopted::Already {
                return Ok(adoption);
            }
            session.take_over_rules()?;
            let impact = adoption.diff.as_ref().and_then(|diff| diff.impact.as_ref());
            if let Some(brought) = impact.map(|impact| &impact.brought) {
                raise(book, brought, session)?;
            }
            session.end(0, None)?;
            Ok(adoption)
        })?;
        Ok(written.value)
    }
}

/// Numbers without a code for which these counters have the reason: nobody is to hear of them
/// twice.
fn recorded(counters: &BTreeSet<i64>, view: &mut dyn Snapshot) -> Result<Vec<(u64, u64)>> {
    let mut numbers = Vec::new();
    for counter in counters {
        numbers.extend(view.gaps(*counter)?.iter().map(|gap| (gap.first, gap.last)));
        numbers.extend(view.leases(*counter)?.iter().map(|lease| (lease.next, lease.last)));
    }
    Ok(numbers)
}

/// Moves counters above the codes that come under them.
fn raise(
    book: &RuleBook,
    brought: &BTreeMap<(String, String), Brought>,
    session: &mut Session<'_>,
) -> Result<()> {
    let mut allocator = Allocator::default();
    for ((id, scope), brought) in brought {
        let rule = book.rules().iter().find(|rule| rule.id == *id);
        if let Some((rule, sequence)) = rule.and_then(|rule| Some((rule, rule.pattern.sequence()?))) {
            let handle = allocator.hold(session, rule, scope)?;
            let elsewhere = recorded(&brought.counters, session.view())?;
            allocator.raise(handle, sequence, brought.highest, &brought.numbers(&elsewhere));
        }
    }
    allocator.flush(session)
}
