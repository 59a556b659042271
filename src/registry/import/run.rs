//! One import from beginning to end.

use std::collections::HashMap;
use std::iter::repeat;

use super::coded::{Coded, RejectedRows, RejectsFile};
use super::decision::Identified;
use super::digest::digest;
use super::identify::identify;
use super::inspection::Inspected;
use super::mapping::{Mapping, Why};
use super::read::read;
use super::rejects::{Rejects, in_order};
use super::replay::Replay;
use super::understood::Understood;
use super::write::Writing;
use super::{CounterMove, ImportReport, ImportRequest, Listener, Mapped, Rejection, Stand, Target, brought};
use crate::registry::note::Note;
use crate::registry::number::allocate::{Allocator, capacity_note};
use crate::registry::outputs::same_file;
use crate::registry::session::{Clock, Command, Input, Session};
use crate::registry::{Error, Registry, Result, clock, limits};
use crate::rule::RuleBook;
use crate::store::Intent;
use crate::table::{Description, Encoding, Evidence, OutputFile};

impl Registry<'_> {
    /// Imports a file.
    pub fn import(
        &mut self,
        request: &ImportRequest<'_>,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport> {
        let today = self.today();
        limits::REQUEST_ID.check(request.request_id.as_deref())?;
        let mut file = Inspected::open(&self.book, request)?;
        if let Some(note) = encoding_note(file.rows.reader().description()) {
            listener.note(&note);
        }
        listener.mapping(&told(&self.book, &file.mapping));
        file.demand_meaning(request)?;
        let Inspected { mapping, rows, .. } = &mut file;
        self.refuse_targets(request)?;
        refuse_over_workbook(request, rows.reader().description())?;
        // Created before the long run, so that a bad path fails early.
        let output = request.output.as_ref();
        let output =
            output.map(|target| Coded::create(request, target, rows.reader(), mapping.code)).transpose()?;
        let rejects = request.rejects.as_ref();
        let rejects =
            rejects.map(|target| RejectsFile::create(request, target, rows.reader())).transpose()?;
        let (understood, digest) = std::thread::scope(|scope| {
            let digest = scope.spawn(|| digest(request));
            let understood = read(&self.book, request, mapping, rows, today, listener);
            (understood, digest.join())
        });
        let mut understood = understood?;
        (understood.count, understood.totals) = rows.conclude(listener)?;
        let digest = digest.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        output.as_ref().map_or(Ok(()), |output| output.demand_room(understood.count))?;
        let stopped = understood.rejects.rows > 0 && !request.partial;
        let rehearsal = request.dry_run || stopped;
        if !rehearsal && let Some(note) = clock::far_ahead(request.date, today) {
            listener.note(&note.text);
        }
        let run = Run { request, rejects, found: rows.reader().description().clone() };
        let (book, mut ledger) = self.parts();
        let command = Command {
            intent: Intent::Bulk(understood.rows.len()),
            input: Input {
                request_id: request.request_id.as_deref(),
                digest: Some(&digest),
                personal: false,
            },
            clock: Clock::Checked(None),
            dry_run: rehearsal,
            ..Command::new("import")
        };
        let written = ledger.write_once(&command, |session| {
            run.perform(session, &mut understood, &digest, output, listener)
        })?;
        let Passed { mut report, identified, allocator, sealed, .. } = written.value;
        report.written = written.operation.is_some();
        report.operation = written.operation;
        if !rehearsal && !run.stops(&report) {
            let notes = written.clock.into_iter().chain(allocator.notes()).chain(written.adopted);
            for note in notes.chain(capacity_notes(book, &allocator)) {
                listener.note(&note.text);
            }
        }
        if let Some(sealed) = sealed {
            publish(sealed, report.written)?;
        }
        run.tell(&mut understood, identified, listener)?;
        Ok(report)
    }
}

impl Registry<'_> {
    /// Refuses outputs that would destroy something: the ledger, the rules, each other, or the only
    /// copy of rejected rows.
    fn refuse_targets(&self, request: &ImportRequest<'_>) -> Result<()> {
        let path = |target: &Option<Target<'_>>| match target {
            Some(Target::Path(path)) => Some(path.clone()),
            Some(Target::File(_)) | None => None,
        };
        let (output, rejects) = (path(&request.output), path(&request.rejects));
        for path in [&output, &rejects].into_iter().flatten() {
            self.protect(path)?;
        }
        let Some(output) = output else { return Ok(()) };
        if rejects.as_ref().is_some_and(|rejects| same_file(&output, rejects)) {
            let message = format!("-o and --rejects both name {}", output.display());
            return Err(Error::usage(message, "give each a file of its own".to_owned()));
        }
        let over_input = request.source.path.as_ref().is_some_and(|input| same_file(&output, input));
        if over_input && request.partial && rejects.is_none() {
            return Err(Error::usage(
                format!("-o {} would replace the input without its rejected rows", output.display()),
                "keep them with --rejects FILE, or write to another file".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Refuses to write over the workbook that is read: its other sheets, formulas and formats would be
/// lost.
fn refuse_over_workbook(request: &ImportRequest<'_>, found: &Description) -> Result<()> {
    let Some(input) = request.source.path.as_ref().filter(|_| found.format.is_workbook()) else {
        return Ok(());
    };
    for target in [&request.output, &request.rejects].into_iter().flatten() {
        if let Target::Path(path) = target
            && same_file(path, input)
        {
            return Err(Error::usage(
                format!("{} is the workbook that is read; it is never written over", path.display()),
                "write to another file".to_owned(),
            ));
        }
    }
    Ok(())
}

/// One run under way.
struct Run<'r> {
    request: &'r ImportRequest<'r>,
    rejects: Option<RejectsFile>,
    found: Description,
}

/// What the passes over the ledger made of the file.
struct Passed {
    report: ImportReport,
    identified: Identified,
    allocator: Allocator,
    /// First and last code row.
    codes: Option<(i64, i64)>,
    output: Option<Coded>,
    /// The output, whole and ready to appear.
    sealed: Option<(OutputFile, String)>,
}

impl Run<'_> {
    /// Refuses a file that somebody wrote into meanwhile.
    fn unchanged(&self) -> Result<()> {
        let source = self.request.source;
        let unreadable = |error| Error::Unreadable { path: source.name.clone(), source: error };
        if source.unchanged().map_err(unreadable)? {
            return Ok(());
        }
        Err(Error::usage(
            format!("{} changed while it was read", source.name),
            "import it again when it is complete".to_owned(),
        ))
    }

    /// Whether rows are refused and the good ones alone are not wanted.
    fn stops(&self, report: &ImportReport) -> bool {
        report.rejected > 0 && !self.request.partial
    }

    /// The passes over the ledger; in a dry run, nothing is written but the output.
    fn perform(
        &self,
        session: &mut Session<'_>,
        understood: &mut Understood,
        digest: &str,
        output: Option<Coded>,
        listener: &mut dyn Listener,
    ) -> Result<Passed> {
        if !session.is_dry_run() {
            self.unchanged()?;
        }
        let mut passed = self.pass(session, understood, digest, output, listener)?;
        if self.stops(&passed.report) {
            session.discard();
            return Ok(passed);
        }
        passed.sealed = passed.output.take().map(Coded::seal).transpose()?;
        if session.is_dry_run() {
            return Ok(passed);
        }
        // The output was copied from the file; it must still be the file whose rows the ledger has,
        // new or known.
        self.unchanged()?;
        let report = &passed.report;
        let added = report.issued + report.registered;
        if (added + report.updated > 0 || session.adopted())
            && let Some((transaction, _)) = session.writing()?
        {
            let names: Vec<&str> = understood.attributes.iter().map(String::as_str).collect();
            transaction.add_attribute_names(&names)?;
            passed.allocator.flush(session)?;
            session.end(added, passed.codes)?;
            listener.progress(Stand { phase: 4, done: 950, rows: report.rows, rejected: report.rejected });
        }
        Ok(passed)
    }

    /// Finds out who is who; then numbers and writes, unless rows are refused and the good ones
    /// alone are not wanted.
    fn pass(
        &self,
        session: &mut Session<'_>,
        understood: &mut Understood,
        digest: &str,
        output: Option<Coded>,
        listener: &mut dyn Listener,
    ) -> Result<Passed> {
        let (book, request) = (session.book, self.request);
        let mut replay = Replay::of(session.view(), digest)?;
        let mut identified = identify(book, request, understood, session, &mut replay, listener)?;
        let mut allocator = Allocator::default();
        let arrivals = brought::survey(
            book,
            request.jump,
            replay.operations(),
            understood,
            &mut identified,
            &mut allocator,
            session,
        )?;
        let report = first_report(understood, &identified);
        let stopped = self.stops(&report);
        let mut writing = Writing {
            book,
            request,
            session,
            allocator,
            arrivals,
            output,
            report,
            full: Rejects::new()?,
            codes: None,
            ready: HashMap::new(),
        };
        if !stopped {
            writing.run(understood, &mut identified, listener)?;
        }
        let Writing { output, mut report, allocator, codes, full, .. } = writing;
        report.rejected += full.rows;
        report.counters = moves(&allocator);
        identified.rejects.push(full);
        Ok(Passed { report, identified, allocator, codes, output, sealed: None })
    }

    /// Tells every refusal in row order, and writes the rejects file.
    fn tell(
        mut self,
        understood: &mut Understood,
        mut identified: Identified,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        for note in understood.defaulted.notes(&mut identified)? {
            listener.note(&note);
        }
        if let Some(note) = identified.by_name.note(&self.request.source.name) {
            listener.note(&note);
        }
        let mut passes = vec![std::mem::replace(&mut understood.rejects, Rejects::new()?)];
        passes.extend(identified.rejects);
        let unsplit = passes.iter().any(|pass| pass.unsplit);
        let mut file = self.rejects.take().map(|file| file.begin(unsplit)).transpose()?;
        let refused = passes.iter().any(|pass| pass.rows > 0);
        let kept = !self.request.dry_run && (self.request.partial || !refused);
        in_order(&mut passes, &mut |reject| {
            let (line, row) = (reject.line, reject.row);
            let name = &self.request.source.name;
            let place = &self.found.place(name, line);
            listener.rejected(&Rejection { place, row, reason: &reject.reason });
            file.as_mut().map_or(Ok(()), |file| file.push(reject))
        })?;
        // Mended rejects may be imported over themselves; but rows that the ledger did not take in
        // stand nowhere else.
        if !kept && file.is_some() && self.rejects_replace_input() {
            let name = &self.request.source.name;
            listener
                .note(&format!("{name} is left as it is: it is the input, and nothing of it was written"));
            return Ok(());
        }
        file.map_or(Ok(()), RejectedRows::publish)
    }

    fn rejects_replace_input(&self) -> bool {
        match (&self.request.rejects, &self.request.source.path) {
            (Some(Target::Path(rejects)), Some(input)) => same_file(rejects, input),
            _ => false,
        }
    }
}

/// What each column means, but for those that are none.
fn told(book: &RuleBook, mapping: &Mapping) -> Vec<Mapped> {
    let why = mapping.why.iter().map(Some).chain(repeat(None));
    let told = mapping.told(book).into_iter().zip(why);
    told.filter(|(_, why)| *why != Some(&Why::Empty)).map(|(mapped, _)| mapped).collect()
}

/// Says which encoding was found, where it is not the one that everybody expects.
fn encoding_note(found: &Description) -> Option<String> {
    let expected = found.evidence == Evidence::Given || found.encoding == Encoding::Utf8;
    (!expected).then(|| format!("read as {}: {}", found.encoding, found.evidence))
}

/// What is known before anything is numbered.
fn first_report(understood: &Understood, identified: &Identified) -> ImportReport {
    let passes = identified.rejects.iter().chain([&understood.rejects]);
    ImportReport {
        rows: understood.count,
        blank: understood.blank,
        totals: understood.totals,
        drifted: understood.drifted,
        updated: identified.updated,
        differing: identified.differing,
        attached: identified.attached,
        known_by_name: identified.by_name.known,
        namesakes: identified.by_name.namesakes,
        undecided: identified.by_name.undecided,
        rejected: passes.map(|pass| pass.rows).sum(),
        ..ImportReport::default()
    }
}

fn moves(allocator: &Allocator) -> Vec<CounterMove> {
    let standings = allocator.standings();
    standings
        .map(|it| CounterMove { rule: it.rule, scope: it.scope, before: it.before, after: it.after })
        .collect()
}

/// Warnings of scopes that are nearly used up.
fn capacity_notes(book: &RuleBook, allocator: &Allocator) -> impl Iterator<Item = Note> {
    allocator.standings().filter_map(|standing| capacity_note(book.rule(&standing.rule)?, &standing))
}

/// Lets the output appear; `written`: its codes are in the ledger already.
fn publish((file, path): (OutputFile, String), written: bool) -> Result<()> {
    file.publish().map_err(|source| {
        if written { Error::Unpublished { path, source } } else { Error::Output { path, source } }
    })
}
