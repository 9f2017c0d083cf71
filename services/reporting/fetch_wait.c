/* SPDX-License-Identifier: Apache-2.0 */
/* Requests on their way: asked of the database, waiting for something new, answered. */
#include "fetch_parts.h"

#include "base/log.h"
#include "feed.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REQUESTS_MAX = 1024,
    REQUESTS_OF_PRINCIPAL_MAX = 64,
};

static void on_pages(void *ctx, PGresult *const *results, int nresults, const struct err *err);
static void on_deadline(uv_timer_t *timer);

static void release(struct fetch *fetch)
{
    struct fetches *fetches = fetch->fetches;

    if (fetch->previous)
        fetch->previous->next = fetch->next;
    else
        fetches->first = fetch->next;
    if (fetch->next)
        fetch->next->previous = fetch->previous;
    fetches->n--;
    free(fetch);
}

/* Not while the database is asked for it: then the reply releases it. */
static void drop(struct fetch *fetch)
{
    if (fetch->state == FETCH_WAITING)
        release(fetch);
    else
        fetch->state = FETCH_DROPPED;
}

/* The timer runs for the request that has to be answered first; the gauge shows how many wait. */
static void watch_deadlines(struct fetches *fetches)
{
    const uint64_t now_ms = uv_now(fetches->app->loop);
    uint64_t first_ms = UINT64_MAX;
    int waiting = 0;

    for (const struct fetch *fetch = fetches->first; fetch; fetch = fetch->next) {
        if (fetch->state != FETCH_WAITING)
            continue;
        waiting++;
        if (fetch->until_ms < first_ms)
            first_ms = fetch->until_ms;
    }
    *fetches->waiting = waiting;
    if (!waiting || fetches->closing)
        uv_timer_stop(&fetches->deadline);
    else
        uv_timer_start(&fetches->deadline, on_deadline, first_ms > now_ms ? first_ms - now_ms : 0,
                       0);
}

/* Asking --------------------------------------------------------------------------------------- */

static struct store_step cursor_step(const char *sql, const struct fetch *fetch,
                                     struct arena *arena)
{
    struct store_step step = {.sql = sql, .args = {.arena = arena}};

    store_arg_text(&step.args, fetch->question.scope);
    store_arg_int(&step.args, fetch->principal_id);
    store_arg_int(&step.args, fetch->question.after);
    return step;
}

static void answer_problem(struct fetch *fetch, const struct err *err)
{
    const struct bus_frame peer = {fetch->peer, fetch->peer_len};

    fetch_send_problem(fetch->fetches, &peer, fetch->question.token, err);
}

/* Releases the request when the database cannot be asked. */
static void ask(struct fetch *fetch)
{
    struct store *store = fetch->fetches->store;
    struct arena arena = {0};
    struct store_step steps[] = {{.sql = sql_begin_snapshot},
                                 cursor_step(sql_fetch_cursor, fetch, &arena),
                                 cursor_step(sql_fetch_page, fetch, &arena),
                                 {.sql = sql_commit}};
    struct err err;

    store_arg_int(&steps[2].args, (long long)fetch->question.max_bytes - FETCH_HEAD_BYTES);
    store_arg_int(&steps[2].args, FETCH_SEGMENTS_MAX);
    fetch->state = FETCH_ASKING;
    if (!store_is_ready(store) || !store_submit(store, steps, 4, on_pages, fetch, &err)) {
        err_set(&err, ERR_RETRY, "DB_UNAVAILABLE", "reporting", "the database is away; ask again");
        answer_problem(fetch, &err);
        release(fetch);
    }
    arena_finish(&arena);
}

/* Releases or keeps it. */
static void take_pages(struct fetch *fetch, const PGresult *cursor, const PGresult *page)
{
    struct fetches *fetches = fetch->fetches;
    const bool may_wait = uv_now(fetches->app->loop) < fetch->until_ms;

    if (fetch_answer(fetch, cursor, page, may_wait)) {
        (*fetches->fetched)++;
        release(fetch);
        return;
    }
    fetch->state = FETCH_WAITING;
}

static void on_pages(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct fetch *fetch = ctx;
    struct fetches *fetches = fetch->fetches;
    const bool known = readers_find(fetches->readers, fetch->user_id) != NULL;
    struct err away;

    (void)nresults;
    if (fetch->state == FETCH_DROPPED || fetches->closing || !known) {
        release(fetch);
        return;
    }
    if (err) {
        log_err(LOG_WARN, "feed_not_read", err);
        err_set(&away, ERR_RETRY, "DB_UNAVAILABLE", "reporting",
                "the feed was not read; ask again");
        answer_problem(fetch, &away);
        release(fetch);
        return;
    }
    take_pages(fetch, results[1], results[2]);
    /* A head may have been read between the page and now. */
    fetch_look(fetches);
}

/* Waiting -------------------------------------------------------------------------------------- */

static bool has_moved(const struct fetch *fetch)
{
    char epoch[2 * EPOCH_BYTES + 1];
    int64_t seq = 0;

    return feed_head(fetch->fetches->app->feed, fetch->scope_id, epoch, &seq) &&
           (seq > fetch->seen_seq || strcmp(epoch, fetch->seen_epoch) != 0);
}

void fetch_look(struct fetches *fetches)
{
    struct fetch *next;

    if (!fetches || fetches->closing)
        return;
    for (struct fetch *fetch = fetches->first; fetch; fetch = next) {
        next = fetch->next;
        if (fetch->state == FETCH_WAITING && has_moved(fetch))
            ask(fetch);
    }
    watch_deadlines(fetches);
}

/* Time is up: one last look decides what they are answered. */
static void on_deadline(uv_timer_t *timer)
{
    struct fetches *fetches = timer->data;
    const uint64_t now_ms = uv_now(fetches->app->loop);
    struct fetch *next;

    for (struct fetch *fetch = fetches->first; fetch; fetch = next) {
        next = fetch->next;
        if (fetch->state == FETCH_WAITING && fetch->until_ms <= now_ms)
            ask(fetch);
    }
    watch_deadlines(fetches);
}

void fetch_rights_read(struct fetches *fetches)
{
    struct fetch *next;

    for (struct fetch *fetch = fetches->first; fetch; fetch = next) {
        next = fetch->next;
        if (!readers_find(fetches->readers, fetch->user_id))
            drop(fetch);
        else if (fetch->state == FETCH_WAITING &&
                 !readers_may_read(fetches->readers, fetch->principal_id, fetch->scope_id))
            ask(fetch);
    }
    watch_deadlines(fetches);
}

void fetch_drop_all(struct fetches *fetches)
{
    struct fetch *next;

    for (struct fetch *fetch = fetches->first; fetch; fetch = next) {
        next = fetch->next;
        drop(fetch);
    }
    watch_deadlines(fetches);
}

/* Taking --------------------------------------------------------------------------------------- */

static bool is_from(const struct fetch *fetch, const struct bus_frame *peer)
{
    return fetch->peer_len == peer->len && memcmp(fetch->peer, peer->bytes, peer->len) == 0;
}

/* The request that this connection has for the same scope gives way. */
static void replace(struct fetches *fetches, const struct bus_frame *peer, const char *scope)
{
    struct fetch *next;

    for (struct fetch *fetch = fetches->first; fetch; fetch = next) {
        next = fetch->next;
        if (is_from(fetch, peer) && strcmp(fetch->question.scope, scope) == 0)
            drop(fetch);
    }
}

static bool has_room(const struct fetches *fetches, int principal_id)
{
    int own = 0;

    for (const struct fetch *fetch = fetches->first; fetch; fetch = fetch->next)
        own += fetch->principal_id == principal_id;
    return fetches->n < REQUESTS_MAX && own < REQUESTS_OF_PRINCIPAL_MAX;
}

static struct fetch *add(struct fetches *fetches, const struct bus_message *message,
                         const struct key_holder *holder, const struct fetch_question *question)
{
    struct fetch *fetch = message->peer.len <= FETCH_PEER_BYTES ? calloc(1, sizeof(*fetch)) : NULL;

    if (!fetch)
        return NULL;
    *fetch = (struct fetch){.fetches = fetches,
                            .next = fetches->first,
                            .peer_len = message->peer.len,
                            .principal_id = holder->principal_id,
                            .question = *question,
                            .until_ms = uv_now(fetches->app->loop) + question->wait_ms};
    memcpy(fetch->peer, message->peer.bytes, message->peer.len);
    snprintf(fetch->user_id, sizeof(fetch->user_id), "%s", message->user_id);
    if (fetch->next)
        fetch->next->previous = fetch;
    fetches->first = fetch;
    fetches->n++;
    return fetch;
}

void fetch_take(struct fetches *fetches, const struct bus_message *message,
                const struct key_holder *holder, const Uptake__V1__Fetch *asked)
{
    struct fetch_question question;
    struct fetch *fetch = NULL;
    struct err err;

    if (!fetch_read_question(asked, &question, &err)) {
        fetch_send_problem(fetches, &message->peer, asked->token, &err);
        return;
    }
    replace(fetches, &message->peer, question.scope);
    if (has_room(fetches, holder->principal_id))
        fetch = add(fetches, message, holder, &question);
    if (fetch) {
        ask(fetch);
    } else {
        err_set(&err, ERR_RETRY, "OVERLOADED", "fetch", "too many requests wait; ask again later");
        fetch_send_problem(fetches, &message->peer, asked->token, &err);
    }
    watch_deadlines(fetches);
}
