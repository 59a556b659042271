//! Operations taken away whole, so that nothing that is left names them; and ends of chains cut
//! off.

use super::{company, expect, found, tamper};

/// Everything that an operation wrote.
fn remove(operation: i64) -> String {
    format!(
        "DELETE FROM customers WHERE operation = {operation};
         DELETE FROM codes WHERE operation = {operation};
         DELETE FROM changes WHERE operation = {operation};
         DELETE FROM revisions WHERE operation = {operation};
         DELETE FROM gap_ranges WHERE operation = {operation};
         DELETE FROM links WHERE operation = {operation};
         DELETE FROM operations WHERE id = {operation};"
    )
}

/// The links behind a place that is gone move up.
const RENUMBER: &str = "
    CREATE TEMP TABLE renumbered AS SELECT sequence, lease, operation, hash,
        row_number() OVER (PARTITION BY sequence, lease ORDER BY position) AS position FROM links;
    DELETE FROM links;
    INSERT INTO links (sequence, lease, position, operation, hash)
        SELECT sequence, lease, position, operation, hash FROM renumbered;
    UPDATE sequences SET position = (SELECT max(position) FROM links WHERE links.sequence = sequences.id);";

#[test]
fn an_operation_that_was_taken_away_is_missed() {
    for operation in [1, 2, 3, 4, 8, 10, 13] {
        let folder = company();
        let sql = remove(operation);
        tamper(&folder, &sql);
        expect(&folder, &sql, "chain", operation);
    }
}

#[test]
fn it_is_missed_when_the_links_behind_it_move_up() {
    for operation in [1, 2, 3, 4, 8, 10] {
        let folder = company();
        let sql = format!("{}{RENUMBER}", remove(operation));
        tamper(&folder, &sql);
        expect(&folder, &sql, "chain", operation);
        // The next on its chain no longer follows what it followed.
        assert!(
            found(&folder)
                .iter()
                .any(|(kind, of, _)| kind == "operation" && of.is_some_and(|of| of > operation))
        );
    }
}

#[test]
fn the_last_operations_of_a_chain_are_missed_by_its_head() {
    let folder = company();
    tamper(&folder, &remove(15));
    let found = found(&folder);
    assert!(
        found
            .iter()
            .any(|(kind, of, what)| kind == "chain" && *of == Some(10) && what.contains("taken away")),
        "{found:#?}"
    );
}

#[test]
fn a_chain_whose_end_was_cut_cleanly_is_missed_by_its_checkpoint() {
    let folder = company();
    // Operation 15 with its head, counter and the newer rules' trace set back, as by somebody who
    // knows the tables.
    let back = "UPDATE sequences SET position = position - 1, last = last - 1,
        head = (SELECT hash FROM links WHERE links.sequence = sequences.id AND links.position = sequences.position - 1)
        WHERE id = 1;";
    tamper(&folder, &format!("{}{back}", remove(15)));
    expect(&folder, back, "checkpoint", 16);
}

#[test]
fn rows_that_no_operation_wrote_are_found() {
    for (sql, kind, operation) in [
        (
            "INSERT INTO operations (id, at, command, actor, os_user, host, bundle)
             SELECT 40, at, command, actor, os_user, host, bundle FROM operations WHERE id = 1",
            "chain",
            40,
        ),
        ("UPDATE codes SET operation = 41 WHERE id = 5", "chain", 41),
        (
            "INSERT INTO gap_ranges (sequence, first, last, reason, operation) VALUES (2, 5, 6, 'import', 1)",
            "chain",
            1,
        ),
        (
            "DELETE FROM links WHERE operation = 6; UPDATE sequences SET head = NULL, position = 0 WHERE id = 3",
            "chain",
            6,
        ),
    ] {
        let folder = company();
        tamper(&folder, sql);
        expect(&folder, sql, kind, operation);
    }
}
