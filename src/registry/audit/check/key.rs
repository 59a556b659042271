//! The key that signs checkpoints: HMAC-SHA-256 (RFC 2104). Whoever writes the ledger can compute
//! every hash in it anew, but no signature without the key.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::registry::{Error, Result};

/// The block of SHA-256.
const BLOCK: usize = 64;

/// A key has at least so many bytes.
const SHORTEST: usize = 32;

/// No key is longer.
const LONGEST: u64 = 64 * 1024;

/// What a key is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign: any key will do, also a new one.
    Signing,
    /// To verify: only the key that signed will do.
    Verifying,
}

impl Purpose {
    /// What helps against a file that holds no key.
    fn hint(self) -> &'static str {
        match self {
            Self::Signing => "head -c 32 /dev/urandom | base64 > FILE; chmod 400 FILE",
            Self::Verifying => "name the file with the key that signed: the one --sign-key was given",
        }
    }
}

/// A key for signatures.
pub struct Key(Vec<u8>);

impl Key {
    /// Reads a key from a file; a line feed at its end does not belong to it.
    pub fn read(path: &Path, purpose: Purpose) -> Result<Self> {
        let name = path.display().to_string();
        let unreadable = |source| Error::Unreadable { path: name.clone(), source };
        let mut bytes = Vec::new();
        let of = std::fs::metadata(path).map_err(unreadable)?;
        if !of.is_file() {
            return Err(Error::usage(format!("{name} is not a file"), purpose.hint().to_owned()));
        }
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
        while bytes.last().is_some_and(|last| matches!(last, b'\n' | b'\r')) {
            bytes.pop();
        }
        if bytes.len() < SHORTEST {
            let what = format!("the key in {name} has {} bytes; at least {SHORTEST} are needed", bytes.len());
            return Err(Error::usage(what, purpose.hint().to_owned()));
        }
        Ok(Self(bytes))
    }

    /// The hash of a checkpoint with its signature: `HASH:SIGNATURE`.
    pub fn signed(&self, hash: &str) -> String {
        format!("{hash}:{}", self.signature(hash))
    }

    /// Whether a signature is by this key and of this hash.
    pub fn has_signed(&self, hash: &str, signature: &str) -> bool {
        // As long for every wrong signature.
        let (ours, theirs) = (self.signature(hash), signature.as_bytes());
        ours.len() == theirs.len()
            && ours.bytes().zip(theirs).fold(0, |other, (our, their)| other | (our ^ their)) == 0
    }

    fn signature(&self, text: &str) -> String {
        let mut block = [0; BLOCK];
        if self.0.len() > BLOCK {
            block[..32].copy_from_slice(&Sha256::digest(&self.0));
        } else {
            block[..self.0.len()].copy_from_slice(&self.0);
        }
        let inner = Sha256::new_with_prefix(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
        let outer = Sha256::new_with_prefix(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
        outer.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_every_other_program() {
        // RFC 4231, test cases 2 and 6.
        assert_eq!(
            Key(b"Jefe".to_vec()).signature("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            Key(vec![0xaa; 131]).signature("Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn another_key_hash_or_signature_is_none_of_this_key() {
        let (ours, other) = (Key(vec![1; 32]), Key(vec![2; 32]));
        let signed = ours.signed("ab");
        let signature = signed.strip_prefix("ab:").expect("hash and signature");
        assert!(ours.has_signed("ab", signature));
        assert!(
            !ours.has_signed("ac", signature)
                && !other.has_signed("ab", signature)
                && !ours.has_signed("ab", "")
        );
    }
}
