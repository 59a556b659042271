//! The scope of a counter, which the ledger keeps as the JSON array of the printed parts, for
//! people and for programs.

use serde::{Serialize as _, Serializer};

/// The printed parts.
pub fn parts(scope: &str) -> Vec<String> {
    // Whatever else stands there was damaged, and is shown as it is.
    serde_json::from_str(scope).unwrap_or_else(|_| vec![scope.to_owned()])
}

/// For people: `01, A`; nothing where everything is counted together.
pub fn shown(scope: &str) -> String {
    parts(scope).join(", ")
}

/// A counter: `graded 01, A`, or only the rule where everything is counted together.
pub fn named(rule: &str, scope: &str) -> String {
    format!("{rule} {}", shown(scope)).trim_end().to_owned()
}

/// To stand behind a rule or a number: ` in scope 01, A`, or nothing.
pub fn within(scope: &str) -> String {
    let shown = shown(scope);
    if shown.is_empty() { String::new() } else { format!(" in scope {shown}") }
}

/// Whether somebody means this scope: `01,A`, `01, A`, or the array.
pub fn is_meant(asked: &str, scope: &str) -> bool {
    let parts = parts(scope);
    asked == scope || asked == parts.join(",") || asked == parts.join(", ")
}

/// A scope as an array.
pub(crate) fn serialize<S: Serializer>(scope: &str, out: S) -> Result<S::Ok, S::Error> {
    parts(scope).serialize(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_shown_by_its_printed_parts() {
        assert_eq!(shown(r#"["01","A"]"#), "01, A");
        assert_eq!(named("graded", r#"["01"]"#), "graded 01");
        assert_eq!((named("all", "[]"), within("[]")), ("all".to_owned(), String::new()));
        assert_eq!(within(r#"["2026"]"#), " in scope 2026");
        assert_eq!(shown("damaged"), "damaged");
    }

    #[test]
    fn a_scope_is_meant_in_three_spellings() {
        for asked in ["01,A", "01, A", r#"["01","A"]"#] {
            assert!(is_meant(asked, r#"["01","A"]"#), "{asked}");
        }
        assert!(!is_meant("01", r#"["01","A"]"#));
    }
}
