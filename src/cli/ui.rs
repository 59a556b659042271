//! The one way to the screen: results to stdout, everything else to stderr; quiet, colour and
//! terminals are known here only.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use rustix::fs::OFlags;
use serde::Serialize;

use super::error::failure::Failure;
use super::escape;
use super::format::{Colour, Format};
use super::output::answer::{self, Answer};
use super::output::json;
use super::output::page::Page;
use super::rejections::Told;
use super::screen::Screen;

/// How this run speaks. Holds no stream, so that it can be copied to wherever something must be
/// said.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about two streams")]
pub(crate) struct Ui {
    asked: Option<Format>,
    quiet: bool,
    verbose: bool,
    terminal: bool,
    coloured: bool,
    error_terminal: bool,
    error_coloured: bool,
}

/// The style of the word `error:`.
const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The style of the word `hint:`.
const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// The style of the words `note:` and `caused by`.
const NOTE: Style = Style::new().bold();

impl Ui {
    /// Looks at the streams once.
    pub(crate) fn new(asked: Option<Format>, quiet: bool, verbose: bool, colour: Colour) -> Self {
        match colour {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        }
        .write_global();
        Self {
            asked,
            quiet,
            verbose,
            terminal: io::stdout().is_terminal(),
            coloured: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            error_terminal: io::stderr().is_terminal(),
            error_coloured: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        }
    }

    /// The format of results: as asked, else a table on a terminal and plain elsewhere.
    pub(crate) fn format(self) -> Format {
        self.asked.unwrap_or(if self.terminal { Format::Table } else { Format::Plain })
    }

    /// The format, when one was asked for.
    pub(crate) fn asked(self) -> Option<Format> {
        self.asked
    }

    /// Whether messages are JSON objects.
    pub(crate) fn json(self) -> bool {
        matches!(self.asked, Some(Format::Json | Format::Jsonl))
    }

    /// Whether a person sees what is said beside results.
    pub(crate) fn has_reader(self) -> bool {
        self.error_terminal
    }

    /// Whether stderr may carry a progress bar.
    pub(crate) fn shows_progress(self) -> bool {
        self.error_terminal && !self.quiet && !self.json()
    }

    /// The page that stdout is.
    pub(crate) fn page(self) -> Page {
        Page {
            width: self.terminal.then(terminal_width).flatten(),
            colour: self.coloured,
            escape: self.terminal,
        }
    }

    /// Writes a result in the format of this run.
    pub(crate) fn answer<A: Answer>(self, answer: &A) -> Result<(), Failure> {
        Self::print(|out| answer::write(answer, self.format(), self.page(), out))
    }

    /// Gives `write` stdout, block-buffered, and flushes it; every failure is one of stdout.
    pub(crate) fn print(write: impl FnOnce(&mut BufWriter<Screen>) -> io::Result<()>) -> Result<(), Failure> {
        let mut out = BufWriter::with_capacity(64 * 1024, Screen::stdout());
        write(&mut out).and_then(|()| out.flush()).map_err(Failure::Stdout)
    }

    /// Whether nobody gets what is written to stdout. When it was closed, the standard library has
    /// opened it before anything of this program ran: `/dev/null`, for reading too. Some programs
    /// give that on purpose (Python's `DEVNULL`), and one cannot be told from the other;
    /// `> /dev/null` can.
    pub(crate) fn stdout_is_lost() -> bool {
        let out = io::stdout();
        let both = rustix::fs::fcntl_getfl(&out).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR);
        let null = |path: &str| rustix::fs::stat(path).map(|found| found.st_rdev);
        let same = || rustix::fs::fstat(&out).is_ok_and(|found| null("/dev/null") == Ok(found.st_rdev));
        both && !out.is_terminal() && same()
    }

    /// Says what was done; silent with `--quiet`.
    pub(crate) fn status(self, text: &str) {
        if !self.quiet {
            self.say("", Style::new(), "status", text);
        }
    }

    /// Says what a person should know; silent with `--quiet`.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            self.say("note: ", NOTE, "note", text);
        }
    }

    /// Says what must not be lost; not silenced.
    pub(crate) fn important(self, text: &str) {
        self.say("note: ", NOTE, "note", text);
    }

    /// Says a detail, with `-v` only.
    pub(crate) fn detail(self, text: &str) {
        if self.verbose {
            self.say("", Style::new(), "detail", text);
        }
    }

    /// Says a rejected row; not silenced, for it is why the run came to nothing.
    pub(crate) fn rejected(self, told: &Told) {
        if self.json() {
            return self.document(told);
        }
        let text = &told.rejected;
        let text = if self.error_terminal { escape::visible(text) } else { Cow::Borrowed(text.as_str()) };
        self.line("", Style::new(), &text);
    }

    /// Asks a person at the terminal; where there is none, or results are JSON, the answer is no.
    pub(crate) fn confirm(self, question: &str) -> Result<bool, Failure> {
        if self.json() || !self.error_terminal || !io::stdin().is_terminal() {
            return Ok(false);
        }
        let failed = |error| Failure::System(anyhow::Error::new(error).context("could not ask"));
        write!(io::stderr(), "{} [y/N] ", escape::visible_lines(question)).map_err(failed)?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map_err(failed)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Says an error in words.
    pub(crate) fn error(self, text: &str) {
        self.line("error: ", ERROR, text);
    }

    /// Says a cause of the error.
    pub(crate) fn cause(self, text: &str) {
        self.line("caused by: ", NOTE, text);
    }

    /// Says what to do.
    pub(crate) fn hint(self, text: &str) {
        self.line("hint: ", HINT, text);
    }

    /// Writes a finished block (carets, a usage text) to stderr, styled where that is understood
    /// and nothing in it is to be escaped.
    pub(crate) fn block(self, plain: &str, styled: impl FnOnce() -> String) {
        let text = match self.error_terminal && !escape::is_harmless(plain) {
            true => escape::visible_lines(plain),
            false if self.error_coloured => Cow::Owned(styled()),
            false => Cow::Borrowed(plain),
        };
        let _ = writeln!(io::stderr().lock(), "{}", text.trim_end_matches('\n'));
    }

    /// Writes one JSON document to stderr.
    pub(crate) fn document<T: Serialize>(self, members: &T) {
        let page = Page { escape: self.error_terminal, ..Page::default() };
        let _ = json::document_line(members, page).and_then(|text| writeln!(io::stderr().lock(), "{text}"));
    }

    /// A message as text, or as one JSON object where errors are JSON too, so that all of stderr is
    /// JSON Lines.
    fn say(self, head: &str, style: Style, member: &str, text: &str) {
        if self.json() {
            self.document(&BTreeMap::from([(member, text)]));
        } else {
            self.line(head, style, text);
        }
    }

    /// One message. Standard error may be closed; then nobody is there to be told.
    fn line(self, head: &str, style: Style, text: &str) {
        // Only what this program says of itself has several lines; a name with a line feed must not
        // pass for a message.
        let text = match (self.error_terminal, head) {
            (false, _) => Cow::Borrowed(text),
            (true, "") => escape::visible_lines(text),
            (true, _) => escape::visible(text),
        };
        let mut out = io::stderr().lock();
        let _ = if self.error_coloured && !head.is_empty() {
            writeln!(out, "{style}{}{style:#} {text}", head.trim_end())
        } else {
            writeln!(out, "{head}{text}")
        };
    }
}

/// Columns of the terminal on stdout.
fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}
