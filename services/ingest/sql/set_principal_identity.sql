-- SPDX-License-Identifier: Apache-2.0
-- Who a principal is. One that bootstrap made is taken over by its name.
-- Parameters: parallel arrays $1 item_id, $2 title, $3 contact, $4 1: speaks for others;
-- $5 recorded at. Leans on item_pkey, principal_name_key.
INSERT INTO uptake.principal (name, internal, created_at, item_id, title, contact, speaks_for_others)
SELECT substr(i.item_key, length('principal:') + 1), false, $5::timestamptz, i.item_id, p.title, p.contact,
       p.speaks > 0
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS p (item_id, title, contact, speaks)
JOIN uptake.item i USING (item_id)
ON CONFLICT (name) DO UPDATE
SET item_id = excluded.item_id, title = excluded.title, contact = excluded.contact,
    speaks_for_others = excluded.speaks_for_others
