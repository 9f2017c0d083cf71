-- SPDX-License-Identifier: Apache-2.0
-- The brake lets go. $1 policies. Leans on brake_hold_pkey.
DELETE FROM uptake.brake_hold WHERE policy_id = ANY ($1::bigint[])
