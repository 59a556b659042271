//! Folding of what people type: full width, case, invisible characters.

use std::borrow::Cow;

/// The canonical form of a code: trimmed; full-width forms (U+FF01–FF5E, U+3000) folded one to one; zero-width, BOM
/// and bidi marks dropped; Unicode dashes unified to `-`; ASCII letters upper-cased. Borrowed when nothing changes.
pub fn canonical(_text: &str) -> Cow<'_, str> {
    todo!()
}

/// The form under which keys, labels and aliases of values are compared: as [`canonical`], but lower-cased
/// (Unicode), and inner white space collapsed.
pub fn folded(_text: &str) -> Cow<'_, str> {
    todo!()
}
