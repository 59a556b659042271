//! Two lists with the same numbers: both branches of a company number their customers 0001, 0002 …,
//! and a file of the one would be taken for news of the customers of the other.

use super::row::Row;
use crate::registry::customer::label;
use crate::registry::customer::matching::{Conflict, Evidence, Match, was_called};
use crate::registry::customer::names;
use crate::registry::session::Session;
use crate::registry::{Error, Result};

/// So many rows have to contradict the ledger before a file is another list …
const ROWS: u64 = 3;
/// … and one in so many of those whose reference or code is known.
const SHARE: u64 = 20;

/// Rows whose reference or code is known, and those of them that have another name.
#[derive(Debug, Default)]
pub(super) struct Contradictions {
    met: u64,
    contradicting: u64,
    first: Option<String>,
}

impl Contradictions {
    /// Looks at a row; a name that the customer had once is no other name.
    pub(super) fn add(&mut self, row: &Row<'_>, met: &Match, session: &mut Session<'_>) -> Result<()> {
        let (Match::Known { entry, by: Evidence::Reference | Evidence::Code }
        | Match::Conflict(Conflict::OtherCustomer { entry: Some(entry), .. })) = met
        else {
            return Ok(());
        };
        let (Some(name), Some(known)) = (row.name, entry.customer.name.as_deref()) else { return Ok(()) };
        self.met += 1;
        if names::same(name, known) || was_called(session.view(), &entry.customer, name)? {
            return Ok(());
        }
        self.contradicting += 1;
        self.first.get_or_insert_with(|| {
            format!(
                "row {}: {name:?}, but {} has code {}",
                row.row,
                label::subject(&entry.customer),
                entry.code.text()
            )
        });
        Ok(())
    }

    /// Refuses a file that is another list.
    pub(super) fn judge(self) -> Result<()> {
        let Self { met, contradicting, first } = self;
        match first {
            Some(first) if contradicting >= ROWS && contradicting * SHARE >= met => {
                Err(Error::AnotherList { contradicting, met, first })
            }
            _ => Ok(()),
        }
    }
}
