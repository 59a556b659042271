//! What stands around the name in a header: marks of required columns, units, the object that an
//! import template puts before each of its fields.

/// Signs that mark a column.
const SIGNS: [char; 8] = ['*', '＊', '※', '★', '☆', '●', ':', '：'];

/// Words that mark a column, in brackets or behind a sign.
const WORDS: [&str; 28] = [
    "必填",
    "必填项",
    "必填項",
    "必输",
    "必录",
    "必须",
    "必須",
    "選填",
    "选填",
    "可选",
    "非必填",
    "任意",
    "required",
    "mandatory",
    "optional",
    "req",
    "req.",
    "pflichtfeld",
    "pflicht",
    "erforderlich",
    "optional feld",
    "obligatoire",
    "requis",
    "facultatif",
    "obligatorio",
    "requerido",
    "opcional",
    "*",
];

/// Units of amounts and measures.
const UNITS: [&str; 54] = [
    "元",
    "千元",
    "万元",
    "万",
    "百万",
    "百万元",
    "千万",
    "千万元",
    "亿",
    "亿元",
    "萬元",
    "億元",
    "円",
    "千円",
    "万円",
    "百万円",
    "人民币",
    "单位:元",
    "单位:万元",
    "%",
    "％",
    "‰",
    "$",
    "¥",
    "￥",
    "€",
    "£",
    "k€",
    "t€",
    "k$",
    "eur",
    "usd",
    "cny",
    "rmb",
    "jpy",
    "gbp",
    "hkd",
    "kg",
    "g",
    "t",
    "吨",
    "公斤",
    "m",
    "km",
    "公里",
    "m²",
    "㎡",
    "平方米",
    "人",
    "个",
    "天",
    "年",
    "小时",
    "h",
];

/// A header without marks of required columns, as `*` and `(必填)`. What a mark alone is stays.
pub fn unmarked(header: &str) -> &str {
    stripped(header, |group| WORDS.contains(&group))
}

/// A header without marks, units and the object before it, as in `*(客户)名称`: the name alone.
pub fn bare(header: &str) -> &str {
    let bare = stripped(header, |group| WORDS.contains(&group) || UNITS.contains(&group));
    match leading_group(bare) {
        Some((_, rest)) if !rest.is_empty() => {
            stripped(rest, |group| WORDS.contains(&group) || UNITS.contains(&group))
        }
        _ => bare,
    }
}

/// The unit that a header gives for its numbers, in brackets behind the name.
pub fn unit(header: &str) -> Option<&str> {
    let (_, group) = trailing_group(unmarked(header))?;
    UNITS.contains(&group.to_lowercase().as_str()).then_some(group)
}

/// A header without signs and the groups in brackets that `drop` says are no part of it.
fn stripped(header: &str, drop: impl Fn(&str) -> bool) -> &str {
    let mut rest = header.trim();
    loop {
        let mut shorter = rest.trim_matches(|c: char| SIGNS.contains(&c) || c.is_whitespace());
        let leading = leading_group(shorter).map(|(group, rest)| (rest, group));
        let groups = [trailing_group(shorter), leading].into_iter().flatten();
        if let Some((rest, _)) = groups.into_iter().find(|(_, group)| drop(&group.to_lowercase())) {
            shorter = rest;
        }
        // Behind a sign a word needs no brackets: `客户名称 *必填`.
        if let Some((name, word)) = shorter.rsplit_once(SIGNS)
            && WORDS.contains(&word.trim().to_lowercase().as_str())
        {
            shorter = name;
        }
        if shorter.is_empty() {
            return header.trim();
        }
        if shorter == rest {
            return rest;
        }
        rest = shorter;
    }
}

/// The text before a group in brackets at the end, and the group.
pub(super) fn trailing_group(header: &str) -> Option<(&str, &str)> {
    let open = match header.chars().last()? {
        ')' => '(',
        '）' => '（',
        ']' => '[',
        '】' => '【',
        _ => return None,
    };
    let close = header.char_indices().last()?.0;
    let start = header.rfind(open)?;
    Some((header[..start].trim_end(), header[start + open.len_utf8()..close].trim()))
}

/// A group in brackets at the beginning, and the text behind it.
fn leading_group(header: &str) -> Option<(&str, &str)> {
    let close = match header.chars().next()? {
        '(' => ')',
        '（' => '）',
        '[' => ']',
        '【' => '】',
        _ => return None,
    };
    let end = header.find(close)?;
    let open = header.chars().next()?.len_utf8();
    Some((header[open..end].trim(), header[end + close.len_utf8()..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_units_only_where_the_name_alone_is_wanted() {
        for (header, without_marks, name) in [
            ("联系电话", "联系电话", "联系电话"),
            ("*联系电话", "联系电话", "联系电话"),
            ("联系电话（必填）", "联系电话", "联系电话"),
            ("联系电话 *必填", "联系电话", "联系电话"),
            ("【选填】 电话：", "电话", "电话"),
            ("Phone* [Required]", "Phone", "Phone"),
            ("年销售额（万元）", "年销售额（万元）", "年销售额"),
            ("Umsatz [T€]", "Umsatz [T€]", "Umsatz"),
            ("*(客户)名称", "(客户)名称", "名称"),
            ("Name (English)", "Name (English)", "Name (English)"),
            ("(必填)", "(必填)", "(必填)"),
            ("*", "*", "*"),
            ("", "", ""),
        ] {
            assert_eq!((unmarked(header), bare(header)), (without_marks, name), "{header}");
        }
    }
}
