//! What a cell looks like, by its characters alone.

use std::borrow::Cow;

use crate::code::normalize;

/// Weights of the digits of an identity number.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The characters of a credit code, by their values.
const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Digits only; leading zeros among them.
    Digits,
    /// An amount: `1,200.50`, `-3`, `￥12`, `12%`.
    Amount,
    Email,
    Address,
    /// `+49 351 1234`, `010-62350000`, a Chinese mobile number.
    Phone,
    Date,
    /// An identity number or a unified social credit code of China, with its check character.
    NationalId,
    /// One word with a digit in it.
    Token,
    Text,
}

/// What a cell looks like; it has some content.
pub(super) fn look(cell: &str) -> Look {
    let folded: Cow<'_, str> = normalize::canonical(cell);
    let text = folded.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.contains('@') {
        return Look::Email;
    }
    if text.contains("://") || text.starts_with("WWW.") {
        return Look::Address;
    }
    if digits == 0 {
        return Look::Text;
    }
    if is_national_id(text) {
        return Look::NationalId;
    }
    if digits == text.len() {
        return if is_mobile(text) { Look::Phone } else { Look::Digits };
    }
    if is_date(text) {
        return Look::Date;
    }
    if is_amount(text) {
        return Look::Amount;
    }
    if is_phone(text, digits) {
        return Look::Phone;
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./:#|".contains(c);
    if text.len() <= 40 && text.chars().all(is_word) { Look::Token } else { Look::Text }
}

/// A mobile number of China.
fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

fn is_phone(text: &str, digits: usize) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_digit() || "+-()/ .".contains(c));
    let area = text.starts_with('0') && text.contains(['-', ' ', '/']);
    plain && digits >= 5 && (text.starts_with(['+', '(']) || text.contains(' ') || area)
}

/// `2023-10-01`, `25.12.2023`, `2023年10月1日`, with or without a time behind.
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default().trim_end_matches(['日', '.']);
    let parts: Vec<&str> = day.split(['-', '/', '.', '年', '月']).collect();
    let number =
        |part: &&str| matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = parts.iter().filter(|part| part.len() == 4).count();
    parts.len() == 3 && parts.iter().all(number) && year <= 1 && parts[1].len() <= 2
}

fn is_amount(text: &str) -> bool {
    let signs = ['-', '+', '(', ')', '¥', '￥', '$', '€', '£', '△', '▲', '%', ' '];
    let number = text.trim_matches(signs);
    let mut marks = number.chars().filter(|c| !c.is_ascii_digit());
    let plain = number.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '\''));
    let grouped = number.split(['.', ',', '\'']).skip(1).all(|group| !group.is_empty());
    plain
        && grouped
        && number.starts_with(|c: char| c.is_ascii_digit())
        && (number != text || marks.next().is_some())
}

/// An identity number of 18 characters by ISO 7064 MOD 11-2, or a credit code by GB 32100.
fn is_national_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    if bytes[..17].iter().all(u8::is_ascii_digit) {
        let sum: u32 =
            bytes[..17].iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        if b"10X98765432"[(sum % 11) as usize] == bytes[17] {
            return true;
        }
    }
    let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte);
    let Some(values) = bytes.iter().map(value).collect::<Option<Vec<_>>>() else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31 == values[17]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart_by_their_look() {
        for (cells, expected) in [
            (&["1", "00123", "9013808660771", "２０"][..], Look::Digits),
            (&["1,200", "1.5", "-3", "12%", "￥1,200.50", "(1,200)", "1'200.00"], Look::Amount),
            (&["a@example.com"], Look::Email),
            (&["https://example.com", "www.example.com"], Look::Address),
            (&["+49 351 1234", "(030) 555-01", "010-62350000", "13812345678"], Look::Phone),
            (&["2023-10-01", "25/12/2023", "4.8.2023", "2023年10月1日", "2023-10-01 08:00"], Look::Date),
            (&["11010519491231002X", "91350100M000100Y43"], Look::NationalId),
            (&["C-17", "CRM:1", "K00010", "001A0000012abcd", "A/7"], Look::Token),
            (&["Alpha GmbH", "甲公司", "第3中学 x", "Line 4 Ltd"], Look::Text),
        ] {
            for cell in cells {
                assert_eq!(look(cell), expected, "{cell}");
            }
        }
    }
}
