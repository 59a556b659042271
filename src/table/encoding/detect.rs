//! Finding out the encoding of a file: by its mark, by what is valid in it, and by which characters
//! and words come out. Where several encodings read as text, nobody is chosen.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding as Charset, GB18030, ISO_2022_JP, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252,
};

use super::Encoding;
use super::score::{self, Lists, Reading};

/// Bytes read at once.
const CHUNK: usize = 256 * 1024;

/// Bytes of lines beyond ASCII that are looked at closely.
const SAMPLE: usize = 64 * 1024;

/// By how much the best reading must be better than any other.
const MARGIN: f64 = 3.0;

/// What an encoding was told by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// It was asked for.
    Given,
    /// A byte order mark.
    Mark,
    /// There is nothing but ASCII.
    Ascii,
    /// All of the file is valid in it, which chance does not do.
    Valid,
    /// Nearly all of the file is valid in it; some bytes are damaged.
    NearlyValid,
    /// The escape sequences of ISO-2022-JP, or the NUL bytes of UTF-16.
    Structure,
    /// Words of headers that come out.
    Words(Vec<String>),
    /// How many in a hundred of the characters beyond ASCII are common ones.
    Characters(u32),
    /// Several encodings are possible, and the locale is that of one of them.
    Locale(String),
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("as asked for"),
            Self::Mark => f.write_str("by its byte order mark"),
            Self::Ascii => f.write_str("it has nothing but ASCII"),
            Self::Valid => f.write_str("all of it is valid"),
            Self::NearlyValid => f.write_str("nearly all of it is valid"),
            Self::Structure => f.write_str("by its control bytes"),
            Self::Words(words) => write!(f, "it has the words {}", words.join(", ")),
            Self::Characters(share) => write!(f, "{share} % of its characters are common ones"),
            Self::Locale(locale) => write!(f, "by the locale {locale}"),
        }
    }
}

/// An encoding that a file could have, with the beginning of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The encoding.
    pub encoding: Encoding,
    /// The first cells beyond ASCII as they read in it.
    pub sample: String,
}

/// What was found out.
#[derive(Debug)]
pub(in crate::table) enum Detection {
    /// One encoding.
    Certain(Encoding, Evidence),
    /// Several, the likeliest first.
    Open(Vec<Candidate>),
}

impl Detection {
    pub(in crate::table) fn certain(self) -> Option<Encoding> {
        match self {
            Self::Certain(encoding, _) => Some(encoding),
            Self::Open(_) => None,
        }
    }
}

/// Finds out the encoding of a source, reading it once. `head` is its beginning, `locale` such as
/// `zh_CN.GBK`.
pub(in crate::table) fn detect(
    mut source: impl Read,
    head: &[u8],
    locale: Option<&str>,
) -> io::Result<Detection> {
    if let Some((encoding, evidence)) = by_mark(head) {
        return Ok(Detection::Certain(encoding, evidence));
    }
    let mut scan = Scan::default();
    let (mut buffer, mut kept) = (vec![0; CHUNK], 0);
    loop {
        let read = match source.read(&mut buffer[kept..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let end = kept + read;
        let left = scan.take(&buffer[..end], read == 0);
        if read == 0 || scan.is_enough() {
            return Ok(scan.judge(locale));
        }
        buffer.copy_within(end - left..end, 0);
        kept = left;
    }
}

/// The same for bytes that are all there is.
pub(in crate::table) fn detect_sample(sample: &[u8]) -> Detection {
    by_mark(sample).map_or_else(
        || {
            let mut scan = Scan::default();
            scan.take(sample, true);
            scan.judge(None)
        },
        |(encoding, evidence)| Detection::Certain(encoding, evidence),
    )
}

fn by_mark(head: &[u8]) -> Option<(Encoding, Evidence)> {
    if head.starts_with(b"\xEF\xBB\xBF") {
        return Some((Encoding::Utf8, Evidence::Mark));
    }
    if has_utf16_bom(head) {
        return Some((Encoding::Utf16, Evidence::Mark));
    }
    let half = alternating_nuls(head)?;
    let big_endian = || Encoding::of_charset(encoding_rs::UTF_16BE);
    Some((if half == 0 { big_endian() } else { Encoding::Utf16 }, Evidence::Structure))
}

pub(in crate::table) fn has_utf16_bom(head: &[u8]) -> bool {
    head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF])
}

/// Which half of each pair of bytes is NUL where UTF-16 has the upper half of ASCII: always the
/// same one, not in a few places, and beside something that ends a cell or a line.
pub(in crate::table) fn alternating_nuls(head: &[u8]) -> Option<usize> {
    let pairs = head.as_chunks::<2>().0;
    let nuls = |half: usize| pairs.iter().filter(|pair| pair[half] == 0).count();
    let (first, second) = (nuls(0), nuls(1));
    let ends = |pair: &[u8; 2]| matches!(pair, [0, end] | [end, 0] if b",;\t\r\n".contains(end));
    let found =
        first.min(second) == 0 && first.max(second) * 25 >= pairs.len().max(1) && pairs.iter().any(ends);
    found.then_some(usize::from(first == 0))
}

/// What a pass over a file gathers.
#[derive(Default)]
struct Scan {
    /// Lines beyond ASCII, one after another.
    sample: Vec<u8>,
    beyond: bool,
    escapes: bool,
    /// Characters beyond ASCII that are valid UTF-8, up to the end of the sample.
    valid: usize,
    /// Places that are none.
    invalid: usize,
}

impl Scan {
    /// Takes a chunk; gives how many bytes at its end must be given again.
    fn take(&mut self, chunk: &[u8], last: bool) -> usize {
        let ascii = Charset::ascii_valid_up_to(chunk);
        self.escapes |=
            memchr::memchr_iter(0x1B, &chunk[..ascii]).any(|at| chunk[at + 1..].starts_with(b"$"));
        if ascii == chunk.len() {
            return 0;
        }
        self.beyond = true;
        // Lines stay whole, so that no character is cut: but for a line longer than a chunk.
        let cut = if last { None } else { memchr::memrchr2(b'\n', b'\r', chunk) };
        let whole = cut.map_or_else(|| whole_characters(chunk, last), |end| end + 1);
        let text = &chunk[..whole];
        if self.sample.len() < SAMPLE {
            for line in text[..].split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
                if !line.is_ascii() && self.sample.len() < SAMPLE {
                    self.sample.extend_from_slice(&line[..line.len().min(SAMPLE)]);
                }
            }
        }
        if Charset::utf8_valid_up_to(text) == text.len() {
            // Counted no further than it matters.
            if self.valid < CHUNK {
                self.valid += text.iter().filter(|byte| **byte >= 0xC0).count();
            }
        } else {
            for part in text.utf8_chunks() {
                self.valid += part.valid().chars().filter(|c| !c.is_ascii()).count();
                self.invalid += usize::from(!part.invalid().is_empty());
            }
        }
        chunk.len() - whole
    }

    /// Whether more of the file would tell no more.
    fn is_enough(&self) -> bool {
        self.invalid > 0 && self.sample.len() >= SAMPLE
    }

    fn judge(&self, locale: Option<&str>) -> Detection {
        let certain = Detection::Certain;
        if !self.beyond {
            return if self.escapes {
                certain(Encoding::of_charset(ISO_2022_JP), Evidence::Structure)
            } else {
                certain(Encoding::Utf8, Evidence::Ascii)
            };
        }
        if self.invalid == 0 && !self.is_short_gbk() {
            return certain(Encoding::Utf8, Evidence::Valid);
        }
        if self.invalid > 0 && self.valid > 2 * self.invalid {
            return certain(Encoding::Utf8, Evidence::NearlyValid);
        }
        choose(&self.sample, self.invalid == 0, locale)
    }

    /// Whether valid UTF-8 may be GBK by chance: a few characters of two bytes each that stand
    /// where no letter of a word stands. One in seven common characters looks like that, 女 and 小
    /// among them.
    fn is_short_gbk(&self) -> bool {
        let Ok(text) = std::str::from_utf8(&self.sample) else { return false };
        let characters: Vec<char> = text.chars().collect();
        let beyond: HashSet<char> = characters.iter().copied().filter(|c| !c.is_ascii()).collect();
        if beyond.len() > 4 || beyond.iter().any(|c| c.len_utf8() != 2) {
            return false;
        }
        let in_word = characters.windows(2).any(|pair| {
            let ascii = pair.iter().any(char::is_ascii_alphabetic);
            ascii && pair.iter().any(|c| !c.is_ascii())
        });
        let gbk = score::read(GB18030, &self.sample, &Lists::new());
        !in_word && gbk.frequent == gbk.beyond
    }
}

/// How much of a chunk does not end within a character, if it is UTF-8.
fn whole_characters(chunk: &[u8], last: bool) -> usize {
    let valid = Charset::utf8_valid_up_to(chunk);
    if !last && chunk.len() - valid < 4 { valid } else { chunk.len() }
}

/// Chooses among all encodings that can be told by characters.
fn choose(sample: &[u8], utf8: bool, locale: Option<&str>) -> Detection {
    let lists = Lists::new();
    let tried: &[&'static Charset] = if utf8 { &[GB18030, encoding_rs::UTF_8] } else { &score::TRIED };
    let mut readings: Vec<Reading> =
        tried.iter().map(|charset| score::read(charset, sample, &lists)).collect();
    let guess = guess(sample);
    // A second opinion counts; less, where one reading is fluent already.
    let bonus = if readings.iter().any(Reading::is_fluent) { MARGIN / 2.0 } else { MARGIN };
    let fluent = bonus < MARGIN;
    let favoured = readings.iter().position(|it| it.charset == guess && !(fluent && guess.is_single_byte()));
    if let Some(favoured) = favoured {
        let text = readings[favoured].text.clone();
        for reading in readings.iter_mut().filter(|it| it.text == text) {
            reading.score += bonus;
        }
    }
    // Where two read the same, the usual one comes first.
    readings.sort_by(|a, b| b.score.total_cmp(&a.score));
    let alike = readings.iter().filter(|it| it.text == readings[0].text);
    let usual = alike.min_by_key(|it| score::TRIED.iter().position(|tried| *tried == it.charset));
    let best = usual.unwrap_or(&readings[0]);
    let rivals: Vec<&Reading> =
        readings.iter().filter(|it| it.score > best.score - MARGIN && it.text != best.text).collect();
    if rivals.is_empty() && best.score > 0.0 {
        return Detection::Certain(Encoding::of_charset(best.charset), evidence(best));
    }
    let family = locale.and_then(family);
    let home = readings.iter().find(|it| Some(it.charset) == family && it.is_plain());
    if let (Some(home), Some(locale)) = (home, locale)
        && !rivals.iter().chain([&best]).any(|it| it.charset != home.charset && it.is_plain())
        && home.score > best.score - 2.0 * MARGIN
    {
        return Detection::Certain(Encoding::of_charset(home.charset), Evidence::Locale(locale.to_owned()));
    }
    let mut texts = HashSet::new();
    let shown = readings.iter().filter(|it| it.score > best.score - 2.0 * MARGIN && texts.insert(&it.text));
    let candidates = shown
        .take(4)
        .map(|it| Candidate { encoding: Encoding::of_charset(it.charset), sample: first_cells(&it.text) });
    Detection::Open(candidates.collect())
}

fn evidence(reading: &Reading) -> Evidence {
    if reading.words.is_empty() {
        Evidence::Characters(reading.common * 100 / reading.beyond.max(1))
    } else {
        Evidence::Words(reading.words.iter().take(3).map(|word| (*word).to_owned()).collect())
    }
}

fn guess(sample: &[u8]) -> &'static Charset {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess == encoding_rs::GBK { GB18030 } else { guess }
}

/// The encoding that programs used where this locale is spoken.
fn family(locale: &str) -> Option<&'static Charset> {
    Some(match locale.get(..5).unwrap_or(locale) {
        "zh_CN" | "zh_SG" => GB18030,
        "zh_TW" | "zh_HK" | "zh_MO" => BIG5,
        locale => match locale.get(..2)? {
            "ja" if locale.contains("euc") => EUC_JP,
            "ja" => SHIFT_JIS,
            "ko" => EUC_KR,
            "ru" | "uk" | "bg" => WINDOWS_1251,
            "pl" | "cs" | "hu" => WINDOWS_1250,
            "de" | "en" | "fr" | "es" | "it" | "nl" | "pt" | "sv" | "da" | "nb" => WINDOWS_1252,
            _ => return None,
        },
    })
}

/// The first cells beyond ASCII, as many as are easily read.
fn first_cells(text: &str) -> String {
    let cells = text.split([',', ';', '\t', '|', '\n', '\r', '"']).filter(|cell| !cell.is_ascii());
    let cells: Vec<String> = cells.take(3).map(|cell| cell.trim().chars().take(12).collect()).collect();
    cells.join(", ")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
