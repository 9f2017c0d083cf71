/* SPDX-License-Identifier: Apache-2.0 */
/* uptake feed: one scope's feed as it comes, and the copy it folds to. */
#include "base/bytes.h"
#include "cli.h"
#include "client/follower.h"
#include "options.h"
#include "wire/wire.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    WAIT_MS = 25000,    /* how long reporting may hold a question */
    SILENCE_MS = 30000, /* without any answer, where the end is awaited */
    INSTANT_TEXT = 32,
    GROUP_FIRST = 16, /* field number in Change */
};

/* Closing is a chain: follower, then bus; then the loop runs dry. */
struct feeding {
    const char *scope;
    const char *file;
    bool follow, once, dump, json;
    uv_loop_t loop;
    uv_signal_t interrupt;
    uv_signal_t terminate;
    uv_timer_t silence;
    struct bus *bus;
    struct follower_store *store;
    struct follower *follower;
    unsigned long long entries; /* that came */
    bool line_open;             /* the state stands on the terminal's last line */
    bool stopped;
    bool failed;
    struct err *err;
};

/* Printing ------------------------------------------------------------------------------------ */

static const char *instant(int64_t us, char text[INSTANT_TEXT])
{
    const time_t seconds = (time_t)(us / 1000000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, INSTANT_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

/* "set" of what was redacted is told by the entry alone. */
static const char *operation_word(const Uptake__V1__Entry *entry, const Uptake__V1__Change *change)
{
    const char *word = wire_word(&uptake__v1__operation__descriptor,
                                 (int)(change ? change->operation : entry->operation));

    return word ? word : "unknown";
}

static void print_groups(const Uptake__V1__Change *change)
{
    const ProtobufCMessageDescriptor *type = change->base.descriptor;
    const char *before = "  ";

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->id < GROUP_FIRST ||
            !*(void *const *)((const char *)change + field->offset)) /* a sub-message's pointer */
            continue;
        printf("%s%s", before, field->name);
        before = ", ";
    }
}

static void print_line(uint64_t seq, int64_t recorded_at_us, const Uptake__V1__Entry *entry,
                       const Uptake__V1__Change *change)
{
    char text[INSTANT_TEXT];

    printf("%llu  %s  %-5s  %s", (unsigned long long)seq, instant(recorded_at_us, text),
           operation_word(entry, change), change ? change->subject : "(redacted)");
    if (change)
        print_groups(change);
    putchar('\n');
}

static void print_object(uint64_t seq, int64_t recorded_at_us, const Uptake__V1__Entry *entry,
                         const Uptake__V1__Change *change)
{
    char text[INSTANT_TEXT];
    char hash[SHA256_HEX];
    json_t *object;

    bytes_to_hex(entry->body_sha256.data, SHA256_BYTES, hash);
    object = json_pack("{s:I,s:s,s:s,s:I,s:s,s:o}", "seq", (json_int_t)seq, "recorded_at",
                       instant(recorded_at_us, text), "operation", operation_word(entry, change),
                       "revision", (json_int_t)entry->revision, "sha256", hash, "change",
                       change ? wire_to_json(&change->base) : json_null());
    if (object && json_dumpf(object, stdout, JSON_COMPACT) == 0)
        putchar('\n');
    json_decref(object);
}

static void print_entry(const struct feeding *feeding, const Uptake__V1__Segment *segment, size_t i)
{
    const Uptake__V1__Entry *entry = segment->entries[i];
    struct arena arena = {0};
    const Uptake__V1__Change *change = NULL;
    struct err err;

    if (entry->body.len) /* it was read before it was applied */
        change = (const Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &arena,
                                                         entry->body.data, entry->body.len, &err);
    (feeding->json ? print_object : print_line)(segment->first_seq + i, segment->recorded_at_us,
                                                entry, change);
    arena_finish(&arena);
}

static void show_state(struct feeding *feeding, const struct follower_state *state)
{
    char text[INSTANT_TEXT] = "never";

    if (!isatty(STDERR_FILENO))
        return;
    if (state->as_of_us)
        instant(state->as_of_us, text);
    fprintf(stderr, "\ras of %s, %llu behind%-28s", text,
            state->head_seq > state->seq ? (unsigned long long)(state->head_seq - state->seq) : 0,
            state->answering ? "" : ", waiting for reporting");
    feeding->line_open = true;
}

static void end_line(struct feeding *feeding)
{
    if (feeding->line_open)
        fputc('\n', stderr);
    feeding->line_open = false;
}

/* Following ----------------------------------------------------------------------------------- */

static void on_follower_closed(void *ctx)
{
    struct feeding *feeding = ctx;

    feeding->follower = NULL;
}

static void stop(struct feeding *feeding)
{
    if (feeding->stopped)
        return;
    feeding->stopped = true;
    uv_close((uv_handle_t *)&feeding->interrupt, NULL);
    uv_close((uv_handle_t *)&feeding->terminate, NULL);
    uv_close((uv_handle_t *)&feeding->silence, NULL);
    follower_close(feeding->follower, on_follower_closed, feeding);
}

static void on_applied(void *ctx, const Uptake__V1__Batch *batch, size_t first)
{
    struct feeding *feeding = ctx;

    if (!feeding->dump)
        end_line(feeding);
    for (size_t i = first; i < batch->n_segments; i++) {
        feeding->entries += batch->segments[i]->n_entries;
        for (size_t e = 0; !feeding->dump && e < batch->segments[i]->n_entries; e++)
            print_entry(feeding, batch->segments[i], e);
    }
    fflush(stdout);
    if (ferror(stdout))
        stop(feeding); /* what nobody gets is not to be moved past */
}

/* --once waits for news, --follow for ever; else the present end of the feed is enough. */
static void on_state(void *ctx, const struct follower_state *state)
{
    struct feeding *feeding = ctx;

    if (state->answering)
        uv_timer_stop(&feeding->silence);
    show_state(feeding, state);
    if (state->up_to_date && (feeding->once ? feeding->entries > 0 : !feeding->follow))
        stop(feeding);
}

static void on_end(void *ctx, const struct err *err)
{
    struct feeding *feeding = ctx;

    feeding->failed = true;
    *feeding->err = *err;
    stop(feeding);
}

static void on_silence(uv_timer_t *timer)
{
    struct feeding *feeding = timer->data;

    feeding->failed = !err_set(feeding->err, ERR_RETRY, "FEED_AWAY", "fetch_endpoint",
                               "no answer; see that uptake-reporting runs and knows this key");
    stop(feeding);
}

/* What is in the store is whole at any moment; the same command goes on from there. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct feeding *feeding = signal->data;

    (void)number;
    if (!feeding->follow)
        feeding->failed = !err_set(feeding->err, ERR_RETRY, "INTERRUPTED", "feed",
                                   "%llu entries were read; the same command goes on from there "
                                   "where --store is given",
                                   feeding->entries);
    stop(feeding);
}

static void start_handles(struct feeding *feeding)
{
    uv_signal_init(&feeding->loop, &feeding->interrupt);
    uv_signal_init(&feeding->loop, &feeding->terminate);
    uv_timer_init(&feeding->loop, &feeding->silence);
    feeding->interrupt.data = feeding->terminate.data = feeding->silence.data = feeding;
    uv_signal_start(&feeding->interrupt, on_signal, SIGINT);
    uv_signal_start(&feeding->terminate, on_signal, SIGTERM);
    if (!feeding->follow)
        uv_timer_start(&feeding->silence, on_silence, SILENCE_MS, 0);
}

static bool connect_follower(struct cli *cli, struct feeding *feeding, struct err *err)
{
    char server_key[BUS_KEY_TEXT];
    struct follower_options options = {.endpoint = config_text(&cli->config, "fetch_endpoint"),
                                       .server_key = server_key,
                                       .name = "uptake " UPTAKE_VERSION,
                                       .store = feeding->store,
                                       .wait_ms = WAIT_MS,
                                       .on_applied = on_applied,
                                       .on_state = on_state,
                                       .on_end = on_end,
                                       .ctx = feeding};

    if (!bus_key_read_public(config_text(&cli->config, "reporting_key_public"), server_key, err) ||
        !bus_key_read(config_text(&cli->config, "key"), &options.key, err))
        return false;
    feeding->bus = bus_open(&feeding->loop, NULL, NULL, err);
    if (feeding->bus)
        feeding->follower = follower_open(&feeding->loop, feeding->bus, &options, err);
    explicit_bzero(&options.key, sizeof(options.key));
    return feeding->follower != NULL;
}

static bool read_feed(struct cli *cli, struct feeding *feeding, struct err *err)
{
    bool good;

    if (!cli_configure(cli, err))
        return false;
    if (uv_loop_init(&feeding->loop) != 0)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    start_handles(feeding);
    good = connect_follower(cli, feeding, err);
    if (!good)
        stop(feeding);
    uv_run(&feeding->loop, UV_RUN_DEFAULT);
    if (feeding->bus) {
        bus_close(feeding->bus);
        uv_run(&feeding->loop, UV_RUN_DEFAULT);
    }
    uv_loop_close(&feeding->loop);
    end_line(feeding);
    return good && !feeding->failed;
}

/* The verb ------------------------------------------------------------------------------------ */

static bool check(const struct feeding *feeding, struct err *err)
{
    if (!feeding->scope && !(feeding->dump && feeding->file))
        return err_set(err, ERR_REJECT, "USAGE", "--scope",
                       "say which feed, e.g. --scope hq; `uptake status` lists them");
    if (feeding->dump && feeding->follow)
        return err_set(err, ERR_REJECT, "USAGE", "--dump", "a copy that is followed has no end");
    return true;
}

/* Without --scope the file is printed as it is and nobody is asked. */
static bool run(struct cli *cli, struct feeding *feeding, struct err *err)
{
    feeding->err = err;
    feeding->json = cli->json;
    if (!check(feeding, err))
        return false;
    feeding->store = follower_store_open(feeding->file, feeding->scope, err);
    return feeding->store && (!feeding->scope || read_feed(cli, feeding, err)) &&
           (!feeding->dump || follower_dump(feeding->store, stdout, err));
}

enum exit_code verb_feed(struct cli *cli, int argc, char **argv)
{
    struct feeding feeding = {0};
    const struct option options[] = {
        {"--scope", "SCOPE", "hq, public, region:NAME, unit:CODE, audit", &feeding.scope, NULL},
        {"--follow", NULL, "go on with what comes, until interrupted", NULL, &feeding.follow},
        {"--once", NULL, "end as soon as something has come", NULL, &feeding.once},
        {"--store", "FILE", "keep the copy here, and go on from where it stands", &feeding.file,
         NULL},
        {"--dump", NULL, "print the items of the copy, one JSON object a line", NULL,
         &feeding.dump},
        {0}};
    const struct usage usage = {
        "feed --scope SCOPE [--follow | --once] [flags] | feed --dump --store FILE",
        "Reads a scope's feed to its end and prints its entries, one a line, as JSON objects with\n"
        "--json. With --store it goes on after the last entry that the file holds; the file is a\n"
        "whole copy at any moment. --dump prints what the entries fold to instead.",
        options, 0, 0};
    enum exit_code code;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    code = run(cli, &feeding, &err) ? EXIT_OK : cli_fail(&err);
    follower_store_close(feeding.store);
    return code;
}
