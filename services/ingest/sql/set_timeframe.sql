-- SPDX-License-Identifier: Apache-2.0
-- As first agreed; the day that counts stands in item. Parameters: parallel arrays $1 item_id, $2 the
-- source's text, $3 start_on, $4 due_on, $5 precision, $6 1 progressive + 2 open. Leans on action_pkey.
UPDATE uptake.action a
SET timeframe_source = t.source, start_on = t.start_on::date, first_due_on = t.due_on::date,
    timeframe_precision = t.precision_word::uptake.timeframe_precision,
    progressive = t.flags & 1 > 0, is_open = t.flags & 2 > 0
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
     AS t (item_id, source, start_on, due_on, precision_word, flags)
WHERE a.item_id = t.item_id
