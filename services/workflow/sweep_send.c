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

static const int64_t LATE_US = INT64_C(86400) * 1000000; /* until a put-off is a person's matter */

static void note_outcome(struct sweep *sweep, const struct sweep_errand *errand,
                         enum mail_outcome outcome, const char *why)
{
    struct ledger_outcome *slot = &sweep->outcomes[sweep->noutcomes++];

    *slot = (struct ledger_outcome){.delivery_id = errand->id,
                                    .fence = errand->fence,
                                    .outcome = outcome,
                                    .is_last = outcome == MAIL_UNCERTAIN &&
                                               errand->uncertain + 1 >= LEDGER_UNCERTAIN_MOST,
                                    .needs_person = sweep->now.us - errand->since_us > LATE_US};
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

/* An address outside mail_domains waits until one of them is corrected. */
static void keep_back(struct sweep *sweep, int i, const struct err *err)
{
    char why[LEDGER_ERROR_TEXT];

    snprintf(why, sizeof(why), "%s: %.120s", err->code, err->text);
    note_outcome(sweep, &sweep->mails[i], MAIL_LATER, why);
    sweep->outcomes[sweep->noutcomes - 1].needs_person = true;
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
    if (!delivery->is_stored)
        return compose(sweep, delivery, err);
    return delivery->message.bytes ||
           err_set(err, ERR_REJECT, "MAIL_ALTERED", "delivery.message",
                   "the stored mail is not what its hash says; look who changed it");
}

bool sweep_compose(struct sweep *sweep)
{
    const char *domains = config_text(sweep->options.config, "mail_domains");
    int nnew = 0;

    for (int i = 0; i < sweep->ndeliveries; i++) {
        struct ledger_delivery *delivery = &sweep->deliveries[i];
        struct err err;

        sweep->mails[i] = (struct sweep_errand){sweep, delivery->delivery_id, delivery->fence,
                                                delivery->created_us, delivery->uncertain};
        if (!mail_domain_check(domains, delivery->address, &err)) {
            keep_back(sweep, i, &err);
        } else if (prepare(sweep, delivery, &err)) {
            nnew += !delivery->is_stored;
            continue;
        } else {
            note_error(sweep, i, &err);
        }
        delivery->message.bytes = NULL;
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
                  "correct smtp_user, smtp_password_file, smtp_tls, smtp_ca_file or mail_from, or "
                  "have the mail server take our mail",
                  NULL);
        break;
    }
}

/* Outcomes --------------------------------------------------------------------------------------
 */

/* What a mail's outcome is called in the log, and what a person is to do; NULL: nothing. */
struct verdict {
    const char *event, *remedy;
};

static struct verdict verdict_of(const struct ledger_outcome *outcome)
{
    switch (outcome->outcome) {
    case MAIL_SENT:
        return (struct verdict){"digest_sent", NULL};
    case MAIL_LATER:
        return (struct verdict){"digest_put_off",
                                outcome->needs_person
                                    ? "see why; correct the unit's e-mail address, mail_domains or "
                                      "the mail server"
                                    : NULL};
    case MAIL_UNCERTAIN:
        return outcome->is_last
                   ? (struct verdict){"digest_given_up",
                                      "look in the mail server's log or ask the recipient whether "
                                      "it came; uptake remind again sends it anew"}
                   : (struct verdict){"digest_uncertain", NULL};
    case MAIL_REFUSED:
        return (struct verdict){"digest_refused",
                                "correct the unit's e-mail address; where it is right, the mail "
                                "server, then uptake remind again"};
    case MAIL_TOO_LARGE:
        return (struct verdict){"digest_refused",
                                "have the mail server take larger mails, then uptake remind again"};
    }
    return (struct verdict){"digest_put_off", NULL};
}

static void count_outcome(struct sweep_metrics *metrics, enum mail_outcome outcome)
{
    double *const counters[MAIL_OUTCOMES] = {
        [MAIL_SENT] = metrics->sent,           [MAIL_LATER] = metrics->later,
        [MAIL_UNCERTAIN] = metrics->uncertain, [MAIL_REFUSED] = metrics->refused,
        [MAIL_TOO_LARGE] = metrics->refused,
    };

    (*counters[outcome])++;
}

static void log_outcome(const struct ledger_outcome *outcome)
{
    const struct verdict verdict = verdict_of(outcome);
    const char *id = log_num(outcome->delivery_id);
    const char *fence = log_num(outcome->fence);

    if (outcome->outcome == MAIL_SENT)
        log_event(LOG_INFO, verdict.event, "delivery", id, "attempt", fence, NULL);
    else if (!verdict.remedy)
        log_event(LOG_WARN, verdict.event, "delivery", id, "attempt", fence, "why", outcome->why,
                  NULL);
    else
        log_event(LOG_ERROR, verdict.event, "delivery", id, "attempt", fence, "why", outcome->why,
                  "remedy", verdict.remedy, NULL);
}

void sweep_forget_outcomes(struct sweep *sweep)
{
    for (int i = 0; i < sweep->nfinishing; i++) {
        count_outcome(&sweep->metrics, sweep->outcomes[i].outcome);
        log_outcome(&sweep->outcomes[i]);
    }
    sweep->noutcomes -= sweep->nfinishing;
    memmove(sweep->outcomes, sweep->outcomes + sweep->nfinishing,
            (size_t)sweep->noutcomes * sizeof(sweep->outcomes[0]));
    sweep->nfinishing = 0;
}
