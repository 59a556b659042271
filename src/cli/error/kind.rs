//! Every kind of error with its exit status, its hint and its details. The kinds of the registry's
//! errors are said in [`Error::kind`].

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::failure::Failure;
use super::problems::problems;
use crate::registry::Error;
use crate::registry::transfer::fence::Fence;
use crate::rule::bundle::BundleError;
use crate::rule::{Diagnostics, Outdated, SelectError, UnfitValues};
use crate::{store, table};

/// What an error is to a caller, beside its kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Class {
    pub(super) exit: u8,
    pub(super) hint: Option<String>,
    pub(super) details: Map<String, Value>,
}

/// The kind of a failure.
pub(super) fn kind(failure: &Failure) -> &'static str {
    match failure {
        Failure::Registry(error) => error.kind(),
        Failure::System(_) => "system",
        Failure::Stdout(_) => "output",
        Failure::Interrupted(_) | Failure::Halted(_) => "interrupted",
    }
}

/// The class of a failure.
pub(super) fn classify(failure: &Failure) -> Class {
    match failure {
        Failure::Registry(error) => registry(error),
        Failure::System(_) => bare(3),
        Failure::Stdout(_) => hinted(
            3,
            "what was issued, if anything, is in the ledger: repeat with the same --ref or --request-id, or type custcode list",
        ),
        Failure::Interrupted(signal) | Failure::Halted(signal) => bare(128 + signal),
    }
}

/// The table of the registry's errors.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn registry(error: &Error) -> Class {
    match error {
        Error::Rules(diagnostics) => hinted(2, "custcode rules check")
            .with([("problems", json(&problems(diagnostics)))]),
        Error::Mask { system, findings } => mask(system, findings),
        Error::Bundle(error) => bundle(error),
        Error::RulesUnseen { path, .. } => rules_unseen(path),
        Error::Untrusted { path, owner } => untrusted(path, owner),
        Error::Orphan { ledger, .. } => orphan(ledger),
        Error::RulesElsewhere { files } => elsewhere(files),
        Error::Store(error) => stored(error),
        Error::Unchecked { part, source } => stored(source).with([("part", (*part).into())]),
        Error::Table(error) => table(error),
        Error::Unreadable { path, .. } => bare(3).with([("file", path.as_str().into())]),
        Error::Columns(unclear) => bare(2)
            .hinted(unclear.hint.clone())
            .with([("columns", json(&unclear.columns))]),
        Error::Output { path, .. } => bare(3).with([("path", path.as_str().into())]),
        Error::OutputExists { path } => hinted(4, "--force replaces it; or name another file")
            .with([("path", path.as_str().into())]),
        Error::Unpublished { path, .. } => unpublished(path),
        Error::Temporary { folder, .. } => {
            hinted(3, "set TMPDIR to a folder with space that can be written")
                .with([("folder", folder.to_string_lossy().into())])
        }
        Error::Select(error) => select(error),
        Error::Unfit { rule, source } => unfit(rule, source),
        Error::UnknownField { name, suggestion, fields } => unknown_field(name, suggestion.as_ref(), fields),
        Error::UnknownValue { field, input, expected, suggestion } => {
            unknown_value(field, input, expected, suggestion.as_ref())
        }
        Error::Usage { hint, .. } => bare(2).hinted(hint.clone()),
        Error::LedgerMissing { location } => ledger_missing(location),
        Error::NothingToCopy { location } => hinted(3,
            "FROM is the ledger that is copied: look at its path; custcode store info names yours",
        )
        .with([("location", location.as_str().into())]),
        Error::Exhausted { rule, scope, limit, left, wider, widens } => bare(4)
            .hinted(more_digits(rule, *wider, *widens))
            .with([
                ("left", (*left).into()),
                ("rule", rule.as_str().into()),
                ("scope", crate::registry::scope::parts(scope).into()),
                ("limit", (*limit).into()),
            ]),
        Error::Taken { code, rule, holder } => bare(4).hinted(format!("custcode show {code}")).with([
            ("code", code.as_str().into()),
            ("rule", rule.as_str().into()),
            ("holder", holder.as_str().into()),
        ]),
        Error::NoCode { rule, reason } => {
            bare(4).with([("rule", rule.as_str().into()), ("reason", reason.as_str().into())])
        }
        Error::Conflict { code, hint, .. } => bare(4)
            .hinted(hint.clone().or_else(|| code.as_ref().map(|code| format!("custcode show {code}"))))
            .with([("code", code.clone().into())]),
        Error::Void { code, hint, .. } => bare(4)
            .hinted(hint.clone().unwrap_or_else(|| format!("custcode show {code}")))
            .with([("code", code.as_str().into())]),
        Error::LikelyCustomer { only, candidates, .. } => hinted(4,
            if *only {
                "--likely attach: it is the same customer; --likely new: it is another one"
            } else {
                "--ref tells them apart; --likely new: it is none of them"
            },
        )
        .with([("candidates", json(candidates))]),
        Error::Several { candidates, hint, .. } => {
            bare(4).hinted(hint.clone()).with([("candidates", json(candidates))])
        }
        Error::DroppedReference { code, .. } => hinted(4,
            "--reuse-ref gives it to this customer",
        )
        .with([("code", code.as_str().into())]),
        Error::Erased { hint, .. } => bare(4).hinted(hint.clone()),
        Error::InvalidCode { code, reason, hint } => bare(1)
            .hinted(hint.clone())
            .with([("code", code.as_str().into()), ("reason", reason.as_str().into())]),
        Error::Jump { code, reason } => hinted(4,
            "--allow-jump takes it and goes on above it; --keep-below takes it and goes on below it",
        )
        .with([("code", code.as_str().into()), ("reason", reason.as_str().into())]),
        Error::NotFound { code, reason } => bare(1)
            .hinted(match code.trim() {
                "" => "name a code; custcode list shows those of all customers".to_owned(),
                code => match code.strip_prefix("ref:") {
                    Some(reference) => format!("custcode find {}", quoted(reference)),
                    None => format!("custcode validate {}", quoted(code)),
                },
            })
            .with([("code", code.as_str().into()), ("reason", reason.clone().into())]),
        Error::StaleRules { reason } => {
            hinted(4, "fetch the current rule file, or name it with --rules FILE; custcode rules adopt goes back on purpose")
                .with([("reason", reason.as_str().into())])
        }
        Error::BreakingRules { broken, total, examples } => breaking(*broken, *total, examples),
        Error::OtherBreaks { asked, broken, total } => other_breaks(*asked, *broken, *total),
        Error::Fenced { reason } => fenced(reason),
        Error::Unfinished { of } => unfinished(of),
        Error::Occupied { location, reason } => occupied(location, reason),
        Error::NotABackup { path, reason, hint } => bare(3)
            .hinted(hint.clone())
            .with([("path", path.as_str().into()), ("reason", reason.as_str().into())]),
        Error::Differs { what } => hinted(3, "repeat the same command: it begins again; custcode store check looks at both")
            .with([("what", what.as_str().into())]),
        Error::Unsound { location, findings, first } => unsound(location, *findings, first),
        Error::AnotherList { contradicting, met, first } => hinted(4,
            "--ref-prefix BJ: keeps its references apart from those of other lists; --yes takes them for the same \
             customers, who were renamed",
        )
        .with([
            ("contradicting", (*contradicting).into()),
            ("met", (*met).into()),
            ("first", first.as_str().into()),
        ]),
        Error::Unconfirmed { question } => hinted(2, "add --yes")
            .with([("question", question.as_str().into())]),
        Error::BadDate { date, reason } => hinted(2, "--date YYYY-MM-DD")
            .with([("date", date.to_string().into()), ("reason", reason.as_str().into())]),
    }
}

fn unknown_field(name: &str, suggestion: Option<&String>, fields: &[String]) -> Class {
    bare(2)
        .hinted(match suggestion {
            Some(nearest) => format!("did you mean {nearest}?"),
            None if fields.is_empty() => {
                "the rule file declares no fields; free attributes are given with --attr".to_owned()
            }
            None => format!("known are {}; free attributes are given with --attr", fields.join(", ")),
        })
        .with([
            ("field", name.into()),
            ("suggestion", suggestion.cloned().into()),
            ("fields", fields.to_owned().into()),
        ])
}

fn unknown_value(field: &str, input: &str, expected: &str, suggestion: Option<&String>) -> Class {
    bare(2)
        .hinted(suggestion.map(|nearest| format!("did you mean {nearest}? {}", give(field, nearest))))
        .with([
            ("field", field.into()),
            ("input", input.into()),
            ("expected", expected.into()),
            ("suggestion", suggestion.cloned().into()),
        ])
}

fn unpublished(path: &str) -> Class {
    hinted(3, "import the same file again: it issues nothing new and writes the codes")
        .with([("path", path.into())])
}

fn rules_unseen(path: &Path) -> Class {
    hinted(3, "put it right, or name what you mean: --rules FILE; --rules builtin means the built-in rules")
        .with([("path", path.to_string_lossy().into())])
}

fn untrusted(path: &Path, owner: &str) -> Class {
    let folder = path.parent().unwrap_or(Path::new("/")).display();
    bare(3)
        .hinted(format!(
            "if you trust it: --rules {}, or CUSTCODE_TRUST={folder}, or a line {folder} in the file custcode/trust of your config folder",
            path.display()
        ))
        .with([("path", path.to_string_lossy().into()), ("owner", owner.into())])
}

fn orphan(ledger: &Path) -> Class {
    bare(3)
        .hinted(format!(
            "bring its rules.toml back, or name what you mean: --rules FILE, --rules builtin, --store {}",
            ledger.display()
        ))
        .with([("ledger", ledger.to_string_lossy().into())])
}

fn elsewhere(files: &[PathBuf]) -> Class {
    let first = files.first().map(|file| file.display().to_string()).unwrap_or_default();
    let list: Vec<Value> = files.iter().map(|file| file.to_string_lossy().into()).collect();
    bare(3)
        .hinted(format!("--rules {first} names one; --rules builtin means the built-in rules"))
        .with([("files", list.into())])
}

/// How a rule goes on that has used up its numbers.
fn more_digits(rule: &str, wider: Option<usize>, widens: Option<jiff::civil::Date>) -> String {
    match (widens, wider) {
        (Some(day), _) => format!(
            "rule {rule} prints more digits from {day} on: bring that day forward, or give --date {day}"
        ),
        (None, Some(width)) => format!(
            "in the rule file, let rule {rule} print more digits: seq = {{ widen = {{ from = YYYY-MM-DD, to = {width} }} }}; its old codes stay valid"
        ),
        (None, None) => format!(
            "no number has more digits than those of rule {rule}: write another rule whose codes begin otherwise; its old codes stay valid"
        ),
    }
}

fn breaking(broken: u64, total: u64, examples: &[String]) -> Class {
    bare(4)
        .hinted(format!(
            "custcode rules diff shows all; keep the old rule beside the new one (a renamed rule keeps its old name as id = \"…\"), or accept it: custcode rules adopt --breaks {broken}",
        ))
        .with([("broken", broken.into()), ("total", total.into()), ("examples", examples.into())])
}

fn other_breaks(asked: u64, broken: u64, total: u64) -> Class {
    hinted(4, "look again with custcode rules diff, then agree to that number").with([
        ("asked", asked.into()),
        ("broken", broken.into()),
        ("total", total.into()),
    ])
}

fn fenced(reason: &str) -> Class {
    bare(4).hinted(Fence::read(reason).advice()).with([("reason", reason.into())])
}

fn unfinished(of: &str) -> Class {
    let advice = Fence::Unfinished { of: of.to_owned() }.advice();
    bare(4).hinted(advice).with([("of", of.into())])
}

fn occupied(location: &str, reason: &str) -> Class {
    hinted(4, "name another place, or move away what is there")
        .with([("location", location.into()), ("reason", reason.into())])
}

fn unsound(location: &str, findings: u64, first: &str) -> Class {
    bare(3)
        .hinted(format!(
            "custcode store check --store {location} names everything; custcode store backup saves it as it is"
        ))
        .with([("location", location.into()), ("findings", findings.into()), ("first", first.into())])
}

fn bundle(error: &BundleError) -> Class {
    match error {
        BundleError::Read { path, .. } | BundleError::Unfit { path, .. } => {
            bare(2).with([("path", path.to_string_lossy().into())])
        }
        BundleError::Decode(_) => bare(3),
    }
}

fn stored(error: &store::Error) -> Class {
    use store::Error as E;
    match error {
        E::Missing { location } => ledger_missing(location),
        E::Exists { location } => hinted(4,
            "it is ready for use, see custcode store info; --store LEDGER makes another one",
        )
        .with([("location", location.as_str().into())]),
        E::Unusable { location, reason } => bare(3)
            .with([("location", location.as_str().into()), ("reason", reason.as_str().into())]),
        E::Old { location, version } => hinted(3,
            "bring its customers over: custcode export -o customers.csv with the program that made it, \
             then custcode init and custcode import customers.csv with this one; codes and counters come along, \
             history, gaps and leases stay in the old ledger",
        )
        .with([("location", location.as_str().into()), ("version", (*version).into())]),
        E::ReadOnly { location, reason, hint } | E::Refused { location, reason, hint } => bare(3)
            .hinted(hint.clone())
            .with([("location", location.as_str().into()), ("reason", reason.as_str().into())]),
        E::Busy { waited, holder } => hinted(5, "safe to repeat; --wait SECONDS waits longer")
            .with([("waited", waited.as_secs().into()), ("holder", holder.clone().into())]),
        E::Conflict { key, value } => {
            bare(4).with([("key", (*key).into()), ("value", value.as_str().into())])
        }
        E::Full { .. } => hinted(3, "free some space and repeat; the ledger is as it was"),
        E::Unreachable { location, reason } => {
            hinted(5, "safe to repeat once the server answers")
                .with([("location", location.as_str().into()), ("reason", reason.as_str().into())])
        }
        E::Uncertain { location, reason } => hinted(3,
            "look before repeating (custcode list), or repeat with the same --ref or --request-id: that issues nothing twice",
        )
        .with([("location", location.as_str().into()), ("reason", reason.as_str().into())]),
        E::Address { hint, .. } => bare(2).hinted(hint.clone()),
        E::Interrupted => bare(130),
        E::Engine { context, .. } => bare(3).with([("context", context.as_str().into())]),
    }
}

fn ledger_missing(location: &str) -> Class {
    hinted(3, "custcode init makes a new, empty one; --store LEDGER names the one you have")
        .with([("location", location.into())])
}

fn table(error: &table::ReadError) -> Class {
    match error {
        table::ReadError::Io { name, .. } => bare(3).with([("file", name.as_str().into())]),
        table::ReadError::Malformed { name, line, column, reason, hint } => {
            bare(3).hinted(hint.clone()).with([
                ("file", name.as_str().into()),
                ("line", (*line).into()),
                ("column", (*column).into()),
                ("reason", reason.as_str().into()),
            ])
        }
        table::ReadError::AmbiguousEncoding { name, candidates } => {
            let options: Vec<String> =
                candidates.iter().map(|it| format!("--encoding {}", it.encoding)).collect();
            let told = candidates
                .iter()
                .map(|it| serde_json::json!({ "encoding": it.encoding.name(), "sample": it.sample }));
            bare(2)
                .hinted(format!("say which one reads right: {}", options.join(" or ")))
                .with([("file", name.as_str().into()), ("candidates", told.collect::<Vec<_>>().into())])
        }
        table::ReadError::AmbiguousDelimiter { name, candidates } => {
            let options: Vec<String> =
                candidates.iter().map(|(delimiter, _)| format!("--delimiter '{delimiter}'")).collect();
            let told = candidates
                .iter()
                .map(|(delimiter, cells)| serde_json::json!({ "delimiter": delimiter, "header": cells }));
            bare(2)
                .hinted(format!("say which one reads right: {}", options.join(" or ")))
                .with([("file", name.as_str().into()), ("candidates", told.collect::<Vec<_>>().into())])
        }
        table::ReadError::Workbook { name, reason, hint } => bare(3)
            .hinted(hint.clone())
            .with([("file", name.as_str().into()), ("reason", reason.as_str().into())]),
        table::ReadError::Sheets { name, sheets, .. } => {
            let options: Vec<String> = sheets.iter().map(|sheet| format!("--sheet '{sheet}'")).collect();
            let all = if sheets.len() > 1 { ", or --sheet all" } else { "" };
            bare(2)
                .hinted(format!("{}{all}", options.join(", ")))
                .with([("file", name.as_str().into()), ("sheets", sheets.clone().into())])
        }
        table::ReadError::Merged { name, sheet, range } => {
            hinted(2, "--fill-merged takes the value for each of these cells; or unmerge them").with([
                ("file", name.as_str().into()),
                ("sheet", sheet.as_str().into()),
                ("range", range.as_str().into()),
            ])
        }
    }
}

fn select(error: &SelectError) -> Class {
    match error {
        SelectError::Unknown { name, suggestion } => bare(2)
            .hinted(match suggestion {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => "custcode rules show".to_owned(),
            })
            .with([("rule", name.as_str().into()), ("suggestion", suggestion.clone().into())]),
        SelectError::NotInForce { name, date, .. } => bare(2)
            .hinted("another --date or another --rule; custcode rules show".to_owned())
            .with([("rule", name.as_str().into()), ("date", date.to_string().into())]),
        SelectError::None { date } => {
            hinted(2, "--rule NAME, or default_rule = \"…\" in the rule file; custcode rules show")
                .with([("date", date.to_string().into())])
        }
    }
}

fn unfit(rule: &str, error: &UnfitValues) -> Class {
    match error {
        UnfitValues::Missing { field } => bare(2)
            .hinted(give(field, "VALUE"))
            .with([("rule", rule.into()), ("field", field.as_str().into())]),
        UnfitValues::Underivable { field, reason } => {
            bare(2).hinted(format!("give the value itself: {}", give(field, "VALUE"))).with([
                ("rule", rule.into()),
                ("field", field.as_str().into()),
                ("reason", reason.as_str().into()),
            ])
        }
        UnfitValues::Elsewhere { rule, field, key, taken } => bare(2)
            .hinted("another --rule, or none to let the rule file choose; custcode rules show".to_owned())
            .with([
                ("rule", rule.as_str().into()),
                ("field", field.as_str().into()),
                ("value", key.as_str().into()),
                ("taken", taken.as_str().into()),
            ]),
        UnfitValues::Outdated(value) => outdated(rule, value),
        UnfitValues::NoAttribute { field, key, attribute } => bare(2).with([
            ("rule", rule.into()),
            ("field", field.as_str().into()),
            ("value", key.as_str().into()),
            ("attribute", attribute.as_str().into()),
        ]),
    }
}

fn outdated(rule: &str, value: &Outdated) -> Class {
    let date = format!("--date {} if that is the customer's record date", value.period.nearest(value.date));
    let hint = if value.instead.is_empty() {
        date
    } else {
        format!("{}, one of {}; or {date}", give(&value.field, "VALUE"), value.instead)
    };
    let day = |day: Option<jiff::civil::Date>| Value::from(day.map(|day| day.to_string()));
    bare(2).hinted(hint).with([
        ("rule", rule.into()),
        ("field", value.field.as_str().into()),
        ("value", value.key.as_str().into()),
        ("label", value.label.as_str().into()),
        ("above", value.above.as_ref().map(|(key, _)| key.as_str()).into()),
        ("from", day(value.period.from)),
        ("until", day(value.period.until)),
        ("date", value.date.to_string().into()),
    ])
}

/// The option that gives a field its value.
pub(super) fn give(field: &str, value: &str) -> String {
    match field {
        "type" | "region" => format!("--{field} {value}"),
        _ => format!("--set {field}={value}"),
    }
}

fn mask(system: &str, findings: &Diagnostics) -> Class {
    bare(2).with([("system", system.into()), ("problems", json(&problems(findings)))])
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,+@%".contains(c) || !c.is_ascii();
    if word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', "'\\''")).into() }
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn bare(exit: u8) -> Class {
    Class { exit, hint: None, details: Map::new() }
}

fn hinted(exit: u8, hint: &str) -> Class {
    bare(exit).hinted(hint.to_owned())
}

impl Class {
    fn hinted(self, hint: impl Into<Option<String>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    fn with<const N: usize>(self, details: [(&str, Value); N]) -> Self {
        let details = details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { details, ..self }
    }
}
