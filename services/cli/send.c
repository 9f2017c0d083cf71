/* SPDX-License-Identifier: Apache-2.0 */
#include "send.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SILENCE_MS = 30000, /* without any receipt: give up, the command can be repeated */
    PROBE_MS = 3000,
    PROGRESS_MS = 200,
    UNSETTLED_MAX = 4000, /* handed over at a time: the client keeps a copy of each */
};

/* Closing is a chain: client, then bus; then the loop runs dry. */
struct sending {
    uv_loop_t loop;
    uv_signal_t interrupt;
    uv_signal_t terminate;
    uv_timer_t silence;
    uv_timer_t progress;
    struct bus *bus;
    struct client *client;
    struct outbox *outbox;
    struct outgoing *next; /* to be handed over */
    size_t settled;
    bool answering; /* ingest, as far as the client knows */
    bool probe;     /* only wait for an answer */
    bool stopped;   /* the client is being closed */
    bool failed;
    struct err *err;
};

void outbox_finish(struct outbox *outbox)
{
    arena_finish(&outbox->arena);
    *outbox = (struct outbox){0};
}

bool outbox_add(struct outbox *outbox, const Uptake__V1__Change *change, struct err *err)
{
    struct outgoing *out = arena_zalloc(&outbox->arena, sizeof(*out));

    if (out) {
        out->subject = arena_strdup(&outbox->arena, change->subject);
        out->body = wire_pack(&change->base, &outbox->arena, &out->len);
    }
    if (!out || !out->subject || !out->body)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "change", "cannot hold another change");
    if (out->len > WIRE_BODY_MAX)
        return err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE", change->subject,
                       "%zu bytes, limit %d; shorten the texts", out->len, (int)WIRE_BODY_MAX);
    out->creates = change->base_revision == 0;
    out->code = out->place = out->text = "";
    client_content_id(change->document, change->subject, change->base_revision, out->body, out->len,
                      out->id);
    if (outbox->last)
        outbox->last->next = out;
    else
        outbox->first = out;
    outbox->last = out;
    outbox->n++;
    return true;
}

bool outcome_is_good(enum client_outcome outcome)
{
    return outcome == CLIENT_COMMITTED || outcome == CLIENT_MERGED || outcome == CLIENT_NO_OP;
}

static void show_progress(const struct sending *sending, bool last)
{
    if (!sending->probe && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu changes settled%-22s%s", sending->settled, sending->outbox->n,
                last || sending->answering ? "" : ", waiting for ingest", last ? "\n" : "");
}

static void close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void on_client_closed(void *ctx)
{
    struct sending *sending = ctx;

    sending->client = NULL;
}

static void stop(struct sending *sending)
{
    if (sending->stopped)
        return;
    sending->stopped = true;
    close_handle((uv_handle_t *)&sending->interrupt, NULL);
    close_handle((uv_handle_t *)&sending->terminate, NULL);
    close_handle((uv_handle_t *)&sending->silence, NULL);
    close_handle((uv_handle_t *)&sending->progress, NULL);
    if (sending->client)
        client_close(sending->client, on_client_closed, sending);
}

/* Refusals are few: what they say is kept with the outbox. */
static const char *keep(struct sending *sending, const char *text)
{
    const char *kept = text[0] ? arena_strdup(&sending->outbox->arena, text) : "";

    return kept ? kept : "";
}

static void hand_over(struct sending *sending);

static void on_receipt(void *ctx, const struct client_receipt *receipt)
{
    struct outgoing *out = ctx;
    struct sending *sending = out->sending;

    out->settled = true;
    out->outcome = receipt->outcome;
    out->duplicate = receipt->duplicate;
    out->code = keep(sending, receipt->code);
    out->place = keep(sending, receipt->place);
    out->text = keep(sending, receipt->text);
    sending->settled++;
    uv_timer_again(&sending->silence);
    if (sending->settled == sending->outbox->n)
        stop(sending);
    else
        hand_over(sending);
}

static void hand_over(struct sending *sending)
{
    while (sending->next && !sending->stopped &&
           client_unsettled(sending->client) < UNSETTLED_MAX) {
        struct outgoing *out = sending->next;

        out->sending = sending;
        sending->next = out->next;
        if (!client_push(sending->client, out->id, out->body, out->len, on_receipt, out,
                         sending->err)) {
            sending->failed = true;
            stop(sending);
        }
    }
}

static void on_state(void *ctx, bool answering, const char *why)
{
    struct sending *sending = ctx;

    (void)why;
    sending->answering = answering;
    if (answering && sending->probe)
        stop(sending);
}

static void on_silence(uv_timer_t *timer)
{
    struct sending *sending = timer->data;

    sending->failed = !err_set(
        sending->err, ERR_RETRY, "INGEST_AWAY", "push_endpoint",
        sending->probe
            ? "no answer; see that uptake-ingest runs and knows this key (deploy/up starts it)"
            : "no answer; see that uptake-ingest runs, then repeat the command: nothing is "
              "applied twice");
    stop(sending);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct sending *sending = signal->data;

    (void)number;
    sending->failed = !err_set(sending->err, ERR_RETRY, "INTERRUPTED", "send",
                               "%zu of %zu changes were confirmed; repeat the command: nothing "
                               "is applied twice",
                               sending->settled, sending->outbox ? sending->outbox->n : 0);
    stop(sending);
}

static void on_progress(uv_timer_t *timer)
{
    show_progress(timer->data, false);
}

bool send_options(struct cli *cli, struct client_options *options, char server_key[BUS_KEY_TEXT],
                  struct err *err)
{
    if (!cli_configure(cli, err))
        return false;
    *options = (struct client_options){.endpoint = config_text(&cli->config, "push_endpoint"),
                                       .server_key = server_key,
                                       .name = "uptake " UPTAKE_VERSION};
    return bus_key_read_public(config_text(&cli->config, "ingest_key_public"), server_key, err) &&
           bus_key_read(config_text(&cli->config, "key"), &options->key, err);
}

static bool connect_client(struct cli *cli, struct sending *sending, struct err *err)
{
    struct client_options options;
    char server_key[BUS_KEY_TEXT];
    bool good;

    if (!send_options(cli, &options, server_key, err))
        return false;
    options.on_state = on_state;
    options.ctx = sending;
    sending->bus = bus_open(&sending->loop, NULL, NULL, err);
    sending->client =
        sending->bus ? client_open(&sending->loop, sending->bus, &options, err) : NULL;
    good = sending->client != NULL;
    explicit_bzero(&options.key, sizeof(options.key));
    return good;
}

static void start_handles(struct sending *sending)
{
    uint64_t silence_ms = sending->probe ? PROBE_MS : SILENCE_MS;

    uv_signal_init(&sending->loop, &sending->interrupt);
    uv_signal_init(&sending->loop, &sending->terminate);
    uv_timer_init(&sending->loop, &sending->silence);
    uv_timer_init(&sending->loop, &sending->progress);
    sending->interrupt.data = sending;
    sending->terminate.data = sending;
    sending->silence.data = sending;
    sending->progress.data = sending;
    uv_signal_start(&sending->interrupt, on_signal, SIGINT);
    uv_signal_start(&sending->terminate, on_signal, SIGTERM);
    uv_timer_start(&sending->silence, on_silence, silence_ms, silence_ms);
    uv_timer_start(&sending->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
}

static bool run(struct cli *cli, struct sending *sending, struct err *err)
{
    bool good;

    if (!cli_configure(cli, err))
        return false;
    if (uv_loop_init(&sending->loop) != 0)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    sending->err = err;
    start_handles(sending);
    good = connect_client(cli, sending, err);
    if (!good) {
        stop(sending);
    } else if (!sending->probe) {
        sending->next = sending->outbox->first;
        hand_over(sending);
    }
    uv_run(&sending->loop, UV_RUN_DEFAULT);
    if (sending->bus) {
        bus_close(sending->bus);
        uv_run(&sending->loop, UV_RUN_DEFAULT);
    }
    uv_loop_close(&sending->loop);
    return good && !sending->failed;
}

bool send_all(struct cli *cli, struct outbox *outbox, struct err *err)
{
    struct sending sending = {.outbox = outbox};
    bool good;

    if (!outbox->n)
        return true;
    good = run(cli, &sending, err);
    show_progress(&sending, true);
    return good;
}

bool send_probe(struct cli *cli, struct err *err)
{
    struct sending sending = {.probe = true};

    return run(cli, &sending, err);
}
