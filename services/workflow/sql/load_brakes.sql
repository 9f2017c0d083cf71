-- SPDX-License-Identifier: Apache-2.0
-- What each policy would send now, and what holds it: a row per policy with something due or a hold.
-- $1 day, $2 recipients a day that is no matter, $3 days with mail that tell what is usual.
-- Columns: policy, its key, recipients due, newest day of what is due, recipients of today, median of the
-- last days with mail (NULL: too few of them, or no matter), reason it is held (NULL: it is not), change with
-- the release before the hold, change with the last release (0: none), its body, recipients since that
-- release (0 where that is too old to be of what is due), whether anything due waits, a digest of today or not. Leans on obligation_due, delivery (recipient, day), delivery_day, obligation_delivery.
-- OFFSET 0: a delivery's obligations are looked up by it, never joined to all of a policy's, of which there are millions.
WITH due AS (
    SELECT o.policy_id, count(DISTINCT o.recipient_id) FILTER (WHERE l.delivery_id IS NULL) AS n,
           max(o.send_on) FILTER (WHERE l.delivery_id IS NULL) AS newest_on
    FROM uptake.obligation o
    LEFT JOIN uptake.delivery l ON l.recipient_id = o.recipient_id AND l.digest_on = $1::date
    WHERE o.state = 'planned' AND NOT o.held
      AND o.send_on <= $1::date
    GROUP BY 1
), concerned AS (
    SELECT coalesce(due.policy_id, h.policy_id) AS policy_id, coalesce(due.n, 0) AS n, due.newest_on,
           due.policy_id IS NOT NULL AS waits,
           h.reason, h.release_before,
           (SELECT count(DISTINCT l.recipient_id) FROM uptake.delivery l
            WHERE l.digest_on = $1::date
              AND EXISTS (SELECT FROM uptake.obligation o
                          WHERE o.delivery_id = l.delivery_id AND o.policy_id = coalesce(due.policy_id, h.policy_id)
                          OFFSET 0)) AS today
    FROM due FULL JOIN uptake.brake_hold h USING (policy_id)
)
SELECT i.item_id, i.item_key, c.n, c.newest_on, c.today,
       CASE WHEN c.n + c.today > $2::bigint THEN
           (SELECT CASE WHEN count(*) >= $3::bigint
                        THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY usual.n) END
            FROM (SELECT l.digest_on, count(DISTINCT l.recipient_id) AS n FROM uptake.delivery l
                  WHERE l.digest_on < $1::date
                    AND EXISTS (SELECT FROM uptake.obligation o
                                WHERE o.delivery_id = l.delivery_id AND o.policy_id = i.item_id OFFSET 0)
                  GROUP BY 1 ORDER BY 1 DESC LIMIT $3::bigint) usual) END,
       c.reason, c.release_before, coalesce(i.group_changes[36], 0), r.body,
       CASE WHEN c.newest_on <= (r.recorded_at + interval '2 days')::date THEN
       (SELECT count(DISTINCT l.recipient_id) FROM uptake.delivery l
        WHERE l.digest_on >= (r.recorded_at - interval '1 day')::date AND l.created_at >= r.recorded_at
          AND EXISTS (SELECT FROM uptake.obligation o
                      WHERE o.delivery_id = l.delivery_id AND o.policy_id = i.item_id OFFSET 0))
       ELSE 0 END,
       c.waits
FROM concerned c
JOIN uptake.item i ON i.item_id = c.policy_id
LEFT JOIN uptake.change r ON r.change_id = i.group_changes[36]
ORDER BY i.item_id
