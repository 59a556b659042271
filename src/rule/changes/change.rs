//! One difference between two rule books.

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What is concerned.
    pub of: Subject,
    /// Its name; empty for a setting of the whole file.
    pub name: String,
    /// What of it: `pattern`, `added`, `values recoded` …
    pub aspect: &'static str,
    /// How many values, where it is about values; else 1.
    pub count: u64,
    /// Before; none where there was nothing. Of many values the first few.
    pub was: Option<String>,
    /// After; none where there is nothing.
    pub becomes: Option<String>,
}

/// What a change is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The whole file.
    File,
    /// A field.
    Field,
    /// A rule.
    Rule,
}

impl Subject {
    /// Its word in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Field => "field",
            Self::Rule => "rule",
        }
    }
}
