//! The columns of an export: which there are, what each is headed with, and its cell of a customer.

use std::collections::HashSet;

use super::Selection;
use crate::registry::columns::{
    KNOWN, STATE_COLUMN, attribute_header, known_header, label_header, said_attribute,
};
use crate::registry::customer::request::nearest;
use crate::registry::json_fields::Texts;
use crate::registry::{Error, Result};
use crate::rule::RuleBook;
use crate::rule::headers::Known;
use crate::store::{CodeState, CustomerState, Erasure, Listed};

/// Which columns are wanted and in which order rows come, as typed.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// `--columns`: `SOURCE` or `HEADER=SOURCE` each; none = what [`Columns`] says.
    pub columns: Vec<String>,
    /// What stands for the values of dictionaries and classes, where no columns are named.
    pub values: ShownValues,
    /// `--sort`: a source, and whether the greatest comes first; none = order of issue.
    pub sort: Option<(String, bool)>,
}

/// What of a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShownValues {
    /// Its key, which an import reads back.
    #[default]
    Keys,
    /// Its label, for people.
    Labels,
    /// The key, and the label in a column beside it.
    Both,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Code,
    /// The first reference.
    Reference,
    /// All references, one a line of the cell: a reference has no line break.
    References,
    Name,
    Date,
    /// The state of the code; `erased` where its customer was.
    State,
    /// Of an erasure: when, by whom or why.
    Erasure(Erased),
    /// The key of a declared field, by its place in the rule book.
    Field(usize),
    /// The label of that key.
    Label(usize),
    Attribute(String),
}

/// What is told of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Erased {
    At,
    By,
    Because,
}

/// Sources that are neither fields nor attributes.
const SOURCES: [(&str, Content); 9] = [
    ("code", Content::Code),
    ("name", Content::Name),
    ("ref", Content::Reference),
    ("refs", Content::References),
    ("date", Content::Date),
    ("state", Content::State),
    ("erased_at", Content::Erasure(Erased::At)),
    ("erased_by", Content::Erasure(Erased::By)),
    ("erased_because", Content::Erasure(Erased::Because)),
];
const FIELD: &str = "field:";
const LABEL: &str = ".label";

/// The columns of an export: those that were asked for, else `code`, `ref`, `name`, `date`, the
/// declared fields, `code_state` where others than active codes are wanted, then attributes in
/// order of first use (an attribute that would be taken for another column on import is headed
/// `attr:NAME`); of customers who were erased, where no other ones are wanted, also when, by whom
/// and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What stands above each column.
    pub headers: Vec<String>,
    pub(super) contents: Vec<Content>,
    /// What rows are sorted by, and whether the greatest comes first.
    pub(super) order: Option<(Content, bool)>,
}

impl Columns {
    /// The columns of a layout. `attributes` are all that the ledger has.
    pub(super) fn of(
        book: &RuleBook,
        attributes: &[String],
        selection: &Selection,
        layout: &Layout,
    ) -> Result<Self> {
        let sources = Sources { book, attributes };
        let order = match &layout.sort {
            Some((source, descending)) => Some((sources.demand(source)?, *descending)),
            None => None,
        };
        let listed = if layout.columns.is_empty() {
            sources.all(selection, layout.values)
        } else {
            layout.columns.iter().map(|typed| sources.column(typed)).collect::<Result<_>>()?
        };
        let (headers, contents): (Vec<String>, Vec<Content>) = listed.into_iter().unzip();
        let mut seen = HashSet::new();
        if let Some(twice) = headers.iter().find(|header| !seen.insert(header.as_str())) {
            let message = format!("two columns would be headed {twice:?}");
            return Err(Error::usage(
                message,
                "give each a header of its own: --columns HEADER=COLUMN".to_owned(),
            ));
        }
        Ok(Self { headers, contents, order })
    }

    /// Whether each column is one by which a customer is known: its code, its name, its date.
    pub fn essential(&self) -> Vec<bool> {
        let is = |content: &Content| matches!(content, Content::Code | Content::Name | Content::Date);
        self.contents.iter().map(is).collect()
    }

    /// Whether each column is a list, one item a line of its cells.
    pub fn lists(&self) -> Vec<bool> {
        self.contents.iter().map(|content| *content == Content::References).collect()
    }

    /// Whether erasures are told in some column, or sorted by.
    pub(super) fn tells_erasures(&self) -> bool {
        let sorted_by = self.order.iter().map(|(content, _)| content);
        let told = |content: &Content| matches!(content, Content::State | Content::Erasure(_));
        self.contents.iter().chain(sorted_by).any(told)
    }
}

/// What columns can be made of.
struct Sources<'s> {
    book: &'s RuleBook,
    attributes: &'s [String],
}

impl Sources<'_> {
    /// Every column that a customer can be read back from.
    fn all(&self, selection: &Selection, values: ShownValues) -> Vec<(String, Content)> {
        let known = KNOWN.map(|known| match known {
            Known::Code => Content::Code,
            Known::Reference => Content::Reference,
            Known::Name => Content::Name,
            _ => Content::Date,
        });
        let mut contents = Vec::from(known);
        for (place, field) in self.book.fields().iter().enumerate() {
            let labelled = !field.values.is_empty();
            contents.push(match values {
                ShownValues::Labels if labelled => Content::Label(place),
                _ => Content::Field(place),
            });
            contents.extend((labelled && values == ShownValues::Both).then_some(Content::Label(place)));
        }
        contents.extend((selection.states != [CodeState::Active]).then_some(Content::State));
        contents.extend(self.attributes.iter().cloned().map(Content::Attribute));
        if selection.erased == Some(true) {
            contents.extend([Erased::At, Erased::By, Erased::Because].map(Content::Erasure));
        }
        let header = |content: &Content| match content {
            // In the place of the key.
            Content::Label(place) if values == ShownValues::Labels => self.book.fields()[*place].name.clone(),
            content => self.header(content),
        };
        contents.into_iter().map(|content| (header(&content), content)).collect()
    }

    /// The header of a column that was given none: one that an import takes for the same thing.
    fn header(&self, content: &Content) -> String {
        let field = |place: usize| &self.book.fields()[place].name;
        match content {
            Content::Code => known_header(Known::Code).to_owned(),
            Content::Reference => known_header(Known::Reference).to_owned(),
            Content::Name => known_header(Known::Name).to_owned(),
            Content::Date => known_header(Known::Date).to_owned(),
            Content::State => STATE_COLUMN.to_owned(),
            Content::Field(place) => field(*place).clone(),
            Content::Label(place) => label_header(field(*place)),
            Content::Attribute(name) => attribute_header(self.book, name),
            Content::References | Content::Erasure(_) => {
                let own = SOURCES.iter().find(|(_, known)| known == content);
                own.map_or(String::new(), |(name, _)| (*name).to_owned())
            }
        }
    }

    /// `SOURCE` or `HEADER=SOURCE`. Either may have an `=` of its own: what names a source decides.
    fn column(&self, typed: &str) -> Result<(String, Content)> {
        if let Some(content) = self.content(typed) {
            return Ok((self.header(&content), content));
        }
        let headed = typed.match_indices('=').find_map(|(at, _)| {
            let content = self.content(&typed[at + 1..])?;
            Some((typed[..at].trim().to_owned(), content))
        });
        match (headed, typed.split_once('=')) {
            (Some(found), _) => Ok(found),
            (None, parts) => Err(self.unknown(parts.map_or(typed, |(_, source)| source))),
        }
    }

    fn demand(&self, source: &str) -> Result<Content> {
        self.content(source).ok_or_else(|| self.unknown(source))
    }

    fn content(&self, source: &str) -> Option<Content> {
        let source = source.trim();
        let field = |name: &str| self.book.fields().iter().position(|field| field.name == name);
        if let Some((_, content)) = SOURCES.iter().find(|(name, _)| *name == source) {
            return Some(content.clone());
        }
        if let Some(name) = said_attribute(source) {
            return self.attributes.iter().find(|known| *known == name).cloned().map(Content::Attribute);
        }
        if let Some(place) = field(source.strip_prefix(FIELD).unwrap_or(source)) {
            return Some(Content::Field(place));
        }
        let of = source.strip_suffix(LABEL)?;
        let place = field(of.strip_prefix(FIELD).unwrap_or(of))?;
        (!self.book.fields()[place].values.is_empty()).then_some(Content::Label(place))
    }

    fn unknown(&self, source: &str) -> Error {
        let fields = self.book.fields();
        let known: Vec<String> = (SOURCES.iter().map(|(name, _)| (*name).to_owned()))
            .chain(fields.iter().map(|field| field.name.clone()))
            .chain(fields.iter().filter(|it| !it.values.is_empty()).map(|it| format!("{}{LABEL}", it.name)))
            .chain(self.attributes.iter().map(|name| format!("attr:{name}")))
            .collect();
        let bare = format!("attr:{}", source.trim());
        let near = if known.contains(&bare) {
            Some(bare)
        } else {
            nearest(source.trim(), known.iter().map(String::as_str))
        };
        let hint = match near {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", known.join(", ")),
        };
        Error::usage(format!("there is no column {source:?}"), hint)
    }
}

/// Where the cells of a row come from, looked up once for all rows.
pub(super) struct Slots<'s> {
    book: &'s RuleBook,
    contents: Vec<&'s Content>,
    /// The fields and the attributes that are read, in the order of the ledger's objects.
    fields: Vec<&'s str>,
    attributes: Vec<&'s str>,
    /// For each column, where its text stands among those.
    places: Vec<usize>,
    /// Whether rows need to know of erasures.
    pub(super) tell_erasures: bool,
}

impl<'s> Slots<'s> {
    pub(super) fn new(book: &'s RuleBook, columns: &'s Columns) -> Self {
        let sorted_by = columns.order.iter().map(|(content, _)| content);
        let contents: Vec<&Content> = columns.contents.iter().chain(sorted_by).collect();
        let (mut fields, mut attributes) = (Vec::new(), Vec::new());
        for content in &contents {
            match content {
                Content::Field(place) | Content::Label(place) => {
                    fields.push(book.fields()[*place].name.as_str());
                }
                Content::Attribute(name) => attributes.push(name.as_str()),
                _ => {}
            }
        }
        let (mut field, mut attribute) = (0, fields.len());
        let places = contents.iter().map(|content| {
            let next = match content {
                Content::Field(_) | Content::Label(_) => &mut field,
                Content::Attribute(_) => &mut attribute,
                _ => return 0,
            };
            *next += 1;
            *next - 1
        });
        let places = places.collect();
        Self { book, places, contents, fields, attributes, tell_erasures: columns.tells_erasures() }
    }

    /// Calls `each` with the cells of a customer; the last is the one to sort by, if that is
    /// wanted.
    pub(super) fn row(
        &self,
        listed: &Listed<'_>,
        erasure: Option<&Erasure>,
        each: impl FnOnce(&[Option<&str>]) -> Result<()>,
    ) -> Result<()> {
        let (own, free) = (Texts::of(listed.fields)?, Texts::of(listed.attributes)?);
        let mut texts = Vec::with_capacity(self.fields.len() + self.attributes.len());
        own.lay(&self.fields, &mut texts);
        free.lay(&self.attributes, &mut texts);
        // A key that the rules do not have any more is all that there is.
        let label = |field: &usize, key| {
            let value = self.book.fields()[*field].value(key);
            value.map_or(key, |value| value.label.as_str())
        };
        let cells = self.contents.iter().zip(&self.places).map(|(content, place)| match content {
            Content::Code => Some(listed.code),
            Content::Reference => listed.references.and_then(|lines| lines.lines().next()),
            Content::References => listed.references,
            Content::Name => listed.name,
            Content::Date => Some(listed.date),
            Content::State if erasure.is_some() => Some(CustomerState::Erased.as_str()),
            Content::State => Some(listed.state.as_str()),
            Content::Erasure(Erased::At) => erasure.map(|it| it.operation.at.as_str()),
            Content::Erasure(Erased::By) => erasure.map(|it| it.operation.actor.as_str()),
            Content::Erasure(Erased::Because) => erasure.map(|it| it.reason.as_str()),
            Content::Field(_) | Content::Attribute(_) => texts[*place],
            Content::Label(field) => texts[*place].map(|key| label(field, key)),
        });
        each(&cells.collect::<Vec<_>>())
    }
}
