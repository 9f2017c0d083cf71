-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 code, $3 text.
INSERT INTO uptake.action (item_id, code, text, timeframe_source, timeframe_precision,
                           progressive, is_open, responsibility_source)
SELECT item_id, code, text, '', 'unspecified', false, false, ''
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS a (item_id, code, text)
ON CONFLICT (item_id) DO UPDATE SET code = excluded.code, text = excluded.text
