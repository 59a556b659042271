//! What a rule file can say about a check digit: the algorithm's name and its options. How the
//! algorithms work is in [`super::system`].

use crate::code::Alphabet;

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

/// Every algorithm under its name in rule files, in the order of the enum and of the documentation.
const NAMES: [(Algorithm, &str); 18] = [
    (Algorithm::Sum10, "sum10"),
    (Algorithm::Weighted, "weighted"),
    (Algorithm::Luhn, "luhn"),
    (Algorithm::LuhnModN, "luhn-mod-n"),
    (Algorithm::Gs1, "gs1"),
    (Algorithm::Damm, "damm"),
    (Algorithm::Verhoeff, "verhoeff"),
    (Algorithm::Mod11_2, "iso7064-mod11-2"),
    (Algorithm::Mod37_2, "iso7064-mod37-2"),
    (Algorithm::Mod97_10, "iso7064-mod97-10"),
    (Algorithm::Mod661_26, "iso7064-mod661-26"),
    (Algorithm::Mod1271_36, "iso7064-mod1271-36"),
    (Algorithm::Mod11_10, "iso7064-mod11-10"),
    (Algorithm::Mod27_26, "iso7064-mod27-26"),
    (Algorithm::Mod37_36, "iso7064-mod37-36"),
    (Algorithm::Gb11714, "gb11714"),
    (Algorithm::Uscc, "uscc"),
    (Algorithm::Ric, "ric"),
];

/// Other names under which people know an algorithm.
const ALIASES: [(&str, Algorithm); 3] =
    [("ean", Algorithm::Gs1), ("gb11643", Algorithm::Ric), ("gb32100", Algorithm::Uscc)];

impl Algorithm {
    /// The name used in rule files, e.g. `iso7064-mod37-36`.
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The algorithm of a rule file's name (aliases such as `ean`, `gb11643` included).
    pub fn from_name(name: &str) -> Option<Self> {
        let named = NAMES.iter().find(|(_, own)| *own == name).map(|(algorithm, _)| *algorithm);
        named.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, algorithm)| *algorithm))
    }

    /// All of them, in the order of the documentation.
    pub fn all() -> &'static [Self] {
        const ALL: [Algorithm; NAMES.len()] = {
            let mut all = [Algorithm::Sum10; NAMES.len()];
            let mut place = 0;
            while place < NAMES.len() {
                all[place] = NAMES[place].0;
                place += 1;
            }
            all
        };
        &ALL
    }
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
    ///
    /// Free for `sum10`, `weighted` (both decimal by default) and `luhn-mod-n` (0-9A-Z by default).
    /// `luhn` and `iso7064-mod97-10` are decimal and also take 0-9A-Z: a letter is then summed as
    /// the two digits of its value.
    pub alphabet: Option<Alphabet>,
    /// `weighted` only: 2 to 127.
    pub modulus: Option<u16>,
    /// `weighted` only: 1 to 64 weights, repeated over the payload.
    pub weights: Option<Vec<u16>>,
    /// `weighted` only.
    pub align: Option<Align>,
    /// Check symbols, for `weighted` only; shorter than the modulus = values without a symbol have
    /// no check digit. By default the payload symbols, as many as the modulus needs.
    pub symbols: Option<Alphabet>,
}

impl CheckSpec {
    /// `algorithm` with its own defaults.
    pub fn of(algorithm: Algorithm) -> Self {
        Self { algorithm, alphabet: None, modulus: None, weights: None, align: None, symbols: None }
    }
}

/// Why a specification is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{option}: {reason}")]
pub struct CheckSpecError {
    /// The option at fault: `modulus`, `weights`, `align`, `alphabet`, `symbols`.
    pub option: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_found_by_its_name() {
        for &algorithm in Algorithm::all() {
            assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
            assert_eq!(NAMES[algorithm as usize].0, algorithm);
        }
        assert_eq!(Algorithm::from_name("ean"), Some(Algorithm::Gs1));
        assert_eq!(Algorithm::from_name("gb11643"), Some(Algorithm::Ric));
        assert_eq!(Algorithm::from_name("gb32100"), Some(Algorithm::Uscc));
        assert_eq!(Algorithm::from_name("crc32"), None);
    }
}
