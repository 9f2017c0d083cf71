-- SPDX-License-Identifier: Apache-2.0
-- One further entry in the feed of a scope. Parameters: $1 scope, $2 hash of the entry, $3 recorded at
-- at least. Columns: its number, the chain, recorded at.
UPDATE uptake.feed_head
SET seq = seq + 1, chain = sha256(chain || $2::bytea),
    recorded_at = greatest($3::timestamptz, recorded_at + interval '1 microsecond')
WHERE scope_id = $1
RETURNING seq, chain, recorded_at
