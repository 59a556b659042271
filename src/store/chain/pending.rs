//! What a transaction wrote so far and will link at its commit.
//!
//! A bulk write hashes its codes on a thread of its own: rows are packed where they are written and
//! handed over in batches through a bounded channel, so that memory stays flat and the writer
//! hardly waits.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use sha2::{Digest as _, Sha256};

use super::packed::{self, Packed, hex};
use super::{Items, Kind, LEDGER, RECORD_OF, REFERENCE_OF, operation};
use crate::store::{CustomerState, NewCode, NewCustomer, NewOperation};

/// From this code on, a thread is worth its start.
const BULK: u64 = 5_000;

/// Codes of a batch; some 64 KiB.
const BATCH: usize = 256;

/// Batches that may wait for the thread.
const WAITING: usize = 4;

/// The operations that a transaction writes, and what they wrote so far.
#[derive(Debug, Default)]
pub struct Pending {
    operations: BTreeMap<i64, (Packed, BTreeMap<i64, Items>)>,
    codes: Codes,
}

impl Pending {
    /// An operation begins.
    pub fn begin(&mut self, id: i64, new: &NewOperation<'_>) {
        self.operations.insert(id, (operation(new), BTreeMap::new()));
    }

    /// An item of an operation on a chain; a code with its customer is [`Pending::put`]. An
    /// operation that was not begun here is left alone: it cannot be told what it says of itself.
    pub fn add(&mut self, operation: i64, chain: i64, kind: Kind, item: &Packed) {
        if let Some((_, chains)) = self.operations.get_mut(&operation) {
            chains.entry(chain).or_default().add(kind, item);
        }
    }

    /// A customer born with a code.
    pub fn put(&mut self, customer: &NewCustomer<'_>, salt: &str, new: &NewCode<'_>) {
        if self.operations.contains_key(&customer.operation) {
            self.codes.put(customer, salt, new);
        }
    }

    /// What has to be linked, in this order: operation, chain, digest. An operation without any
    /// item hangs on the ledger's own chain, so that it cannot be taken away unseen either.
    ///
    /// # Panics
    /// Never: hashing does not fail.
    pub fn finish(&mut self) -> Vec<(i64, i64, String)> {
        for ((operation, chain), hasher) in std::mem::take(&mut self.codes).finish() {
            if let Some((_, chains)) = self.operations.get_mut(&operation) {
                chains.entry(chain).or_default().0.insert(Kind::Code, hasher);
            }
        }
        let mut links = Vec::new();
        for (id, (said, mut chains)) in std::mem::take(&mut self.operations) {
            if chains.is_empty() {
                chains.insert(LEDGER, Items::default());
            }
            links.extend(chains.into_iter().map(|(chain, items)| (id, chain, items.digest(&said))));
        }
        links
    }
}

/// The codes of each operation and chain, hashed in their order.
type Hashers = BTreeMap<(i64, i64), Sha256>;

/// Hashes codes here, and after a few thousand on a thread.
#[derive(Debug, Default)]
struct Codes {
    count: u64,
    batch: Batch,
    here: Hashers,
    there: Option<Helper>,
}

impl Codes {
    fn put(&mut self, customer: &NewCustomer<'_>, salt: &str, new: &NewCode<'_>) {
        self.batch.push(customer, salt, new);
        self.count += 1;
        match &self.there {
            Some(helper) if self.batch.codes.len() >= BATCH => {
                helper.hand_over(std::mem::take(&mut self.batch));
            }
            Some(_) => {}
            None => {
                self.batch.hash(&mut self.here);
                if self.count == BULK {
                    self.there = Helper::start(&mut self.here);
                }
            }
        }
    }

    fn finish(mut self) -> Hashers {
        match self.there {
            Some(helper) => helper.finish(self.batch),
            None => std::mem::take(&mut self.here),
        }
    }
}

/// The thread that hashes.
#[derive(Debug)]
struct Helper {
    batches: SyncSender<Batch>,
    thread: JoinHandle<Hashers>,
}

impl Helper {
    /// Starts the thread, which goes on with `begun`; none where the system has no thread to give.
    fn start(begun: &mut Hashers) -> Option<Self> {
        let (batches, received) = sync_channel::<Batch>(WAITING);
        // Sent, not captured: it would be lost with a thread that does not start.
        let (give, taken) = sync_channel(1);
        let run = move || {
            let mut hashers = taken.recv().unwrap_or_default();
            for mut batch in received {
                batch.hash(&mut hashers);
            }
            hashers
        };
        let thread = Builder::new().name("hashing".to_owned()).spawn(run).ok()?;
        give.send(std::mem::take(begun)).expect("the thread waits for it");
        Some(Self { batches, thread })
    }

    fn hand_over(&self, batch: Batch) {
        self.batches.send(batch).expect("the thread listens until the end");
    }

    fn finish(self, last: Batch) -> Hashers {
        self.hand_over(last);
        drop(self.batches);
        self.thread.join().expect("hashing does not fail")
    }
}

/// Codes packed one behind the other.
#[derive(Debug, Default)]
struct Batch {
    text: String,
    codes: Vec<Coded>,
    /// The references of all customers, each in its commitment.
    references: Vec<Range<usize>>,
}

/// A code in the text of a batch.
#[derive(Debug)]
struct Coded {
    operation: i64,
    chain: i64,
    /// The code as an item, but for the customer.
    item: Range<usize>,
    /// The customer's record.
    record: Range<usize>,
    /// Its references among those of the batch.
    references: Range<usize>,
}

impl Batch {
    /// The shapes are those of [`super::code`] and [`super::born`].
    fn push(&mut self, customer: &NewCustomer<'_>, salt: &str, new: &NewCode<'_>) {
        let out = &mut self.text;
        let first = out.len();
        packed::push_number(out, new.number);
        packed::push(out, new.canonical);
        packed::push_optional(out, new.written);
        packed::push_optional(out, new.brought);
        let item = first..out.len();
        packed::push(out, salt);
        packed::push(out, RECORD_OF);
        packed::push_optional(out, customer.name);
        packed::push(out, customer.fields);
        packed::push(out, customer.attributes);
        packed::push(out, CustomerState::Active.as_str());
        packed::push(out, customer.date);
        packed::push_number(out, Some(customer.row.unsigned_abs()));
        let record = item.end..out.len();
        let references = self.references.len();
        for reference in customer.references {
            let begin = out.len();
            packed::push(out, salt);
            packed::push(out, REFERENCE_OF);
            packed::push(out, reference);
            self.references.push(begin..out.len());
        }
        self.codes.push(Coded {
            operation: customer.operation,
            chain: new.counter.unwrap_or(LEDGER),
            item,
            record,
            references: references..self.references.len(),
        });
    }

    /// Hashes every code and empties the batch.
    fn hash(&mut self, hashers: &mut Hashers) {
        for code in self.codes.drain(..) {
            let hasher = hashers.entry((code.operation, code.chain)).or_default();
            hasher.update(&self.text[code.item]);
            let references = &self.references[code.references];
            for committed in std::iter::once(&code.record).chain(references) {
                let commitment = hex(Sha256::new_with_prefix(&self.text[committed.clone()]));
                hasher.update("64:");
                hasher.update(&*commitment);
            }
        }
        self.references.clear();
        self.text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::chain::{born, code};

    const NEW: NewOperation<'static> = NewOperation {
        at: "2026-11-22T08:00:00Z",
        command: "import",
        actor: "li",
        os_user: "erp",
        host: "desk",
        bundle: "rules",
        request_id: None,
        input_digest: None,
        salt: None,
    };

    #[test]
    fn codes_hash_the_same_alone_in_batches_and_on_a_thread() {
        for count in [1, 300, BULK - 1, BULK, BULK + 1, BULK + 1_000] {
            let (mut fast, mut plain) = (Pending::default(), BTreeMap::<i64, Items>::new());
            fast.begin(7, &NEW);
            for number in 0..count {
                let (name, text) = (format!("客户 {number}"), format!("01A{number}"));
                let customer = NewCustomer {
                    references: [&[][..], &["R"], &["R", "S"]]
                        [usize::from(number % 3 == 1) + 2 * usize::from(number % 3 == 2)],
                    name: Some(&name),
                    strict: None,
                    fields: "{}",
                    attributes: "{\"电话\":\"1\"}",
                    date: "2024-05-06",
                    operation: 7,
                    row: i64::try_from(number).expect("a small number"),
                };
                let counter = (number % 2 == 0).then_some(4);
                let new =
                    NewCode { canonical: &text, written: None, brought: None, counter, number: Some(number) };
                let salt = format!("{number:032x}");
                fast.put(&customer, &salt, &new);
                let item = code(new.number, new.canonical, new.written, new.brought);
                let item = born(item, &customer, &salt);
                plain.entry(counter.unwrap_or(LEDGER)).or_default().add(Kind::Code, &item);
            }
            let said = operation(&NEW);
            let expected: Vec<_> =
                plain.into_iter().map(|(chain, items)| (7, chain, items.digest(&said))).collect();
            assert_eq!(fast.finish(), expected, "{count} codes");
        }
    }

    #[test]
    fn an_operation_without_items_hangs_on_the_ledgers_own_chain() {
        let mut pending = Pending::default();
        pending.begin(3, &NEW);
        assert_eq!(pending.finish(), [(3, LEDGER, Items::default().digest(&operation(&NEW)))]);
    }
}
