#!/bin/sh
# 01A0001: type, industry, number. The number counts within what stands before it, so 01A and 02B count on their own.
# Rule "graded" of rules.example.toml: {type}{industry}{seq:4}
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --type vip --name "华东机械有限公司"
custcode new --type vip --name "Acme Co., Ltd."
custcode new --type regular --set industry=services --name "上海咨询有限公司"
custcode new --type "C类 潜在客户" --set industry=小微企业   # labels and aliases do as well as keys
custcode show 02B0001 --format table
