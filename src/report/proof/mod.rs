//! What is proved and known of every rule of a book: unique, readable back, how many codes, the
//! check digit, and what happens to its codes outside.
//!
//! The proof itself is made when the book is loaded ([`ProvedBook::load`]); here it is put into
//! words, and what it does not say is computed: from the pattern's language, never by sampling.

pub mod capacity;
mod codes;
mod dictionary;
mod digits;
pub mod field;
pub mod forecast;
mod test;
pub mod unique;
mod words;

use jiff::civil::Date;
use serde::Serialize;

use self::capacity::Capacity;
use self::codes::{Codes, Part};
use self::dictionary::Workshop;
use self::field::Risk;
use self::unique::{Readable, Unique};
pub use self::words::thousands;
use crate::report::check_digit::{self, CheckReport};
use crate::rule::{ProvedBook, Rule};

/// What is said of one rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleReport<'b> {
    /// The rule.
    #[serde(skip)]
    pub rule: &'b Rule,
    /// No two customers get one code.
    pub unique: Unique,
    /// Every code is read in one way.
    pub readable: Readable,
    /// How many codes there are.
    pub capacity: Capacity,
    /// What the check digit catches.
    pub check_digit: Check,
    /// What happens to its codes outside.
    pub in_the_field: Vec<Risk>,
}

/// What keeps mistyped codes apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Check {
    /// The check digit.
    Digit(CheckReport),
    /// There is none; for people, with an example.
    None {
        /// For people.
        words: String,
        /// Two codes of which one is the other mistyped.
        example: Option<[String; 2]>,
    },
}

/// What is said of every rule of a book, in the order of the file; dates are those of the years
/// from `today` on.
pub fn report(book: &ProvedBook, today: Date) -> Vec<RuleReport<'_>> {
    let mut workshop = Workshop::new(today);
    let of_rule = |rule| {
        let codes = Codes::of(book, rule, &mut workshop);
        RuleReport {
            rule,
            unique: unique::unique(book, rule),
            readable: unique::readable(rule),
            capacity: capacity::capacity(&codes),
            check_digit: check_digit::report(rule).map_or_else(|| unchecked(&codes), Check::Digit),
            in_the_field: field::risks(&codes),
        }
    };
    book.rules().iter().map(of_rule).collect()
}

/// What it means that a rule prints no check digit.
fn unchecked(codes: &Codes<'_>) -> Check {
    let example = slip(codes);
    let words = match &example {
        Some([one, other]) => format!("none: {other} mistyped for {one} is another customer's code"),
        None => "none: a mistyped code may be another customer's".to_owned(),
    };
    Check::None { words, example }
}

/// Two codes that follow each other; a slip makes one of them the other.
fn slip(codes: &Codes<'_>) -> Option<[String; 2]> {
    let (index, sequence) = codes.parts().iter().enumerate().find_map(|(index, part)| match part {
        Part::Number(digits) => Some((index, digits.sequence())),
        _ => None,
    })?;
    let first = sequence.after(None)?;
    let printed = |number| {
        let mut text = String::new();
        sequence.print(number, &mut text);
        codes.with(index, &text, &mut |_| true)
    };
    Some([printed(first)?, printed(sequence.after(Some(first))?)?])
}
