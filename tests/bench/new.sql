PRAGMA foreign_keys = ON;
-- What one `custcode new` writes, by the sqlite3 program; the check character stands still, everything else is the same.
PRAGMA synchronous = EXTRA;
BEGIN IMMEDIATE;
INSERT INTO operations (at, command, actor, os_user, host, bundle, rows)
    VALUES (strftime('%Y-%m-%dT%H:%M:%SZ'), 'new', 'li', 'li', 'office', (SELECT digest FROM bundles LIMIT 1), 1);
INSERT INTO sequences (rule, scope, last) VALUES ('customer', '["01","E"]', 1)
    ON CONFLICT (rule, scope) DO UPDATE SET last = coalesce(last, 0) + 1;
-- The key of the name and the salt are random here; custcode computes the one and draws the other.
INSERT INTO customers (name, strict, fields, attributes, date, operation, salt)
    VALUES ('华东机械有限公司', random(), '{"type":"vip","industry":"food"}', '{}', '2026-11-22', (SELECT max(id) FROM operations),
        lower(hex(randomblob(16))));
INSERT INTO codes (canonical, customer, sequence, number, operation)
    SELECT printf('01E%07d*', last), (SELECT max(id) FROM customers), id, last, (SELECT max(id) FROM operations)
    FROM sequences WHERE rule = 'customer' AND scope = '["01","E"]';
UPDATE customers SET code = (SELECT max(id) FROM codes) WHERE id = (SELECT max(id) FROM customers);
UPDATE operations SET first_code = (SELECT max(id) FROM codes), last_code = (SELECT max(id) FROM codes)
    WHERE id = (SELECT max(id) FROM operations);
COMMIT;
SELECT canonical FROM codes ORDER BY id DESC LIMIT 1;
