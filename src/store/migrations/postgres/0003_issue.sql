-- Version 3: one code in one round trip; run with the schema `custcode` first in the search path.
--
-- Every statement in here sees the tables as they are when it begins. So whoever had to wait for a counter finds it as it is afterwards; a
-- single statement for all of this would have to be set up again for the row's newest version, while all others wait.

-- SHA-256 of a text, in hex: the last 64 letters, whether the server's `sha256` gives bytes or text.
CREATE FUNCTION digest(message text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT right(CAST(sha256(convert_to(message, 'UTF8')) AS text), 64)
$$;

-- Gives a new customer the code of the next number, and answers that number. It answers nothing, and writes nothing, where codes may not
-- be issued now or the customer is known; it fails with CC001 when the next number is not among those whose codes were sent.
--
-- `version` to `known`: the tables' version, the bundle in force, and attributes whose names are in the ledger.
-- `request_id` to `token`: the operation.  `reference` to `line`: the customer.
-- `said`: what the operation says of itself, and `person`: the customer's record, both packed for the chain.
-- `canonical`, `written`, `items`: the codes of every `step`th number from `lowest` to `highest`; `written` is empty where none is written otherwise,
-- `items` are packed for the chain but for the customer's record.
-- `rule`, `scope`, `start`: the counter and its first number.  `lease`: the block the number comes out of, or none.
CREATE FUNCTION issue(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, token text,
    reference text, name text, fields text, attributes text, date text, line bigint,
    said text, person text,
    canonical text[], written text[], items text[], lowest bigint, highest bigint, step bigint,
    rule text, scope text, start bigint, lease bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    customer bigint;
    code bigint;
    operation bigint;
    place int;
    turn text;
    counted record;
BEGIN
    -- Waits for whoever writes in a transaction, before anything else is locked or looked at.
    LOCK TABLE sequences IN ROW SHARE MODE;
    IF (SELECT count(*) FILTER (WHERE key = 'schema' AND value = version OR key = 'bundle' AND value = bundle) <> 2
               OR count(*) FILTER (WHERE key = 'fence') > 0 FROM meta)
    THEN
        RETURN NULL;
    END IF;
    -- Asked only where there is something to ask for, each on its own: a question costs before its answer is known.
    IF cardinality(known) > 0 THEN
        IF (SELECT count(*) FROM attributes AS those WHERE those.name = ANY (known)) <> cardinality(known) THEN
            RETURN NULL;
        END IF;
    END IF;
    IF request_id IS NOT NULL THEN
        IF EXISTS (SELECT FROM operations AS those WHERE those.request_id = issue.request_id) THEN
            RETURN NULL;
        END IF;
    END IF;

    -- What does not depend on the number comes first: nobody waits for it.
    customer := nextval('customers_id_seq');
    code := nextval('codes_id_seq');
    operation := nextval('operations_id_seq');
    INSERT INTO customers (id, reference, name, fields, attributes, date, operation, row, code)
        VALUES (customer, reference, name, fields, attributes, date, operation, line, code) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO operations
        (id, at, command, actor, os_user, host, bundle, request_id, input_digest, token, rows, first_code, last_code)
        VALUES (operation, at, command, actor, os_user, host, bundle, request_id, input_digest, token, 1, code, code);

    IF lease IS NULL THEN
        -- Who waits for a row is woken twice, by whoever was first in its queue and by whoever changed it; so they queue for this lock.
        -- It is assigned, not performed: that takes no query.
        turn := pg_advisory_xact_lock(hashtextextended(rule || scope, 0));
        UPDATE sequences AS it
            SET last = coalesce(it.last + step, start), position = position + 1,
                head = digest(coalesce('64:' || head, '-') || '64:' || digest(said || 'c64:' || digest(
                    items[(coalesce(it.last + step, start) - lowest) / step + 1] || person)))
            WHERE it.rule = issue.rule AND it.scope = issue.scope AND it.highest IS NULL
                AND coalesce(it.last + step, start) BETWEEN lowest AND issue.highest
                AND (coalesce(it.last + step, start) - lowest) % step = 0
            RETURNING id AS sequence, last AS number, position, head INTO counted;
    ELSE
        UPDATE leases AS it
            SET next = next + step, returned_at = CASE WHEN next + step > last THEN at END, position = position + 1,
                head = digest(coalesce('64:' || head, '-') || '64:' || digest(said || 'c64:' || digest(
                    items[(next - lowest) / step + 1] || person)))
            WHERE id = lease AND returned_at IS NULL AND next BETWEEN lowest AND highest AND (next - lowest) % step = 0
            RETURNING sequence, next - step AS number, position, head INTO counted;
    END IF;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC001' USING MESSAGE = 'the next number is not among those that were sent';
    END IF;

    place := (counted.number - lowest) / step + 1;
    INSERT INTO codes (id, canonical, written, customer, sequence, number, operation)
        VALUES (code, canonical[place], written[place], customer, counted.sequence, counted.number, operation);
    INSERT INTO links (sequence, lease, position, operation, hash)
        VALUES (counted.sequence, coalesce(lease, 0), counted.position, operation, counted.head);
    RETURN counted.number;
END
$$;
