//! Two texts side by side, line by line, for the message of a failing test.

use std::fmt::Write as _;

/// The lines of both texts: `- ` only expected, `+ ` only actual, two spaces where they agree.
///
/// A missing final newline is shown as `␄`, since it is otherwise invisible.
pub(crate) fn lines(expected: &str, actual: &str) -> String {
    let (old, new) = (marked(expected), marked(actual));
    let common = common_lengths(&old, &new);
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    while i < old.len() || j < new.len() {
        let (mark, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', &old[i - 1])
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', &old[i - 1])
        } else {
            j += 1;
            ('+', &new[j - 1])
        };
        let _ = writeln!(text, "{mark} {line}");
    }
    text
}

fn marked(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text.lines().map(|line| line.escape_debug().to_string()).collect();
    if let Some(last) = lines.last_mut()
        && !text.ends_with('\n')
    {
        last.push('␄');
    }
    lines
}

/// `table[i][j]` is the length of the longest common subsequence of `old[i..]` and `new[j..]`.
fn common_lengths(old: &[String], new: &[String]) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] =
                if old[i] == new[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    table
}

#[test]
fn difference_shows_what_was_missing_and_what_came_instead() {
    assert_eq!(lines("a\nb\nc\n", "a\nx\nc"), "  a\n- b\n- c\n+ x\n+ c␄\n");
}
