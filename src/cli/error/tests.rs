//! Every error of the registry has its kind, its exit status, and a hint where one helps.

use std::path::PathBuf;
use std::time::Duration;

use super::kind::{give, registry};
use super::*;
use crate::registry::import::Unclear;
use crate::rule::bundle::BundleError;
use crate::rule::{Diagnostics, Outdated, Period, SelectError, UnfitValues};
use crate::{store, table};

fn text(text: &str) -> String {
    text.to_owned()
}

fn broken() -> io::Error {
    io::Error::other("broken")
}

/// Every variant once: the error, its kind, its exit status, whether it comes with a hint.
#[expect(clippy::too_many_lines, reason = "one entry for each variant")]
fn every() -> Vec<(Error, &'static str, u8, bool)> {
    let date = jiff::civil::date(2023, 10, 1);
    let empty = Diagnostics { list: Vec::new(), files: Vec::new() };
    vec![
        (Error::Rules(empty), "rules", 2, true),
        (
            Unclear {
                kind: "no-identity",
                message: "no column of a.csv is known".into(),
                hint: "--map 'a=name'".into(),
                columns: Vec::new(),
            }
            .into(),
            "no-identity",
            2,
            true,
        ),
        (
            BundleError::Read { path: PathBuf::from("r"), source: broken() }.into(),
            "rules-unreadable",
            2,
            false,
        ),
        (BundleError::Unfit { path: PathBuf::from("r"), reason: text("x") }.into(), "rules-unfit", 2, false),
        (BundleError::Decode(text("x")).into(), "store-unusable", 3, false),
        (store::Error::Missing { location: text("l") }.into(), "ledger-missing", 3, true),
        (store::Error::Exists { location: text("l") }.into(), "ledger-exists", 4, true),
        (
            store::Error::Unusable { location: text("l"), reason: text("r") }.into(),
            "store-unusable",
            3,
            false,
        ),
        (
            store::Error::ReadOnly { location: text("l"), reason: text("r"), hint: text("h") }.into(),
            "store-read-only",
            3,
            true,
        ),
        (store::Error::Busy { waited: Duration::from_secs(5), holder: None }.into(), "busy", 5, true),
        (store::Error::Conflict { key: "code", value: text("v") }.into(), "conflict", 4, false),
        (store::Error::Full { detail: text("d") }.into(), "disk-full", 3, true),
        (store::Error::Interrupted.into(), "interrupted", 130, false),
        (store::Error::Engine { context: text("c"), source: Box::new(broken()) }.into(), "store", 3, false),
        (table::ReadError::Io { name: text("f"), source: broken() }.into(), "file-unreadable", 3, false),
        (
            table::ReadError::Malformed {
                name: text("f"),
                line: 3,
                column: None,
                reason: text("r"),
                hint: Some(text("h")),
            }
            .into(),
            "file-malformed",
            3,
            true,
        ),
        (
            table::ReadError::Workbook { name: text("f"), reason: text("r"), hint: Some(text("h")) }.into(),
            "file-malformed",
            3,
            true,
        ),
        (
            table::ReadError::Sheets { name: text("f"), wanted: None, sheets: vec![text("s")] }.into(),
            "ambiguous-sheet",
            2,
            true,
        ),
        (
            table::ReadError::Sheets { name: text("f"), wanted: Some(text("w")), sheets: vec![text("s")] }
                .into(),
            "unknown-sheet",
            2,
            true,
        ),
        (
            table::ReadError::Merged { name: text("f"), sheet: text("s"), range: text("r") }.into(),
            "merged-cells",
            2,
            true,
        ),
        (Error::Erased { message: text("m"), hint: Some(text("h")) }, "erased", 4, true),
        (Error::Unreadable { path: text("p"), source: broken() }, "file-unreadable", 3, false),
        (Error::Output { path: text("p"), source: broken() }, "output", 3, false),
        (Error::OutputExists { path: text("p") }, "output-exists", 4, true),
        (Error::Temporary { folder: PathBuf::from("/tmp"), source: broken() }, "temporary", 3, true),
        (SelectError::Unknown { name: text("n"), suggestion: None }.into(), "unknown-rule", 2, true),
        (
            SelectError::NotInForce { name: text("n"), period: text("p"), date }.into(),
            "rule-not-in-force",
            2,
            true,
        ),
        (SelectError::None { date }.into(), "no-rule", 2, true),
        (
            Error::Unfit { rule: text("r"), source: UnfitValues::Missing { field: text("industry") } },
            "missing-value",
            2,
            true,
        ),
        (
            Error::Unfit {
                rule: text("r"),
                source: UnfitValues::NoAttribute {
                    field: text("type"),
                    key: text("vip"),
                    attribute: text("letter"),
                },
            },
            "no-attribute",
            2,
            false,
        ),
        (
            Error::Unfit {
                rule: text("r"),
                source: UnfitValues::Elsewhere {
                    rule: text("r"),
                    field: text("type"),
                    key: text("vip"),
                    taken: text("personal"),
                },
            },
            "rule-elsewhere",
            2,
            true,
        ),
        (
            Error::Unfit {
                rule: text("r"),
                source: UnfitValues::Underivable { field: text("initials"), reason: text("why") },
            },
            "underivable",
            2,
            true,
        ),
        (
            Error::Unfit {
                rule: text("r"),
                source: UnfitValues::Outdated(Box::new(Outdated {
                    field: text("region"),
                    key: text("east"),
                    label: text("华东"),
                    above: None,
                    period: Period { from: None, until: Some(date) },
                    date,
                    instead: text("north"),
                })),
            },
            "outdated-value",
            2,
            true,
        ),
        (
            Error::UnknownField { name: text("n"), suggestion: None, fields: vec![text("type")] },
            "unknown-field",
            2,
            true,
        ),
        (
            Error::UnknownValue {
                field: text("type"),
                input: text("vpi"),
                expected: text("one of vip"),
                suggestion: Some(text("vip")),
            },
            "unknown-value",
            2,
            true,
        ),
        (Error::usage("m", text("h")), "usage", 2, true),
        (Error::LedgerMissing { location: text("l") }, "ledger-missing", 3, true),
        (Error::NothingToCopy { location: text("l") }, "ledger-missing", 3, true),
        (
            Error::Exhausted {
                rule: text("r"),
                scope: text("[]"),
                limit: 9999,
                left: 0,
                wider: Some(5),
                widens: None,
            },
            "exhausted",
            4,
            true,
        ),
        (Error::Taken { code: text("c"), rule: text("r"), holder: text("h") }, "taken", 4, true),
        (Error::NoCode { rule: text("r"), reason: text("x") }, "no-code", 4, false),
        (Error::Conflict { what: text("w"), code: Some(text("c")), hint: None }, "conflict", 4, true),
        (
            Error::InvalidCode { code: text("c"), reason: text("r"), hint: Some(text("--legacy")) },
            "invalid-code",
            1,
            true,
        ),
        (Error::Void { message: text("m"), code: text("c"), hint: None }, "void", 4, true),
        (
            Error::LikelyCustomer { message: text("m"), only: true, candidates: Vec::new() },
            "likely-customer",
            4,
            true,
        ),
        (
            Error::Several { message: text("m"), candidates: Vec::new(), hint: text("h") },
            "several-customers",
            4,
            true,
        ),
        (Error::Jump { code: text("c"), reason: text("r") }, "jump", 4, true),
        (Error::NotFound { code: text("c"), reason: None }, "not-found", 1, true),
        (Error::StaleRules { reason: text("r") }, "stale-rules", 4, true),
        (Error::BreakingRules { broken: 1, total: 2, examples: Vec::new() }, "breaking-rules", 4, true),
        (Error::Fenced { reason: text("r") }, "fenced", 4, true),
        (Error::Unfinished { of: text("l") }, "unfinished-copy", 4, true),
        (Error::Occupied { location: text("l"), reason: text("r") }, "occupied", 4, true),
        (
            Error::NotABackup { path: text("b.db"), reason: text("r"), hint: Some(text("h")) },
            "not-a-backup",
            3,
            true,
        ),
        (Error::Differs { what: text("w") }, "copy-differs", 3, true),
        (Error::Unsound { location: text("l"), findings: 2, first: text("f") }, "unsound", 3, true),
        (Error::OtherBreaks { asked: 1, broken: 2, total: 3 }, "other-breaks", 4, true),
        (Error::AnotherList { contradicting: 3, met: 3, first: text("f") }, "another-list", 4, true),
        (Error::Unconfirmed { question: text("q") }, "unconfirmed", 2, true),
        (Error::BadDate { date, reason: text("r") }, "bad-date", 2, true),
    ]
}

#[test]
fn every_error_has_kind_status_and_hint() {
    for (error, kind, exit, hinted) in every() {
        let verdict = registry(&error);
        assert_eq!((error.kind(), verdict.exit, verdict.hint.is_some()), (kind, exit, hinted), "{error:?}");
    }
}

#[test]
fn messages_are_lower_case_sentences_without_full_stop() {
    for (error, ..) in every() {
        let message = error.to_string();
        assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "{message}");
    }
}

#[test]
fn a_cause_is_told_once() {
    let told: Error = table::ReadError::Io { name: text("f"), source: broken() }.into();
    assert!(causes(&Failure::Registry(told)).is_empty());
    let untold: Error = BundleError::Read { path: PathBuf::from("r"), source: broken() }.into();
    assert_eq!(causes(&Failure::Registry(untold)), ["broken"]);
}

#[test]
fn a_refusal_of_the_system_is_told_with_its_cause() {
    let failure = Failure::System(anyhow::Error::new(broken()).context("could not find the current folder"));
    assert_eq!(message(&failure), "could not find the current folder");
    assert_eq!(causes(&failure), ["broken"]);
    assert_eq!((kind(&failure), classify(&failure).exit), ("system", 3));
}

#[test]
fn hints_name_the_option_of_the_field() {
    assert_eq!(give("type", "vip"), "--type vip");
    assert_eq!(give("industry", "services"), "--set industry=services");
}

#[test]
fn signals_have_the_shell_s_status() {
    assert_eq!(classify(&Failure::Interrupted(2)).exit, 130);
    assert_eq!(classify(&Failure::Interrupted(15)).exit, 143);
}

#[test]
fn only_code_like_words_are_taken_for_codes() {
    use clap::Parser;
    let hint = |word: &str| {
        let error = crate::cli::Cli::try_parse_from(["custcode", word]).expect_err("no command");
        code_like(&error).map(str::to_owned)
    };
    assert_eq!(hint("01A0001").as_deref(), Some("01A0001"));
    assert_eq!(hint("C20231001-0001").as_deref(), Some("C20231001-0001"));
    assert_eq!(hint("lsit"), None);
    assert_eq!(hint("a;rm1"), None);
}
