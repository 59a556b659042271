//! Usual headers of languages and systems, marks around them, and names in two columns.

use super::counted;

#[test]
fn names_are_known_in_many_languages() {
    for header in
        ["Firma", "Raison sociale", "Nom", "Razón social", "Kunde", "顧客名", "客户全称", "NAME1", "cCusName"]
    {
        counted()
            .file("a.csv", format!("{header},x\nAlpha,1\n"))
            .args(["import", "a.csv"])
            .stderr(&format!(
                "{header} → name\n\
                 x → attribute x\n\
                 counter customer: none → 1\n\
                 1 row: 1 issued\n"
            ))
            .run();
    }
}

#[test]
fn a_list_by_its_german_names_is_the_same_list_the_next_day() {
    counted()
        .file("a.csv", "Firma,Ort\nAlpha GmbH,Bonn\nBeta GmbH,Köln\n")
        .args(["import", "a.csv", "-q"])
        .run()
        .then()
        .file("b.csv", "Firma,Ort\nAlpha GmbH,Bonn\nBeta GmbH,Köln\nGamma GmbH,Ulm\n")
        .args(["import", "b.csv", "-q", "-o", "-"])
        .stdout("Firma,Ort,code\nAlpha GmbH,Bonn,K00001\nBeta GmbH,Köln,K00002\nGamma GmbH,Ulm,K00003\n")
        .stderr_like("...\n")
        .run();
}

#[test]
fn marks_of_required_columns_are_no_part_of_a_name() {
    counted()
        .file("a.csv", "*(客户)名称,联系电话（必填）,Umsatz [T€],外部编号*\n甲公司,010-1,3,CRM:1\n")
        .args(["import", "a.csv"])
        .stderr(
            "*(客户)名称 → name\n\
             联系电话（必填） → attribute 联系电话\n\
             Umsatz [T€] → attribute Umsatz [T€]\n\
             外部编号* → ref\n\
             counter customer: none → 1\n\
             1 row: 1 issued\n",
        )
        .run();
}

#[test]
fn a_column_is_mapped_by_its_name_without_marks() {
    counted()
        .file("a.csv", "*抬头,*电话 (必填)\n甲公司,010-1\n")
        .args(["import", "a.csv", "--map", "抬头=name"])
        .stderr(
            "*抬头 → name\n\
             *电话 (必填) → attribute 电话\n\
             counter customer: none → 1\n\
             1 row: 1 issued\n",
        )
        .run();
}

#[test]
fn given_and_family_name_make_a_name_in_the_order_of_their_script() {
    let done = counted()
        .file(
            "a.csv",
            "External ID,First Name,Last Name,Email\n\
             1,Jo,Sample,jo@example.com\n\
             2,芳,王,wf@example.com\n\
             3,,Solo,\n",
        )
        .args(["import", "a.csv"])
        .stderr(
            "External ID → ref\n\
             First Name → name.given\n\
             Last Name → name.family\n\
             Email → attribute Email\n\
             counter customer: none → 3\n\
             3 rows: 3 issued\n",
        )
        .run();
    done.then()
        .args(["export", "-q"])
        .stdout(
            "code,ref,name,date,Email\n\
             K00001,1,Jo Sample,2026-11-22,jo@example.com\n\
             K00002,2,王芳,2026-11-22,wf@example.com\n\
             K00003,3,Solo,2026-11-22,\n",
        )
        .run();
}

#[test]
fn the_neighbour_says_which_part_a_column_is() {
    for (headers, first, second) in [
        ("Nom,Prénom", "Nom → name.family", "Prénom → name.given"),
        ("Name,Vorname", "Name → name.family", "Vorname → name.given"),
        ("Nombre,Apellidos", "Nombre → name.given", "Apellidos → name.family"),
        ("Name,First Name", "Name → name", "First Name → attribute First Name"),
    ] {
        counted()
            .file("a.csv", format!("{headers}\nA,B\n"))
            .args(["import", "a.csv", "--dry-run"])
            .stderr_like(&format!("{first}\n{second}\n...\n"))
            .run();
    }
}

#[test]
fn parts_of_a_name_can_be_named() {
    counted()
        .file("a.csv", "Name,Rufname,Sippe\nx,Jo,Sample\n")
        .args(["import", "a.csv", "--map", "Rufname=name.given", "--map", "Sippe=name.family"])
        .stderr(
            "Name → attribute Name\n\
             Rufname → name.given\n\
             Sippe → name.family\n\
             counter customer: none → 1\n\
             1 row: 1 issued\n",
        )
        .run()
        .then()
        .args(["import", "a.csv", "--map", "Name=name", "--map", "Sippe=name.family"])
        .stderr(
            "error: columns \"Name\" and \"Sippe\" both mean name\n\
             hint: say which is not: --map 'Sippe=attribute'\n",
        )
        .status(2)
        .run();
}
