//! What people do to a code when they mistype it.

use serde::Serialize;

/// A way in which people mistype a code. Neighbours are neighbours among the places of a code that
/// hold letters and digits; the signs between them are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TypingError {
    /// One character for another: a → b.
    Single,
    /// Two neighbours swapped: ab → ba.
    AdjacentTransposition,
    /// Two characters swapped around a third: abc → cba.
    JumpTransposition,
    /// A doubled character for another doubled one: aa → bb.
    Twin,
    /// The same around a third: aca → bcb.
    JumpTwin,
    /// Sixty for sixteen, and back: 1a ↔ a0 for a = 2 to 9.
    Phonetic,
    /// One character for one that looks like it: 0/O, 1/I, 8/B, 5/S, 2/Z.
    Glyph,
}

/// Characters that look alike.
const GLYPHS: [(u8, u8); 5] = [(b'0', b'O'), (b'1', b'I'), (b'8', b'B'), (b'5', b'S'), (b'2', b'Z')];

/// Up to three neighbouring characters, left to right; those beyond the error's span are 0.
pub(super) type Window = [u8; 3];

impl TypingError {
    /// All of them, the most frequent first.
    pub const ALL: [Self; 7] = [
        Self::Single,
        Self::AdjacentTransposition,
        Self::JumpTransposition,
        Self::Twin,
        Self::JumpTwin,
        Self::Phonetic,
        Self::Glyph,
    ];

    /// How many neighbouring places it takes.
    pub fn span(self) -> usize {
        match self {
            Self::Single | Self::Glyph => 1,
            Self::AdjacentTransposition | Self::Twin | Self::Phonetic => 2,
            Self::JumpTransposition | Self::JumpTwin => 3,
        }
    }

    /// Whether it can befall these characters at all: twins are equal, swapped characters are not.
    pub(super) fn befalls(self, [a, b, c]: Window) -> bool {
        match self {
            Self::Single | Self::Glyph => true,
            Self::AdjacentTransposition => a != b,
            Self::JumpTransposition => a != c,
            Self::Twin => a == b,
            Self::JumpTwin => a == c,
            Self::Phonetic => (a == b'1' && is_teen(b)) || (b == b'0' && is_teen(a)),
        }
    }

    /// What becomes of the characters that it [befalls](Self::befalls); `typed` are the characters
    /// that people type by mistake at the first place.
    pub(super) fn of(self, [a, b, c]: Window, typed: &[u8], mut wrong: impl FnMut(Window)) {
        let others = || typed.iter().copied().filter(|&other| other != a);
        match self {
            Self::Single => others().for_each(|other| wrong([other, b, c])),
            Self::AdjacentTransposition => wrong([b, a, c]),
            Self::JumpTransposition => wrong([c, b, a]),
            Self::Twin => others().for_each(|other| wrong([other, other, c])),
            Self::JumpTwin => others().for_each(|other| wrong([other, b, other])),
            Self::Phonetic if a == b'1' && is_teen(b) => wrong([b, b'0', c]),
            Self::Phonetic => wrong([b'1', a, c]),
            Self::Glyph => {
                if let Some(twin) = look_alike(a).filter(|twin| typed.contains(twin)) {
                    wrong([twin, b, c]);
                }
            }
        }
    }
}

/// The second digit of sixteen to nineteen, thirteen to fifteen and twelve.
fn is_teen(byte: u8) -> bool {
    (b'2'..=b'9').contains(&byte)
}

/// The character that looks like `byte`.
pub(super) fn look_alike(byte: u8) -> Option<u8> {
    GLYPHS
        .iter()
        .find_map(|&(digit, letter)| (digit == byte).then_some(letter).or((letter == byte).then_some(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(error: TypingError, text: &str) -> Vec<String> {
        let mut window = [0; 3];
        window[..text.len()].copy_from_slice(text.as_bytes());
        let mut found = Vec::new();
        if text.len() == error.span() && error.befalls(window) {
            error.of(window, b"0123OIZ", |wrong| {
                found.push(String::from_utf8_lossy(&wrong[..error.span()]).into_owned());
            });
        }
        found
    }

    #[test]
    fn each_error_does_what_its_name_says() {
        assert_eq!(wrong(TypingError::Single, "1"), ["0", "2", "3", "O", "I", "Z"]);
        assert_eq!(wrong(TypingError::AdjacentTransposition, "12"), ["21"]);
        assert_eq!(wrong(TypingError::JumpTransposition, "123"), ["321"]);
        assert_eq!(wrong(TypingError::Twin, "11"), ["00", "22", "33", "OO", "II", "ZZ"]);
        assert_eq!(wrong(TypingError::JumpTwin, "121"), ["020", "222", "323", "O2O", "I2I", "Z2Z"]);
        assert_eq!(wrong(TypingError::Phonetic, "16"), ["60"]);
        assert_eq!(wrong(TypingError::Phonetic, "60"), ["16"]);
        assert_eq!(wrong(TypingError::Glyph, "0"), ["O"]);
        assert_eq!(wrong(TypingError::Glyph, "Z"), ["2"]);
    }

    #[test]
    fn an_error_that_changes_nothing_is_none() {
        for (error, text) in [
            (TypingError::AdjacentTransposition, "11"),
            (TypingError::JumpTransposition, "121"),
            (TypingError::Twin, "12"),
            (TypingError::JumpTwin, "123"),
            (TypingError::Phonetic, "11"),
            (TypingError::Phonetic, "10"),
            (TypingError::Glyph, "3"),
        ] {
            assert_eq!(wrong(error, text), [""; 0], "{error:?} of {text}");
        }
    }
}
