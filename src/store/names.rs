//! Names as they are looked for. Names have no index (an import would pay for it in each row), so
//! all wanted names share one scan.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The wanted names as sorted hashes: sixteen bytes each, where a map of a million names would fill
/// the memory.
pub(super) struct Wanted<'n> {
    names: &'n [&'n str],
    hashes: Vec<(u64, usize)>,
}

impl<'n> Wanted<'n> {
    pub(super) fn new(names: &'n [&'n str]) -> Self {
        let mut hashes: Vec<_> = names.iter().enumerate().map(|(index, name)| (hash(name), index)).collect();
        hashes.sort_unstable();
        Self { names, hashes }
    }

    /// The places of the names equal to `name`, in their order.
    pub(super) fn places(&self, name: &str) -> impl Iterator<Item = usize> {
        let hash = hash(name);
        let first = self.hashes.partition_point(|(known, _)| *known < hash);
        let same_hash = self.hashes[first..].iter().take_while(move |(known, _)| *known == hash);
        same_hash.map(|(_, index)| *index).filter(move |index| folded(self.names[*index]).eq(folded(name)))
    }
}

/// A name as it is compared: its letters and digits, half-width and in lower case. Who means the
/// same name more strictly compares again.
fn folded(name: &str) -> impl Iterator<Item = char> {
    let half_width = |letter: char| match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        _ => letter,
    };
    name.chars().map(half_width).filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    folded(name).for_each(|letter| letter.hash(&mut hasher));
    hasher.finish()
}
