//! What differs between two rule books for whoever issues codes: settings, fields and their values,
//! rules. Whether codes that were issued read otherwise is asked of the ledger, not here.

mod change;
mod values;

pub use change::{Change, Subject};

use super::{Field, FieldKind, Rule, RuleBook};
use crate::code::Shape;
use values::{Values, keeps_values};

/// The changes of one subject, as they are found.
struct Found<'f> {
    list: &'f mut Vec<Change>,
    of: Subject,
    name: &'f str,
}

impl Found<'_> {
    /// Notes an aspect in which the two sides differ.
    fn note(&mut self, aspect: &'static str, was: Option<String>, becomes: Option<String>) {
        if was != becomes {
            self.list.push(Change {
                of: self.of,
                name: self.name.to_owned(),
                aspect,
                count: 1,
                was,
                becomes,
            });
        }
    }
}

impl RuleBook {
    /// What `new` changes, in the order of the file: settings, fields, rules.
    pub fn changes_to(&self, new: &Self) -> Vec<Change> {
        let mut list = Vec::new();
        let mut file = Found { list: &mut list, of: Subject::File, name: "" };
        let zone = |book: &Self| book.timezone().and_then(|zone| zone.iana_name().map(str::to_owned));
        file.note("timezone", zone(self), zone(new));
        let owned = |text: Option<&str>| text.map(str::to_owned);
        file.note("store", owned(self.store()), owned(new.store()));
        file.note("store_group", owned(self.store_group()), owned(new.store_group()));
        let defaults = |book: &Self| listed(book.defaults().map(|rule| rule.name.as_str()));
        file.note("default_rule", defaults(self), defaults(new));
        let targets = |book: &Self| listed(book.targets().iter().map(|target| target.name));
        file.note("targets", targets(self), targets(new));
        for (was, becomes) in pairs(self.fields(), new.fields(), &[&|a, b| a.name == b.name]) {
            field_changes(was, becomes, &mut list);
        }
        // A rule is known by its id; without that by its name, or by what it prints.
        let same: [Same<'_, Rule>; 3] =
            [&|a, b| a.id == b.id, &|a, b| a.name == b.name, &|a, b| a.text == b.text];
        for (was, becomes) in pairs(self.rules(), new.rules(), &same) {
            rule_changes(was, becomes, &mut list);
        }
        list
    }

    /// Whether whatever `rule` reads means the same to `other` of another book, as far as that
    /// reads it: the same segments, and no value gone from behind them or changed.
    pub fn reads_alike(&self, rule: &Rule, book: &Self, other: &Rule) -> bool {
        let fields = rule.printed.iter().flatten().zip(other.printed.iter().flatten());
        rule.text == other.text
            && fields
                .map(|(a, b)| (&self.fields()[a.field], &book.fields()[b.field]))
                .all(|(a, b)| a.name == b.name && a.kind == b.kind && keeps_values(a, b))
    }
}

fn rule_changes(was: Option<&Rule>, becomes: Option<&Rule>, list: &mut Vec<Change>) {
    let name = becomes.or(was).map_or("", |rule| rule.name.as_str());
    let mut found = Found { list, of: Subject::Rule, name };
    let (Some(old), Some(new)) = (was, becomes) else {
        let aspect = if was.is_some() { "removed" } else { "added" };
        found.note(aspect, was.map(|rule| rule.text.clone()), becomes.map(|rule| rule.text.clone()));
        return;
    };
    let mut note = |aspect, of: &dyn Fn(&Rule) -> Option<String>| found.note(aspect, of(old), of(new));
    note("name", &|rule| Some(rule.name.clone()));
    note("id", &|rule| Some(rule.id.clone()));
    note("label", &|rule| rule.label.clone());
    note("pattern", &|rule| Some(rule.text.clone()));
    note("applies_to", &|rule| {
        let words = rule.applies_to.iter().map(|(field, keys)| format!("{field} = {}", keys.join(" or ")));
        listed(words)
    });
    note("from", &|rule| rule.from.map(|day| day.to_string()));
    note("until", &|rule| rule.until.map(|day| day.to_string()));
    note("scope", &|rule| {
        rule.pattern.sequence()?;
        let names = rule.scope.iter().map(|index| rule.pattern.segments()[*index].name.as_str());
        Some(listed(names).unwrap_or_else(|| "everything together".to_owned()))
    });
    note("start", &|rule| Some(rule.pattern.sequence()?.start.to_string()));
    note("step", &|rule| Some(rule.pattern.sequence()?.step().to_string()));
    note("max", &|rule| Some(rule.pattern.sequence()?.last().to_string()));
    note("digits", &|rule| Some(rule.pattern.sequence()?.alphabet.to_string()));
    note("skip_digits", &|rule| {
        listed(rule.pattern.sequence()?.skip_digits.iter().map(|digit| char::from(*digit)))
    });
    note("warn_at", &|rule| listed(rule.warn_at.iter().map(|level| format!("{level} %"))));
    note("issue_blocks", &|rule| rule.issue_blocks.map(|size| size.to_string()));
    let (was, becomes) = (check(old), check(new));
    if was != becomes || same_check(old, new) {
        found.note("check", was, becomes);
    } else {
        // The same algorithm over the same segments, but other digits come out.
        found.note("check", was, becomes.map(|check| format!("{check}, computed otherwise")));
    }
}

/// The algorithm of the check digit and the segments that it is over.
fn check(rule: &Rule) -> Option<String> {
    let (_, checker, over) = rule.pattern.check()?;
    let names =
        over.iter().map(|index| &rule.pattern.segments()[*index]).map(|segment| match segment.shape {
            Shape::Literal(_) => format!("{:?}", segment.name),
            _ => segment.name.clone(),
        });
    Some(format!("{} over {}", checker.algorithm().name(), listed(names).unwrap_or_default()))
}

fn same_check(old: &Rule, new: &Rule) -> bool {
    let checker = |rule: &Rule| rule.pattern.check().map(|(_, checker, _)| checker.clone());
    checker(old) == checker(new)
}

fn field_changes(was: Option<&Field>, becomes: Option<&Field>, list: &mut Vec<Change>) {
    let name = becomes.or(was).map_or("", |field| field.name.as_str());
    let mut found = Found { list, of: Subject::Field, name };
    let (Some(old), Some(new)) = (was, becomes) else {
        let aspect = if was.is_some() { "removed" } else { "added" };
        found.note(aspect, was.map(holds), becomes.map(holds));
        return;
    };
    found.note("label", Some(old.label.clone()), Some(new.label.clone()));
    found.note("headers", listed(&old.aliases), listed(&new.aliases));
    found.note("default", old.default.clone(), new.default.clone());
    if old.kind != new.kind {
        found.note("kind", Some(holds(old)), Some(holds(new)));
    }
    let derived = |field: &Field| field.derivation.as_ref().map(ToString::to_string);
    found.note("derive", derived(old), derived(new));
    let dropped = |field: &Field| listed(field.derivation.iter().flat_map(|derivation| &derivation.drop));
    if old.derivation.is_some() && new.derivation.is_some() {
        found.note("drop", dropped(old), dropped(new));
    }
    Values { old, new }.changes(list);
}

/// What a field holds, in words.
fn holds(field: &Field) -> String {
    match &field.kind {
        FieldKind::Dictionary => format!("{} values", field.values.len()),
        FieldKind::Levels { widths, leaf_only } => {
            let widths: Vec<String> = widths.iter().map(ToString::to_string).collect();
            let leaves = if *leaf_only { ", leaves only" } else { "" };
            format!("{} classes in levels of {}{leaves}", field.values.len(), widths.join(", "))
        }
        FieldKind::Text { width, alphabet, pad } => {
            let pad = pad.map(|pad| format!(", padded with {pad}")).unwrap_or_default();
            format!("{width} characters of {alphabet}{pad}")
        }
    }
}

/// Whether two items are the same.
type Same<'s, T> = &'s dyn Fn(&T, &T) -> bool;

/// Items of two lists that are the same by the first test that finds a partner; an item without one
/// stands alone. In the order of the new list, what is gone at the end.
fn pairs<'i, T>(old: &'i [T], new: &'i [T], same: &[Same<'_, T>]) -> Vec<(Option<&'i T>, Option<&'i T>)> {
    let mut partners: Vec<Option<usize>> = vec![None; new.len()];
    for same in same {
        for (place, item) in new.iter().enumerate() {
            if partners[place].is_none() {
                partners[place] =
                    (0..old.len()).find(|at| !partners.contains(&Some(*at)) && same(&old[*at], item));
            }
        }
    }
    let gone = (0..old.len()).filter(|at| !partners.contains(&Some(*at)));
    let gone: Vec<_> = gone.map(|at| (Some(&old[at]), None)).collect();
    let kept = new.iter().zip(&partners).map(|(item, partner)| (partner.map(|at| &old[at]), Some(item)));
    kept.chain(gone).collect()
}

/// `a, b, c`; none for nothing.
fn listed(items: impl IntoIterator<Item = impl ToString>) -> Option<String> {
    let words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Bundle, Origin};

    fn book(text: &str) -> RuleBook {
        let files = vec![("rules.toml".to_owned(), text.to_owned())];
        RuleBook::compile(Bundle::new(Origin::Ledger, files))
            .unwrap_or_else(|findings| panic!("{}", findings.render(false)))
    }

    /// `rule graded pattern: A{seq:2} → A{seq:3}`
    fn changes(old: &str, new: &str) -> Vec<String> {
        let word = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
        let line = |change: Change| {
            let Change { of, name, aspect, was, becomes, .. } = change;
            format!("{} {name} {aspect}: {} → {}", of.as_str(), word(was), word(becomes))
        };
        book(old).changes_to(&book(new)).into_iter().map(line).collect()
    }

    const GRADED: &str = "[fields.t]\nvalues = { a = \"1\", b = \"2\" }\n[rules.r]\npattern = \"{t}{seq:2}{check}\"\n\
        check = { algorithm = \"weighted\", modulus = 11, weights = [1, 2, 3] }\n";

    #[test]
    fn remarks_and_order_change_nothing() {
        assert!(changes(GRADED, &format!("# a remark\n{GRADED}")).is_empty());
    }

    #[test]
    fn every_option_of_a_rule_is_told() {
        let new = GRADED.replace("seq:2", "seq:3").replace(
            "check = ",
            "label = \"L\"\nfrom = 2024-01-01\nseq = { scope = [], step = 2, skip_digits = \"4\" }\ncheck = ",
        );
        assert_eq!(
            changes(GRADED, &new),
            [
                "rule r label: nothing → L",
                "rule r pattern: {t}{seq:2}{check} → {t}{seq:3}{check}",
                "rule r from: nothing → 2024-01-01",
                "rule r scope: t → everything together",
                "rule r step: 1 → 2",
                "rule r max: 99 → 999",
                "rule r skip_digits: nothing → 4",
            ]
        );
    }

    #[test]
    fn a_check_digit_with_other_weights_is_another_one() {
        assert_eq!(
            changes(GRADED, &GRADED.replace("[1, 2, 3]", "[3, 2, 1]")),
            ["rule r check: weighted over t, seq → weighted over t, seq, computed otherwise"]
        );
    }

    #[test]
    fn a_field_that_is_derived_otherwise_is_told() {
        let derived = |derive: &str| {
            format!(
                "[fields.m]\ntext = {{ width = 2, charset = \"letters\", pad = \"X\" }}\n{derive}\n\
                 [rules.r]\npattern = \"{{m}}{{seq:2}}\"\n"
            )
        };
        let initials = derived("derive = { as = \"initials\" }");
        assert_eq!(changes(&derived(""), &initials), ["field m derive: nothing → initials of name"]);
        let short = derived("derive = { from = \"short\", as = \"pinyin\" }");
        assert_eq!(changes(&initials, &short), ["field m derive: initials of name → pinyin of short"]);
        let drop = |drop: &str| derived(&format!("derive = {{ as = \"initials\", drop = [{drop}] }}"));
        assert_eq!(changes(&drop("\"Ltd\""), &drop("")), ["field m drop: Ltd → nothing"]);
    }

    #[test]
    fn other_targets_are_told() {
        let new = format!("targets = [\"u8\", \"bc\"]\n{GRADED}");
        assert_eq!(changes(GRADED, &new), ["file  targets: nothing → u8, bc"]);
    }

    #[test]
    fn another_ledger_is_told() {
        let new = format!("store = \"codes.db\"\nstore_group = \"erp\"\n{GRADED}");
        assert_eq!(
            changes(GRADED, &new),
            ["file  store: nothing → codes.db", "file  store_group: nothing → erp"]
        );
    }

    #[test]
    fn a_rule_is_followed_through_another_name() {
        let kept = GRADED.replace("[rules.r]", "[rules.s]\nid = \"r\"");
        assert_eq!(changes(GRADED, &kept), ["file  default_rule: r → s", "rule s name: r → s"]);
        let lost = GRADED.replace("[rules.r]", "[rules.s]");
        assert_eq!(
            changes(GRADED, &lost),
            ["file  default_rule: r → s", "rule s name: r → s", "rule s id: r → s"]
        );
    }

    #[test]
    fn rules_come_and_go() {
        let two = format!("default_rule = \"r\"\n{GRADED}[rules.s]\npattern = \"S{{seq:9}}\"\n");
        assert_eq!(changes(GRADED, &two), ["rule s added: nothing → S{seq:9}"]);
        assert_eq!(changes(&two, GRADED), ["rule s removed: S{seq:9} → nothing"]);
    }
}
