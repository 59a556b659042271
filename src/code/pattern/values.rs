//! A dictionary's codes as a pattern sees them: texts, without meaning.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// A finite set of printed values (a dictionary's codes), 1 to 64 printable ASCII characters each.
/// Clones share their texts.
#[derive(Debug, Clone)]
pub struct ValueSet(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    texts: Vec<String>,
    /// Distinct lengths in bytes, longest first.
    widths: Vec<usize>,
    /// By length: the texts in another form, once a pattern needed them.
    packed: [OnceLock<Arc<[u64]>>; PACKED_BYTES + 1],
}

/// Longest text that is packed into a number.
pub(super) const PACKED_BYTES: usize = 8;

impl PartialEq for ValueSet {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.texts == other.0.texts
    }
}

impl Eq for ValueSet {}

impl Hash for ValueSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.texts.hash(state);
    }
}

impl ValueSet {
    /// Sorts and keeps `texts`; equal texts are kept once.
    pub fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut texts: Vec<String> = texts.into_iter().collect();
        texts.sort_unstable();
        texts.dedup();
        let mut widths: Vec<usize> = texts.iter().map(String::len).collect();
        widths.sort_unstable_by(|a, b| b.cmp(a));
        widths.dedup();
        Self(Arc::new(Shared { texts, widths, packed: Default::default() }))
    }

    /// The texts, sorted.
    pub fn texts(&self) -> &[String] {
        &self.0.texts
    }

    /// Whether `text` is one of them.
    pub fn contains(&self, text: &[u8]) -> bool {
        self.0.texts.binary_search_by(|own| own.as_bytes().cmp(text)).is_ok()
    }

    /// Distinct lengths in bytes, longest first.
    pub(super) fn widths(&self) -> &[usize] {
        &self.0.widths
    }

    /// The texts of one length in the form that `pack` makes of them, made once; the length must be
    /// one that is packed.
    pub(super) fn packed(&self, width: usize, pack: impl FnOnce() -> Arc<[u64]>) -> Arc<[u64]> {
        Arc::clone(self.0.packed[width].get_or_init(pack))
    }

    /// The texts of one length.
    pub(super) fn of_width(&self, width: usize) -> impl Iterator<Item = &[u8]> {
        self.0.texts.iter().map(String::as_bytes).filter(move |text| text.len() == width)
    }

    /// How many combinations there are of the characters that occur in each place of the texts of
    /// one length.
    pub(super) fn combinations(&self, width: usize) -> usize {
        let characters =
            |place: usize| self.of_width(width).map(|text| text[place]).collect::<BTreeSet<u8>>().len();
        (0..width).map(characters).fold(1, usize::saturating_mul)
    }

    /// Whether some text is longer than `start` and begins with it.
    pub(super) fn continues(&self, start: &[u8]) -> bool {
        let after = self.0.texts.partition_point(|text| text.as_bytes() <= start);
        self.0.texts.get(after).is_some_and(|text| text.as_bytes().starts_with(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sorted_and_kept_once() {
        let set = ValueSet::new(["B", "A", "B", "AB2"].map(str::to_owned));
        assert_eq!(set.texts(), ["A", "AB2", "B"]);
        assert_eq!(set.widths(), [3, 1]);
        assert!(set.contains(b"AB2") && !set.contains(b"AB") && !set.contains(b""));
        assert!(set.continues(b"AB") && set.continues(b"") && !set.continues(b"AB2") && !set.continues(b"C"));
    }
}
