//! One step of a history: what somebody types.

use super::rules::Rules;

/// A step; what it must lead to is for the model to say when it is carried out.
#[derive(Debug, Clone)]
pub(super) enum Step {
    New(New),
    Register(Register),
    Edit(Edit),
    Void(Void),
    Import(Import),
    /// A file that was taken in some time ago, once more: the one at this place among them.
    Again(u64),
    /// Other rules stand in the file: adopted on purpose, or by the next command that writes.
    Adopt {
        rules: Rules,
        explicit: bool,
    },
    /// Somebody issues with the rules of the beginning, whatever the ledger has by now.
    Stale,
    /// The clock moves to this day.
    Clock(String),
    Show(String),
    /// The ledger as it is goes into a file.
    Backup,
    /// The ledger is lost; the last backup is restored, and issuing goes on in it.
    Restore,
    /// The ledger moves, and issuing goes on in its new place.
    Move,
    /// A copy is made, which does not issue.
    Copy,
    /// The export is taken in by an empty ledger, which then has the same customers.
    RoundTrip,
    Repair,
    /// Everything there is is compared.
    Compare,
}

#[derive(Debug, Clone, Default)]
pub(super) struct New {
    pub(super) rule: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) area: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) name: Option<String>,
    pub(super) note: Option<String>,
    pub(super) date: Option<String>,
    pub(super) count: u64,
    pub(super) request: Option<String>,
    pub(super) on_existing: OnExisting,
    pub(super) dry: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum OnExisting {
    #[default]
    Keep,
    Update,
    Error,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Register {
    pub(super) code: String,
    pub(super) reference: Option<String>,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) jump: Jump,
    pub(super) legacy: bool,
    pub(super) dry: bool,
}

/// What is said of numbers far ahead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Jump {
    #[default]
    Refuse,
    Allow,
    KeepBelow,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Edit {
    pub(super) code: String,
    pub(super) name: Option<String>,
    pub(super) reference: Option<String>,
    /// A reference that is taken away.
    pub(super) drops: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) area: Option<String>,
    pub(super) note: Option<String>,
    pub(super) dry: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Void {
    pub(super) codes: Vec<String>,
    /// Their references are taken away.
    pub(super) drops: bool,
    /// The codes come by standard input.
    pub(super) piped: bool,
    pub(super) dry: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Import {
    pub(super) rows: Vec<Row>,
    pub(super) partial: bool,
    pub(super) on_existing: OnExisting,
    pub(super) jump: Jump,
    pub(super) dry: bool,
}

/// A row of a file; what is empty is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) reference: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) area: String,
    pub(super) note: String,
    pub(super) code: String,
}

/// Words of a command, and what is piped into it.
pub(super) struct Typed {
    pub(super) words: Vec<String>,
    pub(super) input: Option<String>,
}

impl Row {
    /// The columns of a file.
    pub(super) const HEADER: &'static str = "ref,name,type,area,note,code";

    /// Its line, with this code.
    pub(super) fn line(&self, code: &str) -> String {
        let Self { reference, name, kind, area, note, .. } = self;
        format!("{reference},{name},{kind},{area},{note},{code}")
    }
}

impl Import {
    /// The file.
    pub(super) fn file(&self) -> String {
        let lines = self.rows.iter().map(|row| row.line(&row.code) + "\n");
        format!("{}\n{}", Row::HEADER, lines.collect::<String>())
    }
}

impl Step {
    /// The command, where the step is a single one.
    pub(super) fn typed(&self) -> Option<Typed> {
        let mut input = None;
        let words = match self {
            Self::New(it) => it.words(),
            Self::Register(it) => it.words(),
            Self::Edit(it) => it.words(),
            Self::Void(it) => {
                input = it.piped.then(|| it.codes.iter().flat_map(|code| [code.as_str(), "\n"]).collect());
                it.words()
            }
            Self::Import(it) => it.words(),
            Self::Show(code) => vec!["show".to_owned(), code.clone()],
            _ => return None,
        };
        Some(Typed { words, input })
    }
}

/// Builds the words of a command.
struct Words(Vec<String>);

impl Words {
    fn new(command: &str) -> Self {
        Self(vec![command.to_owned()])
    }

    fn option(mut self, name: &str, value: Option<&String>) -> Self {
        if let Some(value) = value {
            self.0.extend([name.to_owned(), value.clone()]);
        }
        self
    }

    fn pair(mut self, option: &str, name: &str, value: Option<&String>) -> Self {
        if let Some(value) = value {
            self.0.extend([option.to_owned(), format!("{name}={value}")]);
        }
        self
    }

    fn flag(mut self, name: &str, given: bool) -> Self {
        if given {
            self.0.push(name.to_owned());
        }
        self
    }

    fn on_existing(mut self, choice: OnExisting) -> Self {
        let word = match choice {
            OnExisting::Keep => return self,
            OnExisting::Update => "update",
            OnExisting::Error => "error",
        };
        self.0.extend(["--on-existing".to_owned(), word.to_owned()]);
        self
    }

    fn jump(self, jump: Jump) -> Self {
        self.flag("--allow-jump", jump == Jump::Allow).flag("--keep-below", jump == Jump::KeepBelow)
    }
}

impl New {
    pub(super) fn words(&self) -> Vec<String> {
        let count = (self.count != 1).then(|| self.count.to_string());
        Words::new("new")
            .option("--rule", self.rule.as_ref())
            .option("--type", self.kind.as_ref())
            .pair("--set", "area", self.area.as_ref())
            .option("--ref", self.reference.as_ref())
            .option("--name", self.name.as_ref())
            .pair("--attr", "note", self.note.as_ref())
            .option("--date", self.date.as_ref())
            .option("--count", count.as_ref())
            .option("--request-id", self.request.as_ref())
            .on_existing(self.on_existing)
            .flag("--dry-run", self.dry)
            .0
    }
}

impl Register {
    fn words(&self) -> Vec<String> {
        Words::new("new")
            .option("--code", Some(&self.code))
            .option("--ref", self.reference.as_ref())
            .option("--name", self.name.as_ref())
            .option("--type", self.kind.as_ref())
            .jump(self.jump)
            .flag("--legacy", self.legacy)
            .flag("--dry-run", self.dry)
            .0
    }
}

impl Edit {
    fn words(&self) -> Vec<String> {
        Words::new("edit")
            .flag(&self.code, true)
            .option("--name", self.name.as_ref())
            .option("--add-ref", self.reference.as_ref())
            .option("--drop-ref", self.drops.as_ref())
            .option("--reason", self.drops.as_ref())
            .option("--type", self.kind.as_ref())
            .pair("--set", "area", self.area.as_ref())
            .pair("--attr", "note", self.note.as_ref())
            .flag("--dry-run", self.dry)
            .0
    }
}

impl Void {
    fn words(&self) -> Vec<String> {
        let mut words = Words::new("void").option("--reason", Some(&"x".to_owned()));
        words = words.flag("--drop-refs", self.drops).flag("--dry-run", self.dry);
        if self.piped {
            words.0.push("-".to_owned());
        } else {
            words.0.extend(self.codes.iter().cloned());
        }
        words.0
    }
}

impl Import {
    fn words(&self) -> Vec<String> {
        Words::new("import")
            .flag("rows.csv", true)
            .option("-o", Some(&"-".to_owned()))
            .flag("--quiet", true)
            .flag("--partial", self.partial)
            .on_existing(self.on_existing)
            .jump(self.jump)
            .flag("--dry-run", self.dry)
            .0
    }
}
