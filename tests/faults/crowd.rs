//! Sixty-four processes want codes at the same moment, the first ones of their scope.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};

use super::{checked, company, explained, issue, lines, sound, strangers};
use crate::support::{Engine, Folder, engine, rows};

const PROCESSES: u64 = 64;
const REGULAR: &[&str] = &["new", "--type", "regular", "--set", "industry=trade"];

#[test]
fn sixty_four_processes_get_sixty_four_numbers() {
    let world = company();
    let children: Vec<_> = (0..PROCESSES).map(|number| start(&world, &format!("CRM:{number}"))).collect();
    let codes: BTreeSet<_> = children.into_iter().flat_map(finish).collect();
    assert_eq!(codes.len() as u64, PROCESSES, "{codes:?}");
    let ledger = sound(&world, "the crowd");
    assert!(codes.iter().all(|code| ledger.codes.contains(code)));
    let numbers: BTreeSet<u64> =
        codes.iter().map(|code| code[3..10].parse().expect("seven digits are the number")).collect();
    assert_eq!(numbers, (1..=PROCESSES).collect(), "numbers without a gap");
    assert_eq!(strangers(&world, &[]), [""; 0]);
}

#[test]
fn sixty_four_processes_on_three_scopes_leave_no_gap() {
    let world = company();
    crowd_on_three_scopes(&world);
    assert_eq!(explained(&world), [""; 0]);
}

#[test]
fn sixty_four_processes_with_blocks_of_numbers_leave_gaps_that_are_explained() {
    let world = Folder::new();
    let blocks = "[rules.customer]\nseq = { issue_blocks = 10 }";
    world.write("rules.toml", rows::RULES.replace("[rules.customer]", blocks));
    world.init();
    crowd_on_three_scopes(&world);
    let gaps = explained(&world);
    match engine() {
        // One machine has one writer at a time: it needs no blocks.
        Engine::Sqlite => assert_eq!(gaps, [""; 0]),
        Engine::Postgres => {
            assert!(gaps.iter().all(|gap| gap.contains("leased") && gap.contains("office")), "{gaps:#?}");
        }
    }
    // What the crowd left in its blocks, whoever comes next takes.
    let before = sound(&world, "blocks").codes.len();
    let batch: BTreeSet<_> = (0..5).flat_map(|_| issue(&world, REGULAR)).collect();
    assert_eq!((batch.len(), sound(&world, "after the crowd").codes.len()), (5, before + 5));
    explained(&world);
}

/// Sixty-four codes, each asked for by a process of its own.
#[track_caller]
fn crowd_on_three_scopes(world: &Folder) {
    let before = sound(world, "before").customers;
    let scopes = ["trade", "services", "food"];
    let children: Vec<_> = (0..PROCESSES)
        .zip(scopes.iter().cycle())
        .map(|(number, scope)| start_in(world, scope, &format!("CRM:{number}")))
        .collect();
    let codes: BTreeSet<_> = children.into_iter().flat_map(finish).collect();
    assert_eq!(codes.len() as u64, PROCESSES, "{codes:?}");
    let ledger = sound(world, "three scopes");
    assert_eq!(ledger.customers, before + PROCESSES);
    assert!(codes.iter().all(|code| ledger.codes.contains(code)));
    checked(world, "three scopes");
}

#[test]
fn processes_on_both_sides_of_new_year_count_each_for_their_own_year() {
    let mut world = Folder::new();
    world.write(
        "rules.toml",
        "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.y]\npattern = \"{date:%Y}-{seq:4}\"\n",
    );
    world.set("CUSTCODE_NOW", "2026-12-31T23:59:59.999+08:00");
    world.init();
    let children: Vec<_> = (0..24)
        .map(|number| {
            let (time, year) = if number % 2 == 0 {
                ("2026-12-31T23:59:59.999+08:00", "2026")
            } else {
                ("2027-01-01T00:00:00+08:00", "2027")
            };
            let mut command = world.custcode(["new", "--ref", &format!("CRM:{number}")]);
            command.env("CUSTCODE_NOW", time).stdout(Stdio::piped()).stderr(Stdio::piped());
            (year, command.spawn().expect("custcode starts"))
        })
        .collect();
    let mut codes = BTreeSet::new();
    for (year, child) in children {
        let code = finish(child).concat();
        assert!(code.starts_with(year), "{code} at the end of 2026 or the beginning of 2027: {year}");
        codes.insert(code);
    }
    let expected = ["2026", "2027"].map(|year| (1..=12).map(move |number| format!("{year}-{number:04}")));
    assert_eq!(codes, expected.into_iter().flatten().collect());
    sound(&world, "new year");
    checked(&world, "new year");
    assert_eq!(explained(&world), [""; 0]);
}

#[test]
fn sixty_four_processes_with_one_reference_get_one_code() {
    let world = company();
    let before = sound(&world, "before").customers;
    let children: Vec<_> = (0..PROCESSES).map(|_| start(&world, "CRM:1")).collect();
    let codes: BTreeSet<_> = children.into_iter().flat_map(finish).collect();
    assert_eq!(codes.len(), 1, "{codes:?}");
    assert_eq!(sound(&world, "the crowd").customers, before + 1);
}

#[test]
fn issuing_goes_on_around_an_import() {
    let world = company();
    world.write("customers.csv", rows::customers(2_000, 5));
    let mut import = world
        .custcode(["import", "customers.csv", "-o", "coded.csv", "--force"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("custcode starts");
    let mut issued = BTreeSet::new();
    while import.try_wait().expect("the import can be asked").is_none() {
        issued.extend(issue(&world, REGULAR));
    }
    assert!(import.wait().expect("the import ends").success());
    issued.extend(issue(&world, REGULAR));
    let ledger = sound(&world, "import and issues");
    assert!(issued.iter().all(|code| ledger.codes.contains(code)));
}

fn start(world: &Folder, reference: &str) -> Child {
    start_in(world, "trade", reference)
}

fn start_in(world: &Folder, industry: &str, reference: &str) -> Child {
    let mut command = world.custcode(["new", "--type", "regular", "--set", &format!("industry={industry}")]);
    command.args(["--ref", reference]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("custcode starts")
}

#[track_caller]
fn finish(child: Child) -> Vec<String> {
    let output = child.wait_with_output().expect("custcode ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lines(&output.stdout)
}
