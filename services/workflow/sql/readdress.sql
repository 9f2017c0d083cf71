-- SPDX-License-Identifier: Apache-2.0
-- Takes obligations back from digests that were refused, once the recipient's address is another or was
-- stated again, as the same, since the digest was made; and from those that no server took yet, once it is
-- another. One of these that may have arrived is repeated as it is, for a day. What an attempt has in hand is
-- passed over: its end asks for this again. What is taken back is held until a plan has looked at it: the cycle
-- may be answered, held or closed by now, and another process claim before that.
-- $1 reason, $2 :now. Leans on delivery_waiting, delivery_failed, obligation_delivery.
WITH overtaken AS (
    UPDATE uptake.delivery
    SET state = 'failed', next_attempt_at = NULL,
        reason = 'not taken yet when the unit''s address became another',
        last_error = 'ADDRESS_CHANGED: ' || delivery.last_error
    WHERE delivery.delivery_id IN (
        SELECT waiting.delivery_id
        FROM uptake.delivery AS waiting
        JOIN uptake.unit ON unit.item_id = waiting.recipient_id
        WHERE waiting.next_attempt_at IS NOT NULL
          AND waiting.state = 'claimed'
          AND waiting.attempt_id IS NULL
          AND waiting.fence > 0
          AND (waiting.uncertain_attempts = 0 OR waiting.created_at < $2::timestamptz - interval '1 day')
          AND unit.email NOT IN ('', waiting.address)
        FOR UPDATE OF waiting SKIP LOCKED)
    RETURNING delivery.delivery_id
), taken_back AS (
    SELECT delivery_id FROM overtaken
    UNION ALL
    SELECT delivery.delivery_id
    FROM uptake.delivery
    JOIN uptake.unit ON unit.item_id = delivery.recipient_id
    JOIN uptake.item ON item.item_id = delivery.recipient_id
    LEFT JOIN uptake.change AS contact ON contact.change_id = item.group_changes[11]
    WHERE delivery.state = 'failed'
      AND unit.email <> ''
      AND (unit.email <> delivery.address OR contact.recorded_at > delivery.created_at)
)
UPDATE uptake.obligation
SET state = 'planned', held = true, delivery_id = NULL, reason = $1, changed_at = $2::timestamptz
FROM taken_back
WHERE obligation.delivery_id = taken_back.delivery_id
  AND obligation.state = 'claimed'
