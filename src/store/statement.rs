//! The texts that are asked: SQL as PostgreSQL reads it, which SQLite's adapter puts into its own
//! words.
//!
//! Values are `$1`, `$2` …, tables `custcode.TABLE`. What both engines understand stands there
//! once. A statement has a second text where the first would be slow or cannot be said on SQLite;
//! both stand side by side.

/// A statement.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'s> {
    /// The words.
    pub(super) text: &'s str,
    /// How many values it takes.
    pub(super) params: usize,
    /// What SQLite runs in place of it, one after the other, with the same values. `None`: the same
    /// text.
    pub(super) sqlite: Option<&'static [&'static str]>,
    /// Whether the text is a constant, which is worth keeping once prepared.
    pub(super) constant: bool,
}

impl Statement<'static> {
    /// A constant.
    pub(super) const fn new(
        params: usize,
        text: &'static str,
        sqlite: Option<&'static [&'static str]>,
    ) -> Self {
        Self { text, params, sqlite, constant: true }
    }
}

impl<'s> Statement<'s> {
    /// A text that was put together for this once.
    pub(super) fn built(params: usize, text: &'s str) -> Self {
        Self { text, params, sqlite: None, constant: false }
    }

    /// What PostgreSQL runs.
    pub fn postgres(&self) -> &'s str {
        self.text
    }

    /// What SQLite runs, in its own words.
    pub fn sqlite(&self) -> Vec<String> {
        self.texts().iter().map(|text| super::sqlite::translated(text)).collect()
    }

    /// What SQLite runs, before it is put into its words.
    pub(super) fn texts(&self) -> &[&'s str] {
        self.sqlite.unwrap_or(std::slice::from_ref(&self.text))
    }

    /// Whether SQLite runs another text.
    pub fn has_two_texts(&self) -> bool {
        self.sqlite.is_some()
    }

    /// How many values it takes.
    pub fn params(&self) -> usize {
        self.params
    }
}

/// Constants of [`Statement`], and a list of them: `NAME(number of values) = "text";`, or with
/// SQLite's own texts `NAME(number of values) = "text", ["text", …];`, which are none where it is
/// never asked there.
macro_rules! statements {
    (@own) => { None };
    (@own [$($sqlite:expr),*]) => { Some(&[$($sqlite),*]) };
    ($($(#[$meta:meta])* $name:ident($params:literal) = $text:expr $(, [$($sqlite:expr),* $(,)?])?;)+) => {
        $(
            $(#[$meta])*
            const $name: $crate::store::statement::Statement<'static> =
                $crate::store::statement::Statement::new(
                    $params,
                    $text,
                    $crate::store::statement::statements!(@own $([$($sqlite),*])?),
                );
        )+

        /// All of them, by name.
        pub(in crate::store) const STATEMENTS: &[(&str, $crate::store::statement::Statement<'static>)] =
            &[$((stringify!($name), $name)),+];
    };
}

pub(super) use statements;
