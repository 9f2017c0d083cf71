/* SPDX-License-Identifier: Apache-2.0 */
#include "patience.h"

#include <string.h>

bool patience_is_over(struct patience *patience, const struct submission *submission,
                      uint64_t now_ms)
{
    unsigned at;

    for (unsigned i = 0; i < PATIENCE_ENTRIES; i++)
        if (patience->entries[i].sender_id == submission->sender_id &&
            memcmp(patience->entries[i].message_id, submission->message_id, MESSAGE_ID_BYTES) == 0)
            return now_ms - patience->entries[i].first_ms >= PATIENCE_MS;
    at = patience->next++ % PATIENCE_ENTRIES;
    patience->entries[at].sender_id = submission->sender_id;
    patience->entries[at].first_ms = now_ms;
    memcpy(patience->entries[at].message_id, submission->message_id, MESSAGE_ID_BYTES);
    return false;
}
