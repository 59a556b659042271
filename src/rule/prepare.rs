//! From a customer's values to what a rule prints of them. Called for each customer of an import,
//! so it allocates only what it returns.

use jiff::civil::Date;

use super::coding::Prepared;
use super::printed::Print;
use super::{Field, Rule, RuleBook, UnfitValues};

/// What a segment prints of a customer, for those who explain the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintedAs<'r> {
    /// The value's code, or free text.
    Code,
    /// Another attribute of the value: its name.
    Attribute(&'r str),
    /// A class code cut at a level, counted from 1.
    Level(usize),
}

impl Rule {
    /// The field that segment `index` prints, and what of it; `None` for the other segments.
    pub fn field_at<'b>(&self, book: &'b RuleBook, index: usize) -> Option<(&'b Field, PrintedAs<'_>)> {
        let part = self.printed.get(index)?.as_ref()?;
        let printed = match &part.print {
            Print::Code => PrintedAs::Code,
            Print::Attribute(name) => PrintedAs::Attribute(name),
            Print::Level(level, _) => PrintedAs::Level(*level),
        };
        Some((&book.fields()[part.field], printed))
    }

    /// Resolves the scope and the parts; `value(field)` gives the customer's key or text.
    pub fn prepare(
        &self,
        book: &RuleBook,
        value: &dyn Fn(&str) -> Option<String>,
        date: Date,
    ) -> Result<Prepared, UnfitValues> {
        let names =
            book.fields().iter().map(|field| (field.name.as_str(), value(&field.name))).collect::<Vec<_>>();
        let known = |name: &str| names.iter().find(|(n, _)| *n == name).and_then(|(_, v)| v.as_deref());
        let mut prepared = Prepared::default();
        self.prepare_into(book, &known, date, &mut prepared)?;
        Ok(prepared)
    }

    /// [`Rule::prepare`] into a used [`Prepared`], whose memory is taken over: for many customers
    /// in a row.
    pub fn prepare_into<'v>(
        &self,
        book: &'v RuleBook,
        value: &dyn Fn(&str) -> Option<&'v str>,
        date: Date,
        prepared: &mut Prepared,
    ) -> Result<(), UnfitValues> {
        for (name, keys) in &self.applies_to {
            let key = value(name).or_else(|| book.field(name)?.default.as_deref()).unwrap_or_default();
            if !keys.iter().any(|taken| taken == key) {
                return Err(UnfitValues::Elsewhere {
                    rule: self.name.clone(),
                    field: name.clone(),
                    key: key.to_owned(),
                    taken: keys.join(", "),
                });
            }
            if let Some(field) = book.field(name) {
                field.holds_on(key, date).map_err(UnfitValues::Outdated)?;
            }
        }
        prepared.parts.resize_with(self.printed.len(), String::new);
        for (part, text) in self.printed.iter().zip(&mut prepared.parts) {
            text.clear();
            if let Some(part) = part {
                let field = &book.fields()[part.field];
                let key = value(&field.name).or(field.default.as_deref());
                let key = key.ok_or_else(|| UnfitValues::Missing { field: field.name.clone() })?;
                field.holds_on(key, date).map_err(UnfitValues::Outdated)?;
                text.push_str(part.print.text(field, key)?);
            }
        }
        self.write_scope(&prepared.parts, date, &mut prepared.scope);
        Ok(())
    }

    /// What segment `index` prints for a customer's `key` (for free text: the text); `None` where
    /// it prints no field, or nothing of this value.
    pub fn prints<'v>(&self, book: &'v RuleBook, index: usize, key: &'v str) -> Option<&'v str> {
        let part = self.printed.get(index)?.as_ref()?;
        part.print.text(&book.fields()[part.field], key).ok()
    }

    /// What segment `index` prints for the values that a customer of this rule can have: (key,
    /// text), in file order. `None` where it prints no dictionary; free text has choices only where
    /// `applies_to` names them.
    pub fn printable<'b>(&'b self, book: &'b RuleBook, index: usize) -> Option<Vec<(&'b str, &'b str)>> {
        let part = self.printed.get(index)?.as_ref()?;
        let field = &book.fields()[part.field];
        if field.values.is_empty() {
            let taken = self.taken(field)?;
            return Some(taken.iter().map(|text| (text.as_str(), text.as_str())).collect());
        }
        let values = self.choices_of(part.field)?.values.iter().map(|id| &field.values[*id]);
        Some(values.filter_map(|value| Some((value.key.as_str(), part.print.of(value)?))).collect())
    }

    /// Whether the record date decides what it prints, or whether it does.
    pub fn depends_on_date(&self, book: &RuleBook) -> bool {
        let printed = self.printed.iter().flatten().map(|part| &book.fields()[part.field]);
        let deciding = printed.chain(self.applies_to.iter().filter_map(|(name, _)| book.field(name)));
        self.prints_date() || !self.period().is_always() || deciding.into_iter().any(Field::is_dated)
    }
}
