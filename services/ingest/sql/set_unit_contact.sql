-- SPDX-License-Identifier: Apache-2.0
-- Parameters: $1 item_id, $2 email, $3 language.
UPDATE uptake.unit SET email = $2, language = $3 WHERE item_id = $1::bigint
