/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the round that brings sent reminders into the feed. */
#include "sweep_parts.h"

#include "base/log.h"

#include <string.h>

static void note_settled(struct sweep *sweep, int64_t obligation_id, bool refused, const char *code,
                         const char *text)
{
    sweep->settled[sweep->nsettled++] = (struct ledger_settled){obligation_id, refused};
    if (refused)
        log_event(LOG_ERROR, "reminder_refused", "obligation", log_num(obligation_id), "code", code,
                  "text", text, NULL);
}

static void on_receipt(void *ctx, const struct client_receipt *receipt)
{
    struct sweep_errand *errand = ctx;
    struct sweep *sweep = errand->sweep;
    bool is_in_feed = receipt->outcome == CLIENT_COMMITTED || receipt->outcome == CLIENT_MERGED ||
                      receipt->outcome == CLIENT_NO_OP;

    note_settled(sweep, errand->id, !is_in_feed, receipt->code, receipt->text);
    if (--sweep->npushing == 0)
        sweep_ring(sweep);
}

void sweep_push(struct sweep *sweep, const struct ledger_reminder *reminders, int n)
{
    struct err err;

    for (int i = 0; i < n; i++) {
        struct sweep_errand *errand = &sweep->pushes[i];
        const struct ledger_reminder *reminder = &reminders[i];

        *errand = (struct sweep_errand){.sweep = sweep, .id = reminder->obligation_id};
        if (client_push(sweep->client, reminder->message_id, reminder->body, reminder->len,
                        on_receipt, errand, &err))
            sweep->npushing++;
        else if (err.kind == ERR_REJECT)
            note_settled(sweep, reminder->obligation_id, true, err.code, err.text);
        /* Else it is read again in a later round. */
    }
}

void sweep_forget_settled(struct sweep *sweep)
{
    for (int i = 0; i < sweep->nrecording; i++)
        if (sweep->settled[i].refused)
            (*sweep->metrics.reminders_refused)++;
        else
            (*sweep->metrics.reminders_recorded)++;
    sweep->nsettled -= sweep->nrecording;
    memmove(sweep->settled, sweep->settled + sweep->nrecording,
            (size_t)sweep->nsettled * sizeof(sweep->settled[0]));
    sweep->nrecording = 0;
}
