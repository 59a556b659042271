//! Random customer files beside a small reading of what an import means.

use std::collections::{BTreeMap, BTreeSet};

use custcode::registry::customer::request::{Likely, OnExisting};
use custcode::registry::import::{ImportReport, ImportRequest, Listener, Mapped, Rejection, Stand, Target};
use custcode::registry::{Patience, Places, Registry, Who, Workspace};
use custcode::store::{Access, DEADLINE};
use custcode::table::Source;

use super::with_seeds;
use crate::support::{Engine, Folder, Ledger, Random, Tables, engine};

const RULES: &str = r#"
custcode = 1
timezone = "Asia/Shanghai"
default_rule = "plain"
[fields.type]
values = { vip = "01", regular = "02" }
[fields.industry]
default = "trade"
values = { trade = "A", farming = "B" }
[fields.region]
text = { width = 2, charset = "digits" }
[rules.plain]
pattern = "{type}{industry}{seq:3}"
"#;

/// What every file begins with.
const HEADER: &str = "ref,code,name,type,industry,region,phone\n";

/// A row: what its cells say, empty where they say nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    reference: &'static str,
    code: &'static str,
    name: &'static str,
    kind: &'static str,
    industry: &'static str,
    region: &'static str,
    phone: &'static str,
}

impl Row {
    fn random(random: &mut Random) -> Self {
        let row = Self {
            reference: random.pick(&["", "", "R1", "R2", "R3", "R4"]),
            code: random.pick(&["", "", "", "", "", "01A003", "01a003", "02A003", "01B002", "01A007", "ZZ1"]),
            name: random.pick(&["", "Acme", "Acme", "Beta", "Ｂｅｔａ", "Ceta"]),
            kind: random.pick(&["vip", "vip", "vip", "regular", "", "nobody"]),
            industry: random.pick(&["", "", "trade", "farming"]),
            region: random.pick(&["", "", "", "10", "20"]),
            phone: random.pick(&["", "1", "2", "3"]),
        };
        // A row without any content is no customer.
        if row.reference.is_empty() && row.code.is_empty() && row.kind.is_empty() {
            Self { kind: "vip", ..row }
        } else {
            row
        }
    }

    fn line(&self) -> String {
        let Self { reference, code, name, kind, industry, region, phone } = self;
        format!("{reference},{code},{name},{kind},{industry},{region},{phone}\n")
    }

    fn folded(&self) -> String {
        folded(self.name)
    }

    /// Whether a customer has every declared field that it says.
    fn says_fields_of(&self, customer: &Customer) -> bool {
        let Customer { kind, industry, region, .. } = customer;
        [(self.kind, kind), (self.industry, industry), (self.region, region)]
            .iter()
            .all(|(said, known)| said.is_empty() || said == known)
    }

    /// The code that it brings as its rule prints it, which is that of this type and this industry.
    fn read(&self) -> Option<(String, &'static str, &'static str)> {
        let code = self.code.to_uppercase();
        let kind = BTreeMap::from([("01", "vip"), ("02", "regular")]).remove(code.get(..2)?)?;
        let industry = BTreeMap::from([("A", "trade"), ("B", "farming")]).remove(code.get(2..3)?)?;
        Some((code, kind, industry))
    }
}

fn folded(name: &str) -> String {
    if name == "Ｂｅｔａ" { "beta".to_owned() } else { name.to_lowercase() }
}

fn prefix(kind: &str, industry: &str) -> String {
    format!("{}{}", if kind == "vip" { "01" } else { "02" }, if industry == "trade" { "A" } else { "B" })
}

/// A customer of the ledger, or who is going to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Customer {
    code: String,
    references: Vec<String>,
    name: String,
    kind: String,
    industry: String,
    region: String,
    phone: String,
}

impl Customer {
    fn has(&self, reference: &str) -> bool {
        self.references.iter().any(|known| known == reference)
    }
}

/// What the flags of a run ask for.
#[derive(Debug, Clone, Copy)]
struct Flags {
    partial: bool,
    nameless: bool,
    likely: Likely,
    existing: OnExisting,
}

impl Flags {
    fn random(random: &mut Random) -> Self {
        Self {
            partial: random.below(3) > 0,
            nameless: random.below(4) == 0,
            likely: [Likely::Reject, Likely::Attach, Likely::New]
                [usize::try_from(random.below(3)).expect("small")],
            existing: [OnExisting::Keep, OnExisting::Update, OnExisting::Error]
                [usize::try_from(random.below(3)).expect("small")],
        }
    }
}

/// Nobody said whom a row means.
struct Undecided;

/// What a run answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Answer {
    /// The code of each row that has one, unless the run was given up.
    codes: BTreeMap<usize, String>,
    rejected: BTreeSet<usize>,
    issued: u64,
    registered: u64,
    skipped: u64,
    updated: u64,
    differing: u64,
}

/// Somebody of whom the file speaks.
struct Party {
    customer: Customer,
    /// As it was before the file, or as its first row made it.
    before: Customer,
    /// Its place in the ledger; none yet.
    known: Option<usize>,
    /// The row that makes it.
    maker: usize,
    /// Rows that mean it, and whether by its reference.
    rows: BTreeMap<usize, bool>,
    /// Whether it has a code before anything is numbered.
    coded: bool,
}

/// The ledger of the model.
#[derive(Debug, Clone, Default)]
struct Model {
    customers: Vec<Customer>,
    /// Names that customers had, by their places.
    former: BTreeSet<(usize, String)>,
    last: BTreeMap<String, u64>,
}

impl Model {
    /// What an import of `rows` makes of the ledger, and what it answers.
    fn import(&mut self, rows: &[Row], flags: Flags) -> Answer {
        let mut parties: Vec<Party> = Vec::new();
        let mut rejected: BTreeSet<usize> =
            (0..rows.len()).filter(|place| !is_fit(&rows[*place], flags)).collect();
        let keyed = |row: &Row| !row.code.is_empty() || !row.reference.is_empty();
        let mut order: Vec<usize> =
            (0..rows.len()).filter(|place| !rejected.contains(place) && keyed(&rows[*place])).collect();
        let lacks = |row: &Row| row.code.is_empty() && row.kind.is_empty();
        let mut claimed = BTreeMap::new();
        let mut named = BTreeMap::new();
        order.retain(|place| match self.with_new_reference(&rows[*place], flags, &mut claimed) {
            Ok(found) => {
                named.extend(found.map(|found| (*place, found)));
                true
            }
            Err(Undecided) => !rejected.insert(*place),
        });
        order.sort_by_key(|place| {
            let row = &rows[*place];
            (lacks(row), row.code.is_empty(), row.reference.is_empty(), *place)
        });
        for place in order {
            if !self.join(&mut parties, place, (&rows[place], named.get(&place).copied()), flags) {
                rejected.insert(place);
            }
        }
        let (mut updated, mut differing) = (0, 0);
        for party in &mut parties {
            differing += party.settle(rows, flags, &mut rejected);
            updated += u64::from(party.customer != party.before);
        }
        for place in 0..rows.len() {
            if rejected.contains(&place) || keyed(&rows[place]) {
                continue;
            }
            match self.join_by_name(&mut parties, place, rows, flags) {
                Ok(None) => {}
                Ok(Some(party)) => {
                    let party = &mut parties[party];
                    let (others, changed) = (std::mem::take(&mut party.rows), party.customer != party.before);
                    party.rows.insert(place, true);
                    differing += party.settle(rows, flags, &mut rejected);
                    party.rows.extend(others);
                    updated += u64::from(!changed && party.customer != party.before);
                }
                Err(Undecided) => drop(rejected.insert(place)),
            }
        }
        let mut answer = Answer { rejected, updated, differing, ..Answer::default() };
        if answer.rejected.is_empty() || flags.partial {
            self.carry_out(parties, rows, &mut answer);
        }
        answer
    }

    /// Who has no reference and is called as a row with a new one says: nobody, unless a person
    /// said that it is the same customer.
    fn with_new_reference(
        &self,
        row: &Row,
        flags: Flags,
        claimed: &mut BTreeMap<usize, &'static str>,
    ) -> Result<Option<usize>, Undecided> {
        let known = self.customers.iter().any(|it| it.has(row.reference));
        if known || row.reference.is_empty() || !row.code.is_empty() || row.name.is_empty() {
            return Ok(None);
        }
        let open = |it: &Customer| {
            it.references.is_empty() && folded(&it.name) == row.folded() && row.says_fields_of(it)
        };
        let open: Vec<usize> =
            (0..self.customers.len()).filter(|place| open(&self.customers[*place])).collect();
        match (open.as_slice(), flags.likely) {
            ([], _) | (_, Likely::New) => Ok(None),
            ([only], Likely::Attach) => {
                let first = *claimed.entry(*only).or_insert(row.reference);
                Ok(Some(*only).filter(|_| first == row.reference))
            }
            _ => Err(Undecided),
        }
    }

    /// Finds whom a row with a code or a reference means; `named` is whom its name means.
    fn join(
        &self,
        parties: &mut Vec<Party>,
        place: usize,
        (row, named): (&Row, Option<usize>),
        flags: Flags,
    ) -> bool {
        let code = row.read().map(|read| read.0);
        let known = |found: &dyn Fn(&Customer) -> bool| self.customers.iter().position(found);
        let by_reference = known(&|it| it.has(row.reference));
        let by_code = known(&|it| code.as_ref() == Some(&it.code));
        if let (Some(party), Some(code)) = (by_reference, &code)
            && self.customers[party].code != *code
        {
            return false;
        }
        if let (None, Some(found)) = (by_reference, by_code)
            && !row.reference.is_empty()
            && !row.name.is_empty()
            && row.folded() != folded(&self.customers[found].name)
            && !self.former.contains(&(found, row.folded()))
        {
            return false;
        }
        let by_code = by_code.or(named);
        if let Some(found) = by_reference.or(by_code)
            && parties.iter().all(|party| party.known != Some(found))
        {
            let customer = self.customers[found].clone();
            parties.push(Party {
                before: customer.clone(),
                customer,
                known: Some(found),
                maker: place,
                rows: BTreeMap::new(),
                coded: true,
            });
        }
        let of_code = parties.iter().position(|it| {
            code.as_ref().is_some_and(|code| it.customer.code == *code)
                || named.is_some() && it.known == named
        });
        let of_reference = parties.iter().position(|it| it.customer.has(row.reference));
        if code.is_some() && of_reference.is_some() && of_reference != of_code {
            return false;
        }
        let Some(found) = of_reference.or(of_code) else {
            let lacks = code.is_none() && row.kind.is_empty();
            if !lacks {
                parties.push(Party::new(place, row));
            }
            return !lacks;
        };
        let party = &mut parties[found];
        let certain = party.customer.has(row.reference);
        if !certain && !row.reference.is_empty() {
            // Of a customer of the ledger its names were compared already.
            let another = (by_reference, by_code) == (None, None)
                && !row.name.is_empty()
                && row.folded() != folded(&party.customer.name);
            if another || flags.existing == OnExisting::Error {
                return false;
            }
            party.customer.references.push(row.reference.to_owned());
        }
        party.rows.insert(place, !row.reference.is_empty());
        true
    }

    /// Finds whom a row means that has no key: who agrees in everything that it says. Gives the
    /// party whose record it may change.
    fn join_by_name(
        &self,
        parties: &mut Vec<Party>,
        place: usize,
        rows: &[Row],
        flags: Flags,
    ) -> Result<Option<usize>, Undecided> {
        let row = &rows[place];
        let called = |it: &Customer| !row.name.is_empty() && folded(&it.name) == row.folded();
        for (known, customer) in self.customers.iter().enumerate() {
            if called(customer) && parties.iter().all(|party| party.known != Some(known)) {
                parties.push(Party {
                    before: customer.clone(),
                    customer: customer.clone(),
                    known: Some(known),
                    maker: place,
                    rows: BTreeMap::new(),
                    coded: true,
                });
            }
        }
        let namesakes: Vec<usize> =
            (0..parties.len()).filter(|party| called(&parties[*party].customer)).collect();
        let of = |wanted: &dyn Fn(&Customer) -> bool| -> Vec<usize> {
            namesakes.iter().copied().filter(|party| wanted(&parties[*party].customer)).collect()
        };
        let agrees =
            |it: &Customer| row.says_fields_of(it) && (row.phone.is_empty() || row.phone == it.phone);
        // A default says nothing.
        let exact = |it: &Customer| {
            let industry = if row.industry.is_empty() { "trade" } else { row.industry };
            agrees(it) && row.phone == it.phone && row.region == it.region && industry == it.industry
        };
        let agreeing = of(&agrees);
        let very = of(&|it| exact(it) && it.references.is_empty());
        let very = if very.len() == 1 { very } else { of(&exact) };
        match (namesakes.as_slice(), agreeing.as_slice(), very.as_slice(), flags.likely) {
            ([], ..) | (_, [], _, Likely::New) => {
                parties.push(Party::new(place, row));
                Ok(None)
            }
            (_, [same], ..) | (_, [_, _, ..], [same], _) => {
                parties[*same].rows.insert(place, true);
                Ok(None)
            }
            ([only], [], _, Likely::Attach) => Ok(Some(*only)),
            _ => Err(Undecided),
        }
    }

    /// Registers, numbers and writes.
    fn carry_out(&mut self, mut parties: Vec<Party>, rows: &[Row], answer: &mut Answer) {
        for party in parties.iter().filter(|party| party.known.is_none() && party.coded) {
            let (prefix, number) = party.customer.code.split_at(3);
            let last = self.last.entry(prefix.to_owned()).or_default();
            *last = (*last).max(number.parse().expect("three digits"));
            answer.registered += 1;
        }
        parties.sort_by_key(|party| {
            (
                !party.coded,
                if party.coded { party.maker } else { *party.rows.keys().next().expect("its maker") },
            )
        });
        for party in parties {
            let mut customer = party.customer;
            if customer.code.is_empty() {
                let prefix = prefix(&customer.kind, &customer.industry);
                let last = self.last.entry(prefix.clone()).or_default();
                *last += 1;
                customer.code = format!("{prefix}{last:03}");
                answer.issued += 1;
            }
            answer.codes.extend(party.rows.keys().map(|row| (*row, customer.code.clone())));
            match party.known {
                Some(known) => {
                    let before = std::mem::replace(&mut self.customers[known], customer);
                    if before.name != self.customers[known].name {
                        self.former.insert((known, folded(&before.name)));
                    }
                }
                None => self.customers.push(customer),
            }
        }
        let new = answer.issued + answer.registered;
        answer.skipped = (rows.len() - answer.rejected.len()) as u64 - new;
    }
}

/// Whether a row can be taken in at all, whatever the ledger knows.
fn is_fit(row: &Row, flags: Flags) -> bool {
    let identified = !row.name.is_empty() || !row.reference.is_empty() || flags.nameless;
    match row.code {
        _ if row.kind == "nobody" => false,
        "" => identified && (!row.kind.is_empty() || !row.reference.is_empty()),
        _ => row.read().is_some(),
    }
}

impl Party {
    fn new(maker: usize, row: &Row) -> Self {
        let read = row.read();
        let text = |said: &str, otherwise: &str| (if said.is_empty() { otherwise } else { said }).to_owned();
        let customer = Customer {
            kind: text(row.kind, read.as_ref().map_or("", |read| read.1)),
            industry: text(row.industry, read.as_ref().map_or("trade", |read| read.2)),
            code: read.map(|read| read.0).unwrap_or_default(),
            references: Some(row.reference.to_owned()).filter(|text| !text.is_empty()).into_iter().collect(),
            name: row.name.to_owned(),
            region: row.region.to_owned(),
            phone: row.phone.to_owned(),
        };
        let coded = !customer.code.is_empty();
        Self {
            before: customer.clone(),
            customer,
            known: None,
            maker,
            rows: BTreeMap::from([(maker, true)]),
            coded,
        }
    }

    /// Judges the rows that mean it, and takes or leaves what they say; gives how many say
    /// something that is left.
    fn settle(&mut self, rows: &[Row], flags: Flags, rejected: &mut BTreeSet<usize>) -> u64 {
        let makes = |place: usize| self.known.is_none() && self.maker == place;
        let contradicts = |row: &Row| {
            let code = if self.customer.code.is_empty() {
                prefix(&self.customer.kind, &self.customer.industry)
            } else {
                self.customer.code.clone()
            };
            let says =
                |said: &str, record: &str, printed: bool| !said.is_empty() && said != record && !printed;
            row.code.is_empty()
                && (says(row.kind, &self.customer.kind, prefix(row.kind, "trade")[..2] == code[..2])
                    || says(
                        row.industry,
                        &self.customer.industry,
                        prefix("vip", row.industry)[2..] == code[2..3],
                    ))
        };
        let mut refused: BTreeSet<usize> =
            self.rows.keys().copied().filter(|place| !makes(*place) && contradicts(&rows[*place])).collect();
        // The name by which rows without its reference must know it.
        let mut name = folded(&self.customer.name);
        if flags.existing == OnExisting::Update {
            let told = self.rows.iter().filter(|(place, certain)| **certain && !refused.contains(place));
            name =
                told.map(|(place, _)| rows[*place].folded()).rfind(|name| !name.is_empty()).unwrap_or(name);
        }
        // Where all rows say one name, a row with its code renames it.
        let names: BTreeSet<String> = self.rows.keys().map(|place| rows[*place].folded()).collect();
        let renames = self.known.is_some() && names.len() == 1;
        for (place, _) in self.rows.iter().filter(|(_, certain)| !**certain && !renames) {
            if !rows[*place].name.is_empty() && rows[*place].folded() != name {
                refused.insert(*place);
            }
        }
        self.rows.retain(|place, _| !refused.contains(place));
        let mut left = 0;
        for place in self.rows.clone().into_keys() {
            let mut after = self.customer.clone();
            let row = &rows[place];
            for (cell, kept) in
                [(row.name, &mut after.name), (row.region, &mut after.region), (row.phone, &mut after.phone)]
            {
                if !cell.is_empty() {
                    cell.clone_into(kept);
                }
            }
            let stays = self.printed_otherwise(row);
            match flags.existing {
                _ if after == self.customer && !stays => {}
                OnExisting::Keep if self.known.is_none() && self.maker == place => {}
                OnExisting::Keep => left += 1,
                OnExisting::Error => {
                    refused.insert(place);
                    self.rows.remove(&place);
                }
                OnExisting::Update => {
                    self.customer = after;
                    left += u64::from(stays);
                }
            }
        }
        rejected.extend(refused);
        left
    }

    /// Whether a row says what the code prints, while the record says otherwise.
    fn printed_otherwise(&self, row: &Row) -> bool {
        let Some(code) = self.customer.code.get(..3) else { return false };
        let stays = |said: &str, record: &str, printed: bool| !said.is_empty() && said != record && printed;
        stays(row.kind, &self.customer.kind, prefix(row.kind, "trade")[..2] == code[..2])
            || stays(row.industry, &self.customer.industry, prefix("vip", row.industry)[2..] == code[2..])
    }
}

/// Listens to a run for the rows that are refused.
#[derive(Default)]
struct Refusals(BTreeSet<usize>);

impl Listener for Refusals {
    fn mapping(&mut self, _: &[Mapped]) {}
    fn rejected(&mut self, rejection: &Rejection<'_>) {
        self.0.insert(usize::try_from(rejection.row).expect("few rows") - 1);
    }
    fn note(&mut self, _: &str) {}
    fn progress(&mut self, _: Stand) -> bool {
        true
    }
}

/// Imports `rows` into the ledger of `folder`.
fn import(folder: &Folder, rows: &[Row], flags: Flags, dry_run: bool) -> Answer {
    let content: String = rows.iter().map(Row::line).collect();
    folder.write("rows.csv", format!("{HEADER}{content}"));
    let places = Places {
        rules_flag: Some(folder.path("rules.toml")),
        store_flag: Some(folder.store()),
        folder: folder.path("."),
        ..Places::default()
    };
    let who = Who { actor: "model".into(), os_user: "model".into(), host: "model".into() };
    let now = "2026-11-22T09:00:00+08:00".parse().expect("a time");
    let patience = Patience { deadline: DEADLINE, notice: &|_| () };
    let mut registry: Registry<'_> =
        Workspace::find(&places).and_then(|it| it.open(Access::Write, who, now, patience)).expect("a ledger");
    let source = Source::open(&folder.path("rows.csv").display().to_string()).expect("a file");
    let request = ImportRequest {
        force: true,
        output: Some(Target::Path(folder.path("coded.csv"))),
        partial: flags.partial,
        dry_run,
        nameless: flags.nameless,
        likely: flags.likely,
        on_existing: flags.existing,
        // Its rows have any names.
        confirmed: true,
        ..ImportRequest::new(&source)
    };
    let mut refusals = Refusals::default();
    let report: ImportReport = registry.import(&request, &mut refusals).expect("an import");
    drop(registry);
    let stopped = report.rejected > 0 && !flags.partial;
    let written = if stopped { String::new() } else { folder.read("coded.csv") };
    let taken = (0..rows.len()).filter(|place| !refusals.0.contains(place));
    let codes = taken
        .zip(written.lines().skip(1))
        .map(|(place, line)| (place, line.split(',').nth(1).expect("a code").to_owned()));
    Answer {
        codes: codes.collect(),
        rejected: refusals.0,
        issued: report.issued,
        registered: report.registered,
        skipped: report.skipped,
        updated: report.updated,
        differing: report.differing,
    }
}

/// The customers of a ledger, in the order in which they came.
fn customers(folder: &Folder) -> Vec<Customer> {
    let sql = "SELECT codes.canonical, (SELECT string_agg(reference, ' ') FROM (SELECT reference FROM refs \
               WHERE customer = customers.id AND dropped IS NULL ORDER BY id) AS its), customers.name, customers.fields, customers.attributes \
               FROM customers JOIN codes ON codes.customer = customers.id ORDER BY customers.id";
    let rows = Tables::of(folder).and_then(|mut tables| tables.rows(sql)).expect("tables");
    let customer = |row: Vec<Option<String>>| {
        let mut texts = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || texts.next().expect("five columns");
        let (code, reference, name) = (next(), next(), next());
        let object =
            |text: &str| serde_json::from_str::<BTreeMap<String, String>>(text).expect("an object of texts");
        let (mut fields, mut attributes) = (object(&next()), object(&next()));
        let mut field = |name: &str| fields.remove(name).unwrap_or_default();
        let (kind, industry, region) = (field("type"), field("industry"), field("region"));
        Customer {
            code,
            references: reference.split_whitespace().map(str::to_owned).collect(),
            name,
            kind,
            industry,
            region,
            phone: attributes.remove("phone").unwrap_or_default(),
        }
    };
    rows.into_iter().map(customer).collect()
}

/// Compares a rehearsal, a run and the same run again with the model.
fn check(folder: &Folder, model: &mut Model, rows: &[Row], flags: Flags) -> Answer {
    let story = || format!("{flags:?}\n{HEADER}{}", rows.iter().map(Row::line).collect::<String>());
    let before = Tables::image(folder);
    let rehearsed = import(folder, rows, flags, true);
    assert!(Tables::image(folder) == before, "a rehearsal changed the ledger: {}", story());
    let mut after = model.clone();
    let expected = after.import(rows, flags);
    if expected.rejected.is_empty() || flags.partial {
        *model = after;
    }
    assert_eq!(rehearsed, expected, "rehearsal, model: {}", story());
    let done = import(folder, rows, flags, false);
    assert_eq!(done, expected, "run, model: {}", story());
    assert_eq!(customers(folder), model.customers, "ledger, model: {}", story());
    let image = Tables::image(folder);
    let again = import(folder, rows, flags, false);
    assert_eq!(
        (again.codes, again.rejected),
        (done.codes.clone(), done.rejected.clone()),
        "again: {}",
        story()
    );
    assert!(Tables::image(folder) == image, "the same file again changed the ledger: {}", story());
    done
}

#[test]
fn an_import_does_what_it_means() {
    let template = Folder::new();
    template.write("rules.toml", RULES);
    template.init();
    let seeds = if engine() == Engine::Sqlite { 150 } else { 15 };
    with_seeds(seeds, |random| {
        let length = 1 + random.below(9);
        let rows: Vec<Row> = (0..length).map(|_| Row::random(random)).collect();
        let flags = Flags::random(random);
        let whole = template.copy();
        check(&whole, &mut Model::default(), &rows, flags);
        Ledger::sound_in(&whole, "after one import");

        // The same rows in two files, then all of them once more: nobody gets another code.
        let (pieces, mut model) = (template.copy(), Model::default());
        let cut = usize::try_from(random.below(length + 1)).expect("a few rows");
        let flags = Flags { partial: true, ..flags };
        check(&pieces, &mut model, &rows[..cut], flags);
        check(&pieces, &mut model, &rows[cut..], flags);
        Ledger::sound_in(&pieces, "after two imports");
        // The servers of the suite run without fsync, which `store check` rightly finds.
        let checked = [["gaps"].as_slice(), &["store", "check"]];
        let checked = if engine() == Engine::Sqlite { &checked[..] } else { &checked[..1] };
        for command in checked {
            if random.below(10) == 0 {
                let output = pieces.custcode(*command).output().expect("custcode starts");
                assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stdout));
            }
        }
    });
}
