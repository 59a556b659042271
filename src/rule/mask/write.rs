//! The text of a rule file out of the parts of a mask, with a comment for each part that says what
//! it came from.

use std::fmt::Write as _;

use super::parts::{Content, MaskPart, Read};
use super::{Request, System};

/// Characters of a comment line.
const WIDTH: usize = 110;

/// The text of the rule file and the pattern of its rule.
pub(super) fn rule_file(request: &Request<'_>, read: &Read) -> (String, String) {
    let title = request.system.title();
    let pattern = pattern(&read.parts);
    let mut text =
        format!("# Made by custcode rules from-mask of this {title} mask:\n#\n#   {}\n#\n", request.mask);
    explain(read, &mut text);
    text.push_str("#\n");
    for note in read.notes.iter().cloned().chain(remarks(request, read)) {
        comment("- ", &note, &mut text);
    }
    text.push_str("\ncustcode = 1\n");
    if read.parts.iter().any(|part| matches!(part.content, Content::Date(_))) {
        let (zone, why) = zone(request);
        let _ = writeln!(text, "timezone = {}  # {why}", quoted(zone));
    }
    fields(&read.parts, &mut text);
    let _ = write!(text, "\n[rules.{}]\npattern = {}\n", key(request.rule), quoted(&pattern));
    let options = sequence(read);
    if !options.is_empty() {
        let _ = writeln!(text, "seq = {{ {} }}", options.join(", "));
    }
    (text, pattern)
}

/// A line for each part: as the mask writes it, as the pattern writes it, in words.
fn explain(read: &Read, text: &mut String) {
    let rows: Vec<[String; 3]> = read
        .parts
        .iter()
        .map(|part| [part.source.clone(), written(&part.content), in_words(part, read)])
        .collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (first, second) = (widest(0), widest(1));
    for [source, content, words] in &rows {
        let _ = writeln!(text, "#   {source:first$}  {content:second$}  {words}");
    }
}

fn in_words(part: &MaskPart, read: &Read) -> String {
    match &part.content {
        Content::Text(_) => "as it stands".to_owned(),
        Content::Date(directive) => date_in_words(directive).to_owned(),
        Content::Field(name, width) => format!("the field {name}, always {width} letters or digits"),
        Content::Sequence(width) => {
            let within: Vec<String> =
                read.parts.iter().filter(|part| names(part)).map(|part| written(&part.content)).collect();
            let counted = if within.is_empty() {
                "over all codes".to_owned()
            } else {
                format!("within {}", within.join(" "))
            };
            format!("the number: {width} digits from {}, counted {counted}", read.start)
        }
    }
}

/// Whether the scope of the number names this part.
fn names(part: &MaskPart) -> bool {
    part.counted && is_variable(&part.content)
}

fn is_variable(content: &Content) -> bool {
    matches!(content, Content::Date(_) | Content::Field(..))
}

fn date_in_words(directive: &str) -> &'static str {
    match directive {
        "%Y" => "year of the record date",
        "%y" => "year of the record date, two digits",
        "%m" => "month of the record date",
        "%d" => "day of the record date",
        "%j" => "day of the year of the record date",
        "%G" => "ISO year of the record date",
        _ => "ISO week of the record date",
    }
}

/// A content as a pattern writes it.
fn written(content: &Content) -> String {
    match content {
        Content::Text(text) => text.replace('{', "{{").replace('}', "}}"),
        Content::Date(directive) => format!("{{date:{directive}}}"),
        Content::Sequence(width) => format!("{{seq:{width}}}"),
        Content::Field(name, _) => format!("{{{name}}}"),
    }
}

fn pattern(parts: &[MaskPart]) -> String {
    parts.iter().map(|part| written(&part.content)).collect()
}

/// The options of the number that are not those of every rule.
fn sequence(read: &Read) -> Vec<String> {
    let mut options = Vec::new();
    if read.parts.iter().any(|part| is_variable(&part.content) && !part.counted) {
        let mut scope: Vec<String> = Vec::new();
        for part in read.parts.iter().filter(|part| names(part)) {
            let name = quoted(written(&part.content).trim_matches(['{', '}']));
            if !scope.contains(&name) {
                scope.push(name);
            }
        }
        options.push(format!("scope = [{}]", scope.join(", ")));
    }
    if read.start != 1 {
        options.push(format!("start = {}", read.start));
    }
    options
}

/// Each field once.
fn fields(parts: &[MaskPart], text: &mut String) {
    let mut known: Vec<&str> = Vec::new();
    for part in parts {
        let Content::Field(name, width) = &part.content else { continue };
        if known.contains(&name.as_str()) {
            continue;
        }
        known.push(name);
        let _ = write!(
            text,
            "\n# Free text; a dictionary takes known values only: values = {{ key = \"code\" }}\n\
             [fields.{}]\ntext = {{ width = {width}, charset = \"alphanumeric\" }}\n",
            key(name)
        );
    }
}

/// The time zone, and where it comes from.
fn zone<'r>(request: &Request<'r>) -> (&'r str, &'static str) {
    match (request.timezone, request.system) {
        (Some(given), _) => (given, "as given with --timezone"),
        (None, System::Dataverse) => ("UTC", "Dataverse prints the days of UTC"),
        (None, _) => {
            (request.local_timezone, "the mask names none: that of the machine which made this file")
        }
    }
}

/// What holds for every mask of the system.
fn remarks(request: &Request<'_>, read: &Read) -> Vec<String> {
    let width = read.parts.iter().find_map(|part| match part.content {
        Content::Sequence(width) => Some(width),
        _ => None,
    });
    let title = request.system.title();
    let beyond = match request.system {
        System::Dolibarr => "puts an error message into the code",
        _ => "prints a longer number",
    };
    let last = "9".repeat(width.unwrap_or(0));
    vec![
        format!(
            "after {last} {title} {beyond}; custcode stops and says so, with warnings before where warn_at is set"
        ),
        format!(
            "numbers that {title} gave out are not known here: import the customers with their codes, and the number goes on after the highest"
        ),
    ]
}

/// Appends a comment, wrapped between words.
fn comment(bullet: &str, words: &str, text: &mut String) {
    let mut line = format!("# {bullet}");
    let indent = format!("# {:1$}", "", bullet.len());
    let mut empty = true;
    for word in words.split(' ') {
        if !empty && line.len() + 1 + word.len() > WIDTH {
            text.extend([line.as_str(), "\n"]);
            line.clone_from(&indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    text.extend([line.as_str(), "\n"]);
}

/// A TOML key, in quotes where it needs them.
fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name.bytes().all(|symbol| symbol.is_ascii_alphanumeric() || matches!(symbol, b'-' | b'_'));
    if bare { name.to_owned() } else { quoted(name) }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
