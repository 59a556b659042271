//! The exact share of typing errors that a check digit catches: counted over all codes and all errors, not sampled.

use serde::Serialize;

/// A way in which people mistype a code. Places are the letters and digits of a code; signs between them are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TypingError {
    /// One character for another: a → b.
    Single,
    /// Two neighbours swapped: ab → ba.
    Swap,
    /// Two characters swapped around a third: abc → cba.
    JumpSwap,
    /// A doubled character for another doubled one: aa → bb.
    Twin,
    /// The same around a third: aca → bcb.
    JumpTwin,
    /// Sixty for sixteen, and back: 1a ↔ a0 for a = 2 to 9.
    Phonetic,
    /// One character for one that looks like it: 0/O, 1/I, 8/B, 5/S, 2/Z.
    Glyph,
}

impl TypingError {
    /// All of them, the most frequent first.
    pub const ALL: [Self; 7] =
        [Self::Single, Self::Swap, Self::JumpSwap, Self::Twin, Self::JumpTwin, Self::Phonetic, Self::Glyph];
}
