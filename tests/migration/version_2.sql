PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('bundle','d2899d7a8b200820781bcec988ea64fcdab16331a7e491429c6211f7cc0247bc');
INSERT INTO meta VALUES('ledger','5458e732547d2173fbd6c8218509ba87');
CREATE TABLE bundles (
    digest     TEXT PRIMARY KEY,
    text       TEXT NOT NULL,
    proof      TEXT NOT NULL,
    adopted_at TEXT NOT NULL,
    adopted_by TEXT NOT NULL
) STRICT;
INSERT INTO bundles VALUES('d2899d7a8b200820781bcec988ea64fcdab16331a7e491429c6211f7cc0247bc','{"format":1,"files":[["rules.toml","# custcode rule file (编码规则文件): how this company''s customer codes look.\n#\n# Change it as you like; `custcode rules check` reports every mistake with its line and proves that no two customers can\n# get the same code. Lines that begin with # are comments. Text stands between \"quotes\": \"01\" keeps its zero, 01 does not.\n#\n# A coding rule (编码规则) is a pattern of segments (编码段):\n#\n#   \"{type}{industry}{seq:4}\"   prints   01 A 0001\n#     |     |         |\n#     |     |         +-- sequence number (流水号), four digits, counted within what stands before it\n#     |     +------------ the code of the field \"industry\" (行业)\n#     +------------------ the code of the field \"type\" (客户类型)\n\ncustcode = 1                    # the format of this file\ntimezone = \"Asia/Shanghai\"      # whose day it is when a code prints a date (时区)\ndefault_rule = \"graded\"         # the rule that is used when nothing else is said (默认规则)\n\n# ---------------------------------------------------------------------------------------------------------------------\n# Fields (属性): what you know about a customer, and the dictionary (编码字典) of its values.\n#\n#   key = \"code\"                                     the short form\n#   key = { code = \"01\", label = \"…\", aliases = […] }  the long form; further keys are attributes that a pattern can print\n#\n# On input a value may be given by its key, code, label or one of its aliases: vip, 01, \"A类 重点客户\" and A are the same.\n# The ledger keeps the key, so keep a key for ever; labels and aliases may change.\n\n[fields.type]                   # custcode new --type vip\nlabel = \"客户类型\"\naliases = [\"客户类别\", \"customer type\"]         # headers of this column in files that you import\n\n[fields.type.values]\nvip      = { code = \"01\", label = \"A类 重点客户\", aliases = [\"A\", \"VIP客户\"] }\nregular  = { code = \"02\", label = \"B类 普通客户\", aliases = [\"B\", \"普通客户\"] }\nprospect = { code = \"03\", label = \"C类 潜在客户\", aliases = [\"C\", \"潜在客户\"] }\npersonal = { code = \"04\", letter = \"C\", label = \"个人客户\" }\nbusiness = { code = \"05\", letter = \"B\", label = \"企业客户\" }\n\n[fields.industry]               # custcode new --type vip --set industry=services\nlabel = \"行业\"\naliases = [\"所属行业\", \"sector\"]\ndefault = \"manufacturing\"       # taken when nothing is said (默认值)\n\n[fields.industry.values]\nmanufacturing  = { code = \"A\", label = \"制造业\" }\nservices       = { code = \"B\", label = \"服务业\" }\nsmall-business = { code = \"C\", label = \"小微企业\" }\n\n[fields.region]                 # custcode new --rule regional --type vip --region east\nlabel = \"区域\"\naliases = [\"地区\", \"大区\"]\n\n[fields.region.values]          # code: four digits for the rule \"regional\"; digit: one for the rule \"checked\"\nnorth     = { code = \"0002\", digit = \"1\", label = \"华北\" }\nnortheast = { code = \"0003\", digit = \"2\", label = \"东北\" }\nsouth     = { code = \"0004\", digit = \"3\", label = \"华南\" }\ncentral   = { code = \"0005\", digit = \"4\", label = \"华中\" }\neast      = { code = \"0001\", digit = \"5\", label = \"华东\" }\nsouthwest = { code = \"0006\", digit = \"6\", label = \"西南\" }\nnorthwest = { code = \"0007\", digit = \"7\", label = \"西北\" }\n\n[fields.scale]\nlabel = \"规模\"\nvalues = { small = { code = \"001\", label = \"小型\" }, medium = { code = \"002\", label = \"中型\" }, large = { code = \"003\", label = \"大型\" } }\n\n# Levels (编码级次): a class code is the whole path. 2-2-3 means 2 characters, then 2 more, then 3 more; 0101001 stands\n# below 0101, which stands below 01. leaf_only: customers get a class without sub-classes (末级) only.\n\n[fields.class]\nlabel = \"客户分类\"\nlevels = [2, 2, 3]\nleaf_only = true\n\n[fields.class.values]\ndealers        = { code = \"01\", label = \"经销商\" }\ndealers-city   = { code = \"0101\", label = \"市级经销商\" }\ndealers-city-a = { code = \"0101001\", label = \"市级一等经销商\" }\ndealers-city-b = { code = \"0101002\", label = \"市级二等经销商\" }\ndirect         = { code = \"02\", label = \"直销客户\" }\ndirect-online  = { code = \"0201\", label = \"线上直销\" }\ndirect-shop    = { code = \"0201001\", label = \"网店\" }\n\n# ---------------------------------------------------------------------------------------------------------------------\n# Rules (规则). In a pattern\n#\n#   {field}              prints the code of the customer''s value\n#   {field.attribute}    prints another attribute of it, e.g. {type.letter}\n#   {field@1}            prints a class code cut at a level\n#   {field:4}            the same as {field}, and this file is refused when some code has not 4 characters\n#   {date:%Y%m%d}        prints the record date (建档日期): %Y %y %m %d, %j day of the year, %G %V ISO week\n#   {seq:4}              prints the sequence number; it counts within the other printed fields and dates (流水依据)\n#   {check}              prints the check digit (校验码)\n#   anything else        prints itself\n#\n# A rule with applies_to is used for the customers that it names, without asking. The others are asked for by name:\n# custcode new --rule dated-monthly … A rule''s name is permanent, because the ledger refers to it.\n\n# 01A0001: type, industry, number\n[rules.graded]\nlabel = \"按类型和行业\"\npattern = \"{type}{industry}{seq:4}\"\n\n# 01A000101: the same with the region\n[rules.regional]\nlabel = \"按类型、行业和区域\"\npattern = \"{type}{industry}{region:4}{seq:2}\"\n\n# C20231001-0001: the first personal customer of 2023-10-01; B for business\n[rules.dated]\nlabel = \"按日期\"\npattern = \"{type.letter}{date:%Y%m%d}-{seq:4}\"\napplies_to = { type = [\"personal\", \"business\"] }\n\n# 0150013: type 01, region 5, scale 001, check digit 3. No sequence: one customer for each combination.\n# The two warnings that this rule earns are known and accepted: there is no sequence, and sum10 misses swapped digits.\n[rules.checked]\nlabel = \"组合编码带校验\"\npattern = \"{type}{region.digit}{scale}{check}\"\ncheck = { algorithm = \"sum10\" }\nallow = [\"no-sequence\", \"weak-check\"]\n\n# P000001, E000001, V000001: each type with a rule of its own\n[rules.persons]\nlabel = \"个人\"\npattern = \"P{seq:6}\"\n\n[rules.enterprises]\nlabel = \"企业\"\npattern = \"E{seq:6}\"\n\n[rules.vips]\nlabel = \"VIP\"\npattern = \"V{seq:6}\"\n\n# K2024-00001: a new count every year\n[rules.yearly]\nlabel = \"按年\"\npattern = \"K{date:%Y}-{seq:5}\"\n\n# M202401-0001 + check digit: a new count every month; iso7064-mod37-36 catches nearly every slip\n[rules.monthly]\nlabel = \"按月带校验\"\npattern = \"M{date:%Y%m}-{seq:4}{check}\"\nseq = { warn_at = [80, 95] }\ncheck = { algorithm = \"iso7064-mod37-36\" }\n\n# L0101001-0001: class of three levels\n[rules.levels]\nlabel = \"按客户分类\"\npattern = \"L{class}-{seq:4}\"\n"]]}','no two customers get one code; every code reads in one way','2026-11-28T03:04:25.260300726Z','li');
CREATE TABLE operations (
    id            INTEGER PRIMARY KEY,
    at            TEXT NOT NULL,
    command       TEXT NOT NULL,
    actor         TEXT NOT NULL,
    os_user       TEXT NOT NULL,
    host          TEXT NOT NULL,
    bundle        TEXT NOT NULL REFERENCES bundles (digest),
    request_id    TEXT,
    input_digest  TEXT,
    rows          INTEGER NOT NULL DEFAULT 0,
    first_code    INTEGER,
    last_code     INTEGER, token TEXT) STRICT;
INSERT INTO operations VALUES(1,'2026-11-28T03:04:25.260300726Z','new','li','root','vm','d2899d7a8b200820781bcec988ea64fcdab16331a7e491429c6211f7cc0247bc',NULL,NULL,1,1,1,NULL);
CREATE TABLE sequences (
    id      INTEGER PRIMARY KEY,
    rule    TEXT NOT NULL,
    scope   TEXT NOT NULL,
    last    INTEGER,
    highest INTEGER, position INTEGER NOT NULL DEFAULT 0, head TEXT) STRICT;
INSERT INTO sequences VALUES(0,'','',NULL,NULL,0,NULL);
INSERT INTO sequences VALUES(1,'graded','["01","A"]',1,NULL,1,'e3a811c6e0f98b30740ada29e4ebe033d55c1a3297cb7f3f20ff0ef34d330f72');
CREATE TABLE numbers_ahead (
    sequence INTEGER NOT NULL REFERENCES sequences (id),
    number   INTEGER NOT NULL,
    PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE customers (
    id          INTEGER PRIMARY KEY,
    reference   TEXT,
    name        TEXT,
    fields      TEXT NOT NULL,
    attributes  TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'active' CHECK (state = 'active' OR state IN ('retired', 'merged')),
    date        TEXT NOT NULL,
    operation   INTEGER NOT NULL REFERENCES operations (id),
    row         INTEGER NOT NULL DEFAULT 0,
    code        INTEGER,
    merged_into INTEGER REFERENCES customers (id)
) STRICT;
INSERT INTO customers VALUES(1,'CRM:1','张三','{"type":"vip","industry":"manufacturing"}','{}','active','2026-11-28',1,0,1,NULL);
CREATE TABLE attributes (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
CREATE TABLE codes (
    id        INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,
    written   TEXT,
    state     TEXT NOT NULL DEFAULT 'active' CHECK (state = 'active' OR state IN ('former', 'retired', 'void', 'reserved')),
    customer  INTEGER REFERENCES customers (id),
    sequence  INTEGER REFERENCES sequences (id),
    number    INTEGER,
    operation INTEGER NOT NULL REFERENCES operations (id)) STRICT;
INSERT INTO codes VALUES(1,'01A0001',NULL,'active',1,1,1,1);
CREATE TABLE code_events (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    code      INTEGER NOT NULL REFERENCES codes (id),
    from_state TEXT NOT NULL,
    to_state  TEXT NOT NULL,
    customer  INTEGER REFERENCES customers (id),
    reason    TEXT) STRICT;
CREATE TABLE changes (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    customer  INTEGER NOT NULL REFERENCES customers (id),
    attribute TEXT NOT NULL,
    before    TEXT,
    after     TEXT) STRICT;
CREATE TABLE gap_ranges (
    id        INTEGER PRIMARY KEY,
    sequence  INTEGER NOT NULL REFERENCES sequences (id),
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (id)) STRICT;
CREATE TABLE leases (
    id          INTEGER PRIMARY KEY,
    sequence    INTEGER NOT NULL REFERENCES sequences (id),
    first       INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    next        INTEGER NOT NULL,
    holder      TEXT NOT NULL,
    purpose     TEXT,
    expires_at  TEXT,
    returned_at TEXT,
    operation   INTEGER NOT NULL REFERENCES operations (id), position INTEGER NOT NULL DEFAULT 0, head TEXT) STRICT;
CREATE TABLE links (
    sequence  INTEGER NOT NULL REFERENCES sequences (id),
    lease     INTEGER NOT NULL DEFAULT 0,
    position  INTEGER NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (id),
    hash      TEXT NOT NULL,
    PRIMARY KEY (sequence, lease, position)
) STRICT, WITHOUT ROWID;
INSERT INTO links VALUES(1,0,1,1,'e3a811c6e0f98b30740ada29e4ebe033d55c1a3297cb7f3f20ff0ef34d330f72');
CREATE TABLE revisions (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    customer  INTEGER NOT NULL REFERENCES customers (id),
    before    TEXT NOT NULL,
    after     TEXT NOT NULL
) STRICT;
CREATE TABLE checkpoints (
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    at        TEXT NOT NULL,
    heads     TEXT NOT NULL,
    hash      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX operations_request_id ON operations (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX operations_input_digest ON operations (input_digest) WHERE input_digest IS NOT NULL;
CREATE UNIQUE INDEX sequences_rule_scope ON sequences (rule, scope);
CREATE UNIQUE INDEX customers_reference ON customers (reference) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX attributes_name ON attributes (name);
CREATE UNIQUE INDEX codes_canonical ON codes (canonical);
CREATE INDEX codes_not_active ON codes (customer) WHERE state <> 'active';
CREATE INDEX code_events_code ON code_events (code);
CREATE INDEX changes_customer ON changes (customer);
CREATE INDEX gap_ranges_sequence ON gap_ranges (sequence);
CREATE INDEX leases_sequence ON leases (sequence);
CREATE UNIQUE INDEX operations_token ON operations (token) WHERE token IS NOT NULL;
CREATE INDEX revisions_customer ON revisions (customer);
COMMIT;
PRAGMA application_id = 1668641652;
PRAGMA user_version = 2;
