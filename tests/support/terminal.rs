//! A real terminal for commands that behave differently on one: `script` (util-linux) gives them a
//! pseudo-terminal.

use super::Folder;

/// Runs custcode on a terminal of `columns` × 40 and gives all that the terminal received, with
/// plain line ends.
pub(crate) fn capture(folder: &Folder, columns: u16, args: &[String]) -> String {
    let words: Vec<_> = args.iter().map(|word| quoted(word)).collect();
    let line = format!("stty cols {columns} rows 40; exec custcode {}", words.join(" "));
    let output = folder
        .command("script")
        .env_remove("COLUMNS")
        .env("TERM", "xterm-256color")
        .env("SHELL", "/bin/sh")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .output()
        .expect("`script` is installed (tests/setup)");
    String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
}

/// A word that the shell leaves as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
