//! SHA-256 in hexadecimal: the name of a content. Nothing here is secret.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of what was added so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Adds bytes; how they are cut into pieces does not matter.
    pub(crate) fn add(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// 64 digits in lower case.
    pub(crate) fn hex(self) -> String {
        let mut hex = String::with_capacity(64);
        for byte in self.0.finalize() {
            write!(hex, "{byte:02x}").expect("writing to a String does not fail");
        }
        hex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_no_difference() {
        // FIPS 180-2, appendix B.1.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let mut digest = Digest::default();
        digest.add("abc");
        assert_eq!(digest.hex(), known);
        let mut digest = Digest::default();
        digest.add("a");
        digest.add(b"bc");
        assert_eq!(digest.hex(), known);
    }
}
