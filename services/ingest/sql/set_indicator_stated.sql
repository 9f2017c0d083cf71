-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 name, $3 id of what it is about, $4 met, $5 total, $6 value,
-- $7 unit, $8 dated_on, $9 target, $10 level.
INSERT INTO uptake.indicator (item_id, name, about_id, met, total, value, unit, dated_on, target, level)
SELECT item_id, name, about_id, met, total, value::numeric, unit, dated_on::date, target::numeric, level
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[])
     AS i (item_id, name, about_id, met, total, value, unit, dated_on, target, level)
ON CONFLICT (item_id) DO UPDATE
SET name = excluded.name, about_id = excluded.about_id, met = excluded.met, total = excluded.total,
    value = excluded.value, unit = excluded.unit, dated_on = excluded.dated_on,
    target = excluded.target, level = excluded.level
