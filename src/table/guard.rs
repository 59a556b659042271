//! Formulas in cells: neutralised for spreadsheets when written, restored exactly when read.
//!
//! A text gets one `'` in front where a spreadsheet would run it: it begins with `=`, `+`, `-`, `@`
//! or their full-width forms, also behind TAB or CR, and is neither a phone number, a negative
//! number nor a mere dash. So does one that begins with `'` before any such character: counting the
//! run of `'` is what keeps a text that had one before apart from one that was given one.

/// Characters that a formula begins with, or that a spreadsheet skips before it.
const BEGIN: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// Signs of numbers.
const SIGNS: [char; 4] = ['+', '-', '＋', '－'];

/// The cell without the `'` that a writer put before a formula; exactly, for every text. Earlier
/// versions put one before phone numbers and dashes, too.
pub(super) fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(inner) if begins(inner) => inner,
        _ => cell,
    }
}

/// Whether a cell needs a `'` in front: a spreadsheet would run it, or a reader would take off the
/// `'` that it has.
pub(super) fn is_formula(cell: &str) -> bool {
    // Nearly every cell is settled by its first byte: no mark below `@` but these, no full-width
    // form but behind 0xEF.
    match cell.as_bytes().first() {
        Some(b'=' | b'@' | b'\t' | b'\r') => true,
        Some(b'+' | b'-' | 0xEF) => begins(cell) && !is_number(cell),
        Some(b'\'') => begins(cell),
        _ => false,
    }
}

/// Whether a text begins as a formula does, once its leading `'` are gone.
fn begins(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(BEGIN)
}

/// Whether a text with a sign is a number, a phone number or a dash: there is nothing to run in it.
fn is_number(cell: &str) -> bool {
    let is_part =
        |c: char| matches!(c, '0'..='9' | '０'..='９') || SIGNS.contains(&c) || " \u{a0}()/.,%".contains(c);
    cell.starts_with(SIGNS) && (cell.chars().all(is_part) || cell.parse::<f64>().is_ok_and(f64::is_finite))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    /// As a row is written.
    fn guard(cell: &str) -> Cow<'_, str> {
        if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
    }

    #[test]
    fn formulas_get_one_quote_and_nothing_else_does() {
        for formula in [
            "=1+1", "+A1", "-5+cmd|x", "@SUM(A1)", "\t=1", "\r=1", "＝cmd", "＋A", "＠x", "'=1", "'-1",
            "''＋1",
        ] {
            assert_eq!(guard(formula), format!("'{formula}"));
        }
        for plain in [
            "+49 351 1234",
            "+8613800000000",
            "＋８６ 138",
            "-5",
            "-1.5e3",
            "-1,200.50",
            "-",
            "--",
            "-5 %",
            "",
            "华东机械",
            "a=b",
            "'",
            "''",
            "'quoted'",
            " =1",
            "1-2",
            "ﬁ",
        ] {
            assert!(matches!(guard(plain), Cow::Borrowed(text) if text == plain));
        }
    }

    #[test]
    fn a_quote_that_guards_nothing_stays() {
        assert_eq!(unguard("'twas"), "'twas");
        assert_eq!(unguard("'=1"), "=1");
        assert_eq!(unguard("''=1"), "'=1");
        assert_eq!(unguard("=1"), "=1");
    }

    #[test]
    fn guards_of_earlier_versions_are_taken_off() {
        assert_eq!(unguard("'+8621"), "+8621");
        assert_eq!(unguard("'-"), "-");
    }

    proptest! {
        #[test]
        fn unguard_reverses_guard(cell in "('|=|＝|-|\t|a|1|中){0,6}") {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }

        #[test]
        fn unguard_reverses_guard_for_any_text(cell in any::<String>()) {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }
    }
}
