-- SPDX-License-Identifier: Apache-2.0
-- Rows of history that contradict themselves or what they stand on.
-- Parameters: change ids $1 (exclusive) to $2; $3 scope_id or NULL.
-- Columns: invariant, place, what differs. Leans on change_pkey, refusal_pkey, item_pkey.
WITH page AS MATERIALIZED (
    SELECT change_id, sender_id, message_id, operation, item_id, outcome, scopes,
           coalesce(sha256(body) <> body_sha256, false) AS spoiled
    FROM uptake.change
    WHERE change_id > $1::bigint AND change_id <= $2::bigint
      AND ($3::int IS NULL OR scopes @> ARRAY[$3::int])
)
SELECT 'I5', 'change ' || change_id, 'its hash is not that of its bytes'
FROM page WHERE spoiled
UNION ALL
SELECT 'I2', 'change ' || c.change_id, 'the same message was also ' || r.outcome || ' (' || r.code || ')'
FROM page c JOIN uptake.refusal r USING (sender_id, message_id)
-- These are judged again once the right or the scope is there.
WHERE r.code NOT IN ('NOT_GRANTED', 'GROUP_NOT_OWNED', 'SCOPE_UNKNOWN')
UNION ALL
SELECT 'I3', 'change ' || c.change_id, 'sent by principal ' || c.sender_id || ', which there is not'
FROM page c
WHERE NOT EXISTS (SELECT FROM uptake.principal p WHERE p.principal_id = c.sender_id)
UNION ALL
SELECT 'I3', 'change ' || c.change_id, 'an image that was not written by ingest but by ' || p.name
FROM page c JOIN uptake.principal p ON p.principal_id = c.sender_id
WHERE c.operation <> 'set' AND NOT p.internal
UNION ALL
SELECT 'I3', 'change ' || change_id, 'stands in history though it was ' || outcome
FROM page WHERE outcome NOT IN ('committed', 'merged')
UNION ALL
SELECT 'I3', 'change ' || c.change_id, 'changed item ' || c.item_id || ', which there is not'
FROM page c
WHERE NOT EXISTS (SELECT FROM uptake.item i WHERE i.item_id = c.item_id)
UNION ALL
SELECT 'I13', 'change ' || change_id, 'has no row in either chain of audit, hq or audit'
FROM page
WHERE operation = 'set' AND NOT scopes && ARRAY[1, 3]
