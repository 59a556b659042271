//! A source file as the words of its language, without comments, without the content of texts and
//! without its unit tests.

/// The words and signs of `text`, in order; a path's `::` is one of them.
pub(super) fn tokens(text: &str) -> Vec<String> {
    without_tests(&all(text))
}

fn all(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = length(rest, first);
        let token = &rest[..length];
        let is_text = token.ends_with(['"', '#', '\'']) && token.len() > 1;
        if !first.is_whitespace() && !token.starts_with("//") && !token.starts_with("/*") && !is_text {
            tokens.push(token.to_owned());
        }
        rest = &rest[length..];
    }
    tokens
}

/// How long the token, the comment or the blank at the beginning of `rest` is.
fn length(rest: &str, first: char) -> usize {
    let to_end_of = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    if rest.starts_with("//") {
        to_end_of("\n")
    } else if rest.starts_with("/*") {
        to_end_of("*/")
    } else if rest.starts_with("::") {
        2
    } else if let Some(end) = raw_text(rest) {
        end
    } else if first == '"' || rest.starts_with("b\"") {
        let begin = if first == '"' { 1 } else { 2 };
        begin + quoted(&rest[begin..], '"')
    } else if first == '\'' {
        character(rest)
    } else if is_word(first) {
        rest.find(|next| !is_word(next)).unwrap_or(rest.len())
    } else {
        first.len_utf8()
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The end of `r"…"`, `r#"…"#`, `br"…"`.
fn raw_text(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r').or_else(|| rest.strip_prefix("br"))?;
    let signs = after.len() - after.trim_start_matches('#').len();
    let inside = after[signs..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(signs));
    let begin = rest.len() - inside.len();
    Some(inside.find(&end).map_or(rest.len(), |at| begin + at + end.len()))
}

/// The length of what is left of a text up to its closing quote, which a backslash takes away.
fn quoted(inside: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

/// `'x'` and `'\n'` are characters, `'a` is a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => 1 + quoted(&rest[1..], '\''),
        (Some(one), Some('\'')) => 2 + one.len_utf8(),
        _ => 1,
    }
}

/// Leaves out every item behind `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut left = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].iter().map(String::as_str).take(mark.len()).eq(mark) {
            at += mark.len();
            at += item(&tokens[at..]);
        } else {
            left.push(tokens[at].clone());
            at += 1;
        }
    }
    left
}

/// The length of an item: up to its `;`, or to the end of its braces.
fn item(tokens: &[String]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && (token == ";" || token == "}") {
            return at + 1;
        }
    }
    tokens.len()
}

#[test]
fn comments_texts_and_tests_are_left_out() {
    let text = r##"
        use a::b; // c
        /* d */ fn e<'f>(g: &'f str) -> char { h("i \" j", r#"k " l"#, b"m", 'n', '\'') }
        #[cfg(test)]
        mod tests { use o; fn p(q: [u8; 3]) {} }
        r
    "##;
    let words: Vec<_> = tokens(text).into_iter().filter(|token| token.starts_with(is_word)).collect();
    assert_eq!(words, ["use", "a", "b", "fn", "e", "f", "g", "f", "str", "char", "h", "r"]);
}
