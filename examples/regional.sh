#!/bin/sh
# 01A000101: type, industry, a region of four digits, a number of two.
# Rule "regional": {type}{industry}{region:4}{seq:2}
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --rule regional --type vip --region east
custcode new --rule regional --type vip --region 华东
custcode new --rule regional --type regular --region south --set industry=services

# Two digits hold 99 customers. The one after them is refused, and nothing is written.
custcode new --rule regional --type vip --region east --count 97 | tail -n 1
custcode new --rule regional --type vip --region east || echo "exit $?"
