//! Everything personal of a customer is deleted: its texts and the salt of their commitments. The
//! commitments themselves stay, so that the chain still proves everything else.

use std::collections::BTreeMap;

use super::rows::{Reading, operation_columns};
use crate::store::chain::{self, Kind, LEDGER};
use crate::store::engine::{Param, Read, params};
use crate::store::erasure::{Erasure, MarkKey, PersonalText, Remainder, TextKind};
use crate::store::statement::statements;
use crate::store::transfer::ERASURES_DUE;
use crate::store::{Operation, Result, Snapshot, Transaction};

statements! {
    NAME_OF(1) = "SELECT name FROM custcode.customers WHERE id = $1";
    REFERENCES_OF(1) = "SELECT id, reference FROM custcode.refs WHERE customer = $1 AND commitment IS NULL ORDER BY id";
    WHOLE_CHANGES(1) = "SELECT id, before, after, reason, attribute FROM custcode.changes \
        WHERE customer = $1 AND commitment IS NULL ORDER BY id";
    REASONS_OF(1) = "SELECT code_events.id, code_events.reason, customers.salt FROM custcode.code_events \
        JOIN custcode.customers ON customers.id = code_events.customer \
        WHERE code_events.code = ANY($1) AND reason IS NOT NULL AND commitment IS NULL AND salt IS NOT NULL ORDER BY code_events.id";
    UNMARK(1) = "UPDATE custcode.refs SET reference = NULL WHERE reference = $1 AND commitment IS NOT NULL";
    ERASE_REFERENCE(3) = "UPDATE custcode.refs SET commitment = $2, reference = $3 WHERE id = $1 AND commitment IS NULL";
    // What a state was is no personal text.
    ERASE_CHANGE(2) = "UPDATE custcode.changes SET commitment = $2, reason = NULL, \
        before = CASE WHEN attribute = 'state' THEN before END, after = CASE WHEN attribute = 'state' THEN after END \
        WHERE id = $1 AND commitment IS NULL";
    ERASE_EVENT(2) = "UPDATE custcode.code_events SET commitment = $2, reason = NULL WHERE id = $1 AND commitment IS NULL";
    ERASE_CUSTOMER(2) = "UPDATE custcode.customers SET name = NULL, strict = NULL, fields = $2, attributes = '{}', state = 'erased', salt = NULL \
        WHERE id = $1 AND salt IS NOT NULL";
    ERASURE(4) = "INSERT INTO custcode.erasures (operation, customer, commitment, reason) VALUES ($1, $2, $3, $4)";
    // The digest of a request can be guessed as long as its salt is there.
    FORGET_REQUESTS(2) = "UPDATE custcode.operations SET salt = NULL WHERE salt IS NOT NULL AND (id = ANY($1) OR first_code = ANY($2))";
    ERASED(1) = concat!(
        "SELECT ",
        operation_columns!(),
        ", erasures.customer, erasures.reason FROM custcode.erasures \
         JOIN custcode.operations ON operations.id = erasures.operation WHERE erasures.customer = $1"
    );
    ALL_ERASED(0) = concat!(
        "SELECT ",
        operation_columns!(),
        ", erasures.customer, erasures.reason, coalesce(codes.written, codes.canonical) FROM custcode.erasures \
         JOIN custcode.operations ON operations.id = erasures.operation \
         LEFT JOIN custcode.customers ON customers.id = erasures.customer \
         LEFT JOIN custcode.codes ON codes.id = customers.code ORDER BY erasures.id"
    );
    MARKED(1) = "SELECT customer, reference FROM custcode.refs WHERE reference = ANY($1) AND commitment IS NOT NULL ORDER BY id";
    META(1) = "SELECT value FROM custcode.meta WHERE key = $1";
    SET_META(2) = "INSERT INTO custcode.meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2";
    DROP_META(1) = "DELETE FROM custcode.meta WHERE key = $1";
}

const ERASING: &str = "could not erase a customer";
const READING: &str = "could not read what was erased";

/// Where a ledger keeps the key of the marks.
const KEY: &str = "erasure_key";
/// Where it keeps since when it has to be written anew.
const UNFINISHED: &str = "erasure_unfinished";

impl dyn Snapshot + '_ {
    fn meta_value(&mut self, key: &str) -> Result<Option<String>> {
        self.one("could not read what the ledger says of itself", &META, params![key], |row| {
            Reading::of(row).string()
        })
    }

    /// Since when deleted texts may still stand in pages of the ledger that hold no row any more;
    /// none where it was written anew since.
    pub fn unfinished_erasure(&mut self) -> Result<Option<String>> {
        self.meta_value(UNFINISHED)
    }

    /// The codes of customers that were erased since the backup of which this ledger was made, one
    /// a line, and still have to be.
    pub fn erasures_due(&mut self) -> Result<Option<String>> {
        self.meta_value(ERASURES_DUE)
    }

    /// When, by whom and why a customer was erased.
    pub fn erasure_of(&mut self, customer: i64) -> Result<Option<Erasure>> {
        self.one(READING, &ERASED, params![customer], |row| erasure(&mut Reading::of(row)))
    }

    /// Every erasure, oldest first, each with the code that its customer carries, as written.
    pub fn scan_erasures(&mut self, each: &mut dyn FnMut(Erasure, Option<&str>) -> Result<()>) -> Result<()> {
        self.stream(READING, &ALL_ERASED, &[], &mut |row| {
            let mut reading = Reading::of(row);
            Ok(each(erasure(&mut reading)?, reading.optional_str()?)?)
        })
    }

    /// The erasures of the customers that had these references, where they left a mark; in the
    /// order of the references.
    pub fn find_erased(&mut self, references: &[&str]) -> Result<Vec<Option<Erasure>>> {
        let mut found = vec![None; references.len()];
        if references.is_empty() {
            return Ok(found);
        }
        let Some(key) = self.mark_key()? else { return Ok(found) };
        let marks: Vec<String> = references.iter().map(|reference| key.mark(reference)).collect();
        let lent: Vec<&str> = marks.iter().map(String::as_str).collect();
        let rows = self.all(READING, &MARKED, &[Param::Texts(&lent)], |row| {
            let mut reading = Reading::of(row);
            let customer = reading.integer()?;
            Ok((reading.string()?, customer))
        })?;
        let customers: BTreeMap<String, i64> = rows.into_iter().collect();
        for (place, mark) in found.iter_mut().zip(&marks) {
            if let Some(customer) = customers.get(mark) {
                *place = self.erasure_of(*customer)?;
            }
        }
        Ok(found)
    }

    fn mark_key(&mut self) -> Result<Option<MarkKey>> {
        Ok(self.meta_value(KEY)?.as_deref().and_then(MarkKey::read))
    }

    /// The texts of a customer that an erasure deletes, but for its fields and attributes.
    pub fn personal_texts(&mut self, customer: i64) -> Result<Vec<PersonalText>> {
        let mut texts = Vec::new();
        let mut add = |kind, name: Option<&str>, text: Option<String>| {
            let name = name.map(str::to_owned);
            texts.extend(text.map(|text| PersonalText { kind, name, text }));
        };
        let name =
            self.one(READING, &NAME_OF, params![customer], |row| Reading::of(row).optional_string())?;
        add(TextKind::Name, None, name.flatten());
        for (_, reference) in self.references_of(customer)? {
            add(TextKind::Reference, None, reference);
        }
        for change in self.whole_changes_of(customer)?.into_iter().filter(|it| it.attribute != STATE) {
            for text in [change.before, change.after, change.reason] {
                add(TextKind::Change, Some(&change.attribute), text);
            }
        }
        for (_, reason, _) in self.reasons_of(customer)? {
            add(TextKind::Reason, None, Some(reason));
        }
        Ok(texts)
    }

    /// Ids and texts of the references that a customer has or had.
    fn references_of(&mut self, customer: i64) -> Result<Vec<(i64, Option<String>)>> {
        self.all(READING, &REFERENCES_OF, params![customer], |row| {
            let mut reading = Reading::of(row);
            Ok((reading.integer()?, reading.optional_string()?))
        })
    }

    fn whole_changes_of(&mut self, customer: i64) -> Result<Vec<WholeChange>> {
        self.all(READING, &WHOLE_CHANGES, params![customer], |row| {
            let mut reading = Reading::of(row);
            Ok(WholeChange {
                id: reading.integer()?,
                before: reading.optional_string()?,
                after: reading.optional_string()?,
                reason: reading.optional_string()?,
                attribute: reading.string()?,
            })
        })
    }

    /// Id and reason of the events of a customer's codes, each with the salt that its commitment
    /// was made with.
    fn reasons_of(&mut self, customer: i64) -> Result<Vec<(i64, String, String)>> {
        let codes: Vec<i64> = self.codes_of(customer)?.iter().map(|code| code.id).collect();
        self.all(READING, &REASONS_OF, &[Param::Integers(&codes)], |row| {
            let mut reading = Reading::of(row);
            Ok((reading.integer()?, reading.string()?, reading.string()?))
        })
    }
}

/// Reads an erasure.
fn erasure(reading: &mut Reading<'_>) -> Read<Erasure> {
    let operation = reading.operation()?;
    Ok(Erasure { operation, customer: reading.integer()?, reason: reading.string()? })
}

/// How the change of a customer's state is called.
const STATE: &str = "state";

/// A change with all its texts.
struct WholeChange {
    id: i64,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    attribute: String,
}

impl dyn Transaction + '_ {
    /// Deletes everything personal of a customer but what `remainder` leaves; an item of the
    /// operation begun last. A customer that was erased before is an error of the caller.
    pub fn erase(&mut self, customer: i64, remainder: Remainder<'_>) -> Result<()> {
        let operation = self.operation_begun(ERASING)?;
        let known = self.record(customer)?;
        self.erase_references(customer, &known.salt, remainder.marks)?;
        let changes = self.whole_changes_of(customer)?;
        for change in &changes {
            let [before, after, reason] =
                [&change.before, &change.after, &change.reason].map(Option::as_deref);
            let commitment = chain::replacement(&known.salt, before, after, reason);
            self.write_rows(ERASING, &ERASE_CHANGE, params![change.id, &commitment], 1)?;
        }
        for (event, reason, salt) in self.reasons_of(customer)? {
            let commitment = chain::reason(Some(&salt), Some(&reason));
            self.write_rows(ERASING, &ERASE_EVENT, params![event, commitment.as_deref()], 1)?;
        }
        self.forget_requests(customer)?;
        let values = params![customer, remainder.fields];
        self.write_rows(ERASING, &ERASE_CUSTOMER, values, 1)?;
        let item = chain::erasure(customer, &known.commitment, remainder.reason);
        self.written().chain.add(operation, LEDGER, Kind::Erasure, &item);
        let values = params![operation, customer, &known.commitment, remainder.reason];
        self.write_rows(ERASING, &ERASURE, values, 1)
    }

    fn erase_references(&mut self, customer: i64, salt: &str, marks: bool) -> Result<()> {
        let references = self.references_of(customer)?;
        let key = if marks && !references.is_empty() { Some(self.make_mark_key()?) } else { None };
        for (id, reference) in references {
            let reference = reference.unwrap_or_default();
            let mark = key.as_ref().map(|key| key.mark(&reference));
            if let Some(mark) = &mark {
                // Of a customer before, who was erased as well; one mark does for both.
                self.execute(ERASING, &UNMARK, params![mark])?;
            }
            let commitment = chain::reference(salt, &reference);
            self.write_rows(ERASING, &ERASE_REFERENCE, params![id, &commitment, mark.as_deref()], 1)?;
        }
        Ok(())
    }

    /// Takes the salts away from the digests of the requests that described a customer.
    fn forget_requests(&mut self, customer: i64) -> Result<()> {
        let codes: Vec<i64> = self.codes_of(customer)?.iter().map(|code| code.id).collect();
        let changes: Vec<i64> = self
            .changes_of(customer)?
            .into_iter()
            .map(|(_, operation): (_, Operation)| operation.id)
            .collect();
        self.execute(ERASING, &FORGET_REQUESTS, &[Param::Integers(&changes), Param::Integers(&codes)])?;
        Ok(())
    }

    fn make_mark_key(&mut self) -> Result<MarkKey> {
        if let Some(key) = self.mark_key()? {
            return Ok(key);
        }
        let key = MarkKey::random()?;
        self.set_meta(KEY, key.as_str())?;
        Ok(key)
    }

    /// Notes that deleted texts may still stand in pages of the ledger, since `at`.
    pub fn begin_erasure(&mut self, at: &str) -> Result<()> {
        match self.unfinished_erasure()? {
            Some(_) => Ok(()),
            None => self.set_meta(UNFINISHED, at),
        }
    }

    /// Notes that the ledger was written anew.
    pub fn finish_erasure(&mut self) -> Result<()> {
        self.drop_meta(UNFINISHED)
    }

    /// Notes that all erasures that were due were applied.
    pub fn settle_erasures(&mut self) -> Result<()> {
        self.drop_meta(ERASURES_DUE)
    }

    fn set_meta(&mut self, key: &str, value: &str) -> Result<()> {
        self.write_rows(ERASING, &SET_META, params![key, value], 1)
    }

    fn drop_meta(&mut self, key: &str) -> Result<()> {
        self.execute(ERASING, &DROP_META, params![key])?;
        match self.meta_value(key)? {
            None => Ok(()),
            Some(_) => Err(self.unwritten(ERASING)),
        }
    }
}
