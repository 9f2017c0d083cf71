-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 name, $3 forum, $4 held_from, $5 held_to, $6 organisers
-- (JSON lists), $7 scale.
INSERT INTO uptake.assessment_round (item_id, name, forum, held_from, held_to, organisers, scale)
SELECT item_id, name, forum, held_from::date, held_to::date,
       ARRAY(SELECT jsonb_array_elements_text(organisers::jsonb)), scale::uptake.scale
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     AS r (item_id, name, forum, held_from, held_to, organisers, scale)
ON CONFLICT (item_id) DO UPDATE
SET name = excluded.name, forum = excluded.forum, held_from = excluded.held_from,
    held_to = excluded.held_to, organisers = excluded.organisers, scale = excluded.scale
