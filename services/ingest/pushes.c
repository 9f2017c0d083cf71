/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of a pushed change without the database; then it goes to the queue. */
#include "base/clock.h"
#include "base/log.h"
#include "intake_inside.h"
#include "validate.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

enum { CLOCK_SKEW_S = 600 };

/* One Push while it is taken: who gave it, whose its changes are, and what is settled already. */
struct taking {
    struct intake *intake;
    const struct intake_peer *peer;
    const struct principal *sender;
    const struct err *none; /* why none of it can be taken; NULL: each is judged */
    struct submission *settled[WIRE_CHANGES_MAX];
    int nsettled;
};

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

static bool check_bytes(struct submission *s, const Uptake__V1__Submission *from, struct err *err)
{
    if (from->message_id.len != MESSAGE_ID_BYTES || is_zero(s->message_id, MESSAGE_ID_BYTES))
        return err_set(err, ERR_REJECT, "BAD_MESSAGE_ID", "message_id",
                       "need 16 bytes, not all zero");
    if (from->body.len > WIRE_BODY_MAX)
        return err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE", "body", "%zu bytes, limit %d",
                       from->body.len, WIRE_BODY_MAX);
    sha256(from->body.data, from->body.len, s->body_sha256);
    return (from->body_sha256.len == SHA256_BYTES &&
            memcmp(s->body_sha256, from->body_sha256.data, SHA256_BYTES) == 0) ||
           err_set(err, ERR_REJECT, "BODY_HASH_MISMATCH", "body_sha256",
                   "the body arrived changed; send it again from the outbox");
}

static bool keep_body(struct submission *s, const Uptake__V1__Submission *from, struct err *err)
{
    s->body = arena_memdup(&s->arena, from->body.data, from->body.len);
    s->len = from->body.len;
    return s->body ||
           err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "out of memory; send it again");
}

static bool unpack(struct submission *s, struct err *err)
{
    s->change = (Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &s->arena,
                                                  s->body, s->len, err);
    return s->change && validate_change(s->change, err);
}

/* While it is in hand: should it be the end of this process, the next one knows. */
static bool look_at(const struct taking *taking, struct submission *s, struct err *err)
{
    const struct intake *intake = taking->intake;
    bool good;

    in_hand_take(intake->in_hand, s);
    good = unpack(s, err) && principals_may_push(intake->principals, s, err);
    in_hand_put_down(intake->in_hand);
    return good;
}

static bool is_accepting(const struct intake *intake, struct err *err)
{
    return (intake->accepting && in_hand_is_ready(intake->in_hand)) ||
           err_set(err, ERR_RETRY, "DB_UNAVAILABLE", "ingest",
                   "the database is away; send the same message again");
}

/* Credit first: what is refused for want of it costs no more than its frame. */
static bool judge(const struct taking *taking, struct submission *s,
                  const Uptake__V1__Submission *from, struct err *err)
{
    const struct intake *intake = taking->intake;

    if (!credit_allows(intake->credit, taking->peer->credit, from->body.len, err)) {
        (*intake->over_credit)++;
        return false;
    }
    if (!check_bytes(s, from, err) || !keep_body(s, from, err))
        return false;
    if (!in_hand_is_ready(intake->in_hand))
        return is_accepting(intake, err);
    s->attempts = in_hand_poison(intake->in_hand, s);
    if (s->attempts == 0)
        return look_at(taking, s, err) && is_accepting(intake, err);
    if (!is_accepting(intake, err))
        return false;
    submission_park(s);
    return true;
}

/* Seconds the sender's clock is behind (or, negative, ahead), where that is worth telling. */
static int64_t clock_skew(int64_t sent_at_us)
{
    int64_t seconds = sent_at_us > 0 ? (clock_now_us() - sent_at_us) / 1000000 : 0;

    return seconds > CLOCK_SKEW_S || seconds < -CLOCK_SKEW_S ? seconds : 0;
}

static void give(const struct taking *taking, struct submission *s)
{
    if (!s->outcome)
        s->why = (struct err){0};
    credit_charge(taking->intake->credit, taking->peer->credit, s);
    queue_give(taking->intake->queue, s);
}

static void take_submission(struct taking *taking, const Uptake__V1__Submission *from)
{
    const struct bus_frame *id = &taking->peer->id;
    struct submission *s = calloc(1, sizeof(*s));

    if (!s) {
        (*taking->intake->dropped)++;
        return;
    }
    s->arena.cap = MESSAGE_MEMORY;
    s->payer = taking->peer->credit;
    memcpy(s->peer, id->bytes, id->len);
    s->peer_len = id->len;
    s->sender_id = taking->sender->id;
    if (from->message_id.len == MESSAGE_ID_BYTES)
        memcpy(s->message_id, from->message_id.data, MESSAGE_ID_BYTES);
    s->clock_skew_s = clock_skew(from->sent_at_us);
    if (taking->none) {
        s->why = *taking->none;
    } else if (judge(taking, s, from, &s->why)) {
        give(taking, s);
        return;
    }
    s->outcome = intake_outcome_of(&s->why);
    taking->settled[taking->nsettled++] = s;
}

const struct principal *intake_speaks_for(const struct intake *intake,
                                          const struct principal *pusher, const char *spoken_for,
                                          struct err *err)
{
    const struct principal *sender;

    if (!spoken_for[0])
        return pusher;
    if (!pusher->speaks_for_others)
        return err_null(err, ERR_REJECT, "SPEAKER_NOT_ALLOWED", "spoken_for",
                        "this key's principal may not speak for others; leave it empty");
    sender = principals_by_name(intake->principals, spoken_for);
    if (!sender)
        return err_null(err, ERR_REJECT, "PRINCIPAL_UNKNOWN", "spoken_for",
                        "no principal has that name; see `uptake keys`");
    log_event(LOG_INFO, "spoken_for", "speaker", pusher->name, "principal", sender->name, NULL);
    return sender;
}

/* A transport that connects again by itself brings later frames to a new process, while earlier
 * ones were lost with the old one. */
static bool check_instance(const struct intake *intake, const Uptake__V1__Push *push,
                           struct err *err)
{
    return !push->instance || push->instance == intake->instance ||
           err_set(err, ERR_RETRY, "INSTANCE_CHANGED", "instance",
                   "another process answers now; say Hello, then send again what has no receipt");
}

void intake_take_push(struct intake *intake, const struct intake_peer *peer,
                      const Uptake__V1__Push *push)
{
    struct taking taking = {.intake = intake, .peer = peer};
    struct err err;

    taking.sender = intake_speaks_for(intake, peer->principal, push->spoken_for, &err);
    if (!taking.sender || !intake_check_epoch(intake, taking.sender, push->producer_epoch, &err) ||
        !check_instance(intake, push, &err)) {
        log_err(LOG_WARN, "push_refused", &err);
        taking.none = &err;
    }
    if (!taking.sender)
        taking.sender = peer->principal;
    credit_begin_frame(intake->credit, peer->credit, uv_now(intake->loop));
    for (size_t i = 0; i < push->n_submissions; i++)
        take_submission(&taking, push->submissions[i]);
    intake_answer(intake, taking.settled, taking.nsettled);
    for (int i = 0; i < taking.nsettled; i++)
        submission_free(taking.settled[i]);
}
