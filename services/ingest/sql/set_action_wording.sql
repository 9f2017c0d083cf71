-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_id, $2 code, $3 text.
INSERT INTO uptake.action (item_id, code, text, timeframe_source, timeframe_precision,
                           progressive, is_open, responsibility_source)
VALUES ($1::bigint, $2, $3, '', 'unspecified', false, false, '')
ON CONFLICT (item_id) DO UPDATE SET code = excluded.code, text = excluded.text
