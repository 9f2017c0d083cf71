-- SPDX-License-Identifier: Apache-2.0
-- Keeps what was written, unless somebody saved something else since: then no row comes back.
-- Parameters: $1 to $4 as load_draft, $5 the version that was seen (0: none), $6 to $12 the texts in the
-- order of struct form_text, $13 now. A new draft begins with a number that an earlier one did not have:
-- an old window must not take it for the one it saw. Columns: version. Leans on draft_pkey.
INSERT INTO uptake.draft AS d (unit, action, policy, cycle, version, progress, source, narrative,
                               evidence, completed_on, hold, hold_reason, saved_at)
VALUES ($1::text, $2::text, $3::text, $4::int, greatest($5::int, (extract(epoch FROM $13::timestamptz) - 1700000000)::int) + 1, $6::text, $7::text, $8::text, $9::text,
        $10::text, $11::text, $12::text, $13::timestamptz)
ON CONFLICT (unit, action, policy, cycle) DO UPDATE
SET version = d.version + 1, progress = excluded.progress, source = excluded.source,
    narrative = excluded.narrative, evidence = excluded.evidence,
    completed_on = excluded.completed_on, hold = excluded.hold, hold_reason = excluded.hold_reason,
    saved_at = excluded.saved_at
WHERE d.version = $5::int
   OR (d.progress, d.source, d.narrative, d.evidence, d.completed_on, d.hold, d.hold_reason)
      = (excluded.progress, excluded.source, excluded.narrative, excluded.evidence,
         excluded.completed_on, excluded.hold, excluded.hold_reason)
RETURNING d.version
