//! Rule files to begin with: small, self-contained schemes that companies use, compiled in.

use super::{Bundle, Origin};

/// A scheme and the rule file that does it.
#[derive(Debug)]
pub struct Template {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What its codes are made of.
    pub about: &'static str,
    /// The options of `custcode new` that give its first code, without quotes or blanks inside one.
    pub first: &'static str,
    /// That code.
    pub code: &'static str,
    text: &'static str,
}

/// One [`Template`]: its name is that of its file.
macro_rules! template {
    ($name:literal, $about:literal, $first:literal, $code:literal) => {
        Template {
            name: $name,
            about: $about,
            first: $first,
            code: $code,
            text: include_str!(concat!($name, ".toml")),
        }
    };
}

/// Every template, the plain ones first.
pub static TEMPLATES: [Template; 9] = [
    template!(
        "type-industry",
        "type, industry, number",
        "--type vip --set industry=manufacturing",
        "01A0001"
    ),
    template!(
        "type-industry-region",
        "type, industry, region, two-digit number",
        "--type vip --set industry=manufacturing --region east",
        "01A000101"
    ),
    template!("type-date", "type letter, day, number", "--type personal --date 2023-10-01", "C20231001-0001"),
    template!("per-type", "each type with a rule of its own", "--type person", "P000001"),
    template!("region", "country, province, city, number", "--region shenzhen", "CN4403-0001"),
    template!("level", "level digit or relation letter, number", "--set level=strategic", "300001"),
    template!("month", "year and month, number", "--date 2023-10-01", "2023100001"),
    template!("class", "class of the levels 2-2-3, number", "--set class=dealers-city-a", "01010010001"),
    template!(
        "checked",
        "type, region, scale, check digit; no number",
        "--type a --region east --set scale=small",
        "0150013"
    ),
];

impl Template {
    /// The template of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// Its rule file, as if it had been read.
    pub fn bundle(&self) -> Bundle {
        Bundle::new(Origin::BuiltIn, vec![("rules.toml".to_owned(), self.text.to_owned())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::ProvedBook;

    #[test]
    fn every_template_is_proved_without_warnings() {
        for template in &TEMPLATES {
            let bundle = template.bundle();
            assert!(bundle.declares_format(), "{}", template.name);
            match ProvedBook::load(bundle) {
                Ok(book) => {
                    let warnings = &book.warnings;
                    assert!(warnings.list.is_empty(), "{}:\n{}", template.name, warnings.render(false));
                }
                Err(found) => panic!("{}:\n{}", template.name, found.render(false)),
            }
        }
    }

    #[test]
    fn every_template_names_its_code_in_both_languages() {
        for template in &TEMPLATES {
            let mut lines = template.text.lines();
            let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
            assert!(first.starts_with(&format!("# {}", template.code)), "{}: {first}", template.name);
            assert!(!second.is_ascii(), "{}: {second}", template.name);
        }
    }

    #[test]
    fn names_find_their_template() {
        for template in &TEMPLATES {
            assert_eq!(Template::named(template.name).map(|found| found.code), Some(template.code));
        }
        assert!(Template::named("type_date").is_none());
    }
}
