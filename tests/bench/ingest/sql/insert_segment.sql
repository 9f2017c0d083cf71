-- SPDX-License-Identifier: Apache-2.0
-- That entry as a segment of its own. Parameters: $1 scope, $2 number, $3 change id, $4 chain,
-- $5 recorded at.
INSERT INTO uptake.feed_segment (scope_id, first_seq, last_seq, change_ids, chain, recorded_at)
VALUES ($1, $2, $2, ARRAY[$3::bigint], $4, $5::timestamptz)
