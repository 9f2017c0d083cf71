-- SPDX-License-Identifier: Apache-2.0
-- One row of history. Parameters: $1 sender, $2 message id, $3 hash, $4 document, $5 item, $6 revision,
-- $7 body, $8 progress word, $9 scopes, $10 recorded at. Columns: its id.
INSERT INTO uptake.change (change_id, sender_id, message_id, body_sha256, operation, kind, document,
                           item_id, revision, body, outcome, progress, reported_on, scopes, recorded_at)
VALUES (nextval('uptake.change_id_seq'), $1, $2, $3, 'set', 'action', $4, $5, $6, $7, 'committed',
        $8::uptake.progress_word, '2026-06-30', $9::int[], $10::timestamptz)
RETURNING change_id
