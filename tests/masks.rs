//! Masks that people bring along: printed as a rule file, written, checked, and the codes are those
//! of the other system.

use crate::support::{Done, Folder, Test};

/// Carries a mask over; `arguments` are the words after `rules from-mask`.
#[track_caller]
fn carried(arguments: &[&str], stderr: &str) -> Done {
    Test::new()
        .args([&["rules", "from-mask"], arguments].concat())
        .stdout_like("# Made by custcode rules from-mask of this [..] mask:\n...\n")
        .stderr(stderr)
        .run()
}

/// Writes what was printed as the rule file, and makes its ledger.
#[track_caller]
fn adopted(done: Done) -> Done {
    done.folder.write("rules.toml", &done.stdout);
    done.folder.init();
    done.then().args(["rules", "check", "--quiet"]).stdout_like("customers  [..]\n...\n").run()
}

/// The next codes, each as its options of `new` and the code.
#[track_caller]
fn issues(mut done: Done, codes: &[(&str, &str)]) {
    for (options, code) in codes {
        let run = done.then().args(["new"]).args(options.split_whitespace());
        done = run.stdout(&format!("{code}\n")).run();
    }
}

#[test]
fn a_dolibarr_mask_counts_each_month_where_it_says_so() {
    let done = adopted(carried(&["--from", "dolibarr", "C{yy}{mm}-{0000+100@99}"], ""));
    issues(
        done,
        &[
            ("--date 2026-10-30", "C2610-0101"),
            ("--date 2026-10-31", "C2610-0102"),
            ("--date 2026-11-01", "C2611-0101"),
        ],
    );
}

#[test]
fn a_dolibarr_mask_without_reset_counts_on() {
    let note = "note: the number never begins again although the code prints a date, as in Dolibarr without an @; \
                {0000@1} begins again each January and {0000@99} each month\n";
    let done = adopted(carried(&["--from", "dolibarr", "C{yy}{mm}-{0000}"], note));
    issues(done, &[("--date 2026-10-30", "C2610-0001"), ("--date 2027-01-01", "C2701-0002")]);
}

#[test]
fn an_odoo_sequence_counts_within_its_date_ranges_only() {
    let mask = "CUST/%(year)s/%(seq)05d";
    let note = "note: the number never begins again although the code prints a date, as in Odoo without date ranges; \
                where the sequence uses them, repeat with --reset year, month or day\n";
    let done = adopted(carried(&["--from", "odoo", mask], note));
    issues(done, &[("--date 2026-12-31", "CUST/2026/00001"), ("--date 2027-01-01", "CUST/2027/00002")]);
    let done = adopted(carried(&["--from", "odoo", mask, "--reset", "year"], ""));
    issues(done, &[("--date 2026-12-31", "CUST/2026/00001"), ("--date 2027-01-01", "CUST/2027/00001")]);
}

#[test]
fn a_frappe_series_counts_within_the_text_before_its_number() {
    let arguments = ["--from", "frappe", "CUST-.{territory}.-.YYYY.-.#####", "--field", "territory=2"];
    let done = adopted(carried(&arguments, ""));
    issues(
        done,
        &[
            ("--set territory=DE --date 2026-05-01", "CUST-DE-2026-00001"),
            ("--set territory=DE --date 2026-06-01", "CUST-DE-2026-00002"),
            ("--set territory=FR --date 2026-06-01", "CUST-FR-2026-00001"),
            ("--set territory=DE --date 2027-01-01", "CUST-DE-2027-00001"),
        ],
    );
}

#[test]
fn salesforce_and_dataverse_never_begin_again() {
    let done = adopted(carried(&["--from", "salesforce", "A-{00000}", "--name", "customers"], ""));
    issues(done, &[("", "A-00001"), ("--date 2027-10-01", "A-00002")]);
    let note = "note: the number never begins again although the code prints a date, as in Dataverse\n";
    let done = adopted(carried(&["--from", "dataverse", "C-{DATETIMEUTC:yyyyMM}-{SEQNUM:6}"], note));
    issues(done, &[("--date 2026-11-22", "C-202611-000001"), ("--date 2026-12-01", "C-202612-000002")]);
}

#[test]
fn a_day_of_dataverse_is_one_of_utc() {
    // Half past midnight in Shanghai is still the day before in UTC.
    let arguments =
        ["rules", "from-mask", "--from", "dataverse", "{DATETIMEUTC:yyyyMMdd}-{SEQNUM:3}", "--quiet"];
    let done = Test::new().now("2026-11-21T16:30:00Z").args(arguments).stdout_like("...\n").run();
    issues(adopted(done), &[("", "20261121-001")]);
}

#[test]
fn everything_that_cannot_be_carried_over_is_said_at_once() {
    Test::new()
        .args(["rules", "from-mask", "--from", "frappe", "CUST-.WW.-.{territory}.-.####"])
        .stderr(
            r#"error[mask]: .WW. is a week that is 00 or 53 around the new year and no ISO week
 --> mask:1:7
  |
1 | CUST-.WW.-.{territory}.-.####
  |       ^^
  |
  = help: leave it out here, then write {date:%G}W{date:%V} into the pattern: the ISO week with its year

error[mask]: the mask does not say how many characters the field "territory" prints
 --> mask:1:12
  |
1 | CUST-.WW.-.{territory}.-.####
  |            ^^^^^^^^^^^
  |
  = help: say it: --field territory=4; a code must be readable again, so it is always that many
error: nothing was printed: 2 parts of the Frappe mask cannot be carried over
"#,
        )
        .status(2)
        .run()
        .then()
        .args(["rules", "from-mask", "--from", "dataverse", "C-{SEQNUM:4}{RANDSTRING:4}", "--json"])
        .stderr_like(
            "{\"schema\":1,\"error\":{\"kind\":\"mask\",\"message\":\"nothing was printed: a part of the Dataverse mask cannot be \
             carried over\",[..]\"line\":1,\"column\":13,[..]\n",
        )
        .status(2)
        .run();
}

#[test]
fn the_file_stands_in_json_too() {
    Test::new()
        .args(["rules", "from-mask", "--from", "salesforce", "A-{0000}", "--name", "accounts", "--json"])
        .stdout_like(
            "{\"schema\":1,\"system\":\"salesforce\",\"rule\":\"accounts\",\"pattern\":\"A-{seq:4}\",\"notes\":[],\
             \"file\":\"# Made by [..]\"}\n",
        )
        .run();
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let refused = |arguments: &[&str], stderr: &str| {
        Test::new()
            .args([&["rules", "from-mask", "--from"], arguments].concat())
            .stderr_like(stderr)
            .status(2)
            .run();
    };
    refused(
        &["salesforce", "A-{0000}", "--reset", "year"],
        "error: --reset is for odoo; a mask of salesforce says itself when its number begins again\nhint: leave --reset out\n",
    );
    refused(
        &["dolibarr", "{yy}{0000@1}", "--timezone", "Mars"],
        "error: unknown time zone \"Mars\"\nhint: a time zone is named like Asia/Shanghai (all of China)\n",
    );
    refused(&["odo", "%(seq)05d"], "error: invalid value 'odo' for '--from <SYSTEM>'\n...\n");
    refused(
        &["frappe", "C.{a}.##", "--field", "a"],
        "error: invalid value 'a' for '--field <FIELD=WIDTH>'[..]\n...\n",
    );
}

#[test]
fn a_mask_longer_than_any_is_refused_and_not_shown_in_full() {
    for system in ["odoo", "frappe", "dolibarr", "salesforce", "dataverse"] {
        for part in ["{", "0", "#", "A.", "%(seq)0"] {
            let output = Folder::new()
                .custcode(["rules", "from-mask", "--from", system, &part.repeat(10_000)])
                .output()
                .expect("custcode starts");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{system} {part}: {stderr}");
            let size = 10_000 * part.len();
            assert!(
                stderr.starts_with(&format!(
                    "error[mask]: the mask has {size} bytes; at most 1024 are possible\n"
                )) && stderr.len() < 1000,
                "{system} {part}: {stderr}"
            );
        }
    }
}
