//! What the systems that a rule file names (`targets`) cannot hold, and letters that change their
//! case on the way.

use super::super::codes::Codes;
use super::super::test::Test;
use super::{Risk, RiskKind};
use crate::rule::target::{Limit, LimitKind};

/// Everything that is found for the codes of a rule.
pub(super) fn risks(codes: &Codes<'_>) -> Vec<Risk> {
    let one = |kind, words, code| Risk { kind, words, codes: vec![code], caught: None };
    let small = codes.find(&LowerCase);
    let mut risks = Vec::new();
    if let Some(code) = &small {
        let words = format!(
            "prints lower-case letters, which some systems make capitals: {code} becomes {}",
            code.to_ascii_uppercase()
        );
        risks.push(one(RiskKind::LowerCase, words, code.clone()));
    }
    let (_, longest) = codes.rule.pattern.widths();
    for target in codes.book.targets() {
        for Limit { kind, verified } in target.limits {
            let known = if *verified { "verified" } else { "not verified" };
            match kind {
                LimitKind::Length(most) if longest > *most => {
                    let Some(code) = codes.find(&LongerThan(*most)) else { continue };
                    let words = format!(
                        "{} holds {most} characters ({known}), and {code} has {}",
                        target.title,
                        code.chars().count()
                    );
                    risks.push(one(RiskKind::Target, words, code));
                }
                LimitKind::Capitals => {
                    let Some(code) = &small else { continue };
                    let capitals = code.to_ascii_uppercase();
                    let words =
                        format!("{} keeps capitals only ({known}): {code} becomes {capitals}", target.title);
                    risks.push(one(RiskKind::Target, words, code.clone()));
                }
                LimitKind::Length(_) => {}
            }
        }
    }
    risks
}

/// More characters than this; codes are ASCII.
struct LongerThan(usize);

impl Test for LongerThan {
    fn name(&self) -> (&'static str, usize) {
        ("longer", self.0)
    }

    fn step(&self, state: u32, _: u8) -> Option<u32> {
        Some(state.saturating_add(1))
    }

    fn accepts(&self, state: u32) -> bool {
        state as usize > self.0
    }
}

/// A lower-case letter somewhere.
struct LowerCase;

impl Test for LowerCase {
    fn name(&self) -> (&'static str, usize) {
        ("lower-case", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        Some(state | u32::from(byte.is_ascii_lowercase()))
    }

    fn accepts(&self, state: u32) -> bool {
        state == 1
    }
}
