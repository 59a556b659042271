//! `log`: every operation that wrote, for people and for auditors.

use crate::support::{Test, skipped_on_postgres};

/// Three operations: `new` (li), `import` (wang, a day later), `edit` (li).
fn written() -> Test {
    Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--request-id", "r-1"])
        .stdout("01A0001\n")
        .run()
        .then()
        .now("2026-11-23T00:30:00+08:00")
        .file("customers.csv", "type,industry,name\nvip,A,甲\nvip,A,乙\n")
        .args(["import", "customers.csv", "--actor", "wang", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .now("2026-11-23T10:00:00.5+08:00")
        .args(["edit", "01A0002", "--attr", "phone=1"])
        .stdout("phone\t\t1\n")
        .run()
        .then()
}

/// Ids of the operations that the arguments choose.
fn chosen(test: Test, args: &[&str], ids: &[&str]) -> Test {
    let lines: Vec<String> = ids.iter().map(|id| format!("{id}\t[..]\n")).collect();
    let done = test.args(["log", "--quiet"]).args(args.to_vec());
    let done = if ids.is_empty() { done.run() } else { done.stdout_like(&lines.concat()).run() };
    done.then()
}

#[test]
fn people_see_time_person_command_and_how_much() {
    written()
        .args(["log", "--format", "csv"])
        .stdout_like(
            "operation,at,command,actor,os_user,host,rows,first,last,bundle,request_id,input\n\
             1,2026-11-22T01:00:00Z,new,li,[..],office,1,01A0001,01A0001,[..],r-1,[..]\n\
             2,2026-11-22T16:30:00Z,import,wang,[..],office,2,01A0002,01A0003,[..],,[..]\n\
             3,2026-11-23T02:00:00.5Z,edit,li,[..],office,0,01A0002,01A0002,[..],,\n",
        )
        .stderr("3 operations\n")
        .run()
        .then()
        .args(["log", "--format", "table", "--last", "1"])
        .stdout_like(
            "operation  at                          command  actor  os_user[..]  host    rows  first    last     bundle\n\
             3          2026-11-23 10:00:00 +08:00  edit     li     [..]  office  0     01A0002  01A0002  [..]\n",
        )
        .stderr("1 operation\n")
        .run();
}

#[test]
fn auditors_get_everything_with_the_links_of_the_chains() {
    let hash = "\"hash\":\"[..]\"";
    written()
        .args(["log", "--format", "jsonl", "--quiet"])
        .stdout_like(&format!(
            concat!(
                r#"{{"operation":1,"at":"2026-11-22T01:00:00Z","command":"new","actor":"li","os_user":"[..]","host":"office","rows":1,"#,
                r#""first":"01A0001","last":"01A0001","bundle":"[..]","request_id":"r-1","input":"[..]","#,
                r#""links":[{{"rule":"graded","scope":["01","A"],"lease":null,"position":1,{hash}}}]}}"#,
                "\n[..]\"links\":[{{\"rule\":\"graded\",\"scope\":[\"01\",\"A\"],\"lease\":null,\"position\":2,{hash}}}]}}\n",
                "[..]\"links\":[{{\"rule\":null,\"scope\":null,\"lease\":null,\"position\":1,{hash}}}]}}\n"
            ),
            hash = hash
        ))
        .run()
        .then()
        .args(["log", "--json", "--last", "1", "--quiet"])
        .stdout_like("{\"schema\":1,\"operations\":[{\"operation\":3,[..]}]}\n")
        .run();
}

#[test]
fn days_are_those_of_the_rules() {
    let test = chosen(written(), &["--since", "2026-11-23"], &["2", "3"]);
    let test = chosen(test, &["--until", "2026-11-22"], &["1"]);
    let test = chosen(test, &["--since", "2026-11-23", "--until", "2026-11-23"], &["2", "3"]);
    let test = chosen(test, &["--since", "2026-11-23T10:00:00+08:00"], &["3"]);
    let test = chosen(test, &["--until", "2026-11-22T16:30:00Z"], &["1", "2"]);
    chosen(test, &["--since", "2026-11-24"], &[])
        .args(["log", "--since", "yesterday"])
        .stderr_like(
            "error: invalid value 'yesterday' for '--since <TIME>': expected a day such as 2026-11-22 or [..]\n...",
        )
        .status(2)
        .run();
}

#[test]
fn command_actor_code_and_number_choose() {
    let test = chosen(written(), &["--command", "import"], &["2"]);
    let test = chosen(test, &["--actor", "wang"], &["2"]);
    let test = chosen(test, &["--actor", "li", "--last", "1"], &["3"]);
    let test = chosen(test, &["--code", "０１a０００２"], &["2", "3"]);
    let test = chosen(test, &["--code", "01A0001"], &["1"]);
    chosen(test, &["--code", "01A0002", "--actor", "li"], &["3"])
        .args(["log", "--code", "01A0009"])
        .stderr("error: 01A0009 is not in the ledger\nhint: custcode validate 01A0009\n")
        .status(1)
        .run();
}

#[test]
fn what_changed_nothing_left_no_trace_and_what_wrote_did() {
    if skipped_on_postgres("numbers of operations without holes") {
        return;
    }
    let test = written()
        .args(["new", "--type", "vip", "--request-id", "r-1"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["import", "customers.csv", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["void", "01A0003", "--reason", "x"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--code", "03C0042"])
        .stdout("03C0042\n")
        .run()
        .then();
    test.args(["log", "--since", "2026-11-23", "--quiet"])
        .stdout_like("2\t[..]\timport\t[..]\n3\t[..]\tedit\t[..]\n4\t[..]\tvoid\t[..]\n5\t[..]\tnew\t[..]\n")
        .run();
}

#[test]
fn nobody_acts_without_a_name() {
    let test = Test::new().args(["new", "--type", "vip", "--actor", " "]);
    let done = test
        .stderr(
            "error: invalid value ' ' for '--actor <NAME>': leave --actor out, or name who acts\n\n\
             For more information, try '--help'.\n",
        )
        .status(2)
        .run();
    let test = done.then().file("rules.toml", "custcode = 1\n[rules.r]\npattern = \"N{seq:3}\"\n");
    let test = test.args(["init"]).stdout_like("ledger\t[..]\n").stderr_like("...\n").run().then();
    let done = test.env("CUSTCODE_ACTOR", " ").args(["new"]).stdout("N001\n").run();
    let log = done.then().args(["log", "--json", "--quiet"]).stdout_like("[..]\n...\n").run().stdout;
    let log: serde_json::Value = serde_json::from_str(&log).expect("JSON");
    assert_eq!(log["operations"][0]["actor"], log["operations"][0]["os_user"]);
}
