-- SPDX-License-Identifier: Apache-2.0
-- Signs out. Parameters: $1 session hash, $2 now.
UPDATE uptake.session SET ended_at = $2::timestamptz
WHERE session_hash = $1::bytea AND ended_at IS NULL
