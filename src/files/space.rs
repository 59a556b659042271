//! Room on a file system, looked at before a long write begins.

use std::io;
use std::path::Path;

/// Bytes that this user may still write in a folder.
pub(crate) fn free(folder: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(folder)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Bytes for people: `912 bytes`, `3.4 MB`.
pub fn bytes(count: u64) -> String {
    let (unit, name) = match count {
        1 => return "1 byte".to_owned(),
        0..1_000 => return format!("{count} bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    format!("{}.{} {name}", count / unit, count % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::{bytes, free};

    #[test]
    fn bytes_are_told_in_a_fitting_unit() {
        let told = [1, 999, 1_000, 3_450_000, 2_000_000_000].map(bytes);
        assert_eq!(told, ["1 byte", "999 bytes", "1.0 kB", "3.4 MB", "2.0 GB"]);
    }

    #[test]
    fn a_folder_tells_its_room() {
        assert!(free(&std::env::temp_dir()).expect("a folder") > 0);
        assert!(free(std::path::Path::new("/nowhere")).is_err());
    }
}
