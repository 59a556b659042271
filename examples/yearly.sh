#!/bin/sh
# K2024-00001: a new count every year.
# Rule "yearly": K{date:%Y}-{seq:5}
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --rule yearly --date 2023-12-31 --name "赵六"
custcode new --rule yearly --date 2024-01-01 --name "孙七"
custcode new --rule yearly --date 2024-01-02 --name "周八"
custcode show K2024-00002 --format table
