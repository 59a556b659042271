//! Random bytes of the system, and bytes as hexadecimal digits.

use super::{Error, Result};

/// Fills a buffer.
pub(super) fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| Error::Engine {
        context: "the system gave no random numbers".to_owned(),
        source: error.to_string().into(),
    })
}

/// 32 random digits: the name of an operation, or a salt.
pub(super) fn digits() -> Result<String> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Two lower-case digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        let (one, other) = (digits().expect("random"), digits().expect("random"));
        assert!(one != other && one.len() == 32);
    }

    #[test]
    fn digits_are_those_of_the_bytes() {
        assert_eq!(hex(&[0x00, 0x7f, 0xa5]), "007fa5");
    }
}
