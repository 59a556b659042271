//! Second pass: every find gets its reason, and ranges that belong together become one line.

use std::collections::HashMap;

use super::cover::{Cover, by_earlier_rules, cut, of_the_sequence};
use super::find::Counted;
use super::sweep::Found;
use super::{GapLine, Reason, Totals};
use crate::code::Sequence;
use crate::registry::Result;
use crate::rule::{Bundle, RuleBook};
use crate::store::{CodeState, Operation, Snapshot};

/// So many operations are remembered, then forgotten all together.
const REMEMBERED: usize = 1_024;

/// Tells gaps in order.
pub(super) struct Telling<'t> {
    book: &'t RuleBook,
    only_unexplained: bool,
    each: &'t mut dyn FnMut(&GapLine) -> Result<()>,
    /// Operations by id.
    operations: HashMap<i64, Option<Operation>>,
    /// What a rule's sequence was, by bundle and rule id.
    earlier: HashMap<(String, String), Option<Sequence>>,
    /// A line that the next range may still belong to, and the number that would continue it.
    pending: Option<(GapLine, Option<u64>)>,
    totals: Totals,
}

impl<'t> Telling<'t> {
    pub(super) fn new(
        book: &'t RuleBook,
        only_unexplained: bool,
        each: &'t mut dyn FnMut(&GapLine) -> Result<()>,
    ) -> Self {
        Self {
            book,
            only_unexplained,
            each,
            operations: HashMap::new(),
            earlier: HashMap::new(),
            pending: None,
            totals: Totals::default(),
        }
    }

    /// Explains one find of a counter.
    pub(super) fn tell(
        &mut self,
        view: &mut dyn Snapshot,
        counted: &Counted,
        covers: &[Cover],
        found: Found,
    ) -> Result<()> {
        match found {
            Found::Idle { number, id, state, text, operation } => {
                let state = CodeState::from_word(&state).unwrap_or(CodeState::Void);
                // A void code may have been released since, which is an event of its own.
                let events = view.events_of(id)?;
                let event = events.into_iter().rfind(|(event, _)| event.to == state && event.from != state);
                let (detail, operation) = match event {
                    Some((event, operation)) => (event.reason, Some(operation)),
                    None => (None, self.operation(view, operation)?),
                };
                let codes = Some((text.clone(), text));
                self.add(counted, (number, number), state.into(), codes, detail, operation)
            }
            Found::Erased { number, customer, text } => {
                let (detail, operation) =
                    view.erasure_of(customer)?.map(|erasure| (erasure.reason, erasure.operation)).unzip();
                let codes = Some((text.clone(), text));
                self.add(counted, (number, number), Reason::Erased, codes, detail, operation)
            }
            Found::Missing { first, last, above } => {
                for piece in cut(first, last, covers) {
                    let Some(range) = of_the_sequence(piece, counted.sequence.as_ref()) else { continue };
                    match piece.2 {
                        // The codes of these stand in the ledger under another counter, which tells
                        // of those that are not active.
                        Some(cover) if cover.reason == Reason::InUse => {}
                        Some(cover) => {
                            let operation = self.operation(view, cover.operation)?;
                            self.add(counted, range, cover.reason, None, cover.holder.clone(), operation)?;
                        }
                        None => self.uncovered(view, counted, range, above)?,
                    }
                }
                Ok(())
            }
        }
    }

    /// Numbers that nothing recorded explains: the rule may have left them out when the counter
    /// passed them, which was at the latest when the code above them was written.
    fn uncovered(
        &mut self,
        view: &mut dyn Snapshot,
        counted: &Counted,
        range: (u64, u64),
        above: Option<i64>,
    ) -> Result<()> {
        let Some(sequence) = &counted.sequence else {
            return self.add(counted, range, Reason::Unexplained, None, None, None);
        };
        let (mut earlier, mut passed) = (Vec::new(), None);
        for id in above.into_iter().chain(counted.oldest) {
            let Some(operation) = self.operation(view, id)? else { continue };
            if let Some(then) = self.sequence_then(view, &operation.bundle, &counted.rule)?
                && then != *sequence
            {
                earlier.push(then);
                passed.get_or_insert(operation);
            }
        }
        for (first, last, explained) in by_earlier_rules(range, sequence, &earlier) {
            let (reason, operation) =
                if explained { (Reason::Rules, passed.clone()) } else { (Reason::Unexplained, None) };
            self.add(counted, (first, last), reason, None, None, operation)?;
        }
        Ok(())
    }

    /// Adds a range, to the line before it where both have one history.
    fn add(
        &mut self,
        counted: &Counted,
        (first, last): (u64, u64),
        reason: Reason,
        codes: Option<(String, String)>,
        detail: Option<String>,
        operation: Option<Operation>,
    ) -> Result<()> {
        let count =
            counted.sequence.as_ref().map_or(last - first + 1, |sequence| sequence.count(first, last));
        self.totals.numbers += count;
        self.totals.unexplained += if reason == Reason::Unexplained { count } else { 0 };
        let following = match &counted.sequence {
            Some(sequence) => sequence.after(Some(last)),
            None => last.checked_add(1),
        };
        if let Some((line, next)) = &mut self.pending
            && *next == Some(first)
            && line.rule == counted.rule
            && line.scope == counted.scope
            && line.reason == reason
            && line.detail == detail
            && line.operation == operation
            && line.codes.is_some() == codes.is_some()
        {
            line.last = last;
            line.numbers += count;
            if let (Some((_, end)), Some((_, last))) = (&mut line.codes, codes) {
                *end = last;
            }
            *next = following;
            return Ok(());
        }
        self.flush()?;
        let (rule, scope) = (counted.rule.clone(), counted.scope.clone());
        let line = GapLine { rule, scope, first, last, numbers: count, reason, codes, detail, operation };
        self.pending = Some((line, following));
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let Some((line, _)) = self.pending.take() else { return Ok(()) };
        self.totals.ranges += 1;
        if self.only_unexplained && line.reason != Reason::Unexplained {
            return Ok(());
        }
        (self.each)(&line)
    }

    /// Nothing follows.
    pub(super) fn finish(mut self) -> Result<Totals> {
        self.flush()?;
        Ok(self.totals)
    }

    fn operation(&mut self, view: &mut dyn Snapshot, id: i64) -> Result<Option<Operation>> {
        if let Some(known) = self.operations.get(&id) {
            return Ok(known.clone());
        }
        if self.operations.len() >= REMEMBERED {
            self.operations.clear();
        }
        let operation = view.operation(id)?;
        self.operations.insert(id, operation.clone());
        Ok(operation)
    }

    /// A rule's sequence under the bundle of an operation; none where it cannot be told.
    fn sequence_then(
        &mut self,
        view: &mut dyn Snapshot,
        bundle: &str,
        rule: &str,
    ) -> Result<Option<Sequence>> {
        if bundle == self.book.digest {
            return Ok(None);
        }
        let key = (bundle.to_owned(), rule.to_owned());
        if let Some(known) = self.earlier.get(&key) {
            return Ok(known.clone());
        }
        let stored = view.bundle(bundle)?;
        // Rules that this program cannot load any more explain nothing.
        let book = stored.and_then(|stored| Bundle::decode(&stored.text).ok());
        let book = book.and_then(|bundle| RuleBook::compile(bundle).ok());
        let sequence = book.and_then(|book| {
            book.rules().iter().find(|it| it.id == rule).and_then(|rule| rule.pattern.sequence().cloned())
        });
        self.earlier.insert(key, sequence.clone());
        Ok(sequence)
    }
}
