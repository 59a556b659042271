//! The Latin letter or digit that a character stands for.

use unicode_normalization::UnicodeNormalization as _;

/// The capital without its marks (É gives E, full-width Ａ gives A), or the digit.
pub(super) fn letter(symbol: char) -> Option<char> {
    let plain = match symbol {
        // Letters of their own, which Unicode does not take apart.
        'Æ' | 'æ' => 'A',
        'Đ' | 'đ' | 'Ð' | 'ð' => 'D',
        'Ħ' | 'ħ' => 'H',
        'ı' => 'I',
        'Ł' | 'ł' => 'L',
        'Ŋ' | 'ŋ' => 'N',
        'Ø' | 'ø' | 'Œ' | 'œ' => 'O',
        'ß' | 'ẞ' => 'S',
        'Þ' | 'þ' | 'Ŧ' | 'ŧ' => 'T',
        _ => std::iter::once(symbol).nfkd().next()?.to_ascii_uppercase(),
    };
    plain.is_ascii_alphanumeric().then_some(plain)
}
