//! What happens to the codes of a rule outside: in spreadsheets, in the eyes of people, in other
//! systems.
//!
//! Every finding is shown with real codes of the rule.

mod dates;
mod excel;
mod look_alike;
mod targets;

use serde::Serialize;

use super::codes::Codes;

/// Something that can happen to a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// What it is about.
    pub kind: RiskKind,
    /// For people, with an example.
    pub words: String,
    /// Codes of the rule to which it happens: one, or two that are taken for each other.
    pub codes: Vec<String>,
    /// Whether the check digit tells two codes apart that are taken for each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caught: Option<bool>,
}

/// The kinds of risks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RiskKind {
    /// A spreadsheet drops the zeros in front.
    LeadingZeros,
    /// More digits than a spreadsheet keeps or shows.
    LongNumber,
    /// Digits around an E: a number with an exponent.
    Scientific,
    /// A decimal number with zeros that are dropped.
    Decimal,
    /// Taken for an amount, a share or a number in groups of three.
    Number,
    /// Taken for a date or a time.
    Date,
    /// Taken for a formula.
    Formula,
    /// Characters that look alike at one place.
    LookAlike,
    /// Lower-case letters.
    LowerCase,
    /// A named target cannot hold it.
    Target,
}

impl RiskKind {
    /// Its word in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeadingZeros => "leading-zeros",
            Self::LongNumber => "long-number",
            Self::Scientific => "scientific",
            Self::Decimal => "decimal",
            Self::Number => "number",
            Self::Date => "date",
            Self::Formula => "formula",
            Self::LookAlike => "look-alike",
            Self::LowerCase => "lower-case",
            Self::Target => "target",
        }
    }
}

/// Everything that is found for the codes of a rule.
pub(super) fn risks(codes: &Codes<'_>) -> Vec<Risk> {
    let mut risks = excel::risks(codes);
    risks.extend(look_alike::risks(codes));
    risks.extend(targets::risks(codes));
    risks
}
