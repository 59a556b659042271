//! The top level of a rule file: format, time zone, ledger and who shares it, targets, default
//! rules.

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::Compiled;
use crate::rule::document::{Findings, Section, Text, nearest};
use crate::rule::target::TARGETS;
use crate::rule::{Diagnostic, Rule, Target};

/// The newest format that this program reads.
const FORMAT: u64 = 1;

pub(super) fn read(root: &Section<'_>, compiled: &mut Compiled, findings: &mut Findings) {
    match root.whole("custcode", findings) {
        Some(format) if format.number > FORMAT => findings.add(
            Diagnostic::error(
                "newer-format",
                format.span,
                format!("the rule file has format {}", format.number),
            )
            .label(format!("this program reads format {FORMAT}"))
            .hint("install a newer custcode"),
        ),
        Some(format) if format.number == 0 => findings.add(
            Diagnostic::error("newer-format", format.span, "there is no format 0").hint("write custcode = 1"),
        ),
        _ => {}
    }
    if let Some(zone) = root.text("timezone", findings) {
        // The zones that the program carries: the same day on every machine, and no walk through
        // the system's many files.
        compiled.timezone = TimeZoneDatabase::bundled().get(zone.text).ok().or_else(|| {
            findings.add(unknown_zone(&zone));
            // Known or not, the file names one: no second finding for each rule that prints a date.
            Some(TimeZone::UTC)
        });
    }
    compiled.store = root.text("store", findings).map(|store| store.text.to_owned());
    compiled.store_group = root.text("store_group", findings).map(|group| group.text.to_owned());
    for name in root.list("targets", findings).unwrap_or_default() {
        match Target::named(name.text) {
            Some(target) if !compiled.targets.contains(&target) => compiled.targets.push(target),
            Some(_) => {}
            None => findings.add(unknown_target(&name)),
        }
    }
}

fn unknown_target(name: &Text<'_>) -> Diagnostic {
    let names = TARGETS.map(|target| target.name);
    Diagnostic::error("unknown-target", name.span.clone(), format!("unknown target {:?}", name.text))
        .label("which system is that?")
        .hint(format!("known are {}", names.join(", ")))
        .suggest(nearest(name.text, names))
}

fn unknown_zone(zone: &Text<'_>) -> Diagnostic {
    let names: Vec<String> = TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect();
    Diagnostic::error("unknown-timezone", zone.span.clone(), format!("unknown time zone {:?}", zone.text))
        .hint("a time zone is named like \"Asia/Shanghai\" (all of China)")
        .suggest(nearest(zone.text, names.iter().map(String::as_str)))
}

/// `default_rule`: a name or a list; the only rule when not given. The wider rules of a planned
/// widening come with theirs.
pub(super) fn read_defaults(root: &Section<'_>, compiled: &mut Compiled, findings: &mut Findings) {
    let Some(names) = root.texts("default_rule", findings) else {
        let only = family(&compiled.rules, 0);
        if only.len() == compiled.rules.len() && compiled.rules.iter().all(|rule| rule.applies_to.is_empty())
        {
            compiled.defaults = only;
        }
        return;
    };
    let rules = root.section("rules", &mut Findings::default());
    for name in names {
        if let Some(index) = compiled.rules.iter().position(|rule| rule.name == name.text) {
            compiled.defaults.extend(family(&compiled.rules, index));
        } else if !rules.as_ref().is_some_and(|rules| rules.has(name.text)) {
            let known = compiled.rules.iter().map(|rule| rule.name.as_str());
            findings.add(
                Diagnostic::error("unknown-rule", name.span, format!("there is no rule {:?}", name.text))
                    .suggest(nearest(name.text, known)),
            );
        }
    }
}

/// A rule and those that take over from it, which stand behind it.
fn family(rules: &[Rule], first: usize) -> Vec<usize> {
    let next = |index: &usize| rules.get(*index)?.wider.is_some().then_some(index + 1);
    std::iter::successors((first < rules.len()).then_some(first), next).collect()
}
