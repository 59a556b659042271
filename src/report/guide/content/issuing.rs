//! Which rule is used when, and how to get a code: the very lines to type.

use super::{Subject, reading};
use crate::report::anatomy::Anatomy;
use crate::report::guide::document::{Block, Line, Span, Table, TableCell, Text, words};
use crate::report::language::Language;
use crate::rule::Source;

/// Appends which rule is used for whom, and when.
pub(super) fn rules(subject: &Subject<'_>, blocks: &mut Vec<Block>) {
    blocks.push(subject.section("rules", "什么客户用哪条规则", "Which rule is used when"));
    blocks.push(subject.paragraph(
        "程序自己会选规则；只有注明“点名使用”的规则，才需要在命令里写出它的名称。",
        "The program chooses the rule by itself; only a rule that is “asked for by name” has to be named in the command.",
    ));
    let row = |anatomy: &Anatomy<'_>| {
        let example = anatomy.example.as_ref().map_or("", |example| &example.code);
        vec![
            TableCell::from(Text::Plain(reading::name(anatomy))),
            subject.languages.say(|language| customers(anatomy, language)).into(),
            subject.languages.say(|language| vec![Span::Words(period(anatomy, language))]).into(),
            Text::code(example).into(),
        ]
    };
    blocks.push(Block::Table(Table {
        head: subject.head([
            ("规则", "Rule"),
            ("适用客户", "Customers"),
            ("有效期", "Period"),
            ("例子", "Example"),
        ]),
        rows: subject.anatomies.iter().map(row).collect(),
    }));
}

/// Whom a rule is for.
fn customers(anatomy: &Anatomy<'_>, language: Language) -> Line {
    let mut ways: Vec<Line> = Vec::new();
    if !anatomy.applies_to.is_empty() {
        let conditions: Vec<String> = anatomy
            .applies_to
            .iter()
            .map(|(field, values)| {
                let labels: Vec<&str> = values.iter().map(|(_, label)| label.as_str()).collect();
                format!("{}{}{}", field.label, language.pick("：", ": "), language.list(&labels))
            })
            .collect();
        ways.push(vec![Span::Words(conditions.join(language.pick("；", "; ")))]);
    }
    if anatomy.default {
        ways.push(words(if anatomy.sole {
            language.pick("所有客户", "all customers")
        } else {
            language.pick("其他所有客户（默认规则）", "all other customers (the default rule)")
        }));
    }
    if ways.is_empty() {
        let mut line = words(language.pick("点名使用：", "asked for by name: "));
        line.push(Span::Code(format!("--rule {}", shell(&anatomy.rule.name))));
        ways.push(line);
    }
    ways.join(&Span::Words(language.pick("；", "; ").to_owned()))
}

fn period(anatomy: &Anatomy<'_>, language: Language) -> String {
    match (anatomy.rule.from, anatomy.rule.until) {
        (None, None) => language.pick("一直有效", "always").to_owned(),
        (Some(from), None) => language.pick(format!("{from} 起"), format!("from {from}")),
        (None, Some(until)) => language.pick(format!("到 {until} 为止"), format!("until {until}")),
        (Some(from), Some(until)) => {
            language.pick(format!("{from} 至 {until}"), format!("{from} to {until}"))
        }
    }
}

/// Appends how to get a code.
pub(super) fn commands(subject: &Subject<'_>, blocks: &mut Vec<Block>) {
    blocks.push(subject.section("get", "怎样取得编码", "How to get a code"));
    blocks.push(subject.paragraph(
        "编码只由程序 custcode 发放，任何人都不要自己编号。命令要在“终端”窗口里输入；没有用过的话，请同事示范一次。",
        "Codes come from the program custcode alone; nobody makes up a number. Commands are typed in a window called terminal; if you never used one, have a colleague show you once.",
    ));
    blocks.push(Block::Steps(vec![
        subject.languages.say(|language| {
            words(&language.pick(
                format!("先查客户是否已有编码：`custcode list --name \"{CHINESE_NAME}\"`。有，就用它，不要再取。"),
                format!("First see whether the customer has a code: `custcode list --name \"{ENGLISH_NAME}\"`. If so, use that one."),
            ))
        }),
        subject.languages.fixed(
            "在下表找到适用的规则，逐字输入那一行，把值换成您客户的值（见“编码字典”），把引号里换成客户名称，然后按回车键。",
            "Find the rule in the table below and type its line letter by letter, with your customer's values (see the dictionaries) and, between the quotation marks, your customer's name. Press Enter.",
        ),
        subject.languages.fixed(
            "屏幕上显示的那一行就是新编码，它已经记入台账。请复制，不要手抄。",
            "The line that appears is the new code; it stands in the ledger already. Copy it, do not write it down by hand.",
        ),
    ]));
    let issues = |anatomy: &&Anatomy<'_>| {
        anatomy.example.as_ref().is_some_and(|example| example.date == subject.today)
    };
    let row = |anatomy: &Anatomy<'_>| {
        vec![
            TableCell::from(Text::Plain(reading::name(anatomy))),
            Text::code(&command(subject, anatomy)).into(),
        ]
    };
    blocks.push(Block::Table(Table {
        head: subject.head([("规则", "Rule"), ("输入这一行", "Type this line")]),
        rows: subject.anatomies.iter().filter(issues).map(row).collect(),
    }));
    blocks.push(subject.paragraph(
        "客户在别的系统里也有编号时，加上 `--ref 编号`：同一个编号再问一次，得到的还是原来的编码。登记日期不是今天时，加上 `--date 2024-01-31`。",
        "If the customer has a number in another system, add `--ref NUMBER`: asked again with the same number, custcode gives the same code. If the record date is not today, add `--date 2024-01-31`.",
    ));
    blocks.push(subject.paragraph("其他常用命令：", "Other lines that are often needed:"));
    blocks.push(other_commands(subject));
}

/// Checking, explaining, whole files.
fn other_commands(subject: &Subject<'_>) -> Block {
    let code = subject.anatomies.iter().find_map(|anatomy| anatomy.example.as_ref());
    let code = code.map_or("CODE", |example| &example.code);
    let row = |command: String, chinese: &str, english: &str| {
        vec![TableCell::from(Text::code(&command)), subject.languages.fixed(chinese, english).into()]
    };
    Block::Table(Table {
        head: subject.head([("输入这一行", "Type this line"), ("作用", "What it does")]),
        rows: vec![
            row(
                format!("custcode validate {}", shell(code)),
                "检查编码写得对不对",
                "tells whether a code is written correctly",
            ),
            row(
                format!("custcode show {}", shell(code)),
                "解释编码，显示它属于哪个客户",
                "explains a code and tells whose it is",
            ),
            row(
                "custcode import customers.csv -o coded.csv".to_owned(),
                "一次给整个文件的客户发号",
                "gives codes to a whole file of customers",
            ),
            row(
                "custcode export -o customers.csv --encoding utf-8-bom".to_owned(),
                "把客户写成 Excel 能打开的文件",
                "writes the customers to a file that Excel opens",
            ),
        ],
    })
}

/// The line that gives the rule's example customer a code.
fn command(subject: &Subject<'_>, anatomy: &Anatomy<'_>) -> String {
    let mut line = String::from("custcode new");
    if anatomy.applies_to.is_empty() && !anatomy.default {
        line.extend([" --rule ", &shell(&anatomy.rule.name)]);
    }
    // What is derived from the name below is not typed.
    let derived = |name: &str| {
        let derivation = subject.book.field(name).and_then(|field| field.derivation.as_ref());
        derivation.is_some_and(|derivation| derivation.from == Source::Name)
    };
    let customer = anatomy.example.iter().flat_map(|example| &example.customer);
    for (field, key) in customer.filter(|(field, _)| !derived(field)) {
        let given = match field.as_str() {
            "type" | "region" => format!(" --{field} {}", shell(key)),
            _ => format!(" --set {}", shell(&format!("{field}={key}"))),
        };
        line.push_str(&given);
    }
    let english = subject.languages == super::Languages::Only(Language::English);
    line + &format!(" --name \"{}\"", if english { ENGLISH_NAME } else { CHINESE_NAME })
}

/// What stands for a customer's name.
const CHINESE_NAME: &str = "客户名称";
const ENGLISH_NAME: &str = "customer name";

/// A word that the shell takes as it is.
fn shell(word: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "-_=.,:/@%+".contains(c);
    if !word.is_empty() && word.chars().all(harmless) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_change_them() {
        for (word, quoted) in [
            ("vip", "vip"),
            ("class=0101001", "class=0101001"),
            ("重点客户", "重点客户"),
            ("two words", "'two words'"),
            ("$(rm)", "'$(rm)'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(shell(word), quoted);
        }
    }
}
