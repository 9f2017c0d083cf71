/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the round that composes mails, hands them out and takes their outcomes. */
#include "sweep_parts.h"

#include "base/log.h"
#include "model/identity.h"

#include <stdio.h>
#include <string.h>

enum {
    BATCH_FAST_MS = 1000, /* a batch that was sent in this time: the next is twice as large */
    BATCH_SLOW_MS = 5000, /* the first mails of one must not wait for the last so long */
};

static void note_outcome(struct sweep *sweep, const struct sweep_errand *errand,
                         enum mail_outcome outcome, const char *why)
{
    struct ledger_outcome *slot = &sweep->outcomes[sweep->noutcomes++];

    *slot = (struct ledger_outcome){
        .delivery_id = errand->id, .fence = errand->fence, .outcome = outcome};
    memcpy(slot->attempt, sweep->attempt.id, sizeof(slot->attempt));
    snprintf(slot->why, sizeof(slot->why), "%s", why);
}

/* An outcome that was known before anything was sent. */
static void note_error(struct sweep *sweep, int i, const struct err *err)
{
    char why[LEDGER_ERROR_TEXT];

    snprintf(why, sizeof(why), "%s: %.120s", err->code, err->text);
    note_outcome(sweep, &sweep->mails[i], err->kind == ERR_REJECT ? MAIL_REFUSED : MAIL_LATER, why);
}

/* Composing -------------------------------------------------------------------------------------
 */

static bool compose(struct sweep *sweep, struct ledger_delivery *delivery, struct err *err)
{
    const struct config *config = sweep->options.config;
    const char *public_url = config_text(config, "public_url");
    const char *from = config_text(config, "mail_from");
    struct digest parts;

    delivery->input.from = from;
    delivery->input.public_url = public_url[0] ? public_url : config_text(config, "reporting_url");
    delivery->input.link_key = sweep->options.link_key;
    delivery->input.message_id = delivery->message_id;
    delivery->input.catalogue = catalogue_for(sweep->catalogues, delivery->language);
    return digest(&delivery->input, &sweep->arena, &parts, err) &&
           message_compose(&parts, from, delivery->address, delivery->message_id, &sweep->arena,
                           &delivery->message, err);
}

static bool prepare(struct sweep *sweep, struct ledger_delivery *delivery, struct err *err)
{
    const char *domains = config_text(sweep->options.config, "mail_domains");

    if (!mail_domain_check(domains, delivery->address, err))
        return false;
    if (!delivery->is_stored)
        return compose(sweep, delivery, err);
    return delivery->message.bytes ||
           err_set(err, ERR_REJECT, "MAIL_ALTERED", "delivery.message",
                   "the stored mail is not what its hash says; look who changed it");
}

bool sweep_compose(struct sweep *sweep)
{
    int nnew = 0;

    for (int i = 0; i < sweep->ndeliveries; i++) {
        struct ledger_delivery *delivery = &sweep->deliveries[i];
        struct err err;

        sweep->mails[i] = (struct sweep_errand){sweep, delivery->delivery_id, delivery->fence};
        if (prepare(sweep, delivery, &err)) {
            nnew += !delivery->is_stored;
            continue;
        }
        delivery->message.bytes = NULL;
        note_error(sweep, i, &err);
    }
    return nnew > 0;
}

/* Sending ---------------------------------------------------------------------------------------
 */

static int64_t now_ms(const struct sweep *sweep)
{
    return (int64_t)uv_now(sweep->options.loop);
}

/* The batch is out: how large may the next one be? */
static void learn_speed(struct sweep *sweep)
{
    int64_t took_ms = now_ms(sweep) - sweep->sending_since_ms;

    if (took_ms > BATCH_SLOW_MS)
        sweep->batch = SWEEP_MAILS_FIRST;
    else if (took_ms < BATCH_FAST_MS && sweep->more && sweep->batch * 2 <= SWEEP_MAILS)
        sweep->batch *= 2;
}

static void on_mail(void *ctx, enum mail_outcome outcome, long code, const char *why)
{
    struct sweep_errand *errand = ctx;
    struct sweep *sweep = errand->sweep;

    (void)code;
    note_outcome(sweep, errand, outcome, why);
    if (--sweep->nsending == 0)
        learn_speed(sweep);
    sweep_on_outcome(sweep);
}

void sweep_send(struct sweep *sweep)
{
    struct err err;

    sweep->sending_since_ms = now_ms(sweep);
    for (int i = 0; i < sweep->ndeliveries; i++) {
        const struct ledger_delivery *delivery = &sweep->deliveries[i];
        const struct mail_message message = {.to = delivery->address,
                                             .bytes = (const char *)delivery->message.bytes,
                                             .len = delivery->message.len};
        if (!message.bytes)
            continue; /* its outcome is known */
        if (!delivery->is_stored)
            log_event(LOG_WARN, "digest_overtaken", "delivery", log_num(delivery->delivery_id),
                      "attempt", log_num(delivery->fence), NULL);
        else if (mail_send(sweep->mail, &message, on_mail, &sweep->mails[i], &err))
            sweep->nsending++;
        else
            note_error(sweep, i, &err);
    }
    sweep->ndeliveries = 0;
}

void sweep_on_server(void *ctx, enum mail_server server, const char *why)
{
    struct sweep *sweep = ctx;

    *sweep->metrics.server = server == MAIL_SERVER_ANSWERS;
    switch (server) {
    case MAIL_SERVER_ANSWERS:
        log_event(LOG_INFO, "mail_server_answers", NULL);
        break;
    case MAIL_SERVER_AWAY:
        log_event(LOG_WARN, "mail_server_away", "why", why, NULL);
        break;
    case MAIL_SERVER_REFUSES_US:
        log_event(LOG_ERROR, "mail_server_refuses", "why", why, "remedy",
                  "correct smtp_user, smtp_password_file, smtp_tls, smtp_ca_file or mail_from",
                  NULL);
        break;
    }
}

/* Outcomes --------------------------------------------------------------------------------------
 */

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
