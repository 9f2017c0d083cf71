/* SPDX-License-Identifier: Apache-2.0 */
#include "replays.h"

#include "base/log.h"
#include "sql.h"
#include "validate.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum { REPLAYS_AT_ONCE = 16 };

/* IDLE -> asking -> attempts under way -> IDLE. */
struct replays {
    struct store *store;
    struct queue *queue;
    const struct principals *principals;
    struct in_hand *in_hand;
    bool asking;
    int under_way; /* attempts that no writer has settled */
};

struct replays *replays_create(const struct replays_parts *parts, struct err *err)
{
    struct replays *replays = calloc(1, sizeof(*replays));

    if (!replays)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "replays", "cannot allocate");
    replays->store = parts->store;
    replays->queue = parts->queue;
    replays->principals = parts->principals;
    replays->in_hand = parts->in_hand;
    return replays;
}

void replays_destroy(struct replays *replays)
{
    free(replays);
}

static bool read_letter(struct submission *s, const PGresult *found, int row)
{
    s->sender_id = (int)store_int(found, row, 0);
    s->body = store_bytes(found, row, 2, &s->arena, &s->len);
    if (!s->body || !bytes_from_hex(store_text(found, row, 1), s->message_id, MESSAGE_ID_BYTES))
        return false;
    sha256(s->body, s->len, s->body_sha256);
    return true;
}

static void refuse(struct submission *s)
{
    s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
    s->is_judged = true;
}

/* What the rules and the grants of today refuse goes in as refused, so that its outcome is stored.
 */
static void look_at(struct replays *replays, struct submission *s)
{
    in_hand_take(replays->in_hand, s);
    s->change = (Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &s->arena,
                                                  s->body, s->len, &s->why);
    if (s->change && validate_change(s->change, &s->why) &&
        principals_may_push(replays->principals, s, &s->why))
        s->why = (struct err){0};
    else
        refuse(s);
    in_hand_put_down(replays->in_hand);
    if (!s->change)
        submission_leave_unread(s);
}

static void put(struct replays *replays, const PGresult *found, int row)
{
    struct submission *s = calloc(1, sizeof(*s));

    if (!s || !read_letter(s, found, row)) {
        submission_free(s); /* out of memory: it is found again */
        return;
    }
    s->attempts = in_hand_poison(replays->in_hand, s);
    if (s->attempts)
        submission_park(s);
    else
        look_at(replays, s);
    replays->under_way++;
    queue_give(replays->queue, s);
}

static void on_found(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct replays *replays = ctx;

    (void)nresults;
    replays->asking = false;
    for (int row = 0; !err && row < PQntuples(results[0]); row++)
        put(replays, results[0], row);
}

void replays_ask(struct replays *replays)
{
    struct arena arena = {0};
    struct store_step step = {.sql = sql_find_replays, .args = {.arena = &arena}};
    struct err err;

    if (!replays->asking && replays->under_way == 0 && store_is_ready(replays->store) &&
        in_hand_is_ready(replays->in_hand)) {
        store_arg_int(&step.args, REPLAYS_AT_ONCE);
        replays->asking = store_submit(replays->store, &step, 1, on_found, replays, &err);
    }
    arena_finish(&arena);
}

static void on_noted(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    (void)ctx, (void)results, (void)nresults;
    if (err)
        log_err(LOG_WARN, "replay_not_noted", err); /* it is tried again, and dedupe answers */
}

/* The next look for letters comes behind it on the same connection. */
static void note(struct replays *replays, const struct submission *s)
{
    struct arena arena = {0};
    struct store_step step = {.sql = sql_note_replay, .args = {.arena = &arena}};
    char uuid[UUID_TEXT];
    struct err err;

    uuid_format(s->message_id, uuid);
    store_arg_int(&step.args, s->sender_id);
    store_arg_text(&step.args, uuid);
    store_arg_text(&step.args, wire_word(&uptake__v1__outcome__descriptor, (int)s->outcome));
    store_arg_text(&step.args, s->why.code ? s->why.code : "");
    if (!store_submit(replays->store, &step, 1, on_noted, replays, &err))
        log_err(LOG_WARN, "replay_not_noted", &err);
    arena_finish(&arena);
}

void replays_settled(struct replays *replays, struct submission *const *submissions, int n)
{
    for (int i = 0; i < n; i++) {
        const struct submission *s = submissions[i];

        if (s->peer_len > 0)
            continue;
        replays->under_way--;
        log_event(LOG_INFO, "letter_replayed", "subject", s->change->subject, "outcome",
                  wire_word(&uptake__v1__outcome__descriptor, (int)s->outcome), "code",
                  s->why.code ? s->why.code : "", NULL);
        if (s->outcome != UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER)
            note(replays, s);
    }
}
