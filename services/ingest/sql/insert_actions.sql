-- SPDX-License-Identifier: Apache-2.0
-- New actions with what their first change says of them: one row each instead of three versions of it.
-- Parameters: parallel arrays $1 item_id, $2 code, $3 text, $4 timeframe as written, $5 start_on,
-- $6 first due_on, $7 precision, $8 1 progressive + 2 open, $9 the responsible as written.
INSERT INTO uptake.action (item_id, code, text, timeframe_source, start_on, first_due_on,
                           timeframe_precision, progressive, is_open, responsibility_source)
SELECT item_id, code, text, timeframe_source, start_on::date, due_on::date,
       precision_word::uptake.timeframe_precision, flags & 1 > 0, flags & 2 > 0, responsibility_source
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::bigint[], $9::text[])
     AS a (item_id, code, text, timeframe_source, start_on, due_on, precision_word, flags,
           responsibility_source)
