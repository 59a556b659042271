//! Files that are no workbook, or too much of one.

use std::io::Write as _;

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{company, fixture};
use crate::support::Test;

#[track_caller]
fn refused(name: &str, content: impl AsRef<[u8]>, message: &str) {
    company()
        .file(name, content)
        .args(["import", name])
        .stderr_like(&format!("error: {name}: {message}\n"))
        .status(3)
        .run();
}

/// `customers.xlsx` with a sheet of so many blanks besides.
fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(fixture("customers.xlsx"))).expect("a workbook");
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        zip.raw_copy_file(archive.by_index(place).expect("a part")).expect("a copy");
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("xl/media/blanks.xml", options).expect("a part");
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..mebibytes {
        zip.write_all(&blanks).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

#[test]
fn what_unpacks_to_far_more_than_it_is_is_not_read() {
    let bomb = bomb(65);
    assert!(bomb.len() < 512 << 10);
    refused(
        "customers.xlsx",
        bomb,
        "it unpacks to more than 64 MiB, far beyond its [..] KiB; nothing of it is read\n\
         hint: save the sheet of the customers alone, or as \"CSV UTF-8\"",
    );
}

#[test]
fn a_size_that_lies_changes_nothing() {
    let mut bomb = bomb(65);
    // The sizes that the directory of the archive gives are made small.
    let length = (65_u32 << 20).to_le_bytes();
    for at in 0..bomb.len() - 4 {
        if bomb[at..at + 4] == length {
            bomb[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
    }
    refused("customers.xlsx", bomb, "[..]\n...");
}

#[test]
fn half_a_workbook_is_refused() {
    let whole = fixture("customers.xlsx");
    refused("a.xlsx", &whole[..whole.len() / 2], "it is no whole workbook: [..]");
    let whole = fixture("customers.xls");
    refused("a.xls", &whole[..600], "it cannot be read as a workbook: [..]");
    refused("a.xlsx", "PK\x03\x04", "it is no whole workbook: [..]");
}

#[test]
fn a_password_is_told() {
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(1024, 0);
    file.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    refused("a.xlsx", file, "it is protected by a password\nhint: save it without one");
}

#[test]
fn a_page_that_is_called_a_workbook_is_told() {
    refused(
        "a.xls",
        "<html><table><tr><td>ref</td></tr></table></html>",
        "it is a page of markup that is called a workbook\n\
         hint: open it in the spreadsheet and save it as .xlsx",
    );
}

#[test]
fn the_workbook_that_is_read_is_never_written_over() {
    for option in ["-o", "--rejects"] {
        let done = Test::new()
            .rules(crate::import::RULES)
            .file("a.xlsx", fixture("customers.xlsx"))
            .args(["import", "a.xlsx", option, "a.xlsx", "--force"])
            .stderr_like(
                "...\nerror: a.xlsx is the workbook that is read; it is never written over\nhint: write to another file\n",
            )
            .status(2)
            .run();
        assert_eq!(
            std::fs::read(done.folder.path("a.xlsx")).expect("it is there"),
            fixture("customers.xlsx")
        );
    }
}

#[test]
fn workbooks_are_written_as_xlsx_only() {
    let test = |args: &[&str], name: &str, better: &str| {
        company()
            .file("a.csv", "ref,name,type,industry\n")
            .args(args.iter().copied())
            .stderr(&format!(
                "error: {name} would be a workbook of a kind that is only read\nhint: -o {better}\n"
            ))
            .status(2)
            .run();
    };
    test(&["import", "a.csv", "--rejects", "b.XLS"], "b.XLS", "b.xlsx");
    test(&["export", "-o", "b.ods"], "b.ods", "b.xlsx");
    company()
        .args(["export", "-o", "b.xlsx", "--encoding", "gb18030"])
        .stderr("error: a workbook has no encoding\nhint: leave --encoding out, or write .csv\n")
        .status(2)
        .run();
}

/// An `.ods` file whose sheet has these rows, in the words of the format.
fn ods(rows: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("content.xml", SimpleFileOptions::default()).expect("a part");
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let header = ["name", "type", "industry"].map(text).concat();
    write!(
        zip,
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"客户\">\
         <table:table-row>{header}</table:table-row>{rows}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    )
    .expect("memory");
    zip.finish().expect("memory").into_inner()
}

#[test]
fn what_repeats_without_end_takes_neither_time_nor_memory() {
    let cell = "<table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    let row =
        |attributes: &str, cells: &str| format!("<table:table-row {attributes}>{cells}</table:table-row>");
    let hidden = "table:visibility=\"collapse\" table:number-rows-repeated=\"4294967290\"";
    refused("a.ods", ods(&row(hidden, cell)), "line 2 repeats 4294967290 times");
    let empty = "<table:table-cell table:number-columns-repeated=\"4294967290\"/>";
    refused("a.ods", ods(&row("", &format!("{empty}{cell}"))), "line 2 has more than 16384 columns");
    // Empty rows to the end of the sheet are in every file.
    company()
        .file("a.ods", ods(&format!("{}{}", row("", &cell.repeat(3)), row(hidden, empty))))
        .args(["import", "a.ods", "-q"])
        .stderr_like("...\na.ods, sheet 客户, line 2 (row 1): [..]\n...")
        .status(1)
        .run();
}
