//! Rejected rows as they are told: rows with equal faults in one message.

use std::collections::HashMap;

use serde::Serialize;

use crate::registry::import::Rejection;

/// Rows with equal faults that are told one by one.
const FEW: usize = 3;
/// Further rows of a message that are named.
const NAMED: usize = 5;
/// Different faults that are told; the memory of a run does not grow with its rows.
const MOST: usize = 200;

/// Gathers the rejected rows of a run.
#[derive(Default)]
pub(crate) struct Rejections {
    /// The number of each fault, by its text without values.
    faults: HashMap<String, usize>,
    equal: Vec<Equal>,
    rows: u64,
    /// Rows with faults beyond [`MOST`].
    others: u64,
}

/// Rows with equal faults.
struct Equal {
    count: u64,
    /// The first of them: its place among all that are rejected, and what is told of it.
    first: Vec<(u64, u64, String)>,
}

/// A message on rejected rows.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    /// The message.
    pub(crate) rejected: String,
    /// How many rows it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// The first of these rows, where there are many.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<u64>>,
}

impl Rejections {
    /// Adds a row.
    pub(crate) fn add(&mut self, rejection: &Rejection<'_>) {
        self.rows += 1;
        let fault = fault(rejection.reason);
        let number = match self.faults.get(&fault) {
            Some(number) => *number,
            None if self.equal.len() == MOST => {
                self.others += 1;
                return;
            }
            None => {
                self.faults.insert(fault, self.equal.len());
                self.equal.push(Equal { count: 0, first: Vec::new() });
                self.equal.len() - 1
            }
        };
        let equal = &mut self.equal[number];
        equal.count += 1;
        if equal.first.len() < FEW {
            equal.first.push((self.rows, rejection.row, rejection.to_string()));
        } else if equal.first.len() < NAMED {
            equal.first.push((self.rows, rejection.row, String::new()));
        }
    }

    /// The messages, in the order of their first rows.
    pub(crate) fn told(self) -> Vec<Told> {
        let mut told = Vec::new();
        for Equal { count, mut first } in self.equal {
            if count <= FEW as u64 {
                let single = |(place, _, rejected)| (place, Told { rejected, count: None, rows: None });
                told.extend(first.into_iter().map(single));
                continue;
            }
            let rows: Vec<u64> = first.iter().map(|(_, row, _)| *row).collect();
            let (place, _, message) = first.swap_remove(0);
            let named: Vec<String> = rows.iter().map(u64::to_string).collect();
            let more = if count > NAMED as u64 { " …" } else { "" };
            let rejected = format!(
                "{message} ({count} rows are so: {}{more}; --rejects FILE has them all)",
                named.join(", ")
            );
            told.push((place, Told { rejected, count: Some(count), rows: Some(rows) }));
        }
        told.sort_by_key(|(place, _)| *place);
        let mut told: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
        if self.others > 0 {
            let rejected =
                format!("{} more rows have other faults; --rejects FILE has them all", self.others);
            told.push(Told { rejected, count: Some(self.others), rows: None });
        }
        told
    }
}

/// The text of a fault without the values in it, by which faults are equal: what stands in quotes,
/// and numbers.
fn fault(reason: &str) -> String {
    let mut text = String::with_capacity(reason.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in reason.chars() {
        if quoted {
            (quoted, escaped) = (c != '"' || escaped, c == '\\' && !escaped);
        } else if c == '"' {
            quoted = true;
            text.push('"');
        } else if !c.is_ascii_digit() {
            text.push(c);
        } else if !text.ends_with('0') {
            text.push('0');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(reasons: &[&str]) -> Vec<String> {
        let mut rejections = Rejections::default();
        for (row, reason) in (1..).zip(reasons) {
            rejections.add(&Rejection { place: &format!("a.csv:{}", row + 1), row, reason });
        }
        rejections.told().into_iter().map(|told| told.rejected).collect()
    }

    #[test]
    fn a_few_rows_are_told_one_by_one_in_their_order() {
        assert_eq!(
            told(&["unknown \"a\"", "no date", "unknown \"b\""]),
            ["a.csv:2 (row 1): unknown \"a\"", "a.csv:3 (row 2): no date", "a.csv:4 (row 3): unknown \"b\""]
        );
    }

    #[test]
    fn many_rows_with_equal_faults_are_one_message() {
        let mut reasons = vec!["unknown \"a \\\" 1\"; 7"; 8];
        reasons.insert(1, "no date");
        reasons.push("unknown \"b\"; 12");
        assert_eq!(
            told(&reasons),
            [
                "a.csv:2 (row 1): unknown \"a \\\" 1\"; 7 (9 rows are so: 1, 3, 4, 5, 6 …; --rejects FILE has them all)",
                "a.csv:3 (row 2): no date"
            ]
        );
    }

    #[test]
    fn faults_without_number_are_counted() {
        let reasons: Vec<String> = (0..1000).map(|number| "x".repeat(number + 1)).collect();
        let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
        let told = told(&reasons);
        assert_eq!(told.len(), MOST + 1);
        assert_eq!(told[MOST], "800 more rows have other faults; --rejects FILE has them all");
    }
}
