#!/bin/sh
# P000001, E000001, V000001: each type has a rule of its own, and the type alone chooses it (applies_to).
set -eu
unset CUSTCODE_RULES CUSTCODE_STORE             # an example keeps off your own ledger
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"

cat > rules.toml <<'END'
custcode = 1

[fields.type.values]
personal   = { code = "P", label = "个人" }
enterprise = { code = "E", label = "企业" }
vip        = { code = "V", label = "VIP" }

[rules.persons]
pattern = "P{seq:6}"
applies_to = { type = "personal" }

[rules.enterprises]
pattern = "E{seq:6}"
applies_to = { type = "enterprise" }

[rules.vips]                                    # no number with a 4 in it
pattern = "V{seq:6}"
seq = { skip_digits = "4" }
applies_to = { type = "vip" }
END
custcode init --quiet > made.txt

custcode new --type personal --name "王芳"
custcode new --type enterprise --name "深圳电子有限公司"
custcode new --type vip --count 4
