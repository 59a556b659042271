//! What the words of a header say of the cells below it, where it is no usual name of a column that
//! custcode knows.

use super::fold;

/// What cells are by their header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 编号, id, number …: they may be what somebody knows the customers by.
    Identifier,
    /// Something else that is no identifier of the customer itself: a phone number, an amount …
    Other,
}

const KINDS: &str = include_str!("kinds.tsv");

/// Shorter words of letters are looked for only between other signs: `id` is not in `width`.
const ANYWHERE: usize = 5;

/// What a header says of its cells; `None` where it says nothing that is known.
pub fn kind(header: &str) -> Option<Kind> {
    let words = words(header);
    let spaced = format!(" {} ", words.join(" "));
    let folded = fold(header);
    let found = |word: &str| {
        if !word.is_ascii() && !word.chars().any(|c| c.is_ascii_alphabetic()) {
            return folded.contains(&fold(word));
        }
        if word.chars().count() >= ANYWHERE {
            spaced.contains(word)
        } else {
            spaced.contains(&format!(" {word} "))
        }
    };
    let lines = KINDS.lines().filter(|line| !line.starts_with('#'));
    let (kind, _) = lines.filter_map(|line| line.split_once('\t')).find(|(_, word)| found(word))?;
    Some(if kind == "identifier" { Kind::Identifier } else { Kind::Other })
}

/// The words of a header in small letters: `CustomerId`, `customer_id` and `客户id` all have `id`.
fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in header.chars() {
        let ideograph = |c: char| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase();
        let parts = !c.is_alphanumeric() && c != '-'
            || before.is_lowercase() && c.is_uppercase()
            || before.is_alphanumeric() && ideograph(before) != ideograph(c);
        if parts {
            words.push(String::new());
        }
        if c.is_alphanumeric() || c == '-' {
            words.last_mut().expect("it begins with one").extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_identifiers_are_told_from_those_of_other_numbers() {
        for header in [
            "id",
            "ID",
            "客户ID",
            "客户id",
            "CustomerId",
            "customer_id",
            "Customer ID",
            "No.",
            "编号",
            "会员号",
            "旧编码",
            "Nr.",
            "管理番号",
            "legacy key",
        ] {
            assert_eq!(kind(header), Some(Kind::Identifier), "{header}");
        }
        for header in [
            "电话号码",
            "手机号",
            "Phone Number",
            "身份证号",
            "纳税人识别号",
            "统一社会信用代码",
            "邮政编码",
            "ZIP",
            "Zip Code",
            "银行账号",
            "IBAN",
            "Telefonnummer",
            "USt-IdNr",
            "E-Mail",
            "年销售额",
            "Country Code",
            "合同编号",
            "Order No",
            "PLZ",
            "Steuernummer",
            "Default Address Zip",
        ] {
            assert_eq!(kind(header), Some(Kind::Other), "{header}");
        }
        for header in ["width", "notizbuchfarbe x", "甲", ""] {
            assert_ne!(kind(header), Some(Kind::Identifier), "{header}");
        }
    }
}
