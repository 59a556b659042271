//! Counting lines and characters in raw bytes. CR, LF and CR LF all end a line.

/// How many line ends `bytes` holds. A CR at the very end counts; its LF, if one follows, must not
/// be given alone.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    let lone_cr = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter(lone_cr).count() as u64
}

/// How many characters stand behind the last line end. Bytes that are no UTF-8 count one each.
pub(super) fn chars_in_last_line(bytes: &[u8]) -> u64 {
    let start = memchr::memrchr2(b'\n', b'\r', bytes).map_or(0, |end| end + 1);
    let chars = |chunk: std::str::Utf8Chunk<'_>| chunk.valid().chars().count() + chunk.invalid().len();
    bytes[start..].utf8_chunks().map(chars).sum::<usize>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_line_end_counts_once() {
        assert_eq!(count_lines(b"a\nb\nc"), 2);
        assert_eq!(count_lines(b"a\r\nb\r\n"), 2);
        assert_eq!(count_lines(b"a\rb\rc\r"), 3);
        assert_eq!(count_lines(b"\r\r\n\n"), 3);
        assert_eq!(count_lines(b""), 0);
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        assert_eq!(chars_in_last_line("a\n华东机械".as_bytes()), 4);
        assert_eq!(chars_in_last_line("a\r\n".as_bytes()), 0);
        assert_eq!(chars_in_last_line(b"ab\xFFc"), 4);
    }
}
