//! Whether the rules in hand may work on the ledger: they are its own, or new and harmless, or breaking, or stale.

use super::{Error, Result, Who, printed};
use crate::rule::{Bundle, Origin, RuleBook};
use crate::store::{self, Snapshot, Transaction};

/// Examples shown of codes that a changed rule file would break.
const EXAMPLES: usize = 5;

/// How the rules in hand stand to the ledger's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are the ledger's own.
    Current,
    /// The ledger has none yet.
    First,
    /// They changed, and every code reads the same; the text says so.
    Harmless(String),
}

/// Makes sure that the ledger's current bundle is `book`'s, adopting it when nothing in the ledger reads otherwise under it.
///
/// Returns what a person should know of it.
pub(crate) fn ensure(
    book: &RuleBook,
    transaction: &mut dyn Transaction,
    who: &Who,
    now: jiff::Timestamp,
) -> Result<Option<String>> {
    refuse_fenced(transaction)?;
    ensure_behind_fence(book, transaction, who, now)
}

/// The same, whether or not the ledger is fenced: for the command that lifts the fence.
pub(crate) fn ensure_behind_fence(
    book: &RuleBook,
    transaction: &mut dyn Transaction,
    who: &Who,
    now: jiff::Timestamp,
) -> Result<Option<String>> {
    let note = match compared(book, transaction)? {
        Verdict::Current => return Ok(None),
        Verdict::First => None,
        Verdict::Harmless(note) => Some(note),
    };
    transaction.adopt(&store::Bundle {
        digest: book.digest.clone(),
        text: book.bundle.encode(),
        proof: "no two customers get one code; every code reads in one way".to_owned(),
        adopted_at: now.to_string(),
        adopted_by: who.actor.clone(),
    })?;
    Ok(note)
}

/// Judges without adopting.
pub(crate) fn judge(book: &RuleBook, view: &mut dyn Snapshot) -> Result<Verdict> {
    refuse_fenced(view)?;
    compared(book, view)
}

/// Refuses a ledger that does not issue.
fn refuse_fenced(view: &mut dyn Snapshot) -> Result<()> {
    match view.info()?.fence {
        Some(reason) => Err(Error::Fenced { reason }),
        None => Ok(()),
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
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
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
    let before = previous(view, &current)?;
    let total = compare(&before, book, view)?;
    Ok(Verdict::Harmless(format!(
        "adopted the changed rules {} ({total} codes read the same)",
        short(&book.digest)
    )))
}

/// Runs the prover, which loading leaves out: rules that the ledger knows were proved when it met them.
fn prove(book: &RuleBook) -> Result<()> {
    RuleBook::load(book.bundle.clone(), false)?;
    Ok(())
}

/// The ledger's current rules, as it keeps them.
fn previous(view: &mut dyn Snapshot, digest: &str) -> Result<RuleBook> {
    let stored = view.bundle(digest)?.ok_or_else(|| store::Error::Unusable {
        location: "ledger".to_owned(),
        reason: format!("its current rules {digest} are missing"),
    })?;
    Ok(RuleBook::load(Bundle::decode(&stored.text)?, true)?)
}

/// Reads every code under both books. Gives how many there are when all mean the same.
fn compare(before: &RuleBook, after: &RuleBook, view: &mut dyn Snapshot) -> Result<u64> {
    let (mut total, mut broken, mut examples) = (0_u64, 0_u64, Vec::new());
    view.scan_codes(&mut |row, rule, scope| {
        total += 1;
        if let Some(reason) = difference(before, after, row, rule, scope) {
            broken += 1;
            if examples.len() < EXAMPLES {
                examples.push(format!("{}: {reason}", row.text()));
            }
        }
        Ok(())
    })?;
    if broken > 0 { Err(Error::BreakingRules { broken, total, examples }) } else { Ok(total) }
}

/// What a code of the ledger would mean otherwise under `after`.
fn difference(
    before: &RuleBook,
    after: &RuleBook,
    row: &store::CodeRow,
    rule: &str,
    scope: &str,
) -> Option<String> {
    let reading = printed::read_row(after, row);
    if rule.is_empty() {
        // A code from outside the rules that a rule now reads could be issued a second time as the scope's own.
        return reading
            .map(|reading| format!("was outside every rule; rule {} now reads it", reading.rule.name));
    }
    let Some(now) = reading else { return Some("no rule reads it any more".to_owned()) };
    if now.rule.id != rule {
        return Some(format!(
            "was of rule {rule}, now of rule {}; give the renamed rule its old id",
            now.rule.id
        ));
    }
    if now.number != row.number || (now.number.is_some() && now.scope != scope) {
        return Some(format!("counted in scope {scope}, would count in {}", now.scope));
    }
    let was = printed::read_row(before, row)?;
    let values = |segments: &[crate::rule::reading::ReadSegment]| {
        segments.iter().filter_map(|segment| segment.value.clone()).collect::<Vec<_>>()
    };
    let (old, new) = (values(&was.segments), values(&now.segments));
    let changed = old.iter().find(|pair| !new.contains(pair))?;
    let instead = new.iter().find(|(field, _)| *field == changed.0).map_or("nothing", |(_, key)| key);
    Some(format!("{} was {}, would be {instead}", changed.0, changed.1))
}
