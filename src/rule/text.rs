//! Free text of a fixed shape: folded into its characters and filled up to its width.

use std::borrow::Cow;

use crate::code::Alphabet;
use crate::code::normalize::canonical;

/// The text as printed: as given when it fits, else folded (width, case) and padded.
pub(super) fn fit<'a>(
    input: &'a str,
    width: usize,
    alphabet: &Alphabet,
    pad: Option<Padding>,
) -> Option<Cow<'a, str>> {
    let fits = |text: &str| text.bytes().all(|byte| alphabet.value(byte).is_some());
    if input.len() == width && fits(input) {
        return Some(Cow::Borrowed(input));
    }
    let mut text = input.to_owned();
    if !fits(&text) {
        text = canonical(input).into_owned();
        if !fits(&text) {
            text.make_ascii_lowercase();
        }
    }
    if !fits(&text) || text.is_empty() || text.len() > width || (text.len() < width && pad.is_none()) {
        return None;
    }
    Some(Cow::Owned(padded(text, width, pad)))
}

/// What fills a text that is shorter than its field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Padding {
    pub(super) symbol: char,
    pub(super) at_end: bool,
}

/// ASCII text filled up to `width`.
pub(super) fn padded(text: String, width: usize, pad: Option<Padding>) -> String {
    let Some(pad) = pad else { return text };
    let padding = pad.symbol.to_string().repeat(width.saturating_sub(text.len()));
    if pad.at_end { text + &padding } else { padding + &text }
}

/// An alphabet as people write it: `0-9`, `0-9A-Z`, or its symbols.
pub fn spelled(alphabet: &Alphabet) -> String {
    let symbols = alphabet.symbols();
    let mut out = String::new();
    let mut at = 0;
    while at < symbols.len() {
        let run = symbols[at..].iter().enumerate().take_while(|(i, s)| {
            s.is_ascii_alphanumeric() && usize::from(**s) == usize::from(symbols[at]) + i
        });
        let run = run.count().max(1);
        out.push(char::from(symbols[at]));
        if run > 2 {
            out.push('-');
        }
        if run > 1 {
            out.push(char::from(symbols[at + run - 1]));
        }
        at += run;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_and_padded() {
        let digits = Alphabet::new("0123456789").expect("digits");
        let zeros = Some(Padding { symbol: '0', at_end: false });
        let fit = |input: &'static str| fit(input, 4, &digits, zeros);
        assert_eq!(fit("23").as_deref(), Some("0023"));
        assert_eq!(fit("２３").as_deref(), Some("0023"));
        assert!(matches!(fit("0023"), Some(Cow::Borrowed("0023"))));
        for wrong in ["", "12345", "12a", "数"] {
            assert_eq!(fit(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_without_padding_has_its_whole_width() {
        let letters = Alphabet::new("ABC").expect("letters");
        assert_eq!(fit("ab", 2, &letters, None).as_deref(), Some("AB"));
        assert_eq!(fit("A", 2, &letters, None), None);
    }

    #[test]
    fn letters_are_filled_at_their_end() {
        let end = Some(Padding { symbol: 'X', at_end: true });
        assert_eq!(padded("AB".to_owned(), 4, end), "ABXX");
        assert_eq!(padded("ABCD".to_owned(), 4, end), "ABCD");
    }

    #[test]
    fn alphabets_are_spelled_briefly() {
        let brief = |symbols| spelled(&Alphabet::new(symbols).expect("an alphabet"));
        assert_eq!(brief("0123456789ABC"), "0-9A-C");
        assert_eq!(brief("13579XY"), "13579XY");
    }
}
