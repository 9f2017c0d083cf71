/* SPDX-License-Identifier: Apache-2.0 */
/* How a sweep comes to be and ends. */
#include "sql.h"
#include "sweep_parts.h"

#include <stdlib.h>

/* Closing: client, mail, store, timer. */

enum { STOP_MAIL_MS = 5000 }; /* the service as a whole has 10 s */

static void on_timer_closed(uv_handle_t *handle)
{
    struct sweep *sweep = handle->data;
    void (*closed)(void *ctx) = sweep->closed;
    void *ctx = sweep->closed_ctx;

    holidays_close(sweep->holidays);
    arena_finish(&sweep->arena);
    arena_finish(&sweep->paging);
    catalogues_close(sweep->catalogues);
    free(sweep);
    closed(ctx);
}

static void on_store_closed(void *ctx)
{
    struct sweep *sweep = ctx;

    uv_close((uv_handle_t *)&sweep->timer, on_timer_closed);
}

static void on_mail_closed(void *ctx)
{
    struct sweep *sweep = ctx;

    store_close(sweep->store, on_store_closed, sweep);
}

static void on_client_closed(void *ctx)
{
    struct sweep *sweep = ctx;

    mail_close(sweep->mail, on_mail_closed, sweep);
}

void sweep_close_all(struct sweep *sweep)
{
    sweep->state = SWEEP_CLOSING;
    uv_timer_stop(&sweep->timer);
    client_close(sweep->client, on_client_closed, sweep);
}

void sweep_close(struct sweep *sweep, void (*closed)(void *ctx), void *ctx)
{
    if (!sweep) {
        closed(ctx);
        return;
    }
    sweep->is_stopping = true;
    sweep->closed = closed;
    sweep->closed_ctx = ctx;
    if (sweep->mail)
        mail_hurry(sweep->mail, STOP_MAIL_MS);
    if (sweep->state == SWEEP_IDLE)
        sweep_begin(sweep); /* writes outcomes that wait for it; then, or at once, all is closed */
}

static void on_store_state(void *ctx, bool ready, const struct err *err)
{
    struct sweep *sweep = ctx;

    service_condition(sweep->options.service, "database", ready, err ? err->text : "");
    if (err && err->kind == ERR_FATAL)
        service_fail(sweep->options.service, err);
    else if (ready)
        sweep_ring(sweep);
}

static void on_client_state(void *ctx, bool answering, const char *why)
{
    struct sweep *sweep = ctx;

    service_condition(sweep->options.service, "ingest", answering, why);
}

static double *counter(struct sweep *sweep, const char *name, const char *labels, const char *help)
{
    return service_metric(sweep->options.service, METRIC_COUNTER, name, labels, help);
}

static void name_metrics(struct sweep *sweep)
{
    static const char mails[] = "uptake_workflow_mails_total";
    static const char mails_help[] = "mails handed to the SMTP server, by what became of them";
    static const char reminders[] = "uptake_workflow_reminders_total";
    static const char reminders_help[] = "reminders pushed into the feed";
    struct sweep_metrics *metrics = &sweep->metrics;

    metrics->plans = counter(sweep, "uptake_workflow_plans_total", "", "times the plan was made");
    metrics->rows = counter(sweep, "uptake_workflow_obligations_planned_total", "",
                            "obligations written or moved by planning");
    metrics->claimed = counter(sweep, "uptake_workflow_obligations_claimed_total", "",
                               "obligations taken into a digest");
    metrics->sent = counter(sweep, mails, "outcome=\"sent\"", mails_help);
    metrics->later = counter(sweep, mails, "outcome=\"later\"", mails_help);
    metrics->uncertain = counter(sweep, mails, "outcome=\"uncertain\"", mails_help);
    metrics->refused = counter(sweep, mails, "outcome=\"refused\"", mails_help);
    metrics->reminders_recorded = counter(sweep, reminders, "outcome=\"recorded\"", reminders_help);
    metrics->reminders_refused = counter(sweep, reminders, "outcome=\"refused\"", reminders_help);
    metrics->server =
        service_metric(sweep->options.service, METRIC_GAUGE, "uptake_workflow_mail_server", "",
                       "1: the mail server takes mails; 0: it is away or refuses us");
}

static struct client *open_client(struct sweep *sweep, struct err *err)
{
    const struct client_options options = {
        .endpoint = config_text(sweep->options.config, "push_endpoint"),
        .server_key = sweep->options.ingest_key,
        .key = *sweep->options.key,
        .name = "uptake-workflow " UPTAKE_VERSION,
        .on_state = on_client_state,
        .ctx = sweep,
    };

    return client_open(sweep->options.loop, sweep->options.bus, &options, err);
}

static struct mail *open_mail(struct sweep *sweep, struct err *err)
{
    const struct config *config = sweep->options.config;
    struct mail_options options = {
        /* A mail must be over before its lease is: it waits, then for the one before it on its
         * connection, then for its own reply. */
        .wait_ms = config_int(config, "attempt_lease_s") * 1000 / 6,
        .timeout_ms = config_int(config, "attempt_lease_s") * 1000 / 3,
        .pause_most_ms = config_int(config, "retry_s") * 1000,
        .on_server = sweep_on_server,
        .ctx = sweep,
    };

    return mail_settings(config, sweep->password, &options, err)
               ? mail_open(sweep->options.loop, &options, err)
               : NULL;
}

static struct store *open_store(struct sweep *sweep, struct err *err)
{
    const struct store_options options = {
        .conninfo = config_text(sweep->options.config, "database"),
        .name = "uptake-workflow",
        .session = sql_one_plan,
        .on_state = on_store_state,
        .ctx = sweep,
    };

    return store_open(sweep->options.loop, &options, err);
}

static void forget(void *ctx)
{
    (void)ctx;
}

struct sweep *sweep_open(const struct sweep_options *options, struct err *err)
{
    struct sweep *sweep = calloc(1, sizeof(*sweep));

    if (!sweep || uv_timer_init(options->loop, &sweep->timer) < 0) {
        free(sweep);
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "sweep", "cannot allocate");
    }
    sweep->options = *options;
    sweep->timer.data = sweep;
    name_metrics(sweep);
    service_condition(options->service, "database", false, "not connected yet");
    service_condition(options->service, "ledger", false, "not read yet");
    service_condition(options->service, "ingest", false, "not asked yet");
    *sweep->metrics.server = 1;
    sweep->batch = SWEEP_MAILS_FIRST;
    sweep->holidays = holidays_open(err);
    sweep->catalogues = sweep->holidays ? catalogues_open(NULL, err) : NULL;
    sweep->mail = sweep->catalogues ? open_mail(sweep, err) : NULL;
    sweep->client = sweep->mail ? open_client(sweep, err) : NULL;
    sweep->store = sweep->client ? open_store(sweep, err) : NULL;
    if (sweep->store)
        return sweep;
    sweep_close(sweep, forget, NULL);
    return NULL;
}
