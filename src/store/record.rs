//! The ledger's rows as plain records. Fields and attributes are JSON objects of text, opaque to
//! the store.

/// What the ledger says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerInfo {
    /// Random id, for good.
    pub id: String,
    /// Version of the tables, as the engine counts it.
    pub schema: u32,
    /// Digest of the current bundle; `None` before the first adoption.
    pub bundle: Option<String>,
    /// Why issuing is refused, when it is.
    pub fence: Option<String>,
}

/// A rule bundle that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// SHA-256 in hex.
    pub digest: String,
    /// All files in one text.
    pub text: String,
    /// The proof, in words of the prover.
    pub proof: String,
    /// RFC 3339 time of adoption.
    pub adopted_at: String,
    /// Who adopted it.
    pub adopted_by: String,
}

/// State of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeState {
    /// Carried by a customer.
    Active,
    /// Carried once; still resolves to the customer.
    Former,
    /// Its customer stopped.
    Retired,
    /// Cancelled.
    Void,
    /// Held for later.
    Reserved,
}

impl CodeState {
    /// The word kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Former => "former",
            Self::Retired => "retired",
            Self::Void => "void",
            Self::Reserved => "reserved",
        }
    }

    /// The reverse of [`CodeState::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Active, Self::Former, Self::Retired, Self::Void, Self::Reserved]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// State of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CustomerState {
    /// In business.
    Active,
    /// Stopped.
    Retired,
    /// Merged into another customer.
    Merged,
    /// Everything personal was deleted.
    Erased,
}

impl CustomerState {
    /// The word kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Merged => "merged",
            Self::Erased => "erased",
        }
    }

    /// The reverse of [`CustomerState::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Active, Self::Retired, Self::Merged, Self::Erased]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Row id.
    pub id: i64,
    /// Ids in other systems that it has now, in the order in which they came.
    pub references: Vec<String>,
    /// Name.
    pub name: Option<String>,
    /// Declared fields: JSON object of keys.
    pub fields: String,
    /// Other attributes: JSON object of texts.
    pub attributes: String,
    /// State.
    pub state: CustomerState,
    /// Record date, `YYYY-MM-DD`.
    pub date: String,
    /// The operation that made it.
    pub operation: i64,
    /// Its row in that operation's input, from 1; 0 when there was none.
    pub row: i64,
}

impl Customer {
    /// The first of its ids in other systems.
    pub fn reference(&self) -> Option<&str> {
        self.references.first().map(String::as_str)
    }
}

/// A reference that was taken away from its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedReference {
    /// The reference.
    pub reference: String,
    /// The customer that had it.
    pub customer: i64,
    /// The operation that took it away.
    pub operation: i64,
    /// Why.
    pub reason: Option<String>,
}

/// One code ever used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// Row id.
    pub id: i64,
    /// Canonical form, unique.
    pub canonical: String,
    /// As written, when that differs.
    pub written: Option<String>,
    /// The spelling in which it came from outside, when that differs from both.
    pub brought: Option<String>,
    /// State.
    pub state: CodeState,
    /// Its customer; none for void and reserved codes that never had one.
    pub customer: Option<i64>,
    /// Its counter (which names rule and scope); none for legacy codes.
    pub counter: Option<i64>,
    /// Sequence number, where the rule has one.
    pub number: Option<u64>,
    /// The operation that made it.
    pub operation: i64,
}

impl CodeRow {
    /// The code as it is shown: as written, else canonical.
    pub fn text(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.canonical)
    }
}

/// A customer with its current code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The customer.
    pub customer: Customer,
    /// The code it carries now.
    pub code: CodeRow,
}

/// Names a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScopeKey<'a> {
    /// Permanent rule id.
    pub rule: &'a str,
    /// JSON array of the printed parts.
    pub scope: &'a str,
}

/// A counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// Row id.
    pub id: i64,
    /// Last number taken; `None` before the first.
    pub last: Option<u64>,
    /// Highest number in use, if above `last`.
    pub highest: Option<u64>,
}

/// How fast a counter moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The counter.
    pub counter: i64,
    /// Codes that it was given in the time asked about, whatever became of them.
    pub codes: u64,
    /// RFC 3339 time in UTC of the operation that gave it its first code.
    pub since: String,
}

/// Why numbers were passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapReason {
    /// The rule has no check digit for the number.
    NoCheckDigit,
    /// The number contains a digit that the rule leaves out.
    ForbiddenDigit,
    /// The number's code was in the ledger already.
    InUse,
    /// A code that came from outside moved the counter.
    Import,
    /// The number may have been issued after the backup that the ledger was restored from.
    Restore,
}

impl GapReason {
    /// The word kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoCheckDigit => "no-check-digit",
            Self::ForbiddenDigit => "forbidden-digit",
            Self::InUse => "in-use",
            Self::Import => "import",
            Self::Restore => "restore",
        }
    }

    /// The reverse of [`GapReason::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::NoCheckDigit, Self::ForbiddenDigit, Self::InUse, Self::Import, Self::Restore]
            .into_iter()
            .find(|reason| reason.as_str() == word)
    }
}

/// Numbers that were passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The counter.
    pub counter: i64,
    /// First number.
    pub first: u64,
    /// Last number.
    pub last: u64,
    /// Why.
    pub reason: GapReason,
    /// The operation.
    pub operation: i64,
}

/// A block of numbers that issuers take from without touching the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Row id.
    pub id: i64,
    /// The counter it was taken from.
    pub counter: i64,
    /// First number.
    pub first: u64,
    /// Last number.
    pub last: u64,
    /// The number to come next; above `last` when all were used.
    pub next: u64,
    /// The machine that took it.
    pub holder: String,
    /// The operation that took it.
    pub operation: i64,
}

/// A state change of a code after its birth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Before.
    pub from: CodeState,
    /// After.
    pub to: CodeState,
    /// Why.
    pub reason: Option<String>,
}

/// One attribute of a customer before and after.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// `name`, `ref`, a field or an attribute.
    pub attribute: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
    /// Why, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The operation; ignored when writing (the operation begun is used).
    #[serde(skip)]
    pub operation: i64,
}

impl Change {
    /// A change about to be recorded.
    pub fn of(attribute: &str, before: Option<&str>, after: Option<&str>, reason: Option<&str>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            attribute: attribute.to_owned(),
            before: owned(before),
            after: owned(after),
            reason: owned(reason),
            operation: 0,
        }
    }
}

/// A command that wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Row id.
    pub id: i64,
    /// RFC 3339 time in UTC.
    pub at: String,
    /// `new`, `import` …
    pub command: String,
    /// Who.
    pub actor: String,
    /// OS user.
    pub os_user: String,
    /// Host name.
    pub host: String,
    /// Bundle digest.
    pub bundle: String,
    /// Idempotency key.
    pub request_id: Option<String>,
    /// SHA-256 of the input; of a request, which may tell a person, an HMAC under `salt`.
    pub input_digest: Option<String>,
    /// In the digest of a request.
    pub salt: Option<String>,
    /// Customers it added.
    pub rows: u64,
    /// First and last code id; where it made none, the code it was answered with.
    pub codes: Option<(i64, i64)>,
}

/// A link of an operation on a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The counter, 0 for the ledger's own chain.
    pub sequence: i64,
    /// The lease, 0 without.
    pub lease: i64,
    /// Place in the chain, from 1.
    pub position: i64,
    /// Its hash.
    pub hash: String,
}
