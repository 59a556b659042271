//! `import`: a file of customers in, and their codes out.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::rows;
use crate::cli::args::{self, jump};
use crate::cli::context::{Context, locale};
use crate::cli::error::failure::Failure;
use crate::cli::file_name;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::explanation::Explanation;
use crate::cli::progress::Progress;
use crate::cli::signal::Signals;
use crate::cli::stream::private;
use crate::cli::ui::Ui;
use crate::cli::words::counted;
use crate::registry::import::{CounterMove, ImportReport, ImportRequest, Mapped, Target, explain};
use crate::registry::{Error, scope};
use crate::store::{self, Access};
use crate::table::{Encoding, Format, Source, WorkbookReading};

/// Bring in a file of customers and give them codes
///
/// All or nothing: a bad row stops the run, every bad row is named, nothing is written (exit status
/// 1). With --partial the good rows are kept (exit status 6). The same file again changes nothing
/// and gives the same output. Columns are recognised by their headers; how each one was understood
/// is shown.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode import customers.csv -o coded.csv
  custcode import customers.csv --explain
  custcode import customers.csv --dry-run
  custcode import crm.csv --encoding gb18030 --map 客户级别=type --key 客户ID -o coded.csv
  custcode import old.csv --allow-jump --rejects bad.csv --partial")]
#[expect(clippy::struct_excessive_bools, reason = "switches that are independent of each other")]
pub(crate) struct Import {
    /// The file; - for standard input
    file: String,
    /// Write the rows with their codes to this file; - for standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Write rejected rows and their reasons to this file; - for standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    rejects: Option<PathBuf>,
    /// Replace these files when they are there
    #[arg(long, help_heading = "Output")]
    force: bool,
    /// Read this format; by default what the file's name ends with, else csv
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Input")]
    input_format: Option<InputFormat>,
    /// Read this encoding, such as gb18030 or windows-1252; by default the one that is found
    #[arg(long, value_name = "ENCODING", value_parser = args::encoding, help_heading = "Input")]
    encoding: Option<Encoding>,
    /// Cut rows at this character, such as ; or tab; by default the one that is found
    #[arg(long, value_name = "CHAR", value_parser = args::delimiter, help_heading = "Input")]
    delimiter: Option<u8>,
    /// Take this line for the header, or these lines together, as 4 or 4-5; by default the first
    /// one
    #[arg(long, value_name = "LINES", value_parser = args::lines, help_heading = "Input")]
    header: Option<(u64, u64)>,
    /// Pass over lines that begin with this text, such as '#'
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new(),
        help_heading = "Input")]
    comment: Option<String>,
    /// The file was written with --raw: take no apostrophe from cells that look like formulas, and
    /// put none before them
    #[arg(long, help_heading = "Input")]
    raw: bool,
    /// Read this sheet of a workbook; all reads every visible one, with its name as a column
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    sheet: Option<String>,
    /// Leave out rows that a workbook hides
    #[arg(long, help_heading = "Input")]
    visible_only: bool,
    /// Take the value of merged cells for each of them
    #[arg(long, help_heading = "Input")]
    fill_merged: bool,
    /// Take a column for code, ref, name, name.given, name.family, date or a field; or keep it as
    /// an attribute, or ignore it
    #[arg(long, value_name = "COLUMN=TARGET", value_parser = args::pair, help_heading = "Input")]
    map: Vec<(String, String)>,
    /// Take this column for the reference, by which customers are known again; none where they are
    /// known by name
    #[arg(long, value_name = "COLUMN", help_heading = "Input")]
    key: Option<String>,
    /// Put this before each reference of the file, so that two lists with the same numbers are kept
    /// apart
    #[arg(long, value_name = "TEXT", help_heading = "Input")]
    ref_prefix: Option<String>,
    /// Give every row the same value of a field; repeatable
    #[arg(long, value_name = "FIELD=VALUE", value_parser = args::pair, help_heading = "Input")]
    set: Vec<(String, String)>,
    /// Give every row the same type
    #[arg(long = "type", value_name = "VALUE", help_heading = "Input")]
    kind: Option<String>,
    /// Give every row the same region
    #[arg(long, value_name = "VALUE", help_heading = "Input")]
    region: Option<String>,
    /// Set the record date of rows without one; today when not given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = args::record_date, help_heading = "Input")]
    date: Option<Date>,
    /// Say in which order dates have day, month and year; by default a date that tells it decides
    #[arg(long, value_enum, value_name = "ORDER", help_heading = "Input")]
    date_order: Option<args::DateOrder>,
    /// Use this rule for every row; by default the rule file chooses row by row
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Keep the good rows when others are bad
    #[arg(long)]
    partial: bool,
    /// Show how the file is understood, column by column; reads no ledger and writes nothing
    #[arg(long, conflicts_with_all = ["dry_run", "output", "rejects", "partial"], help_heading = "Input")]
    explain: bool,
    /// Say what would happen, codes included; nothing does
    #[arg(long)]
    dry_run: bool,
    /// Give codes to rows with neither name, code nor reference
    #[arg(long)]
    nameless: bool,
    /// Give codes to rows that look like totals of those above
    #[arg(long)]
    keep_totals: bool,
    /// Take a column that counts the rows for the reference
    #[arg(long)]
    yes: bool,
    /// Say what to do with rows that may mean a known customer of their name
    #[arg(long, value_enum, value_name = "CHOICE", default_value = "reject")]
    likely: args::Likely,
    /// Give customers references also when they were taken away from others
    #[arg(long = "reuse-ref")]
    reuse_reference: bool,
    /// Say what to do with known customers whose attributes differ
    #[arg(long, value_enum, value_name = "CHOICE", default_value = "keep")]
    on_existing: args::OnExisting,
    /// Say what to do with references of customers who were erased
    #[arg(long, value_enum, value_name = "CHOICE", default_value = "refuse")]
    after_erasure: args::AfterErasure,
    /// Name the request; repeated under this name it gets the same codes
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// Keep codes in the file that no rule reads
    #[arg(long, help_heading = "Codes that rows bring")]
    legacy: bool,
    /// Give codes and values the leading zeros back that a spreadsheet took from them, where only
    /// one number of zeros makes them right
    #[arg(long, help_heading = "Codes that rows bring")]
    repair: bool,
    /// Take numbers far above their counter, and go on above them
    #[arg(long, conflicts_with = "keep_below", help_heading = "Codes that rows bring")]
    allow_jump: bool,
    /// Take numbers far above their counter, and go on below them
    #[arg(long, help_heading = "Codes that rows bring")]
    keep_below: bool,
}

/// A format of input files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum InputFormat {
    /// Comma-separated values with a header
    Csv,
    /// One JSON object a line
    Jsonl,
    /// One JSON document
    Json,
}

impl Import {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let ui = &context.ui;
        if self.file == "-" && io::stdin().is_terminal() {
            ui.status("reading standard input; end with Ctrl-D");
        }
        let source = Source::open(&self.file)
            .map_err(|source| Error::Unreadable { path: self.file.clone(), source })?;
        if self.explain {
            return self.show_explanation(context, &source);
        }
        // Standard output gets its rows when all is done: a code is shown only after the commit
        // that keeps it.
        let spool = self.spool()?;
        let request = self.request(&source, spool.as_ref())?;
        let (format, encoding) = (request.format.streamed(), request.encoding);
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let mut registry = context.open(access)?;
        let signals = Signals::watch().map_err(Failure::System)?;
        let mut progress = Progress::new(*ui, signals.clone());
        let done = registry.import(&request, &mut progress);
        progress.finish();
        let report = match (done, signals.received()) {
            (Err(Error::Store(store::Error::Interrupted)), Some(signal)) => {
                return Err(Failure::Interrupted(signal));
            }
            (done, _) => done?,
        };
        drop(registry);
        let complete = report.rejected == 0 || self.partial;
        if let Some(spool) = spool
            && (complete || is_stdout(self.rejects.as_deref()))
        {
            signals.release();
            rows::copy_to_stdout(*ui, spool, format, encoding)?;
            if is_stdout(self.output.as_deref()) && report.written && Ui::stdout_is_lost() {
                ui.important(
                    "standard output is closed or discarded; the same import with -o FILE gives the codes",
                );
            }
        }
        let answer = Summary {
            report: &report,
            mapping: &progress.mapping,
            dry_run: self.dry_run,
            partial: self.partial,
        };
        if ui.json() && !self.uses_stdout() {
            ui.answer(&answer)?;
        } else {
            ui.status(&answer.sentences());
        }
        Ok(match (report.rejected, self.partial) {
            (0, _) => Status::Done,
            (_, true) => Status::Partial,
            (_, false) => Status::No,
        })
    }

    /// Shows how the file is understood; fails as the import would where it is not.
    fn show_explanation(&self, context: &Context, source: &Source) -> Outcome {
        let explained = explain(&*context.book()?, &self.request(source, None)?)?;
        let explanation = Explanation(&explained);
        if !context.ui.json() {
            context.ui.status(&explanation.title());
        }
        context.ui.answer(&explanation)?;
        for note in explained.notes.iter().filter(|_| !context.ui.json()) {
            context.ui.note(note);
        }
        explained.stops.map_or(Ok(Status::Done), |stop| Err(stop.error.into()))
    }

    /// Whether rows go to standard output.
    fn uses_stdout(&self) -> bool {
        is_stdout(self.output.as_deref()) || is_stdout(self.rejects.as_deref())
    }

    /// A private file for rows that go to standard output.
    fn spool(&self) -> Result<Option<File>, Failure> {
        if self.output.is_some() && self.output == self.rejects {
            return Err(Error::usage(
                "--output and --rejects name the same file",
                "give the rejected rows a file of their own".to_owned(),
            )
            .into());
        }
        Ok(if self.uses_stdout() { Some(private()?) } else { None })
    }

    fn request<'a>(&self, source: &'a Source, spool: Option<&'a File>) -> Result<ImportRequest<'a>, Failure> {
        let target = |path: &Option<PathBuf>| {
            path.as_ref().map(|path| match spool {
                Some(spool) if is_stdout(Some(path)) => Target::File(spool),
                _ => Target::Path(path.clone()),
            })
        };
        let own = [("type", &self.kind), ("region", &self.region)];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        for path in self.output.iter().chain(&self.rejects) {
            file_name::format(path)?;
        }
        Ok(ImportRequest {
            source,
            format: self.format(),
            encoding: self.encoding,
            locale: Some(locale()),
            delimiter: self.delimiter,
            header: self.header,
            comment: self.comment.clone(),
            map: self.map.clone(),
            key: self.key.clone(),
            set: own.chain(self.set.iter().cloned()).collect(),
            rule: self.rule.clone(),
            date: self.date,
            date_order: self.date_order.map(Into::into),
            output: target(&self.output),
            rejects: target(&self.rejects),
            force: self.force,
            partial: self.partial,
            dry_run: self.dry_run,
            legacy: self.legacy,
            repair: self.repair,
            nameless: self.nameless,
            keep_totals: self.keep_totals,
            confirmed: self.yes,
            ref_prefix: self.ref_prefix.clone(),
            likely: self.likely.into(),
            reuse_reference: self.reuse_reference,
            jump: jump(self.allow_jump, self.keep_below),
            on_existing: self.on_existing.into(),
            after_erasure: self.after_erasure == args::AfterErasure::New,
            raw: self.raw,
            request_id: self.request_id.clone(),
            workbook: WorkbookReading {
                sheet: self.sheet.clone(),
                visible_only: self.visible_only,
                fill_merged: self.fill_merged,
            },
        })
    }

    fn format(&self) -> Format {
        match self.input_format {
            Some(InputFormat::Csv) => Format::Csv,
            Some(InputFormat::Jsonl) => Format::Jsonl,
            Some(InputFormat::Json) => Format::Json,
            None => Format::of_path(Path::new(&self.file)).unwrap_or_default(),
        }
    }
}

/// Counters that are told one by one; a file with a scope for each day has thousands.
const MOST_COUNTERS: usize = 10;

/// Whether a path stands for standard output.
fn is_stdout(path: Option<&Path>) -> bool {
    path == Some(Path::new("-"))
}

#[derive(Serialize)]
struct Summary<'a> {
    dry_run: bool,
    #[serde(flatten)]
    report: &'a ImportReport,
    mapping: &'a [Mapped],
    #[serde(skip)]
    partial: bool,
}

impl Summary<'_> {
    /// Counters first, then one line of totals, the most important last.
    fn sentences(&self) -> String {
        let report = self.report;
        let number = |last: Option<u64>| last.map_or_else(|| "none".to_owned(), |last| last.to_string());
        let moved = |moved: &CounterMove| {
            let (before, after) = (number(moved.before), number(moved.after));
            format!("counter {}: {before} → {after}", scope::named(&moved.rule, &moved.scope))
        };
        let mut lines: Vec<String> = report.counters.iter().take(MOST_COUNTERS).map(moved).collect();
        if let Some(more @ 1..) = report.counters.len().checked_sub(MOST_COUNTERS) {
            lines.push(format!("and {more} more counters; --json names them all"));
        }
        let counts = [
            (report.issued, "issued"),
            (report.registered, "registered"),
            (report.legacy, "of them legacy"),
            (report.skipped, "skipped"),
            (report.updated, "updated"),
            (report.differing, "unchanged although the file differs"),
            (report.attached, "given a reference"),
            (report.known_by_name, "known by name alone"),
            (report.namesakes, "with the name of another customer"),
            (report.nameless, "nameless"),
            (report.drifted, "with a code that says another value than their column"),
            (report.blank, "blank"),
            (report.totals, "of totals"),
            (report.rejected, "rejected"),
            (report.undecided, "of them undecided"),
        ];
        let told = counts.iter().filter(|(count, what)| *count > 0 || *what == "issued");
        let told: Vec<_> = told.map(|(count, what)| format!("{count} {what}")).collect();
        lines.push(format!("{}: {}", counted(report.rows, "row"), told.join(", ")));
        if self.dry_run {
            lines.push("dry run: nothing was written".to_owned());
        } else if report.rejected > 0 && !report.written && !self.partial {
            lines.push("nothing was written; --partial keeps the good rows".to_owned());
        }
        lines.join("\n")
    }
}

impl Answer for Summary<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::import::Means;

    #[test]
    fn the_summary_tells_what_happened_and_leaves_out_what_did_not() {
        let moved = CounterMove {
            rule: "graded".into(),
            scope: "[\"01\",\"A\"]".into(),
            before: None,
            after: Some(2),
        };
        let report = ImportReport {
            rows: 3,
            issued: 2,
            skipped: 1,
            written: true,
            counters: vec![moved],
            ..ImportReport::default()
        };
        let summary = Summary { report: &report, mapping: &[], dry_run: false, partial: false };
        assert_eq!(summary.sentences(), "counter graded 01, A: none → 2\n3 rows: 2 issued, 1 skipped");
    }

    #[test]
    fn many_counters_are_counted() {
        let moved = |day: u64| CounterMove {
            rule: "dated".into(),
            scope: format!("[\"{day}\"]"),
            before: None,
            after: Some(1),
        };
        let report = ImportReport { rows: 30, counters: (1..=30).map(moved).collect(), ..Default::default() };
        let summary = Summary { report: &report, mapping: &[], dry_run: false, partial: false };
        let sentences = summary.sentences();
        assert_eq!(sentences.matches("none → 1").count(), 10);
        assert!(sentences.contains("\nand 20 more counters; --json names them all\n"), "{sentences}");
    }

    #[test]
    fn a_stopped_run_names_the_way_on() {
        let report = ImportReport { rows: 1, rejected: 1, ..ImportReport::default() };
        let summary = Summary { report: &report, mapping: &[], dry_run: false, partial: false };
        assert_eq!(
            summary.sentences(),
            "1 row: 0 issued, 1 rejected\nnothing was written; --partial keeps the good rows"
        );
    }

    #[test]
    fn json_has_every_number() {
        let report = ImportReport { rows: 1, issued: 1, written: true, ..ImportReport::default() };
        let mapped = |column: &str, means, name: &str| Mapped {
            column: Some(column.into()),
            means,
            name: Some(name.into()),
            value: None,
        };
        let mapping = [mapped("a", Means::Field, "type")];
        let summary = Summary { report: &report, mapping: &mapping, dry_run: false, partial: false };
        let facts = serde_json::to_value(&summary).expect("JSON");
        assert_eq!(facts["rows"], 1);
        assert_eq!(facts["dry_run"], false);
        assert_eq!(
            facts["mapping"][0],
            serde_json::json!({ "column": "a", "means": "field", "name": "type" })
        );
        assert_eq!(facts["counters"], serde_json::json!([]));
    }
}
