#!/bin/sh
# A nightly import that takes what is good, puts aside what is not, and knows what each exit status means.
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

cat > crm.csv <<'END'
外部编号,客户名称,客户类型,行业
CRM:1,华东机械有限公司,VIP客户,制造业
CRM:2,上海咨询有限公司,普通客户,服务也
CRM:3,深圳电子有限公司,VIP客户,制造业
END

status=0
custcode import crm.csv -o coded.csv --rejects rejected.csv --force --partial --quiet || status=$?
case $status in
0) echo "all done" ;;
6) echo "to mend:" && cat rejected.csv ;;
5) echo "the ledger was busy; the next run takes the same file" ;;
*) echo "custcode: exit status $status" >&2; exit "$status" ;;
esac

# The rejects, mended, are an input file as they are.
sed -i.bak 's/服务也/服务业/' rejected.csv
custcode import rejected.csv -o -
