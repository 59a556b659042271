//! Whether a cell reads as a code of these rules, however it is spelled: codes lose their zeros in
//! spreadsheets, gain dashes and blanks by hand, and come with marks of text.

use crate::code::normalize;
use crate::rule::RuleBook;

/// Zeros that a number may have lost.
const LOST_ZEROS: usize = 9;

/// Whether a cell reads as a code as it stands, in another case or width, or with signs between its
/// parts.
pub(super) fn is_code(book: &RuleBook, cell: &str) -> bool {
    let text = unquoted(cell.trim());
    if book.matches(text.as_bytes()).is_some() {
        return true;
    }
    if text.len() > 64 || !text.chars().any(char::is_alphanumeric) {
        return false;
    }
    let canonical = normalize::canonical(text);
    if canonical != text && book.matches(canonical.as_bytes()).is_some() {
        return true;
    }
    let signs = [' ', '-', '_', '.', '/'];
    canonical.contains(signs) && book.matches(canonical.replace(signs, "").as_bytes()).is_some()
}

/// Whether digits become a code with the zeros before them that a spreadsheet takes off.
pub(super) fn is_code_without_zeros(book: &RuleBook, cell: &str) -> bool {
    let text = cell.trim();
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=LOST_ZEROS)
            .any(|zeros| book.matches(format!("{}{text}", "0".repeat(zeros)).as_bytes()).is_some())
}

/// Digits with the zeros before them that make them a code, where only one number of zeros does and
/// they are none as they stand.
pub(in crate::registry::import) fn with_zeros(book: &RuleBook, cell: &str) -> Option<String> {
    let text = cell.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || book.matches(text.as_bytes()).is_some() {
        return None;
    }
    let padded = (1..=LOST_ZEROS).map(|zeros| format!("{}{text}", "0".repeat(zeros)));
    let mut codes = padded.filter(|code| book.matches(code.as_bytes()).is_some());
    codes.next().filter(|_| codes.next().is_none())
}

/// A cell without the marks that make a spreadsheet keep it as text: `'…` and `="…"`.
pub(in crate::registry::import) fn unquoted(cell: &str) -> &str {
    let formula = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    formula.or_else(|| cell.strip_prefix('\'')).unwrap_or(cell)
}
