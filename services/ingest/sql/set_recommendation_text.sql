-- SPDX-License-Identifier: Apache-2.0
-- Parameters: parallel arrays $1 item_id, $2 code, $3 text, $4 issuers, $5 themes (JSON lists).
INSERT INTO uptake.recommendation (item_id, code, text, issuers, themes, position_source)
SELECT item_id, code, text, ARRAY(SELECT jsonb_array_elements_text(issuers::jsonb)),
       ARRAY(SELECT jsonb_array_elements_text(themes::jsonb)), ''
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
     AS r (item_id, code, text, issuers, themes)
ON CONFLICT (item_id) DO UPDATE
SET code = excluded.code, text = excluded.text, issuers = excluded.issuers, themes = excluded.themes
