/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Producer epochs: a sender whose outbox was restored or copied raises its epoch, and the older
 * copy, which would send what the newer one has moved past, is fenced.
 *
 * Before anything under a new epoch is taken the database knows it, so that no restart and no other
 * ingest lets the older copy in again.
 */
#include "base/log.h"
#include "intake_inside.h"
#include "sql.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    RISES_MAX = 16,
    KNOWN_MS = 5000, /* by then the principals were read again */
};

/* One epoch on its way into the database, or there but not read back yet. */
struct epoch_rise {
    struct epoch_rise *next;
    struct intake *intake;
    int principal_id;
    int64_t epoch;
    uint64_t recorded_ms; /* 0: not yet */
};

static void forget(struct epoch_rise *rise)
{
    struct epoch_rise **at = &rise->intake->rises;

    while (*at != rise)
        at = &(*at)->next;
    *at = rise->next;
    free(rise);
}

void intake_forget_epochs(struct intake *intake)
{
    while (intake->rises)
        forget(intake->rises);
}

static void forget_known(struct intake *intake)
{
    for (struct epoch_rise *rise = intake->rises, *next; rise; rise = next) {
        next = rise->next;
        if (rise->recorded_ms && uv_now(intake->loop) - rise->recorded_ms > KNOWN_MS)
            forget(rise);
    }
}

/* The highest epoch of that principal that the database has, as far as is known here. */
static int64_t known_epoch(const struct intake *intake, const struct principal *principal)
{
    int64_t known = principal->producer_epoch;

    for (const struct epoch_rise *rise = intake->rises; rise; rise = rise->next)
        if (rise->principal_id == principal->id && rise->recorded_ms && rise->epoch > known)
            known = rise->epoch;
    return known;
}

static void on_raised(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct epoch_rise *rise = ctx;

    (void)nresults;
    if (err)
        log_err(LOG_WARN, "producer_epoch_not_raised", err);
    if (err || PQntuples(results[0]) == 0)
        forget(rise); /* it failed, or somebody raised it as high or higher */
    else
        rise->recorded_ms = uv_now(rise->intake->loop) + 1;
}

static bool submit(struct epoch_rise *rise, struct err *err)
{
    struct arena arena = {0};
    struct store_step step = {.sql = sql_raise_producer_epoch, .args = {.arena = &arena}};
    bool sent;

    store_arg_int(&step.args, rise->principal_id);
    store_arg_int(&step.args, rise->epoch);
    sent = store_submit(rise->intake->reader, &step, 1, on_raised, rise, err);
    arena_finish(&arena);
    return sent;
}

/* At most one a principal is on its way; what does not fit now is asked for again with the next
 * Push. */
static void raise_epoch(struct intake *intake, int principal_id, int64_t epoch)
{
    struct epoch_rise *rise;
    struct err err;
    int n = 0;

    forget_known(intake);
    for (rise = intake->rises; rise; rise = rise->next, n++)
        if (rise->principal_id == principal_id && !rise->recorded_ms)
            return;
    rise = n < RISES_MAX && store_is_ready(intake->reader) ? calloc(1, sizeof(*rise)) : NULL;
    if (!rise)
        return;
    *rise = (struct epoch_rise){intake->rises, intake, principal_id, epoch, 0};
    intake->rises = rise;
    if (!submit(rise, &err)) {
        log_err(LOG_WARN, "producer_epoch_not_raised", &err);
        forget(rise);
    }
}

bool intake_check_epoch(struct intake *intake, const struct principal *sender,
                        uint64_t producer_epoch, struct err *err)
{
    const int64_t known = known_epoch(intake, sender);

    if (producer_epoch == 0)
        return true;
    if (producer_epoch > INT64_MAX)
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "producer_epoch", "larger than any epoch");
    if ((int64_t)producer_epoch == known)
        return true;
    if ((int64_t)producer_epoch < known)
        return err_set(err, ERR_REJECT, "PRODUCER_FENCED", "producer_epoch",
                       "current epoch %" PRId64 "; another copy of this sender took over", known);
    raise_epoch(intake, sender->id, (int64_t)producer_epoch);
    return err_set(err, ERR_RETRY, "PRODUCER_EPOCH_NEW", "producer_epoch",
                   "the new epoch is being recorded; send the same message again");
}
