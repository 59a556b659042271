//! `list`: plain lines in a pipe, a table on a terminal whose columns stand under each other.

use unicode_width::UnicodeWidthStr;

use super::company;
use crate::import::RULES;
use crate::support::Test;

#[test]
fn in_a_pipe_every_customer_is_a_line() {
    company()
        .args(["list"])
        .stdout(
            "X-17\t\t老\\n客户\t2020-01-01\t\t\t\t\n\
             01B0001\tK1\t华东机械有限公司\t2023-10-01\tvip\tservices\t0001\t+8621\n\
             02A0001\tK2\tAcme Co\t2023-10-02\tregular\tmanufacturing\t\t\n\
             01A0001\t\t华南\t2024-01-01\tvip\tmanufacturing\t\t=1+1\n",
        )
        .run();
}

#[test]
fn the_formats_of_files_are_the_same_as_those_of_an_export() {
    for format in ["csv", "jsonl", "json"] {
        let export = company().args(["export", "-q", "--format", format]).stdout_like("...\n").run();
        let text = export.stdout.clone();
        export.then().args(["list", "--format", format]).stdout(&text).run();
    }
}

#[test]
fn on_a_terminal_columns_stand_under_each_other() {
    let screen = company().args(["list", "--type", "vip", "--color", "never"]).on_terminal(120);
    let lines: Vec<_> = screen.lines().collect();
    let [head, first, second, total] = lines[..] else { panic!("{screen}") };
    assert_eq!(total, "2 customers");
    let column = |line: &str, word: &str| line.find(word).map(|place| line[..place].width());
    assert_eq!(column(head, "name"), column(first, "华东机械有限公司"), "{screen}");
    assert_eq!(column(head, "name"), column(second, "华南"), "{screen}");
    for words in [["date", "2023-10-01", "2024-01-01"], ["industry", "services", "manufacturing"]] {
        let places = [column(head, words[0]), column(first, words[1]), column(second, words[2])];
        assert!(places[0].is_some() && places.iter().all(|place| *place == places[0]), "{screen}");
    }
}

#[test]
fn names_cannot_play_tricks_on_a_terminal() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--name", "\u{1b}[31m华\u{202e}东\\x", "--attr", "note=a\tb\nc"])
        .stdout("01A0001\n")
        .run();
    let screen = done.then().args(["list", "--color", "never"]).on_terminal(120);
    let line = screen.lines().nth(1).unwrap_or_default();
    assert!(line.contains("\\u{1b}[31m华\\u{202e}东\\x "), "{line}");
    assert!(line.contains(" a\\tb\\nc"), "{line}");
}

#[test]
fn nothing_found_is_no_error() {
    company().args(["list", "--name", "nobody"]).run();
}

/// Class levels for cities, grades that share a letter.
const LEVELS: &str = "custcode = 1\n\
    [fields.city]\nlabel = \"城市\"\naliases = [\"所在地\"]\nlevels = [2, 2]\nleaf_only = true\n\
    [fields.city.values]\n44 = { code = \"44\", label = \"广东\" }\n4401 = { code = \"4401\", label = \"广州\" }\n\
    4403 = { code = \"4403\", label = \"深圳\" }\n31 = { code = \"31\", label = \"上海\" }\n\
    3101 = { code = \"3101\", label = \"浦东\" }\n\
    [fields.grade.values]\nB1 = \"1\"\nB2 = \"2\"\nBig = \"3\"\nA1 = \"4\"\n\
    [rules.r]\npattern = \"{city}{grade}{seq:3}\"\n";

#[test]
fn what_is_above_a_value_means_all_that_is_below_it() {
    let company = || {
        Test::new()
            .rules(LEVELS)
            .file(
                "before.csv",
                "ref,name,date,city,grade,备 注\nK1,甲,2023-10-01,4401,B1,x\nK2,乙,2023-10-02,4403,B2,\n\
                 K3,丙,2023-10-03,3101,Big,\nK4,丁,2023-10-04,4401,A1,\n",
            )
            .args(["import", "before.csv", "-q"])
            .run()
            .then()
    };
    for (conditions, expected) in [
        (&["city=44"][..], "甲 乙 丁"),
        (&["city=广东"], "甲 乙 丁"),
        (&["所在地=广东", "grade=B"], "甲 乙"),
        (&["城市=4401"], "甲 丁"),
        (&["grade=b"], "甲 乙"),
        (&["grade=B1"], "甲"),
        (&["grade=big"], "丙"),
        (&["客户名称=乙"], "乙"),
        (&["外部编号=K3"], "丙"),
        (&["code=44011001"], "甲"),
        (&["建档日期=2023-10-04"], "丁"),
        (&["attr:备 注=x"], "甲"),
        (&["备注=x"], "甲"),
    ] {
        let mut args = vec!["list", "--columns", "name"];
        args.extend(conditions.iter().flat_map(|condition| ["--where", condition]));
        let done = company().args(args).stdout_like("...\n").run();
        assert_eq!(done.stdout.lines().collect::<Vec<_>>().join(" "), expected, "{conditions:?}");
    }
    company()
        .args(["list", "--where", "grade=C"])
        .stderr("error: grade: unknown value \"C\"; expected one of B1, B2, Big, A1\n")
        .status(2)
        .run()
        .then()
        .args(["list", "--where", "date=soon"])
        .stderr(
            "error: date: \"soon\" is no date\nhint: write it as 2023-10-01; --since and --until take a range\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_table_has_labels_and_other_formats_keys() {
    company()
        .args(["list", "--type", "vip", "--limit", "1", "--format", "table"])
        .stdout(
            "code     ref  name              date        type          industry  region  电话\n\
             01B0001  K1   华东机械有限公司  2023-10-01  A类 重点客户  services  0001    +8621\n",
        )
        .stderr("1 customer\n")
        .run()
        .then()
        .args(["list", "--type", "vip", "--limit", "1", "--format", "table", "--keys", "-q"])
        .stdout_like("code [..]\n01B0001  K1   华东机械有限公司  2023-10-01  vip [..]\n")
        .run();
}

#[test]
fn on_a_narrow_terminal_no_line_wraps_and_the_customer_stays_whole() {
    let headers = (1..=12).map(|number| format!("属性{number}")).collect::<Vec<_>>().join(",");
    let cells = ["一个比较长的值"; 12].join(",");
    let done = Test::new()
        .rules(RULES)
        .file("wide.csv", format!("name,type,industry,{headers}\n华东机械有限公司,vip,A,{cells}\n"))
        .args(["import", "wide.csv", "-q"])
        .run();
    for columns in [80, 40, 20] {
        let screen = done.folder.copy();
        let screen = Test::within(screen).args(["list", "--color", "never"]).on_terminal(columns);
        let lines: Vec<_> = screen.lines().collect();
        assert!(lines[..2].iter().all(|line| line.width() <= usize::from(columns)), "{screen}");
        if columns >= 40 {
            for whole in ["01A0001", "华东机械有限公司", "2026-11-22"] {
                assert!(lines[1].contains(whole), "{screen}");
            }
        }
        let told = lines[2];
        assert!(told.contains("left out, --columns chooses"), "{screen}");
    }
}

#[test]
fn a_list_is_written_in_the_encoding_asked_for() {
    let args = ["list", "--columns", "name", "--name", "华南", "--encoding", "gb18030"];
    let done = company().args(args).args(["--format", "csv"]).stdout_like("name\n[..]\n").run();
    let output = done.folder.custcode(args).args(["--format", "csv"]).output().expect("custcode starts");
    assert_eq!(output.stdout, b"name\n\xBB\xAA\xC4\xCF\n");
    done.then()
        .args(args)
        .stderr("error: --encoding is for csv, json and jsonl\nhint: leave it out, or ask for --format csv\n")
        .status(2)
        .run();
}
