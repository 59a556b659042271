//! Masks as they are found, and what becomes of them.

use super::{Carried, Period, Refusal, Request, System, carry_over};

/// A mask with nothing said beside it.
fn request(system: System, mask: &str) -> Request<'_> {
    Request {
        system,
        mask,
        rule: "customers",
        timezone: None,
        local_timezone: "Europe/Paris",
        reset: None,
        fields: &[],
    }
}

#[track_caller]
fn carried(request: &Request<'_>) -> Carried {
    match carry_over(request) {
        Ok(carried) => carried,
        Err(Refusal::Mask(found) | Refusal::Rules(found)) => {
            panic!("{}:\n{}", request.mask, found.render(false))
        }
    }
}

/// The pattern, then the options of its number.
#[track_caller]
fn rule(request: &Request<'_>) -> (String, String) {
    let Carried { text, pattern, .. } = carried(request);
    let options = text.lines().find_map(|line| line.strip_prefix("seq = ")).unwrap_or_default().to_owned();
    (pattern, options)
}

/// Each mask with its pattern and the options of its number.
#[track_caller]
fn become_rules(system: System, cases: &[(&str, &str, &str)]) {
    for (mask, pattern, options) in cases {
        let rule = rule(&request(system, mask));
        assert_eq!((rule.0.as_str(), rule.1.as_str()), (*pattern, *options), "{mask}");
    }
}

/// Each mask with every finding: the part that it points at, and the beginning of its message.
#[track_caller]
fn are_refused(cases: &[(&Request<'_>, &[(&str, &str)])]) {
    for (request, expected) in cases {
        let Err(Refusal::Mask(found)) = carry_over(request) else {
            panic!("{} was carried over", request.mask)
        };
        let found: Vec<(&str, &str)> =
            found.list.iter().map(|one| (&request.mask[one.span.clone()], one.message.as_str())).collect();
        assert_eq!(found.len(), expected.len(), "{}: {found:?}", request.mask);
        for (one, (place, message)) in found.iter().zip(*expected) {
            assert_eq!(one.0, *place, "{}: {}", request.mask, one.1);
            assert!(one.1.starts_with(message), "{}: {}", request.mask, one.1);
        }
    }
}

#[test]
fn every_example_is_carried_over() {
    for system in System::ALL {
        carried(&request(system, system.example()));
        assert_eq!(System::named(system.name()), Some(system));
    }
}

#[test]
fn a_rule_file_says_where_each_part_came_from() {
    let whole = carried(&request(System::Dolibarr, "C{yy}{mm}-{0000+100@1}"));
    assert_eq!(
        whole.text,
        r#"# Made by custcode rules from-mask of this Dolibarr mask:
#
#   C{yy}{mm}-{0000+100@1}
#
#   C             C          as it stands
#   {yy}          {date:%y}  year of the record date, two digits
#   {mm}          {date:%m}  month of the record date
#   -             -          as it stands
#   {0000+100@1}  {seq:4}    the number: 4 digits from 101, counted within {date:%y}
#
# - after 9999 Dolibarr puts an error message into the code; custcode stops and says so, with warnings before
#   where warn_at is set
# - numbers that Dolibarr gave out are not known here: import the customers with their codes, and the number
#   goes on after the highest

custcode = 1
timezone = "Europe/Paris"  # the mask names none: that of the machine which made this file

[rules.customers]
pattern = "C{date:%y}{date:%m}-{seq:4}"
seq = { scope = ["date:%y"], start = 101 }
"#
    );
    assert_eq!(whole.notes, [] as [&str; 0]);
}

#[test]
fn a_rule_file_declares_the_fields_that_the_mask_prints() {
    let fields = [("territory".to_owned(), 3)];
    let request = Request {
        rule: "客户",
        timezone: Some("Asia/Shanghai"),
        fields: &fields,
        ..request(System::Frappe, "CUST-.{territory}.-.YY.-.####")
    };
    let text = carried(&request).text;
    let body = text.split_once("\n\n").expect("a comment, then the file").1;
    assert_eq!(
        body,
        r#"custcode = 1
timezone = "Asia/Shanghai"  # as given with --timezone

# Free text; a dictionary takes known values only: values = { key = "code" }
[fields.territory]
text = { width = 3, charset = "alphanumeric" }

[rules."客户"]
pattern = "CUST-{territory}-{date:%y}-{seq:4}"
"#
    );
}

#[test]
fn odoo_sequences() {
    become_rules(
        System::Odoo,
        &[
            ("%(seq)06d", "{seq:6}", ""),
            ("CUST/%(year)s/%(seq)05d", "CUST/{date:%Y}/{seq:5}", "{ scope = [] }"),
            ("C%(y)s%(month)s%(day)s%(seq)03d-X", "C{date:%y}{date:%m}{date:%d}{seq:3}-X", "{ scope = [] }"),
            ("C/%(range_year)s/%(seq)05d", "C/{date:%Y}/{seq:5}", ""),
            (
                "C/%(range_year)s/%(month)s/%(seq)05d",
                "C/{date:%Y}/{date:%m}/{seq:5}",
                "{ scope = [\"date:%Y\"] }",
            ),
            ("C%(current_year)s-%(seq)05d", "C{date:%Y}-{seq:5}", "{ scope = [] }"),
            ("C%(isoyear)sW%(isoweek)s-%(seq)03d", "C{date:%G}W{date:%V}-{seq:3}", "{ scope = [] }"),
            ("5%%{%(seq)02d}", "5%{{{seq:2}}}", ""),
        ],
    );
    let monthly = "C%(range_y)s%(range_month)s-%(seq)04d";
    let monthly = Request { reset: Some(Period::Month), ..request(System::Odoo, monthly) };
    assert_eq!(rule(&monthly), ("C{date:%y}{date:%m}-{seq:4}".to_owned(), String::new()));
    let daily = Request { reset: Some(Period::Day), ..request(System::Odoo, "C%(year)s%(doy)s%(seq)04d") };
    assert_eq!(rule(&daily), ("C{date:%Y}{date:%j}{seq:4}".to_owned(), String::new()));
}

#[test]
fn what_odoo_prints_and_custcode_does_not() {
    let odoo = |mask| request(System::Odoo, mask);
    let monthly = |mask| Request { reset: Some(Period::Month), ..odoo(mask) };
    are_refused(&[
        (&odoo("CUST/%(year)s/"), &[("CUST/%(year)s/", "the mask has no number")]),
        (&odoo("C%(seq)d"), &[("%(seq)d", "the number has no width")]),
        (
            &odoo("C%(h24)s%(woy)s%(seq)03d"),
            &[("%(h24)s", "%(h24)s is a time of day"), ("%(woy)s", "%(woy)s is a week that begins at 00")],
        ),
        (&odoo("C%(yaer)s%(seq)03d"), &[("%(yaer)s", "Odoo has no \"%(yaer)s\" in a mask")]),
        (&odoo("C%(year)d%(seq)03d"), &[("%(year)d", "%(year) does not end in s")]),
        (&odoo("100% %(seq)03d"), &[("%", "a % alone"), (" ", "' ' cannot stand in a code")]),
        (
            &odoo("C%(range_month)s%(range_year)s%(seq)03d"),
            &[("%(range_month)s", "%(range_month)s prints how")],
        ),
        (&odoo("C%(seq)03d%(year"), &[("%(year", "a %( that is never closed")]),
        (&odoo("%(seq)03d-%(seq)03d"), &[("%(seq)03d", "a second number in one mask")]),
        (
            &monthly("C%(year)s%(doy)s%(seq)03d"),
            &[("%(seq)03d", "the number begins again each month, but the mask does not print the month")],
        ),
        (
            &odoo("客%(seq)020d"),
            &[("客", "'客' cannot"), ("%(seq)020d", "a number of 20 digits is too long")],
        ),
    ]);
}

#[test]
fn frappe_naming_series() {
    become_rules(
        System::Frappe,
        &[
            ("CUST-.#####", "CUST-{seq:5}", ""),
            ("CUST-.YYYY.-.#####", "CUST-{date:%Y}-{seq:5}", ""),
            ("C.YY.MM.DD.-.###", "C{date:%y}{date:%m}{date:%d}-{seq:3}", ""),
            ("YYYY.JJJ.####", "{date:%Y}{date:%j}{seq:4}", ""),
            ("CUST-", "CUST-{seq:5}", ""),
            ("CUST-YYYY-.####", "CUST-YYYY-{seq:4}", ""),
            ("C.YY.-.####.-.MM", "C{date:%y}-{seq:4}-{date:%m}", "{ scope = [\"date:%y\"] }"),
            ("C-.####.-.YYYY", "C-{seq:4}-{date:%Y}", "{ scope = [] }"),
        ],
    );
    let notes = |mask| carried(&request(System::Frappe, mask)).notes;
    assert_eq!(notes("CUST-.YYYY.-.#####"), [] as [&str; 0]);
    assert_eq!(notes("CUST-"), ["a series without # gets .##### from Frappe, so does this rule"]);
    assert_eq!(
        notes("CUST-YYYY-.####"),
        ["YYYY in \"CUST-YYYY-\" is printed as it stands, for it has no dots around it"]
    );
}

#[test]
fn what_frappe_prints_and_custcode_does_not() {
    let frappe = |mask| request(System::Frappe, mask);
    are_refused(&[
        (&frappe("C.WW.-.####"), &[("WW", ".WW. is a week")]),
        (
            &frappe("C.FY.ABBR.####"),
            &[("FY", ".FY. is the fiscal year"), ("ABBR", ".ABBR. is the abbreviation")],
        ),
        (&frappe("C.timestamp"), &[("timestamp", ".timestamp. is a time of day")]),
        (&frappe("C.{territory}.####"), &[("{territory}", "the mask does not say how many characters")]),
        (&frappe("C.territory.####"), &[("territory", "the mask does not say how many characters")]),
        (&frappe(".."), &[("..", "the mask is empty")]),
        (&frappe("hash"), &[("hash", "\"hash\" is no naming series")]),
        (&frappe("format:C-{####}"), &[("format:C-{####}", "\"format:\" is no naming series")]),
        (&frappe("C.####-X"), &[("####-X", "\"####-X\" goes on after its number")]),
        (&frappe("C.###.-.###"), &[("###", "a second number in one mask")]),
        (&frappe("A B.###"), &[(" ", "' ' cannot stand in a code")]),
    ]);
}

#[test]
fn dolibarr_masks() {
    become_rules(
        System::Dolibarr,
        &[
            ("C{yy}{mm}-{0000}", "C{date:%y}{date:%m}-{seq:4}", "{ scope = [] }"),
            ("C{yy}{mm}-{0000@99}", "C{date:%y}{date:%m}-{seq:4}", ""),
            ("C{YYYY}-{000000@1}", "C{date:%Y}-{seq:6}", ""),
            (
                "CU{yyyy}{mm}{dd}{000@1+50}",
                "CU{date:%Y}{date:%m}{date:%d}{seq:3}",
                "{ scope = [\"date:%Y\"], start = 51 }",
            ),
            ("CU{000000+1000}", "CU{seq:6}", "{ start = 1001 }"),
            ("{tt}-{0000}", "{type}-{seq:4}", ""),
            ("{uuu}{yy}-{0000}", "{user}{date:%y}-{seq:4}", "{ scope = [\"user\"] }"),
            ("C{ABC-3}-{0000}", "C{abc}-{seq:4}", "{ scope = [] }"),
        ],
    );
    let fields = [("user_extra_team".to_owned(), 2)];
    let extra = Request { fields: &fields, ..request(System::Dolibarr, "{user_extra_TEAM}{0000}") };
    assert_eq!(rule(&extra), ("{user_extra_team}{seq:4}".to_owned(), String::new()));
}

#[test]
fn what_dolibarr_prints_and_custcode_does_not() {
    let dolibarr = |mask| request(System::Dolibarr, mask);
    are_refused(&[
        (&dolibarr("C{y}-{0000}"), &[("{y}", "{y} is the last digit of the year")]),
        (&dolibarr("{cc}{0000}"), &[("{cc}", "this prints the customer's code")]),
        (&dolibarr("{cc000}{0000}"), &[("{cc000}", "this prints the customer's code")]),
        (&dolibarr("C{yy}{mm}{0000@4}"), &[("@4", "@4 begins again in month 4")]),
        (&dolibarr("C{yy}{mm}{0000+3@0}"), &[("@0", "@0 begins again with the fiscal year")]),
        (&dolibarr("C{yy}{mm}{0000@=}"), &[("@=", "@= prints the year of a fiscal year")]),
        (&dolibarr("C{yy}{0000@13}"), &[("@13", "@13 is no month")]),
        (&dolibarr("C{0000@1}"), &[("{0000@1}", "the number begins again each year, but")]),
        (
            &dolibarr("C{yy}{0000@99}"),
            &[("{0000@99}", "the number begins again each month, but the mask does not print the month")],
        ),
        (
            &dolibarr("{user_extra_x}{0000}"),
            &[("{user_extra_x}", "the mask does not say how many characters")],
        ),
        (&dolibarr("C{0000+9999}"), &[("+9999", "a number of 4 digits cannot begin above 9999")]),
        (&dolibarr("C{0000é}"), &[("é", "\"é\" is no option of the number")]),
        (
            &dolibarr("C{pre}{0000"),
            &[("{pre}", "Dolibarr has no \"{pre}\""), ("{0000", "a { that is never closed")],
        ),
        (&dolibarr("C}{000}"), &[("}", "a } without its {")]),
    ]);
}

#[test]
fn salesforce_formats() {
    become_rules(
        System::Salesforce,
        &[
            ("A-{00000}", "A-{seq:5}", ""),
            ("{0}", "{seq:1}", ""),
            ("{0000}-X", "{seq:4}-X", ""),
            ("A-{YYYY}{MM}{DD}-{000}", "A-{date:%Y}{date:%m}{date:%d}-{seq:3}", "{ scope = [] }"),
            ("{YY}{0000000000}", "{date:%y}{seq:10}", "{ scope = [] }"),
        ],
    );
    let salesforce = |mask| request(System::Salesforce, mask);
    are_refused(&[
        (&salesforce("A-"), &[("A-", "the mask has no number")]),
        (&salesforce("A-{yyyy}{000}"), &[("{yyyy}", "Salesforce has no \"{yyyy}\" in a mask")]),
        (&salesforce("A-{}{000}"), &[("{}", "Salesforce has no \"{}\" in a mask")]),
        (&salesforce("{000}{000}"), &[("{000}", "a second number in one mask")]),
        (
            &salesforce("Kunde Nr {000}"),
            &[(" ", "' ' cannot stand in a code"), (" ", "' ' cannot stand in a code")],
        ),
    ]);
}

#[test]
fn dataverse_formats() {
    become_rules(
        System::Dataverse,
        &[
            ("{SEQNUM:5}", "{seq:5}", ""),
            ("C-{SEQNUM:6}-{DATETIMEUTC:yyyyMM}", "C-{seq:6}-{date:%Y}{date:%m}", "{ scope = [] }"),
            ("{DATETIMEUTC:yy-MM-dd}/{SEQNUM:3}", "{date:%y}-{date:%m}-{date:%d}/{seq:3}", "{ scope = [] }"),
        ],
    );
    let utc = carried(&request(System::Dataverse, "{DATETIMEUTC:yyyy}{SEQNUM:3}"));
    assert!(utc.text.contains("timezone = \"UTC\"  # Dataverse prints the days of UTC\n"), "{}", utc.text);
    assert_eq!(utc.notes, ["the number never begins again although the code prints a date, as in Dataverse"]);
    let dataverse = |mask| request(System::Dataverse, mask);
    are_refused(&[
        (
            &dataverse("C-{SEQNUM:6}-{RANDSTRING:4}"),
            &[("{RANDSTRING:4}", "random characters follow from nothing")],
        ),
        (&dataverse("C-{SEQNUM}"), &[("{SEQNUM}", "the number has no width")]),
        (&dataverse("C-{SEQNUM:0}"), &[("{SEQNUM:0}", "the number has no width")]),
        (
            &dataverse("{DATETIMEUTC:yyyyMMddHHmm}{SEQNUM:3}"),
            &[("HH", "HH is a time of day"), ("mm", "mm is a time of day")],
        ),
        (&dataverse("{DATETIMEUTC:yyyyM}{SEQNUM:3}"), &[("M", "M prints one digit or two")]),
        (&dataverse("{DATETIMEUTC:MMMM}{SEQNUM:3}"), &[("MMMM", "custcode has no MMMM in a date")]),
        (&dataverse("{DATETIMEUTC}{SEQNUM:3}"), &[("{DATETIMEUTC}", "a date without its format")]),
        (&dataverse("{SEQNUN:3}"), &[("{SEQNUN:3}", "Dataverse has no \"{SEQNUN:3}\" in a mask")]),
    ]);
}

#[test]
fn a_rule_that_does_not_hold_is_not_given() {
    let fields = [("date".to_owned(), 3)];
    let request = Request { fields: &fields, ..request(System::Frappe, "C.{date}.####") };
    assert!(matches!(carry_over(&request), Err(Refusal::Rules(found)) if found.has_errors()));
}

/// Any mask is carried over or refused; none stops the program, and every finding points into the
/// mask.
mod any_mask {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn comes_to_an_end(
            mask in "([A-Z.#/ é客-]|[{]|[}]|%[(]|[)]|%|seq[)]05d|year[)]s|[{]0000|@1|@99|@|[+]5|yyyy|MM|mm[}]|SEQNUM:|4[}]|DATETIMEUTC:){0,12}",
            system in prop::sample::select(System::ALL.to_vec()),
        ) {
            match carry_over(&request(system, &mask)) {
                Ok(carried) => prop_assert!(carried.text.is_ascii()),
                Err(Refusal::Mask(found)) => {
                    prop_assert!(found.list.iter().all(|one| mask.get(one.span.clone()).is_some()));
                    prop_assert!(!found.render(false).is_empty());
                }
                Err(Refusal::Rules(found)) => prop_assert!(found.has_errors()),
            }
        }
    }
}
