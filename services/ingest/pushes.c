/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of a pushed change without the database; then it goes to the queue. */
#include "base/log.h"
#include "intake_inside.h"
#include "validate.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

/* One Push while it is taken: who gave it, whose its changes are, and what is settled already. */
struct taking {
    struct intake *intake;
    const struct bus_frame *peer;
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

static bool unpack(struct submission *s, const Uptake__V1__Submission *from, struct err *err)
{
    s->body = arena_memdup(&s->arena, from->body.data, from->body.len);
    if (!s->body)
        return err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "out of memory; send it again");
    s->len = from->body.len;
    s->change = (Uptake__V1__Change *)wire_unpack(&uptake__v1__change__descriptor, &s->arena,
                                                  s->body, s->len, err);
    return s->change && validate_change(s->change, err);
}

static bool has_room(const struct intake *intake, struct err *err)
{
    if (!intake->accepting)
        return err_set(err, ERR_RETRY, "DB_UNAVAILABLE", "ingest",
                       "the database is away; send the same message again");
    return queue_bytes(intake->queue) <= INTAKE_BUDGET_BYTES ||
           err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "too much waits; send it again");
}

static bool judge(const struct intake *intake, struct submission *s,
                  const Uptake__V1__Submission *from, struct err *err)
{
    return check_bytes(s, from, err) && unpack(s, from, err) &&
           principals_may_push(intake->principals, s, err) && has_room(intake, err);
}

static void take_submission(struct taking *taking, const Uptake__V1__Submission *from)
{
    struct submission *s = calloc(1, sizeof(*s));

    if (!s || taking->peer->len > PEER_BYTES_MAX) {
        free(s);
        (*taking->intake->dropped)++;
        return;
    }
    s->arena.cap = MESSAGE_MEMORY;
    memcpy(s->peer, taking->peer->bytes, taking->peer->len);
    s->peer_len = taking->peer->len;
    s->sender_id = taking->sender->id;
    memcpy(s->message_id, from->message_id.data,
           from->message_id.len < MESSAGE_ID_BYTES ? from->message_id.len : MESSAGE_ID_BYTES);
    if (taking->none) {
        s->why = *taking->none;
    } else if (judge(taking->intake, s, from, &s->why)) {
        s->why = (struct err){0};
        queue_give(taking->intake->queue, s);
        return;
    }
    s->outcome = s->why.kind == ERR_RETRY ? UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER
                                          : UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
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

void intake_take_push(struct intake *intake, const struct bus_frame *peer,
                      const struct principal *pusher, const Uptake__V1__Push *push)
{
    struct taking taking = {.intake = intake, .peer = peer};
    struct err err;

    taking.sender = intake_speaks_for(intake, pusher, push->spoken_for, &err);
    if (!taking.sender || !intake_check_epoch(intake, taking.sender, push->producer_epoch, &err)) {
        log_err(LOG_WARN, "push_refused", &err);
        taking.none = &err;
    }
    if (!taking.sender)
        taking.sender = pusher;
    for (size_t i = 0; i < push->n_submissions; i++)
        take_submission(&taking, push->submissions[i]);
    intake_answer(intake, taking.settled, taking.nsettled);
    for (int i = 0; i < taking.nsettled; i++)
        submission_free(taking.settled[i]);
}
