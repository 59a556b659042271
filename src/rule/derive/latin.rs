//! Initials of Latin names: the first letter of each word, in capitals and without its marks.

use super::letter::letter;
use super::variants::is_said;
use super::{Lack, Letter};

/// The first letter or digit of each word. A word ends at everything that is neither letter, digit
/// nor apostrophe.
pub(super) fn initials(text: &str) -> Vec<Result<Letter, Lack>> {
    let mut letters = Vec::new();
    let mut inside = false;
    for (place, symbol) in text.chars().enumerate() {
        let begins = !inside && is_said(symbol);
        inside = is_said(symbol) || inside && (is_mark(symbol) || matches!(symbol, '\'' | '’'));
        if begins {
            letters.push(letter(symbol).map(|letter| (place, letter)).ok_or((place, lack(symbol))));
        }
    }
    letters
}

fn lack(symbol: char) -> &'static str {
    if super::pinyin::reading(symbol).is_some() {
        "has no Latin letter (as = \"pinyin\" reads it)"
    } else {
        "has no Latin letter"
    }
}

/// A mark that stands over or under the letter before it.
fn is_mark(symbol: char) -> bool {
    unicode_normalization::char::is_combining_mark(symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_gives_its_first_letter_in_capitals_without_marks() {
        for (name, expected) in [
            ("Acme", "A"),
            ("Müller & Söhne", "MS"),
            ("Ålesund Østfold Ærø", "AOA"),
            ("Łódź Śląsk", "LS"),
            ("école normale supérieure", "ENS"),
            ("Škoda-Auto a.s.", "SAAS"),
            ("O’Brien's Pub", "OP"),
            ("ＡＢＣ　Ｔｒａｄｉｎｇ", "AT"),
            ("3M Deutschland", "3D"),
            ("E\u{301}dith Piaf", "EP"),
            ("Žižkov/Þórshöfn", "ZT"),
            ("ßtraße", "S"),
            ("  ", ""),
        ] {
            let letters: String = initials(name).into_iter().map(|letter| letter.expect(name).1).collect();
            assert_eq!(letters, expected, "{name}");
        }
    }

    #[test]
    fn what_has_no_latin_letter_is_named_by_its_place() {
        assert_eq!(initials("Αθήνα"), [Err((0, "has no Latin letter"))]);
        assert_eq!(initials("A Б"), [Ok((0, 'A')), Err((2, "has no Latin letter"))]);
    }
}
