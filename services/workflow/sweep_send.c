/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the round that composes mails and takes their outcomes. */
#include "sweep_parts.h"

#include "base/log.h"
#include "identity.h"

#include <stdio.h>
#include <string.h>

static void note_outcome(struct sweep *sweep, const struct sweep_errand *errand,
                         enum mail_outcome outcome, const char *why)
{
    struct ledger_outcome *slot = &sweep->outcomes[sweep->noutcomes++];

    *slot = (struct ledger_outcome){
        .delivery_id = errand->id, .fence = errand->fence, .outcome = outcome};
    memcpy(slot->attempt, sweep->attempt.id, sizeof(slot->attempt));
    snprintf(slot->why, sizeof(slot->why), "%s", why);
}

static void on_mail(void *ctx, enum mail_outcome outcome, long code, const char *why)
{
    struct sweep_errand *errand = ctx;
    struct sweep *sweep = errand->sweep;

    (void)code;
    sweep->nsending--;
    note_outcome(sweep, errand, outcome, why);
    sweep_on_outcome(sweep);
}

static bool send_one(struct sweep *sweep, struct ledger_delivery *delivery,
                     struct sweep_errand *errand, struct err *err)
{
    const struct config *config = sweep->options.config;
    const char *public_url = config_text(config, "public_url");
    struct digest parts;
    struct mail_message message;

    delivery->input.from = config_text(config, "mail_from");
    delivery->input.public_url = public_url[0] ? public_url : config_text(config, "reporting_url");
    if (!digest(&delivery->input, &sweep->arena, &parts, err))
        return false;
    message = (struct mail_message){
        .to = delivery->input.address,
        .message_id = delivery->message_id,
        .subject = parts.subject,
        .date = parts.date,
        .text = parts.text,
        .calendar = parts.calendar,
    };
    return mail_send(sweep->mail, &message, on_mail, errand, err);
}

void sweep_send(struct sweep *sweep, struct ledger_delivery *deliveries, int n)
{
    struct err err;

    for (int i = 0; i < n; i++) {
        struct sweep_errand *errand = &sweep->mails[i];
        *errand = (struct sweep_errand){sweep, deliveries[i].delivery_id, deliveries[i].fence};
        sweep->nsending++;
        if (send_one(sweep, &deliveries[i], errand, &err))
            continue;
        sweep->nsending--;
        note_outcome(sweep, errand, err.kind == ERR_REJECT ? MAIL_REFUSED : MAIL_LATER, err.text);
    }
}

void sweep_forget_outcomes(struct sweep *sweep)
{
    for (int i = 0; i < sweep->nfinishing; i++) {
        const struct ledger_outcome *outcome = &sweep->outcomes[i];
        const char *id = log_num(outcome->delivery_id);
        const char *fence = log_num(outcome->fence);

        switch (outcome->outcome) {
        case MAIL_SENT:
            (*sweep->metrics.sent)++;
            log_event(LOG_INFO, "digest_sent", "delivery", id, "attempt", fence, NULL);
            break;
        case MAIL_LATER:
            (*sweep->metrics.later)++;
            log_event(LOG_WARN, "digest_put_off", "delivery", id, "attempt", fence, "why",
                      outcome->why, NULL);
            break;
        case MAIL_UNCERTAIN:
            (*sweep->metrics.uncertain)++;
            log_event(LOG_WARN, "digest_uncertain", "delivery", id, "attempt", fence, "why",
                      outcome->why, NULL);
            break;
        case MAIL_REFUSED:
            (*sweep->metrics.refused)++;
            log_event(LOG_ERROR, "digest_refused", "delivery", id, "attempt", fence, "why",
                      outcome->why, "remedy", "correct the unit's e-mail address", NULL);
            break;
        }
    }
    sweep->noutcomes -= sweep->nfinishing;
    memmove(sweep->outcomes, sweep->outcomes + sweep->nfinishing,
            (size_t)sweep->noutcomes * sizeof(sweep->outcomes[0]));
    sweep->nfinishing = 0;
}
