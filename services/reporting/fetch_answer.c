/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_parts.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "wire/wire.h"

#include <stdio.h>
#include <string.h>

/* Columns of fetch_cursor.sql and fetch_page.sql. */
enum { CURSOR_SCOPE, CURSOR_READABLE, CURSOR_EPOCH, CURSOR_SEQ, CURSOR_CHAIN_AT, CURSOR_LOW_WATER };
enum {
    PAGE_FIRST_SEQ,
    PAGE_LAST_SEQ,
    PAGE_CHAIN,
    PAGE_RECORDED_AT,
    PAGE_OPERATION,
    PAGE_BODY,
    PAGE_BODY_SHA256,
    PAGE_REVISION,
};

/* What is asked ------------------------------------------------------------------------------- */

static bool take_bytes(const ProtobufCBinaryData *from, size_t len, bool *has, uint8_t *to,
                       const char *place, struct err *err)
{
    *has = from->len > 0;
    if (*has && from->len != len)
        return err_set(err, ERR_REJECT, "CURSOR_INVALID", place, "%zu bytes, expected %zu or none",
                       from->len, len);
    if (*has)
        memcpy(to, from->data, len);
    return true;
}

bool fetch_read_question(const Uptake__V1__Fetch *asked, struct fetch_question *question,
                         struct err *err)
{
    *question = (struct fetch_question){.max_bytes =
                                            asked->max_bytes ? asked->max_bytes : FETCH_BYTES_USUAL,
                                        .wait_ms = asked->wait_ms,
                                        .after = (int64_t)asked->after_seq,
                                        .token = asked->token};
    if (asked->max_bytes > FETCH_BYTES_MAX)
        return err_set(err, ERR_REJECT, "PARAMETER_RANGE", "max_bytes",
                       "got %u, allowed 1 to %d, or 0 for %d", asked->max_bytes,
                       (int)FETCH_BYTES_MAX, (int)FETCH_BYTES_USUAL);
    if (asked->wait_ms > FETCH_WAIT_MAX_MS)
        return err_set(err, ERR_REJECT, "PARAMETER_RANGE", "wait_ms", "got %u, allowed 0 to %d",
                       asked->wait_ms, (int)FETCH_WAIT_MAX_MS);
    if (!*asked->scope)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "scope", "name the feed, e.g. hq");
    if (strlen(asked->scope) > FETCH_SCOPE_BYTES)
        return err_set(err, ERR_REJECT, "FIELD_TOO_LONG", "scope", "limit %d bytes",
                       (int)FETCH_SCOPE_BYTES);
    if (!take_bytes(&asked->epoch, EPOCH_BYTES, &question->has_epoch, question->epoch, "epoch",
                    err) ||
        !take_bytes(&asked->chain, CHAIN_BYTES, &question->has_chain, question->chain, "chain",
                    err))
        return false;
    if (asked->after_seq > INT64_MAX)
        return err_set(err, ERR_REJECT, "CURSOR_INVALID", "after_seq", "no feed is that long");
    if (asked->after_seq > 0 && (!question->has_epoch || !question->has_chain))
        return err_set(err, ERR_REJECT, "CURSOR_INVALID", question->has_epoch ? "chain" : "epoch",
                       "a cursor behind 0 needs its epoch and its chain");
    snprintf(question->scope, sizeof(question->scope), "%s", asked->scope);
    return true;
}

/* What it is worth ---------------------------------------------------------------------------- */

static bool same_hex(const uint8_t *bytes, size_t len, const char *hex)
{
    char text[2 * CHAIN_BYTES + 1];

    bytes_to_hex(bytes, len, text);
    return strcmp(text, hex) == 0;
}

static bool same_chain(const struct fetch_question *question, const PGresult *cursor)
{
    return question->has_chain &&
           same_hex(question->chain, CHAIN_BYTES, store_text(cursor, 0, CURSOR_CHAIN_AT));
}

static bool same_epoch(const struct fetch_question *question, const PGresult *cursor)
{
    return question->has_epoch &&
           same_hex(question->epoch, EPOCH_BYTES, store_text(cursor, 0, CURSOR_EPOCH));
}

/* Never clamped: a cursor that does not fit is said to be of no use. UNSPECIFIED: it fits, or
 * stands on no segment end. */
static Uptake__V1__ResyncReason resync_reason(const struct fetch_question *question,
                                              const PGresult *cursor)
{
    if (question->has_epoch && !same_epoch(question, cursor))
        return UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_EPOCH_CHANGED;
    if (question->after > store_int(cursor, 0, CURSOR_SEQ))
        return UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_CURSOR_AHEAD;
    if (question->after < store_int(cursor, 0, CURSOR_LOW_WATER))
        return UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_CURSOR_TOO_OLD;
    if (question->has_chain && !store_is_null(cursor, 0, CURSOR_CHAIN_AT) &&
        !same_chain(question, cursor))
        return UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_DIVERGED;
    return UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_UNSPECIFIED;
}

/* Answers ------------------------------------------------------------------------------------- */

static struct bus_frame peer_of(const struct fetch *fetch)
{
    return (struct bus_frame){fetch->peer, fetch->peer_len};
}

static void problem(struct fetch *fetch, const struct err *err)
{
    const struct bus_frame peer = peer_of(fetch);

    fetch_send_problem(fetch->fetches, &peer, fetch->question.token, err);
}

static void require_resync(struct fetch *fetch, Uptake__V1__ResyncReason reason,
                           const PGresult *cursor)
{
    Uptake__V1__ResyncRequired answer = UPTAKE__V1__RESYNC_REQUIRED__INIT;
    const struct bus_frame peer = peer_of(fetch);
    uint8_t epoch[EPOCH_BYTES];

    answer.scope = fetch->question.scope;
    answer.reason = reason;
    answer.token = fetch->question.token;
    if (reason != UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_SCOPE_CHANGED &&
        bytes_from_hex(store_text(cursor, 0, CURSOR_EPOCH), epoch, sizeof(epoch)))
        answer.epoch = (ProtobufCBinaryData){sizeof(epoch), epoch};
    log_event(LOG_INFO, "resync_required", "scope", fetch->question.scope, "reason",
              wire_word(&uptake__v1__resync_reason__descriptor, (int)reason), "principal",
              log_num(fetch->principal_id), NULL);
    fetch_send(fetch->fetches, &peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_RESYNC_REQUIRED,
               &answer.base);
}

/* The cursor of a feed it once read proves that it knew the scope; anything else must not tell
 * whether there is one. */
static void refuse(struct fetch *fetch, const PGresult *cursor)
{
    const struct fetch_question *question = &fetch->question;
    const bool knew_it = PQntuples(cursor) == 1 && question->after > 0 &&
                         same_epoch(question, cursor) && same_chain(question, cursor);
    struct err err;

    log_event(LOG_WARN, "audit_read_refused", "scope", question->scope, "principal",
              log_num(fetch->principal_id), "code", knew_it ? "SCOPE_CHANGED" : "NOT_FOUND", NULL);
    if (knew_it) {
        require_resync(fetch, UPTAKE__V1__RESYNC_REASON__RESYNC_REASON_SCOPE_CHANGED, cursor);
        return;
    }
    err_set(&err, ERR_REJECT, "NOT_FOUND", "scope", "there is no such feed for this key");
    problem(fetch, &err);
}

/* Fills one segment from the rows that begin at *row, which moves on; false: out of memory. */
static bool fill_segment(Uptake__V1__Segment *segment, const PGresult *page, int *row,
                         struct arena *arena)
{
    const int first = *row;
    const int64_t last_seq = store_int(page, first, PAGE_LAST_SEQ);
    int end = first;

    uptake__v1__segment__init(segment);
    segment->first_seq = (uint64_t)store_int(page, first, PAGE_FIRST_SEQ);
    segment->last_seq = (uint64_t)last_seq;
    segment->recorded_at_us = store_int(page, first, PAGE_RECORDED_AT);
    segment->chain.data = arena_alloc(arena, CHAIN_BYTES);
    segment->chain.len = CHAIN_BYTES;
    while (end < PQntuples(page) && store_int(page, end, PAGE_LAST_SEQ) == last_seq)
        end++;
    segment->entries = arena_alloc(arena, (size_t)(end - first) * sizeof(*segment->entries));
    if (!segment->chain.data || !segment->entries ||
        !bytes_from_hex(store_text(page, first, PAGE_CHAIN), segment->chain.data, CHAIN_BYTES))
        return false;
    for (; *row < end; ++*row) {
        Uptake__V1__Entry *entry = arena_alloc(arena, sizeof(*entry));
        int operation = 0;

        if (!entry)
            return false;
        uptake__v1__entry__init(entry);
        if (!store_is_null(page, *row, PAGE_BODY)) { /* else redacted: the hash stays */
            entry->body.data =
                (uint8_t *)(uintptr_t)store_bytes(page, *row, PAGE_BODY, arena, &entry->body.len);
            if (!entry->body.data)
                return false;
        }
        entry->body_sha256.data = arena_alloc(arena, SHA256_BYTES);
        entry->body_sha256.len = SHA256_BYTES;
        entry->revision = (uint64_t)store_int(page, *row, PAGE_REVISION);
        if (!entry->body_sha256.data ||
            !bytes_from_hex(store_text(page, *row, PAGE_BODY_SHA256), entry->body_sha256.data,
                            SHA256_BYTES) ||
            !wire_word_value(&uptake__v1__operation__descriptor,
                             store_text(page, *row, PAGE_OPERATION), &operation))
            return false;
        entry->operation = (Uptake__V1__Operation)operation;
        segment->entries[segment->n_entries++] = entry;
    }
    return true;
}

static bool fill_batch(Uptake__V1__Batch *batch, const PGresult *page, struct arena *arena)
{
    batch->segments = arena_alloc(arena, FETCH_SEGMENTS_MAX * sizeof(*batch->segments));
    for (int row = 0; batch->segments && row < PQntuples(page);) {
        Uptake__V1__Segment *segment = arena_alloc(arena, sizeof(*segment));

        if (!segment || batch->n_segments == FETCH_SEGMENTS_MAX ||
            !fill_segment(segment, page, &row, arena))
            return false;
        batch->segments[batch->n_segments++] = segment;
    }
    return batch->segments != NULL;
}

static void send_batch(struct fetch *fetch, const PGresult *cursor, const PGresult *page)
{
    const struct bus_frame peer = peer_of(fetch);
    Uptake__V1__Batch batch = UPTAKE__V1__BATCH__INIT;
    struct arena arena = {0};
    uint8_t epoch[EPOCH_BYTES];
    uint8_t chain[CHAIN_BYTES];
    struct err err;

    batch.scope = fetch->question.scope;
    batch.token = fetch->question.token;
    batch.from_seq = batch.to_seq = (uint64_t)fetch->question.after;
    batch.head_seq = (uint64_t)store_int(cursor, 0, CURSOR_SEQ);
    batch.server_time_us = clock_now_us();
    batch.epoch = (ProtobufCBinaryData){sizeof(epoch), epoch};
    batch.chain = (ProtobufCBinaryData){sizeof(chain), chain};
    if (!bytes_from_hex(store_text(cursor, 0, CURSOR_EPOCH), epoch, sizeof(epoch)) ||
        !bytes_from_hex(store_text(cursor, 0, CURSOR_CHAIN_AT), chain, sizeof(chain)) ||
        !fill_batch(&batch, page, &arena)) {
        err_set(&err, ERR_RETRY, "OVERLOADED", "batch", "cannot put the batch together; ask again");
        problem(fetch, &err);
    } else {
        if (batch.n_segments) {
            const Uptake__V1__Segment *last = batch.segments[batch.n_segments - 1];
            batch.to_seq = last->last_seq;
            memcpy(chain, last->chain.data, sizeof(chain));
        }
        batch.up_to_date = batch.to_seq == batch.head_seq;
        if (uptake__v1__batch__get_packed_size(&batch) > BUS_FRAME_BYTES_MAX) {
            err_set(&err, ERR_REJECT, "ENTRY_TOO_LARGE", "batch",
                    "what follows seq %llu is longer than a frame; tell the operators",
                    (unsigned long long)batch.from_seq);
            log_err(LOG_ERROR, "entry_too_large", &err);
            problem(fetch, &err);
        } else {
            fetch_send(fetch->fetches, &peer, UPTAKE__V1__MESSAGE_KIND__MESSAGE_KIND_BATCH,
                       &batch.base);
        }
    }
    arena_finish(&arena);
}

bool fetch_answer(struct fetch *fetch, const PGresult *cursor, const PGresult *page, bool may_wait)
{
    Uptake__V1__ResyncReason reason;
    struct err err;

    if (PQntuples(cursor) != 1 || !store_bool(cursor, 0, CURSOR_READABLE)) {
        refuse(fetch, cursor);
        return true;
    }
    reason = resync_reason(&fetch->question, cursor);
    if (reason) {
        require_resync(fetch, reason, cursor);
        return true;
    }
    if (store_is_null(cursor, 0, CURSOR_CHAIN_AT)) {
        err_set(&err, ERR_REJECT, "CURSOR_INVALID", "after_seq",
                "no batch ends at %lld; ask with the to_seq of an earlier one, or 0",
                (long long)fetch->question.after);
        problem(fetch, &err);
        return true;
    }
    if (may_wait && PQntuples(page) == 0) {
        fetch->scope_id = store_int(cursor, 0, CURSOR_SCOPE);
        fetch->seen_seq = store_int(cursor, 0, CURSOR_SEQ);
        snprintf(fetch->seen_epoch, sizeof(fetch->seen_epoch), "%s",
                 store_text(cursor, 0, CURSOR_EPOCH));
        return false;
    }
    send_batch(fetch, cursor, page);
    return true;
}
