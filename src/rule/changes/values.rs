//! The values of one field, before and after.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::{Change, Subject};
use crate::rule::{Field, Value};

/// Values named before the rest is only counted.
const NAMED: usize = 5;

/// Two states of a field.
pub(super) struct Values<'v> {
    pub(super) old: &'v Field,
    pub(super) new: &'v Field,
}

/// Whether every value is there still, with the same key behind whatever it prints.
pub(super) fn keeps_values(old: &Field, new: &Field) -> bool {
    let kept: HashSet<_> = new.values.iter().map(printed).collect();
    old.values.iter().all(|value| kept.contains(&printed(value)))
}

/// What a code can show of a value, and its name in the ledger; the order of a table's columns says
/// nothing.
fn printed(value: &Value) -> (&str, &str, BTreeSet<&(String, String)>) {
    (&value.key, &value.code, value.attributes.iter().collect())
}

impl Values<'_> {
    /// Values that came, went or changed, by key.
    pub(super) fn changes(&self, list: &mut Vec<Change>) {
        let by_key = |field| -> HashMap<&str, &Value> {
            let field: &Field = field;
            field.values.iter().map(|value| (value.key.as_str(), value)).collect()
        };
        let (before, after) = (by_key(self.old), by_key(self.new));
        let coded = |value: &Value| format!("{} = {}", value.key, value.code);
        let added = self.new.values.iter().filter(|value| !before.contains_key(value.key.as_str()));
        self.some(list, "values added", added.map(|value| (None, Some(coded(value)))));
        let removed = self.old.values.iter().filter(|value| !after.contains_key(value.key.as_str()));
        self.some(list, "values removed", removed.map(|value| (Some(coded(value)), None)));
        let kept: Vec<(&Value, &Value)> = self
            .new
            .values
            .iter()
            .filter_map(|value| Some((*before.get(value.key.as_str())?, value)))
            .collect();
        for (aspect, of) in ASPECTS {
            let word = |value: &Value| Some(format!("{} = {}", value.key, of(value)));
            let changed = kept.iter().filter(|(was, becomes)| of(was) != of(becomes));
            self.some(list, aspect, changed.map(|(was, becomes)| (word(was), word(becomes))));
        }
    }

    /// One change for all values of a kind, where there is any.
    fn some(
        &self,
        list: &mut Vec<Change>,
        aspect: &'static str,
        values: impl Iterator<Item = (Option<String>, Option<String>)>,
    ) {
        let (mut count, mut was, mut becomes) = (0, Vec::new(), Vec::new());
        for (old, new) in values {
            count += 1;
            if count <= NAMED {
                was.extend(old);
                becomes.extend(new);
            }
        }
        if count == 0 {
            return;
        }
        let more = if count > NAMED { " …" } else { "" };
        let words = |list: Vec<String>| (!list.is_empty()).then(|| list.join(", ") + more);
        list.push(Change {
            of: Subject::Field,
            name: self.new.name.clone(),
            aspect,
            count: count as u64,
            was: words(was),
            becomes: words(becomes),
        });
    }
}

/// Something of a value, in words.
type Aspect = fn(&Value) -> String;

/// What of a value can change while its key stays.
const ASPECTS: [(&str, Aspect); 5] = [
    ("values recoded", |value| value.code.clone()),
    ("values relabelled", |value| value.label.clone()),
    ("values named otherwise", |value| format!("[{}]", value.aliases.join(", "))),
    ("values with other attributes", |value| {
        let mut words: Vec<String> =
            value.attributes.iter().map(|(name, text)| format!("{name} {text}")).collect();
        words.sort_unstable();
        format!("[{}]", words.join(", "))
    }),
    ("values valid at other times", |value| {
        let day = |day: Option<jiff::civil::Date>| day.map_or("…".to_owned(), |day| day.to_string());
        format!("{} to {}", day(value.from), day(value.until))
    }),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Bundle, Origin, RuleBook};

    fn field(values: &str) -> Field {
        let text = format!("[fields.t]\nvalues = {{ {values} }}\n[rules.r]\npattern = \"{{seq:2}}\"\n");
        let files = vec![("rules.toml".to_owned(), text)];
        let book = RuleBook::compile(Bundle::new(Origin::Ledger, files));
        book.unwrap_or_else(|findings| panic!("{}", findings.render(false))).fields()[0].clone()
    }

    fn changes(old: &str, new: &str) -> Vec<(&'static str, u64, Option<String>, Option<String>)> {
        let mut list = Vec::new();
        Values { old: &field(old), new: &field(new) }.changes(&mut list);
        list.into_iter().map(|change| (change.aspect, change.count, change.was, change.becomes)).collect()
    }

    #[test]
    fn values_come_go_and_change() {
        assert_eq!(
            changes(
                "a = \"1\", b = \"2\", c = { code = \"3\", label = \"C\" }",
                "b = \"4\", c = { code = \"3\", label = \"D\" }, e = \"5\""
            ),
            [
                ("values added", 1, None, Some("e = 5".to_owned())),
                ("values removed", 1, Some("a = 1".to_owned()), None),
                ("values recoded", 1, Some("b = 2".to_owned()), Some("b = 4".to_owned())),
                ("values relabelled", 1, Some("c = C".to_owned()), Some("c = D".to_owned())),
            ]
        );
    }

    #[test]
    fn many_values_are_counted() {
        let many: Vec<String> = (1..=9).map(|n| format!("v{n} = \"{n}\"")).collect();
        assert_eq!(
            changes("v0 = \"0\"", &format!("v0 = \"0\", {}", many.join(", "))),
            [("values added", 9, None, Some("v1 = 1, v2 = 2, v3 = 3, v4 = 4, v5 = 5 …".to_owned()))]
        );
    }

    #[test]
    fn a_value_that_came_leaves_the_others_as_they_were() {
        let (one, two) = (field("a = \"1\""), field("a = \"1\", b = \"2\""));
        assert!(keeps_values(&one, &two) && !keeps_values(&two, &one));
    }

    #[test]
    fn the_order_of_attributes_decides_nothing() {
        let (one, two) = (
            "a = { code = \"1\", sales = \"A\", area = \"X\" }",
            "a = { code = \"1\", area = \"X\", sales = \"A\" }",
        );
        assert_eq!(field(one).values[0].attributes.len(), 2);
        assert!(changes(one, two).is_empty() && keeps_values(&field(one), &field(two)));
    }

    #[test]
    fn the_order_of_a_dictionary_decides_nothing() {
        let (one, two) = (field("a = \"1\", b = \"2\""), field("b = \"2\", a = \"1\""));
        assert!(keeps_values(&one, &two));
        assert!(!keeps_values(&one, &field("a = \"2\", b = \"1\"")));
        assert!(changes("a = \"1\", b = \"2\"", "b = \"2\", a = \"1\"").is_empty());
    }
}
