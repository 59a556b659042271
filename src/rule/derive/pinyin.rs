//! Pinyin initials of Chinese names. A character is read as the words below say, else by its
//! commonest reading.

use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization;

use super::letter::letter;
use super::variants::{is_radical, is_said, simplified};
use super::{Lack, Letter};

/// Words in which a character is not read in its commonest way, with the initials of the whole
/// word; of two words that fit, the longer one counts. A word of one character is a reading that is
/// commoner in names than in texts: 长 as in 长城.
pub(super) const WORDS: &[(&str, &str)] = &[
    // 长: CHANG in names, ZHANG for growth and for heads.
    ("长", "C"),
    ("成长", "CZ"),
    ("增长", "ZZ"),
    ("生长", "SZ"),
    ("长大", "ZD"),
    ("家长", "JZ"),
    ("校长", "XZ"),
    ("院长", "YZ"),
    ("长子县", "ZZX"),
    // 曾: the surname ZENG.
    ("曾", "Z"),
    ("曾经", "CJ"),
    // Places.
    ("重庆", "CQ"),
    ("厦门", "XM"),
    ("西藏", "XZ"),
    ("番禺", "PY"),
    ("乐清", "YQ"),
    ("泊头", "BT"),
    ("莘庄", "XZ"),
    ("浒墅关", "XSG"),
    ("尉犁", "YL"),
    ("铅山", "YS"),
    ("枞阳", "ZY"),
    ("单县", "SX"),
    ("东阿", "DE"),
    ("秘鲁", "BL"),
    // 行 as a house of business: HANG.
    ("银行", "YH"),
    ("商行", "SH"),
    ("车行", "CH"),
    ("洋行", "YH"),
    ("分行", "FH"),
    ("支行", "ZH"),
    ("总行", "ZH"),
    ("央行", "YH"),
    ("琴行", "QH"),
    ("茶行", "CH"),
    ("行业", "HY"),
    ("行家", "HJ"),
    // 重 as again: CHONG.
    ("重新", "CX"),
    ("重组", "CZ"),
    ("重阳", "CY"),
    ("重生", "CS"),
    ("重建", "CJ"),
    // 会 in accounts: KUAI.
    ("会计", "KJ"),
    // 乐 in music: YUE.
    ("音乐", "YY"),
    ("乐器", "YQ"),
    ("乐团", "YT"),
    ("乐队", "YD"),
    ("声乐", "SY"),
    ("民乐团", "MYT"),
    // 调 as to adjust: TIAO.
    ("空调", "KT"),
    ("调味", "TW"),
    ("调料", "TL"),
    ("调节", "TJ"),
    ("调解", "TJ"),
    ("调整", "TZ"),
    ("协调", "XT"),
    // 参 as ginseng: SHEN.
    ("人参", "RS"),
    ("海参", "HS"),
    ("党参", "DS"),
    ("西洋参", "XYS"),
    ("参茸", "SR"),
    // 藏 of Tibet and of treasures: ZANG.
    ("藏族", "ZZ"),
    ("藏医", "ZY"),
    ("藏药", "ZY"),
    ("宝藏", "BZ"),
    // Trades.
    ("弹簧", "TH"),
    ("弹性", "TX"),
    ("轧钢", "ZG"),
    ("冷轧", "LZ"),
    ("热轧", "RZ"),
    ("给水", "JS"),
    ("供给", "GJ"),
    ("给排水", "JPS"),
    ("校准", "JZ"),
    ("校验", "JY"),
    ("校对", "JD"),
    ("畜牧", "XM"),
    ("畜产", "XC"),
    ("阿胶", "EJ"),
    ("率先", "SX"),
];

/// Surnames that are read otherwise than the character alone. They count in names of persons only:
/// two to four Chinese characters and nothing else, no legal form either, that do not begin with
/// one of the words below.
pub(super) const SURNAMES: &[(&str, &str)] = &[
    ("万俟", "MQ"),
    ("尉迟", "YC"),
    ("长孙", "ZS"),
    ("仇", "Q"),
    ("单", "S"),
    ("区", "O"),
    ("解", "X"),
    ("查", "Z"),
    ("翟", "Z"),
    ("种", "C"),
    ("繁", "P"),
    ("秘", "B"),
    ("折", "S"),
    ("祭", "Z"),
];

/// Words that begin with such a character and are no surname.
const NO_SURNAMES: &[&str] =
    &["单位", "单车", "区域", "区块", "种子", "种业", "种植", "解放", "解决", "查询", "折扣", "秘书", "繁荣"];

/// Characters of a person's name.
const PERSON: std::ops::RangeInclusive<usize> = 2..=4;

/// One letter for each Chinese character, and every Latin letter and digit as it stands;
/// punctuation gives none. `person`: the name can be that of a person.
pub(super) fn initials(text: &str, person: bool) -> Vec<Result<Letter, Lack>> {
    let symbols: Vec<char> = text.chars().collect();
    // Words and surnames are known in simplified characters.
    let simple: Vec<char> = symbols.iter().copied().map(simplified).collect();
    let mut letters = Vec::with_capacity(symbols.len());
    let mut place = 0;
    while let Some(&symbol) = symbols.get(place) {
        let rest = &simple[place..];
        let surname = (person && place == 0 && is_person(&simple)).then(|| longest(SURNAMES, rest)).flatten();
        if let Some((word, read)) = surname.or_else(|| longest(WORDS, rest)) {
            letters.extend(read.chars().enumerate().map(|(nth, letter)| Ok((place + nth, letter))));
            place += word.chars().count();
            continue;
        }
        if is_said(symbol) {
            let letter = letter(symbol).or_else(|| reading(symbol));
            let lack = if is_radical(symbol) {
                "is a radical, not a character: it has no pinyin"
            } else {
                "has no pinyin"
            };
            letters.push(letter.map(|letter| (place, letter)).ok_or((place, lack)));
        }
        place += 1;
    }
    letters
}

/// The first letter of a character's commonest reading, in capitals.
pub(super) fn reading(symbol: char) -> Option<char> {
    let symbol = std::iter::once(symbol).nfkd().next()?;
    // ê and the like count as their letter.
    letter(symbol.to_pinyin()?.plain().chars().next()?)
}

fn is_person(symbols: &[char]) -> bool {
    PERSON.contains(&symbols.len())
        && symbols.iter().all(|symbol| reading(*symbol).is_some())
        && !NO_SURNAMES.iter().any(|word| begins(symbols, word))
}

/// The longest word with which `rest` begins.
fn longest(words: &[(&'static str, &'static str)], rest: &[char]) -> Option<(&'static str, &'static str)> {
    words.iter().copied().filter(|(word, _)| begins(rest, word)).max_by_key(|(word, _)| word.len())
}

fn begins(symbols: &[char], word: &str) -> bool {
    let mut there = symbols.iter();
    word.chars().all(|symbol| there.next() == Some(&symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> String {
        initials(text, true).into_iter().map(|letter| letter.unwrap_or_else(|_| panic!("{text}")).1).collect()
    }

    #[test]
    fn each_character_gives_the_first_letter_of_its_commonest_reading() {
        for (name, expected) in [
            ("华东机械", "HDJX"),
            ("華東機械", "HDJX"),
            ("阿里巴巴", "ALBB"),
            ("欧姆龙", "OML"),
            ("绿洲", "LZ"),
            ("女儿红", "NEH"),
            ("中国·上海（浦东）", "ZGSHPD"),
            ("〇七", "LQ"),
        ] {
            assert_eq!(letters(name), expected, "{name}");
        }
    }

    #[test]
    fn well_known_words_are_read_as_they_are_spoken() {
        for (name, expected) in [
            ("重庆", "CQ"),
            ("长沙", "CS"),
            ("中国银行长春分行", "ZGYHCCFH"),
            ("厦门大厦", "XMDS"),
            ("朝阳音乐", "CYYY"),
            ("成长空间", "CZKJ"),
            ("会计师", "KJS"),
            ("西藏藏药", "XZZY"),
            ("格力空调", "GLKT"),
            ("行政", "XZ"),
            ("重慶銀行", "CQYH"),
            ("廈門", "XM"),
            ("音樂", "YY"),
            ("會計", "KJ"),
            ("長沙", "CS"),
            ("重型机械", "ZXJX"),
            ("快乐", "KL"),
        ] {
            assert_eq!(letters(name), expected, "{name}");
        }
    }

    #[test]
    fn surnames_are_read_as_such_in_names_of_persons_only() {
        for (name, expected) in [
            ("单雄信", "SXX"),
            ("單田芳", "STF"),
            ("单位", "DW"),
            ("单位食堂用品", "DWSTYP"),
            ("仇英", "QY"),
            ("区永强", "OYQ"),
            ("解放路百货商店", "JFLBHSD"),
            ("查良镛", "ZLY"),
            ("曾国藩", "ZGF"),
            ("尉迟恭", "YCG"),
            ("长孙无忌", "ZSWJ"),
            ("王芳", "WF"),
        ] {
            assert_eq!(letters(name), expected, "{name}");
        }
    }

    #[test]
    fn latin_letters_and_digits_stand_as_they_are() {
        assert_eq!(letters("A股研究 2号"), "AGYJ2H");
        assert_eq!(letters("Müller中国"), "MULLERZG");
    }

    #[test]
    fn a_word_has_as_many_letters_as_characters_and_says_something_new() {
        for (word, read) in WORDS.iter().chain(SURNAMES) {
            assert_eq!(word.chars().count(), read.len(), "{word}");
            let alone = |symbol: char| match word.chars().count() {
                1 => reading(symbol).into_iter().collect(),
                _ => letters(&symbol.to_string()),
            };
            assert_ne!(word.chars().map(alone).collect::<String>(), *read, "{word} needs no entry");
        }
    }
}
