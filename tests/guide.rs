//! `rules guide`: the staff handbook as Markdown and HTML.

mod browser;
mod markdown;
mod output;

use std::fmt::Write as _;

use crate::support::Test;
use crate::support::test::Done;

/// Rules whose every text tries to be markup.
pub(crate) const HOSTILE: &str = r##"
custcode = 1
timezone = "Asia/Shanghai"
default_rule = "r"

[fields.type]
label = "<script>alert(1)</script>"
aliases = ["<img src=x onerror=alert(2)>", "a|b"]

[fields.type.values."k`ey|"]
code = "<b>"
label = "</td></table><h1>x</h1>"
aliases = ["*bold*", "[link](http://example.com)", "# head"]
letter = "|"

[fields.type.values.two]
code = "`|`"
label = "line\none | two `three` **four** \u202Efive\u0007 www.example.com https://example.com a@example.com &amp; \\| ~~six~~ <!-- seven -->"
letter = "\\"

[rules.r]
label = "</style><script>document.title='x'</script>"
pattern = "{type}{type.letter}<i>|`{seq:2}"
"##;

/// A class tree and a dictionary of many values.
pub(crate) fn large(count: usize) -> String {
    let mut values = String::new();
    for number in 1..=count {
        let _ = writeln!(values, "k{number} = {{ code = \"{number:04}\", label = \"网点{number}\" }}");
    }
    format!(
        "custcode = 1\n[fields.shop]\nlabel = \"网点\"\n[fields.shop.values]\n{values}\
         [rules.r]\npattern = \"{{shop}}-{{seq:2}}\"\n"
    )
}

/// The handbook of `rules` with these options, on standard output.
#[track_caller]
pub(crate) fn guide(rules: &str, options: &[&str]) -> Done {
    Test::new()
        .file("rules.toml", rules)
        .args(["rules", "guide"])
        .args(options.iter().copied())
        .stdout_like("...\n")
        .run()
}

/// The handbook of the built-in rules.
#[track_caller]
pub(crate) fn built_in(options: &[&str]) -> String {
    let args = ["rules", "guide"].into_iter().chain(options.iter().copied());
    Test::new().args(args).stdout_like("...\n").run().stdout
}
