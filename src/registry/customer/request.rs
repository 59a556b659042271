//! What is asked of the registry, checked against the rule book: fields resolved, one record date.

use jiff::civil::Date;

use crate::code::normalize::folded;
use crate::files::Digest;
use crate::registry::json_fields::object;
use crate::registry::{Error, Result};
use crate::rule::{self, Field, Rule, RuleBook, Source};
use crate::table::push_json;

/// A customer as somebody describes it: raw inputs, not yet resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Name.
    pub name: Option<String>,
    /// Id in another system.
    pub reference: Option<String>,
    /// Record date; today when not given.
    pub date: Option<Date>,
    /// Declared fields: (name, key, code, label or alias).
    pub fields: Vec<(String, String)>,
    /// Free attributes.
    pub attributes: Vec<(String, String)>,
}

/// What to do with a reference or code that is known, when other attributes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExisting {
    /// Keep what the ledger has, and say so.
    #[default]
    Keep,
    /// Take the new attributes (never the code).
    Update,
    /// Refuse.
    Error,
}

/// What to do with a description that may mean somebody of its name: a customer called so, and
/// nothing that was said tells for certain whether it is the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Likely {
    /// Refuse it, and name the candidates.
    #[default]
    Reject,
    /// It means the only candidate.
    Attach,
    /// It is another customer.
    New,
}

/// What to do with a brought number that leaves its scope nearly used up or skips many numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Jump {
    /// Refuse it.
    #[default]
    Refuse,
    /// Take it and move the counter above it.
    Allow,
    /// Take it and leave the counter; issuing steps over it later.
    KeepBelow,
}

/// The fields of one customer, resolved: what the ledger keeps for each declared field, by its
/// place in the rule book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values {
    keys: Vec<Option<String>>,
}

impl Values {
    /// Resolves `(field, input)` pairs; an undeclared field or an unknown value is an error with
    /// the nearest name.
    pub(crate) fn resolve(book: &RuleBook, given: &[(String, String)]) -> Result<Self> {
        let mut values = Self { keys: vec![None; book.fields().len()] };
        for (name, input) in given {
            let index = field_index(book, name)?;
            let field = &book.fields()[index];
            let key = field.resolve(input).map_err(|unknown| Error::UnknownValue {
                field: field.name.clone(),
                input: unknown.input,
                expected: unknown.expected,
                suggestion: unknown.suggestion,
            })?;
            if let Some(before) = &values.keys[index]
                && *before != *key
            {
                return Err(Error::usage(
                    format!("field {name} is given twice, as {before:?} and {key:?}"),
                    None,
                ));
            }
            values.keys[index] = Some(key.into_owned());
        }
        Ok(values)
    }

    /// What was given for the field at `index`.
    pub(crate) fn key(&self, index: usize) -> Option<&str> {
        self.keys.get(index)?.as_deref()
    }

    /// Fills a field that has no value yet.
    pub(crate) fn fill(&mut self, index: usize, key: &str) {
        self.keys[index].get_or_insert_with(|| key.to_owned());
    }

    /// The value of a field, its default included: what rules ask for.
    pub(crate) fn lookup(&self, book: &RuleBook, name: &str) -> Option<String> {
        let index = book.fields().iter().position(|field| field.name == name)?;
        self.keys[index].clone().or_else(|| book.fields()[index].default.clone())
    }

    /// Gives every field in `printed` its default where it has no value: what a code prints is part
    /// of the record.
    pub(crate) fn fill_defaults<S: AsRef<str>>(&mut self, book: &RuleBook, printed: &[S]) {
        for (index, field) in book.fields().iter().enumerate() {
            if let Some(default) = &field.default
                && printed.iter().any(|name| name.as_ref() == field.name)
            {
                self.fill(index, default);
            }
        }
    }

    /// Derives the values of the fields that `rule` prints and nobody gave; `source` is what the
    /// customer has of each.
    pub(crate) fn derive<'s>(
        &mut self,
        book: &RuleBook,
        rule: &Rule,
        source: &dyn Fn(&Source) -> Option<&'s str>,
    ) -> Result<()> {
        let printed = rule.printed_fields();
        for (index, field) in book.fields().iter().enumerate() {
            let Some(derivation) = &field.derivation else { continue };
            if self.keys[index].is_some() || !printed.contains(&field.name.as_str()) {
                continue;
            }
            if let Some(derived) = field.derive(source(&derivation.from)) {
                let derived = derived.map_err(|source| Error::Unfit { rule: rule.name.clone(), source })?;
                self.keys[index] = Some(derived);
            }
        }
        Ok(())
    }

    /// Writes the JSON object that the ledger keeps into `json`; `members` holds each field's
    /// `"name":`.
    pub(crate) fn write_json(&self, members: &[String], json: &mut String) {
        json.clear();
        json.push('{');
        for (member, key) in members.iter().zip(&self.keys) {
            if let Some(key) = key {
                if json.len() > 1 {
                    json.push(',');
                }
                json.push_str(member);
                push_json(json, key);
            }
        }
        json.push('}');
    }

    /// The JSON object that the ledger keeps.
    pub(crate) fn to_json(&self, book: &RuleBook) -> String {
        let pairs = book.fields().iter().zip(&self.keys);
        object(pairs.filter_map(|(field, key)| Some((field.name.as_str(), key.as_deref()?))))
    }
}

/// The place of a declared field.
pub(crate) fn field_index(book: &RuleBook, name: &str) -> Result<usize> {
    book.fields().iter().position(|field| field.name == name).ok_or_else(|| {
        let fields: Vec<String> = book.fields().iter().map(|field| field.name.clone()).collect();
        Error::UnknownField {
            name: name.to_owned(),
            suggestion: book
                .fields()
                .iter()
                .find(|field| is_called(field, name))
                .map(|field| field.name.clone())
                .or_else(|| nearest(name, fields.iter().map(String::as_str))),
            fields,
        }
    })
}

/// Whether people call a field so: its label, or a header it has in files.
fn is_called(field: &Field, name: &str) -> bool {
    let meant = folded(name);
    std::iter::once(&field.label).chain(&field.aliases).any(|called| folded(called) == meant)
}

/// The candidate most like `word`, if it is like it at all.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    rule::nearest(word, candidates).map(str::to_owned)
}

/// The record date as the ledger keeps it; years outside 1000–9999 are refused, so that texts sort
/// as dates.
pub(crate) fn checked_date(date: Date) -> Result<Date> {
    if (1000..=9999).contains(&date.year()) {
        Ok(date)
    } else {
        Err(Error::BadDate { date, reason: "the year is not between 1000 and 9999".to_owned() })
    }
}

/// Refuses a name of the request or of its customer that is there but blank, as an unset variable
/// of a script leaves it: what was to be asked once would be asked anew each time.
pub(crate) fn not_blank(option: &str, text: Option<&str>) -> Result<()> {
    if text.is_some() && present(text).is_none() {
        return Err(Error::usage(
            format!("{option} is empty"),
            format!("leave {option} out, or give it a value"),
        ));
    }
    Ok(())
}

/// Refuses a name that is given twice: which value is meant?
pub(crate) fn once(given: &[(String, String)]) -> Result<()> {
    let name = |place: usize| given[place].0.as_str();
    match (1..given.len()).find(|&place| (0..place).any(|earlier| name(earlier) == name(place))) {
        Some(place) => Err(Error::usage(format!("{} is given twice", name(place)), None)),
        None => Ok(()),
    }
}

/// A text without blanks around it; `None` when nothing is left.
pub(crate) fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

impl Description {
    /// The attributes that the ledger keeps: empty texts are left out.
    fn kept_attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let given = self.attributes.iter().filter(|(_, text)| !text.is_empty());
        given.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The attributes as the ledger keeps them.
    pub(crate) fn attributes_json(&self) -> String {
        object(self.kept_attributes())
    }

    /// Names of the attributes, in the order given.
    pub(crate) fn attribute_names(&self) -> Vec<&str> {
        self.kept_attributes().map(|(name, _)| name).collect()
    }
}

/// Names a request by what was asked, so that the same request id with another request is seen. The
/// date counts only when it was given: a retry after midnight is the same request.
pub(crate) fn request_digest(command: &str, description: &Description, more: &[(&str, &str)]) -> String {
    let asked = serde_json::json!({
        "command": command,
        "name": description.name,
        "ref": description.reference,
        "date": description.date.map(|date| date.to_string()),
        "fields": description.fields,
        "attributes": description.attributes,
        "more": more,
    });
    let mut digest = Digest::default();
    digest.add(asked.to_string());
    digest.hex()
}
