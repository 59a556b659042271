//! Which language the reader has.

use super::context::first_set;
use crate::report::language::Language;

/// The variables that say it, the first one set first.
const VARIABLES: [&str; 4] = ["CUSTCODE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/// The reader's language, by the environment.
pub(crate) fn of_the_reader() -> Language {
    named(&first_set(&VARIABLES))
}

/// The language of a locale such as `zh_CN.UTF-8`: English unless it is Chinese.
fn named(locale: &str) -> Language {
    let word = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
    if word.eq_ignore_ascii_case("zh") { Language::Chinese } else { Language::English }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_language() {
        for chinese in ["zh", "zh_CN.UTF-8", "zh-Hans-CN", "ZH", "zh.gbk"] {
            assert_eq!(named(chinese), Language::Chinese, "{chinese}");
        }
        for other in ["", "C", "POSIX", "en_GB.UTF-8", "zhx", "de_DE@euro"] {
            assert_eq!(named(other), Language::English, "{other}");
        }
    }
}
