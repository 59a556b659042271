#!/bin/sh
# 0150013: type 01, region 5, scale 001, check digit 3. No sequence: one customer for each combination.
# Rule "checked": {type}{region.digit}{scale}{check} with check = { algorithm = "sum10" }
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --rule checked --type vip --region east --set scale=small --name "华东机械有限公司"

# A mistyped digit does not pass: exit status 1.
custcode validate 0150013 0150014 || echo "exit $?"

# The combination is taken: a second customer is refused with exit status 4.
custcode new --rule checked --type vip --region east --set scale=small --name "Acme Co., Ltd." || echo "exit $?"
