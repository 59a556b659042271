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
/// So many customers of one name are looked at, the oldest first: `散户` may have a hundred thousand.
pub(crate) const NAMESAKES: i64 = 100;

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
    /// Whether everything that was given is so.
    pub(crate) agrees: Agreement,
    /// The namesake has a reference.
    pub(crate) referenced: bool,
}

/// How far a namesake agrees with a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Something that was given differs.
    No,
    /// Everything that was given is so.
    All,
    /// The same, and nothing else is known of the namesake.
    Exact,
}

/// A namesake, and what it has in common with a description.
pub(crate) type Called = (Entry, Common);

/// What namesakes mean for a description that brings a new reference, another new key, or none.
/// Needs no ledger: one row of a file is decided as one request is.
pub(crate) fn judge<E>(brings: Brings, namesakes: Vec<(E, Common)>) -> Namesakes<E> {
    if namesakes.is_empty() {
        return Namesakes::Nobody;
    }
    let everybody = |these: Vec<(E, Common)>| these.into_iter().map(|(one, _)| one).collect();
    match brings {
        Brings::Code => Namesakes::Others(everybody(namesakes)),
        Brings::Reference => {
            let open = |(_, common): &(E, Common)| common.same_fields && !common.referenced;
            let (open, others): (Vec<_>, Vec<_>) = namesakes.into_iter().partition(open);
            if open.is_empty() {
                Namesakes::Others(everybody(others))
            } else {
                Namesakes::Likely(everybody(open), Doubt::NewReference)
            }
        }
        Brings::Nothing => {
            let (mut agreeing, others): (Vec<_>, Vec<_>) =
                namesakes.into_iter().partition(|(_, common)| common.agrees != Agreement::No);
            match agreeing.len() {
                0 => Namesakes::Likely(everybody(others), Doubt::NobodyAgrees),
                1 => Namesakes::Same(agreeing.remove(0).0),
                _ => Namesakes::Likely(everybody(agreeing), Doubt::SeveralAgree),
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
    let same = |(name, text): &(String, String)| value(&attributes, name).unwrap_or_default() == text;
    let same_attributes = description.attributes.iter().all(same);
    let same_date = description.date.is_none_or(|date| date.to_string() == customer.date);
    let referenced = customer.reference().is_some();
    let attributes_said = description.attribute_names().len();
    // What a rule takes by default, or from the name, says nothing more.
    let unsaid = book.fields().iter().enumerate().any(|(at, field)| {
        let more = value(&fields, &field.name).filter(|_| given.key(at).is_none());
        more.is_some_and(|more| field.default.as_deref() != Some(more) && field.derivation.is_none())
    });
    let agrees = match same_fields && same_attributes && same_date {
        false => Agreement::No,
        true if !unsaid && attributes.len() == attributes_said => Agreement::Exact,
        true => Agreement::All,
    };
    Ok(Common { same_fields, agrees, referenced })
}

/// Whether a customer who is called so can be a namesake: whose code was cancelled, who was merged
/// or erased is nobody's.
fn can_be_meant(entry: &Entry) -> bool {
    let gone = matches!(entry.customer.state, CustomerState::Merged | CustomerState::Erased);
    !gone && entry.code.state != CodeState::Void
}

/// Which of these customers are called as a description says, with what they have in common.
pub(crate) fn called(book: &RuleBook, entries: &[Entry], description: &Description) -> Result<Vec<Called>> {
    let Some(name) = present(description.name.as_deref()) else { return Ok(Vec::new()) };
    let given = Values::resolve(book, &description.fields)?;
    let mut called = Vec::new();
    for entry in entries.iter().filter(|entry| can_be_meant(entry)) {
        if entry.customer.name.as_deref().is_some_and(|known| names::same(known, name)) {
            called.push((entry.clone(), common(book, &entry.customer, &given, description)?));
        }
    }
    Ok(called)
}

/// What the namesakes in the ledger mean for a description that no key decides.
pub(crate) fn look(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    brings: Brings,
    description: &Description,
) -> Result<Namesakes<Entry>> {
    let Some(key) = present(description.name.as_deref()).and_then(names::key) else {
        return Ok(Namesakes::Nobody);
    };
    let entries = view.named(key, NAMESAKES)?;
    Ok(judge(brings, called(book, &entries, description)?))
}

/// Whom a description means, after the namesakes were looked at.
pub(crate) enum Decided {
    /// This customer.
    Known(Box<Entry>),
    /// A new one, with what a person should know.
    New(Option<Note>),
}

/// What becomes of a description once a person has said what to do in doubt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict<E> {
    /// This customer is meant: it agrees in everything that was said.
    Same(E),
    /// This customer is meant, because somebody said so.
    Attached(E),
    /// A new customer, beside these of its name.
    New(Vec<E>),
    /// Nobody said which it is.
    Undecided(Vec<E>, Doubt),
}

/// Decides as `likely` says where the namesakes leave a doubt.
pub(crate) fn verdict<E>(found: Namesakes<E>, likely: Likely) -> Verdict<E> {
    match (found, likely) {
        (Namesakes::Nobody, _) => Verdict::New(Vec::new()),
        (Namesakes::Same(one), _) => Verdict::Same(one),
        (Namesakes::Likely(mut ones, _), Likely::Attach) if ones.len() == 1 => {
            Verdict::Attached(ones.remove(0))
        }
        (Namesakes::Likely(ones, doubt), Likely::Reject | Likely::Attach) => Verdict::Undecided(ones, doubt),
        (Namesakes::Likely(ones, _), Likely::New) | (Namesakes::Others(ones), _) => Verdict::New(ones),
    }
}

/// The same for one request.
pub(crate) fn decide(found: Namesakes<Entry>, likely: Likely, description: &Description) -> Result<Decided> {
    match verdict(found, likely) {
        Verdict::Same(entry) | Verdict::Attached(entry) => Ok(Decided::Known(Box::new(entry))),
        Verdict::New(others) if others.is_empty() => Ok(Decided::New(None)),
        Verdict::New(others) => Ok(Decided::New(Some(namesakes_of(&others)))),
        Verdict::Undecided(entries, doubt) => Err(undecided(&entries, doubt, description)),
    }
}

fn undecided(entries: &[Entry], doubt: Doubt, description: &Description) -> Error {
    let name = present(description.name.as_deref()).unwrap_or_default();
    let reference = present(description.reference.as_deref());
    let message = doubt.question(name, reference, &codes(entries));
    let only = entries.len() == 1;
    Error::LikelyCustomer { message, only, candidates: entries.iter().map(LikelyCustomer::from).collect() }
}

impl Doubt {
    /// What a person has to decide, where `known` says which customers may be meant:
    /// `01A0001 and 01A0002`.
    pub(crate) fn question(self, name: &str, reference: Option<&str>, known: &str) -> String {
        match self {
            Self::NewReference => {
                let reference = reference.unwrap_or_default();
                format!(
                    "{name:?} is known without a reference, as {known}: is {reference:?} the same customer?"
                )
            }
            Self::NobodyAgrees => {
                format!("{name:?} is known as {known}, with other data: is it the same customer?")
            }
            Self::SeveralAgree => format!("{name:?} may be any of {known}: which customer is it?"),
        }
    }
}

/// Tells that the name decided.
pub(crate) fn known(entry: &Entry) -> Note {
    Note::new(NoteKind::Namesakes, format!("{} is known by this name", entry.code.text()))
}

/// What a person should know of namesakes that decide nothing.
pub(crate) fn note(found: &Namesakes<Entry>) -> Option<Note> {
    match found {
        Namesakes::Others(entries) => Some(namesakes_of(entries)),
        Namesakes::Nobody | Namesakes::Same(_) | Namesakes::Likely(..) => None,
    }
}

fn namesakes_of(entries: &[Entry]) -> Note {
    let (count, codes) = (entries.len(), codes(entries));
    let text = match entries {
        [one] => format!("another customer has this name: {codes} ({})", subject(&one.customer)),
        _ => format!("{count} other customers have this name: {codes}"),
    };
    Note::new(NoteKind::Namesakes, text)
}

/// The codes of customers: `01A0001, 01A0002 and 3 more`.
pub(crate) fn codes(entries: &[Entry]) -> String {
    named(entries.iter().map(|entry| entry.code.text()))
}

/// The first few of a list, and how many more there are.
pub(crate) fn named<T: AsRef<str>>(all: impl ExactSizeIterator<Item = T>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let first: Vec<T> = all.take(NAMED).collect();
    let first = first.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Common = Common { same_fields: true, agrees: Agreement::All, referenced: false };
    const OTHER_PHONE: Common = Common { agrees: Agreement::No, ..ALL };
    const OTHER_FIELD: Common = Common { same_fields: false, agrees: Agreement::No, ..ALL };

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
