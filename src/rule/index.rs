//! Finds values by a text without keeping the text: a table of the values' numbers, each with a
//! part of its text's hash.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Index of a dictionary value in its field.
pub type ValueId = usize;

/// A table with open addressing, at most three quarters full.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    slots: Vec<Slot>,
    used: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u32,
    id: u32,
}

/// A slot without a value; no dictionary has as many.
const EMPTY: u32 = u32::MAX;

impl Index {
    /// A table that holds so many texts without growing.
    pub(super) fn with_capacity(texts: usize) -> Self {
        Self { slots: vec![Slot { hash: 0, id: EMPTY }; size(texts)], used: 0 }
    }

    /// The first value with this text; `has` says whether a value has it.
    pub(super) fn find(&self, text: &str, has: impl Fn(ValueId) -> bool) -> Option<ValueId> {
        let hash = hash_of(text);
        let mut place = hash as usize;
        while !self.slots.is_empty() {
            let slot = self.slots[place & (self.slots.len() - 1)];
            if slot.id == EMPTY {
                break;
            }
            if slot.hash == hash && has(slot.id as usize) {
                return Some(slot.id as usize);
            }
            place += 1;
        }
        None
    }

    /// Lets a value be found by a text that none has yet.
    pub(super) fn insert(&mut self, text: &str, id: ValueId) {
        let id = u32::try_from(id).expect("a dictionary has under 2^32 values");
        if self.used * 4 >= self.slots.len() * 3 {
            let larger = Self::with_capacity(self.used * 2);
            for slot in std::mem::replace(self, larger).slots {
                if slot.id != EMPTY {
                    self.put(slot);
                }
            }
        }
        self.put(Slot { hash: hash_of(text), id });
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut place = slot.hash as usize & mask;
        while self.slots[place].id != EMPTY {
            place = (place + 1) & mask;
        }
        self.slots[place] = slot;
        self.used += 1;
    }
}

/// Slots for so many texts.
fn size(texts: usize) -> usize {
    (texts * 4 / 3 + 1).next_power_of_two().max(4)
}

#[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
fn hash_of(text: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_texts_and_by_no_other() {
        let texts: Vec<String> = (0..1000).map(|number| format!("value {number}")).collect();
        let mut index = Index::default();
        for (id, text) in texts.iter().enumerate() {
            assert_eq!(index.find(text, |id| texts[id] == *text), None);
            index.insert(text, id);
        }
        for (id, text) in texts.iter().enumerate() {
            assert_eq!(index.find(text, |id| texts[id] == *text), Some(id));
        }
        assert_eq!(index.find("value", |_| true), None);
        assert_eq!(Index::default().find("", |_| true), None);
    }
}
