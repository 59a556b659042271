//! The statements of the ledger, as SQLite is asked them; what PostgreSQL is asked has a test of
//! its own beside its server.

use std::collections::BTreeSet;

use custcode::store;

use super::Ledger;
use crate::support::skipped_on_postgres;

#[test]
fn every_statement_can_be_prepared() {
    if skipped_on_postgres("its statements are prepared by its own test") {
        return;
    }
    let ledger = Ledger::new();
    let file = rusqlite::Connection::open(ledger.path()).expect("the file");
    let mut names = BTreeSet::new();
    for (name, statement) in store::statements() {
        assert!(names.insert(name), "{name} is there twice");
        let texts = statement.sqlite();
        for text in &texts {
            let prepared = file.prepare(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
            let values = prepared.parameter_count();
            assert!(values <= statement.params(), "{name} asks for {values} values\n{text}");
            assert!(texts.len() > 1 || values == statement.params(), "{name} asks for {values} values");
            let marks = (1..=values).filter_map(|place| prepared.parameter_name(place));
            assert!(
                marks.clone().all(|name| name.starts_with('?')),
                "{name}: {:?}",
                marks.collect::<Vec<_>>()
            );
        }
    }
    assert!(names.len() > 50, "all of them: {names:?}");
}

/// A second text costs understanding: each has to earn its place by the round trips it saves.
#[test]
fn few_statements_have_a_text_of_their_own_on_each_engine() {
    let two: Vec<_> = store::statements()
        .filter(|(_, statement)| statement.has_two_texts())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        two,
        [
            "TOTALS",
            "PUT",
            "CHANGES",
            "EVENT",
            "BEGIN",
            "TAKE",
            "KEEP_AHEAD",
            "ATTRIBUTES",
            "ADOPT",
            "LIFT",
            "FORGET_AHEAD",
            "NOTE_AHEAD",
            "LINKS",
        ]
    );
}
