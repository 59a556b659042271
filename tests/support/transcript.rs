//! Transcripts in markdown, run as a reader would run them.
//!
//! Every block ```` ```console ```` of a file is one part of one shell session in one temp folder.
//! A line `$ command` is run, the lines below it are what it prints, stdout and stderr in the order
//! of their coming. A command that does not end with 0 says so in a comment, `# exit 1`. Lines
//! `> …` continue a here-document or a line that ends with `\`. `<!-- new folder -->` above a block
//! starts a session of its own. Files of the project that a reader has at hand (`examples/`,
//! `rules.example.toml`) are in the folder too, and [`TEAM`] is a database of a real server.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use super::cluster::{Cluster, Settings};
use super::{Folder, blessing, diff, project};

/// What separates the output of one command from that of the next; no command prints it.
const MARK: char = '\u{1e}';

/// The address of the team's database in a document; a session that names it gets an empty one.
const TEAM: &str = "postgres://li@db/custcode";

/// A command of a transcript.
struct Step {
    line: usize,
    command: String,
    status: i32,
    output: Range<usize>,
}

/// Runs every session of a markdown file of the project, if it has one, and compares; with
/// `CUSTCODE_BLESS` set, writes what came out.
#[track_caller]
pub(crate) fn run(name: &str) {
    let path = project().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let sessions = sessions(&lines);

    let mut report = String::new();
    for steps in sessions.iter().rev() {
        let outcomes = perform(steps);
        for (step, (printed, status)) in steps.iter().zip(outcomes).rev() {
            let expected = lines[step.output.clone()].join("\n");
            if blessing() {
                lines.splice(step.output.clone(), printed.lines().map(str::to_owned));
            } else if printed.trim_end_matches('\n') != expected {
                let difference =
                    diff::lines(&format!("{expected}\n"), &format!("{}\n", printed.trim_end_matches('\n')));
                report = format!("{name}:{}: $ {}\n{difference}\n{report}", step.line, step.command);
            }
            if status != step.status {
                let complaint = format!("ended with {status} instead of {}", step.status);
                report = format!("{name}:{}: $ {}: {complaint}\n{report}", step.line, step.command);
            }
        }
    }
    if blessing() {
        fs::write(&path, lines.join("\n") + "\n").expect("the project's file can be written");
    }
    assert!(report.is_empty(), "{report}");
}

/// The commands of a markdown file, session by session.
fn sessions(lines: &[String]) -> Vec<Vec<Step>> {
    let mut sessions = vec![Vec::new()];
    let mut at = 0;
    while at < lines.len() {
        match lines[at].trim_end() {
            "<!-- new folder -->" => sessions.push(Vec::new()),
            "```console" => {
                let end =
                    (at + 1..lines.len()).find(|line| lines[*line] == "```").expect("the block is closed");
                sessions.last_mut().expect("never empty").extend(steps(lines, at + 1..end));
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    sessions
}

/// The commands of one block.
fn steps(lines: &[String], block: Range<usize>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = block.start;
    while at < block.end {
        let line = at;
        let first = lines[at].strip_prefix("$ ").unwrap_or_else(|| panic!("line {}: no `$ command`", at + 1));
        let mut command = first.to_owned();
        at += 1;
        while at < block.end
            && (command.ends_with('\\') || first.contains("<<"))
            && let Some(more) = lines[at].strip_prefix('>')
        {
            command = format!("{command}\n{}", more.strip_prefix(' ').unwrap_or(more));
            at += 1;
        }
        let start = at;
        while at < block.end && !lines[at].starts_with("$ ") {
            at += 1;
        }
        steps.push(Step { line: line + 1, status: announced(&command), command, output: start..at });
    }
    steps
}

/// The status in a closing comment `# exit 1`, else 0.
fn announced(command: &str) -> i32 {
    command.rsplit_once("# exit ").and_then(|(_, status)| status.trim().parse().ok()).unwrap_or(0)
}

/// Runs the commands in one shell and gives what each printed and its status.
fn perform(steps: &[Step]) -> Vec<(String, i32)> {
    let folder = reader();
    // The mark carries the status of the command before it, and leaves `$?` as it was.
    let mark = "__status=$?; printf '\\036%s\\n' $__status; (exit $__status)\n";
    let mut script = String::from("exec 2>&1\n");
    for step in steps {
        script += mark;
        script += &step.command;
        script.push('\n');
    }
    script += mark;
    let team = script.contains(TEAM).then(|| durable().database());
    let address = team.as_ref().map_or(TEAM, |database| database.url());
    let script = script.replace(TEAM, address);

    let output = folder.command("sh").arg("-c").arg(&script).output().expect("sh starts");
    let printed = at_home(&folder, &String::from_utf8_lossy(&output.stdout)).replace(address, TEAM);
    let parts: Vec<_> = printed.split(MARK).skip(1).filter_map(|part| part.split_once('\n')).collect();
    assert_eq!(parts.len(), steps.len() + 1, "the shell did not reach the end:\n{printed}");
    parts
        .windows(2)
        .map(|pair| (pair[0].1.to_owned(), pair[1].0.parse().expect("the mark holds a status")))
        .collect()
}

/// A server as a company runs it, to which `store check` has no objection.
fn durable() -> &'static Cluster {
    static DURABLE: OnceLock<Cluster> = OnceLock::new();
    DURABLE.get_or_init(|| Cluster::own(&Settings::new()))
}

/// Runs `examples/NAME.sh` by `sh -eu` and compares with `examples/NAME.out`; with `CUSTCODE_BLESS`
/// set, writes it.
#[track_caller]
pub(crate) fn example(script: &Path) {
    let name = script.file_name().expect("a script has a name").to_string_lossy();
    let folder = reader();
    let line = format!("exec sh -eu examples/{name} 2>&1");
    let output = folder.command("sh").arg("-c").arg(line).output().expect("sh starts");
    let printed = at_home(&folder, &String::from_utf8_lossy(&output.stdout));
    let kept = script.with_extension("out");
    if blessing() {
        fs::write(&kept, &printed).expect("the project's file can be written");
    }
    let expected = fs::read_to_string(&kept).unwrap_or_default();
    assert_eq!(output.status.code(), Some(0), "{name} failed:\n{printed}");
    assert!(printed == expected, "{name}:\n{}", diff::lines(&expected, &printed));
}

/// The folder of somebody who reads along.
fn reader() -> Folder {
    let folder = Folder::sqlite();
    for name in ["examples", "rules.example.toml"] {
        if project().join(name).exists() {
            folder.bring(name);
        }
    }
    folder
}

/// Paths as somebody would see them on a machine of their own.
fn at_home(folder: &Folder, text: &str) -> String {
    folder
        .portable(text)
        .replace("[HOME]", "/home/li")
        .replace("[DIR]", "/home/li/crm")
        .replace("[TMP]", "/tmp")
}

#[test]
fn commands_run_in_one_session_and_their_output_is_told_apart() {
    let text = "```console\n$ cat > a <<END\n> one\n> END\n$ cat a; printf two >&2\nshown\n$ sh -c 'exit 3' # exit 3\n$ echo $?\n```";
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let steps = sessions(&lines).remove(0);
    let expected: Vec<_> =
        [("", 0), ("one\ntwo", 0), ("", 3), ("3\n", 0)].map(|(text, code)| (text.to_owned(), code)).into();
    assert_eq!(perform(&steps), expected);
    assert_eq!(steps.iter().map(|step| step.status).collect::<Vec<_>>(), [0, 0, 3, 0]);
    assert_eq!(steps[1].output, 5..6);
}
