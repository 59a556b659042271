//! Who holds SQLite's own lock on the file: a reader keeps a commit waiting, and nothing but the
//! kernel knows of it.

use std::fs;
use std::path::Path;

use super::place::Place;

/// The bytes of the file that SQLite locks, behind the first GiB.
const LOCKED: std::ops::RangeInclusive<u64> = 0x4000_0000..=0x4000_01ff;

impl Place {
    /// Who holds a lock on the ledger besides this process, where the system tells:
    /// `export (process 71, stopped)`.
    pub(super) fn lock_holder(&self) -> Option<String> {
        let locks = fs::read_to_string("/proc/locks").ok()?;
        let own = std::process::id();
        let process = processes(&locks, self.inode()).find(|process| *process != own)?;
        let folder = Path::new("/proc").join(process.to_string());
        let told = fs::read(folder.join("cmdline")).unwrap_or_default();
        let status = fs::read_to_string(folder.join("stat")).unwrap_or_default();
        Some(format!(
            "{} (process {process}{})",
            command(&told),
            if is_stopped(&status) { ", stopped" } else { "" }
        ))
    }
}

/// The processes that hold a lock of SQLite on the file with this number; those that wait for one
/// are marked by an arrow.
fn processes(locks: &str, inode: u64) -> impl Iterator<Item = u32> + '_ {
    locks.lines().filter_map(move |line| {
        let mut words = line.split_whitespace().skip(1);
        let kind = words.next()?;
        let (process, file) = (words.nth(2)?, words.next()?);
        let first: u64 = words.next()?.parse().ok()?;
        let is_it = kind == "POSIX" && file.rsplit(':').next() == Some(inode.to_string().as_str());
        (is_it && LOCKED.contains(&first)).then_some(process.parse().ok()?)
    })
}

/// A command line in short: the program, or what custcode was told to do.
fn command(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split('\0').filter(|word| !word.is_empty());
    let program = words.next().map_or("another program", |path| path.rsplit('/').next().unwrap_or(path));
    let deed = words.find(|word| !word.starts_with('-')).filter(|_| program == "custcode");
    deed.unwrap_or(program).chars().filter(|character| !character.is_control()).take(40).collect()
}

/// Whether a process was stopped (Ctrl-Z), by its `stat`; the program's name in it may contain
/// anything.
fn is_stopped(stat: &str) -> bool {
    stat.rsplit_once(')').is_some_and(|(_, rest)| matches!(rest.trim_start().chars().next(), Some('T' | 't')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_list_names_who_holds_a_file() {
        let locks = "1: POSIX  ADVISORY  READ 71 fd:01:5678 1073741826 1073742335\n\
             1: -> POSIX  ADVISORY  WRITE 72 fd:01:5678 1073741824 1073741824\n\
             2: FLOCK  ADVISORY  WRITE 73 fd:01:5678 0 EOF\n\
             3: POSIX  ADVISORY  WRITE 74 fd:01:5678 0 EOF\n\
             4: POSIX  ADVISORY  WRITE 75 fd:01:678 1073741825 1073741825\n";
        assert_eq!(processes(locks, 5678).collect::<Vec<_>>(), [71]);
        assert_eq!(processes(locks, 678).collect::<Vec<_>>(), [75]);
    }

    #[test]
    fn a_command_is_told_in_short() {
        assert_eq!(command(b"/usr/bin/custcode\0-q\0export\0--state\0all\0"), "export");
        assert_eq!(command(b"/usr/bin/sqlite3\0x.db\0"), "sqlite3");
        assert_eq!(command(b"custcode\0"), "custcode");
        assert_eq!(command(b""), "another program");
        assert!(is_stopped("71 (a) b) T 1 2") && !is_stopped("71 (T) S 1 2"));
    }
}
