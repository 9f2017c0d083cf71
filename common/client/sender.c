/* SPDX-License-Identifier: Apache-2.0 */
#include "sender.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum {
    IN_MEMORY_MOST = 4000, /* changes handed to the client at a time */
    READ_MOST = 1000,
};

/* One change between outbox and client; afterwards what became of it. */
struct errand {
    struct errand *next, *previous;
    struct sender *sender;
    struct client_receipt receipt;
    char label[OUTBOX_LABEL_BYTES + 1];
};

/* A put whose callback is waited for. */
struct promise {
    struct sender *sender;
    outbox_done_fn *done;
    void *ctx;
};

struct sender {
    struct sender_options options;
    struct outbox_file *outbox;
    struct client *client;
    struct errand *errands;
    int64_t last_place; /* handed to the client */
    bool reading;
    bool may_be_more; /* behind last_place */
    bool stopped;
    bool closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void stop(struct sender *sender, const struct err *err)
{
    if (sender->stopped || sender->closing)
        return;
    sender->stopped = true;
    sender->options.on_stopped(sender->options.ctx, err);
}

static void forget(struct errand *errand)
{
    if (errand->previous)
        errand->previous->next = errand->next;
    else
        errand->sender->errands = errand->next;
    if (errand->next)
        errand->next->previous = errand->previous;
    free((char *)(uintptr_t)errand->receipt.code);
    free((char *)(uintptr_t)errand->receipt.place);
    free((char *)(uintptr_t)errand->receipt.text);
    free((char *)(uintptr_t)errand->receipt.warning);
    free(errand);
}

static void on_recorded(void *ctx, const struct err *err)
{
    struct errand *errand = ctx;
    struct sender *sender = errand->sender;

    if (!err)
        sender->options.on_outcome(sender->options.ctx, errand->label, &errand->receipt);
    forget(errand);
}

static const char *copy(const char *text)
{
    char *copied = text ? strdup(text) : NULL;

    return copied ? copied : calloc(1, 1);
}

static void fill(struct sender *sender);

static void on_receipt(void *ctx, const struct client_receipt *receipt)
{
    struct errand *errand = ctx;
    struct sender *sender = errand->sender;
    struct err err;

    errand->receipt = *receipt;
    errand->receipt.code = copy(receipt->code);
    errand->receipt.place = copy(receipt->place);
    errand->receipt.text = copy(receipt->text);
    errand->receipt.warning = copy(receipt->warning);
    /* Not recorded: the entry stays, and is asked about again by the next process. */
    if (!outbox_settle(sender->outbox, receipt, on_recorded, errand, &err)) {
        forget(errand);
        stop(sender, &err);
        return;
    }
    fill(sender);
}

static bool hand_over(struct sender *sender, const struct outbox_entry *entry)
{
    struct errand *errand = calloc(1, sizeof(*errand));
    struct err err;

    if (!errand)
        return false;
    errand->sender = sender;
    memcpy(errand->label, entry->label, strnlen(entry->label, OUTBOX_LABEL_BYTES));
    errand->next = sender->errands;
    if (errand->next)
        errand->next->previous = errand;
    sender->errands = errand;
    if (client_push(sender->client, entry->message_id, entry->body, entry->len, on_receipt, errand,
                    &err)) {
        sender->last_place = entry->place;
        return true;
    }
    log_err(LOG_WARN, "change_not_taken", &err);
    forget(errand);
    return false;
}

static void on_read(void *ctx, const struct outbox_entry *entries, size_t n)
{
    struct sender *sender = ctx;

    sender->reading = false;
    if (sender->closing || sender->stopped)
        return;
    if (n < READ_MOST)
        sender->may_be_more = false;
    for (size_t i = 0; i < n && !sender->stopped; i++) {
        if (!hand_over(sender, &entries[i])) {
            sender->may_be_more = true; /* out of memory: with the next receipt */
            return;
        }
    }
    fill(sender);
}

static void fill(struct sender *sender)
{
    struct err err;

    if (sender->reading || !sender->may_be_more || sender->stopped || sender->closing ||
        client_unsettled(sender->client) + READ_MOST > IN_MEMORY_MOST)
        return;
    sender->reading =
        outbox_read(sender->outbox, sender->last_place, READ_MOST, on_read, sender, &err);
    if (!sender->reading)
        stop(sender, &err);
}

static void on_durable(void *ctx, const struct err *err)
{
    struct promise promise = *(struct promise *)ctx;
    struct sender *sender = promise.sender;

    free(ctx);
    if (!err)
        sender->may_be_more = true;
    if (!sender->closing)
        promise.done(promise.ctx, err);
    fill(sender);
}

bool sender_put(struct sender *sender, const struct outbox_entry *entries, size_t n,
                outbox_done_fn *done, void *ctx, struct err *err)
{
    struct promise *promise = malloc(sizeof(*promise));

    if (!promise)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "outbox", "cannot take it now");
    *promise = (struct promise){sender, done, ctx};
    if (outbox_put(sender->outbox, entries, n, on_durable, promise, err))
        return true;
    free(promise);
    return false;
}

uint64_t sender_waiting(const struct sender *sender)
{
    return outbox_entries(sender->outbox);
}

/* Opening and closing -------------------------------------------------------------------------- */

static void on_state(void *ctx, bool answering, const char *why)
{
    struct sender *sender = ctx;

    if (sender->options.on_state)
        sender->options.on_state(sender->options.ctx, answering, why);
}

static void on_fenced(void *ctx, const char *text)
{
    struct err err;

    err_set(&err, ERR_FATAL, "PRODUCER_FENCED", "outbox",
            "another outbox of this key has a newer epoch (%.100s); only if this one is to go on: "
            "`uptake push --follow DIR --new-epoch`",
            text);
    stop(ctx, &err);
}

static void on_failed(void *ctx, const struct err *err)
{
    stop(ctx, err);
}

struct sender *sender_open(uv_loop_t *loop, struct bus *bus, const struct sender_options *options,
                           struct err *err)
{
    struct sender *sender = calloc(1, sizeof(*sender));
    struct outbox_options outbox = options->outbox;
    struct client_options client = options->client;

    if (!sender)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "sender", "cannot allocate");
    sender->options = *options;
    sender->may_be_more = true;
    outbox.on_failed = on_failed;
    client.on_state = on_state;
    client.on_fenced = on_fenced;
    client.hand_back = false;
    outbox.ctx = client.ctx = sender;
    sender->outbox = outbox_open(loop, &outbox, err);
    if (!sender->outbox) {
        free(sender);
        return NULL;
    }
    client.producer_epoch = outbox_producer_epoch(sender->outbox);
    sender->client = client_open(loop, bus, &client, err);
    if (sender->client) {
        fill(sender);
        return sender;
    }
    sender_close(sender, NULL, NULL);
    return NULL;
}

static void on_outbox_closed(void *ctx)
{
    struct sender *sender = ctx;
    void (*closed)(void *ctx) = sender->closed;
    void *closed_ctx = sender->closed_ctx;

    while (sender->errands)
        forget(sender->errands); /* no outcome yet */
    free(sender);
    if (closed)
        closed(closed_ctx);
}

static void on_client_closed(void *ctx)
{
    struct sender *sender = ctx;

    outbox_close(sender->outbox, on_outbox_closed, sender);
}

void sender_close(struct sender *sender, void (*closed)(void *ctx), void *ctx)
{
    if (!sender) {
        closed(ctx);
        return;
    }
    sender->closing = true;
    sender->closed = closed;
    sender->closed_ctx = ctx;
    client_close(sender->client, on_client_closed, sender);
}
