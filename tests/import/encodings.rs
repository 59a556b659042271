//! Encodings of files, both ways, and what is said when it is the wrong one.

use super::{company, ledger};

/// `客户名称,客户类型,行业` and two rows, as a spreadsheet in China saves them.
const GBK: &[u8] = b"\xBF\xCD\xBB\xA7\xC3\xFB\xB3\xC6,\xBF\xCD\xBB\xA7\xC0\xE0\xD0\xCD,\xD0\xD0\xD2\xB5\r\n\
    \xBB\xAA\xB6\xAB,vip,\r\n\xBB\xAA\xC4\xCF,vip,B\r\n";
const CODED: &str = "客户名称,客户类型,行业,code\n华东,vip,,01A0001\n华南,vip,B,01B0001\n";

fn utf16(text: &str) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_gbk_file_is_read_as_what_it_is_and_that_is_said() {
    let done = company()
        .file("a.csv", GBK)
        .args(["import", "a.csv", "-o", "b.csv"])
        .stderr_like("[..]note: read as gb18030: it has the words 客户, 名称, 类型\n...\n")
        .run();
    let coded = std::fs::read(done.folder.path("b.csv")).expect("the output");
    assert!(
        coded == encoding_rs::GB18030.encode(&CODED.replace('\n', "\r\n")).0.into_owned(),
        "it comes back as it came"
    );
    company()
        .file("a.csv", GBK)
        .args(["import", "a.csv", "--encoding", "utf-8"])
        .stderr("error: a.csv:1:1: undecodable bytes\nhint: read it with --encoding gb18030\n")
        .status(3)
        .run();
}

#[test]
fn the_same_customers_come_in_from_every_country() {
    for (label, name) in [
        ("windows-1252", "Müller & Söhne"),
        ("shift_jis", "佐藤製作所"),
        ("big5", "陳怡君貿易有限公司"),
        ("euc-kr", "대한전자 주식회사"),
        ("gb18030", "欧阳晓婷"),
    ] {
        let text = format!("name,type,industry\n{name},vip,A\n");
        let charset = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label");
        let bytes = charset.encode(&text).0.into_owned();
        company()
            .file("a.csv", bytes)
            .args(["import", "a.csv"])
            .stderr_like(&format!("[..]note: read as {label}: [..]\n...\n"))
            .run()
            .then()
            .args(["list", "--format", "csv"])
            .stdout(&format!(
                "code,ref,name,date,type,industry,region\n01A0001,,{name},2026-11-22,vip,manufacturing,\n"
            ))
            .run();
    }
}

#[test]
fn where_several_encodings_are_possible_nothing_is_read() {
    company()
        .file("a.csv", b"name,type,industry\n\xC5\xAE,vip,A\n")
        .args(["import", "a.csv"])
        .stderr(
            "error: a.csv could be in several encodings: gb18030 reads \"女\", utf-8 reads \"Ů\"\n\
             hint: say which one reads right: --encoding gb18030 or --encoding utf-8\n",
        )
        .status(2)
        .run()
        .then()
        .args(["import", "a.csv", "--json"])
        .stderr_like("[..]\"kind\":\"ambiguous-encoding\"[..]\n")
        .status(2)
        .run();
}

#[test]
fn an_encoding_is_named_by_any_of_its_labels_or_refused() {
    company()
        .file("a.csv", b"name,type,industry\n\x8Azm\xE9,vip,A\n")
        .args(["import", "a.csv", "-q", "--encoding", "x-cp1250", "-o", "-"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["import", "a.csv", "--encoding", "utf-9"])
        .stderr_like(
            "error: invalid value 'utf-9' for '--encoding <ENCODING>': it is no encoding; [..]\n...\n",
        )
        .status(2)
        .run();
}

#[test]
fn every_encoding_comes_in_and_its_output_goes_out_in_the_same() {
    for (encoding, bytes) in [
        ("utf-8", "客户名称,客户类型,行业\n华东,vip,\n华南,vip,B\n".as_bytes().to_vec()),
        ("utf-8-bom", "\u{FEFF}客户名称,客户类型,行业\r\n华东,vip,\r\n华南,vip,B\r\n".as_bytes().to_vec()),
        ("gb18030", GBK.to_vec()),
        ("utf-16", utf16("客户名称,客户类型,行业\r\n华东,vip,\r\n华南,vip,B\r\n")),
    ] {
        let windows = CODED.replace('\n', "\r\n");
        let done = company()
            .file("a.csv", bytes)
            .args(["import", "a.csv", "--encoding", encoding, "-q", "-o", "b.csv"])
            .run();
        let coded = std::fs::read(done.folder.path("b.csv")).expect("the output");
        let expected = match encoding {
            "utf-8-bom" => format!("\u{FEFF}{windows}").into_bytes(),
            "gb18030" => encoding_rs::GB18030.encode(&windows).0.into_owned(),
            "utf-16" => utf16(&windows),
            _ => CODED.as_bytes().to_vec(),
        };
        assert!(coded == expected, "{encoding}: {}", String::from_utf8_lossy(&coded));
        assert_eq!(
            ledger(done.then()),
            "code,ref,name,date,type,industry,region\n\
             01A0001,,华东,2026-11-22,vip,manufacturing,\n01B0001,,华南,2026-11-22,vip,services,\n"
        );
    }
}

#[test]
fn every_encoding_goes_out_and_comes_in_again() {
    for encoding in ["utf-8", "utf-8-bom", "gb18030", "utf-16"] {
        let done = company()
            .file("a.csv", "name,type,industry,备注\n𠀀机械 €,vip,A,\"两\n行\"\n")
            .args(["import", "a.csv", "-q"])
            .run();
        let utf8 = ledger(done.then());
        let done = company()
            .file("a.csv", &utf8)
            .args(["import", "a.csv", "-q"])
            .run()
            .then()
            .args(["export", "-q", "--encoding", encoding, "-o", "b.csv"])
            .run();
        let bytes = std::fs::read(done.folder.path("b.csv")).expect("the export");
        let done =
            company().file("b.csv", bytes).args(["import", "b.csv", "-q", "--encoding", encoding]).run();
        assert_eq!(ledger(done.then()), utf8, "{encoding}");
    }
}

#[test]
fn a_file_in_another_encoding_than_said_is_refused() {
    let refused = |bytes: Vec<u8>, given: &str, stderr: &str| {
        company()
            .file("a.csv", bytes)
            .args(["import", "a.csv", "--encoding", given])
            .stderr(stderr)
            .status(3)
            .run();
    };
    refused(
        utf16("name,type,industry\r\n"),
        "utf-8",
        "error: a.csv:1: the file is utf-16, not utf-8\nhint: read it with --encoding utf-16\n",
    );
    refused(
        "名称,客户类型,所属行业\n华东机械有限公司,vip,A\n".into(),
        "gbk",
        "error: a.csv:1: the file is utf-8, not gb18030\nhint: read it with --encoding utf-8\n",
    );
    refused(
        GBK.to_vec(),
        "utf-16",
        "error: a.csv:1: the file is gb18030, not utf-16\nhint: read it with --encoding gb18030\n",
    );
}

#[test]
fn names_of_encodings_are_taken_in_capitals() {
    company()
        .file("a.csv", "name,type,industry\n华东,vip,A\n")
        .args(["import", "a.csv", "--encoding", "UTF-8", "-q", "-o", "-"])
        .stdout("name,type,industry,code\n华东,vip,A,01A0001\n")
        .run()
        .then()
        .args(["validate", "--file", "a.csv", "--column", "name", "--encoding", "UTF8"])
        .stdout("华东\tinvalid\ttype is one of 01, 02, not \"华东\" at character 1 (rule graded)\n")
        .stderr_like("...\n")
        .status(1)
        .run();
}
