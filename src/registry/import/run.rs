//! One import from beginning to end.

use std::collections::HashMap;

use super::coded::{Coded, RejectsFile};
use super::identify::{Identified, identify};
use super::mapping::Mapping;
use super::read::{Understood, read};
use super::rejects::{Rejects, in_order};
use super::replay::Replay;
use super::write::Writing;
use super::{CounterMove, ImportReport, ImportRequest, Listener, Stand, Target, brought};
use crate::registry::allocate::{Allocator, Ledger, capacity_note};
use crate::registry::issue::begin;
use crate::registry::outputs::same_file;
use crate::registry::{Error, Registry, Result, adopt, known};
use crate::store::{Intent, NewOperation, Snapshot};
use crate::table::{OutputFile, Reader};

impl Registry<'_> {
    /// Imports a file.
    pub fn import(
        &mut self,
        request: &ImportRequest<'_>,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport> {
        let today = self.today();
        let mut reader = Reader::open(request.source, request.format, request.encoding, request.raw)?;
        let mapping =
            Mapping::new(&self.book, reader.headers(), &request.map, request.key.as_deref(), &request.set)?;
        listener.mapping(&mapping.lines(&self.book));
        self.refuse_targets(request)?;
        // Created before the long run, so that a bad path fails early.
        let output = request.output.as_ref();
        let output = output
            .map(|target| Coded::create(request, target, &mapping.headers, mapping.code))
            .transpose()?;
        let rejects = request.rejects.as_ref();
        let rejects =
            rejects.map(|target| RejectsFile::create(request, target, &mapping.headers)).transpose()?;
        let (understood, digest) = std::thread::scope(|scope| {
            let digest = scope.spawn(|| input_digest(request));
            let understood = read(&self.book, request, &mapping, &mut reader, today, listener);
            (understood, digest.join())
        });
        let mut understood = understood?;
        let digest = digest.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let run = Run { request, mapping: &mapping, digest, rejects };
        let stopped = understood.rejects.rows > 0 && !request.partial;
        if request.dry_run || stopped {
            let mut view = self.store.read()?;
            adopt::judge(&self.book, view.as_mut())?;
            run.answered(view.as_mut())?;
            let mut ledger = Ledger::Dry(view.as_mut());
            return run.rehearse(&self.book, &mut understood, &mut ledger, output, listener);
        }
        run.perform(self, &mut understood, output, listener)
    }
}

impl Registry<'_> {
    /// Refuses outputs that would destroy something: the ledger, the rules, each other, or the only copy of rejected rows.
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

/// One run under way.
struct Run<'r> {
    request: &'r ImportRequest<'r>,
    mapping: &'r Mapping,
    digest: String,
    rejects: Option<RejectsFile>,
}

impl Run<'_> {
    fn unchanged(&self) -> Result<()> {
        if self.request.source.unchanged().unwrap_or(false) {
            return Ok(());
        }
        Err(Error::usage(
            format!("{} changed while it was read", self.request.source.name),
            "import it again when it is complete".to_owned(),
        ))
    }

    /// Whether the request id was used before, for this very file; for anything else it is refused.
    fn answered(&self, view: &mut dyn Snapshot) -> Result<bool> {
        let Some(id) = &self.request.request_id else { return Ok(false) };
        let Some(operation) = view.find_request(id)? else { return Ok(false) };
        if operation.input_digest.as_deref() == Some(self.digest.as_str()) {
            return Ok(true);
        }
        Err(known::used(id, &operation))
    }

    /// The run on a snapshot: nothing is written but the files asked for.
    fn rehearse(
        self,
        book: &crate::rule::RuleBook,
        understood: &mut Understood,
        ledger: &mut Ledger<'_>,
        output: Option<Coded>,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport> {
        let mut replay = Replay::of(ledger.view(), &self.digest)?;
        let mut identified = identify(book, self.request, understood, ledger, 0, &mut replay, listener)?;
        let mut allocator = Allocator::default();
        let arrivals =
            brought::survey(book, self.request.jump, understood, &mut identified, &mut allocator, ledger)?;
        let rejected = rejected_rows(understood, &identified);
        let report = ImportReport { rejected, ..base_report(understood, &identified) };
        let stopped = rejected > 0 && !self.request.partial;
        let mut writing = Writing {
            book,
            request: self.request,
            ledger,
            operation: 0,
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
        let Writing { output, report, allocator, full, .. } = writing;
        let rejected = rejected + full.rows;
        identified.rejects.push(full);
        let report = ImportReport { counters: moves(&allocator), rejected, ..report };
        self.tell(understood, identified, listener)?;
        if !stopped && let Some(output) = output {
            publish(output.seal()?)?;
        }
        Ok(report)
    }

    /// The run in a transaction.
    fn perform(
        self,
        registry: &mut Registry<'_>,
        understood: &mut Understood,
        output: Option<Coded>,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport> {
        let Registry { book, store, who, now, waiting, .. } = registry;
        let intent = Intent::Bulk(understood.rows.len());
        let mut transaction = begin(store.as_mut(), intent, "import", *waiting)?;
        let adopted = adopt::ensure(book, transaction.as_mut(), who, *now)?;
        self.unchanged()?;
        let answered = self.answered(transaction.as_mut())?;
        let mut replay = Replay::of(transaction.as_mut(), &self.digest)?;
        let operation = transaction.begin_operation(&NewOperation {
            at: &now.to_string(),
            command: "import",
            actor: &who.actor,
            os_user: &who.os_user,
            host: &who.host,
            bundle: &book.digest,
            request_id: self.request.request_id.as_deref().filter(|_| !answered),
            input_digest: Some(&self.digest),
        })?;
        let mut ledger = Ledger::Real(transaction.as_mut());
        let mut identified =
            identify(book, self.request, understood, &mut ledger, operation, &mut replay, listener)?;
        let mut allocator = Allocator::default();
        let arrivals = brought::survey(
            book,
            self.request.jump,
            understood,
            &mut identified,
            &mut allocator,
            &mut ledger,
        )?;
        let rejected = rejected_rows(understood, &identified);
        let mut report = ImportReport { rejected, ..base_report(understood, &identified) };
        if rejected > 0 && !self.request.partial {
            drop(transaction);
            self.tell(understood, identified, listener)?;
            return Ok(report);
        }
        let mut writing = Writing {
            book,
            request: self.request,
            ledger: &mut ledger,
            operation,
            allocator,
            arrivals,
            output,
            report,
            full: Rejects::new()?,
            codes: None,
            ready: HashMap::new(),
        };
        writing.run(understood, &mut identified, listener)?;
        let Writing { output, report: counted, mut allocator, codes, full, .. } = writing;
        let rejected = rejected + full.rows;
        identified.rejects.push(full);
        report = ImportReport { counters: moves(&allocator), rejected, ..counted };
        let sealed = output.map(Coded::seal).transpose()?;
        let added = report.issued + report.registered;
        if added + report.updated > 0 || adopted.is_some() {
            let names: Vec<&str> = understood.attributes.iter().map(String::as_str).collect();
            transaction.add_attribute_names(&names)?;
            allocator.flush(transaction.as_mut(), operation)?;
            transaction.end_operation(operation, added, codes)?;
            listener.progress(Stand { phase: 4, done: 950, rows: report.rows, rejected });
            // The output was copied from the file; it must still be the file that the ledger has taken in.
            self.unchanged()?;
            transaction.commit()?;
            report.written = true;
            report.operation = Some(operation);
        } else {
            drop(transaction);
        }
        for note in allocator.notes().chain(adopted) {
            listener.note(&note);
        }
        for standing in allocator.standings() {
            let rule = book.rule(&standing.rule);
            if let Some(note) = rule.and_then(|rule| capacity_note(rule, &standing)) {
                listener.note(&note);
            }
        }
        if let Some((file, path)) = sealed {
            file.publish().map_err(|source| {
                if report.written {
                    Error::Unpublished { path, source }
                } else {
                    Error::Output { path, source }
                }
            })?;
        }
        self.tell(understood, identified, listener)?;
        Ok(report)
    }

    /// Tells every refusal in row order, and writes the rejects file.
    fn tell(
        mut self,
        understood: &mut Understood,
        identified: Identified,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        for note in &understood.notes {
            listener.note(note);
        }
        let mut passes = vec![std::mem::replace(&mut understood.rejects, Rejects::new()?)];
        passes.extend(identified.rejects);
        let headers = &self.mapping.headers;
        let refused = passes.iter().any(|pass| pass.rows > 0);
        let kept = !self.request.dry_run && (self.request.partial || !refused);
        in_order(&mut passes, &mut |reject| {
            let name = &self.request.source.name;
            listener.rejected(&format!("{name}:{} (row {}): {}", reject.line, reject.row, reject.reason));
            self.rejects.as_mut().map_or(Ok(()), |file| file.push(reject, headers))
        })?;
        // Mended rejects may be imported over themselves; but rows that the ledger did not take in stand nowhere else.
        if !kept && self.rejects.is_some() && self.rejects_replace_input() {
            let name = &self.request.source.name;
            listener
                .note(&format!("{name} is left as it is: it is the input, and nothing of it was written"));
            return Ok(());
        }
        self.rejects.map_or(Ok(()), |file| file.publish(headers))
    }

    fn rejects_replace_input(&self) -> bool {
        match (&self.request.rejects, &self.request.source.path) {
            (Some(Target::Path(rejects)), Some(input)) => same_file(rejects, input),
            _ => false,
        }
    }
}

/// Rows refused so far by any pass.
fn rejected_rows(understood: &Understood, identified: &Identified) -> u64 {
    understood.rejects.rows + identified.rejects.iter().map(|pass| pass.rows).sum::<u64>()
}

/// What is known before anything is numbered.
fn base_report(understood: &Understood, identified: &Identified) -> ImportReport {
    ImportReport {
        rows: understood.count,
        blank: understood.blank,
        drifted: understood.drifted,
        updated: identified.updated,
        differing: identified.differing,
        ..ImportReport::default()
    }
}

fn moves(allocator: &Allocator) -> Vec<CounterMove> {
    let standings = allocator.standings();
    standings
        .map(|it| CounterMove { rule: it.rule, scope: it.scope, before: it.before, after: it.after })
        .collect()
}

fn publish((file, path): (OutputFile, String)) -> Result<()> {
    file.publish().map_err(|source| Error::Output { path, source })
}

/// Names the file, by the SHA-256 of its bytes, and the options that change what its rows mean.
fn input_digest(request: &ImportRequest<'_>) -> Result<String> {
    let content = request
        .source
        .digest()
        .map_err(|source| Error::Unreadable { path: request.source.name.clone(), source })?;
    let options =
        [&request.map, &request.set].into_iter().flatten().map(|(name, value)| format!("{name}={value}"));
    let options: Vec<String> = options.chain(request.key.clone()).chain(request.rule.clone()).collect();
    Ok(if options.is_empty() { content } else { format!("{content} {}", options.join(" ")) })
}
