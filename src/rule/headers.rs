//! The usual header names of the columns every rule has: code, reference, name, date.
//!
//! As they stand in exports and import templates of Yonyou U8 and T+, Kingdee K3, SAP, Odoo, Zoho,
//! Salesforce and in lists of a spreadsheet. A header that could mean two things is not in it:
//! `客户ID` and `customer id` may be the code or the id of another system, `简称` is not the name,
//! `单据号` is no customer's.

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
    /// 建档日期, 发展日期, date, created …
    Date,
}

/// The column that a header usually means; compared after folding case, width, blanks, `_` and `-`.
pub fn usual(header: &str) -> Option<Known> {
    let header = fold(header);
    let known = |(known, names): &(Known, &[&str])| names.contains(&header.as_str()).then_some(*known);
    USUAL.iter().find_map(known)
}

/// The column of an export that says which of its codes are not active any more.
pub const STATE: &str = "code_state";
/// The columns that a file of rejected rows has beside those of its import.
pub const REJECTED: [&str; 2] = ["rejected_line", "rejected_because"];
/// What `--map COLUMN=…` names beside fields.
const TARGETS: [&str; 2] = ["attribute", "ignore"];

impl Known {
    /// The header that custcode itself writes.
    pub fn header(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Reference => "ref",
            Self::Name => "name",
            Self::Date => "date",
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

/// Headers in their folded form.
const USUAL: [(Known, &[&str]); 4] =
    [(Known::Code, CODE), (Known::Reference, REFERENCE), (Known::Name, NAME), (Known::Date, DATE)];

const CODE: &[&str] = &[
    "客户编码",
    "客户编号",
    "客户代码",
    "客户代号",
    "客户号",
    "客户码",
    "客户档案编码",
    "往来单位编码",
    "编码",
    "代码",
    "客戶編碼",
    "客戶編號",
    "客戶代碼",
    "客戶代號",
    "編碼",
    "代碼",
    "code",
    "customercode",
    "customerno",
    "customerno.",
    "customernumber",
    "customer#",
    "custcode",
    "custno",
    "custno.",
    "clientcode",
    "clientno",
    "clientnumber",
    "accountcode",
    "accountno",
    "accountno.",
    "accountnumber",
    "account#",
    "partnercode",
    "debtorcode",
    "debtornumber",
    "ccuscode",
    "fnumber",
    "kunnr",
];

const REFERENCE: &[&str] = &[
    "外部编号",
    "外部编码",
    "外部代码",
    "外部id",
    "外部标识",
    "外部系统编号",
    "外部系统编码",
    "外部系统id",
    "来源系统编号",
    "来源系统id",
    "源系统编号",
    "源系统id",
    "第三方编号",
    "第三方编码",
    "第三方id",
    "参考号",
    "crm编号",
    "crmid",
    "外部編號",
    "外部編碼",
    "ref",
    "reference",
    "externalreference",
    "externalref",
    "externalid",
    "externalkey",
    "externalnumber",
    "extid",
    "extref",
    "recordid",
    "sourceid",
];

const NAME: &[&str] = &[
    "客户名称",
    "客户名",
    "客户全称",
    "客户全名",
    "客户姓名",
    "客户单位",
    "客户单位名称",
    "往来单位名称",
    "公司名称",
    "公司名",
    "公司全称",
    "企业名称",
    "企业全称",
    "单位名称",
    "单位全称",
    "名称",
    "全称",
    "姓名",
    "客戶名稱",
    "客戶全稱",
    "公司名稱",
    "企業名稱",
    "名稱",
    "name",
    "fullname",
    "legalname",
    "displayname",
    "customername",
    "custname",
    "clientname",
    "accountname",
    "companyname",
    "businessname",
    "organizationname",
    "organisationname",
    "partnername",
    "debtorname",
    "ccusname",
    "name1",
];

const DATE: &[&str] = &[
    "建档日期",
    "建档时间",
    "发展日期",
    "开户日期",
    "开户时间",
    "创建日期",
    "创建时间",
    "登记日期",
    "建立日期",
    "新增日期",
    "录入日期",
    "加入日期",
    "合作日期",
    "日期",
    "建檔日期",
    "建立時間",
    "創建日期",
    "創建時間",
    "開戶日期",
    "date",
    "created",
    "createdon",
    "createdat",
    "createddate",
    "createdtime",
    "creationdate",
    "createdate",
    "datecreated",
    "dateadded",
    "addedon",
    "customersince",
    "accountopened",
    "dcusdevdate",
    "dcuscreatedatetime",
    "fcreatedate",
    "erdat",
];

/// The form under which headers are compared: case, width, blanks, `_` and `-` folded away.
pub fn fold(header: &str) -> String {
    let counts = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-');
    normalize::folded(header).chars().filter(counts).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_headers_of_the_usual_systems_are_known() {
        for (header, known) in [
            ("客户编码", Known::Code),
            ("Customer Code", Known::Code),
            ("ACCOUNT_NUMBER", Known::Code),
            ("cCusCode", Known::Code),
            ("外部ID", Known::Reference),
            ("External-Id", Known::Reference),
            ("Ｒｅｆ", Known::Reference),
            ("客户 名称", Known::Name),
            ("Account Name", Known::Name),
            ("建档日期", Known::Date),
            ("created_at", Known::Date),
            ("dCusDevDate", Known::Date),
        ] {
            assert_eq!(usual(header), Some(known), "{header}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_not_known() {
        for header in
            ["", "id", "ID", "客户ID", "customer id", "客户", "简称", "编号", "单据号", "原编码", "city"]
        {
            assert_eq!(usual(header), None, "{header}");
        }
    }

    #[test]
    fn every_name_is_given_folded_and_once() {
        let mut seen = HashSet::new();
        for name in USUAL.iter().flat_map(|(_, names)| names.iter()) {
            assert_eq!(&fold(name), name);
            assert!(seen.insert(name), "{name} is given twice");
        }
    }
}
