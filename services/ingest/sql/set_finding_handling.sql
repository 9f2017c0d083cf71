-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 state, $3 assigned to, $4 resolution, $5 handled by,
-- $6 handled on. Leans on finding_pkey.
UPDATE uptake.finding f
SET state = h.state::uptake.finding_state, assigned_to = h.assigned_to, resolution = h.resolution,
    handled_by = h.handled_by, handled_on = h.handled_on::date
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
     AS h (item_id, state, assigned_to, resolution, handled_by, handled_on)
WHERE f.item_id = h.item_id
