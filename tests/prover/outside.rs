//! What the report says of codes outside, beside codes that were really issued.

use custcode::report::proof::field::{Risk, RiskKind};
use custcode::report::proof::{RuleReport, report};
use custcode::rule::{ProvedBook, RuleBook};
use jiff::civil::date;

use super::Issued;

/// Every example is a code of its rule to which it happens; what happens to an issued code is in
/// the report; capacities are right.
pub(super) fn what_is_said_is_so(book: &ProvedBook, issued: &[Issued<'_>]) {
    let reports = report(book, date(2024, 1, 31));
    assert_eq!(reports.len(), book.rules().len());
    for report in &reports {
        for risk in &report.in_the_field {
            happens(book, report, risk);
        }
        let own = || issued.iter().filter(|issued| issued.rule.name == report.rule.name);
        for kind in [RiskKind::LeadingZeros, RiskKind::Scientific, RiskKind::Formula] {
            let known = report.in_the_field.iter().any(|risk| risk.kind == kind);
            if let Some(issued) = own().find(|issued| suffers(kind, &issued.code)) {
                assert!(known, "{}: {kind:?} is not said of {}", report.rule.text, issued.code);
            }
        }
        let issued_at_all = own().count() as u128;
        let years = if report.capacity.each_year { 2 } else { 1 };
        if report.capacity.exact {
            assert!(issued_at_all == 0 || report.capacity.total * years > 0, "{}", report.rule.text);
        }
    }
}

fn happens(book: &RuleBook, report: &RuleReport<'_>, risk: &Risk) {
    let codes: Vec<&str> = risk.codes.iter().map(String::as_str).collect();
    let is_code = |code: &str| book.read(code).is_ok_and(|reading| reading.rule.name == report.rule.name);
    assert!(is_code(codes[0]), "{}: {risk:?}", report.rule.text);
    for code in &codes {
        assert!(risk.words.contains(code), "{risk:?}");
    }
    match (risk.kind, risk.caught) {
        (RiskKind::LookAlike, caught) => {
            assert_eq!(is_code(codes[1]), caught != Some(true), "{}: {risk:?}", report.rule.text);
            let differ = codes[0].bytes().zip(codes[1].bytes()).filter(|(a, b)| a != b).count();
            assert_eq!((differ, codes[0].len()), (1, codes[1].len()), "{risk:?}");
        }
        (kind, _) => assert!(suffers(kind, codes[0]), "{risk:?}"),
    }
}

/// Whether it happens to a code, said in another way than the report does.
fn suffers(kind: RiskKind, code: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        RiskKind::LeadingZeros => code.len() > 1 && code.starts_with('0') && digits(code),
        RiskKind::LongNumber => digits(code) && code.trim_start_matches('0').len() > 11,
        RiskKind::Scientific => code.split_once('E').is_some_and(|(number, power)| {
            let power = power.strip_prefix(['+', '-']).unwrap_or(power);
            digits(number) && digits(power) && power.parse::<u32>().is_ok_and(|power| power <= 307)
        }),
        RiskKind::Formula => code.starts_with(['=', '+', '-', '@']),
        _ => true,
    }
}
