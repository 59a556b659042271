//! Proving rule files of growing size: dictionaries of 300 to 10 000 values, 5 and 20 rules. No
//! peer proves anything, so the times stand alone; beside each stands how it grew.

use std::fmt::Write as _;
use std::time::Duration;

use super::Plan;
use super::measure::{custcode, median, say, timed, workplace};

const VALUES: [usize; 4] = [300, 1_000, 3_000, 10_000];

/// Patterns of which the rules take turns; `#` is a letter of the rule's own.
const PATTERNS: [&str; 5] = [
    "{region}#{kind}{seq:4}",
    "{kind}{region}#{seq:4}",
    "#{region}-{date:%Y}{seq:5}",
    "#{kind}{seq:5}{region}X{check}",
    "{kind}#{region}{seq:3}",
];

/// Measures; a file is checked as often as the plan runs anything.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("check");
    say(&format!(
        "\nrules check, without a ledger\n{:<44} {:>11} {:>24}",
        "", "custcode", "times the size before"
    ));
    for rules in [5, 20] {
        let mut before: Option<(usize, Duration)> = None;
        for values in VALUES {
            std::fs::write(folder.join("rules.toml"), rule_file(values, rules))
                .expect("the workplace is writable");
            let times: Vec<Duration> = (0..plan.runs.max(3))
                .map(|_| timed(custcode(&folder, &["rules", "check", "--no-ledger", "--quiet"])))
                .collect();
            let time = median(&times);
            let growth = before.map_or_else(String::new, |(fewer, shorter)| {
                #[expect(clippy::cast_precision_loss, reason = "a ratio")]
                let size = values as f64 / fewer as f64;
                format!("{:.1} for {size:.1}", time.as_secs_f64() / shorter.as_secs_f64())
            });
            let what = format!("{values} values, {rules} rules");
            say(&format!("{what:<44} {:>8.1} ms {growth:>24}", time.as_secs_f64() * 1000.0));
            before = Some((values, time));
        }
    }
}

/// A rule file whose long dictionary has codes of two lengths, and every rule a letter that keeps
/// it apart.
fn rule_file(values: usize, rules: usize) -> String {
    let mut text = String::from("custcode = 1\ntimezone = \"UTC\"\n[fields.region.values]\n");
    for value in 0..values {
        let width = if value % 2 == 0 { 5 } else { 7 };
        writeln!(text, "r{value} = \"{value:0width$}\"").expect("a string takes it");
    }
    text.push_str("[fields.kind.values]\na = \"01\"\nb = \"02\"\n");
    for (rule, letter) in (0..rules).zip('A'..='Z') {
        let pattern = PATTERNS[rule % PATTERNS.len()].replace('#', &letter.to_string());
        writeln!(text, "[rules.rule{rule}]\npattern = \"{pattern}\"").expect("a string takes it");
        if pattern.contains("{check}") {
            text.push_str("check = { algorithm = \"iso7064-mod37-36\" }\n");
        }
    }
    text
}
