//! Other forms of Chinese characters: radicals that PDFs copy instead of characters, and
//! traditional characters.

use unicode_normalization::UnicodeNormalization as _;

/// Radicals of the block U+2E80–2EFF that are whole characters, and the character (Unicode,
/// `EquivalentUnifiedIdeograph.txt`). Those that normalisation knows are not among them.
const RADICALS: &str = "⺈刀⺌小⺒巳⺜日⺝月⺠民⺩王⺬示⺶羊⻄西⻆角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙";

/// Traditional characters, and the simplified one, for all of the words and surnames that are not
/// read as usual (`TSCharacters.txt` of `OpenCC` as opencc-python-reimplemented 0.1.7 carries it,
/// Apache License 2.0).
const TRADITIONAL: &str = "區区協协參参單单團团塊块孫孙寶宝對对廈厦彈弹慶庆書书會会東东査查業业榮荣樂乐樅枞決决準准滸浒熱热產产産产祕秘種种節节組组給给經经縣县總总聲声膠胶莊庄萬万葯药蔘参藥药計计詢询調调車车軋轧遲迟醫医鉛铅銀银鋼钢長长門门關关陽阳隊队頭头驗验魯鲁黨党";

/// The character that a radical stands for; any other character itself.
pub(super) fn character(symbol: char) -> char {
    if !is_radical(symbol) {
        return symbol;
    }
    let mut normal = std::iter::once(symbol).nfkc();
    match (other(RADICALS, symbol), normal.next(), normal.next()) {
        (Some(character), ..) | (None, Some(character), None) => character,
        _ => symbol,
    }
}

/// Whether a symbol belongs to a name: letters, digits, and radicals also where no character is
/// known for them. The others are punctuation, which gives no letter.
pub(super) fn is_said(symbol: char) -> bool {
    symbol.is_alphanumeric() || is_radical(symbol)
}

/// Whether a symbol is a radical and no character.
pub(super) fn is_radical(symbol: char) -> bool {
    ('\u{2E80}'..='\u{2FDF}').contains(&symbol)
}

/// The simplified form of a character in words and surnames.
pub(super) fn simplified(symbol: char) -> char {
    other(TRADITIONAL, symbol).unwrap_or(symbol)
}

/// What stands behind `symbol` in a row of pairs.
fn other(pairs: &str, symbol: char) -> Option<char> {
    if symbol.is_ascii() {
        return None;
    }
    let mut symbols = pairs.chars();
    while let (Some(one), Some(other)) = (symbols.next(), symbols.next()) {
        if one == symbol {
            return Some(other);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_pairs_of_two_characters() {
        for pairs in [RADICALS, TRADITIONAL] {
            let symbols: Vec<char> = pairs.chars().collect();
            for pair in symbols.chunks(2) {
                assert!(pair.len() == 2 && pair[0] != pair[1] && !is_radical(pair[1]), "{pair:?}");
            }
        }
        assert!(RADICALS.chars().step_by(2).all(is_radical));
        assert_eq!((character('⽅'), character('⻋'), character('ｱ')), ('方', '车', 'ｱ'));
    }
}
