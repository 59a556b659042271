//! The letters by which a name is looked for: who types `hdjx` may mean 华东机械.

use super::letter::letter;
use super::pinyin::{SURNAMES, WORDS, reading};

/// The Chinese characters that are known in a table.
const HAN: std::ops::RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';

/// The letters that each character can be looked for by, as sets: one bit for each of a to z and
/// 0 to 9.
#[derive(Debug)]
pub struct Initials {
    han: Vec<u64>,
}

impl Default for Initials {
    fn default() -> Self {
        Self::new()
    }
}

impl Initials {
    /// Reads the table of readings. A character that is read in several ways in the words and
    /// surnames of this program has the letters of all of them.
    pub fn new() -> Self {
        let mut han: Vec<u64> = HAN.map(|symbol| reading(symbol).map_or(0, letter_set)).collect();
        for (word, read) in WORDS.iter().chain(SURNAMES) {
            for (symbol, letter) in word.chars().zip(read.chars()) {
                if let Some(known) = place(symbol).and_then(|place| han.get_mut(place)) {
                    *known |= letter_set(letter);
                }
            }
        }
        Self { han }
    }

    /// The letters of a character; empty for punctuation, which has none.
    pub fn of(&self, symbol: char) -> u64 {
        match place(symbol) {
            Some(place) => self.han[place],
            None if symbol.is_ascii() => letter_set(symbol),
            None => letter(symbol).or_else(|| reading(symbol)).map_or(0, letter_set),
        }
    }
}

/// The set of one letter or digit; empty for any other sign.
pub fn letter_set(letter: char) -> u64 {
    match letter.to_ascii_lowercase() {
        letter @ 'a'..='z' => 1 << (letter as u32 - 'a' as u32),
        digit @ '0'..='9' => 1 << (26 + digit as u32 - '0' as u32),
        _ => 0,
    }
}

/// Where a Chinese character stands in the table.
fn place(symbol: char) -> Option<usize> {
    HAN.contains(&symbol).then(|| symbol as usize - *HAN.start() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_has_the_letters_of_its_readings() {
        let initials = Initials::new();
        for (symbol, letters) in [
            ('华', "h"),
            ('机', "j"),
            ('长', "cz"),
            ('重', "zc"),
            ('A', "a"),
            ('3', "3"),
            ('É', "e"),
            ('(', ""),
        ] {
            let wanted = letters.chars().map(letter_set).fold(0, |all, one| all | one);
            assert_eq!(initials.of(symbol), wanted, "{symbol}");
        }
    }
}
