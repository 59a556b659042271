#!/bin/sh
# L0101001-0001: a class tree (编码级次) of the widths 2-2-3. Customers get a class without sub-classes only.
# Rule "levels": L{class}-{seq:4}
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --rule levels --set class=0101001 --name "南京路商店"
custcode new --rule levels --set class=市级二等经销商 --name "淮海路商店"
custcode new --rule levels --set class=0201001 --name "网店一号"

# 0101 has sub-classes: exit status 2.
custcode new --rule levels --set class=0101 || echo "exit $?"
custcode show L0101001-0001 --format table
