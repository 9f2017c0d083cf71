-- SPDX-License-Identifier: Apache-2.0
-- Forgets sessions that ended by themselves. Their links expired long before. Parameters: $1 now.
DELETE FROM uptake.session WHERE expires_at < $1::timestamptz
