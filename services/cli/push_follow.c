/* SPDX-License-Identifier: Apache-2.0 */
#include "push_follow.h"

#include "base/bytes.h"
#include "client/sender.h"
#include "lines.h"
#include "push_folder.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESCAN_MS = 1000, SOON_MS = 10 };

static const char outbox_name[] = ".outbox.sqlite";

/* LOOKING -> PUTTING (a file's changes become durable) -> LOOKING; either -> stopping. Closing is a
 * chain: sender, then bus; then the loop runs dry. */
struct follow {
    struct cli *cli;
    uv_loop_t loop;
    uv_signal_t interrupt, terminate;
    uv_fs_event_t event;
    uv_timer_t rescan; /* what no event told */
    struct bus *bus;
    struct sender *sender;
    struct push_folder folder;
    struct push_file file; /* being put */
    struct outbox changes; /* of it */
    bool putting;
    bool soon; /* an event has called for a look */
    bool full; /* said so */
    bool stopping;
    bool failed;
    struct err *err;
};

/* Telling -------------------------------------------------------------------------------------- */

/* One line on standard output, in either form; takes over the JSON. */
static void tell(const struct follow *follow, json_t *json, const char *line)
{
    if (follow->cli->json && json && json_dumpf(json, stdout, JSON_COMPACT) == 0)
        putchar('\n');
    if (!follow->cli->json)
        puts(line);
    json_decref(json);
    fflush(stdout);
}

static void tell_taken(const struct follow *follow)
{
    char line[NAME_MAX + 64];

    snprintf(line, sizeof(line), "taken: %s: %zu change%s", follow->file.name, follow->changes.n,
             cli_s(follow->changes.n));
    tell(follow,
         json_pack("{s:s, s:I}", "taken", follow->file.shown, "changes",
                   (json_int_t)follow->changes.n),
         line);
}

static void tell_bad(const struct follow *follow, long long number, const struct err *why)
{
    char line[NAME_MAX + sizeof(*why) + 128];
    char at[32] = "";

    if (number)
        snprintf(at, sizeof(at), " line %lld", number);
    snprintf(line, sizeof(line), "bad: %s%s: %s: %s: %s", follow->file.name, at, why->code,
             why->place, why->text);
    tell(follow,
         json_pack("{s:s, s:I, s:s, s:s, s:s}", "bad", follow->file.shown, "line",
                   (json_int_t)number, "code", why->code, "place", why->place, "text", why->text),
         line);
}

static void on_outcome(void *ctx, const char *label, const struct client_receipt *receipt)
{
    struct follow *follow = ctx;
    const char *word = client_outcome_word(receipt->outcome);
    char id[2 * MESSAGE_ID_BYTES + 1];
    char line[1024];

    follow->full = false;
    bytes_to_hex(receipt->message_id, MESSAGE_ID_BYTES, id);
    if (outcome_is_good(receipt->outcome))
        snprintf(line, sizeof(line), "%s: %s%s%s%s", word, label,
                 receipt->duplicate ? " (known before)" : "", *receipt->warning ? ": " : "",
                 receipt->warning);
    else
        snprintf(line, sizeof(line), "%s: %s: %s: %s: %s", word, label, receipt->code,
                 receipt->place, receipt->text);
    tell(follow,
         json_pack("{s:s, s:s, s:s, s:b, s:I, s:s, s:s, s:s, s:s}", "outcome", word, "key", label,
                   "message_id", id, "duplicate", (int)receipt->duplicate, "revision",
                   (json_int_t)receipt->revision, "code", receipt->code, "place", receipt->place,
                   "text", receipt->text, "warning", receipt->warning),
         line);
}

static void on_state(void *ctx, bool answering, const char *why)
{
    struct follow *follow = ctx;

    (void)why;
    fprintf(stderr, "ingest %s; %" PRIu64 " waiting\n", answering ? "answers" : "does not answer",
            sender_waiting(follow->sender));
}

/* Ending --------------------------------------------------------------------------------------- */

static void on_sender_closed(void *ctx)
{
    ((struct follow *)ctx)->sender = NULL;
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void stop(struct follow *follow)
{
    if (follow->stopping)
        return;
    follow->stopping = true;
    close_handle((uv_handle_t *)&follow->interrupt);
    close_handle((uv_handle_t *)&follow->terminate);
    close_handle((uv_handle_t *)&follow->event);
    close_handle((uv_handle_t *)&follow->rescan);
    if (follow->sender)
        sender_close(follow->sender, on_sender_closed, follow);
}

static void fail(struct follow *follow, const struct err *err)
{
    if (!follow->failed && err != follow->err)
        *follow->err = *err;
    follow->failed = true;
    stop(follow);
}

static void on_stopped(void *ctx, const struct err *err)
{
    fail(ctx, err);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct follow *follow = signal->data;
    const uint64_t waiting = sender_waiting(follow->sender);

    (void)number;
    if (waiting)
        fprintf(stderr, "%" PRIu64 " change%s wait%s in %s/%s; start again to send %s\n", waiting,
                cli_s(waiting), waiting == 1 ? "s" : "", follow->folder.path, outbox_name,
                waiting == 1 ? "it" : "them");
    stop(follow);
}

/* Taking files --------------------------------------------------------------------------------- */

static void look(struct follow *follow);

static bool set_aside(struct follow *follow, long long line, const struct err *why, struct err *err)
{
    if (!push_folder_bad(&follow->folder, &follow->file, line, why, err))
        return false;
    tell_bad(follow, line, why);
    return true;
}

static void on_put(void *ctx, const struct err *why)
{
    struct follow *follow = ctx;
    struct err err;
    bool good;

    follow->putting = false;
    if (why && why->kind != ERR_REJECT)
        return; /* the outbox failed: on_stopped follows */
    good = why ? set_aside(follow, 0, why, &err)
               : push_folder_done(&follow->folder, &follow->file, &err);
    if (good && !why)
        tell_taken(follow);
    outbox_finish(&follow->changes);
    if (!good)
        fail(follow, &err);
    else
        look(follow);
}

static bool put_changes(struct follow *follow, struct err *err)
{
    struct outbox_entry *entries = calloc(follow->changes.n + 1, sizeof(*entries));
    size_t n = 0;

    if (!entries)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", follow->file.name, "cannot take it now");
    for (const struct outgoing *out = follow->changes.first; out; out = out->next, n++) {
        entries[n] =
            (struct outbox_entry){.label = out->subject, .body = out->body, .len = out->len};
        memcpy(entries[n].message_id, out->id, MESSAGE_ID_BYTES);
    }
    follow->putting = sender_put(follow->sender, entries, n, on_put, follow, err);
    free(entries);
    return follow->putting;
}

static void tell_full(struct follow *follow, const struct err *why)
{
    if (!follow->full)
        fprintf(stderr, "%s: %s: %s\n", why->code, why->place, why->text);
    follow->full = true;
}

/* False: nothing more can be taken now. */
static bool take_file(struct follow *follow)
{
    long long line = 0;
    struct err why, err;

    if (follow->file.size > PUSH_FILE_BYTES_MAX)
        err_set(&why, ERR_REJECT, "FILE_TOO_LARGE", follow->file.name,
                "%lld bytes, limit %d; split it between lines", follow->file.size,
                (int)PUSH_FILE_BYTES_MAX);
    else if (lines_read_numbered(follow->file.path, &follow->changes, &line, &why) &&
             put_changes(follow, &why))
        return false; /* on_put goes on */
    outbox_finish(&follow->changes);
    if (strcmp(why.code, "FILE_MISSING") == 0)
        return true;
    if (why.kind == ERR_REJECT) {
        if (set_aside(follow, line, &why, &err))
            return true;
        fail(follow, &err);
    } else if (why.kind == ERR_RETRY) {
        tell_full(follow, &why); /* the next look tries again, and nothing overtakes it */
        push_folder_again(&follow->folder);
    } else {
        fail(follow, &why);
    }
    return false;
}

static void look(struct follow *follow)
{
    while (!follow->putting && !follow->stopping &&
           push_folder_next(&follow->folder, &follow->file))
        if (!take_file(follow))
            return;
}

static void on_rescan(uv_timer_t *timer)
{
    struct follow *follow = timer->data;

    follow->soon = false;
    look(follow);
}

/* Many events, one look; the outbox's own files do not count. */
static void on_event(uv_fs_event_t *event, const char *name, int events, int status)
{
    struct follow *follow = event->data;

    (void)events;
    (void)status;
    if (follow->soon || (name && !push_folder_takes(name)))
        return;
    follow->soon = true;
    uv_timer_start(&follow->rescan, on_rescan, SOON_MS, RESCAN_MS);
}

/* Beginning ------------------------------------------------------------------------------------ */

static void start_handles(struct follow *follow)
{
    uv_signal_init(&follow->loop, &follow->interrupt);
    uv_signal_init(&follow->loop, &follow->terminate);
    uv_fs_event_init(&follow->loop, &follow->event);
    uv_timer_init(&follow->loop, &follow->rescan);
    follow->interrupt.data = follow->terminate.data = follow;
    follow->event.data = follow->rescan.data = follow;
    uv_signal_start(&follow->interrupt, on_signal, SIGINT);
    uv_signal_start(&follow->terminate, on_signal, SIGTERM);
    /* A file system without events is looked at every second all the same. */
    (void)uv_fs_event_start(&follow->event, on_event, follow->folder.path, 0);
    uv_timer_start(&follow->rescan, on_rescan, 0, RESCAN_MS);
}

static bool open_sender(struct follow *follow, bool new_epoch, struct err *err)
{
    struct sender_options options = {
        .on_outcome = on_outcome, .on_state = on_state, .on_stopped = on_stopped, .ctx = follow};
    char path[PUSH_PATH_BYTES];
    char server_key[BUS_KEY_TEXT];

    if (!push_folder_join(&follow->folder, outbox_name, path, err) ||
        !send_options(follow->cli, &options.client, server_key, err))
        return false;
    options.outbox.path = path;
    options.outbox.new_epoch = new_epoch;
    follow->bus = bus_open(&follow->loop, NULL, NULL, err);
    if (follow->bus)
        follow->sender = sender_open(&follow->loop, follow->bus, &options, err);
    explicit_bzero(&options.client.key, sizeof(options.client.key));
    return follow->sender != NULL;
}

bool push_follow(struct cli *cli, const char *folder, bool new_epoch, struct err *err)
{
    struct follow follow = {.cli = cli, .err = err};

    if (!push_folder_open(&follow.folder, folder, err))
        return false;
    if (uv_loop_init(&follow.loop) != 0)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    follow.failed = !open_sender(&follow, new_epoch, err);
    if (!follow.failed)
        start_handles(&follow);
    uv_run(&follow.loop, UV_RUN_DEFAULT);
    if (follow.bus) {
        bus_close(follow.bus);
        uv_run(&follow.loop, UV_RUN_DEFAULT);
    }
    uv_loop_close(&follow.loop);
    outbox_finish(&follow.changes);
    push_folder_close(&follow.folder);
    return !follow.failed;
}

/* For the operator ----------------------------------------------------------------------------- */

struct list {
    bool json;
    size_t n;
};

static void print_settled(void *ctx, const struct outbox_settled *settled)
{
    struct list *list = ctx;
    char id[2 * MESSAGE_ID_BYTES + 1];

    list->n++;
    bytes_to_hex(settled->message_id, MESSAGE_ID_BYTES, id);
    if (list->json)
        cli_print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "outcome", settled->outcome,
                                 "key", settled->label, "message_id", id, "code", settled->code,
                                 "place", settled->place, "text", settled->text),
                       EXIT_OK);
    else
        printf("%s: %s: %s: %s: %s\n", settled->outcome, settled->label, settled->code,
               settled->place, settled->text);
    fflush(stdout); /* a reader who is gone ends us before anything is forgotten */
}

static bool outbox_path(const char *folder, char path[PUSH_PATH_BYTES], struct err *err)
{
    struct push_folder place = {.n = 0};

    snprintf(place.path, sizeof(place.path), "%s", folder);
    return push_folder_join(&place, outbox_name, path, err);
}

bool push_settled(struct cli *cli, const char *folder, enum exit_code *code, struct err *err)
{
    struct list list = {.json = cli->json};
    char path[PUSH_PATH_BYTES];

    if (!outbox_path(folder, path, err) || !outbox_list_settled(path, print_settled, &list, err))
        return false;
    *code = list.n ? EXIT_FINDINGS : EXIT_OK;
    return true;
}

bool push_acknowledge(struct cli *cli, const char *folder, struct err *err)
{
    struct list list = {.json = cli->json};
    char path[PUSH_PATH_BYTES];

    if (!outbox_path(folder, path, err) || !outbox_acknowledge(path, print_settled, &list, err))
        return false;
    if (cli->json)
        cli_print_json(json_pack("{s:I}", "acknowledged", (json_int_t)list.n), EXIT_OK);
    else
        printf("%zu acknowledged\n", list.n);
    return true;
}
