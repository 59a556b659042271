//! The codes of one rule as an automaton over bytes, upper-cased where they are compared: its
//! pieces stand one after the other, each with states of its own. A piece that can end before its
//! longest text is the only place where two ways begin.

use std::collections::HashMap;
use std::sync::Arc;

use super::numbers::Numbers;
use super::trie::{Bytes, Case, Trie, each, only};
use crate::code::{DatePart, Directive, Pattern, Shape};

/// What can stand in a piece.
#[derive(Debug)]
pub(super) enum Content {
    Texts(Trie),
    /// By position: the bytes that can stand there; and those of a natural example.
    Columns(Vec<Bytes>, &'static [u8]),
    Numbers(Box<Numbers>),
}

/// A segment, or one directive of a date.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) segment: usize,
    pub(super) content: Arc<Content>,
    /// A check digit: what stands there is computed when an example is made concrete.
    pub(super) is_check: bool,
}

/// A place in the automaton: the next byte belongs to `piece`, whose own state is `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) piece: u32,
    pub(super) at: u32,
}

/// The codes of one rule.
#[derive(Debug)]
pub(in crate::rule) struct Language {
    pieces: Vec<Piece>,
    lengths: (usize, usize),
    /// By position from the left: what can stand there, as far as the pieces have a fixed length.
    front: Vec<Bytes>,
    /// The same from the right.
    back: Vec<Bytes>,
}

/// Builds languages; equal dictionaries share one trie, which makes common beginnings cheap to
/// compare.
#[derive(Debug, Default)]
pub(in crate::rule) struct Workshop {
    tries: HashMap<Vec<String>, Arc<Content>>,
    case: Case,
}

impl Workshop {
    /// Builds what holds texts as they are printed.
    #[cfg(feature = "ledger")]
    pub(super) fn exact() -> Self {
        Self { case: Case::Exact, ..Self::default() }
    }

    pub(in crate::rule) fn language(&mut self, pattern: &Pattern) -> Language {
        let mut pieces = Vec::new();
        for (segment, shape) in pattern.segments().iter().map(|segment| &segment.shape).enumerate() {
            for content in self.contents(shape) {
                let is_check = matches!(shape, Shape::Check(..));
                pieces.push(Piece { segment, content, is_check });
            }
        }
        Language::of(pieces)
    }

    pub(super) fn contents(&mut self, shape: &Shape) -> Vec<Arc<Content>> {
        let case = self.case;
        let columns = |columns| Arc::new(Content::Columns(columns, b""));
        match shape {
            Shape::Literal(text) => vec![columns(literal(text, case))],
            Shape::Values(values) => vec![self.trie(values.texts())],
            Shape::Text(text) => vec![columns(vec![set(text.alphabet.symbols(), case); text.width])],
            Shape::Sequence(sequence) => {
                vec![Arc::new(Content::Numbers(Box::new(Numbers::new(sequence, case))))]
            }
            Shape::Check(checker, _) => {
                vec![columns(vec![set(checker.symbols().symbols(), case); checker.width()])]
            }
            Shape::Date(format) => format
                .parts()
                .iter()
                .map(|piece| match piece {
                    DatePart::Literal(text) => columns(literal(text, case)),
                    DatePart::Directive(directive) => self.directive(*directive),
                })
                .collect(),
        }
    }

    fn trie(&mut self, texts: &[String]) -> Arc<Content> {
        if let Some(known) = self.tries.get(texts) {
            return Arc::clone(known);
        }
        let trie = Arc::new(Content::Texts(Trie::new(texts, self.case)));
        self.tries.insert(texts.to_vec(), Arc::clone(&trie));
        trie
    }

    /// Years print any digits; whether there is such a day is looked at word by word.
    fn directive(&mut self, directive: Directive) -> Arc<Content> {
        let width = directive.width();
        let years =
            |favourite| Arc::new(Content::Columns(vec![set(b"0123456789", Case::Exact); width], favourite));
        match directive {
            Directive::Year | Directive::IsoYear => years(b"2024"),
            Directive::YearOfCentury => years(b"24"),
            Directive::Month | Directive::Day | Directive::DayOfYear | Directive::IsoWeek => {
                let texts: Vec<String> =
                    directive.numbers().map(|number| format!("{number:0width$}")).collect();
                self.trie(&texts)
            }
        }
    }
}

impl Language {
    pub(in crate::rule) fn new(pattern: &Pattern) -> Self {
        Workshop::default().language(pattern)
    }

    fn of(pieces: Vec<Piece>) -> Self {
        let lengths = pieces.iter().map(|piece| piece.content.lengths());
        let lengths = lengths.fold((0, 0), |sum, piece| (sum.0 + piece.0, sum.1 + piece.1));
        let fixed = |piece: &&Piece| piece.content.lengths().0 == piece.content.lengths().1;
        let front = pieces.iter().take_while(fixed).flat_map(|piece| piece.content.columns()).collect();
        let back = pieces.iter().rev().take_while(fixed);
        let back = back.flat_map(|piece| piece.content.columns().into_iter().rev()).collect();
        Self { pieces, lengths, front, back }
    }

    /// Whether two rules are apart by their lengths or by what stands at one position.
    pub(in crate::rule) fn surely_apart(&self, other: &Self) -> bool {
        if self.lengths.1 < other.lengths.0 || other.lengths.1 < self.lengths.0 {
            return true;
        }
        let differ = |one: &[Bytes], two: &[Bytes]| one.iter().zip(two).any(|(a, b)| a & b == 0);
        differ(&self.front, &other.front) || differ(&self.back, &other.back)
    }

    /// Whether at most one piece varies in length: then the length of the code settles where it
    /// ends.
    pub(super) fn is_surely_one_way(&self) -> bool {
        let varies = |piece: &&Piece| piece.content.lengths().0 != piece.content.lengths().1;
        self.pieces.iter().filter(varies).count() < 2
    }

    pub(super) fn start(&self) -> State {
        self.enter(0)
    }

    pub(super) fn is_end(&self, state: State) -> bool {
        state.piece as usize == self.pieces.len()
    }

    pub(super) fn piece(&self, state: State) -> Option<&Piece> {
        self.pieces.get(state.piece as usize)
    }

    /// Bytes that lead on.
    pub(super) fn bytes(&self, state: State) -> Bytes {
        self.piece(state).map_or(0, |piece| piece.content.bytes(state.at))
    }

    /// The places after `byte`: within the piece, and at the beginning of the next one.
    pub(super) fn step(&self, state: State, byte: u8) -> [Option<State>; 2] {
        let Some(piece) = self.piece(state) else { return [None, None] };
        let Some(at) = piece.content.step(state.at, byte) else { return [None, None] };
        let within = (piece.content.bytes(at) != 0).then_some(State { piece: state.piece, at });
        let after = piece.content.ends(at).then(|| self.enter(state.piece + 1));
        [within, after]
    }

    pub(super) fn enter(&self, piece: u32) -> State {
        let at = self.pieces.get(piece as usize).map_or(0, |piece| piece.content.start());
        State { piece, at }
    }

    /// The segment of each upper-cased byte of a code; of the first way to read it, where there are
    /// several.
    pub(super) fn segments_of(&self, upper: &[u8]) -> Option<Vec<usize>> {
        let mut way = Vec::with_capacity(upper.len());
        self.follow(self.start(), upper, &mut way).then_some(())?;
        Some(way.iter().map(|state| self.pieces[state.piece as usize].segment).collect())
    }

    fn follow(&self, state: State, rest: &[u8], way: &mut Vec<State>) -> bool {
        let Some((byte, rest)) = rest.split_first() else { return self.is_end(state) };
        way.push(state);
        let found = self.step(state, *byte).into_iter().flatten().any(|next| self.follow(next, rest, way));
        if !found {
            way.pop();
        }
        found
    }

    /// The content of a dictionary or sequence segment.
    pub(super) fn content(&self, segment: usize) -> Option<&Content> {
        self.pieces.iter().find(|piece| piece.segment == segment).map(|piece| piece.content.as_ref())
    }
}

impl Content {
    /// The state before the first byte.
    pub(super) fn start(&self) -> u32 {
        match self {
            Self::Numbers(_) => Numbers::start(),
            _ => 0,
        }
    }

    pub(super) fn lengths(&self) -> (usize, usize) {
        match self {
            Self::Texts(trie) => trie.lengths,
            Self::Columns(columns, _) => (columns.len(), columns.len()),
            Self::Numbers(numbers) => (numbers.width, numbers.width),
        }
    }

    fn columns(&self) -> Vec<Bytes> {
        match self {
            Self::Texts(trie) => trie.columns(),
            Self::Columns(columns, _) => columns.clone(),
            Self::Numbers(numbers) => numbers.columns(),
        }
    }

    pub(super) fn bytes(&self, at: u32) -> Bytes {
        match self {
            Self::Texts(trie) => trie.bytes(at),
            Self::Columns(columns, _) => columns.get(at as usize).copied().unwrap_or(0),
            Self::Numbers(numbers) => numbers.bytes(at),
        }
    }

    pub(super) fn step(&self, at: u32, byte: u8) -> Option<u32> {
        match self {
            Self::Texts(trie) => trie.step(at, byte),
            Self::Columns(columns, _) => (columns.get(at as usize)? & only(byte) != 0).then_some(at + 1),
            Self::Numbers(numbers) => numbers.step(at, byte),
        }
    }

    pub(super) fn ends(&self, at: u32) -> bool {
        match self {
            Self::Texts(trie) => trie.ends(at),
            Self::Columns(columns, _) => columns.len() == at as usize,
            Self::Numbers(numbers) => numbers.ends(at),
        }
    }

    /// The bytes of `set` at state `at`, those of a natural example first.
    pub(super) fn ordered(&self, at: u32, set: Bytes) -> impl Iterator<Item = u8> + use<> {
        let favourite = match self {
            Self::Columns(_, favourite) => favourite.get(at as usize).map_or(0, |byte| only(*byte)),
            _ => 0,
        };
        each(set & favourite).chain(each(set & !favourite))
    }
}

fn set(symbols: &[u8], case: Case) -> Bytes {
    symbols.iter().fold(0, |set, symbol| set | only(case.of(*symbol)))
}

fn literal(text: &str, case: Case) -> Vec<Bytes> {
    text.bytes().map(|byte| only(case.of(byte))).collect()
}
