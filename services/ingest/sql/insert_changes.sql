-- SPDX-License-Identifier: Apache-2.0
-- History, inbox and feed payload in one row. Parameters: parallel arrays $1 change_id,
-- $2 sender_id, $3 message_id, $4 body_sha256, $5 operation, $6 kind, $7 document, $8 item_id,
-- $9 revision, $10 body, $11 outcome, $12 progress, $13 reported_on, $14 scopes (literals);
-- $15 recorded_at.
INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind,
                           document, item_id, revision, body, outcome, progress, reported_on,
                           scopes, recorded_at)
SELECT change_id, sender_id, message_id, body_sha256, operation::uptake.operation,
       kind::uptake.item_kind, document, item_id, revision, body, outcome::uptake.outcome,
       progress::uptake.progress_word, reported_on::date, scopes::int[], $15::timestamptz
FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::bytea[], $5::text[], $6::text[],
            $7::text[], $8::bigint[], $9::bigint[], $10::bytea[], $11::text[], $12::text[],
            $13::text[], $14::text[])
     AS c (change_id, sender_id, message_id, body_sha256, operation, kind, document, item_id,
           revision, body, outcome, progress, reported_on, scopes)
