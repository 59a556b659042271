#!/bin/sh
# M202401-0001F: a new count every month, and a check character at the end.
# Rule "monthly": M{date:%Y%m}-{seq:4}{check} with check = { algorithm = "iso7064-mod37-36" }
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

custcode new --rule monthly --date 2024-01-15 --count 3
custcode new --rule monthly --date 2024-02-01

# Two swapped digits are caught.
custcode validate M202410-0001F || echo "exit $?"
