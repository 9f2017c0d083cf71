-- SPDX-License-Identifier: Apache-2.0
-- The text of the response stays in the change. Parameters: $1 item_id, $2 state, $3 approver,
-- $4 approved_on.
INSERT INTO uptake.response (item_id, state, approver, approved_on)
VALUES ($1::bigint, $2::uptake.response_state, $3, nullif($4, '')::date)
ON CONFLICT (item_id) DO UPDATE
SET state = excluded.state, approver = excluded.approver, approved_on = excluded.approved_on
