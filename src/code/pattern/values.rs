//! A dictionary's codes as a pattern sees them: texts, without meaning.

use std::collections::BTreeSet;

/// A finite set of printed values (a dictionary's codes), 1 to 64 printable ASCII characters each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueSet {
    texts: Vec<String>,
    /// Distinct lengths in bytes, longest first.
    widths: Vec<usize>,
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
        Self { texts, widths }
    }

    /// The texts, sorted.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Whether `text` is one of them.
    pub fn contains(&self, text: &[u8]) -> bool {
        self.texts.binary_search_by(|own| own.as_bytes().cmp(text)).is_ok()
    }

    /// Distinct lengths in bytes, longest first.
    pub(super) fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// The texts of one length.
    pub(super) fn of_width(&self, width: usize) -> impl Iterator<Item = &[u8]> {
        self.texts.iter().map(String::as_bytes).filter(move |text| text.len() == width)
    }

    /// Whether every combination of the characters that occur in each place is one of them, length by length.
    pub(super) fn are_all_combinations(&self) -> bool {
        self.widths.iter().all(|&width| self.combinations(width) == self.of_width(width).count())
    }

    /// How many combinations there are of the characters that occur in each place of the texts of one length.
    pub(super) fn combinations(&self, width: usize) -> usize {
        let characters =
            |place: usize| self.of_width(width).map(|text| text[place]).collect::<BTreeSet<u8>>().len();
        (0..width).map(characters).fold(1, usize::saturating_mul)
    }

    /// Whether some text is longer than `start` and begins with it.
    pub(super) fn continues(&self, start: &[u8]) -> bool {
        let after = self.texts.partition_point(|text| text.as_bytes() <= start);
        self.texts.get(after).is_some_and(|text| text.as_bytes().starts_with(start))
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
