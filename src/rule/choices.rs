//! What a rule can print of one field, and the way back from printed texts to the value: the only
//! table by which codes are printed, read, proved and explained.

use super::field::ValueId;
use super::printed::{Print, PrintedField, text_of};
use super::{Field, Value};

/// What a rule can print of one field.
#[derive(Debug, Clone)]
pub(super) struct Choices {
    /// Index of the field in the book.
    pub(super) field: usize,
    /// The segments that print the field, ascending; what they print belongs to one value.
    pub(super) segments: Vec<usize>,
    /// The values that a customer of the rule can have, in file order: usable, taken by
    /// `applies_to`, and with something to print in each of the segments. Empty for free text.
    pub(super) values: Vec<ValueId>,
    /// The segment that tells the values from each other.
    key: Key,
}

/// How printed texts lead to a value.
#[derive(Debug, Clone)]
enum Key {
    /// The segment prints the value's whole code, or free text.
    Code(usize),
    /// The segment prints an attribute: the values in the order of its texts.
    Attribute(usize, Vec<ValueId>),
    /// Nothing but cut class codes is printed: they name a branch of the class tree, but no value.
    Branch,
}

impl Choices {
    /// What the segments of `printed` can print of a field, for customers of whom `applies_to`
    /// takes these keys.
    pub(super) fn of(
        index: usize,
        field: &Field,
        taken: Option<&[String]>,
        printed: &[Option<PrintedField>],
    ) -> Self {
        let parts = || {
            let parts = printed.iter().enumerate().filter_map(|(at, part)| Some((at, part.as_ref()?)));
            parts.filter(|(_, part)| part.field == index)
        };
        let can_print = |id: &ValueId| {
            let value = &field.values[*id];
            field.is_usable(*id)
                && taken.is_none_or(|keys| keys.contains(&value.key))
                && parts().all(|(_, part)| part.print.of(value).is_some())
        };
        let values: Vec<ValueId> = (0..field.values.len()).filter(can_print).collect();
        let whole = parts().find(|(_, part)| part.print.is_whole(field));
        let attribute = parts().find(|(_, part)| matches!(part.print, Print::Attribute(_)));
        let key = match (whole, attribute) {
            (Some((segment, _)), _) => Key::Code(segment),
            (None, Some((segment, part))) => {
                let mut sorted = values.clone();
                sorted.sort_by_key(|id| part.print.of(&field.values[*id]));
                Key::Attribute(segment, sorted)
            }
            (None, None) => Key::Branch,
        };
        Self { field: index, segments: parts().map(|(segment, _)| segment).collect(), values, key }
    }

    /// Whether a segment prints as much of the value as tells it from the others, alone or with the
    /// other segments.
    pub(super) fn decides(&self, field: &Field, part: &PrintedField) -> bool {
        match self.key {
            Key::Branch => false,
            Key::Code(_) | Key::Attribute(..) => {
                part.print.is_whole(field) || matches!(part.print, Print::Attribute(_))
            }
        }
    }

    /// The values for which every segment prints its text.
    pub(super) fn matching<'a, 'c>(
        &'a self,
        field: &'a Field,
        printed: &'a [Option<PrintedField>],
        text: &'a dyn Fn(usize) -> &'c str,
    ) -> impl Iterator<Item = ValueId> + use<'a, 'c> {
        let candidates: &[ValueId] = match &self.key {
            Key::Code(segment) => {
                let id = field.id_of_code(text(*segment));
                let place = id.and_then(|id| self.values.binary_search(&id).ok());
                place.map_or(&[], |place| &self.values[place..=place])
            }
            Key::Attribute(segment, sorted) => {
                let wanted = text(*segment);
                let of = |id: &ValueId| text_of(printed, *segment, &field.values[*id]).unwrap_or_default();
                let begin = sorted.partition_point(|id| of(id) < wanted);
                let count = sorted[begin..].partition_point(|id| of(id) == wanted);
                &sorted[begin..begin + count]
            }
            Key::Branch => &self.values,
        };
        candidates.iter().copied().filter(move |id| {
            let value = &field.values[*id];
            self.segments.iter().all(|segment| text_of(printed, *segment, value) == Some(text(*segment)))
        })
    }

    /// The value that the texts name; `None` where they name none, or where more than one prints
    /// them.
    pub(super) fn value<'f, 'c>(
        &self,
        field: &'f Field,
        printed: &[Option<PrintedField>],
        text: &dyn Fn(usize) -> &'c str,
    ) -> Option<&'f Value> {
        if matches!(self.key, Key::Branch) {
            return None;
        }
        let mut found = self.matching(field, printed, text);
        let id = found.next()?;
        found.next().is_none().then(|| &field.values[id])
    }
}
