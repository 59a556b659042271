//! What a segment is called and says, in words of either language; labels as the rule file has
//! them.

use super::{Anatomy, AnatomyPart, Says};
use crate::report::language::Language;
use crate::rule::spelled;
use crate::rule::{Field, PrintedAs};

impl Anatomy<'_> {
    /// What a segment is called: the field's label, `record date`, `sequence number` …
    pub fn name(&self, part: &AnatomyPart<'_>, language: Language) -> String {
        match &part.says {
            Says::Literal => language.pick("固定字符", "always the same").to_owned(),
            Says::Value(field, printed, _) => field_name(field, *printed, language),
            Says::Text(field, _) => field.label.clone(),
            Says::Date(_) => language.pick("建档日期", "record date").to_owned(),
            Says::Number(_) => language.pick("流水号", "sequence number").to_owned(),
            Says::Check(..) => language.pick("校验码", "check digit").to_owned(),
        }
    }

    /// What it says beyond its name: the value's label, `year, month`, `counts within 客户类型` …;
    /// nothing for a literal.
    pub fn detail(&self, part: &AnatomyPart<'_>, language: Language) -> String {
        match &part.says {
            Says::Literal => String::new(),
            Says::Value(_, _, path) => {
                path.iter().map(|value| value.label.as_str()).collect::<Vec<_>>().join(" > ")
            }
            Says::Text(_, alphabet) => {
                let (width, symbols) = (part.width(), spelled(alphabet));
                language
                    .pick(format!("{width} 位，取自 {symbols}"), format!("{width} characters of {symbols}"))
            }
            Says::Date(format) => date_words(format, language),
            Says::Number(within) if within.is_empty() => {
                language.pick("统一计数", "one count for all").to_owned()
            }
            Says::Number(within) => {
                let within = self.titles(within, language);
                language.pick(format!("按{within}分别计数"), format!("counts within {within}"))
            }
            Says::Check(algorithm, over) => {
                let over = match over {
                    Some(over) => self.titles(over, language),
                    None => language.pick("其余字母和数字", "all other letters and digits").to_owned(),
                };
                let algorithm = algorithm.name();
                language.pick(format!("由{over}按 {algorithm} 算出"), format!("{algorithm} over {over}"))
            }
        }
    }

    /// Name and detail in one: `行业: A → 制造业`, `sequence number, counts within 客户类型, 行业` …
    pub fn meaning(&self, part: &AnatomyPart<'_>, language: Language) -> String {
        let (name, detail) = (self.name(part, language), self.detail(part, language));
        let (colon, comma) = language.pick(("：", "，"), (": ", ", "));
        match &part.says {
            _ if detail.is_empty() => name,
            Says::Value(..) => {
                format!("{name}{colon}{} → {detail}", part.text.as_deref().unwrap_or_default())
            }
            Says::Text(..) => format!("{name}{colon}{detail}"),
            Says::Date(_) => language.pick(format!("{name}（{detail}）"), format!("{name} ({detail})")),
            Says::Literal | Says::Number(_) | Says::Check(..) => format!("{name}{comma}{detail}"),
        }
    }

    /// Several segments, each by a name that tells it from the others.
    fn titles(&self, parts: &[usize], language: Language) -> String {
        let title = |index: &usize| {
            let part = &self.parts[*index];
            match part.says {
                Says::Literal => language.pick(format!("“{}”", part.name), format!("\"{}\"", part.name)),
                Says::Date(_) => self.meaning(part, language),
                _ => self.name(part, language),
            }
        };
        language.list(&parts.iter().map(title).collect::<Vec<_>>())
    }
}

fn field_name(field: &Field, printed: PrintedAs<'_>, language: Language) -> String {
    let label = &field.label;
    match printed {
        PrintedAs::Code => label.clone(),
        PrintedAs::Attribute(name) => format!("{label} ({name})"),
        PrintedAs::Level(level) => {
            language.pick(format!("{label}（第 {level} 级）"), format!("{label} (level {level})"))
        }
    }
}

/// A date format in words: `year, month, day`, 年、月、日.
fn date_words(format: &str, language: Language) -> String {
    let directives = format.split('%').skip(1).filter_map(|piece| piece.chars().next());
    let words: Vec<&str> = directives
        .filter_map(|directive| {
            Some(match directive {
                'Y' => language.pick("年", "year"),
                'y' => language.pick("年份后两位", "last two digits of the year"),
                'm' => language.pick("月", "month"),
                'd' => language.pick("日", "day"),
                'j' => language.pick("当年第几天", "day of the year"),
                'G' => language.pick("周历年", "year of the week"),
                'V' => language.pick("周", "week"),
                _ => return None,
            })
        })
        .collect();
    language.list(&words)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rule::{Bundle, ProvedBook};

    fn meanings(rule: &str, language: Language) -> Vec<String> {
        let book = ProvedBook::load(Bundle::built_in()).expect("proved");
        let anatomy = Anatomy::of(&book, book.rule(rule).expect("built in"), date(2026, 11, 22));
        anatomy.parts.iter().map(|part| anatomy.meaning(part, language)).collect()
    }

    #[test]
    fn a_code_is_explained_in_english() {
        assert_eq!(
            meanings("graded", Language::English),
            [
                "客户类型: 01 → A类 重点客户",
                "行业: A → 制造业",
                "sequence number, counts within 客户类型, 行业"
            ]
        );
        assert_eq!(
            meanings("monthly", Language::English)[1..],
            [
                "record date (year, month)",
                "always the same",
                "sequence number, counts within record date (year, month)",
                "check digit, iso7064-mod37-36 over all other letters and digits"
            ]
        );
    }

    #[test]
    fn a_code_is_explained_in_chinese() {
        assert_eq!(
            meanings("monthly", Language::Chinese),
            [
                "固定字符",
                "建档日期（年、月）",
                "固定字符",
                "流水号，按建档日期（年、月）分别计数",
                "校验码，由其余字母和数字按 iso7064-mod37-36 算出"
            ]
        );
        assert_eq!(
            meanings("levels", Language::Chinese)[1],
            "客户分类：0101001 → 经销商 > 市级经销商 > 市级一等经销商"
        );
        assert_eq!(meanings("dated", Language::Chinese)[0], "客户类型 (letter)：C → 个人客户");
        assert_eq!(meanings("persons", Language::Chinese)[1], "流水号，统一计数");
    }

    #[test]
    fn dates_are_worded_by_their_directives() {
        assert_eq!(date_words("%Y%m%d", Language::English), "year, month, day");
        assert_eq!(date_words("W%G-%V", Language::Chinese), "周历年、周");
    }
}
