//! The usual names of columns, by language and system.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Known, bare, fold, marks};

/// The files of names; the first that has a name decides.
const FILES: [&str; 16] = [
    include_str!("english.tsv"),
    include_str!("chinese.tsv"),
    include_str!("japanese.tsv"),
    include_str!("german.tsv"),
    include_str!("french.tsv"),
    include_str!("spanish.tsv"),
    include_str!("u8.tsv"),
    include_str!("kingdee.tsv"),
    include_str!("sap.tsv"),
    include_str!("salesforce.tsv"),
    include_str!("odoo.tsv"),
    include_str!("erpnext.tsv"),
    include_str!("dolibarr.tsv"),
    include_str!("zoho.tsv"),
    include_str!("fxiaoke.tsv"),
    include_str!("shopify.tsv"),
];

/// What a name means beside the other part of a person's name, as `Nom` beside `Prénom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Beside {
    /// The file that both stand in.
    file: usize,
    other: Known,
    means: Known,
}

#[derive(Default)]
struct Names {
    known: HashMap<String, (Known, usize)>,
    beside: HashMap<String, Vec<Beside>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(Names::read);

impl Names {
    fn read() -> Self {
        let mut names = Self::default();
        for (file, meaning, header) in lines() {
            let beside = |other, means| Beside { file, other, means };
            let beside = match meaning {
                "family-beside-given" => beside(Known::GivenName, Known::FamilyName),
                "given-beside-family" => beside(Known::FamilyName, Known::GivenName),
                meaning => {
                    let known = known(meaning).expect("the tests read every line of the files");
                    names.known.entry(fold(header)).or_insert((known, file));
                    continue;
                }
            };
            names.beside.entry(fold(header)).or_default().push(beside);
        }
        names
    }

    /// A header as it stands; without its marks and unit; or the name in brackets behind it, as in
    /// `客户名称(FName)`; or the joined lines of a header of two.
    fn find(&self, header: &str) -> Option<(Known, usize)> {
        let find = |text: &str| self.known.get(&fold(text)).copied();
        find(header)
            .or_else(|| find(bare(header)))
            .or_else(|| {
                let (outside, inside) = marks::trailing_group(bare(header))?;
                find(inside).map(|known| find(outside).unwrap_or(known))
            })
            .or_else(|| {
                let mut lines = header.split('\n').map(str::trim).filter_map(find);
                lines.next().filter(|first| lines.all(|other| other.0 == first.0))
            })
    }
}

/// The lines of all files: which file, what the name means, and the name.
fn lines() -> impl Iterator<Item = (usize, &'static str, &'static str)> {
    let line = |(file, line): (usize, &'static str)| {
        let (meaning, header) = line.split_once('\t')?;
        Some((file, meaning, header))
    };
    let lines = FILES.iter().enumerate().flat_map(|(file, text)| text.lines().map(move |line| (file, line)));
    lines.filter(|(_, line)| !line.starts_with("# ")).filter_map(line)
}

fn known(meaning: &str) -> Option<Known> {
    Some(match meaning {
        "code" => Known::Code,
        "ref" => Known::Reference,
        "name" => Known::Name,
        "name.given" => Known::GivenName,
        "name.family" => Known::FamilyName,
        "date" => Known::Date,
        "row" => Known::RowNumber,
        _ => return None,
    })
}

/// The column that a header usually means; compared after folding case, width, blanks, `_` and `-`,
/// and without marks such as `*` and `(必填)` and units.
pub fn usual(header: &str) -> Option<Known> {
    NAMES.find(header).map(|(known, _)| known)
}

/// The same of the headers of one file, where one may decide what another means: `Nom` is a whole
/// name, beside `Prénom` the family name.
pub fn usual_of_all(headers: &[String]) -> Vec<Option<Known>> {
    let found: Vec<_> = headers.iter().map(|header| NAMES.find(header)).collect();
    let beside = |header: &String| {
        let beside = NAMES.beside.get(&fold(bare(header)))?;
        let stands = |it: &&Beside| found.contains(&Some((it.other, it.file)));
        beside.iter().find(stands).map(|it| it.means)
    };
    headers.iter().zip(&found).map(|(header, found)| beside(header).or(found.map(|it| it.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_of_the_usual_systems_are_known() {
        for (header, known) in [
            ("客户编码", Known::Code),
            ("Customer Code", Known::Code),
            ("ACCOUNT_NUMBER", Known::Code),
            ("cCusCode", Known::Code),
            ("KUNNR", Known::Code),
            ("N° client", Known::Code),
            ("Código de cliente", Known::Code),
            ("得意先コード", Known::Code),
            ("外部ID", Known::Reference),
            ("External-Id", Known::Reference),
            ("Ｒｅｆ", Known::Reference),
            ("客户 名称", Known::Name),
            ("Account Name", Known::Name),
            ("Firma", Known::Name),
            ("Raison sociale", Known::Name),
            ("Razón social", Known::Name),
            ("顧客名", Known::Name),
            ("First Name", Known::GivenName),
            ("Nachname", Known::FamilyName),
            ("建档日期", Known::Date),
            ("created_at", Known::Date),
            ("dCusDevDate", Known::Date),
            ("Fecha de alta", Known::Date),
            ("序号", Known::RowNumber),
            ("lfd. Nr.", Known::RowNumber),
        ] {
            assert_eq!(usual(header), Some(known), "{header}");
        }
    }

    #[test]
    fn marks_and_units_are_no_part_of_a_name() {
        for header in [
            "*客户名称",
            "客户名称*",
            "客户名称（必填）",
            "客户名称(必填)",
            "*(客户)名称",
            "＊客户名称：",
            "客户名称(cCusName)",
            "[required] Customer Name",
            "Customer Name [required]",
            "Name (Pflichtfeld)",
            "※会社名",
            "Customer code (s.nom)",
            "FName\n*(客户)名称",
        ] {
            let known = if header.starts_with("Customer code") { Known::Code } else { Known::Name };
            assert_eq!(usual(header), Some(known), "{header}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_not_known() {
        for header in
            ["", "id", "ID", "客户ID", "customer id", "客户", "简称", "编号", "单据号", "原编码", "city", "*"]
        {
            assert_eq!(usual(header), None, "{header}");
        }
    }

    #[test]
    fn a_neighbour_decides_which_part_of_a_name_it_is() {
        let all =
            |headers: &[&str]| usual_of_all(&headers.iter().map(ToString::to_string).collect::<Vec<_>>());
        let (name, given, family) = (Some(Known::Name), Some(Known::GivenName), Some(Known::FamilyName));
        assert_eq!(all(&["Nom", "Ville"]), [name, None]);
        assert_eq!(all(&["Nom", "Prénom"]), [family, given]);
        assert_eq!(all(&["Name", "Vorname"]), [family, given]);
        assert_eq!(all(&["Name", "First Name"]), [name, given]);
        assert_eq!(all(&["Nombre", "Apellidos"]), [given, family]);
        assert_eq!(all(&["姓", "名"]), [family, given]);
    }

    #[test]
    fn every_line_has_a_meaning_and_no_name_has_two() {
        let mut seen: HashMap<String, Known> = HashMap::new();
        for (_, meaning, header) in lines() {
            assert_eq!(header, header.trim());
            let Some(known) = known(meaning) else {
                assert!(meaning.contains("-beside-"), "{meaning}");
                continue;
            };
            let other = seen.insert(fold(header), known).unwrap_or(known);
            assert_eq!(other, known, "{header} has two meanings");
        }
        for file in FILES {
            assert!(file.starts_with("# "), "a file says where its names come from");
        }
    }
}
