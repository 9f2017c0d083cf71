/* SPDX-License-Identifier: Apache-2.0 */
#include "feed.h"

#include "doorbell.h"
#include "fetch.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_EVERY_MS = 1000,
    POLL_SPACING_MS = 100,
    STREAM_LIFE_MS = 5 * 60 * 1000,
    EPOCH_HEX = 33,
};

struct head {
    int64_t scope_id;
    char epoch[EPOCH_HEX];
    int64_t seq;
};

struct follower {
    struct feed *feed;
    struct follower *previous;
    struct follower *next;
    struct http_stream *stream;
    char *scope;
    struct head told;
    uint64_t until_ms; /* loop time */
    bool ending;
};

/* WAITING (timer runs) -> ASKING (reply pending) -> WAITING. */
struct feed {
    struct reporting *app;
    uv_timer_t timer;
    bool asking;
    bool rung;     /* a doorbell while asking: ask again soon */
    bool by_bell;  /* this poll was rung for */
    int64_t known; /* sum of all heads as last seen: any commit raises it */
    bool away;     /* the last poll failed, and followers know */
    bool closing;
    bool timer_closed;
    uint64_t asked_ms;  /* loop time of the last poll */
    struct head *heads; /* as last read */
    int nheads;
    struct follower *followers;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void on_timer(uv_timer_t *timer);

static void ask_in(struct feed *feed, uint64_t delay_ms)
{
    if (!feed->closing)
        uv_timer_start(&feed->timer, on_timer, delay_ms, 0);
}

static void ask_soon(struct feed *feed)
{
    const uint64_t since = uv_now(feed->app->loop) - feed->asked_ms;

    ask_in(feed, since >= POLL_SPACING_MS ? 0 : POLL_SPACING_MS - since);
}

void feed_ring(struct feed *feed)
{
    if (feed->asking) {
        feed->rung = true;
        return;
    }
    feed->by_bell = true;
    ask_soon(feed);
}

/* Followers ------------------------------------------------------------------------------------ */

static void tell(struct follower *follower, const struct head *head)
{
    char event[512];
    json_t *data = json_pack("{s:s,s:s,s:I}", "scope", follower->scope, "epoch", head->epoch, "seq",
                             (json_int_t)head->seq);
    char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;
    int len;

    json_decref(data);
    if (!text)
        return;
    follower->told = *head;
    len = snprintf(event, sizeof(event), "event: head\ndata: %s\n\n", text);
    free(text);
    if (len > 0 && (size_t)len < sizeof(event))
        http_stream_send(follower->stream, event, (size_t)len);
}

static void on_gone(void *ctx)
{
    struct follower *follower = ctx;

    if (follower->previous)
        follower->previous->next = follower->next;
    else
        follower->feed->followers = follower->next;
    if (follower->next)
        follower->next->previous = follower->previous;
    *follower->feed->app->streams -= 1;
    free(follower->scope);
    free(follower);
}

static struct follower *make_follower(struct feed *feed, const struct call *call, struct head *head)
{
    struct follower *follower = calloc(1, sizeof(*follower));
    char *scope = strdup(call->scope.name);

    if (!follower || !scope) {
        free(follower);
        free(scope);
        return NULL;
    }
    *follower = (struct follower){
        .feed = feed, .scope = scope, .until_ms = uv_now(feed->app->loop) + STREAM_LIFE_MS};
    head->scope_id = call->scope.id;
    head->seq = call->scope.seq;
    snprintf(head->epoch, sizeof(head->epoch), "%s", call->scope.epoch);
    return follower;
}

void feed_follow(struct feed *feed, struct call *call)
{
    static const char retry[] = "retry: 1000\n\n"; /* ms before a follower comes back */
    struct head head;
    struct follower *follower = make_follower(feed, call, &head);

    if (!follower) {
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
        return;
    }
    follower->stream = call_stream(call, on_gone, follower);
    if (!follower->stream) {
        free(follower->scope);
        free(follower);
        return;
    }
    follower->next = feed->followers;
    if (follower->next)
        follower->next->previous = follower;
    feed->followers = follower;
    *feed->app->streams += 1;
    http_stream_send(follower->stream, retry, sizeof(retry) - 1);
    tell(follower, &head);
}

/* Nobody may take old data for current: until the next head followers know nothing. */
static void tell_away(struct feed *feed, const char *why)
{
    static const char event[] = "event: away\ndata: {}\n\n";

    service_condition(feed->app->service, "feed", false, why);
    if (feed->away)
        return;
    feed->away = true;
    for (struct follower *follower = feed->followers; follower; follower = follower->next) {
        follower->told.seq = -1; /* so that the next head is told, moved or not */
        http_stream_send(follower->stream, event, sizeof(event) - 1);
    }
}

/* Polling -------------------------------------------------------------------------------------- */

bool feed_head(const struct feed *feed, int64_t scope_id, char epoch[EPOCH_HEX], int64_t *seq)
{
    for (int i = 0; i < feed->nheads; i++) {
        if (feed->heads[i].scope_id != scope_id)
            continue;
        *seq = feed->heads[i].seq;
        memcpy(epoch, feed->heads[i].epoch, EPOCH_HEX);
        return true;
    }
    return false;
}

/* The heads as read, once for all followers. */
static bool take_heads(struct feed *feed, const PGresult *rows)
{
    const int n = PQntuples(rows);
    struct head *heads = realloc(feed->heads, (size_t)(n + 1) * sizeof(*heads));

    if (!heads)
        return false;
    feed->heads = heads;
    feed->nheads = n;
    for (int row = 0; row < n; row++) {
        heads[row].scope_id = store_int(rows, row, 0);
        heads[row].seq = store_int(rows, row, 3);
        snprintf(heads[row].epoch, sizeof(heads[row].epoch), "%s", store_text(rows, row, 2));
    }
    return true;
}

static void update_follower(struct feed *feed, struct follower *follower)
{
    for (int i = 0; i < feed->nheads; i++) {
        const struct head *head = &feed->heads[i];

        if (head->scope_id != follower->told.scope_id)
            continue;
        if (head->seq != follower->told.seq || strcmp(head->epoch, follower->told.epoch) != 0)
            tell(follower, head);
        return;
    }
}

static void watch_doorbell(struct feed *feed)
{
    int64_t sum = 0;

    for (int i = 0; i < feed->nheads; i++)
        sum += feed->heads[i].seq;
    if (sum != feed->known && feed->known > 0 && !feed->by_bell && !feed->rung)
        doorbell_missed(feed->app->doorbell);
    feed->known = sum;
    feed->by_bell = false;
}

static void update_followers(struct feed *feed)
{
    const uint64_t now_ms = uv_now(feed->app->loop);

    for (struct follower *follower = feed->followers; follower; follower = follower->next) {
        update_follower(feed, follower);
        if (now_ms >= follower->until_ms && !follower->ending) {
            follower->ending = true;
            http_stream_close(follower->stream);
        }
    }
}

/* A reply may still be on its way when the timer is closed. */
static void finish_close(struct feed *feed)
{
    void (*closed)(void *ctx) = feed->closed;
    void *ctx = feed->closed_ctx;

    if (feed->asking || !feed->timer_closed)
        return;
    free(feed->heads);
    free(feed);
    closed(ctx);
}

static void on_heads(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct feed *feed = ctx;

    (void)nresults;
    feed->asking = false;
    if (feed->closing) {
        finish_close(feed);
        return;
    }
    if (err) {
        tell_away(feed, err->text);
    } else {
        feed->away = false;
        service_condition(feed->app->service, "feed", true, NULL);
        if (take_heads(feed, results[0])) {
            watch_doorbell(feed);
            update_followers(feed);
            fetch_look(feed->app->fetches);
        }
    }
    if (feed->rung)
        ask_soon(feed);
    else
        ask_in(feed, POLL_EVERY_MS);
    feed->rung = false;
}

static void on_timer(uv_timer_t *timer)
{
    struct feed *feed = timer->data;
    const struct store_step step = {.sql = sql_heads};
    struct err err;

    feed->asked_ms = uv_now(feed->app->loop);
    if (store_is_ready(feed->app->quick) &&
        store_submit(feed->app->quick, &step, 1, on_heads, feed, &err)) {
        feed->asking = true;
        return;
    }
    tell_away(feed, "the database is away");
    ask_in(feed, POLL_EVERY_MS);
}

struct feed *feed_open(struct reporting *app, struct err *err)
{
    struct feed *feed = calloc(1, sizeof(*feed));

    if (!feed)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "feed", "cannot allocate");
    feed->app = app;
    uv_timer_init(app->loop, &feed->timer);
    feed->timer.data = feed;
    service_condition(app->service, "feed", false, "not read yet");
    ask_in(feed, POLL_EVERY_MS);
    return feed;
}

static void on_closed(uv_handle_t *handle)
{
    struct feed *feed = handle->data;

    feed->timer_closed = true;
    finish_close(feed);
}

void feed_close(struct feed *feed, void (*closed)(void *ctx), void *ctx)
{
    if (!feed) {
        closed(ctx);
        return;
    }
    feed->closing = true;
    feed->closed = closed;
    feed->closed_ctx = ctx;
    uv_close((uv_handle_t *)&feed->timer, on_closed);
}
