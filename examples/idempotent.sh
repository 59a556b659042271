#!/bin/sh
# Requests that can be repeated: the same reference, or the same request id, never gets a second code.
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --type vip --ref CRM:8812 --name "华东机械有限公司"
custcode new --type vip --ref CRM:8812 --name "华东机械有限公司"

# Another name: the same code, and a note. --on-existing update takes the new name, error refuses.
custcode new --type vip --ref CRM:8812 --name "华东机械股份有限公司"
custcode new --type vip --ref CRM:8812 --name "华东机械股份有限公司" --on-existing update

# Another type would be another code: a conflict, exit status 4.
custcode new --type regular --ref CRM:8812 || echo "exit $?"

# Many codes at once are one request with a name.
custcode new --type regular --count 3 --request-id batch-17
custcode new --type regular --count 3 --request-id batch-17
