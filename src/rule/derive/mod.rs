//! Values derived from the customer's name: initials of Latin names, pinyin initials (助记码) of
//! Chinese ones.
//!
//! What is derived is the value when a code is issued, and stays it: a customer that is renamed
//! keeps both.

mod initials;
mod latin;
mod letter;
mod pinyin;
mod suffix;
mod variants;

use std::fmt;

use super::text::spelled;
use crate::code::Alphabet;

pub use initials::{Initials, letter_set};
pub(super) use suffix::LEGAL_FORMS;

/// How a free text comes out of another text of the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// Out of what.
    pub from: Source,
    /// How.
    pub method: Method,
    /// Endings that are left aside (legal forms of companies).
    pub drop: Vec<String>,
}

/// What a value is derived from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The customer's name.
    Name,
    /// A free attribute.
    Attribute(String),
}

/// How a value is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The first letter of each word.
    Initials,
    /// The first letter of each Chinese character's pinyin; Latin letters and digits as they stand.
    Pinyin,
}

/// Why nothing is derived, in words that follow "cannot derive FIELD: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Underivable {
    #[error("there is no {0}")]
    Nothing(String),
    #[error("the {from} {text:?} has no letter")]
    NoLetter { from: String, text: String },
    #[error("character U+{:04X} '{symbol}' at position {position} of the {from} {lacks}", u32::from(*symbol))]
    Character { symbol: char, position: usize, from: String, lacks: String },
}

/// A letter or digit in capitals, and the character (by its place in the text) that it comes from.
type Letter = (usize, char);

/// A character that gives no letter: its place, and what it lacks.
type Lack = (usize, &'static str);

impl Source {
    /// The text that a customer of this name and these free attributes has to derive from.
    pub fn text<'s>(&self, name: Option<&'s str>, attributes: &'s [(String, String)]) -> Option<&'s str> {
        match self {
            Self::Name => name,
            Self::Attribute(wanted) => {
                attributes.iter().find(|(known, _)| known == wanted).map(|(_, text)| text.as_str())
            }
        }
    }

    /// As a message calls it.
    pub fn word(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::Attribute(name) => name,
        }
    }
}

impl Method {
    /// All of them.
    pub(super) const ALL: [Self; 2] = [Self::Initials, Self::Pinyin];

    /// As a rule file names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initials => "initials",
            Self::Pinyin => "pinyin",
        }
    }

    fn letters(self, text: &str, person: bool) -> Vec<Result<Letter, Lack>> {
        match self {
            Self::Initials => latin::initials(text),
            Self::Pinyin => pinyin::initials(text, person),
        }
    }
}

/// `pinyin of name`.
impl fmt::Display for Derivation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {}", self.method.name(), self.from.word())
    }
}

impl Derivation {
    /// The first `width` letters of `text`, in the case that `alphabet` has; fewer where the text
    /// has no more.
    pub(super) fn letters(
        &self,
        text: Option<&str>,
        width: usize,
        alphabet: &Alphabet,
    ) -> Result<String, Underivable> {
        let from = || self.from.word().to_owned();
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| Underivable::Nothing(from()))?;
        let unfit = |place: usize, lacks: String| Underivable::Character {
            symbol: text.chars().nth(place).unwrap_or_default(),
            position: place + 1,
            from: from(),
            lacks,
        };
        let mut derived = String::new();
        // Before anything looks at the name; one for one, so that places stay.
        let known: String = text.chars().map(variants::character).collect();
        let name = suffix::without(&known, &self.drop);
        for letter in self.method.letters(name, name == known).into_iter().take(width) {
            let (place, letter) = letter.map_err(|(place, lacks)| unfit(place, lacks.to_owned()))?;
            let held = [letter, letter.to_ascii_lowercase()]
                .into_iter()
                .find(|letter| u8::try_from(*letter).is_ok_and(|byte| alphabet.value(byte).is_some()));
            let held = held.ok_or_else(|| {
                unfit(place, format!("gives {letter}, which is not of {}", spelled(alphabet)))
            })?;
            derived.push(held);
        }
        if derived.is_empty() {
            return Err(Underivable::NoLetter { from: from(), text: text.to_owned() });
        }
        Ok(derived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derive(method: Method, text: &str, width: usize, charset: &str) -> Result<String, String> {
        let drop = LEGAL_FORMS.iter().map(|form| (*form).to_owned()).collect();
        let derivation = Derivation { from: Source::Name, method, drop };
        let alphabet = Alphabet::named(charset).or_else(|| Alphabet::new(charset).ok()).expect("an alphabet");
        derivation.letters(Some(text), width, &alphabet).map_err(|reason| reason.to_string())
    }

    fn pinyin(text: &str) -> String {
        derive(Method::Pinyin, text, 20, "alphanumeric").unwrap_or_else(|reason| panic!("{text}: {reason}"))
    }

    #[test]
    fn legal_forms_are_left_aside_and_place_names_stay() {
        for (name, letters) in [
            ("华东机械有限公司", "HDJX"),
            ("上海华东机械股份有限公司", "SHHDJX"),
            ("深圳市腾讯计算机系统有限责任公司", "SZSTXJSJXT"),
            ("TCL科技集团股份有限公司", "TCLKJJT"),
            ("3M中国有限公司", "3MZG"),
            // A company is no person, and a word is no surname.
            ("解氏有限公司", "JS"),
            ("种子有限公司", "ZZ"),
            ("单位", "DW"),
            ("重庆长安汽车股份有限公司", "CQCAQC"),
            ("Siemens(中国)有限公司", "SIEMENSZG"),
        ] {
            assert_eq!(pinyin(name), letters, "{name}");
        }
    }

    #[test]
    fn radicals_count_as_their_characters_wherever_they_stand() {
        for (name, letters) in [
            ("⽅正集团", "FZJT"),
            ("正⽅", "ZF"),
            ("⼤⼩", "DX"),
            ("⽅", "F"),
            ("⾦⽟", "JY"),
            ("⻓⻋", "CC"),
            ("正⽅。", "ZF"),
            ("⾦⽟有限公司", "JY"),
            ("⾼⻰", "GL"),
        ] {
            assert_eq!(pinyin(name), letters, "{name}");
        }
        for (method, name, reason) in [
            (
                Method::Pinyin,
                "正⺀",
                "character U+2E80 '⺀' at position 2 of the name is a radical, not a character: it has no pinyin",
            ),
            (
                Method::Initials,
                "Acme ⽅",
                "character U+2F45 '⽅' at position 6 of the name has no Latin letter (as = \"pinyin\" reads it)",
            ),
        ] {
            assert_eq!(derive(method, name, 8, "letters"), Err(reason.into()), "{name}");
        }
    }

    #[test]
    fn it_is_cut_to_its_width_before_anything_behind_matters() {
        assert_eq!(derive(Method::Pinyin, "华东机械カ", 4, "letters"), Ok("HDJX".into()));
        assert_eq!(derive(Method::Initials, "Alfa Beta Gamma", 2, "letters"), Ok("AB".into()));
    }

    #[test]
    fn letters_come_in_the_case_of_the_charset() {
        assert_eq!(derive(Method::Initials, "Alfa Beta", 4, "abc"), Ok("ab".into()));
    }

    #[test]
    fn what_gives_no_letter_is_named_with_its_place() {
        for (method, name, charset, reason) in [
            (
                Method::Pinyin,
                "华东㐂",
                "letters",
                "character U+3402 '㐂' at position 3 of the name has no pinyin",
            ),
            (
                Method::Pinyin,
                "華東カメラ",
                "letters",
                "character U+30AB 'カ' at position 3 of the name has no pinyin",
            ),
            (
                Method::Pinyin,
                "3M中国",
                "letters",
                "character U+0033 '3' at position 1 of the name gives 3, which is not of A-Z",
            ),
            (
                Method::Initials,
                "Газпром",
                "letters",
                "character U+0413 'Г' at position 1 of the name has no Latin letter",
            ),
            (
                Method::Initials,
                "Nr 华东",
                "letters",
                "character U+534E '华' at position 4 of the name has no Latin letter (as = \"pinyin\" reads it)",
            ),
            (Method::Pinyin, "***", "letters", "the name \"***\" has no letter"),
        ] {
            assert_eq!(derive(method, name, 8, charset), Err(reason.into()), "{name}");
        }
        let derivation =
            Derivation { from: Source::Attribute("short".into()), method: Method::Pinyin, drop: vec![] };
        let alphabet = Alphabet::named("letters").expect("letters");
        assert_eq!(derivation.letters(Some(" "), 4, &alphabet), Err(Underivable::Nothing("short".into())));
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_name_it_gives_letters_of_the_charset_or_a_character(text in "\\PC{0,24}", width in 1_usize..9) {
            for method in [Method::Initials, Method::Pinyin] {
                if let Ok(derived) = derive(method, &text, width, "alphanumeric") {
                    proptest::prop_assert!(derived.len() <= width && !derived.is_empty());
                    proptest::prop_assert!(derived.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
                }
            }
        }
    }
}
