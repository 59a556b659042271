//! The usual header names of the columns every rule has: code, reference, name, date.

/// A column that custcode knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// 客户编码, 编码, 客户代码, code, customer code …
    Code,
    /// 外部编号, ref, reference, external id …
    Reference,
    /// 客户名称, 名称, name, customer name …
    Name,
    /// 建档日期, 发展日期, date, created …
    Date,
}

/// The column that a header usually means; compared after folding case, width, blanks, `_` and `-`.
pub fn usual(_header: &str) -> Option<Known> {
    todo!()
}

/// The form under which headers are compared: case, width, blanks, `_` and `-` folded away.
pub fn fold(_header: &str) -> String {
    todo!()
}
