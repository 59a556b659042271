//! The page that a text for people is written on.

use std::borrow::Cow;

use crate::cli::escape;

/// Where text for people goes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Page {
    /// Columns of the terminal; unlimited when unknown.
    pub(crate) width: Option<usize>,
    /// Whether styles are understood.
    pub(crate) colour: bool,
    /// Whether a terminal must be protected from what names contain.
    pub(crate) escape: bool,
}

impl Page {
    /// `text` as it can stand on this page.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.escape { escape::visible(text) } else { Cow::Borrowed(text) }
    }

    /// `text` in bold where that is understood.
    pub(crate) fn strong(&self, text: &str) -> String {
        let style = anstyle::Style::new().bold();
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
