#!/bin/sh
# C20231001-0001: the first personal customer of 2023-10-01; B for business. The number counts within letter and day.
# Rule "dated": {type.letter}{date:%Y%m%d}-{seq:4}. It says applies_to, so it is taken without --rule.
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --type personal --date 2023-10-01 --name "王芳"
custcode new --type personal --date 2023-10-01 --name "李娜"
custcode new --type business --date 2023-10-01 --name "深圳电子有限公司"
custcode new --type personal --date 2023-10-02 --name "张伟"
custcode list --since 2023-10-01 --until 2023-10-01 --format table
