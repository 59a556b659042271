//! Standard output, with a last look at what goes to a terminal.

use std::io::{self, IsTerminal as _, StdoutLock, Write};

use super::escape::for_screen;

/// The longest beginning of a character or of a style that has to wait for its end.
const LONGEST: usize = 3;

/// Standard output. A terminal gets no control character that this program does not send itself;
/// files and pipes get everything raw.
pub(crate) struct Screen {
    out: StdoutLock<'static>,
    terminal: bool,
    /// What may be the beginning of a character or of a style.
    held: Vec<u8>,
}

impl Screen {
    /// Takes standard output.
    pub(crate) fn stdout() -> Self {
        let out = io::stdout().lock();
        Self { terminal: out.is_terminal(), out, held: Vec::new() }
    }

    fn show(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut shown = String::with_capacity(bytes.len() + LONGEST);
        for chunk in bytes.utf8_chunks() {
            for_screen(chunk.valid(), &mut shown);
            if !chunk.invalid().is_empty() {
                self.out.write_all(shown.as_bytes())?;
                shown.clear();
                // Another encoding than UTF-8, which was asked for.
                self.out.write_all(chunk.invalid())?;
            }
        }
        self.out.write_all(shown.as_bytes())
    }
}

/// Where the last thing begins that may go on: a style, a line end, a character.
fn end_of_whole(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(LONGEST);
    let begun = bytes[tail..].iter().rposition(|byte| matches!(byte, b'\x1b' | b'\r') || *byte >= 0xc0);
    let Some(at) = begun.map(|at| tail + at) else { return bytes.len() };
    let whole = match bytes[at] {
        b'\r' => bytes.len() > at + 1,
        b'\x1b' => bytes[at + 1..].iter().any(|byte| !b"[01".contains(byte)),
        _ => std::str::from_utf8(&bytes[at..]).map_or_else(|error| error.error_len().is_some(), |_| true),
    };
    if whole { bytes.len() } else { at }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.terminal {
            return self.out.write(bytes);
        }
        let mut all = std::mem::take(&mut self.held);
        all.extend(bytes);
        self.held = all.split_off(end_of_whole(&all));
        self.show(&all)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let held = std::mem::take(&mut self.held);
        // The terminal is gone, and with it whoever could be told.
        let _ = self.show(&held).and_then(|()| self.out.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_waits() {
        for (bytes, whole) in [
            ("abc".as_bytes(), 3),
            ("ab华".as_bytes(), 5),
            (&"ab华".as_bytes()[..4], 2),
            (b"ab\r", 2),
            (b"ab\r\n", 4),
            (b"ab\x1b", 2),
            (b"ab\x1b[1", 2),
            (b"\x1b[1m", 4),
            (b"\x1b[2", 3),
            (b"", 0),
        ] {
            assert_eq!(end_of_whole(bytes), whole, "{bytes:?}");
        }
    }
}
