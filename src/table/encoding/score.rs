//! How well bytes read as text of an encoding: characters that names are written with count for
//! it; what is rare, unassigned or out of place counts against it.

use std::collections::HashSet;

use encoding_rs::{
    BIG5, DecoderResult, EUC_JP, EUC_KR, Encoding as Charset, GB18030, IBM866, ISO_8859_2, ISO_8859_5,
    KOI8_R, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
};

use super::frequent;

/// The encodings that are tried, in the order in which equals are shown.
pub(super) const TRIED: [&Charset; 18] = [
    GB18030,
    BIG5,
    SHIFT_JIS,
    EUC_KR,
    EUC_JP,
    WINDOWS_1252,
    WINDOWS_1250,
    ISO_8859_2,
    WINDOWS_1251,
    KOI8_R,
    ISO_8859_5,
    IBM866,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1255,
    WINDOWS_1256,
    WINDOWS_874,
    MACINTOSH,
];

const FREQUENT: f64 = 2.0;
const KANA: f64 = 1.2;
const COMMON: f64 = 0.2;
const RARE: f64 = -1.5;
const STRANGE: f64 = -3.0;
const IMPOSSIBLE: f64 = -8.0;
const WORD: f64 = 6.0;

/// The lists of characters, ready to be asked.
pub(super) struct Lists {
    simplified: HashSet<char>,
    traditional: HashSet<char>,
    korean: HashSet<char>,
    japanese: HashSet<char>,
}

impl Lists {
    pub(super) fn new() -> Self {
        let set = |text: &str| text.chars().filter(|c| !c.is_ascii()).collect();
        Self {
            simplified: set(frequent::SIMPLIFIED),
            traditional: set(frequent::TRADITIONAL),
            korean: set(frequent::KOREAN),
            japanese: set(frequent::JAPANESE),
        }
    }
}

/// How bytes read in one encoding.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) charset: &'static Charset,
    pub(super) text: String,
    /// The higher the better; a difference of 3 is hardly chance.
    pub(super) score: f64,
    /// Characters beyond ASCII.
    pub(super) beyond: u32,
    /// Of these, such as are common in the encoding's languages.
    pub(super) common: u32,
    /// Of these, such as are among the most frequent.
    pub(super) frequent: u32,
    /// Words of headers that were found.
    pub(super) words: Vec<&'static str>,
}

impl Reading {
    /// Whether most characters are among the most frequent of a language that has thousands.
    pub(super) fn is_fluent(&self) -> bool {
        self.is_plain() && self.frequent * 5 >= self.beyond * 3
    }

    /// Whether nearly all characters are common ones.
    pub(super) fn is_plain(&self) -> bool {
        self.beyond > 0 && self.common * 100 >= self.beyond * 95
    }
}

/// Reads `sample` in an encoding and rates what comes out.
pub(super) fn read(charset: &'static Charset, sample: &[u8], lists: &Lists) -> Reading {
    let (text, malformed) = decode(charset, sample);
    let mut reading =
        Reading { charset, text, score: 0.0, beyond: 0, common: 0, frequent: 0, words: Vec::new() };
    if charset == UTF_8 {
        reading.beyond =
            u32::try_from(reading.text.chars().filter(|c| !c.is_ascii()).count()).unwrap_or(u32::MAX);
    } else if charset.is_single_byte() {
        rate_letters(&mut reading);
    } else {
        rate_ideographs(&mut reading, lists);
        let found = frequent::WORDS.into_iter().filter(|word| reading.text.contains(word));
        reading.words = found.collect();
    }
    reading.score += WORD * f64::from(u32::try_from(reading.words.len()).unwrap_or(0));
    reading.score += IMPOSSIBLE * f64::from(malformed);
    reading.beyond += malformed;
    reading
}

fn decode(charset: &'static Charset, sample: &[u8]) -> (String, u32) {
    let mut decoder = charset.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(sample.len()).unwrap_or(0);
    let (mut text, mut from, mut malformed) = (String::with_capacity(room + 16), 0, 0);
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(&sample[from..], &mut text, true);
        from += read;
        match result {
            DecoderResult::InputEmpty => return (text, malformed),
            DecoderResult::OutputFull => text.reserve(sample.len() - from + 16),
            DecoderResult::Malformed(..) => {
                malformed += 1;
                text.push('\u{FFFD}');
            }
        }
    }
}

fn rate_ideographs(reading: &mut Reading, lists: &Lists) {
    let list = match reading.charset.name() {
        "gb18030" => &lists.simplified,
        "Big5" => &lists.traditional,
        "EUC-KR" => &lists.korean,
        _ => &lists.japanese,
    };
    for character in reading.text.chars().filter(|c| !c.is_ascii() && *c != '\u{FFFD}') {
        let score = if list.contains(&character) { FREQUENT } else { by_place(reading.charset, character) };
        reading.beyond += 1;
        reading.common += u32::from(score > 0.0);
        reading.frequent += u32::from(score >= FREQUENT);
        reading.score += score;
    }
}

/// The rating of a character by its place in the encoding's own order, in which common characters
/// come first.
fn by_place(charset: &'static Charset, character: char) -> f64 {
    if matches!(character, '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}') {
        return IMPOSSIBLE;
    }
    if matches!(character, '、' | '。' | '，' | '：' | '；' | '（' | '）' | '《' | '》' | '【' | '】' | '·' | '・'
        | '「' | '」' | '－' | '　' | '“' | '”' | '—' | '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '々' | '＊' | '／')
    {
        return COMMON;
    }
    let japanese = charset == SHIFT_JIS || charset == EUC_JP;
    match character {
        'ぁ'..='ヶ' | 'ー' => return if japanese { KANA } else { RARE },
        '\u{FF61}'..='\u{FF9F}' => return if charset == SHIFT_JIS { -0.6 } else { STRANGE },
        '가'..='힣' if charset != EUC_KR => return STRANGE,
        _ => {}
    }
    let mut space = [0; 4];
    let bytes = charset.encode(character.encode_utf8(&mut space)).0;
    let &[lead, trail] = &*bytes else { return STRANGE };
    match charset.name() {
        "gb18030" => match (lead, trail) {
            (0xB0..=0xD7, 0xA1..) => COMMON,
            (0xD8..=0xF7, 0xA1..) => -0.7,
            _ => STRANGE,
        },
        "Big5" => match lead {
            0xA4..=0xC6 => COMMON,
            0xC9..=0xF9 => RARE,
            _ => STRANGE,
        },
        "EUC-KR" => match (lead, trail) {
            (0xB0..=0xC8, 0xA1..) => COMMON,
            (0xCA..=0xFD, 0xA1..) => RARE,
            _ => STRANGE,
        },
        "Shift_JIS" => match lead {
            0x88..=0x97 => COMMON,
            0x98..=0xEA => RARE,
            _ => STRANGE,
        },
        _ => match lead {
            0xB0..=0xCF => COMMON,
            0xD0..=0xF4 => RARE,
            _ => STRANGE,
        },
    }
}

/// Rates the letters of an encoding with one byte for each: a letter belongs into a word.
fn rate_letters(reading: &mut Reading) {
    let western = reading.charset == WINDOWS_1252 || reading.charset == MACINTOSH;
    let letters: Vec<char> = reading.text.chars().collect();
    let mut run = 0;
    for (at, &character) in letters.iter().enumerate() {
        if character.is_ascii() {
            run = 0;
            continue;
        }
        run += 1;
        let before = at.checked_sub(1).map_or(' ', |at| letters[at]);
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let score = if matches!(character, '\u{80}'..='\u{9F}' | '\u{FFFD}') {
            if character == '\u{FFFD}' {
                continue;
            }
            IMPOSSIBLE
        } else if !character.is_alphabetic() {
            match character {
                '€' | '–' | '—' | '’' | '‘' | '“' | '”' | '„' | '°' | '®' | '©' | '§' | '№' | 'º' | 'ª'
                | '·' | '\u{A0}'
                    if run == 1 =>
                {
                    -0.2
                }
                _ => RARE,
            }
        } else if before.is_lowercase() && character.is_uppercase() {
            RARE
        } else if !before.is_alphabetic() && !after.is_alphabetic() {
            -0.3
        } else if is_latin(character) {
            match run {
                1 | 2 if western && frequent::WESTERN.contains(character) => 1.5,
                1 | 2 if !western => 0.7,
                1 | 2 => -0.7,
                _ => -2.0,
            }
        } else if before.is_ascii_alphabetic() || after.is_ascii_alphabetic() {
            RARE
        } else {
            0.25
        };
        reading.beyond += 1;
        reading.common += u32::from(score > 0.0);
        reading.score += score;
    }
}

fn is_latin(letter: char) -> bool {
    matches!(letter, '\u{AA}'..='\u{24F}')
}
