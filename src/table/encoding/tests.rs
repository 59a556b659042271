//! Lists as customers have them, in the encodings of five languages.

use std::fmt::Write as _;

use encoding_rs::{BIG5, EUC_KR, Encoding as Charset, GB18030, SHIFT_JIS, WINDOWS_1252};

use super::*;

/// A generator of numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % most
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }
}

/// What lists of a language are made of: headers, and the parts of a name and of a place.
struct Language {
    charset: &'static Charset,
    headers: [&'static str; 2],
    first: &'static [&'static str],
    second: &'static [&'static str],
    places: &'static [&'static str],
}

const CHINESE: Language = Language {
    charset: GB18030,
    headers: ["name,phone,city", "客户名称,电话,城市"],
    first: &["张", "欧阳", "闫", "褚", "华东", "恒瑞", "隋", "臧", "中粮", "杭州康鑫", "李", "骆"],
    second: &[
        "伟",
        "晓婷",
        "梓萱",
        "贸易有限公司",
        "机械厂",
        "建材",
        "一诺",
        "淑珍",
        "智能装备",
        "药房",
        "旭东",
    ],
    places: &["北京", "苏州市", "义乌", "呼和浩特", "", "浦东新区", "濮阳", "深圳"],
};
const LATIN: Language = Language {
    charset: WINDOWS_1252,
    headers: ["name,phone,city", "Prénom,Téléphone,Ville"],
    first: &["Müller", "Café", "Société", "José", "Björn", "François", "Muñoz", "Weiß", "Åse", "Conceição"],
    second: &[" GmbH", " Générale", " Núñez", " Öztürk", " & Söhne", " SARL", " García", " Lindström", ""],
    places: &["Köln", "Málaga", "Zürich", "Besançon", "Malmö", "São Paulo", "Århus", ""],
};
const JAPANESE: Language = Language {
    charset: SHIFT_JIS,
    headers: ["name,phone,city", "顧客名,電話番号,住所"],
    first: &["佐藤", "株式会社", "鈴木", "トヨタ", "有限会社", "渡邊", "小笠原", "サンライズ", "齋藤"],
    second: &["太郎", "さくら", "商事", "テクノロジー", "製作所", "美咲", "ホールディングス", "翔太"],
    places: &["東京都港区", "大阪市", "札幌", "名古屋市", "さいたま市", "", "那覇"],
};
const TAIWANESE: Language = Language {
    charset: BIG5,
    headers: ["name,phone,city", "客戶名稱,電話,城市"],
    first: &["陳", "黃", "歐陽", "台積", "鴻", "許", "蔡", "國泰", "顏", "鄭"],
    second: &["怡君", "志豪", "貿易股份有限公司", "精密工業", "建設", "雅婷", "俊傑", "實業"],
    places: &["台北市", "新竹縣", "高雄", "臺中", "", "基隆", "桃園區"],
};
const KOREAN: Language = Language {
    charset: EUC_KR,
    headers: ["name,phone,city", "고객명,전화번호,주소"],
    first: &["김", "박", "주식회사 ", "삼성", "최", "현대", "남궁", "대한", "황", "강"],
    second: &["민수", "지훈", "서연", "전자", "무역", "건설산업", "테크", "영희", "하늘"],
    places: &["서울특별시", "부산", "대구광역시", "수원시", "", "제주", "창원"],
};

/// 200 lists each of 1, 5 and 50 rows: none is taken for another encoding, few are asked about.
#[track_caller]
fn found(language: &Language) {
    let mut random = Random(42);
    for rows in [1, 5, 50] {
        let (mut wrong, mut asked) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            let mut text = format!("{}\n", language.headers[random.below(2)]);
            for row in 0..rows {
                let name = format!("{}{}", random.pick(language.first), random.pick(language.second));
                let place = random.pick(language.places);
                writeln!(text, "{name},{},{place}", 13_800_000_000_u64 + row).expect("memory");
            }
            let (bytes, _, lost) = language.charset.encode(&text);
            assert!(!lost, "{text}");
            match detect_sample(&bytes) {
                Detection::Certain(encoding, _) if encoding.charset(b"") == language.charset => {}
                Detection::Certain(_, Evidence::Ascii) if bytes.is_ascii() => {}
                Detection::Certain(encoding, evidence) => wrong.push((text, encoding, evidence)),
                Detection::Open(candidates) => asked.push((text, candidates)),
            }
        }
        assert!(wrong.is_empty(), "{rows} rows: {} wrong: {:#?}", wrong.len(), wrong[0]);
        assert!(asked.len() <= 4, "{rows} rows: {} asked: {:#?}", asked.len(), &asked[..3]);
    }
}

#[test]
fn chinese_lists_are_gb18030() {
    found(&CHINESE);
}

#[test]
fn western_lists_are_windows_1252() {
    found(&LATIN);
}

#[test]
fn japanese_lists_are_shift_jis() {
    found(&JAPANESE);
}

#[test]
fn taiwanese_lists_are_big5() {
    found(&TAIWANESE);
}

#[test]
fn korean_lists_are_euc_kr() {
    found(&KOREAN);
}

#[test]
fn utf8_is_what_is_valid_however_little_is_beyond_ascii() {
    for text in ["name\nMüller\n", "名称\n张\n", "a\n£5\n", "name\nКиров\n", "name\n€\n"] {
        let found = detect_sample(text.as_bytes());
        assert!(matches!(found, Detection::Certain(Encoding::Utf8, Evidence::Valid)), "{text}: {found:?}");
    }
}

#[test]
fn a_few_damaged_bytes_leave_utf8_what_it_is() {
    let found = detect_sample(
        "名称\n华东\n\u{FFFF}".as_bytes().iter().chain(b"\xFF\n").copied().collect::<Vec<_>>().as_slice(),
    );
    assert!(matches!(found, Detection::Certain(Encoding::Utf8, Evidence::NearlyValid)), "{found:?}");
}

#[test]
fn what_is_valid_in_two_ways_is_asked_about_and_a_locale_decides() {
    let women = "code,sex\n1,\u{5973}\n";
    let bytes = GB18030.encode(women).0;
    let Detection::Open(candidates) = detect_sample(&bytes) else { panic!("it could be UTF-8, too") };
    assert_eq!(candidates[0], Candidate { encoding: Encoding::Gb18030, sample: "女".to_owned() });
    let found = detect(&*bytes, &bytes, Some("zh_CN.UTF-8")).expect("read");
    assert!(matches!(found, Detection::Certain(Encoding::Gb18030, Evidence::Locale(_))), "{found:?}");
}

#[test]
fn utf16_and_iso_2022_jp_are_known_by_their_control_bytes() {
    let utf16: Vec<u8> = "code,name\n1,华\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(detect_sample(&utf16).certain(), Encoding::of_label("utf-16be"));
    assert_eq!(detect_sample(b"name\n\x1B$B8\\5R\x1B(B\n").certain(), Encoding::of_label("iso-2022-jp"));
    assert_eq!(detect_sample(b"\xFF\xFEa\0").certain(), Some(Encoding::Utf16));
}
