-- SPDX-License-Identifier: Apache-2.0
-- The way most schedulers claim: one obligation, its delivery, a commit; then the next. It runs inside the
-- server and pays no round trips. The same rows come out as from the statements of workflow.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE OR REPLACE PROCEDURE bench.claim_one_by_one(today date) LANGUAGE plpgsql AS $$
DECLARE
    due record;
    delivery bigint;
BEGIN
    LOOP
        SELECT o.obligation_id, o.recipient_id, u.email INTO due
        FROM uptake.obligation o
        JOIN uptake.unit u ON u.item_id = o.recipient_id
        WHERE o.state = 'planned' AND NOT o.held AND o.send_on <= today
        ORDER BY o.send_on
        LIMIT 1
        FOR UPDATE OF o SKIP LOCKED;
        EXIT WHEN NOT FOUND;
        SELECT delivery_id INTO delivery FROM uptake.delivery
        WHERE recipient_id = due.recipient_id AND digest_on = today;
        IF NOT FOUND THEN
            INSERT INTO uptake.delivery (recipient_id, digest_on, address, message_id, state, reason, fence,
                                         uncertain_attempts, next_attempt_at, last_error, created_at)
            VALUES (due.recipient_id, today, due.email, gen_random_uuid()::text, 'claimed', 'being sent', 0, 0,
                    '2026-01-01', '', '2026-01-01')
            RETURNING delivery_id INTO delivery;
        END IF;
        UPDATE uptake.obligation
        SET state = 'claimed', delivery_id = delivery, reason = 'in the digest of the day', changed_at = '2026-01-01'
        WHERE obligation_id = due.obligation_id;
        COMMIT;
    END LOOP;
END
$$;
