//! The last line of a backup: the digest of every byte before it, so that a backup that was damaged
//! or changed since it was written is known. It stands behind the pages, where SQLite does not
//! read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use super::draft::Draft;
use crate::files::Digest;

/// How the line begins; the digest in hex and a line feed follow.
const BEGINNING: &str = "custcode backup, sha256 of what stands before: ";

/// Bytes of the line.
const LENGTH: usize = BEGINNING.len() + 64 + 1;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// A file with its last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Bytes in all.
    pub bytes: u64,
    /// SHA-256 of all of them in hex, as `sha256sum` prints it.
    pub sha256: String,
}

impl Draft {
    /// Adds the last line.
    pub fn seal(&self) -> io::Result<Sealed> {
        let file = self.file();
        let length = file.metadata()?.len();
        let mut digest = digest_of(file, length)?;
        let line = format!("{BEGINNING}{}\n", digest.clone().hex());
        file.write_all_at(line.as_bytes(), length)?;
        digest.add(&line);
        Ok(Sealed { bytes: length + line.len() as u64, sha256: digest.hex() })
    }

    /// Takes the last line away; `false` where there is none, or where it says that what stands
    /// before was other.
    pub fn unseal(&self) -> io::Result<bool> {
        let Some(length) = sealed_length(self.file())? else { return Ok(false) };
        self.file().set_len(length)?;
        Ok(true)
    }
}

/// Whether a file is as it was when its last line was written.
pub fn is_as_sealed(file: &File) -> io::Result<bool> {
    Ok(sealed_length(file)?.is_some())
}

/// How many bytes stand before a last line that is right about them.
fn sealed_length(file: &File) -> io::Result<Option<u64>> {
    let Some(length) = file.metadata()?.len().checked_sub(LENGTH as u64) else { return Ok(None) };
    let mut line = [0; LENGTH];
    file.read_exact_at(&mut line, length)?;
    if !line.starts_with(BEGINNING.as_bytes()) {
        return Ok(None);
    }
    let expected = format!("{BEGINNING}{}\n", digest_of(file, length)?.hex());
    Ok((line == expected.as_bytes()).then_some(length))
}

/// The digest of the first `length` bytes.
fn digest_of(file: &File, length: u64) -> io::Result<Digest> {
    let (mut digest, mut piece) = (Digest::default(), vec![0; PIECE]);
    let mut place = 0;
    while place < length {
        let want = usize::try_from(length - place).map_or(PIECE, |left| left.min(PIECE));
        file.read_exact_at(&mut piece[..want], place)?;
        digest.add(&piece[..want]);
        place += want as u64;
    }
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_was_changed_added_or_taken_is_seen() {
        let mut draft = Draft::temporary("a ledger").expect("a draft");
        draft.append(&[7; PIECE + 5]).expect("written");
        let sealed = draft.seal().expect("sealed");
        let file = draft.file();
        assert_eq!(sealed.bytes, file.metadata().expect("a file").len());
        assert!(is_as_sealed(file).expect("read"));
        for place in [0, PIECE as u64, sealed.bytes - 1] {
            let mut byte = [0];
            file.read_exact_at(&mut byte, place).expect("read");
            file.write_all_at(&[byte[0] ^ 4], place).expect("written");
            assert!(!is_as_sealed(file).expect("read"), "byte {place}");
            file.write_all_at(&byte, place).expect("written");
        }
        file.write_all_at(b"x", sealed.bytes).expect("written");
        assert!(!is_as_sealed(file).expect("read"), "one more");
        for length in [sealed.bytes - 1, 40, 0] {
            file.set_len(length).expect("cut");
            assert!(!is_as_sealed(file).expect("read"), "{length} bytes");
        }
    }
}
