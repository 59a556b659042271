//! Who is this? The one place that decides whether a description means a customer of the ledger,
//! for `new`, `new --code`, `edit` and `import`.
//!
//! Keys are asked first (the code, the reference), names only where no key decides. The answer
//! carries what a message needs; what is then done with a known customer is decided in `existing`.

use super::cancelled::Cancelled;
use super::label::entry_of;
use super::names;
use crate::code::normalize::canonical;
use crate::registry::customer::request::present;
use crate::registry::{Error, Result, clock};
use crate::rule::RuleBook;
use crate::store::{Change, CodeRow, Customer, CustomerState, DroppedReference, Entry, Erasure, Snapshot};

/// By what a customer is described.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Keys<'k> {
    /// A code, in any spelling.
    pub(crate) code: Option<&'k str>,
    pub(crate) origin: CodeOrigin,
    pub(crate) reference: Option<&'k str>,
    /// Whether a reference that another customer had once may be given to this one.
    pub(crate) reuse_reference: bool,
    pub(crate) name: Option<&'k str>,
    /// Whoever comes back after an erasure is a new customer.
    pub(crate) after_erasure: bool,
}

/// Where the code of a description comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum CodeOrigin {
    /// From the rules: it is the only one that the description can have.
    #[default]
    Rules,
    /// Somebody brought it.
    Request,
    /// A list of customers of another system has it. They are renamed there, so that it says alone
    /// who they are.
    List,
}

/// Who a description means.
#[derive(Debug)]
pub(crate) enum Match {
    /// Nobody in the ledger.
    New,
    /// This customer.
    Known {
        /// Whom.
        entry: Box<Entry>,
        /// By what.
        by: Evidence,
    },
    /// Its code was cancelled, or that of its customer.
    Cancelled(Cancelled),
    /// Its reference was taken away from a customer.
    Dropped(Dropped),
    /// What it brings contradicts the ledger.
    Conflict(Conflict),
}

impl Match {
    /// It cannot become a customer, new or known.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::Cancelled(_) | Self::Dropped(_) | Self::Conflict(_))
    }
}

/// By what a description means a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The reference.
    Reference,
    /// The code, with a name that agrees.
    Code,
    /// The name, where that decides.
    Name,
    /// The row that made the customer, in an earlier run of the same file.
    EarlierRow,
    /// The name: an earlier run of the same file made the customer out of another row.
    EarlierName,
}

/// How a description contradicts the ledger.
#[derive(Debug)]
pub(crate) enum Conflict {
    /// The customer of the reference has another code than the one that was brought.
    OtherCode {
        /// The customer of the reference.
        entry: Box<Entry>,
        /// The code that was brought, where the ledger has it: somebody else's.
        brought: Option<CodeRow>,
    },
    /// The code is somebody else's.
    OtherCustomer {
        /// The code.
        row: CodeRow,
        /// Whose it is; nobody's where it never had a customer.
        entry: Option<Box<Entry>>,
    },
}

/// What the ledger has under the keys of a description.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) by_reference: Option<Entry>,
    pub(crate) by_code: Option<CodeRow>,
    /// Who had the reference once, where nobody has it now.
    pub(crate) dropped: Option<DroppedReference>,
    /// Who had the reference and was erased.
    pub(crate) erased: Option<Erasure>,
}

impl Found {
    fn look_up(view: &mut dyn Snapshot, keys: &Keys<'_>) -> Result<Self> {
        let by_reference = match keys.reference {
            Some(reference) => view.find_references(&[reference])?.swap_remove(0),
            None => None,
        };
        let by_code = match keys.code {
            Some(code) => view.find_codes(&[&canonical(code)])?.swap_remove(0),
            None => None,
        };
        let unknown = keys.reference.filter(|_| by_reference.is_none());
        let dropped = match unknown.filter(|_| !keys.reuse_reference) {
            Some(reference) => view.find_dropped(&[reference])?.swap_remove(0),
            None => None,
        };
        let erased = match unknown.filter(|_| !keys.after_erasure) {
            Some(reference) => view.find_erased(&[reference])?.swap_remove(0),
            None => None,
        };
        Ok(Self { by_reference, by_code, dropped, erased })
    }
}

/// Who a description means.
pub(crate) fn who(book: &RuleBook, view: &mut dyn Snapshot, keys: &Keys<'_>) -> Result<Match> {
    let found = Found::look_up(view, keys)?;
    decide(book, view, keys, found)
}

/// Who a description means, where `found` is what the ledger has under its keys.
pub(crate) fn decide(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    keys: &Keys<'_>,
    found: Found,
) -> Result<Match> {
    if let Some(cancelled) = cancelled(book, view, &found)? {
        return Ok(Match::Cancelled(cancelled));
    }
    let Found { by_reference, by_code, dropped, erased } = found;
    if let Some(dropped) = dropped {
        let customer = by_code.as_ref().and_then(|row| row.customer);
        if let Some(dropped) = Dropped::told(book, view, dropped, customer)? {
            return Ok(Match::Dropped(dropped));
        }
    }
    if let Some((erasure, reference)) = erased.zip(keys.reference) {
        return Ok(Match::Cancelled(Cancelled::reference(book, reference, &erasure)));
    }
    let of_reference = by_reference.as_ref().map(|entry| Some(entry.customer.id));
    let of_code = by_code.as_ref().map(|row| row.customer);
    Ok(match (strongest(keys.origin != CodeOrigin::Rules, of_reference, of_code), by_reference, by_code) {
        (Strongest::Reference(_), Some(entry), _) => {
            Match::Known { entry: Box::new(entry), by: Evidence::Reference }
        }
        (Strongest::Contradiction(_), Some(entry), brought) => {
            Match::Conflict(Conflict::OtherCode { entry: Box::new(entry), brought })
        }
        (Strongest::Code(_), _, Some(row)) => match entry_of(view, &row)?.map(Box::new) {
            Some(entry) if entry.customer.state == CustomerState::Erased => {
                let cancelled = Cancelled::erased(book, view, &entry)?;
                cancelled
                    .map_or(Match::Conflict(Conflict::OtherCustomer { row, entry: None }), Match::Cancelled)
            }
            Some(entry) if same_customer(view, &entry.customer, keys)? => {
                Match::Known { entry, by: Evidence::Code }
            }
            entry => Match::Conflict(Conflict::OtherCustomer { row, entry }),
        },
        _ => Match::New,
    })
}

/// Which key of a description decides, by whom each of them means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strongest<P> {
    Reference(P),
    Code(P),
    /// The reference is this one's, and the code that was brought is not.
    Contradiction(P),
    None,
}

/// A reference says more than a code that nobody brought; a code that was brought must not
/// contradict it.
pub(crate) fn strongest<P: PartialEq>(
    brought: bool,
    of_reference: Option<P>,
    of_code: Option<P>,
) -> Strongest<P> {
    match (of_reference, of_code) {
        (Some(reference), code) if brought && code.as_ref() != Some(&reference) => {
            Strongest::Contradiction(reference)
        }
        (Some(reference), _) => Strongest::Reference(reference),
        (None, Some(code)) => Strongest::Code(code),
        (None, None) => Strongest::None,
    }
}

/// Whether the code, or the code of the reference's customer, was cancelled.
fn cancelled(book: &RuleBook, view: &mut dyn Snapshot, found: &Found) -> Result<Option<Cancelled>> {
    let Found { by_reference, by_code, .. } = found;
    // That the customer's own code was cancelled is said of the customer, with the way out.
    let own = |row: &&CodeRow| by_reference.as_ref().is_some_and(|entry| entry.code.id == row.id);
    if let Some(row) = by_code.as_ref().filter(|row| !own(row))
        && let Some(cancelled) = Cancelled::code(book, view, row)?
    {
        return Ok(Some(cancelled));
    }
    match by_reference {
        Some(entry) => Cancelled::customer(book, view, entry),
        None => Ok(None),
    }
}

/// A reference that was taken away from its customer: whoever comes with it again is to be looked
/// at by a person.
#[derive(Debug)]
pub(crate) struct Dropped {
    /// Whose it was, since when not any more, by whom and why.
    pub(crate) message: String,
    /// The code of the customer that had it.
    pub(crate) code: String,
}

impl Dropped {
    /// Whether a reference that nobody has was taken away from another customer than `customer`.
    pub(crate) fn of_another(
        book: &RuleBook,
        view: &mut dyn Snapshot,
        reference: &str,
        customer: Option<i64>,
    ) -> Result<Option<Self>> {
        match view.find_dropped(&[reference])?.swap_remove(0) {
            Some(dropped) => Self::told(book, view, dropped, customer),
            None => Ok(None),
        }
    }

    /// What is to be said of a reference that was taken away from another customer than `customer`.
    fn told(
        book: &RuleBook,
        view: &mut dyn Snapshot,
        dropped: DroppedReference,
        customer: Option<i64>,
    ) -> Result<Option<Self>> {
        if customer == Some(dropped.customer) {
            return Ok(None);
        }
        let Some(entry) = view.entry(dropped.customer)? else { return Ok(None) };
        let code = entry.code.text().to_owned();
        let when = view.operation(dropped.operation)?.map_or(String::new(), |operation| {
            format!(" at {} by {}", clock::shown(&clock::zone(book), &operation.at), operation.actor)
        });
        let why = dropped.reason.map_or(String::new(), |reason| format!(": {reason}"));
        let reference = dropped.reference;
        let message = format!("reference {reference:?} was taken away from {code}{when}{why}");
        Ok(Some(Self { message, code }))
    }

    /// The reason in one line, with the way out.
    pub(crate) fn in_line(self) -> String {
        format!("{}; --reuse-ref gives it to this customer", self.message)
    }
}

impl From<Dropped> for Error {
    fn from(Dropped { message, code }: Dropped) -> Self {
        Self::DroppedReference { message, code }
    }
}

/// Another customer than this one that has the reference.
pub(crate) fn other_with_reference(
    view: &mut dyn Snapshot,
    reference: &str,
    customer: i64,
) -> Result<Option<Entry>> {
    let found = view.find_references(&[reference])?.swap_remove(0);
    Ok(found.filter(|other| other.customer.id != customer))
}

/// Whether the customer of a code is the one described: it has the reference, it has or had the
/// name, or nothing is said of either.
fn same_customer(view: &mut dyn Snapshot, known: &Customer, keys: &Keys<'_>) -> Result<bool> {
    let Some(reference) = keys.reference else {
        return Ok(keys.origin == CodeOrigin::List || is_called(known.name.as_deref(), present(keys.name)));
    };
    Ok(known.references.iter().any(|it| it == reference)
        || is_called(known.name.as_deref(), present(keys.name))
        || present(keys.name).map_or(Ok(false), |name| was_called(view, known, name))?)
}

/// Whether a customer had this name once.
pub(crate) fn was_called(view: &mut dyn Snapshot, customer: &Customer, name: &str) -> Result<bool> {
    let changes = view.changes_of(customer.id)?;
    let had = |change: &Change| change.attribute == "name" && is_called(change.before.as_deref(), Some(name));
    Ok(changes.iter().any(|(change, _)| had(change)))
}

/// Whether somebody of the name `known` is called `name`, however that is typed.
pub(crate) fn is_called(known: Option<&str>, name: Option<&str>) -> bool {
    match (known, name) {
        (Some(known), Some(name)) => names::same(known, name),
        (None, Some(_)) => false,
        (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_outweighs_a_code_that_nobody_brought() {
        assert_eq!(strongest(false, Some(1), Some(2)), Strongest::Reference(1));
        assert_eq!(strongest(true, Some(1), Some(2)), Strongest::Contradiction(1));
        assert_eq!(strongest(true, Some(1), None), Strongest::Contradiction(1));
        assert_eq!(strongest(true, Some(1), Some(1)), Strongest::Reference(1));
        assert_eq!(strongest(true, None, Some(2)), Strongest::Code(2));
        assert_eq!(strongest::<i64>(true, None, None), Strongest::None);
    }

    #[test]
    fn a_name_decides_only_where_one_was_said() {
        assert!(is_called(Some("Ａ公司"), Some("a公司")));
        assert!(is_called(Some("A"), None));
        assert!(!is_called(None, Some("A")));
    }
}
