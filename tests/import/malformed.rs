//! Files that are malformed get a clear error with its line; what only looks odd just works.

use super::company;

/// Imports `content` and expects these words.
#[track_caller]
fn refused(content: impl AsRef<[u8]>, status: i32, stderr: &str) {
    company().file("a.csv", content).args(["import", "a.csv", "-q"]).stderr(stderr).status(status).run();
}

#[test]
fn faults_of_the_file_stop_the_run() {
    refused("", 3, "error: a.csv:1: the file is empty\nhint: the first line names the columns\n");
    refused(
        "\n\n",
        3,
        "error: a.csv:1: no header: all lines are blank\nhint: the first line names the columns\n",
    );
    refused(
        "name,type,name\n",
        2,
        "error: columns \"name\" and \"name (2)\" both mean name\n\
         hint: say which is not: --map 'name (2)=attribute'\n",
    );
    refused(
        "name,,type\n华东,x,vip\n",
        2,
        "error: column 2, behind \"name\", has no header, but cells such as \"x\"\n\
         hint: --map '#2=ignore' to leave it out; or ref, name, a field …\n",
    );
    refused(
        "name,type,industry\n华东,vip,A\n\"华南,vip,A\n华北,vip,A\n",
        3,
        "error: a.csv:3:1: the quote opened here is never closed\n\
         hint: a quote that belongs to the text is written twice: \"\"\n",
    );
}

#[test]
fn faults_of_rows_are_told_one_by_one() {
    refused(
        "name,type,industry\n华东,vip\n华南,vip,A,x\n\"华\"北,vip,A\n华\0中,vip,A\n好,vip,A\n",
        1,
        "a.csv:2 (row 1): the row has 2 cells, the header has 3\n\
         a.csv:3 (row 2): the row has 4 cells, the header has 3; a cell that holds ',' is put in quotes: \"…\"\n\
         a.csv:4 (row 3): column 4 of the line: text after the closing quote of a cell; \
         a quote that belongs to the text is written twice: \"\"\n\
         a.csv:5 (row 4): column 2 of the line: a NUL byte; \
         this is no text, or its encoding is another one; see --encoding\n",
    );
    let long = "x".repeat(65 * 1024);
    refused(
        format!("name,type,industry\n{long},vip,A\n"),
        1,
        "a.csv:2 (row 1): the cell of column 1 is longer than 64 KiB\n",
    );
}

#[test]
fn a_field_without_an_end_is_refused() {
    let done = company().file("a.csv", "name,type,industry\nx,vip,").args(["list"]).run();
    let file = std::fs::File::options().append(true).open(done.folder.path("a.csv")).expect("the file");
    // A hole takes no space on a disk.
    file.set_len(1 << 30).expect("a sparse file");
    done.then()
        .args(["import", "a.csv", "-q"])
        .stderr("error: a.csv:2: the row is longer than 1 MiB\n")
        .status(3)
        .run();
}

#[test]
fn json_lines_have_lines_too() {
    company()
        .file("a.jsonl", "{\"name\":\"华东\",\"type\":\"vip\",\"industry\":\"A\"}\n{\"name\":\"华南\",\"type\":\"vpi\",\"industry\":\"\"}\n{\"name\":[1]}\n")
        .args(["import", "a.jsonl", "-q"])
        .stderr(
            "a.jsonl:2 (row 2): column type: unknown value \"vpi\"; did you mean \"vip\"?\n\
             a.jsonl:3 (row 3): \"name\" is nested; a cell is a text, a number, true or false\n",
        )
        .status(1)
        .run();
}

#[test]
fn marks_and_line_ends_of_every_kind_just_work() {
    for (name, delimiter, end, content) in [
        ("BOM and CRLF", ",", "\r\n", "\u{FEFF}name,type,industry\r\n\"a\nb\",vip,A\r\nc,vip,A\r\n"),
        ("CR only", ",", "\r", "name,type,industry\r\"a\nb\",vip,A\rc,vip,A\r"),
        ("no line end at the end", ",", "\n", "name,type,industry\n\"a\nb\",vip,A\nc,vip,A"),
        ("semicolons", ";", "\n", "name;type;industry\n\"a\nb\";vip;A\nc;vip;A\n"),
        ("tabs", "\t", "\n", "name\ttype\tindustry\n\"a\nb\"\tvip\tA\nc\tvip\tA\n"),
        ("blank lines", ",", "\n", "\n\nname,type,industry\n\n\"a\nb\",vip,A\n\n\nc,vip,A\n\n"),
    ] {
        let done = company().file("a.csv", content).args(["import", "a.csv", "-q", "-o", "b.csv"]).run();
        // Without its mark a spreadsheet would not read the file as UTF-8.
        let mark = if content.starts_with('\u{FEFF}') { "\u{FEFF}" } else { "" };
        let coded =
            format!("{mark}name,type,industry,code{end}\"a\nb\",vip,A,01A0001{end}c,vip,A,01A0002{end}");
        assert_eq!(done.folder.read("b.csv"), coded.replace(',', delimiter), "{name}");
    }
}

#[test]
fn a_file_that_is_not_there_or_none() {
    company()
        .args(["import", "none.csv"])
        .stderr("error: could not read none.csv: No such file or directory (os error 2)\n")
        .status(3)
        .run()
        .then()
        .args(["import", "."])
        .stderr("error: could not read .: it is a folder, not a file\n")
        .status(3)
        .run();
}
