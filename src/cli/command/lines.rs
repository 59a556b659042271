//! Lines out of a stream, in constant memory: blocks of 256 KiB, split where they lie.
//!
//! LF and CRLF end a line, a byte order mark at the beginning is dropped, blank lines are passed
//! over. A line that is too long for any code is cut, so that it cannot fill the memory; what is
//! left is still no code.

use std::io::{self, Read};

use memchr::memchr;

use crate::registry::validate::LONGEST;

/// Bytes read at once.
const BLOCK: usize = 256 * 1024;
/// The byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A stream of lines.
pub(super) struct Lines<R> {
    stream: R,
    buffer: Vec<u8>,
    /// What is read and not yet given out.
    start: usize,
    end: usize,
    /// The end of the stream was seen.
    over: bool,
    /// The rest of a line that was cut is thrown away.
    cut: bool,
    /// Nothing was read so far.
    fresh: bool,
    /// Lines begun so far, blank ones among them.
    number: u64,
}

impl<R: Read> Lines<R> {
    /// Reads from the beginning.
    pub(super) fn new(stream: R) -> Self {
        let buffer = vec![0; BLOCK + LONGEST + 1];
        Self { stream, buffer, start: 0, end: 0, over: false, cut: false, fresh: true, number: 0 }
    }

    /// Reads a block; `false` when there is none and every line was given out.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.over {
            return Ok(false);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let read = loop {
            match self.stream.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.over = read == 0;
        self.end += read;
        // A mark that has come only in part is waited for.
        if self.fresh && (self.end >= MARK.len() || self.over || !MARK.starts_with(&self.buffer[..self.end]))
        {
            self.fresh = false;
            if self.buffer[..self.end].starts_with(MARK) {
                self.start = MARK.len();
            }
        }
        Ok(true)
    }

    /// The number of the line that was given out last, counted from 1; blank lines count.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next line of what was read, without its end; `None` when the next block is needed.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        if self.fresh {
            return None;
        }
        loop {
            let from = self.start;
            let rest = &self.buffer[from..self.end];
            let (length, whole) = match memchr(b'\n', rest) {
                Some(length) => (length, true),
                None if self.over && !rest.is_empty() => (rest.len(), true),
                None if rest.len() > LONGEST => (rest.len(), false),
                None => return None,
            };
            let blank = rest[..length].trim_ascii().is_empty();
            let carriage = usize::from(rest[..length].ends_with(b"\r"));
            self.start = (from + length + usize::from(whole)).min(self.end);
            let passed = std::mem::replace(&mut self.cut, !whole);
            self.number += u64::from(!passed);
            if !passed && !blank {
                let shown = (length - carriage).min(LONGEST + 1);
                return Some(&self.buffer[from..from + shown]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream that gives as many bytes a time as asked.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(length);
            buffer[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn all(bytes: &[u8], at_once: usize) -> Vec<Vec<u8>> {
        let mut lines = Lines::new(Drops(bytes, at_once));
        let mut found = Vec::new();
        while lines.fill().expect("memory can be read") {
            while let Some(line) = lines.next() {
                found.push(line.to_vec());
            }
        }
        found
    }

    #[test]
    fn every_line_whatever_the_pieces() {
        let bytes = b"\xef\xbb\xbf01A0001\r\n\n  \n 01A0002\n\xff\n01A0003";
        let lines: [&[u8]; 4] = [b"01A0001", b" 01A0002", b"\xff", b"01A0003"];
        for at_once in [1, 2, 3, 7, 1000] {
            assert_eq!(all(bytes, at_once), lines, "{at_once} bytes at once");
        }
    }

    #[test]
    fn a_line_without_end_is_one_cut_line() {
        let mut bytes = b"A\n".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 3 * BLOCK));
        bytes.extend(b"\nB\n");
        for at_once in [4000, BLOCK, 10 * BLOCK] {
            let lines = all(&bytes, at_once);
            assert_eq!(lines.len(), 3);
            assert_eq!((lines[0].as_slice(), lines[2].as_slice()), (&b"A"[..], &b"B"[..]));
            assert_eq!(lines[1].len(), LONGEST + 1);
        }
    }

    #[test]
    fn blank_lines_are_counted_and_a_cut_line_is_one() {
        let mut bytes = b"\nA\n\r\n".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 3 * BLOCK));
        bytes.extend(b"\nB");
        let mut lines = Lines::new(Drops(&bytes, 4000));
        let mut numbers = Vec::new();
        while lines.fill().expect("memory can be read") {
            while lines.next().is_some() {
                numbers.push(lines.number());
            }
        }
        assert_eq!(numbers, [2, 4, 5]);
    }

    #[test]
    fn nothing_gives_nothing() {
        for bytes in [&b""[..], b"\n", b"\xef\xbb\xbf", b"\r\n\r\n"] {
            assert!(all(bytes, 2).is_empty(), "{bytes:?}");
        }
    }

    #[test]
    fn half_a_mark_is_a_line() {
        assert_eq!(all(b"\xef\xbb", 1), [b"\xef\xbb"]);
    }
}
