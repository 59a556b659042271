//! What comes back of a file: `-o` and `--rejects` in its dialect, rows that could not be split,
//! and no apostrophe before what no spreadsheet would run.

use super::counted;

#[test]
fn rows_come_back_in_the_dialect_they_came_in() {
    for (content, coded, rejects) in [
        (
            "\u{FEFF}Name;Telefon;Ort\r\nMuster GmbH;+49 351 1234;\"Hof; Saale\"\r\n;-;x\r\n",
            "\u{FEFF}Name;Telefon;Ort;code\r\nMuster GmbH;+49 351 1234;\"Hof; Saale\";K00001\r\n",
            "\u{FEFF}Name;Telefon;Ort;rejected_line;rejected_because\r\n;-;x;3;neither name, code nor reference to know the customer by (--nameless gives it a code)\r\n",
        ),
        (
            "\"Name\",\"Tel\"\n\"A\",\"1\"\n\"\",\"2\"\n",
            "\"Name\",\"Tel\",\"code\"\n\"A\",\"1\",\"K00001\"\n",
            "\"Name\",\"Tel\",\"rejected_line\",\"rejected_because\"\n\"\",\"2\",\"3\",\"neither name, code nor reference to know the customer by (--nameless gives it a code)\"\n",
        ),
        (
            "Name|Tel\rA|1\r|2\r",
            "Name|Tel|code\rA|1|K00001\r",
            "Name|Tel|rejected_line|rejected_because\r|2|3|neither name, code nor reference to know the customer by (--nameless gives it a code)\r",
        ),
    ] {
        let done = counted()
            .file("a.csv", content)
            .args(["import", "a.csv", "-q", "--partial", "-o", "b.csv", "--rejects", "c.csv"])
            .stderr_like("...\n")
            .status(6)
            .run();
        assert_eq!(done.folder.read("b.csv"), coded);
        assert_eq!(done.folder.read("c.csv"), rejects);
    }
}

#[test]
fn a_row_that_could_not_be_split_comes_back_as_it_stood() {
    let done = counted()
        .file("a.csv", "ref;name;street;city\n1;Ann;Main St.;Town\n2;\"Bob; Co\";Toronto\n")
        .args(["import", "a.csv", "-q", "--partial", "--rejects", "b.csv"])
        .stderr("a.csv:3 (row 2): the row has 3 cells, the header has 4\n")
        .status(6)
        .run();
    let rejects = "ref;name;street;city;rejected_line;rejected_because;rejected_text\n\
                   ;;;;3;the row has 3 cells, the header has 4;\"2;\"\"Bob; Co\"\";Toronto\"\n";
    assert_eq!(done.folder.read("b.csv"), rejects);
    let done = done
        .then()
        .args(["import", "b.csv", "-q"])
        .stderr("b.csv:2 (row 1): the row was not mended: its text stands in column rejected_text\n")
        .status(1)
        .run();
    let mended = rejects.replace(";;;;3", "2;Bob;Kings Rd.;Toronto;3");
    done.then()
        .file("c.csv", mended)
        .args(["import", "c.csv", "-q", "--rejects", "d.csv"])
        .run()
        .then()
        .args(["export", "-q"])
        .stdout("code,ref,name,date,street,city\nK00001,1,Ann,2026-11-22,Main St.,Town\nK00002,2,Bob,2026-11-22,Kings Rd.,Toronto\n")
        .run();
    let done = counted()
        .file("a.jsonl", "{\"name\":\"A\",\"x\":1}\n{\"name\":\"B\",\"x\":{\"y\":2}}\n")
        .args(["import", "a.jsonl", "-q", "--partial", "--rejects", "b.jsonl"])
        .stderr_like("...\n")
        .status(6)
        .run();
    assert_eq!(
        done.folder.read("b.jsonl"),
        "{\"name\":null,\"x\":null,\"rejected_line\":\"2\",\"rejected_because\":\"\\\"x\\\" is nested; a cell is a text, a number, true or false\",\"rejected_text\":\"{\\\"name\\\":\\\"B\\\",\\\"x\\\":{\\\"y\\\":2}}\"}\n"
    );
}

#[test]
fn without_rejects_their_file_is_a_header() {
    let done = counted()
        .file("a.csv", "name;x\nA;1\n")
        .file("b.csv", "of yesterday\n")
        .args(["import", "a.csv", "-q", "--force", "--rejects", "b.csv"])
        .run();
    assert_eq!(done.folder.read("b.csv"), "name;x;rejected_line;rejected_because\n");
}

#[test]
fn what_no_spreadsheet_runs_is_not_guarded() {
    let content = "ref,name,phone,note\n\
                   1,@home GmbH,+49 351 1234,-\n\
                   2,Logistik,(030) 555,=SUM(A1)\n\
                   3,+Plus AG,-,'quoted\n\
                   4,=Equal Ltd,+31-6,\ttab\n\
                   5,Double,'+1 555,-1.5\n";
    let done = counted().file("a.csv", content).args(["import", "a.csv", "-q"]).stderr_like("...\n").run();
    let exported = "code,ref,name,date,phone,note\n\
                    K00001,1,'@home GmbH,2026-11-22,+49 351 1234,-\n\
                    K00002,2,Logistik,2026-11-22,(030) 555,'=SUM(A1)\n\
                    K00003,3,'+Plus AG,2026-11-22,-,'quoted\n\
                    K00004,4,'=Equal Ltd,2026-11-22,+31-6,'\ttab\n\
                    K00005,5,Double,2026-11-22,+1 555,-1.5\n";
    let done = done.then().args(["export", "-q"]).stdout(exported).run();
    counted()
        .file("b.csv", exported)
        .args(["import", "b.csv", "-q"])
        .run()
        .then()
        .args(["export", "-q"])
        .stdout(exported)
        .run();
    drop(done);
}
