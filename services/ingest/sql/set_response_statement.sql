-- SPDX-License-Identifier: Apache-2.0
-- The text of the response stays in the change. Parameters: parallel arrays $1 item_id, $2 state,
-- $3 approver, $4 approved_on.
INSERT INTO uptake.response (item_id, state, approver, approved_on)
SELECT item_id, state::uptake.response_state, approver, approved_on::date
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
     AS r (item_id, state, approver, approved_on)
ON CONFLICT (item_id) DO UPDATE
SET state = excluded.state, approver = excluded.approver, approved_on = excluded.approved_on
