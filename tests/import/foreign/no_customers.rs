//! Rows that are no customers: second header lines and totals.

use super::counted;

#[test]
fn a_second_header_line_names_the_columns_too() {
    counted()
        .file("a.csv", "FName,FTel,FAddress\n*(客户)名称,联系电话,通讯地址\n甲公司,010-1,北京\n")
        .args(["import", "a.csv", "-o", "-"])
        .stdout("FName,FTel,FAddress,code\n甲公司,010-1,北京,K00001\n")
        .stderr(
            "FName → name\n\
             FTel → attribute FTel\n\
             FAddress → attribute FAddress\n\
             note: line 2 is a second header line, no customer\n\
             counter customer: none → 1\n\
             2 rows: 1 issued\n",
        )
        .run();
    counted()
        .file("a.csv", "基本信息,联系信息,系统\n客户名称,电话,外部编号\n甲,010-1,CRM:1\n")
        .args(["import", "a.csv"])
        .stderr(
            "基本信息 → name\n\
             联系信息 → attribute 联系信息\n\
             系统 → ref\n\
             note: line 2 is a second header line, no customer\n\
             counter customer: none → 1\n\
             2 rows: 1 issued\n",
        )
        .run();
}

#[test]
fn a_total_is_told_and_not_numbered() {
    for (total, told) in [
        ("合计,128", "\"合计\""),
        ("Total:,128", "\"Total:\""),
        ("小 计,", "\"小 计\""),
        (",128", "the sums of the rows above"),
    ] {
        counted()
            .file("a.csv", format!("客户名称,年销售额\n甲公司,100\n乙公司,28\n{total}\n"))
            .args(["import", "a.csv", "-o", "-"])
            .stdout("客户名称,年销售额,code\n甲公司,100,K00001\n乙公司,28,K00002\n")
            .stderr(&format!(
                "客户名称 → name\n\
                 年销售额 → attribute 年销售额\n\
                 note: line 4 (row 3) is a total, no customer: {told}; --keep-totals numbers it\n\
                 counter customer: none → 2\n\
                 3 rows: 2 issued, 1 of totals\n"
            ))
            .run();
    }
}

#[test]
fn a_customer_called_total_is_one() {
    let file = "ref,name,city,sales\n1,Total,,100\n,Total,Paris,28\n,Total Energies,,28\n";
    counted()
        .file("a.csv", file)
        .args(["import", "a.csv", "-q", "--likely", "new", "-o", "-"])
        .stdout(
            "ref,name,city,sales,code\n1,Total,,100,K00001\n,Total,Paris,28,K00002\n,Total Energies,,28,K00003\n",
        )
        .stderr_like("...\n")
        .run();
    counted()
        .file("a.csv", "name,sales\n甲,100\nSum,28\n")
        .args(["import", "a.csv", "-q", "--keep-totals", "-o", "-"])
        .stdout("name,sales,code\n甲,100,K00001\nSum,28,K00002\n")
        .run();
}
