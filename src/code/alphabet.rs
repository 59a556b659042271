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
    pub fn new(symbols: &str) -> Result<Self, AlphabetError> {
        for (place, symbol) in symbols.char_indices() {
            if !symbol.is_ascii_graphic() {
                return Err(AlphabetError::NotAscii(symbol));
            }
            if symbols[..place].contains(symbol) {
                return Err(AlphabetError::Repeated(symbol));
            }
        }
        if symbols.len() < 2 {
            return Err(AlphabetError::TooShort);
        }
        Ok(Self { symbols: symbols.as_bytes().into() })
    }

    /// The alphabet of a well-known name: `decimal`, `hex`, `alphanumeric` (0-9A-Z), `letters`
    /// (A-Z), `uscc` (31 symbols), `crockford` (32); `None` for any other name.
    pub fn named(name: &str) -> Option<Self> {
        let symbols = match name {
            "decimal" => "0123456789",
            "hex" => "0123456789ABCDEF",
            "alphanumeric" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "letters" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            // GB 32100: no I O S V Z.
            "uscc" => "0123456789ABCDEFGHJKLMNPQRTUWXY",
            // Crockford's base 32: no I L O U.
            "crockford" => "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
            _ => return None,
        };
        Some(Self { symbols: symbols.as_bytes().into() })
    }

    /// The symbols in value order.
    pub fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// How many symbols there are: the base of numbers written in it.
    pub fn size(&self) -> usize {
        self.symbols.len()
    }

    /// The value of `symbol`.
    pub fn value(&self, symbol: u8) -> Option<u8> {
        (0..).zip(&self.symbols).find(|(_, own)| **own == symbol).map(|(value, _)| value)
    }

    /// The symbol of `value`.
    pub fn symbol(&self, value: usize) -> Option<u8> {
        self.symbols.get(value).copied()
    }
}

impl std::fmt::Display for Alphabet {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.symbols.iter().try_for_each(|&symbol| write!(out, "{}", char::from(symbol)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbols_place_is_its_value() {
        let alphabet = Alphabet::new("ZX1").expect("three symbols");
        assert_eq!(alphabet.value(b'Z'), Some(0));
        assert_eq!(alphabet.value(b'1'), Some(2));
        assert_eq!(alphabet.value(b'A'), None);
        assert_eq!(alphabet.symbol(1), Some(b'X'));
        assert_eq!(alphabet.symbol(3), None);
        assert_eq!(alphabet.to_string(), "ZX1");
    }

    #[test]
    fn what_is_no_alphabet_is_refused_with_its_symbol() {
        assert_eq!(Alphabet::new("0"), Err(AlphabetError::TooShort));
        assert_eq!(Alphabet::new("0101"), Err(AlphabetError::Repeated('0')));
        assert_eq!(Alphabet::new("01 2"), Err(AlphabetError::NotAscii(' ')));
        assert_eq!(Alphabet::new("01京"), Err(AlphabetError::NotAscii('京')));
    }

    #[test]
    fn well_known_names_have_their_sizes() {
        let known = [
            ("decimal", 10),
            ("hex", 16),
            ("alphanumeric", 36),
            ("letters", 26),
            ("uscc", 31),
            ("crockford", 32),
        ];
        for (name, size) in known {
            let alphabet = Alphabet::named(name).expect(name);
            assert_eq!(alphabet.size(), size, "{name}");
            assert_eq!(Alphabet::new(&alphabet.to_string()), Ok(alphabet), "{name} has distinct symbols");
        }
        assert_eq!(Alphabet::named("octal"), None);
    }
}
