//! Check digits: one small table-driven core for every algorithm.

use super::Alphabet;

/// A check digit algorithm, named as in a rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ten's complement of the digit sum.
    Sum10,
    /// Weighted sum modulo m.
    Weighted,
    /// Luhn (decimal).
    Luhn,
    /// Luhn modulo the alphabet's size.
    LuhnModN,
    /// GS1/EAN.
    Gs1,
    /// Damm.
    Damm,
    /// Verhoeff.
    Verhoeff,
    /// ISO 7064 MOD 11-2.
    Mod11_2,
    /// ISO 7064 MOD 37-2.
    Mod37_2,
    /// ISO 7064 MOD 97-10.
    Mod97_10,
    /// ISO 7064 MOD 661-26.
    Mod661_26,
    /// ISO 7064 MOD 1271-36.
    Mod1271_36,
    /// ISO 7064 MOD 11,10.
    Mod11_10,
    /// ISO 7064 MOD 27,26.
    Mod27_26,
    /// ISO 7064 MOD 37,36.
    Mod37_36,
    /// GB 11714.
    Gb11714,
    /// GB 32100 (unified social credit code).
    Uscc,
    /// GB 11643 (resident identity card).
    Ric,
}

/// From which end weights are laid over the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// First weight at the payload's left end.
    Left,
    /// First weight at the payload's right end.
    #[default]
    Right,
}

/// What a rule file says about a check digit; `None` = the algorithm's own default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSpec {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Payload symbols in value order.
    pub alphabet: Option<Alphabet>,
    /// `weighted` only.
    pub modulus: Option<u16>,
    /// `weighted` only: repeated over the payload.
    pub weights: Option<Vec<u16>>,
    /// `weighted` only.
    pub align: Option<Align>,
    /// Check symbols; shorter than the modulus = values without a symbol have no check digit.
    pub symbols: Option<Alphabet>,
}

/// A compiled check digit system.
#[derive(Debug, Clone)]
pub struct Checker {}

/// Why a specification is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{option}: {reason}")]
pub struct CheckSpecError {
    /// The option at fault: `modulus`, `weights`, `alphabet`, `symbols`, `algorithm`.
    pub option: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl Algorithm {
    /// The name used in rule files, e.g. `iso7064-mod37-36`.
    pub fn name(self) -> &'static str {
        todo!()
    }
    /// The algorithm of a rule file's name (aliases such as `ean`, `gb11643` included).
    pub fn from_name(_name: &str) -> Option<Self> {
        todo!()
    }
    /// All of them, in the order of the documentation.
    pub fn all() -> &'static [Self] {
        todo!()
    }
}

impl Checker {
    /// Compiles `spec` into tables.
    pub fn compile(_spec: &CheckSpec) -> Result<Self, CheckSpecError> {
        todo!()
    }
    /// How many check characters are printed (1 or 2).
    pub fn width(&self) -> usize {
        todo!()
    }
    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        todo!()
    }
    /// Payload symbols.
    pub fn payload(&self) -> &Alphabet {
        todo!()
    }
    /// Symbols that a check character can be.
    pub fn symbols(&self) -> &Alphabet {
        todo!()
    }
    /// The check characters of `payload`; `None` where the payload has no valid one.
    ///
    /// # Errors
    /// The offset of the first byte that is no payload symbol, or an empty payload.
    pub fn compute(&self, _payload: &[u8]) -> Result<Option<[u8; 2]>, PayloadError> {
        todo!()
    }
}

/// A payload that cannot be summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Nothing to sum.
    #[error("the payload is empty")]
    Empty,
    /// The byte at this offset is no payload symbol.
    #[error("character {0} has no value in the check digit's alphabet")]
    Symbol(usize),
}
