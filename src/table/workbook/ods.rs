//! Sheets of an `.ods` file. Cells and rows that repeat are counted before they are repeated; what
//! is empty is not repeated at all.

use quick_xml::events::{BytesStart, Event};

use super::archive::{Archive, attribute};
use super::cells::Value;
use super::gather::Gatherer;
use super::sheets::Listed;
use super::{Area, Layout, ROW_LIMIT, broken, chosen};
use crate::table::WorkbookReading;
use crate::table::fault::ReadError;

const PART: &str = "content.xml";

/// Cells with content that one element may stand for.
const REPEATS: u32 = 16_384;

/// Reads the chosen sheets.
pub(super) fn read(
    archive: &mut Archive<'_>,
    reading: &WorkbookReading,
    gatherer: &mut Gatherer<'_>,
) -> Result<(), ReadError> {
    let name = archive.name();
    for part in archive.parts().iter().filter(|part| *part != PART) {
        archive.count(part)?;
    }
    let mut surveyed: Vec<(Listed, Layout)> = Vec::new();
    let mut hidden_styles: Vec<String> = Vec::new();
    let mut style = String::new();
    let mut walk = Walk::default();
    archive.events(PART, true, |event| {
        if let Event::Start(element) | Event::Empty(element) = event {
            match element.name().as_ref() {
                "style:style" => style = attribute(element, "name").unwrap_or_default(),
                "style:table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                    hidden_styles.push(style.clone());
                }
                _ => {}
            }
        }
        match walk.event(name, event)? {
            Step::Table { name, style } => {
                let hidden = hidden_styles.contains(&style);
                surveyed.push((Listed { name, hidden, filled: false }, Layout::default()));
            }
            Step::Row => {
                let Some((listed, layout)) = surveyed.last_mut() else { return Ok(()) };
                listed.filled |= walk.is_filled();
                // Those that repeat more often are refused when they are read.
                if walk.hidden && walk.is_filled() {
                    layout.hidden.extend(walk.row..walk.row.saturating_add(walk.repeated.min(REPEATS)));
                }
                layout.merged.append(&mut walk.merged);
            }
            Step::Nothing => {}
        }
        Ok(())
    })?;
    let (sheets, mut layouts): (Vec<Listed>, Vec<Layout>) = surveyed.into_iter().unzip();
    let places = chosen(name, &sheets, reading, &mut gatherer.notes)?;
    // All that are wanted in one pass: they stand in the file one after the other.
    let (mut walk, mut tables, mut wanted) = (Walk::default(), 0, false);
    archive.events(PART, false, |event| {
        match walk.event(name, event)? {
            Step::Table { .. } => {
                if wanted {
                    gatherer.end()?;
                }
                wanted = places.contains(&tables);
                if wanted {
                    gatherer.begin(&sheets[tables].name, std::mem::take(&mut layouts[tables]));
                }
                tables += 1;
            }
            Step::Row if wanted => take(name, &walk, gatherer)?,
            Step::Row | Step::Nothing => {}
        }
        Ok(())
    })?;
    if wanted {
        gatherer.end()?;
    }
    Ok(())
}

/// Hands the cells of a row on, as often as they repeat.
fn take(name: &str, walk: &Walk, gatherer: &mut Gatherer<'_>) -> Result<(), ReadError> {
    if !walk.is_filled() {
        return Ok(());
    }
    if walk.repeated > REPEATS {
        return Err(broken(name, format!("line {} repeats {} times", walk.row + 1, walk.repeated), None));
    }
    for row in walk.row..walk.row + walk.repeated {
        for cell in &walk.cells {
            if cell.kind == Content::Empty {
                continue;
            }
            for column in cell.column..cell.column + cell.repeated {
                gatherer.cell(row, column, cell.value())?;
            }
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Empty,
    Text,
    Number,
    Date,
    Bool,
}

#[derive(Debug)]
struct Cell {
    column: u32,
    repeated: u32,
    kind: Content,
    /// The value of the attribute, for what is no text.
    raw: String,
    /// What the cell shows.
    shown: String,
}

impl Cell {
    fn value(&self) -> Value<'_> {
        match self.kind {
            Content::Bool => Value::Bool(self.raw == "true"),
            Content::Date => Value::Text(&self.raw),
            Content::Number => match self.raw.parse::<f64>() {
                // A format such as 0000 shows the zeros that the value does not have.
                Ok(number) if !self.is_padded(number) => Value::Number(number, None),
                _ => Value::Text(&self.shown),
            },
            Content::Empty | Content::Text if is_error(&self.shown) => Value::Error(&self.shown),
            Content::Empty | Content::Text => Value::Text(&self.shown),
        }
    }

    fn is_padded(&self, number: f64) -> bool {
        let digits = self.shown.bytes().all(|byte| byte.is_ascii_digit());
        digits && self.shown.starts_with('0') && self.shown.len() > 1 && self.shown.parse() == Ok(number)
    }
}

/// Whether a text is what a spreadsheet shows of a formula that failed.
fn is_error(text: &str) -> bool {
    matches!(text, "#N/A" | "#VALUE!" | "#REF!" | "#DIV/0!" | "#NAME?" | "#NUM!" | "#NULL!")
        || text.strip_prefix("Err:").is_some_and(|number| number.parse::<u16>().is_ok())
}

enum Step {
    Nothing,
    /// A sheet begins.
    Table {
        name: String,
        style: String,
    },
    /// A row has ended.
    Row,
}

/// Where in the document one stands.
#[derive(Default)]
struct Walk {
    /// Tables stand in cells, too; those are no sheets.
    depth: u32,
    next: u32,
    row: u32,
    repeated: u32,
    hidden: bool,
    column: u32,
    cells: Vec<Cell>,
    merged: Vec<Area>,
    in_cell: bool,
    paragraphs: u32,
    /// Notes at the cell are not its text.
    annotation: u32,
    in_paragraph: bool,
}

impl Walk {
    fn event(&mut self, name: &str, event: &Event<'_>) -> Result<Step, ReadError> {
        match event {
            Event::Start(element) => return self.start(name, element, false),
            Event::Empty(element) => return self.start(name, element, true),
            Event::Text(text) if self.reads() => self.push(&text.xml10_content()),
            Event::CData(text) if self.reads() => self.push(&text.xml10_content()),
            Event::GeneralRef(reference) if self.reads() => {
                let character = reference.resolve_char_ref().ok().flatten();
                match character {
                    Some(character) => self.push(character.encode_utf8(&mut [0; 4])),
                    None => {
                        self.push(
                            quick_xml::escape::resolve_predefined_entity(reference).unwrap_or_default(),
                        );
                    }
                }
            }
            Event::End(element) => match element.name().as_ref() {
                "table:table" => self.depth = self.depth.saturating_sub(1),
                "table:table-row" if self.depth == 1 => return Ok(Step::Row),
                "table:table-cell" | "table:covered-table-cell" if self.depth == 1 => self.in_cell = false,
                "office:annotation" => self.annotation = self.annotation.saturating_sub(1),
                "text:p" => self.in_paragraph = false,
                _ => {}
            },
            _ => {}
        }
        Ok(Step::Nothing)
    }

    fn start(&mut self, name: &str, element: &BytesStart<'_>, empty: bool) -> Result<Step, ReadError> {
        let number = |attribute_name| {
            attribute(element, attribute_name).and_then(|it| it.parse::<u32>().ok()).unwrap_or(1)
        };
        match element.name().as_ref() {
            "table:table" => {
                self.depth += u32::from(!empty);
                if self.depth == 1 {
                    self.next = 0;
                    let text = |name| attribute(element, name).unwrap_or_default();
                    return Ok(Step::Table { name: text("name"), style: text("style-name") });
                }
            }
            "table:table-row" if self.depth == 1 => {
                self.row = self.next;
                self.repeated = number("number-rows-repeated").max(1);
                self.next = self.row.saturating_add(self.repeated);
                if u64::from(self.row) > ROW_LIMIT {
                    return Err(broken(name, format!("a sheet in it has more than {ROW_LIMIT} rows"), None));
                }
                let visibility = attribute(element, "visibility");
                self.hidden = matches!(visibility.as_deref(), Some("collapse" | "filter"));
                self.column = 0;
                self.cells.clear();
                if empty {
                    return Ok(Step::Row);
                }
            }
            "table:table-cell" | "table:covered-table-cell" if self.depth == 1 => {
                self.cell(element, number("number-columns-repeated").max(1));
                let (rows, columns) = (number("number-rows-spanned"), number("number-columns-spanned"));
                if (rows > 1 || columns > 1)
                    && let Some(cell) = self.cells.last()
                {
                    let end = |start: u32, length: u32| (start, start.saturating_add(length.max(1) - 1));
                    self.merged.push(Area { rows: end(self.row, rows), columns: end(cell.column, columns) });
                }
                self.in_cell = !empty;
                if let Some(cell) = self.cells.last()
                    && cell.kind != Content::Empty
                    && cell.repeated > REPEATS
                {
                    return Err(broken(
                        name,
                        format!("a cell of line {} repeats {} times", self.row + 1, cell.repeated),
                        None,
                    ));
                }
            }
            "office:annotation" => self.annotation += u32::from(!empty),
            "text:p" if self.in_cell && self.annotation == 0 => {
                self.in_paragraph = !empty;
                if self.paragraphs > 0 {
                    self.push("\n");
                }
                self.paragraphs += 1;
            }
            "text:s" if self.in_paragraph => self.push(&" ".repeat(number("c").min(1024) as usize)),
            "text:tab" if self.in_paragraph => self.push("\t"),
            "text:line-break" if self.in_paragraph => self.push("\n"),
            _ => {}
        }
        Ok(Step::Nothing)
    }

    fn cell(&mut self, element: &BytesStart<'_>, repeated: u32) {
        let raw = |name| attribute(element, name).unwrap_or_default();
        let (kind, raw) = match attribute(element, "value-type").as_deref() {
            Some("float" | "percentage" | "currency") => (Content::Number, raw("value")),
            Some("date") => (Content::Date, plain_date(&raw("date-value"))),
            Some("boolean") => (Content::Bool, raw("boolean-value")),
            // What a time shows is what its format makes of it.
            Some(_) => (Content::Text, String::new()),
            None => (Content::Empty, String::new()),
        };
        self.cells.push(Cell { column: self.column, repeated, kind, raw, shown: String::new() });
        self.column = self.column.saturating_add(repeated);
        self.paragraphs = 0;
    }

    /// Whether any cell of the row has content.
    fn is_filled(&self) -> bool {
        self.cells.iter().any(|cell| cell.kind != Content::Empty)
    }

    fn reads(&self) -> bool {
        self.in_cell && self.in_paragraph && self.annotation == 0 && self.depth == 1
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = self.cells.last_mut() {
            cell.shown.push_str(text);
        }
    }
}

/// `2023-10-01` or `2023-10-01 08:30:00` of what the file has.
fn plain_date(date: &str) -> String {
    match date.split_once('T') {
        Some((day, time)) => {
            let time = time.split('.').next().unwrap_or_default();
            if time == "00:00:00" { day.to_owned() } else { format!("{day} {time}") }
        }
        None => date.to_owned(),
    }
}
