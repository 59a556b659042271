-- Version 4: a row that a trigger or a rule kept from being written is an error; run with the schema `custcode` first in the search path.
--
-- The functions are those of version 3, which tells what they do. Each looks at what became of every row: what was not written fails with
-- CC003, so that nothing of it stays and no code is told.

-- Gives a new customer, `reference` to `line`, the code of the next number, and answers that number. It answers nothing, and writes nothing,
-- where codes may not be issued now or the customer is known; it fails with CC001 when the next number is not among those whose codes were sent.
--
-- `person` is the customer's record, packed for the chain. `canonical`, `written` and `items` are the codes of every `step`th number from `lowest` to
-- `highest`; `written` is empty where none is written otherwise, `items` are packed for the chain but for the customer's record. `rule`, `scope` and `start`
-- are the counter and its first number; `block` is the lease that the number comes out of, or nothing.
CREATE OR REPLACE FUNCTION issue(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, token text, said text,
    reference text, name text, fields text, attributes text, date text, line bigint, person text,
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
BEGIN
    IF NOT may_issue(version, bundle, known, request_id) THEN
        RETURN NULL;
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
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the operation was not written';
    END IF;

    IF block IS NULL THEN
        -- Who waits for a row is woken twice, by whoever was first in its queue and by whoever changed it; so they queue for this lock.
        -- It is assigned, not performed: that takes no query.
        turn := pg_advisory_xact_lock(hashtextextended(rule || scope, 0));
        UPDATE sequences AS it
            SET last = coalesce(it.last + step, start), position = position + 1,
                head = link(head, digest(said, 'c', items[(coalesce(it.last + step, start) - lowest) / step + 1] || person))
            WHERE it.rule = issue.rule AND it.scope = issue.scope AND it.highest IS NULL
                AND coalesce(it.last + step, start) BETWEEN lowest AND issue.highest
                AND (coalesce(it.last + step, start) - lowest) % step = 0
            RETURNING id AS sequence, last AS number, position, head INTO counted;
    ELSE
        UPDATE leases
            SET next = next + step, returned_at = CASE WHEN next + step > last THEN at END, position = position + 1,
                head = link(head, digest(said, 'c', items[(next - lowest) / step + 1] || person))
            WHERE id = block AND returned_at IS NULL AND next BETWEEN lowest AND highest AND (next - lowest) % step = 0
            RETURNING sequence, next - step AS number, position, head INTO counted;
    END IF;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC001' USING MESSAGE = 'the next number is not among those that were sent';
    END IF;

    place := (counted.number - lowest) / step + 1;
    INSERT INTO codes (id, canonical, written, customer, sequence, number, operation)
        VALUES (code, canonical[place], written[place], customer, counted.sequence, counted.number, operation);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the code was not written';
    END IF;
    INSERT INTO links (sequence, lease, position, operation, hash)
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
CREATE OR REPLACE FUNCTION take_block(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, token text, said text,
    rule text, scope text, start bigint, step bigint, size bigint, highest bigint
) RETURNS TABLE (block bigint, next_number bigint, last_number bigint) LANGUAGE plpgsql AS $$
DECLARE
    held CONSTANT bigint := 7810756275293126656; -- "leas" in ASCII, then the id: where no other program has its locks
    operation bigint;
    counter record;
    hash text;
BEGIN
    PERFORM pg_advisory_unlock_all();
    SELECT * INTO block, next_number, last_number FROM (
        SELECT leases.id, leases.next, leases.last FROM leases
        WHERE sequence = (SELECT id FROM sequences AS it WHERE it.rule = take_block.rule AND it.scope = take_block.scope)
            AND returned_at IS NULL
        ORDER BY (holder = host) DESC, leases.id OFFSET 0
    ) AS open WHERE pg_try_advisory_lock(held + open.id) LIMIT 1;
    IF FOUND THEN
        RETURN NEXT;
        RETURN;
    END IF;

    IF NOT may_issue(version, bundle, known, request_id) THEN
        RETURN;
    END IF;
    SELECT id, last, head, position INTO counter FROM sequences AS it
        WHERE it.rule = take_block.rule AND it.scope = take_block.scope AND it.highest IS NULL
            AND (it.last IS NULL OR it.last >= start AND (it.last - start) % step = 0)
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    next_number := coalesce(counter.last + step, start);
    IF next_number > highest THEN
        SELECT leases.id, leases.next, leases.last INTO block, next_number, last_number FROM leases
            WHERE sequence = counter.id AND returned_at IS NULL ORDER BY (holder = host) DESC, leases.id LIMIT 1;
        IF FOUND THEN
            RETURN NEXT;
        END IF;
        RETURN;
    END IF;

    last_number := next_number + least(size - 1, (highest - next_number) / step) * step;
    INSERT INTO operations (at, command, actor, os_user, host, bundle, request_id, input_digest, token)
        VALUES (at, command, actor, os_user, host, bundle, request_id, input_digest, token) RETURNING id INTO operation;
    INSERT INTO leases (sequence, first, last, next, holder, operation)
        VALUES (counter.id, next_number, last_number, next_number, host, operation) RETURNING id INTO block;
    IF operation IS NULL OR block IS NULL THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the block or of its operation was not written';
    END IF;
    PERFORM pg_try_advisory_lock(held + block);
    hash := link(counter.head, digest(said, 'l',
        packed(CAST(next_number AS text)) || packed(CAST(last_number AS text)) || packed(host)));
    UPDATE sequences SET last = last_number, position = counter.position + 1, head = hash WHERE id = counter.id;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the counter was not moved';
    END IF;
    INSERT INTO links (sequence, position, operation, hash) VALUES (counter.id, counter.position + 1, operation, hash);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the link of the chain was not written';
    END IF;
    RETURN NEXT;
END
$$;

-- Passes over the next number of a block for a reason; `gap` is the gap, packed for the chain. Does nothing where another number is next.
CREATE OR REPLACE FUNCTION pass_over(
    version text, bundle text, known text[],
    request_id text, at text, command text, actor text, os_user text, host text, input_digest text, token text, said text,
    block bigint, number bigint, step bigint, reason text, gap text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    operation bigint;
    passed record;
BEGIN
    IF NOT may_issue(version, bundle, known, request_id) THEN
        RETURN;
    END IF;
    UPDATE leases
        SET next = next + step, returned_at = CASE WHEN next + step > last THEN at END, position = position + 1,
            head = link(head, digest(said, 'g', gap))
        WHERE id = block AND next = number
        RETURNING sequence, position, head INTO passed;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO operations (at, command, actor, os_user, host, bundle, request_id, input_digest, token)
        VALUES (at, command, actor, os_user, host, bundle, request_id, input_digest, token) RETURNING id INTO operation;
    INSERT INTO gap_ranges (sequence, first, last, reason, operation) VALUES (passed.sequence, number, number, reason, operation);
    IF NOT FOUND OR operation IS NULL THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the row of the gap or of its operation was not written';
    END IF;
    INSERT INTO links (sequence, lease, position, operation, hash) VALUES (passed.sequence, block, passed.position, operation, passed.head);
    IF NOT FOUND THEN
        RAISE SQLSTATE 'CC003' USING MESSAGE = 'the link of the chain was not written';
    END IF;
END
$$;
