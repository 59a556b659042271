//! Rows that are no customers: totals below a list.

use super::cell::{Look, look};
use crate::registry::import::mapping::Mapping;
use crate::table::Record;

/// What a row of totals says of itself.
const WORDS: [&str; 27] = [
    "合计",
    "合計",
    "总计",
    "總計",
    "総計",
    "小计",
    "小計",
    "共计",
    "共計",
    "总和",
    "总额",
    "本页合计",
    "本页小计",
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "zwischensumme",
    "somme",
    "totalgénéral",
    "suma",
    "totalgeneral",
];
/// Digits behind the point that sums are kept with.
const DECIMALS: usize = 4;

/// Finds totals in the rows of a file as they pass.
pub(super) struct Totals {
    name: Vec<usize>,
    keys: Vec<usize>,
    /// Columns of amounts with their sums.
    sums: Vec<(usize, i128)>,
}

impl Totals {
    /// `amounts`: the columns in which all cells are numbers that could be added up.
    pub(super) fn new(mapping: &Mapping, amounts: &[usize]) -> Self {
        let name = [mapping.name, mapping.given_name, mapping.family_name];
        Self {
            name: name.into_iter().flatten().collect(),
            keys: [mapping.code, mapping.reference].into_iter().flatten().collect(),
            sums: amounts.iter().map(|column| (*column, 0)).collect(),
        }
    }

    /// What shows that a row is a total; `None` where it may be a customer. Its amounts are added
    /// up then.
    pub(super) fn of(&mut self, record: &Record) -> Option<String> {
        let found = self.word(record).or_else(|| self.is_sum(record).then(String::new));
        if found.is_none() {
            for (column, sum) in &mut self.sums {
                *sum += number(record.cell(*column)).unwrap_or_default();
            }
        }
        found
    }

    fn has_key(&self, record: &Record) -> bool {
        self.keys.iter().any(|column| !record.cell(*column).trim().is_empty())
    }

    /// The word by which a row says that it is a total: alone with numbers.
    fn word(&self, record: &Record) -> Option<String> {
        let first = record.iter().map(str::trim).find(|cell| !cell.is_empty())?;
        let named = self.name.iter().map(|column| record.cell(*column).trim()).find(|cell| !cell.is_empty());
        let said = named.unwrap_or(first);
        if !is_word(said) || self.has_key(record) {
            return None;
        }
        let mut others = record.iter().map(str::trim).filter(|cell| !cell.is_empty() && !is_word(cell));
        others.all(|cell| matches!(look(cell), Look::Digits | Look::Amount)).then(|| said.to_owned())
    }

    /// Whether a row says of nobody what its amounts are, and they are the sums of those above.
    fn is_sum(&self, record: &Record) -> bool {
        let named = self.name.iter().any(|column| !record.cell(*column).trim().is_empty());
        if named || self.name.is_empty() && self.keys.is_empty() || self.has_key(record) {
            return false;
        }
        let filled = record.iter().filter(|cell| !cell.trim().is_empty()).count();
        let sums = self.sums.iter().filter(|(column, sum)| {
            *sum != 0 && number(record.cell(*column)).is_some_and(|number| number == *sum)
        });
        filled > 0 && sums.count() == filled
    }
}

/// Whether a cell says that its row is a total, whatever blanks, signs and counts stand around.
fn is_word(cell: &str) -> bool {
    if cell.len() > 40 || !cell.starts_with(|c: char| "合总總総小共本tgsiz".contains(c.to_ascii_lowercase()))
    {
        return false;
    }
    let letters: String = cell.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    WORDS.contains(&letters.as_str())
}

/// A plain amount in ten thousandths: `1,200.50`, `-3`.
fn number(cell: &str) -> Option<i128> {
    let text = cell.trim();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if digits.len() > 24 || part.len() > DECIMALS || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut number = 0;
    for byte in whole.bytes().filter(|byte| *byte != b',') {
        number = number * 10 + i128::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    let part = part.bytes().chain(std::iter::repeat(b'0')).take(DECIMALS);
    let number = part.fold(number, |number, byte| number * 10 + i128::from(byte - b'0'));
    (!whole.is_empty()).then_some(sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_totals_are_known() {
        for cell in
            ["合计", "合 计：", "总计（2）", "Total", "GRAND TOTAL", "Sum:", "Summe", "小计", "Total 2"]
        {
            assert!(is_word(cell), "{cell}");
        }
        for cell in ["Total Energies", "Sumitomo", "合计科技有限公司", "甲公司", ""] {
            assert!(!is_word(cell), "{cell}");
        }
    }

    #[test]
    fn amounts_are_added_exactly() {
        for (cell, expected) in [
            ("1,200.50", Some(12_005_000)),
            ("-3", Some(-30_000)),
            ("0", Some(0)),
            ("", None),
            ("3a", None),
            ("1.23456", None),
        ] {
            assert_eq!(number(cell), expected, "{cell}");
        }
    }
}
