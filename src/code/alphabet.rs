//! An ordered set of ASCII symbols; a symbol's place is its value.

/// An ordered set of at most 94 distinct printable ASCII symbols (no space).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alphabet {
    symbols: Box<[u8]>,
}

/// Why a text is no alphabet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlphabetError {
    /// Fewer than two symbols.
    #[error("an alphabet needs at least two symbols")]
    TooShort,
    /// A symbol stands twice.
    #[error("symbol '{0}' stands twice")]
    Repeated(char),
    /// Not a printable ASCII character.
    #[error("symbol {0:?} is not a printable ASCII character")]
    NotAscii(char),
}

impl Alphabet {
    /// Builds an alphabet; the order of `symbols` gives the values 0, 1, 2 …
    pub fn new(_symbols: &str) -> Result<Self, AlphabetError> {
        todo!()
    }
    /// The alphabet of a well-known name: `decimal`, `hex`, `alphanumeric` (0-9A-Z), `letters` (A-Z),
    /// `uscc` (31 symbols), `crockford` (32); `None` for any other name.
    pub fn named(_name: &str) -> Option<Self> {
        todo!()
    }
    /// The symbols in value order.
    pub fn symbols(&self) -> &[u8] {
        &self.symbols
    }
    /// The value of `symbol`.
    pub fn value(&self, _symbol: u8) -> Option<u8> {
        todo!()
    }
}
