//! Temporary files for rows on their way: without a name, gone with the process, mode 0600.

use std::fs::File;
use std::io;

/// A file that only this user can read, even through `/proc`: what is made without a name would
/// have the mode of the umask.
pub fn private_file() -> io::Result<File> {
    #[cfg(target_os = "linux")]
    if let Ok(file) = unnamed() {
        return Ok(file);
    }
    // It has a name for a moment, but nobody else may open it.
    Ok(tempfile::NamedTempFile::new()?.into_file())
}

/// A file that never had a name, and is nobody else's from the first moment; not every file system
/// has them.
#[cfg(target_os = "linux")]
fn unnamed() -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};

    let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
    Ok(open(std::env::temp_dir(), flags, Mode::RUSR | Mode::WUSR)?.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nobody_else_can_read_it() {
        let mode =
            private_file().and_then(|file| file.metadata()).expect("a temporary file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
