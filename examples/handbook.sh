#!/bin/sh
# The staff handbook: one page for everybody who reads, gets or types customer codes.
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
custcode init --quiet > made.txt               # rules.toml with every scheme of these examples, and a ledger

# How a code is read, on the screen …
custcode rules show dated --format table

# … on a page to print or to send around, with everything in it …
custcode rules guide -o handbook.html --title "华东机械有限公司"

# … and as Markdown for a wiki: its first lines, but for the edition, and the names of its parts.
custcode rules guide --lang en > handbook.md
sed -e '/^Edition/,/^$/d' -e '/^| `0001`/q' handbook.md
grep '^##* ' handbook.md
