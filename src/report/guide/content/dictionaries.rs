//! Every dictionary as a table: what is printed, what it means, what can be typed, and when it
//! holds.

use super::Subject;
use crate::report::guide::document::{Block, Languages, Span, Table, TableCell, Text};
use crate::report::language::Language;
use crate::rule::{Derivation, Field, FieldKind, Method, Source, Value, spelled};

/// A table of more rows is folded behind one line.
const LONG: usize = 500;

/// Appends the section.
pub(super) fn write(subject: &Subject<'_>, blocks: &mut Vec<Block>) {
    blocks.push(subject.section("dictionaries", "编码字典", "Dictionaries"));
    if subject.book.fields().is_empty() {
        blocks.push(subject.paragraph("规则文件没有声明任何属性。", "The rule file declares no fields."));
        return;
    }
    blocks.push(subject.paragraph(
        "每个值都可以用它的编码、名称、输入名或别名来输入，大小写和全角半角都可以。表里没有的值不要自己编，请找管理规则文件的同事添加。",
        "A value can be typed by its code, its label, its key or an alias; case and full width do not matter. Do not make up a value that is not in the table: ask whoever keeps the rule file to add it.",
    ));
    for (index, field) in subject.book.fields().iter().enumerate() {
        blocks.push(Block::Heading {
            level: 3,
            anchor: format!("field-{}", index + 1),
            text: Text::Plain(vec![Span::Words(format!("{} ", field.label)), Span::Code(field.name.clone())]),
        });
        blocks.push(Block::Paragraph(
            subject.languages.say(|language| vec![Span::Words(about(field, language))]),
        ));
        if !field.values.is_empty() {
            let table = table(subject, field);
            blocks.push(if table.rows.len() > LONG { folded(subject, table) } else { Block::Table(table) });
        }
    }
}

/// What the field is: its shape, its default, its headers on import.
fn about(field: &Field, language: Language) -> String {
    let mut sentences: Vec<String> = Vec::new();
    match &field.kind {
        FieldKind::Levels { widths, leaf_only } => {
            let widths: Vec<String> = widths.iter().map(ToString::to_string).collect();
            let widths = widths.join("-");
            sentences.push(language.pick(
                format!("分级编码，各级位数 {widths}；下级的编码以上级的编码开头。"),
                format!("Classes of {widths} characters by level; a class begins with the code of the one above it."),
            ));
            if *leaf_only {
                sentences.push(
                    language
                        .pick(
                            "只能使用最末级；粗体的分类还有下级，不能直接给客户使用。",
                            "Customers get a class without sub-classes only; those in bold have some.",
                        )
                        .to_owned(),
                );
            }
        }
        FieldKind::Text { width, alphabet, pad } => {
            let symbols = spelled(alphabet);
            let side = match &field.derivation {
                Some(_) => language.pick("右边", "right"),
                None => language.pick("左边", "left"),
            };
            sentences.push(match pad {
                Some(pad) => language.pick(
                    format!("没有字典：最多 {width} 位，取自 {symbols}，不足时{side}补 {pad}。"),
                    format!("No dictionary: at most {width} characters of {symbols}, filled with {pad} on the {side}."),
                ),
                None => language.pick(
                    format!("没有字典：正好 {width} 位，取自 {symbols}。"),
                    format!("No dictionary: exactly {width} characters of {symbols}."),
                ),
            });
        }
        FieldKind::Dictionary => {
            let count = field.values.len();
            sentences.push(language.pick(format!("共 {count} 个值。"), format!("{count} values.")));
        }
    }
    if let Some(derivation) = &field.derivation {
        sentences.push(derived(derivation, language));
    }
    if let Some(default) = &field.default {
        let label = field.value(default).map_or(default, |value| &value.label);
        sentences
            .push(language.pick(format!("不填时取 {label}。"), format!("{label} when nothing is said.")));
    }
    if !field.aliases.is_empty() {
        let aliases = language.list(&field.aliases);
        sentences.push(language.pick(
            format!("导入文件时，列名也可以是 {aliases}。"),
            format!("In files the column can also be headed {aliases}."),
        ));
    }
    sentences.join(language.pick("", " "))
}

/// What a field holds where nobody says it.
fn derived(derivation: &Derivation, language: Language) -> String {
    let source = match &derivation.from {
        Source::Name => language.pick("客户名称", "the customer's name"),
        Source::Attribute(name) => name,
    };
    let (chinese, english) = match derivation.method {
        Method::Initials => ("各词的首字母", "the first letter of each word"),
        Method::Pinyin => ("拼音首字母", "the pinyin initials"),
    };
    language.pick(
        format!("不填时取 {source} 的{chinese}。"),
        format!("When nothing is said: {english} of {source}."),
    )
}

/// A column that some dictionaries have and others leave out.
struct Column<'f> {
    head: Text,
    cell: Box<dyn Fn(&'f Value) -> Option<Text> + 'f>,
}

/// All values of a field; columns in which no value has anything are left out.
fn table<'f>(subject: &Subject<'f>, field: &'f Field) -> Table {
    let languages = subject.languages;
    let column = |chinese: &str, english: &str, cell: Box<dyn Fn(&'f Value) -> Option<Text> + 'f>| Column {
        head: languages.fixed(chinese, english),
        cell,
    };
    let mut columns = vec![column("输入名", "Key", Box::new(|value| Some(Text::code(&value.key))))];
    for name in attributes(field) {
        let cell = move |value: &'f Value| value.attribute(name).map(Text::code);
        columns.push(Column { head: Text::plain(name), cell: Box::new(cell) });
    }
    columns.push(column(
        "别名",
        "Aliases",
        Box::new(move |value| (!value.aliases.is_empty()).then(|| list(&value.aliases))),
    ));
    columns.push(column("有效期", "Valid", Box::new(move |value| validity(languages, value))));
    columns.retain(|column| field.values.iter().any(|value| (column.cell)(value).is_some()));

    let row = |(id, value): (usize, &'f Value)| {
        let mut label = TableCell::from(Text::plain(&value.label));
        label.depth = depth(field, value);
        label.strong = !field.is_usable(id);
        let rest = columns
            .iter()
            .map(|column| TableCell::from((column.cell)(value).unwrap_or_else(|| Text::Plain(Vec::new()))));
        [TableCell::from(Text::code(&value.code)), label].into_iter().chain(rest).collect()
    };
    let mut rows: Vec<(usize, &Value)> = field.values.iter().enumerate().collect();
    if matches!(field.kind, FieldKind::Levels { .. }) {
        // A class stands below the one it belongs to, wherever the file has it.
        rows.sort_by(|(_, a), (_, b)| a.code.cmp(&b.code));
    }
    let mut head = vec![languages.fixed("编码", "Code"), languages.fixed("名称", "Label")];
    head.extend(columns.iter().map(|column| column.head.clone()));
    Table { head, rows: rows.into_iter().map(row).collect() }
}

/// Names of further attributes, in the order of their first use.
fn attributes(field: &Field) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in field.values.iter().flat_map(|value| &value.attributes) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// Aliases are no prose: both languages read the same row of them.
fn list(aliases: &[String]) -> Text {
    Text::plain(&aliases.join(" · "))
}

fn validity(languages: Languages, value: &Value) -> Option<Text> {
    if value.from.is_none() && value.until.is_none() {
        return None;
    }
    let period = match (value.from, value.until) {
        (Some(from), Some(until)) => return Some(Text::plain(&format!("{from} – {until}"))),
        (Some(from), None) => (format!("{from} 起"), format!("from {from}")),
        (_, until) => {
            let until = until.map(|until| until.to_string()).unwrap_or_default();
            (format!("到 {until}"), format!("until {until}"))
        }
    };
    Some(languages.fixed(&period.0, &period.1))
}

/// How many classes stand above one.
fn depth(field: &Field, value: &Value) -> usize {
    let FieldKind::Levels { widths, .. } = &field.kind else { return 0 };
    let mut above = 0;
    widths
        .iter()
        .take_while(|width| {
            above += **width;
            above < value.code.len()
        })
        .count()
}

fn folded(subject: &Subject<'_>, table: Table) -> Block {
    let count = table.rows.len();
    let summary = subject.languages.fixed(&format!("展开全部 {count} 行"), &format!("Show all {count} rows"));
    Block::Folded { summary, table }
}
