//! One JSON object as the cells of a row. Numbers stay as they are written and never pass through a
//! float.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::Columns;
use super::fault::Malformed;
use super::record::{Kind, Record};
use super::window::CELL_LIMIT;

/// The cells of an object; members come in any order, so they are gathered before they become a
/// row.
#[derive(Default)]
pub(super) struct Cells {
    text: String,
    places: Vec<Option<Range<usize>>>,
    kinds: Vec<Kind>,
}

impl Cells {
    /// Takes the members of the object that begins at `line`.
    pub(super) fn take(&mut self, object: &str, line: u64, columns: &Columns) -> Result<(), Malformed> {
        self.text.clear();
        self.places.clear();
        self.places.resize(columns.names().len(), None);
        self.kinds.clear();
        self.kinds.resize(columns.names().len(), Kind::Absent);
        let mut guess = 0;
        each_member(object, |name, value| {
            let place = columns.find(name, guess).ok_or_else(|| format!("{name:?} was no member before"))?;
            guess = place + 1;
            let text = cell_text(name, value)?;
            self.kinds[place] = kind(value);
            let start = self.text.len();
            self.text.push_str(&text);
            match self.places[place].replace(start..self.text.len()) {
                None => Ok(()),
                Some(_) => Err(format!("{name:?} is given twice")),
            }
        })
        .map_err(|error| malformed(object, line, &error))
    }

    /// Puts the cells into a row, in the order of the columns.
    pub(super) fn give(&self, record: &mut Record) {
        for (place, kind) in self.places.iter().zip(&self.kinds) {
            record.push_kind(*kind);
            if let Some(place) = place {
                record.push_str(&self.text[place.clone()]);
            }
            record.end_cell();
        }
    }
}

/// Calls `take` with the name and the JSON text of each member.
pub(super) fn each_member(
    object: &str,
    take: impl FnMut(&str, &str) -> Result<(), String>,
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    deserializer.deserialize_map(Members(take))?;
    deserializer.end()
}

/// What a value is.
fn kind(value: &str) -> Kind {
    match value.as_bytes().first() {
        Some(b'"') => Kind::Text,
        Some(b'n') => Kind::Null,
        _ => Kind::Literal,
    }
}

/// The text of a value: empty for `null`, as written for a number, `true` and `false`.
fn cell_text<'v>(name: &str, value: &'v str) -> Result<Cow<'v, str>, String> {
    let text = match value.as_bytes().first() {
        Some(b'"') if !value.contains('\\') => Cow::Borrowed(&value[1..value.len() - 1]),
        Some(b'"') => Cow::Owned(serde_json::from_str(value).map_err(|error| format!("{name:?}: {error}"))?),
        Some(b'{' | b'[') => {
            return Err(format!("{name:?} is nested; a cell is a text, a number, true or false"));
        }
        Some(b'n') => Cow::Borrowed(""),
        _ => Cow::Borrowed(value),
    };
    if text.contains('\0') {
        return Err(format!("a NUL character in {name:?}"));
    }
    if text.len() > CELL_LIMIT {
        return Err(format!("{name:?} is longer than 64 KiB"));
    }
    Ok(text)
}

fn malformed(object: &str, line: u64, error: &serde_json::Error) -> Malformed {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let reason = message.strip_suffix(&place).unwrap_or(&message);
    if error.is_data() || error.line() == 0 {
        return Malformed::line(line, reason);
    }
    let before = object.split_inclusive('\n').take(error.line() - 1).map(str::len).sum::<usize>();
    let offset = (before + error.column().saturating_sub(1)).min(object.len());
    Malformed::at(line, object.as_bytes(), offset, reason)
}

struct Members<F>(F);

impl<'de, F: FnMut(&str, &str) -> Result<(), String>> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object {…} of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            let value: &'de RawValue = map.next_value()?;
            (self.0)(&name, value.get()).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// A member name, borrowed unless it holds escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
