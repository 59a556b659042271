//! How to read a code: an example of each rule, cut into its segments.

use super::Subject;
use crate::report::anatomy::{Anatomy, AnatomyPart, Numbers, Says};
use crate::report::guide::document::{Block, Span, Table, TableCell, Text, Tint};
use crate::rule::RuleBook;

/// Appends the section.
pub(super) fn write(subject: &Subject<'_>, blocks: &mut Vec<Block>) {
    blocks.push(subject.section("read", "怎样读懂一个编码", "How to read a code"));
    blocks.push(subject.paragraph(
        "编码从左到右由若干段组成，每一段各有含义。下面每条规则都有一个例子：同一种颜色就是同一段。例子只用来说明，并没有发给任何客户。",
        "A code is made of segments, from left to right, and each of them means something. Every rule below has an example: what has one colour is one segment. The examples explain; they were given to nobody.",
    ));
    for (index, anatomy) in subject.anatomies.iter().enumerate() {
        blocks.push(Block::Heading {
            level: 3,
            anchor: format!("rule-{}", index + 1),
            text: Text::Plain(name(anatomy)),
        });
        rule(subject, anatomy, blocks);
    }
}

/// What a rule is called: label and name.
pub(super) fn name(anatomy: &Anatomy<'_>) -> Vec<Span> {
    let rule = anatomy.rule;
    let label = rule.label.iter().map(|label| Span::Words(format!("{label} ")));
    label.chain([Span::Code(rule.name.clone())]).collect()
}

fn rule(subject: &Subject<'_>, anatomy: &Anatomy<'_>, blocks: &mut Vec<Block>) {
    if anatomy.example.is_none() {
        blocks.push(subject.paragraph(
            "这条规则现在不能发号，因此没有例子。",
            "No customer can get a code of this rule now, so there is no example.",
        ));
    } else {
        let letters =
            |part: &AnatomyPart<'_>| (part.text.clone().unwrap_or_default(), tint(subject.book, part));
        blocks.push(Block::Figure(anatomy.parts.iter().map(letters).collect()));
    }
    let legend = anatomy.parts.iter().map(|part| {
        let letters = part.text.as_deref().unwrap_or_default();
        let mut first = TableCell::from(Text::code(letters));
        first.tint = Some(tint(subject.book, part));
        let said = |tell: &dyn Fn(crate::report::language::Language) -> String| {
            TableCell::from(subject.languages.say(|language| vec![Span::Words(tell(language))]))
        };
        vec![
            first,
            said(&|language| anatomy.name(part, language)),
            said(&|language| anatomy.detail(part, language)),
            Text::plain(&part.width()).into(),
        ]
    });
    blocks.push(Block::Table(Table {
        head: subject.head([
            ("例子", "Example"),
            ("编码段", "Segment"),
            ("含义", "Meaning"),
            ("位数", "Width"),
        ]),
        rows: legend.collect(),
    }));
    blocks.push(match &anatomy.numbers {
        Some(numbers) => Block::Paragraph(room(subject, numbers)),
        None => subject.paragraph(
            "没有流水号：每一种组合只有一个编码。",
            "There is no sequence number: each combination has one code.",
        ),
    });
}

/// How many numbers there are.
fn room(subject: &Subject<'_>, numbers: &Numbers<'_>) -> Text {
    let Numbers { scope, first, last, count, .. } = numbers;
    subject.languages.say(|language| {
        let words = match (scope.is_empty(), language) {
            (false, _) => language.pick(
                format!("每一种组合各有 {count} 个号，从 {first} 到 {last}。"),
                format!("Each combination has {count} numbers, from {first} to {last}."),
            ),
            (true, _) => language.pick(
                format!("一共有 {count} 个号，从 {first} 到 {last}。"),
                format!("There are {count} numbers in all, from {first} to {last}."),
            ),
        };
        vec![Span::Words(words)]
    })
}

/// The colour of a segment.
fn tint(book: &RuleBook, part: &AnatomyPart<'_>) -> Tint {
    match part.says {
        Says::Literal => Tint::Literal,
        Says::Value(field, ..) | Says::Text(field, _) => {
            Tint::Field(book.fields().iter().position(|own| own.name == field.name).unwrap_or_default())
        }
        Says::Date(_) => Tint::Date,
        Says::Number(_) => Tint::Number,
        Says::Check(..) => Tint::Check,
    }
}
