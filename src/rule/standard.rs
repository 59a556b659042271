//! Ready-made dictionaries: a field names one (`standard = "iso3166"`) instead of listing its
//! values.
//!
//! Each is a CSV text as `values_from` reads it, below comment lines that say which standard it is
//! and of what day. It joins the bundle like a file of its own: the ledger keeps the edition that
//! codes were issued under, and a later edition is adopted like any other change of the rules,
//! after every code has been read under both.

use csv::ReaderBuilder;

/// A ready-made dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// As a rule file names it.
    pub name: &'static str,
    text: &'static str,
}

/// What the names of ready-made dictionaries begin with among the files of a bundle; `values_from`
/// takes no such name.
pub(super) const PREFIX: &str = "standard:";

const ALL: [Standard; 5] = [
    Standard { name: "iso3166", text: include_str!("dictionaries/iso3166.csv") },
    Standard { name: "gb2260-provinces", text: include_str!("dictionaries/gb2260-provinces.csv") },
    Standard { name: "gb2260-cities", text: include_str!("dictionaries/gb2260-cities.csv") },
    Standard { name: "gb2260", text: include_str!("dictionaries/gb2260.csv") },
    Standard { name: "gb4754", text: include_str!("dictionaries/gb4754.csv") },
];

impl Standard {
    /// Every one.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|standard| standard.name == name)
    }

    /// Which standard it is, of what day: its first comment line.
    pub fn edition(&self) -> &'static str {
        self.notes().next().unwrap_or_default()
    }

    /// Its comment lines: the edition, then what its columns mean and what it leaves out.
    pub fn notes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.lines().map_while(|line| line.strip_prefix("# "))
    }

    /// The names of its columns, and its rows.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let text = &self.text[comments(self.text)..];
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        // Compiled in and tested: every record is whole.
        let mut records = reader.records().flatten().map(|row| row.iter().map(str::to_owned).collect());
        (records.next().unwrap_or_default(), records.collect())
    }

    /// Its name and text among the files of a bundle.
    pub(super) fn file(self) -> (String, String) {
        (format!("{PREFIX}{}", self.name), self.text.to_owned())
    }
}

/// Where the text of a ready-made dictionary begins below its comment lines.
pub(super) fn comments(text: &str) -> usize {
    text.split_inclusive('\n').take_while(|line| line.starts_with('#')).map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use super::*;
    use crate::rule::{Bundle, Field, Origin, ProvedBook};

    /// The field of a rule file that names the dictionary.
    fn field(standard: &str, more: &str) -> Field {
        let rules = format!(
            "[fields.it]\nstandard = \"{standard}\"\n{more}\n[rules.r]\npattern = \"{{it}}-{{seq:4}}\"\n"
        );
        let mut bundle = Bundle::new(Origin::Ledger, vec![("rules.toml".to_owned(), rules)]);
        bundle.add_standards();
        let book = ProvedBook::load(bundle).unwrap_or_else(|findings| panic!("{}", findings.render(false)));
        book.field("it").expect("declared").clone()
    }

    fn resolved(field: &Field, input: &str) -> String {
        field.resolve(input).unwrap_or_else(|unknown| panic!("{unknown}")).into_owned()
    }

    /// Code and label of the values in force at the end of 2024.
    fn in_force(field: &Field) -> BTreeMap<String, String> {
        let day = jiff::civil::date(2024, 12, 31);
        let holds = field.values.iter().filter(|value| value.period().holds_on(day));
        holds.map(|value| (value.code.clone(), value.label.clone())).collect()
    }

    #[test]
    fn each_says_its_edition_and_has_its_values() {
        let sizes: HashMap<&str, usize> = Standard::all()
            .iter()
            .map(|standard| {
                let levels = if standard.name == "gb2260" { "levels = [2, 2]\nleaf_only = true" } else { "" };
                (standard.name, field(standard.name, levels).values.len())
            })
            .collect();
        let expected = [
            ("iso3166", 249),
            ("gb2260-provinces", 34),
            ("gb2260-cities", 354),
            ("gb2260", 385),
            ("gb4754", 20),
        ];
        assert_eq!(sizes, expected.into());
        let editions: Vec<&str> = Standard::all().iter().map(Standard::edition).collect();
        for (edition, words) in editions.into_iter().zip([
            "ISO 3166-1:2020",
            "GB/T 2260",
            "GB/T 2260",
            "GB/T 2260",
            "GB/T 4754-2017",
        ]) {
            assert!(edition.starts_with(words), "{edition}");
        }
    }

    #[test]
    fn countries_are_known_by_each_code_and_in_two_languages() {
        let country = field("iso3166", "");
        for (input, code) in [
            ("CN", "CN"),
            ("CHN", "CN"),
            ("China", "CN"),
            ("中国", "CN"),
            ("香港", "HK"),
            ("台湾", "TW"),
            ("de", "DE"),
            ("德国", "DE"),
            ("USA", "US"),
            ("United States of America", "US"),
            ("UK", "GB"),
            ("韩国", "KR"),
            ("朝鲜", "KP"),
            ("刚果（金）", "CD"),
            ("刚果（布）", "CG"),
            ("Viet Nam", "VN"),
            ("瑞士", "CH"),
            ("Türkiye", "TR"),
            ("南苏丹", "SS"),
            ("多米尼克", "DM"),
            ("多米尼加", "DO"),
        ] {
            assert_eq!(resolved(&country, input), code, "{input}");
        }
        let china = country.value("CN").expect("China");
        assert_eq!((china.attribute("alpha3"), china.attribute("numeric")), (Some("CHN"), Some("156")));
        assert_eq!(country.value("AF").and_then(|value| value.attribute("numeric")), Some("004"));
        for attribute in ["code", "alpha3", "numeric"] {
            let texts: HashSet<_> =
                country.values.iter().map(|value| value.attribute(attribute).expect(attribute)).collect();
            assert_eq!(texts.len(), 249, "{attribute}");
            let width = if attribute == "code" { 2 } else { 3 };
            assert!(texts.iter().all(|text| text.len() == width && text.is_ascii()), "{attribute}");
        }
    }

    #[test]
    fn provinces_have_their_letters() {
        let province = field("gb2260-provinces", "");
        for (input, code, letters) in [
            ("北京", "11", "BJ"),
            ("京", "11", "BJ"),
            ("上海市", "31", "SH"),
            ("陕西", "61", "SN"),
            ("山西", "14", "SX"),
            ("河北", "13", "HE"),
            ("河南", "41", "HA"),
            ("湖北", "42", "HB"),
            ("湖南", "43", "HN"),
            ("海南", "46", "HI"),
            ("黑龙江", "23", "HL"),
            ("Inner Mongolia", "15", "NM"),
            ("xj", "65", "XJ"),
            ("澳门", "82", "MO"),
        ] {
            let value = province.value(&resolved(&province, input)).expect(input);
            assert_eq!((value.code.as_str(), value.attribute("letters")), (code, Some(letters)), "{input}");
        }
    }

    #[test]
    fn there_are_333_prefecture_level_divisions_in_force() {
        let cities = in_force(&field("gb2260-cities", ""));
        let other = ["1101", "1201", "3101", "4190", "4290", "4690", "5001", "5002", "6590"];
        let mut kinds = [("市", 0), ("自治州", 0), ("地区", 0), ("盟", 0)];
        for (code, label) in cities.iter().filter(|(code, _)| !other.contains(&code.as_str())) {
            let kind = kinds.iter_mut().find(|(kind, _)| label.ends_with(kind));
            kind.unwrap_or_else(|| panic!("{code} {label} is of no kind")).1 += 1;
        }
        assert_eq!(kinds, [("市", 293), ("自治州", 30), ("地区", 7), ("盟", 3)]);
        assert_eq!(cities.len(), 333 + other.len());
        for (code, label) in [
            ("1301", "石家庄市"),
            ("2102", "大连市"),
            ("3302", "宁波市"),
            ("3502", "厦门市"),
            ("3702", "青岛市"),
            ("4201", "武汉市"),
            ("4403", "深圳市"),
            ("4604", "儋州市"),
            ("5101", "成都市"),
            ("5328", "西双版纳傣族自治州"),
            ("5406", "那曲市"),
            ("6543", "阿勒泰地区"),
            ("1529", "阿拉善盟"),
        ] {
            assert_eq!(cities.get(code).map(String::as_str), Some(label), "{code}");
        }
    }

    #[test]
    fn a_code_that_was_given_up_is_readable_and_not_issued() {
        let city = field("gb2260-cities", "");
        let laiwu = city.value(&resolved(&city, "莱芜")).expect("莱芜");
        assert_eq!((laiwu.code.as_str(), laiwu.period().to_string().as_str()), ("3712", "until 2018-12-31"));
        assert_eq!(city.values.iter().filter(|value| !value.period().is_always()).count(), 12);
        assert_eq!(resolved(&city, "那曲"), "5406");
        assert_eq!(resolved(&city, "那曲地区"), "5424");
    }

    #[test]
    fn the_tree_holds_the_flat_cities_below_their_provinces() {
        let tree = field("gb2260", "levels = [2, 2]\nleaf_only = true");
        let cities = field("gb2260-cities", "");
        let provinces = field("gb2260-provinces", "");
        for value in &tree.values {
            let flat = if value.code.len() == 2 { &provinces } else { &cities };
            let same =
                flat.value(&value.key).unwrap_or_else(|| panic!("{} is not in the flat one", value.key));
            assert_eq!((&same.label, same.period()), (&value.label, value.period()), "{}", value.key);
        }
        let path: Vec<&str> = tree.path("4403").into_iter().map(|value| value.label.as_str()).collect();
        assert_eq!(path, ["广东省", "深圳市"]);
        assert!(tree.resolve("广东省").is_err(), "a province has sub-classes");
    }

    #[test]
    fn sections_of_industry_are_known_in_two_languages() {
        let industry = field("gb4754", "");
        let letters: String = industry.values.iter().map(|value| value.code.as_str()).collect();
        assert_eq!(letters, "ABCDEFGHIJKLMNOPQRST");
        for (input, code) in
            [("制造业", "C"), ("Manufacturing", "C"), ("金融业", "J"), ("教育", "P"), ("国际组织", "T")]
        {
            assert_eq!(resolved(&industry, input), code, "{input}");
        }
    }

    #[test]
    fn only_some_of_them_can_be_taken() {
        let country = field("iso3166", "only = [\"CN\", \"香港\", \"de\"]");
        let codes: Vec<&str> = country.values.iter().map(|value| value.code.as_str()).collect();
        assert_eq!(codes, ["CN", "DE", "HK"]);
        let tree = field("gb2260", "levels = [2, 2]\nleaf_only = true\nonly = [\"深圳\"]");
        let codes: Vec<&str> = tree.values.iter().map(|value| value.code.as_str()).collect();
        assert_eq!(codes, ["44", "4403"]);
    }
}
