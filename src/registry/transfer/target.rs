//! The ledger that a copy goes to, from the first moment on fenced and marked as unfinished.
//!
//! Rows are added table by table in key order, each batch in a transaction; so the number of rows
//! in a table tells how far an interrupted copy came. The mark says of which state of the source
//! these rows are.

use serde::{Deserialize, Serialize};

use super::fence::Fence;
use crate::registry::session::begin;
use crate::registry::{Error, Patience, Result};
use crate::store::transfer::{Batch, Meta, Receiver, count_content, fingerprint, is_empty, start_over};
use crate::store::{self, Access, Intent, Location, Snapshot, Store, Table, Transaction};

/// What `store copy` signs in the queue of writers with.
const HOLDER: &str = "store copy";

/// The mark of an unfinished copy.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// The run that writes; an older one has to give up.
    run: String,
    /// Fingerprint of the source; empty when the rows must not be used.
    source: String,
}

/// A ledger that is being filled.
pub(super) struct Target<'p> {
    store: Box<dyn Store>,
    run: String,
    patience: Patience<'p>,
}

/// What there is at the place that a copy goes to.
pub(super) enum Found<'p> {
    /// Nothing but what an earlier run of this copy left; it can be filled.
    Unfinished(Target<'p>),
    /// A ledger that has all rows already.
    Whole(Box<dyn Store>),
}

impl<'p> Target<'p> {
    /// Makes the ledger, or finds what is there. `name` and `of` name both places; `source` is what
    /// the source says of itself and
    /// `now` gives its fingerprint.
    pub(super) fn find(
        (location, options): (&Location, &store::Options),
        (name, of): (&str, &str),
        source: &Meta,
        now: &str,
        patience: Patience<'p>,
    ) -> Result<Found<'p>> {
        let run = random().map_err(|source| Error::Temporary { folder: "/dev/urandom".into(), source })?;
        let mark = Mark { run: run.clone(), source: String::new() };
        let fresh = mark.meta(source, of);
        let store = match store::open_with(location, Access::Write, options) {
            Err(store::Error::Missing { .. }) => {
                store::create_filled(location, options, 1, &mut |transaction| start_over(transaction, &fresh))
                    .map_err(repeatable)?
            }
            Ok(mut store) => {
                store.set_read_deadline(patience.deadline);
                if let Some(reason) = reason_against(store.read()?.as_mut(), source, now)? {
                    return Err(Error::Occupied { location: name.to_owned(), reason });
                }
                if Meta::read(store.read()?.as_mut())?.copy.is_none() && !is_empty(store.read()?.as_mut())? {
                    return Ok(Found::Whole(store));
                }
                store
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Found::Unfinished(Self { store, run, patience }))
    }

    /// Takes the ledger over for this run. Rows that are there stay if they are of the same state
    /// of the source. Gives their number.
    pub(super) fn take_over(&mut self, source: &Meta, of: &str, fingerprint: &str) -> Result<u64> {
        let mark = Mark { run: self.run.clone(), source: fingerprint.to_owned() };
        let overtaken = self.overtaken();
        let mut transaction = begin(self.store.as_mut(), Intent::Bulk(1), HOLDER, self.patience)?;
        let there = Meta::read(transaction.as_mut())?;
        let known = there.copy.as_deref().and_then(Mark::read);
        let mut rows = 0;
        if known.is_some_and(|known| known.source == fingerprint) {
            mark.meta(source, of).write(transaction.as_mut())?;
            rows = count_content(transaction.as_mut())?;
        } else if there.copy.is_some() || is_empty(transaction.as_mut())? {
            start_over(transaction.as_mut(), &mark.meta(source, of))?;
        } else {
            return Err(overtaken.into());
        }
        transaction.commit().map_err(repeatable)?;
        Ok(rows)
    }

    /// One view of what is there.
    pub(super) fn view(&mut self) -> Result<Box<dyn Snapshot + '_>> {
        Ok(self.store.read()?)
    }

    /// Ends the copy: the ledger has all rows, and `fence` says whether it issues.
    pub(super) fn finish(&mut self, source: &Meta, fence: Option<&Fence>) -> Result<()> {
        let whole = Meta {
            content: source.content.clone(),
            fence: fence.map(ToString::to_string),
            copy: None,
            backup: None,
            erasures_due: None,
        };
        self.write(1, |transaction| whole.write(transaction))?;
        Ok(())
    }

    /// Has the next run begin again.
    pub(super) fn reject(&mut self, source: &Meta, of: &str) -> Result<()> {
        let mark = Mark { run: self.run.clone(), source: String::new() };
        self.write(1, |transaction| mark.meta(source, of).write(transaction))?;
        Ok(())
    }

    /// Writes, unless another run has taken over.
    fn write(
        &mut self,
        rows: u64,
        write: impl FnOnce(&mut dyn Transaction) -> store::Result<()>,
    ) -> store::Result<()> {
        let overtaken = self.overtaken();
        let holder = format!("{HOLDER} (process {})", std::process::id());
        let mut transaction = self.store.write(Intent::Bulk(rows), &holder, self.patience)?;
        let copy = Meta::read(transaction.as_mut())?.copy;
        if copy.as_deref().and_then(Mark::read).is_none_or(|mark| mark.run != self.run) {
            return Err(overtaken);
        }
        write(transaction.as_mut())?;
        transaction.commit().map_err(repeatable)
    }

    fn overtaken(&self) -> store::Error {
        store::Error::Refused {
            location: self.store.location().to_owned(),
            reason: "another store copy has begun to fill it".to_owned(),
            hint: "let one of them end".to_owned(),
        }
    }
}

/// Whether a commit came through, which nobody could tell when its answer was lost, the next run
/// sees for itself: repeating is safe.
pub(super) fn repeatable(error: store::Error) -> store::Error {
    match error {
        store::Error::Uncertain { location, reason } => store::Error::Unreachable { location, reason },
        other => other,
    }
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What an unfinished copy says of itself.
    fn meta(&self, source: &Meta, of: &str) -> Meta {
        Meta {
            content: source.content.clone(),
            fence: Some(Fence::Unfinished { of: of.to_owned() }.to_string()),
            backup: None,
            erasures_due: None,
            copy: Some(serde_json::to_string(self).expect("two texts are JSON")),
        }
    }
}

impl Receiver for Target<'_> {
    fn present(&mut self, table: &Table) -> store::Result<u64> {
        self.store.read()?.count(table)
    }

    fn take(&mut self, rows: &mut Batch) -> store::Result<()> {
        self.write(rows.len(), |transaction| rows.write(transaction))
    }
}

/// Why a ledger cannot be copied to, if it cannot.
fn reason_against(
    view: &mut dyn Snapshot,
    source: &Meta,
    source_fingerprint: &str,
) -> store::Result<Option<String>> {
    let there = Meta::read(view)?;
    if there.copy.is_none() && is_empty(view)? {
        return Ok(None);
    }
    let same = there.content.get("ledger") == source.content.get("ledger");
    Ok(match (&there.copy, &there.fence) {
        (Some(_), _) if same => None,
        (Some(_), _) => Some("an unfinished copy of another ledger".to_owned()),
        (None, _) if same && fingerprint(view)? == source_fingerprint => None,
        (None, Some(fence)) => Some(format!("a ledger with codes of its own ({fence})")),
        (None, None) if same => Some("this same ledger, and it was written to since".to_owned()),
        (None, None) => Some("a ledger with codes of its own".to_owned()),
    })
}

/// A name that no other run has.
fn random() -> std::io::Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(format!("{:016x}", u64::from_ne_bytes(bytes)))
}
