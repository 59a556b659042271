//! The reference, built in: one Markdown file a page and language, in `en` and `zh` beside this
//! file. `custcode help -k PAGE` shows them.

use crate::registry::Error;
use crate::report::language::Language;
use crate::rule::nearest;

/// A page in both languages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReferencePage {
    /// What it is asked for by, and its file's name.
    pub(crate) name: &'static str,
    english: &'static str,
    chinese: &'static str,
}

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        /// Every page, those of daily work first.
        pub(crate) const PAGES: &[ReferencePage] = &[$(ReferencePage {
            name: $name,
            english: include_str!(concat!("en/", $name, ".md")),
            chinese: include_str!(concat!("zh/", $name, ".md")),
        }),*];
    };
}

pages![
    "codes",
    "import",
    "rules",
    "changing-rules",
    "checking",
    "migrating",
    "erasing",
    "recipes",
    "json",
    "locations",
    "postgres",
    "safety",
    "words",
];

impl ReferencePage {
    /// Its Markdown.
    pub(crate) fn text(&self, language: Language) -> &'static str {
        language.pick(self.chinese, self.english)
    }

    /// Its first line, without the mark of a heading.
    pub(crate) fn title(&self, language: Language) -> &'static str {
        let first = self.text(language).lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }
}

/// The page of this name.
///
/// # Errors
/// A usage error with all names, when there is none.
pub(crate) fn find(name: &str) -> Result<&'static ReferencePage, Error> {
    PAGES.iter().find(|page| page.name == name).ok_or_else(|| {
        let names: Vec<_> = PAGES.iter().map(|page| page.name).collect();
        let all = format!("the pages are {}", names.join(", "));
        let hint = match nearest(name, names) {
            Some(likely) => format!("did you mean {likely}? {all}"),
            None => all,
        };
        Error::usage(format!("no page {name:?}"), hint)
    })
}
