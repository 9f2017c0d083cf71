-- SPDX-License-Identifier: Apache-2.0
-- What the made register is packed with: the few forms of the wire format its bodies need. Lengths
-- below 16384.
CREATE SCHEMA bench;

-- In PL/pgSQL, because functions in SQL are put in place of their calls, arguments once for each use.
CREATE FUNCTION bench.varint(n bigint) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF n < 128 THEN
        RETURN set_byte('\x00'::bytea, 0, n::int);
    ELSIF n < 16384 THEN
        RETURN set_byte(set_byte('\x0000'::bytea, 0, (n & 127 | 128)::int), 1, (n >> 7)::int);
    END IF;
    RETURN set_byte(set_byte(set_byte('\x000000'::bytea, 0, (n & 127 | 128)::int),
                             1, (n >> 7 & 127 | 128)::int), 2, (n >> 14)::int);
END
$$;

-- A field of bytes: its tag, its length, its value.
CREATE FUNCTION bench.field(tag bytea, value bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN tag || bench.varint(length(value)) || value;
END
$$;

CREATE FUNCTION bench.line(tag bytea, value text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN tag || bench.varint(octet_length(value)) || convert_to(value, 'UTF8');
END
$$;

-- Change up to its groups: operation set, kind action, document, subject, base revision (0 is not
-- written).
CREATE FUNCTION bench.change_of_action(document text, subject text, base bigint) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN '\x08011004'::bytea || bench.line('\x1a', document) || bench.line('\x22', subject)
           || CASE WHEN base = 0 THEN ''::bytea ELSE '\x28'::bytea || bench.varint(base) END;
END
$$;

-- Entries that are changes already but in no segment: they go to the end of the feeds of their scopes,
-- a hundred to a segment, each chained to the one before.
CREATE FUNCTION bench.tell_feeds(from_id bigint, to_id bigint, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    s record;
    scope int := 0;
    head record;
BEGIN
    FOR s IN
        SELECT e.scope_id, array_agg(e.change_id ORDER BY e.change_id) AS ids,
               string_agg(e.body_sha256, ''::bytea ORDER BY e.change_id) AS hashes
        FROM (SELECT u.scope_id, c.change_id, c.body_sha256,
                     (row_number() OVER (PARTITION BY u.scope_id ORDER BY c.change_id) - 1) / 100 AS part
              FROM uptake.change c CROSS JOIN unnest(c.scopes) AS u (scope_id)
              WHERE c.change_id BETWEEN from_id AND to_id) e
        GROUP BY e.scope_id, e.part
        ORDER BY e.scope_id, e.part
    LOOP
        IF s.scope_id <> scope THEN
            IF scope > 0 THEN
                UPDATE uptake.feed_head SET seq = head.seq, chain = head.chain, recorded_at = at
                WHERE scope_id = scope;
            END IF;
            scope := s.scope_id;
            SELECT seq, chain INTO head FROM uptake.feed_head WHERE scope_id = scope FOR UPDATE;
        END IF;
        head.chain := sha256(head.chain || s.hashes);
        INSERT INTO uptake.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at)
        VALUES (scope, head.seq + 1, head.seq + cardinality(s.ids), s.ids, head.chain, at);
        head.seq := head.seq + cardinality(s.ids);
    END LOOP;
    IF scope > 0 THEN
        UPDATE uptake.feed_head SET seq = head.seq, chain = head.chain, recorded_at = at
        WHERE scope_id = scope;
    END IF;
END
$$;
