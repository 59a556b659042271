//! Walks two automata over the same bytes: do they share a word, or does one automaton read a word
//! in two ways?
//!
//! The walk is exact: `Apart` is a proof. A shared word is handed to the caller, who makes it
//! concrete; one that fails there (its check digits or its day do not fit) is passed over, up to a
//! bound; when all of them have failed, that is a proof too. The walks of one rule book share their
//! bounds: many rules that meet take no longer than a few.

use std::collections::HashSet;
use std::sync::Arc;

use super::automaton::{Content, Language, State};

/// Shared words that are tried in all walks of a rule book before the search gives up; with
/// [`STEPS`], a second at most.
const WORDS: usize = 10_000;
/// A dictionary of at most so many texts is walked even where one of its texts could stand for all.
const FEW: usize = 64;
/// Steps of all walks of a rule book, and as many more for each value of its dictionaries.
const STEPS: usize = 1_000_000;
const STEPS_OF_VALUE: usize = 1_000;

/// How the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rule) enum Meeting {
    /// There is no such word.
    Apart,
    /// The caller took one.
    Found,
    /// There are such words, but none was taken within the bounds.
    Open,
}

/// One byte of a word, and where the two ways stood before it.
#[derive(Debug, Clone, Copy)]
pub(in crate::rule) struct Step {
    pub(super) byte: u8,
    pub(super) ways: [State; 2],
}

/// The two automata, and what is known about them.
pub(in crate::rule) struct Search<'l> {
    one: &'l Language,
    two: &'l Language,
    /// Look for two ways through one automaton: words whose ways never part do not count.
    must_part: bool,
    /// Places from which no word is shared.
    dead: HashSet<(State, State, bool)>,
    trail: Vec<Step>,
    /// What is left to try.
    bounds: Bounds,
    /// It gave up, as nothing was left.
    gave_up: bool,
    /// Every shared word was handed over; none was left out because it looked like another one.
    complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    /// No word.
    Nothing,
    /// Words, none of them taken.
    Words,
    /// A word was taken, or the bounds are reached.
    Stop,
}

/// What is left of the bounds that the walks of one rule book share.
#[derive(Debug)]
pub(in crate::rule) struct Bounds {
    words: usize,
    steps: usize,
}

impl Bounds {
    /// Those of a book whose dictionaries have so many values.
    pub(in crate::rule) fn of(values: usize) -> Self {
        Self { words: WORDS, steps: STEPS + STEPS_OF_VALUE * values }
    }
}

/// What it means that a search stays open, for a message.
pub(in crate::rule) const OPEN: &str = "their shapes meet, but none of the common texts that were tried is a valid code of both, so there may be one";

impl<'l> Search<'l> {
    /// Words of both languages.
    pub(in crate::rule) fn intersection(one: &'l Language, two: &'l Language) -> Self {
        Self {
            one,
            two,
            must_part: false,
            dead: HashSet::new(),
            trail: Vec::new(),
            bounds: Bounds { words: 0, steps: 0 },
            gave_up: false,
            complete: true,
        }
    }

    /// Words that one language reads in two ways.
    pub(in crate::rule) fn ambiguity(language: &'l Language) -> Self {
        Self { must_part: true, ..Self::intersection(language, language) }
    }

    /// Hands shared words to `take` until it takes one, within what is left of `book`.
    pub(in crate::rule) fn run(
        mut self,
        book: &mut Bounds,
        take: &mut dyn FnMut(&[Step]) -> bool,
    ) -> Meeting {
        if self.must_part && self.one.is_surely_one_way() {
            return Meeting::Apart;
        }
        std::mem::swap(&mut self.bounds, book);
        let (one, two) = (self.one.start(), self.two.start());
        let below = self.walk(one, two, false, take);
        *book = self.bounds;
        match below {
            Below::Nothing => Meeting::Apart,
            Below::Stop if !self.gave_up => Meeting::Found,
            // Every word was looked at and none is a code of both: check digits or the calendar
            // keep them apart.
            Below::Words if self.complete => Meeting::Apart,
            _ => Meeting::Open,
        }
    }

    fn walk(&mut self, one: State, two: State, parted: bool, take: &mut dyn FnMut(&[Step]) -> bool) -> Below {
        match (self.one.is_end(one), self.two.is_end(two)) {
            (true, true) => return self.word(parted, take),
            (false, false) => {}
            _ => return Below::Nothing,
        }
        let Some(steps) = self.bounds.steps.checked_sub(1) else { return self.give_up() };
        self.bounds.steps = steps;
        // Inside a dictionary text only one way leads to a place: nothing to remember.
        let remembered = !inside(self.one, one) && !inside(self.two, two);
        if remembered && self.dead.contains(&(one, two, parted)) {
            return Below::Nothing;
        }
        let below = match self.common_text(one, two) {
            Some(text) => self.skip(one, two, parted, &text, take),
            None => self.branch(one, two, parted, take),
        };
        if remembered && below == Below::Nothing {
            self.dead.insert((one, two, parted));
        }
        below
    }

    fn word(&mut self, parted: bool, take: &mut dyn FnMut(&[Step]) -> bool) -> Below {
        if self.must_part && !parted {
            return Below::Nothing;
        }
        let Some(words) = self.bounds.words.checked_sub(1) else { return self.give_up() };
        self.bounds.words = words;
        if take(&self.trail) { Below::Stop } else { Below::Words }
    }

    fn give_up(&mut self) -> Below {
        self.gave_up = true;
        Below::Stop
    }

    fn branch(
        &mut self,
        one: State,
        two: State,
        parted: bool,
        take: &mut dyn FnMut(&[Step]) -> bool,
    ) -> Below {
        let (left, right): (&'l Language, &'l Language) = (self.one, self.two);
        let (Some(first), Some(second)) = (left.piece(one), right.piece(two)) else { return Below::Nothing };
        // Where two check digits stand at the same place, one character stands for all: the right
        // one is computed anyway, and neither way depends on it.
        let both_check = first.is_check && second.is_check;
        let same_place = one.at == two.at && first.content.lengths() == second.content.lengths();
        let bytes = left.bytes(one) & right.bytes(two);
        let mut below = Below::Nothing;
        for byte in first.content.ordered(one.at, bytes) {
            self.trail.push(Step { byte, ways: [one, two] });
            for a in left.step(one, byte).into_iter().flatten() {
                for b in right.step(two, byte).into_iter().flatten() {
                    match self.walk(a, b, parted || a != b, take) {
                        Below::Nothing => {}
                        Below::Words => below = Below::Words,
                        Below::Stop => return Below::Stop,
                    }
                }
            }
            self.trail.pop();
            if both_check && below == Below::Words {
                self.complete &= same_place;
                break;
            }
        }
        below
    }

    /// Where both ways begin the same dictionary and no text of it begins another one, they end it
    /// together: which text they take makes no difference to what follows.
    fn common_text(&self, one: State, two: State) -> Option<Vec<u8>> {
        let (first, second) = (self.one.piece(one)?, self.two.piece(two)?);
        let same = one.at == 0 && two.at == 0 && Arc::ptr_eq(&first.content, &second.content);
        match first.content.as_ref() {
            Content::Texts(trie) if same && trie.prefix_free && trie.len() > FEW => Some(trie.first()),
            _ => None,
        }
    }

    fn skip(
        &mut self,
        one: State,
        two: State,
        parted: bool,
        text: &[u8],
        take: &mut dyn FnMut(&[Step]) -> bool,
    ) -> Below {
        let before = self.trail.len();
        self.trail.extend(text.iter().map(|byte| Step { byte: *byte, ways: [one, two] }));
        let (a, b) = (self.one.enter(one.piece + 1), self.two.enter(two.piece + 1));
        let below = self.walk(a, b, parted, take);
        self.complete &= below != Below::Words;
        if below != Below::Stop {
            self.trail.truncate(before);
        }
        below
    }
}

fn inside(language: &Language, state: State) -> bool {
    state.at != 0 && language.piece(state).is_some_and(|piece| matches!(*piece.content, Content::Texts(_)))
}
