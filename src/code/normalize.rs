//! Folding of what people type: full width, case, invisible characters. Look-alikes (O and 0) are
//! not folded: which one is meant depends on the rule.

use std::borrow::Cow;

/// The canonical form of a code: trimmed; full-width forms (U+FF01–FF5E, U+3000) folded one to one;
/// zero-width, BOM and bidi marks dropped; Unicode dashes unified to `-`; ASCII letters
/// upper-cased. Borrowed when nothing changes.
pub fn canonical(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_lowercase()) {
        return Cow::Borrowed(text);
    }
    let mapped: String = visible(text).map(|c| c.to_ascii_uppercase()).collect();
    unless_same(text, mapped.trim())
}

/// The form under which keys, labels and aliases of values are compared: as [`canonical`], but
/// lower-cased (Unicode), and inner white space collapsed.
pub fn folded(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let lowered: String = visible(text).flat_map(char::to_lowercase).collect();
    let mut folded = String::with_capacity(lowered.len());
    for word in lowered.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    unless_same(text, &folded)
}

/// Whether folding surely changes nothing: digits, small letters, signs and common ideographs with
/// single blanks between them.
fn is_folded(text: &str) -> bool {
    let mut blank = true;
    for symbol in text.chars() {
        let plain = symbol.is_ascii_graphic() && !symbol.is_ascii_uppercase()
            || ('\u{4E00}'..='\u{9FFF}').contains(&symbol);
        if !plain && (symbol != ' ' || blank) {
            return false;
        }
        blank = symbol == ' ';
    }
    !blank || text.is_empty()
}

fn unless_same<'t>(text: &'t str, changed: &str) -> Cow<'t, str> {
    if changed == text { Cow::Borrowed(text) } else { Cow::Owned(changed.to_owned()) }
}

/// The characters one sees, in their half-width form.
fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|&c| !is_invisible(c)).map(half_width)
}

/// Characters that spreadsheets, chats and PDFs leave in copied text and that nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        // Soft hyphen, Arabic letter mark, BOM.
        '\u{AD}' | '\u{61C}' | '\u{FEFF}'
        // Zero-width space and joiners, left-to-right and right-to-left marks.
        | '\u{200B}'..='\u{200F}'
        // Bidi embeddings, overrides and isolates; word joiner and invisible operators.
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
    )
}

/// One for one, so that NFKC's expansions (㈱, ﬁ) do not change what is compared.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        // Hyphens and dashes, minus sign, small em dash, small hyphen-minus.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(c) - 0xFEE0).expect("U+FF01-FF5E lie 0xFEE0 above printable ASCII")
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_folded_to_what_was_meant() {
        let cases = [
            (" c20231001-0001\u{3000}", "C20231001-0001"),
            ("\u{FEFF}０１Ａ０００１", "01A0001"),
            ("c20231001－0001", "C20231001-0001"),
            ("C20231001–0001", "C20231001-0001"),
            ("01\u{200B}A\u{202C}0001", "01A0001"),
            ("01A 0001", "01A 0001"),
            ("客户ａ", "客户A"),
            ("", ""),
        ];
        for (typed, meant) in cases {
            assert_eq!(canonical(typed), meant, "{typed:?}");
        }
    }

    #[test]
    fn what_is_canonical_is_borrowed() {
        for text in ["01A0001", "C20231001-0001", "客户A"] {
            assert!(matches!(canonical(text), Cow::Borrowed(_)), "{text}");
        }
        assert!(matches!(folded("vip客户"), Cow::Borrowed(_)));
        assert!(matches!(folded("a类 重点客户"), Cow::Borrowed(_)));
    }

    #[test]
    fn keys_and_labels_compare_without_case_width_and_spacing() {
        assert_eq!(folded(" ＶＩＰ  客户 "), "vip 客户");
        assert_eq!(folded("A类\u{3000}重点客户"), folded("a类 重点客户"));
        assert_eq!(folded("ÉLAN"), "élan");
        assert_eq!(folded("\t\n"), "");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,20}") {
            let once = canonical(&text).into_owned();
            proptest::prop_assert_eq!(canonical(&once), once.as_str());
            let once = folded(&text).into_owned();
            proptest::prop_assert_eq!(folded(&once), once.as_str());
        }
    }
}
