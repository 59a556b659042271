//! What is looked for, and how closely the texts of a customer match it. Texts are compared without
//! case and width; one that needs no folding is not copied.

use memchr::memmem::Finder;

use super::Closeness;
use crate::code::normalize::{canonical, folded};
use crate::rule::{Initials, letter_set};

/// Fewer digits than these are no telephone number.
const FEWEST_DIGITS: usize = 4;
/// Fewer letters than these are no initials.
const FEWEST_INITIALS: usize = 2;

/// What somebody looks for, in the forms in which it is compared.
pub(super) struct Wanted {
    /// As a code.
    code: String,
    code_finder: Finder<'static>,
    /// Without case and width.
    whole: String,
    whole_finder: Finder<'static>,
    /// Its words, each of which must be there; none where it is one word.
    words: Vec<Finder<'static>>,
    /// Its digits, where it may be a telephone number.
    digits: Option<Finder<'static>>,
    /// Its letters, where they may be initials.
    initials: Option<(Vec<u64>, Initials)>,
    /// Memory used from text to text.
    folded: Vec<u8>,
    letters: Vec<u64>,
    run: Vec<u8>,
}

impl Wanted {
    pub(super) fn new(text: &str) -> Self {
        let code = canonical(text).into_owned();
        let whole = folded(text).into_owned();
        let words: Vec<_> =
            whole.split_whitespace().map(|word| Finder::new(word.as_bytes()).into_owned()).collect();
        Self {
            code_finder: Finder::new(code.as_bytes()).into_owned(),
            whole_finder: Finder::new(whole.as_bytes()).into_owned(),
            words: if words.len() > 1 { words } else { Vec::new() },
            digits: digits(&whole).map(|digits| Finder::new(&digits).into_owned()),
            initials: initials(&whole).map(|letters| (letters, Initials::new())),
            code,
            whole,
            folded: Vec::new(),
            letters: Vec::new(),
            run: Vec::new(),
        }
    }

    /// How closely a canonical code matches.
    pub(super) fn code(&self, code: &str) -> Option<Closeness> {
        closeness(code.as_bytes(), self.code.as_bytes(), &self.code_finder, Closeness::Code)
    }

    /// How closely a reference matches.
    pub(super) fn reference(&mut self, reference: &str) -> Option<Closeness> {
        let text = fold(reference, &mut self.folded);
        closeness(text, self.whole.as_bytes(), &self.whole_finder, Closeness::Reference)
    }

    /// How closely a name matches: by its characters, else by the initials of their readings.
    pub(super) fn name(&mut self, name: &str) -> Option<Closeness> {
        let text = fold(name, &mut self.folded);
        closeness(text, self.whole.as_bytes(), &self.whole_finder, Closeness::Name)
            .or_else(|| has_all(&self.words, text).then_some(Closeness::Part))
            .or_else(|| self.initials(name))
    }

    /// Whether the attributes, a JSON object, may have what is looked for: a look before they are
    /// read one by one.
    pub(super) fn may_be_in(&mut self, attributes: &str) -> bool {
        // A quote and a backslash are written otherwise there.
        attributes.len() > "{}".len() && (self.whole.contains(['"', '\\']) || self.is_in(attributes))
    }

    /// Whether the value of an attribute has what is looked for.
    pub(super) fn is_in(&mut self, value: &str) -> bool {
        let text = fold(value, &mut self.folded);
        self.whole_finder.find(text).is_some()
            || has_all(&self.words, text)
            || self.digits.as_ref().is_some_and(|wanted| has_digits(wanted, text, &mut self.run))
    }

    fn initials(&mut self, name: &str) -> Option<Closeness> {
        let (wanted, table) = self.initials.as_ref()?;
        self.letters.clear();
        self.letters.extend(name.chars().map(|symbol| table.of(symbol)).filter(|letters| *letters != 0));
        let said = |window: &[u64]| window.iter().zip(wanted).all(|(letters, one)| letters & one != 0);
        match self.letters.windows(wanted.len()).position(said)? {
            0 => Some(Closeness::Initials),
            _ => Some(Closeness::SomeInitials),
        }
    }
}

/// How closely a text matches, where all of it is `exact`.
fn closeness(text: &[u8], whole: &[u8], finder: &Finder<'_>, exact: Closeness) -> Option<Closeness> {
    match finder.find(text)? {
        0 if text.len() == whole.len() => Some(exact),
        0 => Some(Closeness::Beginning),
        _ => Some(Closeness::Part),
    }
}

/// Whether a text has every word; there are none where one word is looked for.
fn has_all(words: &[Finder<'_>], text: &[u8]) -> bool {
    !words.is_empty() && words.iter().all(|word| word.find(text).is_some())
}

/// A text without case and width: itself where it is so already, as most Chinese names are, else in
/// `memory`.
fn fold<'t>(text: &'t str, memory: &'t mut Vec<u8>) -> &'t [u8] {
    // The usual Chinese characters begin with these bytes, other signs have other forms.
    let plain = |byte: u8| byte < 0xC0 || matches!(byte, 0xE4..=0xE9);
    if !text.bytes().fold(true, |all, byte| all & plain(byte)) {
        memory.clear();
        memory.extend_from_slice(folded(text).as_bytes());
        return memory;
    }
    if !text.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase()) {
        return text.as_bytes();
    }
    memory.clear();
    memory.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
    memory
}

/// What people write between the digits of a telephone number.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'(' | b')' | b'+' | b'.')
}

/// The digits of a folded text that may be a telephone number, without the prefix of China.
fn digits(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || is_between(byte)) {
        return None;
    }
    let own = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(text);
    let digits: Vec<u8> = own.bytes().filter(u8::is_ascii_digit).collect();
    (digits.len() >= FEWEST_DIGITS).then_some(digits)
}

/// Whether the digits stand in a text one behind the other, whatever is written between them.
fn has_digits(wanted: &Finder<'_>, text: &[u8], run: &mut Vec<u8>) -> bool {
    run.clear();
    for byte in text {
        if byte.is_ascii_digit() {
            run.push(*byte);
        } else if !is_between(*byte) && !run.is_empty() {
            if wanted.find(run).is_some() {
                return true;
            }
            run.clear();
        }
    }
    wanted.find(run).is_some()
}

/// The letters of a folded text that may be initials.
fn initials(text: &str) -> Option<Vec<u64>> {
    let letters = text.len() >= FEWEST_INITIALS && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let some = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    (letters && some).then(|| text.chars().map(letter_set).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_by_characters_parts_of_words_and_initials() {
        for (text, name, found) in [
            ("华东机械有限公司", "华东机械有限公司", Some(Closeness::Name)),
            ("华东", "华东机械有限公司", Some(Closeness::Beginning)),
            ("机械", "华东机械有限公司", Some(Closeness::Part)),
            ("械", "华东机械有限公司", Some(Closeness::Part)),
            ("机械 华东", "华东精密机械", Some(Closeness::Part)),
            ("hdjx", "华东机械有限公司", Some(Closeness::Initials)),
            ("JX", "华东机械有限公司", Some(Closeness::SomeInitials)),
            ("cczz", "长城制造", Some(Closeness::Initials)),
            ("h", "华东机械有限公司", None),
            ("dhjx", "华东机械有限公司", None),
            ("ACME", "Ａcme Co", Some(Closeness::Beginning)),
            ("me co", "Acme  Co", Some(Closeness::Part)),
            ("élan", "ÉLAN Vital", Some(Closeness::Beginning)),
            ("(上海)", "华东（上海）", Some(Closeness::Part)),
        ] {
            assert_eq!(Wanted::new(text).name(name), found, "{text} in {name}");
        }
    }

    #[test]
    fn a_telephone_number_is_found_by_its_digits() {
        for (text, value, found) in [
            ("01062627788", "010-6262 7788", true),
            ("+86 138 0013 8000", "13800138000", true),
            ("6262", "(010) 62-62", true),
            ("6262 7788", "62627788 / 99", true),
            ("99627788", "62627788/99", false),
            ("626", "6-2-6", false),
            ("91310000ma1fl", "91310000MA1FLXXX", true),
        ] {
            let mut wanted = Wanted::new(text);
            assert_eq!(wanted.is_in(value), found, "{text} in {value}");
            assert_eq!(wanted.may_be_in(&format!("{{\"a\":\"{value}\"}}")), found, "{text} in {value}");
        }
    }
}
