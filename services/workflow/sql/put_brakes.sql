-- SPDX-License-Identifier: Apache-2.0
-- What the brake holds now. A hold keeps the day it began and the release that stood then, unless a newer
-- release was used up. Arrays: $1 policy, $2 reason, $3 recipients, $4 allowed, $5 release that stands.
-- $6 :now. Leans on brake_hold_pkey.
INSERT INTO uptake.brake_hold (policy_id, reason, recipients, allowed, release_before, held_at)
SELECT given.policy_id, given.reason, given.recipients, given.allowed, given.release, $6::timestamptz
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
     AS given (policy_id, reason, recipients, allowed, release)
ON CONFLICT (policy_id) DO UPDATE
SET reason = excluded.reason, recipients = excluded.recipients, allowed = excluded.allowed,
    release_before = CASE WHEN brake_hold.reason = excluded.reason THEN brake_hold.release_before
                          ELSE excluded.release_before END
WHERE (brake_hold.reason, brake_hold.recipients, brake_hold.allowed)
      IS DISTINCT FROM (excluded.reason, excluded.recipients, excluded.allowed)
