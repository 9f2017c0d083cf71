/* SPDX-License-Identifier: Apache-2.0 */
/* The sending side of the bench: progress reports as fast as ingest takes them, at a given rate, or
 * once more what was sent before. Prints one JSON object; --help has the options.
 *
 * Closed loop: as many as --window allows are under way. What is answered between the end of the
 * warming up and --seconds later is counted.
 * Open loop (--rate): each update has the instant it is due, and its latency runs from there, sent
 * or not; all that fell due within the counted seconds are waited for.
 */
#include "base/log.h"
#include "histogram.h"
#include "load_options.h"
#include "records.h"
#include "sending.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    TICK_MS = 1,
    GREET_EVERY = 50, /* ticks */
    PATIENCE_S = 120, /* for the answers that are still out at the end */
};

/* CONNECTING -> SENDING -> DRAINING -> closed. */
enum phase { CONNECTING, SENDING, DRAINING, CLOSING };

struct load {
    struct load_options options;
    struct actions actions;
    struct sending *sending;
    uv_loop_t loop;
    uv_timer_t tick;
    unsigned ticks;
    enum phase phase;

    struct record *replay; /* in the order to be sent; NULL: fresh updates */
    uint64_t nreplay;
    FILE *log;
    uint64_t run_ms;
    uint64_t handed_over;
    uint64_t cursor; /* of the walk over the actions */

    uint64_t began_ns, from_ns, until_ns; /* first send; what is counted */
    uint64_t last_ns;                     /* of the last answer counted */
    uint64_t ended_ns;                    /* nothing is under way any more */
    uint64_t cpu_from_us, cpu_until_us;
    uint64_t counted;
    uint64_t outcomes[UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER + 1];
    uint64_t duplicates;
    uint64_t times_put_off;
    struct histogram latency;
    char problem[160];
    struct err err;
    bool failed;
};

static uint64_t cpu_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void on_closed(void *ctx)
{
    (void)ctx;
}

static void close_all(struct load *load)
{
    if (load->phase == CLOSING)
        return;
    load->phase = CLOSING;
    load->ended_ns = uv_hrtime();
    load->times_put_off = sending_times_put_off(load->sending);
    uv_close((uv_handle_t *)&load->tick, NULL);
    sending_close(load->sending, on_closed, NULL);
}

static void on_failed(void *ctx, const struct err *err)
{
    struct load *load = ctx;

    if (!load->failed)
        load->err = *err;
    load->failed = true;
    if (load->phase != CLOSING)
        load->phase = DRAINING; /* closed from the tick: never from inside an answer */
}

/* Making updates --------------------------------------------------------------------------------
 */

static bool remake(void *ctx, const struct flight *flight, struct update *update)
{
    const struct load *load = ctx;

    return update_make(&load->actions.list[flight->action], flight->base, load->options.kind,
                       update);
}

/* The next update of the walk; false where its action has not been answered yet. */
static bool next_update(struct load *load, struct update *update, struct flight *flight)
{
    struct action *action;

    if (load->replay) {
        const struct record *record = &load->replay[load->handed_over];

        flight->action = record->action;
        flight->base = record->base;
        memcpy(update->id, record->id, UPDATE_ID_BYTES);
        return remake(load, flight, update);
    }
    flight->action = actions_at(&load->actions, load->cursor);
    action = &load->actions.list[flight->action];
    if (action->under_way)
        return false;
    flight->base = action->revision;
    if (!remake(load, flight, update))
        return false;
    update_number(update, load->run_ms, 0, load->cursor);
    action->under_way = true;
    load->cursor++;
    return true;
}

static uint64_t due_ns(const struct load *load, uint64_t number)
{
    return load->began_ns + (uint64_t)(1e9 * (double)number / load->options.rate);
}

/* How many may be handed over now. */
static uint64_t wanted(const struct load *load)
{
    const uint64_t now = uv_hrtime();
    uint64_t all = UINT64_MAX;

    if (load->replay && load->nreplay < all)
        all = load->nreplay;
    if (load->options.rate > 0) {
        const uint64_t until = now < load->until_ns ? now : load->until_ns - 1;
        const uint64_t due =
            (uint64_t)((double)(until - load->began_ns) * load->options.rate / 1e9) + 1;
        if (due < all)
            all = due;
    } else if (now >= load->until_ns) {
        return 0;
    }
    return all > load->handed_over ? all - load->handed_over : 0;
}

static bool push_frame(struct load *load, uint64_t most)
{
    struct update updates[SENDING_FRAME_MAX];
    struct flight flights[SENDING_FRAME_MAX];
    const int room = most < (uint64_t)load->options.frame ? (int)most : load->options.frame;
    const int sender = sending_find_room(load->sending, room);
    const uint64_t now = uv_hrtime();
    int n = 0;

    if (sender < 0)
        return false;
    while (n < room && next_update(load, &updates[n], &flights[n])) {
        flights[n].due_ns = load->options.rate > 0 ? due_ns(load, load->handed_over) : now;
        load->handed_over++;
        n++;
    }
    if (n == 0)
        return false;
    if (!sending_push(load->sending, sender, updates, flights, n)) {
        struct err err;

        err_set(&err, ERR_FATAL, "SERVER_LOST", "load", "a connection takes nothing any more");
        on_failed(load, &err);
        return false;
    }
    return n == room;
}

static void pump(void *ctx)
{
    struct load *load = ctx;
    uint64_t most;

    while (load->phase == SENDING && (most = wanted(load)) > 0 && push_frame(load, most))
        ;
}

/* Answers ---------------------------------------------------------------------------------------
 */

static void note_problem(struct load *load, const Uptake__V1__Receipt *receipt)
{
    if (!load->problem[0])
        snprintf(load->problem, sizeof(load->problem), "%.60s: %.90s", receipt->code,
                 receipt->place);
}

static void keep_record(struct load *load, const struct flight *flight)
{
    struct err err;

    if (!load->log || record_write(load->log, flight->id, flight->action, flight->base))
        return;
    err_set(&err, ERR_FATAL, "LOG_NOT_WRITTEN", load->options.log, "disk full?");
    on_failed(load, &err);
}

static void count(struct load *load, const struct flight *flight)
{
    const uint64_t now = uv_hrtime();
    const bool answered_in = now >= load->from_ns && now < load->until_ns;
    const bool due_in = flight->due_ns >= load->from_ns && flight->due_ns < load->until_ns;

    if (answered_in || (load->options.rate > 0 && due_in))
        load->last_ns = now;
    load->counted += answered_in;
    if (load->options.rate > 0 ? due_in : answered_in)
        histogram_add(&load->latency, (now - flight->due_ns) / 1000);
}

static void on_settled(void *ctx, const struct flight *flight, const Uptake__V1__Receipt *receipt)
{
    struct load *load = ctx;
    struct action *action = &load->actions.list[flight->action];

    if (receipt->outcome > UPTAKE__V1__OUTCOME__OUTCOME_UNSPECIFIED &&
        receipt->outcome < UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER)
        load->outcomes[receipt->outcome]++;
    action->under_way = false;
    if (receipt->outcome != UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED &&
        receipt->outcome != UPTAKE__V1__OUTCOME__OUTCOME_MERGED) {
        note_problem(load, receipt);
    } else if (receipt->duplicate) {
        load->duplicates++;
    } else {
        action->revision = (int64_t)receipt->revision;
        keep_record(load, flight);
    }
    count(load, flight);
}

/* The run ---------------------------------------------------------------------------------------
 */

static void begin(struct load *load)
{
    const uint64_t now = uv_hrtime();

    load->phase = SENDING;
    load->began_ns = now;
    load->from_ns = now + (uint64_t)(load->options.warmup * 1e9);
    load->until_ns = load->from_ns + (uint64_t)(load->options.seconds * 1e9);
}

static bool is_all_sent(const struct load *load)
{
    if (load->replay && load->handed_over == load->nreplay)
        return true;
    return uv_hrtime() >= load->until_ns && wanted(load) == 0;
}

static void on_tick(uv_timer_t *timer)
{
    struct load *load = timer->data;
    const uint64_t now = uv_hrtime();

    if (load->phase == CONNECTING) {
        if (load->ticks++ % GREET_EVERY == 0 && sending_greet(load->sending))
            begin(load);
    } else if (load->phase == SENDING) {
        if (load->cpu_from_us == 0 && now >= load->from_ns)
            load->cpu_from_us = cpu_us();
        pump(load);
        if (load->phase == SENDING && is_all_sent(load)) {
            load->phase = DRAINING;
            load->cpu_until_us = cpu_us();
        }
    }
    if (load->phase == SENDING || load->phase == DRAINING)
        sending_again(load->sending);
    if (load->phase == DRAINING && (load->failed || sending_under_way(load->sending) == 0)) {
        close_all(load);
    } else if (load->phase == DRAINING &&
               now > load->until_ns + PATIENCE_S * UINT64_C(1000000000)) {
        err_set(&load->err, ERR_FATAL, "ANSWERS_MISSING", "load", "%d updates never answered",
                sending_under_way(load->sending));
        load->failed = true;
        close_all(load);
    }
}

static bool open_files(struct load *load)
{
    const struct load_options *options = &load->options;

    if (!actions_load(&load->actions, options->actions, &load->err))
        return false;
    if (options->replay) {
        load->replay = records_read(options->replay, load->actions.n, &load->nreplay, &load->err);
        if (!load->replay)
            return false;
    }
    if (options->log && !(load->log = fopen(options->log, "wb")))
        return err_set(&load->err, ERR_FATAL, "LOG_NOT_WRITTEN", options->log, "cannot open");
    return true;
}

static bool open_sending(struct load *load)
{
    struct sending_options sending = {.loop = &load->loop,
                                      .endpoint = load->options.endpoint,
                                      .senders = load->options.senders,
                                      .window = load->options.window,
                                      .on_settled = on_settled,
                                      .on_room = pump,
                                      .remake = remake,
                                      .on_failed = on_failed,
                                      .ctx = load};
    char server_key[BUS_KEY_TEXT];
    struct bus_key key;

    if (!bus_key_read_public(load->options.server_key, server_key, &load->err) ||
        !bus_key_read(load->options.key, &key, &load->err))
        return false;
    sending.server_key = server_key;
    sending.key = &key;
    load->sending = sending_open(&sending, &load->err);
    return load->sending != NULL;
}

/* A list that was sent to its end before the time was up counts up to its last answer. */
static double counted_seconds(const struct load *load)
{
    const bool ended_early = load->replay && load->handed_over == load->nreplay;
    const uint64_t until =
        ended_early && load->last_ns > load->from_ns ? load->last_ns : load->until_ns;

    return (double)(until - load->from_ns) / 1e9;
}

static void tell(const struct load *load)
{
    const double seconds = counted_seconds(load);
    const uint64_t *outcomes = load->outcomes;
    const double cpu = (double)(load->cpu_until_us - load->cpu_from_us);

    printf("{\"all_seconds\": %.6f, ", (double)(load->ended_ns - load->began_ns) / 1e9);
    printf("\"seconds\": %.6f, \"counted\": %" PRIu64 ", \"rate\": %.1f, ", seconds, load->counted,
           (double)load->counted / seconds);
    printf("\"committed\": %" PRIu64 ", \"merged\": %" PRIu64 ", \"duplicates\": %" PRIu64
           ", \"refused\": %" PRIu64 ", \"conflict\": %" PRIu64 ", \"parked\": %" PRIu64
           ", \"no_op\": %" PRIu64 ", \"put_off\": %" PRIu64 ", \"problem\": \"%s\", ",
           outcomes[UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED],
           outcomes[UPTAKE__V1__OUTCOME__OUTCOME_MERGED], load->duplicates,
           outcomes[UPTAKE__V1__OUTCOME__OUTCOME_REFUSED],
           outcomes[UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT],
           outcomes[UPTAKE__V1__OUTCOME__OUTCOME_PARKED],
           outcomes[UPTAKE__V1__OUTCOME__OUTCOME_NO_OP], load->times_put_off, load->problem);
    printf("\"client_cpu_us\": %.2f, ", load->counted ? cpu / (double)load->counted : 0);
    histogram_print(&load->latency);
    printf("}\n");
}

static bool run(struct load *load)
{
    uv_loop_init(&load->loop);
    uv_timer_init(&load->loop, &load->tick);
    load->tick.data = load;
    if (open_sending(load)) {
        uv_timer_start(&load->tick, on_tick, 0, TICK_MS);
    } else {
        load->failed = true;
        uv_close((uv_handle_t *)&load->tick, NULL);
    }
    uv_run(&load->loop, UV_RUN_DEFAULT);
    uv_loop_close(&load->loop);
    return !load->failed;
}

int main(int argc, char **argv)
{
    static struct load load;
    struct timespec now;
    bool good;

    log_init("load", LOG_ERROR);
    if (!load_options_read(&load.options, argc, argv))
        return EXIT_BAD_USAGE;
    clock_gettime(CLOCK_REALTIME, &now);
    load.run_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    good = bytes_init(&load.err) && open_files(&load) && run(&load);
    if (load.log && fclose(load.log) != 0)
        good = err_set(&load.err, ERR_FATAL, "LOG_NOT_WRITTEN", load.options.log, "disk full?");
    if (good)
        tell(&load);
    else
        err_print("bench_load", &load.err);
    free(load.replay);
    actions_finish(&load.actions);
    return good ? EXIT_OK : EXIT_AWAY;
}
