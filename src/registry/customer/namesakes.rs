//! Customers who are called as a description says: whether one of them is meant.
//!
//! Names are asked last, where no key (code, reference) means anybody. Who has no key is who agrees
//! in everything that was said; who brings a new reference may be the customer that was known
//! without one. What is neither certain nor excluded is *likely*, and is for a person to decide.

use super::label::subject;
use super::likely::LikelyCustomer;
use super::names;
use super::request::{Description, Likely, Values, present};
use crate::registry::json_fields::{pairs, value};
use crate::registry::note::{Note, NoteKind};
use crate::registry::{Error, Result};
use crate::rule::RuleBook;
use crate::store::{CodeState, Customer, CustomerState, Entry, Snapshot};

/// Candidates that are named in a message.
const NAMED: usize = 5;

/// What customers of one name mean for a description of that name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Namesakes<E> {
    /// Nobody is called so.
    Nobody,
    /// This customer is meant: nobody else agrees in everything that was said.
    Same(E),
    /// These may be meant.
    Likely(Vec<E>, Doubt),
    /// They are others: each is known by a reference of its own.
    Others(Vec<E>),
}

/// Why it is not certain whether a namesake is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// A new reference, and a namesake that has none.
    NewReference,
    /// Nobody agrees in everything that was said.
    NobodyAgrees,
    /// Several agree in everything that was said.
    SeveralAgree,
}

/// What a namesake has in common with a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Common {
    /// No declared field that was given differs.
    pub(crate) same_fields: bool,
    /// Everything that was given is so.
    pub(crate) all: bool,
    /// The namesake has a reference.
    pub(crate) referenced: bool,
}

/// What namesakes mean for a description that brings a new reference, another new key, or none.
/// Needs no ledger: one row of a file is decided as one request is.
pub(crate) fn judge<E>(brings: Brings, namesakes: Vec<(E, Common)>) -> Namesakes<E> {
    if namesakes.is_empty() {
        return Namesakes::Nobody;
    }
    let of = |wanted: &dyn Fn(&Common) -> bool, from: Vec<(E, Common)>| {
        let (these, others): (Vec<_>, Vec<_>) = from.into_iter().partition(|(_, common)| wanted(common));
        (these.into_iter().map(|(one, _)| one).collect::<Vec<E>>(), others)
    };
    let everybody = |others: Vec<(E, Common)>| others.into_iter().map(|(one, _)| one).collect();
    match brings {
        Brings::Code => Namesakes::Others(everybody(namesakes)),
        Brings::Reference => {
            let open = |common: &Common| common.same_fields && !common.referenced;
            if namesakes.iter().any(|(_, common)| open(common)) {
                Namesakes::Likely(of(&open, namesakes).0, Doubt::NewReference)
            } else {
                Namesakes::Others(everybody(namesakes))
            }
        }
        Brings::Nothing => {
            let (mut agreeing, others) = of(&|common| common.all, namesakes);
            match agreeing.len() {
                0 => Namesakes::Likely(everybody(others), Doubt::NobodyAgrees),
                1 => Namesakes::Same(agreeing.remove(0)),
                _ => Namesakes::Likely(agreeing, Doubt::SeveralAgree),
            }
        }
    }
}

/// The new key that a description brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Brings {
    /// A code from outside.
    Code,
    /// A reference.
    Reference,
    /// None.
    Nothing,
}

/// What a customer has in common with a description whose declared fields are `given`.
pub(crate) fn common(
    book: &RuleBook,
    customer: &Customer,
    given: &Values,
    description: &Description,
) -> Result<Common> {
    let (fields, attributes) = (pairs(&customer.fields)?, pairs(&customer.attributes)?);
    let mut said = book.fields().iter().enumerate().filter_map(|(at, field)| given.key(at).zip(Some(field)));
    let same_fields = said.all(|(key, field)| value(&fields, &field.name) == Some(key));
    let mut attributes_said = description.attributes.iter();
    let same_attributes =
        attributes_said.all(|(name, text)| value(&attributes, name).unwrap_or_default() == text);
    let same_date = description.date.is_none_or(|date| date.to_string() == customer.date);
    let referenced = customer.reference().is_some();
    Ok(Common { same_fields, all: same_fields && same_attributes && same_date, referenced })
}

/// What the namesakes in the ledger mean for a description that no key decides. Whose code was
/// cancelled, who was merged or erased is nobody's namesake.
pub(crate) fn look(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    brings: Brings,
    description: &Description,
) -> Result<Namesakes<Entry>> {
    let name = present(description.name.as_deref());
    let Some((name, key)) = name.and_then(|name| Some((name, names::key(name)?))) else {
        return Ok(Namesakes::Nobody);
    };
    let given = Values::resolve(book, &description.fields)?;
    let mut found = Vec::new();
    for entry in view.named(key)? {
        let called = entry.customer.name.as_deref().is_some_and(|known| names::same(known, name));
        let gone = matches!(entry.customer.state, CustomerState::Merged | CustomerState::Erased);
        if called && !gone && entry.code.state != CodeState::Void {
            let common = common(book, &entry.customer, &given, description)?;
            found.push((entry, common));
        }
    }
    Ok(judge(brings, found))
}

/// Whom a description means, after the namesakes were looked at.
pub(crate) enum Decided {
    /// This customer.
    Known(Box<Entry>),
    /// A new one, with what a person should know.
    New(Option<Note>),
}

/// Decides as `likely` says where the namesakes leave a doubt.
pub(crate) fn decide(found: Namesakes<Entry>, likely: Likely, description: &Description) -> Result<Decided> {
    match (found, likely) {
        (Namesakes::Nobody, _) => Ok(Decided::New(None)),
        (Namesakes::Same(entry), _) => Ok(Decided::Known(Box::new(entry))),
        (Namesakes::Likely(mut entries, _), Likely::Attach) if entries.len() == 1 => {
            Ok(Decided::Known(Box::new(entries.remove(0))))
        }
        (Namesakes::Likely(entries, doubt), Likely::Reject | Likely::Attach) => {
            Err(undecided(&entries, doubt, description))
        }
        (Namesakes::Likely(entries, _), Likely::New) | (Namesakes::Others(entries), _) => {
            Ok(Decided::New(Some(others(&entries))))
        }
    }
}

fn undecided(entries: &[Entry], doubt: Doubt, description: &Description) -> Error {
    let name = present(description.name.as_deref()).unwrap_or_default();
    let codes = codes(entries);
    let message = match doubt {
        Doubt::NewReference => {
            let reference = present(description.reference.as_deref()).unwrap_or_default();
            format!("{name:?} is known without a reference, as {codes}: is {reference:?} the same customer?")
        }
        Doubt::NobodyAgrees => {
            format!("{name:?} is known as {codes}, with other data: is it the same customer?")
        }
        Doubt::SeveralAgree => format!("{name:?} may be any of {codes}: which customer is it?"),
    };
    let only = entries.len() == 1;
    Error::LikelyCustomer { message, only, candidates: entries.iter().map(LikelyCustomer::from).collect() }
}

/// Tells that the name decided.
pub(crate) fn known(entry: &Entry) -> Note {
    Note::new(NoteKind::Namesakes, format!("{} is known by this name", entry.code.text()))
}

/// What a person should know of namesakes that decide nothing.
pub(crate) fn note(found: &Namesakes<Entry>) -> Option<Note> {
    match found {
        Namesakes::Others(entries) => Some(others(entries)),
        Namesakes::Nobody | Namesakes::Same(_) | Namesakes::Likely(..) => None,
    }
}

fn others(entries: &[Entry]) -> Note {
    let (count, codes) = (entries.len(), codes(entries));
    let text = match entries {
        [one] => format!("another customer has this name: {codes} ({})", subject(&one.customer)),
        _ => format!("{count} other customers have this name: {codes}"),
    };
    Note::new(NoteKind::Namesakes, text)
}

/// `01A0001, 01A0002 and 3 more`.
fn codes(entries: &[Entry]) -> String {
    let named: Vec<&str> = entries.iter().take(NAMED).map(|entry| entry.code.text()).collect();
    match entries.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Common = Common { same_fields: true, all: true, referenced: false };
    const OTHER_PHONE: Common = Common { all: false, ..ALL };
    const OTHER_FIELD: Common = Common { same_fields: false, all: false, ..ALL };

    fn referenced(common: Common) -> Common {
        Common { referenced: true, ..common }
    }

    /// Each row of the table: what is brought, who is met, what becomes of it.
    #[test]
    fn namesakes_mean_what_the_table_says() {
        use Brings::{Code, Nothing, Reference};
        use Doubt::{NewReference, NobodyAgrees, SeveralAgree};
        use Namesakes::{Likely, Nobody, Others, Same};
        for (brings, met, becomes) in [
            (Nothing, vec![], Nobody),
            (Nothing, vec![ALL], Same(0)),
            (Nothing, vec![referenced(ALL)], Same(0)),
            (Nothing, vec![OTHER_PHONE], Likely(vec![0], NobodyAgrees)),
            (Nothing, vec![OTHER_FIELD], Likely(vec![0], NobodyAgrees)),
            (Nothing, vec![OTHER_PHONE, ALL], Same(1)),
            (Nothing, vec![ALL, OTHER_PHONE, ALL], Likely(vec![0, 2], SeveralAgree)),
            (Nothing, vec![OTHER_PHONE, OTHER_FIELD], Likely(vec![0, 1], NobodyAgrees)),
            (Reference, vec![], Nobody),
            (Reference, vec![ALL], Likely(vec![0], NewReference)),
            (Reference, vec![OTHER_PHONE], Likely(vec![0], NewReference)),
            (Reference, vec![OTHER_FIELD], Others(vec![0])),
            (Reference, vec![referenced(ALL)], Others(vec![0])),
            (Reference, vec![referenced(ALL), ALL], Likely(vec![1], NewReference)),
            (Reference, vec![referenced(ALL), referenced(OTHER_PHONE)], Others(vec![0, 1])),
            (Code, vec![], Nobody),
            (Code, vec![ALL], Others(vec![0])),
        ] {
            let told = format!("{brings:?} {met:?}");
            let namesakes = met.into_iter().enumerate().collect();
            assert_eq!(judge(brings, namesakes), becomes, "{told}");
        }
    }
}
