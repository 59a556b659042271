//! What the check digit protects from, and what to do when something is not as it should be.

use super::Subject;
use crate::code::Algorithm;
use crate::report::anatomy::Says;
use crate::report::guide::document::{Block, Span, words};

/// Appends what check digits see, or that there are none.
pub(super) fn check_digits(subject: &Subject<'_>, blocks: &mut Vec<Block>) {
    blocks.push(subject.section("check", "校验码防什么", "What the check digit protects from"));
    let checked: Vec<(&str, Algorithm)> = subject
        .anatomies
        .iter()
        .filter_map(|anatomy| {
            let checker = anatomy.parts.iter().find_map(|part| match &part.says {
                Says::Check(algorithm, _) => Some(*algorithm),
                _ => None,
            })?;
            Some((anatomy.rule.name.as_str(), checker))
        })
        .collect();
    if checked.is_empty() {
        blocks.push(subject.paragraph(
            "这些编码没有校验码：打错一个字符可能得到另一个客户的编码，所以请复制，不要手抄。",
            "These codes have no check digit: one wrong character can make the code of another customer, so copy codes, do not write them down by hand.",
        ));
        return;
    }
    blocks.push(subject.paragraph(
        "校验码由编码的其余部分算出，抄错、打错时多半对不上，程序就会拒绝。它不能证明编码真的发过：请用 `custcode show 编码` 查台账。",
        "A check digit is computed from the rest of the code; after most slips of the pen it no longer fits, and the program refuses the code. It does not prove that the code was ever given: `custcode show CODE` looks it up.",
    ));
    let line = |(rule, algorithm): &(&str, Algorithm)| {
        subject.languages.say(|language| {
            let sees = language.pick(protection(*algorithm).0, protection(*algorithm).1);
            let mut line = vec![Span::Code((*rule).to_owned())];
            line.extend(words(language.pick("：", ": ")));
            line.push(Span::Code(algorithm.name().to_owned()));
            line.extend(words(language.pick("，", ", ")));
            line.extend(words(sees));
            line
        })
    };
    blocks.push(Block::Points(checked.iter().map(line).collect()));
}

/// What an algorithm sees, without figures: those depend on the rule, and `rules check` has them.
fn protection(algorithm: Algorithm) -> (&'static str, &'static str) {
    match algorithm {
        Algorithm::Sum10 => (
            "看得出打错一位数字，看不出相邻两位颠倒。",
            "sees one wrong digit, but not two neighbours that were swapped.",
        ),
        Algorithm::Weighted => (
            "看得出多数打错的字符；相邻两位颠倒能否看出，取决于所用的权数。",
            "sees most wrong characters; whether it sees two adjacent transpositions depends on its weights.",
        ),
        _ => (
            "看得出几乎所有打错一个字符和相邻两位颠倒的情况。",
            "sees nearly every single wrong character and nearly every two neighbours that were swapped.",
        ),
    }
}

/// Appends what to do when …
pub(super) fn questions(subject: &Subject<'_>, blocks: &mut Vec<Block>) {
    blocks.push(subject.section("help", "遇到问题怎么办", "What to do when …"));
    for (index, [question, answer]) in QUESTIONS.iter().enumerate() {
        blocks.push(Block::Heading {
            level: 3,
            anchor: format!("help-{}", index + 1),
            text: subject.languages.fixed(question.0, question.1),
        });
        blocks.push(subject.paragraph(answer.0, answer.1));
        if index == RETYPED {
            blocks.push(printed_fields(subject));
        }
    }
}

/// Which fields are in the codes: their change is a decision, that of the others is not.
fn printed_fields(subject: &Subject<'_>) -> Block {
    let fields = subject.book.fields();
    let printed: Vec<&str> = fields
        .iter()
        .filter(|field| {
            subject.book.rules().iter().any(|rule| rule.printed_fields().contains(&field.name.as_str()))
        })
        .map(|field| field.label.as_str())
        .collect();
    Block::Paragraph(subject.languages.say(|language| {
        let list = language.list(&printed);
        let words = if printed.is_empty() {
            language.pick("编码里没有任何属性。", "No attribute is part of a code.").to_owned()
        } else {
            language.pick(
                format!("印在某些编码里的属性：{list}。"),
                format!("Attributes that some codes show: {list}."),
            )
        };
        vec![Span::Words(words)]
    }))
}

/// The question after which the printed fields are named.
const RETYPED: usize = 2;

/// Question and answer, each in Chinese and in English.
const QUESTIONS: [[(&str, &str); 2]; 8] = [
    [
        ("编码通不过检查", "A code does not validate"),
        (
            "输入 `custcode validate 编码`，尖号 ^ 指着出错的字符，旁边写着那里应该是什么。回到最早的来源（合同、系统里的记录）核对，常见的是 0 和 O、1 和 I 看错、少抄一位。不要凭猜测改编码：改出来的可能是别的客户。只差大小写、全角或空格时，`custcode validate --normalize 编码` 会给出正确写法。",
            "Type `custcode validate CODE`: the caret ^ points at the wrong character, and beside it stands what belongs there. Compare with where the code came from first (the contract, the record in the system); usually somebody took 0 for O or 1 for I, or left one out. Do not mend a code by guessing: the result may be another customer. Where only case, full width or blanks differ, `custcode validate --normalize CODE` gives the right spelling.",
        ),
    ],
    [
        ("客户已经有编码", "The customer already has a code"),
        (
            "用原来的编码，不要再取一个。`custcode list --name \"客户名称\"` 按名称查，`custcode show 编码` 看是不是同一家。发现一个客户有两个编码时，不要自己作废其中一个：先请管理台账的同事决定留哪个。",
            "Use that code, and do not get another one. `custcode list --name \"customer name\"` finds it by name, `custcode show CODE` tells whether it is the same customer. If one customer turns out to have two codes, do not cancel one yourself: whoever keeps the ledger decides which stays.",
        ),
    ],
    [
        ("客户的类型或其他属性变了", "A customer changes its type"),
        (
            "编码是名字，不是档案：发出以后不再改变，即使里面的类型已经不对。编码里没有的属性可以直接改：`custcode edit 编码 --set 属性=值`，改名用 `--name \"新名称\"`。编码里印着的属性变了，请告诉管理台账的同事；不要为此作废旧编码、重取新编码。",
            "A code is a name, not a file: once given it stays as it is, even when the type in it is out of date. What the code does not show can be changed at once: `custcode edit CODE --set FIELD=VALUE`, or `--name \"new name\"`. If something changes that the code shows, tell whoever keeps the ledger; do not cancel the code to get a new one.",
        ),
    ],
    [
        ("取错了号，号码浪费了", "A number was wasted"),
        (
            "作废它，并写明原因：`custcode void 编码 --reason \"重复录入\"`。作废的号永远不再使用，断一个号没有关系。如果当时给了 `--ref`，再加 `--drop-refs`，客户才能另取新号。",
            "Cancel it, with the reason: `custcode void CODE --reason \"entered twice\"`. Its number is never used again, and a missing number does no harm. If it was asked for with `--ref`, add `--drop-refs`, so that the customer can get a new code.",
        ),
    ],
    [
        ("号码用完了", "The numbers run out"),
        (
            "程序提示号码已用完（退出码 4）时，什么也没有写入。不要改用别的规则，也不要自己加一位；请告诉管理规则文件的同事，由他增加一条更长的规则。原有编码仍然有效。",
            "When the program says that no number is left (exit status 4), nothing was written. Do not take another rule, and do not add a digit yourself: tell whoever keeps the rule file, who adds a rule with longer numbers. The codes given so far stay valid.",
        ),
    ],
    [
        ("Excel 吃掉了编码前面的零", "Excel ate the zeros"),
        (
            "不要保存那个文件，也不要手工补零。在 Excel 里用“数据 → 从文本/CSV”打开，把编码那一列设为“文本”。已经存坏的文件，用 `custcode export -o customers.csv --encoding utf-8-bom` 重新导出。`custcode validate --file 文件.csv --column 列名` 能查出一个文件里所有坏掉的编码。",
            "Do not save that file, and do not put zeros back by hand. In Excel open it with Data → From Text/CSV, and make the column of the codes Text. If it was saved already, write it anew: `custcode export -o customers.csv --encoding utf-8-bom`. `custcode validate --file FILE.csv --column HEADER` finds every damaged code in a file.",
        ),
    ],
    [
        ("台账正忙", "The ledger is busy"),
        (
            "别人正在写台账，程序会排队等一分钟，并说出是谁。等不到（退出码 5）时什么也没有写入，放心再试一次；`--wait 300` 等得更久。",
            "Somebody else is writing; the program queues for a minute and says who it is. If that was not enough (exit status 5), nothing was written: simply try again; `--wait 300` waits longer.",
        ),
    ],
    [
        ("两个人断网时都要取号", "Two people want codes offline"),
        (
            "不要各带一份台账：两份台账会发出同样的号。把客户记在一个表格里，编码留空，联网后用 `custcode import 文件.csv -o coded.csv` 一次取号；急用的，打电话请能连上台账的同事代取。",
            "Do not take a copy of the ledger along: two ledgers give the same numbers. Write the customers into a table, leave the code empty, and once connected get all codes with `custcode import FILE.csv -o coded.csv`. If it cannot wait, call a colleague who reaches the ledger.",
        ),
    ],
];
