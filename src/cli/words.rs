//! Numbers in sentences.

/// `1 customer`, `2 customers`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Bytes for people: `912 bytes`, `3.4 MB`.
pub(crate) fn bytes(count: u64) -> String {
    let (unit, name) = match count {
        0..1_000 => return counted(count, "byte"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    format!("{}.{} {name}", count / unit, count % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn bytes_are_told_in_a_fitting_unit() {
        let told = [1, 999, 1_000, 3_450_000, 2_000_000_000].map(bytes);
        assert_eq!(told, ["1 byte", "999 bytes", "1.0 kB", "3.4 MB", "2.0 GB"]);
    }
}
