//! Customers as companies in China have them: mostly Chinese names, some Latin ones, commas and
//! quotes in some, values by key, label or alias, references in random order, true unified social
//! credit codes.

use std::fmt::{self, Display};

use super::random::{Random, mixed};

const CITIES: &[&str] = &[
    "北京", "上海", "广州", "深圳", "杭州", "苏州", "南京", "成都", "重庆", "武汉", "西安", "青岛", "宁波",
    "佛山", "东莞", "无锡", "长沙", "郑州", "天津", "合肥", "华东", "华南", "华北", "西南",
];
const STEMS: &[&str] = &[
    "宏达", "鑫源", "恒通", "瑞丰", "金桥", "东方", "华兴", "永盛", "博远", "中联", "天成", "海纳", "嘉禾",
    "龙腾", "正大", "新宇", "三和", "凯旋", "远航", "盛世", "百川", "同济", "德润", "万象",
];
const TRADES: &[&str] = &[
    "机械",
    "电子",
    "食品",
    "纺织",
    "化工",
    "物流",
    "建材",
    "医药",
    "软件",
    "商贸",
    "五金",
    "汽车配件",
    "环保科技",
    "精密仪器",
    "农业",
];
const FORMS: &[&str] =
    &["有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "厂", "（中国）有限公司"];
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "欧阳", "司马",
];
const GIVEN: &[&str] =
    &["伟", "芳", "娜", "敏", "静", "建国", "秀英", "志强", "晓明", "丽华", "俊杰", "雨桐", "子涵"];
const LATIN: &[&str] = &[
    "Acme",
    "Northwind",
    "Lotus",
    "Pacific",
    "Golden Gate",
    "Siemens",
    "Müller",
    "Dragon",
    "Blue River",
    "Orient",
    "Summit",
    "Harbour",
    "Evergreen",
    "Falcon",
];
const LATIN_TRADES: &[&str] =
    &["Trading", "Machinery", "Foods", "Textiles", "Logistics", "Chemicals", "Software", "Instruments"];
const TYPES: &[&str] = &[
    "vip",
    "VIP客户",
    "A类 重点客户",
    "regular",
    "regular",
    "普通客户",
    "B类 普通客户",
    "prospect",
    "潜在客户",
];
const INDUSTRIES: &[&str] =
    &["manufacturing", "制造业", "services", "服务业", "small-business", "trade", "贸易", "food", "食品"];
const MAILS: &[&str] = &["example.cn", "example.com", "mail.example.com.cn", "corp.example.cn"];

/// Generated customers, one after another.
pub(crate) struct Customers {
    rows: u64,
    next: u64,
    seed: u64,
    random: Random,
}

/// One customer; displays as a line of CSV without its line end.
pub(crate) struct Customer {
    reference: u64,
    name: String,
    kind: &'static str,
    industry: &'static str,
    region: u64,
    phone: u64,
    mail: &'static str,
    credit_code: String,
    date: (u64, u64, u64),
    sales: u64,
}

impl Customers {
    /// The header line of the file.
    pub(crate) const HEADER: &'static str =
        "外部编号,客户名称,客户类型,行业,地区,电话,邮箱,统一社会信用代码,建档日期,年销售额";

    /// `rows` customers of `seed`.
    pub(crate) fn new(rows: u64, seed: u64) -> Self {
        Self { rows, next: 0, seed, random: Random::new(seed) }
    }
}

impl Iterator for Customers {
    type Item = Customer;

    fn next(&mut self) -> Option<Customer> {
        if self.next == self.rows {
            return None;
        }
        let reference = shuffled(self.next, self.rows, self.seed);
        self.next += 1;
        let random = &mut self.random;
        Some(Customer {
            reference,
            name: name(random),
            kind: random.pick(TYPES),
            industry: random.pick(INDUSTRIES),
            region: 1000 + random.below(9000),
            phone: 13_000_000_000 + random.below(7_000_000_000),
            mail: random.pick(MAILS),
            credit_code: credit_code(random),
            date: (2005 + random.below(21), 1 + random.below(12), 1 + random.below(28)),
            sales: random.below(5_000_000_000),
        })
    }
}

impl Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reference, kind, industry, region, phone, mail, credit_code, .. } = self;
        let (year, month, day) = self.date;
        write!(f, "CRM:{reference:07},")?;
        if self.name.contains([',', '"']) {
            write!(f, "\"{}\"", self.name.replace('"', "\"\""))?;
        } else {
            f.write_str(&self.name)?;
        }
        write!(f, ",{kind},{industry},{region},{phone},c{reference}@{mail},{credit_code},")?;
        write!(f, "{year}-{month:02}-{day:02},{}.{:02}", self.sales / 100, self.sales % 100)
    }
}

/// A number of 0..`rows` for each `index`, every one once: a Feistel network over the next power of
/// four, walked until it falls inside.
fn shuffled(index: u64, rows: u64, seed: u64) -> u64 {
    let half = (64 - rows.leading_zeros()).div_ceil(2);
    let mask = (1 << half) - 1;
    let mut value = index;
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mixed(right ^ mixed(seed + round)) & mask));
        }
        value = left << half | right;
        if value < rows {
            return value;
        }
    }
}

/// 70 % Chinese; 7.5 % of all carry a comma or a quote and so need quoting in CSV.
fn name(random: &mut Random) -> String {
    match random.below(1000) {
        0..150 => format!("{}{}", random.pick(SURNAMES), random.pick(GIVEN)),
        150..675 => {
            let (city, stem) = (random.pick(CITIES), random.pick(STEMS));
            format!("{city}{stem}{}{}", random.pick(TRADES), random.pick(FORMS))
        }
        675..700 => format!("{}\"{}\"{}店", random.pick(CITIES), random.pick(STEMS), random.pick(TRADES)),
        700..750 => format!("{} {} Co., Ltd.", random.pick(LATIN), random.pick(LATIN_TRADES)),
        _ => format!("{} {} {}", random.pick(LATIN), random.pick(LATIN_TRADES), 1 + random.below(999)),
    }
}

/// A unified social credit code (GB 32100-2015), its organisation code (GB 11714-1997) right as
/// well.
fn credit_code(random: &mut Random) -> String {
    const SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let organisation = format!("{:08}", random.below(100_000_000));
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        organisation.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let own_check = char::from(b"0X987654321"[sum as usize % 11]);
    let region = 110_000 + random.below(540_000);
    let mut code = format!("91{region}{organisation}{own_check}");

    let mut weight = 1;
    let mut sum = 0;
    for symbol in code.bytes() {
        let value = SYMBOLS.iter().position(|known| *known == symbol).expect("made of the code's symbols");
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    code.push(char::from(SYMBOLS[(31 - sum % 31) % 31]));
    code
}
