//! Legal forms at the end of a company's name, which say nothing of who it is.

use super::variants::is_said;

/// What `drop` is when a rule file says nothing.
pub(in crate::rule) const LEGAL_FORMS: &[&str] = &[
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "股份公司",
    "特殊普通合伙",
    "普通合伙",
    "有限合伙",
    "Co.",
    "Company",
    "Corp.",
    "Corporation",
    "Inc.",
    "Incorporated",
    "Ltd",
    "Limited",
    "LLC",
    "LLP",
    "PLC",
    "Pte",
    "Pty",
    "AB",
    "AG",
    "AS",
    "BV",
    "GmbH",
    "KG",
    "NV",
    "Oy",
    "S.A.",
    "S.A.S.",
    "SARL",
    "S.p.A.",
    "S.r.l.",
];

/// `text` without the endings in `drop`, the longest first, as often as one is there; a name that
/// is nothing else stays as it is. Latin endings are whole words, whatever their case and their
/// dots.
pub(super) fn without<'t>(text: &'t str, drop: &[String]) -> &'t str {
    let mut rest = trimmed(text);
    loop {
        let shorter = drop.iter().filter_map(|ending| Some(trimmed(cut(rest, ending)?)));
        match shorter.filter(|shorter| !shorter.is_empty()).min_by_key(|shorter| shorter.len()) {
            Some(shorter) => rest = shorter,
            None => return rest,
        }
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_end_matches(|symbol: char| !is_said(symbol))
}

/// What stands before the ending.
fn cut<'t>(text: &'t str, ending: &str) -> Option<&'t str> {
    if ending.chars().any(is_east_asian) {
        return text.strip_suffix(ending);
    }
    let wanted = plain(ending);
    let begins = text.char_indices().rev().filter(|(at, symbol)| {
        symbol.is_alphanumeric()
            && !text[..*at].ends_with(|before: char| before.is_alphanumeric() && !is_east_asian(before))
    });
    // From the last word on and no further than the ending is long: a name may be any text.
    let mut ends =
        begins.map(|(at, _)| (at, plain(&text[at..]))).take_while(|(_, end)| end.len() <= wanted.len());
    ends.find(|(_, end)| *end == wanted).map(|(begin, _)| &text[..begin])
}

/// Letters and digits alone, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|symbol| symbol.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Scripts that write without blanks between words: the ideographs and what stands around them.
fn is_east_asian(symbol: char) -> bool {
    symbol >= '\u{2E80}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped<'t>(text: &'t str, drop: &[&str]) -> &'t str {
        let drop: Vec<String> = drop.iter().map(|ending| (*ending).to_owned()).collect();
        without(text, &drop)
    }

    #[test]
    fn legal_forms_fall_off_the_end_in_any_case_and_with_any_dots() {
        for (name, rest) in [
            ("华东机械有限公司", "华东机械"),
            ("华东机械（集团）股份有限公司", "华东机械（集团"),
            ("立信会计师事务所（特殊普通合伙）", "立信会计师事务所"),
            ("Acme Co., Ltd.", "Acme"),
            ("ACME CO.,LTD", "ACME"),
            ("Müller GmbH & Co. KG", "Müller"),
            ("Danone S.A.", "Danone"),
            ("Danone SA", "Danone"),
            ("ABB中国Ltd", "ABB中国"),
            ("Alpincold", "Alpincold"),
            ("华东机械有限公司上海分公司", "华东机械有限公司上海分公司"),
        ] {
            assert_eq!(dropped(name, LEGAL_FORMS), rest, "{name}");
        }
    }

    #[test]
    fn a_text_of_any_length_is_gone_through_once() {
        let long = "Alpha ".repeat(100_000);
        assert_eq!(dropped(&format!("{long}GmbH"), LEGAL_FORMS), long.trim_end());
    }

    #[test]
    fn a_name_that_is_nothing_else_stays() {
        assert_eq!(dropped("有限公司", LEGAL_FORMS), "有限公司");
        assert_eq!(dropped("AG", LEGAL_FORMS), "AG");
        assert_eq!(dropped("", LEGAL_FORMS), "");
    }

    #[test]
    fn the_longest_ending_goes_first_and_none_is_needed() {
        assert_eq!(dropped("华东股份有限公司", &["有限公司", "股份有限公司"]), "华东");
        assert_eq!(dropped("Acme Pty Ltd", &["Pty Ltd"]), "Acme");
        assert_eq!(dropped("Acme Ltd", &[]), "Acme Ltd");
    }
}
