//! `store copy`: a ledger goes to another place or engine, row by row and verified.

use super::fence::Fence;
use super::source::{ConsistentView, absolute_name, open};
use super::target::{Found, Target, repeatable};
use super::{Progress, Sum, sums};
use crate::registry::audit::check;
use crate::registry::outputs::same_file;
use crate::registry::session::begin;
use crate::registry::{Error, Patience, Result, Who, limits};
use crate::store::transfer::{Meta, copy_rows, fingerprint, long_texts};
use crate::store::{Access, Counter, Intent, Location, Options, Snapshot, Store, Waiting};

/// A request to copy a ledger.
#[derive(Debug, Clone, Copy)]
pub struct CopyRequest<'r> {
    /// The ledger.
    pub from: &'r Location,
    /// Where it goes; made when missing.
    pub to: &'r Location,
    /// The ledger moves: the source issues no more, and the copy issues in its place.
    pub fence: bool,
    /// How long a server is waited for.
    pub waiting: &'r Waiting,
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The source.
    pub from: String,
    /// The copy.
    pub to: String,
    /// What both sides have in common: everything.
    pub alike: Alike,
    /// Rows that an interrupted run had copied before.
    pub resumed: u64,
    /// The copy was whole before; it was only compared.
    pub already: bool,
    /// Why the copy does not issue.
    pub fence: Option<String>,
}

/// What was compared, and found alike on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Every table.
    pub sums: Vec<Sum>,
    /// How many counters.
    pub counters: u64,
    /// How many chains.
    pub chains: u64,
}

/// Copies a ledger, and compares both when all rows are there.
///
/// Interrupted at any moment, the source is as before (or fenced, when that was asked for) and the
/// target refuses every use; the same call goes on where the first one stopped, unless the source
/// was written to meanwhile.
pub fn copy(
    request: CopyRequest<'_>,
    who: &Who,
    now: jiff::Timestamp,
    patience: Patience<'_>,
    progress: &mut dyn Progress,
) -> Result<Copied> {
    let CopyRequest { from, to, fence, waiting } = request;
    let options = Options { waiting: waiting.clone(), ..Options::default() };
    let (of, name) = (absolute_name(from), absolute_name(to));
    let one_file = from.file().zip(to.file()).is_some_and(|(from, to)| same_file(from, to));
    if of == name || one_file {
        return Err(Error::usage("the ledger and its copy are one place", None));
    }
    let access = if fence { Access::Write } else { Access::Read };
    let opened = open(from, access, &options, patience);
    let mut source = opened.map_err(|error| match error {
        Error::LedgerMissing { .. } => Error::NothingToCopy { location: of.clone() },
        other => other,
    })?;
    let moved = Fence::Moved { to: name.clone() };
    let (meta, state) = look(source.as_mut(), &of, fence.then_some(&moved))?;
    // Before the source is fenced: a target that refuses is no reason to stop issuing.
    match Target::find((to, &options), (&name, &of), &meta, &state, patience)? {
        Found::Whole(_) if fence && meta.fence.as_deref() != Some(&moved.to_string()) => {
            Err(Error::Occupied {
                location: name,
                reason: "a whole copy of this ledger that was made without --fence".to_owned(),
            })
        }
        Found::Whole(mut target) => {
            let mut moment = ConsistentView::of(source.as_mut())?;
            let alike = compare(moment.view()?.as_mut(), target.read()?.as_mut(), progress)?;
            let fence = target.read()?.info()?.fence;
            Ok(Copied { from: of, to: name, alike, resumed: 0, already: true, fence })
        }
        Found::Unfinished(mut target) => {
            if to.file().is_none() {
                demand_fit(ConsistentView::of(source.as_mut())?.view()?.as_mut(), &name)?;
            }
            if fence {
                put_fence(source.as_mut(), &moved, who, now, patience)?;
            }
            let fence = (!fence).then(|| Fence::Copy { of: of.clone(), at: now.to_string() });
            let filled = fill(source.as_mut(), &mut target, &of, fence.as_ref(), progress);
            if filled.is_err() {
                progress.note(&leftover(request, &of, &name));
            }
            let (alike, resumed) = filled?;
            let fence = fence.map(|fence| fence.to_string());
            Ok(Copied { from: of, to: name, alike, resumed, already: false, fence })
        }
    }
}

/// Refuses a ledger with texts that PostgreSQL could not index, before anything is fenced or
/// copied.
fn demand_fit(view: &mut dyn Snapshot, name: &str) -> Result<()> {
    let found = long_texts(view, limits::INDEXED)?;
    if found.count == 0 {
        return Ok(());
    }
    let more = found.count - found.told.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(Error::Conflict {
        what: format!(
            "{name} cannot hold this ledger: PostgreSQL indexes at most {} bytes of {}{more}",
            limits::INDEXED,
            found.told.join(", ")
        ),
        code: None,
        hint: Some(
            "a reference can be shortened with custcode edit CODE --drop-ref REF --reason TEXT --add-ref NEW; nothing was fenced".to_owned(),
        ),
    })
}

/// What a copy that came to nothing leaves behind, and the two ways on.
fn leftover(request: CopyRequest<'_>, of: &str, name: &str) -> String {
    if request.fence {
        format!(
            "{of} stays fenced (moved to {name}), and {name} is unfinished: repeat the same command to go on, or \
             give up the move with custcode store unfence --nothing-lost --store {of}"
        )
    } else {
        format!("{name} is unfinished and refuses every use: repeat the same command to go on")
    }
}

/// What the source says of itself, and its fingerprint; refuses one that must not be copied, or
/// whose chains and rows are not what was written. `moved` is the fence it is going to get.
fn look(source: &mut dyn Store, of: &str, moved: Option<&Fence>) -> Result<(Meta, String)> {
    let mut moment = ConsistentView::of(source)?;
    let mut view = moment.view()?;
    let meta = Meta::read(view.as_mut())?;
    let fence = meta.fence.as_deref().map(Fence::read);
    match (fence, moved) {
        (Some(Fence::Unfinished { of }), _) => Err(Error::Unfinished { of }),
        (Some(fence @ Fence::Backup { .. }), _) => Err(Error::Fenced { reason: fence.to_string() }),
        (Some(fence), Some(moved)) if fence != *moved => Err(Error::Fenced { reason: fence.to_string() }),
        _ => {
            let state = fingerprint(view.as_mut())?;
            match check::flaw(view.as_mut())? {
                None => Ok((meta, state)),
                Some((findings, first)) => Err(Error::Unsound { location: of.to_owned(), findings, first }),
            }
        }
    }
}

/// Fences the source in a write of its own, which waits for those who are issuing.
fn put_fence(
    source: &mut dyn Store,
    moved: &Fence,
    who: &Who,
    now: jiff::Timestamp,
    patience: Patience<'_>,
) -> Result<()> {
    let mut transaction = begin(source, Intent::Small, "store copy", patience)?;
    let info = transaction.info()?;
    let reason = moved.to_string();
    if let Some(there) = info.fence {
        return if there == reason { Ok(()) } else { Err(Error::Fenced { reason: there }) };
    }
    // A ledger without any rules was never written to, and has nothing to tell.
    if let Some(bundle) = &info.bundle {
        transaction.begin_operation(&who.under("fence", &now.to_string(), bundle))?;
    }
    transaction.set_fence(Some(&reason))?;
    Ok(transaction.commit().map_err(repeatable)?)
}

/// Copies every row that is not there yet, compares, and ends the copy. Gives also how many rows
/// were there.
fn fill(
    source: &mut dyn Store,
    target: &mut Target<'_>,
    of: &str,
    fence: Option<&Fence>,
    progress: &mut dyn Progress,
) -> Result<(Alike, u64)> {
    let mut moment = ConsistentView::of(source)?;
    let mut view = moment.view()?;
    let meta = Meta::read(view.as_mut())?;
    let resumed = target.take_over(&meta, of, &fingerprint(view.as_mut())?)?;
    copy_rows(view.as_mut(), target, "copying", progress)?;
    let compared = compare(view.as_mut(), target.view()?.as_mut(), progress);
    match compared {
        Ok(alike) => {
            target.finish(&meta, fence)?;
            Ok((alike, resumed))
        }
        Err(Error::Differs { what }) => {
            target.reject(&meta, of)?;
            Err(Error::Differs { what })
        }
        Err(error) => Err(error),
    }
}

/// Compares two ledgers: every row by its table's digest, counters and the ends of the chains also
/// one by one.
fn compare(ours: &mut dyn Snapshot, theirs: &mut dyn Snapshot, progress: &mut dyn Progress) -> Result<Alike> {
    let tables = sums(ours, "reading again", progress)?;
    let mut differing: Vec<String> = tables
        .iter()
        .zip(&sums(theirs, "comparing", progress)?)
        .filter(|(here, there)| here != there)
        .map(|(here, there)| format!("{} ({} rows, in the copy {})", here.table, here.rows, there.rows))
        .collect();
    let (counters, heads) = (sorted_counters(ours)?, ours.heads()?);
    if counters != sorted_counters(theirs)? {
        differing.push("the counters".to_owned());
    }
    if heads != theirs.heads()? {
        differing.push("the ends of the chains".to_owned());
    }
    if !differing.is_empty() {
        return Err(Error::Differs { what: differing.join(", ") });
    }
    Ok(Alike { sums: tables, counters: counters.len() as u64, chains: heads.len() as u64 })
}

/// Every counter in order of its id: engines may order texts each in their own way.
fn sorted_counters(view: &mut dyn Snapshot) -> Result<Vec<(String, String, Counter)>> {
    let mut counters = view.counters()?;
    counters.sort_by_key(|(_, _, counter)| counter.id);
    Ok(counters)
}
