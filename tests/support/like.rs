//! Patterns for output that cannot be known in full: `[..]` is any text within a line, a line `...`
//! any number of lines.

/// Whether `text` has the shape of `pattern`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<_> = pattern.lines().collect();
    let text: Vec<_> = text.lines().collect();
    lines_match(&pattern, &text)
}

fn lines_match(pattern: &[&str], text: &[&str]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((&"...", rest)) => (0..=text.len()).any(|skipped| lines_match(rest, &text[skipped..])),
        Some((first, rest)) => text
            .split_first()
            .is_some_and(|(line, others)| line_matches(first, line) && lines_match(rest, others)),
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((head, rest)) = pattern.split_once("[..]") else {
        return pattern == line;
    };
    let Some(tail) = line.strip_prefix(head) else {
        return false;
    };
    tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| line_matches(rest, &tail[at..]))
}

#[test]
fn gaps_stand_for_text_within_a_line_and_for_whole_lines() {
    assert!(matches("made [..].db\n", "made 台账.db\n"));
    assert!(matches("a\n...\nz\n", "a\nb\nc\nz\n"));
    assert!(matches("...\n", ""));
    assert!(!matches("made [..].db\n", "made x.db\nand more\n"));
}
