-- One code in one round trip, in functions in which every name says where it belongs.
--
-- Every statement in a function sees the tables as they are when it begins. So whoever had to wait for a counter finds it as it is
-- afterwards; one statement for everything would have to be set up again for the row's newest version, while all others wait.
--
-- No function depends on the search path of whoever calls it, so nobody's function or table can come in the place of
-- another. A path set by the functions themselves would do the same, but costs each call more than the call. Each looks
-- at what became of every row: what a trigger or a rule kept from being written fails with CC003, so that no code is told.
--
-- All functions that write take the same values first. `version`, `bundle` and `known` are the tables' version, the rules in force, and
-- attributes whose names are in the ledger: they do nothing where that is not so. `request_id` to `token` is the operation, and `said` what it
-- says of itself, packed for the chain.

-- SHA-256 of a text, in hex: the last 64 letters, whether the server's `sha256` gives bytes or text.
CREATE FUNCTION custcode.sha256_hex(message text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.right(CAST(pg_catalog.sha256(pg_catalog.convert_to(message, 'UTF8')) AS text), 64)
$$;

-- The hash that ties what an operation wrote to the head of a chain.
CREATE FUNCTION custcode.link(head text, digest text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT custcode.sha256_hex(coalesce('64:' || head, '-') || '64:' || digest)
$$;

-- The digest of an operation with one item of the kind `letter`.
CREATE FUNCTION custcode.digest(said text, letter text, item text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT custcode.sha256_hex(said || letter || '64:' || custcode.sha256_hex(item))
$$;

-- A text as an item has it: its length in bytes, a colon and the text.
CREATE FUNCTION custcode.packed(part text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.octet_length(pg_catalog.convert_to(part, 'UTF8')) || ':' || part
$$;

-- Whether codes may be issued now, after waiting for whoever writes in a transaction. It comes before anything else is locked or looked at.
CREATE FUNCTION custcode.may_issue(version text, bundle text, known text[], request_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE custcode.sequences IN ROW SHARE MODE;
    IF (SELECT pg_catalog.count(*) FILTER (WHERE key = 'schema' AND value = version OR key = 'bundle' AND value = bundle) <> 2
               OR pg_catalog.count(*) FILTER (WHERE key = 'fence') > 0 FROM custcode.meta)
    THEN
        RETURN false;
    END IF;
    -- Asked only where there is something to ask for, each on its own: a question costs before its answer is known.
    IF pg_catalog.cardinality(known) > 0 THEN
        IF (SELECT pg_catalog.count(*) FROM custcode.attributes AS those WHERE those.name = ANY (known)) <> pg_catalog.cardinality(known) THEN
            RETURN false;
        END IF;
    END IF;
    IF request_id IS NOT NULL THEN
        RETURN NOT EXISTS (SELECT FROM custcode.operations AS those WHERE those.request_id = may_issue.request_id);
    END IF;
    RETURN true;
END
$$;

-- Gives a new customer, `refs` to `line`, the code of the next number, and answers that number. It answers nothing, and writes nothing,
-- where codes may not be issued now or the customer is known; it fails with CC001 when the next number is not among those whose codes were sent.
--
-- `person` is the commitment to the customer's record, then those to its references, packed for the chain; `salt` is in them. `canonical`, `written` and `items` are the codes of every `step`th number from `lowest` to
-- `highest`; `written` is empty where none is written otherwise, `items` are packed for the chain but for the customer's record. `rule`, `scope` and `start`
-- are the counter and its first number; `block` is the lease that the number comes out of, or nothing.
CREATE FUNCTION custcode.issue(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, request_salt text, token text, said text,
    refs text[], name text, fields text, attributes text, date text, line bigint, salt text, person text,
    canonical text[], written text[], items text[], lowest bigint, highest bigint, step bigint,
    rule text, scope text, start bigint, block bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    customer bigint;
    code bigint;
    operation bigint;
    turn text;
    counted record;
    place int;
    added bigint;
BEGIN
    IF NOT custcode.may_issue(version, bundle, known, request_id) THEN
        RETURN NULL;
    END IF;

    -- What does not depend on the number comes first: nobody waits for it.
    customer := pg_catalog.nextval('custcode.customers_id_seq');
    code := pg_catalog.nextval('custcode.codes_id_seq');
    operation := pg_catalog.nextval('custcode.operations_id_seq');
    -- In the order of their bytes, so that two who bring the same ones do not wait for each other in a circle.
    IF pg_catalog.cardinality(refs) > 0 THEN
        IF EXISTS (SELECT FROM custcode.refs AS those WHERE those.reference = ANY (issue.refs) AND those.dropped IS NOT NULL) THEN
            RETURN NULL;
        END IF;
        INSERT INTO custcode.refs (customer, reference, operation)
            SELECT customer, new.reference, operation FROM pg_catalog.unnest(refs) AS new (reference)
            ORDER BY new.reference COLLATE "C" ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS added = ROW_COUNT;
        IF added = 0 THEN
            RETURN NULL;
        END IF;
        IF added < pg_catalog.cardinality(refs) THEN
            RAISE SQLSTATE 'CC004' USING MESSAGE = 'a reference is known';
        END IF;
    END IF;
    INSERT INTO custcode.customers (id, name, fields, attributes, date, operation, row, code, salt)
        VALUES (customer, name, fields, attributes, date, operation, line, code, salt);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the customer was not written';
    END IF;
    INSERT INTO custcode.operations
        (id, at, command, actor, os_user, host, bundle, request_id, input_digest, salt, token, rows, first_code, last_code)
        VALUES (operation, at, command, actor, os_user, host, bundle, request_id, input_digest, request_salt, token, 1, code, code);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the operation was not written';
    END IF;
    -- Only now: who asks for this token has the same in its hand until it has noted what it found.
    IF EXISTS (SELECT FROM custcode.outcomes AS it WHERE it.token = issue.token) THEN
        RAISE SQLSTATE 'CC002' USING MESSAGE = 'this request came too late: it was given up';
    END IF;

    IF block IS NULL THEN
        -- Who waits for a row is woken twice, by whoever was first in its queue and by whoever changed it; so they queue for this lock.
        -- It is assigned, not performed: that takes no query.
        turn := pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(rule || scope, 0));
        UPDATE custcode.sequences AS it
            SET last = coalesce(it.last + step, start), position = position + 1,
                head = custcode.link(head, custcode.digest(said, 'c', items[(coalesce(it.last + step, start) - lowest) / step + 1] || person))
            WHERE it.rule = issue.rule AND it.scope = issue.scope AND it.highest IS NULL
                AND coalesce(it.last + step, start) BETWEEN lowest AND issue.highest
                AND (coalesce(it.last + step, start) - lowest) % step = 0
            RETURNING id AS sequence, last AS number, position, head INTO counted;
    ELSE
        UPDATE custcode.leases
            SET next = next + step, returned_at = CASE WHEN next + step > last THEN at END, position = position + 1,
                head = custcode.link(head, custcode.digest(said, 'c', items[(next - lowest) / step + 1] || person))
            WHERE id = block AND returned_at IS NULL AND next BETWEEN lowest AND highest AND (next - lowest) % step = 0
            RETURNING sequence, next - step AS number, position, head INTO counted;
    END IF;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC001' USING MESSAGE = 'the next number is not among those that were sent';
    END IF;

    place := (counted.number - lowest) / step + 1;
    INSERT INTO custcode.codes (id, canonical, written, customer, sequence, number, operation)
        VALUES (code, canonical[place], written[place], customer, counted.sequence, counted.number, operation);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the code was not written';
    END IF;
    INSERT INTO custcode.links (sequence, lease, position, operation, hash)
        VALUES (counted.sequence, coalesce(block, 0), counted.position, operation, counted.head);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the link of the chain was not written';
    END IF;
    RETURN counted.number;
END
$$;

-- A block to issue from, with its next and its last number: one that nobody holds, of this machine (`host`) first; else a new one of `size` numbers
-- off the counter of `rule` and `scope`, whose numbers are `start` and every `step`th up to `highest`; when there are no more, one that others hold.
-- Nothing where there is none, or codes may not be issued now.
--
-- The session holds its block by a lock until it takes another or ends. That keeps desks out of each other's way; it is not what keeps numbers apart.
CREATE FUNCTION custcode.take_block(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, request_salt text, token text, said text,
    rule text, scope text, start bigint, step bigint, size bigint, highest bigint
) RETURNS TABLE (block bigint, next_number bigint, last_number bigint) LANGUAGE plpgsql AS $$
DECLARE
    held CONSTANT bigint := 7810756275293126656; -- "leas" in ASCII, then the id: where no other program has its locks
    operation bigint;
    counter record;
    hash text;
BEGIN
    PERFORM pg_catalog.pg_advisory_unlock_all();
    SELECT * INTO block, next_number, last_number FROM (
        SELECT leases.id, leases.next, leases.last FROM custcode.leases
        WHERE sequence = (SELECT id FROM custcode.sequences AS it WHERE it.rule = take_block.rule AND it.scope = take_block.scope)
            AND returned_at IS NULL
        ORDER BY (holder = host) DESC, leases.id OFFSET 0
    ) AS open WHERE pg_catalog.pg_try_advisory_lock(held + open.id) LIMIT 1;
    IF FOUND THEN
        RETURN NEXT;
        RETURN;
    END IF;

    IF NOT custcode.may_issue(version, bundle, known, request_id) THEN
        RETURN;
    END IF;
    SELECT id, last, head, position INTO counter FROM custcode.sequences AS it
        WHERE it.rule = take_block.rule AND it.scope = take_block.scope AND it.highest IS NULL
            AND (it.last IS NULL OR it.last >= start AND (it.last - start) % step = 0)
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    next_number := coalesce(counter.last + step, start);
    IF next_number > highest THEN
        SELECT leases.id, leases.next, leases.last INTO block, next_number, last_number FROM custcode.leases
            WHERE sequence = counter.id AND returned_at IS NULL ORDER BY (holder = host) DESC, leases.id LIMIT 1;
        IF FOUND THEN
            RETURN NEXT;
        END IF;
        RETURN;
    END IF;

    last_number := next_number + least(size - 1, (highest - next_number) / step) * step;
    INSERT INTO custcode.operations (at, command, actor, os_user, host, bundle, request_id, input_digest, salt, token)
        VALUES (at, command, actor, os_user, host, bundle, request_id, input_digest, request_salt, token) RETURNING id INTO operation;
    INSERT INTO custcode.leases (sequence, first, last, next, holder, operation)
        VALUES (counter.id, next_number, last_number, next_number, host, operation) RETURNING id INTO block;
    IF operation IS NULL OR block IS NULL THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the block or of its operation was not written';
    END IF;
    PERFORM pg_catalog.pg_try_advisory_lock(held + block);
    hash := custcode.link(counter.head, custcode.digest(said, 'l',
        custcode.packed(CAST(next_number AS text)) || custcode.packed(CAST(last_number AS text)) || custcode.packed(host)));
    UPDATE custcode.sequences SET last = last_number, position = counter.position + 1, head = hash WHERE id = counter.id;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the counter was not moved';
    END IF;
    INSERT INTO custcode.links (sequence, position, operation, hash) VALUES (counter.id, counter.position + 1, operation, hash);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the link of the chain was not written';
    END IF;
    RETURN NEXT;
END
$$;

-- Passes over the next number of a block for a reason; `gap` is the gap, packed for the chain. Does nothing where another number is next.
CREATE FUNCTION custcode.pass_over(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, request_salt text, token text, said text,
    block bigint, number bigint, step bigint, reason text, gap text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    operation bigint;
    passed record;
BEGIN
    IF NOT custcode.may_issue(version, bundle, known, request_id) THEN
        RETURN;
    END IF;
    UPDATE custcode.leases
        SET next = next + step, returned_at = CASE WHEN next + step > last THEN at END, position = position + 1,
            head = custcode.link(head, custcode.digest(said, 'g', gap))
        WHERE id = block AND next = number
        RETURNING sequence, position, head INTO passed;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO custcode.operations (at, command, actor, os_user, host, bundle, request_id, input_digest, salt, token)
        VALUES (at, command, actor, os_user, host, bundle, request_id, input_digest, request_salt, token) RETURNING id INTO operation;
    INSERT INTO custcode.gap_ranges (sequence, first, last, reason, operation) VALUES (passed.sequence, number, number, reason, operation);
    IF NOT FOUND OR operation IS NULL THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the gap or of its operation was not written';
    END IF;
    INSERT INTO custcode.links (sequence, lease, position, operation, hash) VALUES (passed.sequence, block, passed.position, operation, passed.head);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the link of the chain was not written';
    END IF;
END
$$;
