//! Formulas in cells: neutralised for spreadsheets when written, restored exactly when read.
//!
//! A text that begins with `=`, `+`, `-`, `@`, TAB, CR or their full-width forms (after any run of
//! `'`) gets one `'` in front. Counting the run of `'` is what keeps a text that had one before
//! apart from one that was given one.

/// The cell without the `'` that a writer put before a formula; exactly, for every text.
pub(super) fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(inner) if is_formula(inner) => inner,
        _ => cell,
    }
}

/// Whether a spreadsheet could take a cell for a formula, now or once its leading `'` are gone.
pub(super) fn is_formula(cell: &str) -> bool {
    // Nearly every cell is settled by its first byte: no mark below `@` but these, no full-width
    // form but behind 0xEF.
    match cell.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => true,
        Some(b'\'' | 0xEF) => cell
            .trim_start_matches('\'')
            .starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']),
        _ => false,
    }
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
        for formula in
            ["=1+1", "+8613800000000", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝cmd", "＠x", "'=1", "''＋1"]
        {
            assert_eq!(guard(formula), format!("'{formula}"));
        }
        for plain in ["", "华东机械", "a=b", "'", "''", "'quoted'", " =1", "1-2", "ﬁ"] {
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

    proptest! {
        #[test]
        fn unguard_reverses_guard(cell in "('|=|＝|-|\t|a|中){0,6}") {
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
