-- SPDX-License-Identifier: Apache-2.0
-- What was not applied, so that a repeat gets the same answer. Parameters: parallel arrays
-- $1 sender_id, $2 message_id, $3 body_sha256, $4 outcome, $5 code, $6 place, $7 remedy,
-- $8 revision, $9 item key; $10 recorded_at.
INSERT INTO uptake.refusal AS refusal (sender_id, message_id, body_sha256, outcome, code, place, remedy,
                            revision, recorded_at, item_key)
SELECT sender_id, message_id::uuid, body_sha256, outcome::uptake.outcome, code, place, remedy,
       revision, $10::timestamptz,
       item_key
FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[],
            $7::text[], $8::bigint[], $9::text[])
     AS r (sender_id, message_id, body_sha256, outcome, code, place, remedy, revision, item_key)
ON CONFLICT (sender_id, message_id) DO UPDATE
SET body_sha256 = excluded.body_sha256, outcome = excluded.outcome, code = excluded.code,
    place = excluded.place, remedy = excluded.remedy, revision = excluded.revision,
    recorded_at = excluded.recorded_at
WHERE refusal.code IN ('NOT_GRANTED', 'GROUP_NOT_OWNED', 'SCOPE_UNKNOWN')
