#!/bin/sh
# A spreadsheet comes in and goes out with its codes. The headers are recognised: 外部编号 is the reference.
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

cat > customers.csv <<'END'
外部编号,客户名称,客户类型,所属行业,建档日期,电话
CRM:1,华东机械有限公司,VIP客户,制造业,2023-10-01,021-5550
CRM:2,上海咨询有限公司,普通客户,服务业,2023/10/8,
CRM:3,王芳,个人客户,,2023年10月9日,138-0000
END

custcode import customers.csv -o coded.csv
cat coded.csv

# The same file again: the same codes, nothing new.
custcode import customers.csv -o - --quiet

# One bad row, and nothing is written; it is named with what was probably meant.
echo "CRM:4,张伟,个人客户,,昨天," >> customers.csv
echo "CRM:5,Acme Ltd.,VIP客护,制造业,2023-11-02," >> customers.csv
custcode import customers.csv --rejects bad.csv || echo "exit $?"
cat bad.csv
