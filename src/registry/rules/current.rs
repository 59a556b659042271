//! Whether the rules in hand may work on the ledger: they are its own, or new and harmless, or
//! breaking, or stale.

use super::{Impact, kept};
use crate::registry::note::{Note, NoteKind};
use crate::registry::transfer::fence::Fence;
use crate::registry::workspace::note;
use crate::registry::{Error, Result, Who};
use crate::rule::{Origin, RuleBook};
use crate::store::{self, Snapshot, Transaction};

/// How the rules in hand stand to the ledger's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are the ledger's own.
    Current,
    /// The ledger has none yet.
    First,
    /// They changed, and every code reads the same; the text says so.
    Harmless(Note),
}

/// Makes sure that the ledger's current bundle is `book`'s, adopting it when nothing in the ledger
/// reads otherwise under it.
///
/// Returns what a person should know of it.
pub(crate) fn ensure(
    book: &RuleBook,
    transaction: &mut dyn Transaction,
    who: &Who,
    now: jiff::Timestamp,
) -> Result<Option<Note>> {
    refuse_fenced(transaction)?;
    ensure_behind_fence(book, transaction, who, now)
}

/// The same, whether or not the ledger is fenced: for the command that lifts the fence.
pub(crate) fn ensure_behind_fence(
    book: &RuleBook,
    transaction: &mut dyn Transaction,
    who: &Who,
    now: jiff::Timestamp,
) -> Result<Option<Note>> {
    let note = match compared(book, transaction)? {
        Verdict::Current => return Ok(None),
        Verdict::First => None,
        Verdict::Harmless(note) => Some(note),
    };
    take_over(book, transaction, who, now)?;
    Ok(note)
}

/// Makes `book`, which is proved, the ledger's current rules.
pub(crate) fn take_over(
    book: &RuleBook,
    transaction: &mut dyn Transaction,
    who: &Who,
    now: jiff::Timestamp,
) -> Result<()> {
    if let Origin::File(rules) = &book.bundle.origin {
        note(book.noted_in.as_deref(), rules);
    }
    Ok(transaction.adopt(&store::Bundle {
        digest: book.digest.clone(),
        text: book.bundle.encode(),
        proof: "no two customers get one code; every code reads in one way".to_owned(),
        adopted_at: now.to_string(),
        adopted_by: who.actor.clone(),
    })?)
}

/// Judges without adopting.
pub(crate) fn judge(book: &RuleBook, view: &mut dyn Snapshot) -> Result<Verdict> {
    refuse_fenced(view)?;
    compared(book, view)
}

/// Refuses a ledger that does not issue.
pub(crate) fn refuse_fenced(view: &mut dyn Snapshot) -> Result<()> {
    match view.info()?.fence {
        Some(reason) => Err(Error::Fenced { reason }),
        None => Ok(()),
    }
}

/// Refuses a backup, which nothing is written to.
pub(crate) fn refuse_backup(view: &mut dyn Snapshot) -> Result<()> {
    match view.info()?.fence {
        Some(reason) if matches!(Fence::read(&reason), Fence::Backup { .. }) => Err(Error::Fenced { reason }),
        _ => Ok(()),
    }
}

/// The verdict on the rules alone.
pub(crate) fn compared(book: &RuleBook, view: &mut dyn Snapshot) -> Result<Verdict> {
    let Some(current) = view.info()?.bundle else {
        prove(book)?;
        return Ok(Verdict::First);
    };
    if current == book.digest {
        return Ok(Verdict::Current);
    }
    if let Some(old) = view.bundle(&book.digest)? {
        return Err(Error::StaleRules {
            reason: format!(
                "these rules ({}) were adopted {} and have been replaced since by {}",
                short(&old.digest),
                old.adopted_at,
                short(&current)
            ),
        });
    }
    if book.bundle.origin == Origin::BuiltIn {
        return Err(Error::StaleRules {
            reason: format!("the ledger has rules of its own ({}), not the built-in ones", short(&current)),
        });
    }
    prove(book)?;
    let impact = Impact::of(&kept(view, &current)?, book, view)?;
    permitted(&impact, None)?;
    let same = match impact.total {
        1 => "1 code reads the same".to_owned(),
        total => format!("{total} codes read the same"),
    };
    let text = format!("adopted the changed rules {} ({same})", short(&book.digest));
    Ok(Verdict::Harmless(Note::new(NoteKind::RulesAdopted, text)))
}

/// The beginning of a digest, as messages name rules.
pub(crate) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// Refuses to touch codes of the ledger, unless just so many were agreed to.
pub(crate) fn permitted(impact: &Impact, breaks: Option<u64>) -> Result<()> {
    let (broken, total) = (impact.touched(), impact.total);
    match breaks {
        Some(asked) if asked != broken => Err(Error::OtherBreaks { asked, broken, total }),
        None if broken > 0 => Err(Error::BreakingRules { broken, total, examples: impact.examples() }),
        _ => Ok(()),
    }
}

/// Runs the prover, which loading leaves out: rules that the ledger knows were proved when it met
/// them.
pub(crate) fn prove(book: &RuleBook) -> Result<()> {
    Ok(book.prove()?)
}
