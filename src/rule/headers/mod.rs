//! Headers of foreign files: which usual ones mean a code, a reference, a name or a date, and what
//! others say of the cells below them.
//!
//! The names are data, one file for each language and system (`names/*.tsv`), each with its origin.
//! A header that could mean two things is in none of them: `客户ID` and `customer id` may be the
//! code or the id of another system, `简称` is not the name, `单据号` is no customer's.

mod kind;
mod marks;
mod names;

pub use kind::{Kind, kind};
pub use marks::{bare, unit, unmarked};
pub use names::{usual, usual_of_all};

use crate::code::normalize;

/// A column that custcode knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// 客户编码, 编码, 客户代码, code, customer code …
    Code,
    /// 外部编号, ref, reference, external id …
    Reference,
    /// 客户名称, 名称, name, customer name …
    Name,
    /// 名, first name, Vorname …; makes a name together with the family name.
    GivenName,
    /// 姓, last name, Nachname …
    FamilyName,
    /// 建档日期, 发展日期, date, created …
    Date,
    /// 序号, 行号, # …: where the row stands in its list, which says nothing of the customer.
    RowNumber,
}

/// The column of an export that says which of its codes are not active any more.
pub const STATE: &str = "code_state";
/// The columns that a file of rejected rows has beside those of its import; the last one only where
/// a row could not be split into cells.
pub const REJECTED: [&str; 3] = ["rejected_line", "rejected_because", REJECTED_TEXT];
/// The column with the text of a row that could not be split into cells.
pub const REJECTED_TEXT: &str = "rejected_text";
/// What `--map COLUMN=…` names beside fields.
const TARGETS: [&str; 2] = ["attribute", "ignore"];

impl Known {
    /// The header that custcode itself writes, and what `--map` calls such a column.
    pub fn header(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Reference => "ref",
            Self::Name => "name",
            Self::GivenName => "name.given",
            Self::FamilyName => "name.family",
            Self::Date => "date",
            Self::RowNumber => "row",
        }
    }
}

/// What is in the column that custcode itself heads so, up to case, width, blanks, `_` and `-`;
/// `None` where it heads none so.
pub fn own(header: &str) -> Option<&'static str> {
    let folded = fold(header);
    let is = |own: &str| fold(own) == folded;
    let known = [
        (Known::Code, "codes"),
        (Known::Reference, "references"),
        (Known::Name, "customers' names"),
        (Known::Date, "record dates"),
    ];
    let known = known.into_iter().find(|(known, _)| is(known.header())).map(|(_, what)| what);
    known
        .or_else(|| is(STATE).then_some("the states of codes"))
        .or_else(|| REJECTED.into_iter().any(is).then_some("rejected rows"))
        .or_else(|| TARGETS.into_iter().any(is).then_some("what --map calls so"))
}

/// The form under which headers are compared: case, width, blanks, `_` and `-` folded away.
pub fn fold(header: &str) -> String {
    let counts = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-');
    normalize::folded(header).chars().filter(counts).collect()
}
