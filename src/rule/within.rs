//! The values of a field that somebody means who names one of them, or what is above them.

use std::borrow::Cow;

use super::{Field, FieldKind, UnknownValue, Value};
use crate::code::normalize::folded;

impl Field {
    /// The keys of the values that an input names: of a class also those of all classes below it,
    /// whether or not a customer may be given it. What is no value itself names those whose key or
    /// code goes on with digits: `B` is B1, B2 and B3.
    pub fn keys_within<'f>(&'f self, input: &'f str) -> Result<Vec<Cow<'f, str>>, UnknownValue> {
        if matches!(self.kind, FieldKind::Text { .. }) {
            return Ok(vec![self.resolve(input)?]);
        }
        if let Some(id) = self.named(input) {
            let value = &self.values[id];
            return Ok(if self.has_levels() { self.below(value) } else { vec![key(value)] });
        }
        let meant = folded(input);
        let keys: Vec<_> = self.values.iter().filter(|value| goes_on(value, &meant)).map(key).collect();
        if keys.is_empty() { Err(self.unknown(input)) } else { Ok(keys) }
    }

    fn has_levels(&self) -> bool {
        matches!(self.kind, FieldKind::Levels { .. })
    }

    /// The keys of a class and of all classes below it, whose codes begin with its own.
    fn below(&self, class: &Value) -> Vec<Cow<'_, str>> {
        self.values.iter().filter(|value| value.code.starts_with(&class.code)).map(key).collect()
    }
}

fn key(value: &Value) -> Cow<'_, str> {
    Cow::Borrowed(&value.key)
}

/// Whether the key or the code of a value is this folded text and digits behind it.
fn goes_on(value: &Value, text: &str) -> bool {
    let behind = |own: &str| folded(own).strip_prefix(text).map(str::to_owned);
    let number = |rest: String| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    !text.is_empty() && [&value.key, &value.code].into_iter().any(|own| behind(own).is_some_and(number))
}
