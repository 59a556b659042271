//! Names as they are compared: one key for one name however it is typed, so that names are found by
//! an index.
//!
//! The key leaves out width, case, blanks, brackets, quotes, points and commas, and the ways to
//! write one legal form (有限责任公司 is 有限公司, `Co., Ltd.` is `Company Limited`).

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::code::normalize::folded;

/// The key of a name: the first 8 bytes of the SHA-256 of its compared form. None where there is
/// nothing to compare, as in `-` or `无`.
pub(crate) fn key(name: &str) -> Option<i64> {
    let form = compared(name);
    if form.is_empty() {
        return None;
    }
    let digest = Sha256::digest(form.as_bytes());
    let (first, _) = digest.split_first_chunk::<8>().expect("a SHA-256 has 32 bytes");
    Some(i64::from_be_bytes(*first))
}

/// Whether a text says who somebody is; `-` and `无` say nothing.
pub(crate) fn is_name(text: &str) -> bool {
    !compared(text).is_empty()
}

/// Whether two names are one name, perhaps typed in two ways. What is no name is the same as
/// nothing but itself.
pub(crate) fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let form = compared(one);
    !form.is_empty() && form == compared(other)
}

/// What stands in a name column for no name.
const NO_NAMES: [&str; 12] =
    ["无", "無", "暂无", "没有", "未知", "不详", "待定", "na", "n/a", "none", "null", "unknown"];

/// The ways to write the words of a legal form at the end of a name.
const LEGAL_WORDS: [(&str, &str); 6] = [
    ("limited", "ltd"),
    ("company", "co"),
    ("incorporated", "inc"),
    ("corporation", "corp"),
    ("coltd", "co ltd"),
    ("gesellschaft mit beschränkter haftung", "gmbh"),
];

/// The compared form: words with one blank between them, none beside a Chinese character. Empty for
/// what is no name.
fn compared(name: &str) -> Cow<'_, str> {
    // Most names of Chinese firms have nothing to fold.
    if name.len() > 6 && name.chars().all(is_common_han) && !name.contains("有限责任公司") {
        return Cow::Borrowed(name);
    }
    Cow::Owned(folded_form(name))
}

fn folded_form(name: &str) -> String {
    let normal: String = name.nfkc().collect();
    let folded = folded(&normal);
    if NO_NAMES.contains(&folded.as_ref()) {
        return String::new();
    }
    let spaced: String = folded.chars().map(|sign| if parts_words(sign) { ' ' } else { sign }).collect();
    let words = words(&spaced);
    if !words.iter().any(|word| word.chars().any(char::is_alphanumeric)) {
        return String::new();
    }
    let mut form = String::with_capacity(spaced.len());
    for word in words {
        let glued = form.chars().next_back().is_none_or(is_han) || word.starts_with(is_han);
        if !glued {
            form.push(' ');
        }
        form.push_str(&word);
    }
    form.replace("有限责任公司", "有限公司").replace("有限責任公司", "有限公司")
}

/// Whether a sign stands between words and says nothing: brackets, quotes, points and commas.
fn parts_words(sign: char) -> bool {
    matches!(
        sign,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | ',' | ';' | '.' | '。' | '、' | '·' | '•'
            | '・' | '‧' | '\u{201C}' | '\u{201D}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301B}'
    )
}

/// The words, single letters joined (`I.B.M.`), legal forms written in one way.
fn words(spaced: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut initials = false;
    for word in spaced.split_whitespace() {
        let single = word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic();
        match words.last_mut() {
            Some(last) if single && initials => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
        initials = single;
    }
    let legal = words.len().saturating_sub(2).max(1);
    for word in words.iter_mut().skip(legal) {
        if let Some((_, short)) = LEGAL_WORDS.iter().find(|(long, _)| word == long) {
            *word = (*short).to_owned();
        }
    }
    words
}

/// Whether a sign is a Chinese character that has no other form.
fn is_common_han(sign: char) -> bool {
    matches!(sign, '\u{4E00}'..='\u{9FFF}')
}

/// Whether a sign is a Chinese character.
fn is_han(sign: char) -> bool {
    matches!(sign, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of names, by people's judgement: whether they are one name, the name, the other one.
    const PAIRS: &str = include_str!("names.tsv");

    #[test]
    fn names_are_one_or_two_as_people_judge_them() {
        let mut count = 0;
        for line in PAIRS.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [kind, one, other] = cells[..] else { panic!("three cells: {line:?}") };
            assert!(["same", "other"].contains(&kind), "{line:?}");
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!(same(one, other), kind == "same", "{one} / {other}: {}", compared(one));
                let keys = key(one).zip(key(other));
                assert_eq!(keys.is_some_and(|(one, other)| one == other), kind == "same", "{line:?}");
            }
            count += 1;
        }
        assert!(count >= 60, "{count}");
    }

    #[test]
    fn what_is_no_name_has_no_key() {
        for name in ["", " ", "-", "—", "***", "无", "N/A", "（）", "NULL", "\u{200B}"] {
            assert_eq!(key(name), None, "{name:?}");
        }
        assert!(same("-", "-") && !same("-", "无"));
    }

    #[test]
    fn a_key_is_the_same_on_every_machine() {
        // printf 华东机械有限公司 | sha256sum | cut -c1-16
        let known = i64::from_be_bytes(KNOWN);
        assert_eq!(key("华东机械有限责任公司"), Some(known));
    }

    const KNOWN: [u8; 8] = [0xe7, 0x8b, 0x34, 0xbc, 0xa0, 0x95, 0xa8, 0xa8];
}
