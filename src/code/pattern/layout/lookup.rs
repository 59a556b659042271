//! Whether a text is one of a dictionary's codes of one length, in a few nanoseconds.

use std::sync::Arc;

use crate::code::pattern::ValueSet;
use crate::code::pattern::values::PACKED_BYTES;

/// The codes of one length.
#[derive(Debug, Clone)]
pub(super) enum Lookup {
    /// Up to eight bytes: a hash table of the texts as numbers; 0 = an empty slot.
    Packed(Arc<[u64]>),
    /// Longer texts: searched in the sorted set.
    Sorted(ValueSet),
}

impl Lookup {
    /// `None` if the byte tables of the layout tell already: every combination of the bytes that
    /// occur in each place is a code (as in 01, 02, 03, 04).
    pub(super) fn new(values: &ValueSet, width: usize) -> Option<Self> {
        let count = values.of_width(width).count();
        if values.combinations(width) == count {
            return None;
        }
        if width > PACKED_BYTES {
            return Some(Self::Sorted(values.clone()));
        }
        Some(Self::Packed(values.packed(width, || {
            let mut slots = vec![0; (2 * count).next_power_of_two()];
            for text in values.of_width(width) {
                let slot = slot_of(&slots, pack(text));
                slots[slot] = pack(text);
            }
            slots.into()
        })))
    }

    /// Whether `text`, which must have the length that this was made for, is one of them.
    #[inline]
    pub(super) fn contains(&self, text: &[u8]) -> bool {
        match self {
            Self::Packed(slots) => slots[slot_of(slots, pack(text))] != 0,
            Self::Sorted(values) => values.contains(text),
        }
    }
}

/// The bytes of `text` as one number; not 0, since codes are printable.
#[inline]
fn pack(text: &[u8]) -> u64 {
    text.iter().fold(0, |packed, &byte| packed << 8 | u64::from(byte))
}

/// The slot that holds `key`, or the empty one where the search for it ends; half of the slots are
/// empty.
#[inline]
fn slot_of(slots: &[u64], key: u64) -> usize {
    let mask = slots.len() - 1;
    // Fibonacci hashing: the high bits of the product depend on every byte.
    let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let mut slot = usize::try_from(hash).expect("32 bits fit") & mask;
    while slots[slot] != 0 && slots[slot] != key {
        slot = (slot + 1) & mask;
    }
    slot
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> ValueSet {
        ValueSet::new(texts.iter().map(|&text| text.to_owned()))
    }

    #[test]
    fn a_set_that_the_byte_tables_describe_needs_no_lookup() {
        assert!(Lookup::new(&set(&["01", "02", "03", "04"]), 2).is_none());
        assert!(Lookup::new(&set(&["A", "B", "C", "11", "22"]), 1).is_none());
        assert!(Lookup::new(&set(&["11", "22"]), 2).is_some());
    }

    #[test]
    fn members_are_found_and_nothing_else() {
        let texts: Vec<String> = (0..1000).map(|n| format!("{:03}", n * n % 997)).collect();
        let values = ValueSet::new(texts);
        let lookup = Lookup::new(&values, 3).expect("squares are no product");
        for text in (0..1000).map(|n| format!("{n:03}")) {
            assert_eq!(lookup.contains(text.as_bytes()), values.contains(text.as_bytes()), "{text}");
        }
        let long = set(&["ABCDEFGH1", "ABCDEFGI2"]);
        let lookup = Lookup::new(&long, 9).expect("no product");
        assert!(lookup.contains(b"ABCDEFGI2") && !lookup.contains(b"ABCDEFGI1"));
    }
}
