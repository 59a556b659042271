//! One column as its first rows show it.

use std::collections::HashSet;

use super::cell::{Look, look};
use super::spelling::{is_code, is_code_without_zeros, unquoted};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Kind};

/// Cells that are shown of a column.
const SHOWN: usize = 3;
/// Characters that are shown of a cell.
const SHOWN_CHARS: usize = 40;

/// Counts of a column's cells.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::registry::import) struct Seen {
    /// Cells with content.
    pub(in crate::registry::import) filled: u64,
    /// Different ones among them.
    pub(in crate::registry::import) distinct: u64,
    /// Codes of these rules.
    pub(in crate::registry::import) codes: u64,
    /// Digits that are a code with zeros before them.
    pub(in crate::registry::import) without_zeros: u64,
    /// Cells with marks of text around them.
    pub(in crate::registry::import) marked: u64,
}

/// What was seen of a column.
pub(in crate::registry::import) struct Column {
    pub(in crate::registry::import) header: String,
    /// The first cells with content, as they were read.
    pub(in crate::registry::import) cells: Vec<String>,
    /// Nobody said that it is an attribute; it only has no better meaning.
    pub(super) assumed: bool,
    /// It has no header.
    pub(super) headless: bool,
    /// What its header says of its cells.
    pub(super) kind: Option<Kind>,
    rows: u64,
    filled: u64,
    /// Codes of these rules with another character than a digit.
    pub(super) codes: u64,
    /// Codes of digits only.
    pub(super) digit_codes: u64,
    without_zeros: u64,
    marked: u64,
    /// Cells that look like one word with a digit, or are digits only.
    tokens: u64,
    digits: u64,
    amounts: u64,
    texts: u64,
    /// The first number where each cell so far was one more than the one above.
    counting: Option<u64>,
    counted: bool,
    distinct: HashSet<String>,
    /// Forms of the tokens: `A-99` for `K-10`.
    forms: HashSet<String>,
}

impl Column {
    pub(super) fn new(header: &str) -> Self {
        Self {
            header: header.trim().to_owned(),
            cells: Vec::new(),
            assumed: false,
            headless: false,
            kind: headers::kind(header),
            rows: 0,
            filled: 0,
            codes: 0,
            digit_codes: 0,
            without_zeros: 0,
            marked: 0,
            tokens: 0,
            digits: 0,
            amounts: 0,
            texts: 0,
            counting: None,
            counted: true,
            distinct: HashSet::new(),
            forms: HashSet::new(),
        }
    }

    /// Looks at the next cell.
    pub(super) fn add(&mut self, book: &RuleBook, cell: &str) {
        self.rows += 1;
        let text = unquoted(cell.trim());
        if text.is_empty() {
            return;
        }
        self.count(text);
        if self.cells.len() < SHOWN {
            self.cells.push(cell.chars().take(SHOWN_CHARS).collect());
        }
        self.filled += 1;
        self.marked += u64::from(text.len() < cell.trim().len());
        let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_code(book, cell) {
            *(if digits_only { &mut self.digit_codes } else { &mut self.codes }) += 1;
        } else if self.kind == Some(Kind::Identifier) && is_code_without_zeros(book, text) {
            self.without_zeros += 1;
        }
        match look(text) {
            Look::Digits => (self.digits, self.tokens) = (self.digits + 1, self.tokens + 1),
            Look::Amount => self.amounts += 1,
            Look::Token => self.tokens += 1,
            Look::Text => self.texts += 1,
            _ => {}
        }
        self.distinct.insert(text.to_owned());
        self.forms.insert(form(text));
    }

    pub(in crate::registry::import) fn seen(&self) -> Seen {
        Seen {
            filled: self.filled,
            distinct: self.distinct.len() as u64,
            codes: self.codes + self.digit_codes,
            without_zeros: self.without_zeros,
            marked: self.marked,
        }
    }

    /// Follows a column that counts its rows.
    fn count(&mut self, text: &str) {
        let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
        let expected = self.counting.map(|first| first + self.rows - 1);
        match (number, expected) {
            (Some(first @ (0 | 1)), None) if self.rows == 1 => self.counting = Some(first),
            (Some(number), Some(expected)) if number == expected => {}
            _ => self.counted = false,
        }
    }

    /// Whether the column says but where a row stands: 1, 2, 3 …, or whole numbers under a header
    /// that says so.
    pub(super) fn counts_rows(&self, headed: bool, first: bool) -> bool {
        if headed {
            return self.digits == self.filled;
        }
        let few = if self.kind == Some(Kind::Identifier) { 2 } else { 3 };
        let place = self.kind == Some(Kind::Identifier) || first && self.kind.is_none();
        place && self.is_count() && self.filled >= few
    }

    /// Whether a column without a header counts the rows, as the index of a data frame does.
    pub(super) fn is_index(&self) -> bool {
        self.counted && self.counting.is_some() && self.filled == self.rows
    }

    /// Whether no cell has any content.
    pub(super) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// Whether its cells are 1, 2, 3 …
    pub(super) fn is_count(&self) -> bool {
        self.counted && self.counting.is_some() && self.filled == self.rows && self.filled >= 2
    }

    /// Whether the column holds codes of these rules. `mapped`: another one is known to hold the
    /// customers' codes, so this one must be full of them.
    pub(super) fn holds_codes(&self, mapped: bool) -> bool {
        let share = |part: u64, percent: u64| part > 0 && part * 100 >= self.filled * percent;
        // Digits are codes of many rules by chance; then its header must say more.
        let digits = match self.kind {
            Some(Kind::Identifier) => self.digit_codes + self.without_zeros,
            None if share(self.digit_codes, 90) && self.is_distinct() => self.digit_codes,
            _ => 0,
        };
        let wanted = if mapped { 90 } else { 20 };
        !self.is_count() && share(self.codes + digits, wanted)
    }

    /// Whether customers seem to be known by the column: by its header and cells, or by its cells
    /// alone.
    pub(in crate::registry::import) fn holds_identifiers(&self) -> bool {
        if self.filled == 0 || self.filled * 10 < self.rows * 8 || self.tokens < self.filled {
            return false;
        }
        match self.kind {
            Some(Kind::Identifier) => self.is_distinct(),
            Some(Kind::Other) => false,
            None => {
                let long = self.cells.iter().all(|cell| cell.len() >= if self.digits > 0 { 6 } else { 3 });
                self.filled >= 3 && self.distinct.len() as u64 == self.filled && self.forms.len() == 1 && long
            }
        }
    }

    /// Whether its cells are numbers whose sum a row below could be.
    pub(super) fn adds_up(&self) -> bool {
        self.assumed && self.digits + self.amounts == self.filled && !self.holds_identifiers()
    }

    /// Whether hardly a cell stands twice.
    fn is_distinct(&self) -> bool {
        self.distinct.len() as u64 * 10 >= self.filled * 9
    }

    /// Whether the column could hold the customers' names.
    pub(super) fn holds_names(&self) -> bool {
        self.kind.is_none() && self.texts * 2 > self.filled
    }
}

/// The form of a word: each letter an `A`, each digit a `9`.
fn form(text: &str) -> String {
    let form = |c: char| match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_alphabetic() => 'A',
        c => c,
    };
    text.chars().take(64).map(form).collect()
}
