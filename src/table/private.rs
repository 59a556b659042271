//! Temporary files for rows on their way: without a name, gone with the process, mode 0600.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;

/// A file that only this user can read, even through `/proc`: what is made without a name would have the mode of the umask.
pub fn private_file() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_can_read_it() {
        let mode =
            private_file().and_then(|file| file.metadata()).expect("a temporary file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
