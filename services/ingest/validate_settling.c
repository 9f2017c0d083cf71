/* SPDX-License-Identifier: Apache-2.0 */
/* What a redaction and a decision about a dead letter must keep. */
#include "checks.h"
#include "submission.h"

#include <string.h>

static bool check_revisions(const Uptake__V1__Redaction *r, struct err *err)
{
    if (r->n_revisions == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "redaction.revisions",
                       "name the revisions whose changes are to be wiped");
    for (size_t i = 0; i < r->n_revisions; i++)
        if (r->revisions[i] < 1 || r->revisions[i] > INT32_MAX ||
            (i > 0 && r->revisions[i] <= r->revisions[i - 1]))
            return err_set(err, ERR_REJECT, "NUMBER_RANGE", "redaction.revisions",
                           "ascending, each from 1");
    return check_count(r->n_revisions, "redaction.revisions", err);
}

bool check_redaction(const Uptake__V1__Redaction *r, struct err *err)
{
    return check_revisions(r, err) &&
           check_line(r->ordered_by, "redaction.ordered_by", NAME_BYTES, true, err) &&
           check_line(r->reason, "redaction.reason", NAME_BYTES, true, err);
}

bool check_letter(const Uptake__V1__Change *c, struct err *err)
{
    const Uptake__V1__DeadLetterDecision *d = c->dead_letter_decision;
    char hex[2 * MESSAGE_ID_BYTES + 1];

    if (d->message_id.len != MESSAGE_ID_BYTES)
        return err_set(err, ERR_REJECT, "BAD_MESSAGE_ID", "dead_letter_decision.message_id",
                       "need the 16 bytes of the parked change's id");
    bytes_to_hex(d->message_id.data, MESSAGE_ID_BYTES, hex);
    if (strcmp(c->subject + strlen("dead-letter:"), hex) != 0)
        return err_set(err, ERR_REJECT, "BAD_KEY", "subject",
                       "ends with the parked change's id, 32 hexadecimal digits");
    return check_line(d->sender, "dead_letter_decision.sender", NAME_BYTES, true, err) &&
           check_said_word(&uptake__v1__dead_letter_word__descriptor, (int)d->decision,
                           "dead_letter_decision.decision", err) &&
           check_line(d->decided_by, "dead_letter_decision.decided_by", NAME_BYTES, true, err) &&
           check_line(d->reason, "dead_letter_decision.reason", NAME_BYTES, true, err);
}
