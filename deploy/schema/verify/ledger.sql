-- SPDX-License-Identifier: Apache-2.0
-- Verify uptake:ledger

BEGIN;
SELECT obligation_id, policy_id, subject_id, cycle, cycle_on, step, recipient_id, send_on, state,
       reason, coalesced_cycle, coalesced_step, delivery_id, changed_at, reminder_recorded_at,
       reminder_refused_at
FROM uptake.obligation WHERE false;
SELECT delivery_id, recipient_id, digest_on, address, message_id, state, reason, attempt_id, worker,
       fence, uncertain_attempts, next_attempt_at, last_error, created_at, sent_at
FROM uptake.delivery WHERE false;
SELECT 1 / count(*) FROM uptake.workflow_cursor WHERE consumer = 'plan';
SELECT 1 / count(*) FROM pg_constraint
WHERE conrelid = 'uptake.obligation'::regclass AND contype = 'u';
SELECT 1 / count(*) FROM pg_constraint
WHERE conrelid = 'uptake.delivery'::regclass AND contype = 'u';
ROLLBACK;
