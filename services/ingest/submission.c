/* SPDX-License-Identifier: Apache-2.0 */
#include "submission.h"

#include <stdlib.h>
#include <string.h>

size_t submission_cost(const struct submission *submission)
{
    const size_t chunk = 1024; /* the least an arena takes */

    return sizeof(*submission) + chunk + submission->arena.used;
}

void submission_free(struct submission *submission)
{
    if (!submission)
        return;
    arena_finish(&submission->arena);
    free(submission);
}

void submission_leave_unread(struct submission *submission)
{
    static const Uptake__V1__Change unread = UPTAKE__V1__CHANGE__INIT;

    submission->change = &unread;
    submission->careful = true;
}

void submission_park(struct submission *submission)
{
    submission_leave_unread(submission);
    submission->outcome = UPTAKE__V1__OUTCOME__OUTCOME_PARKED;
    submission->is_judged = true;
    err_set(&submission->why, ERR_REJECT, "PARKED", "change",
            "the service ended %d times while it looked at the change; it is kept unread",
            submission->attempts);
}

void uuid_format(const uint8_t id[MESSAGE_ID_BYTES], char text[UUID_TEXT])
{
    static const int parts[] = {4, 2, 2, 2, 6};
    char *at = text;

    for (int part = 0, from = 0; part < 5; from += parts[part++]) {
        if (part > 0)
            *at++ = '-';
        bytes_to_hex(id + from, (size_t)parts[part], at);
        at += 2 * parts[part];
    }
}
