//! What must be known of the arguments before they are parsed: how to say that they are wrong.

use std::ffi::OsString;

use super::format::{Colour, Format};
use super::ui::Ui;

/// How errors in the arguments are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Early {
    /// As JSON.
    pub(crate) json: bool,
    /// With colours.
    pub(crate) colour: Colour,
}

impl Early {
    /// Looks for `--json`, `--format json` and `--color WHEN` up to a lone `--`.
    pub(crate) fn scan(arguments: &[OsString]) -> Self {
        let mut early = Self::default();
        let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
        for (place, word) in words.iter().enumerate().take_while(|(_, word)| *word != "--") {
            let value = |name: &str| match word.strip_prefix(name) {
                Some("") => words.get(place + 1).map(AsRef::as_ref),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            early.json |= word == "--json" || matches!(value("--format"), Some("json" | "jsonl"));
            match value("--color") {
                Some("always") => early.colour = Colour::Always,
                Some("never") => early.colour = Colour::Never,
                _ => {}
            }
        }
        early
    }

    /// The way to the screen for errors that come before there is a context.
    pub(crate) fn ui(self) -> Ui {
        Ui::new(self.json.then_some(Format::Json), false, false, self.colour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_seen_before_parsing() {
        let scan = |words: &[&str]| Early::scan(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(scan(&["custcode", "nwe", "--json"]).json);
        assert!(scan(&["custcode", "--format", "jsonl"]).json);
        assert!(scan(&["custcode", "--format=json"]).json);
        assert!(!scan(&["custcode", "--format", "csv"]).json);
        assert!(!scan(&["custcode", "show", "--", "--json"]).json);
        assert_eq!(scan(&["custcode", "--color=never"]).colour, Colour::Never);
    }
}
