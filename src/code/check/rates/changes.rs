//! The changes that mistakes make at the ends of a window.

use super::TypingError;
use super::error::look_alike;

/// What happens to the first and the last character of a window; what is between them stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Change {
    /// A mistake. Of a code and what becomes of it each is the other mistyped: they are one pair.
    Mistake(TypingError),
    /// None: both ends are equal, or the window is one character.
    Equal,
    /// None: the window is a number that can be misheard.
    Misheard,
    /// None: the character looks like another one that is typed here.
    Alike,
}

impl Change {
    /// Whether the characters that stand first are two different ones.
    pub(super) fn parts(self) -> bool {
        matches!(self, Self::Mistake(_))
    }

    /// The last characters of two codes that differ by it and have these first ones; of a window
    /// that is read from the right, last and first are meant the other way round.
    ///
    /// One character stands first and last at once.
    pub(super) fn last(self, one: u8, two: u8, reversed: bool) -> Vec<(u8, u8)> {
        let digits = || b'2'..=b'9';
        match self {
            Self::Mistake(TypingError::AdjacentTransposition | TypingError::JumpTransposition) => {
                vec![(two, one)]
            }
            Self::Mistake(TypingError::Glyph) if look_alike(one) != Some(two) => Vec::new(),
            Self::Mistake(TypingError::Phonetic) => match (reversed, one, two) {
                (false, b'1', teen) if digits().contains(&teen) => vec![(teen, b'0')],
                (true, b'0', teen) if digits().contains(&teen) => vec![(teen, b'1')],
                _ => Vec::new(),
            },
            Self::Mistake(
                TypingError::Single | TypingError::Twin | TypingError::JumpTwin | TypingError::Glyph,
            )
            | Self::Equal
            | Self::Alike => vec![(one, two)],
            Self::Misheard => match (reversed, one) {
                (false, b'1') | (true, b'0') => digits().map(|teen| (teen, teen)).collect(),
                (false, teen) if digits().contains(&teen) => vec![(b'0', b'0')],
                (true, teen) if digits().contains(&teen) => vec![(b'1', b'1')],
                _ => Vec::new(),
            },
        }
    }
}
