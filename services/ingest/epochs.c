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

enum { RISES_MAX = 16 };

/* One epoch on its way into the database. */
struct epoch_rise {
    struct epoch_rise *next;
    struct intake *intake;
    int principal_id;
};

static void forget(struct epoch_rise *rise)
{
    struct epoch_rise **at = &rise->intake->rises;

    while (*at != rise)
        at = &(*at)->next;
    *at = rise->next;
    free(rise);
}

static void on_raised(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct epoch_rise *rise = ctx;

    (void)nresults;
    if (err)
        log_err(LOG_WARN, "producer_epoch_not_raised", err);
    else if (PQntuples(results[0]) == 1)
        principals_set_producer_epoch(rise->intake->principals, rise->principal_id,
                                      (uint64_t)store_int(results[0], 0, 0));
    forget(rise);
}

static bool submit(struct epoch_rise *rise, uint64_t producer_epoch, struct err *err)
{
    struct arena arena = {0};
    struct store_step step = {.sql = sql_raise_producer_epoch, .args = {.arena = &arena}};
    bool sent;

    store_arg_int(&step.args, rise->principal_id);
    store_arg_int(&step.args, (long long)producer_epoch);
    sent = store_submit(rise->intake->reader, &step, 1, on_raised, rise, err);
    arena_finish(&arena);
    return sent;
}

/* At most one a principal; what does not fit now is asked for again with the next Push. */
static void raise_epoch(struct intake *intake, int principal_id, uint64_t producer_epoch)
{
    struct epoch_rise *rise;
    struct err err;
    int n = 0;

    for (rise = intake->rises; rise; rise = rise->next, n++)
        if (rise->principal_id == principal_id)
            return;
    rise = n < RISES_MAX && store_is_ready(intake->reader) ? calloc(1, sizeof(*rise)) : NULL;
    if (!rise)
        return;
    *rise = (struct epoch_rise){intake->rises, intake, principal_id};
    intake->rises = rise;
    if (!submit(rise, producer_epoch, &err)) {
        log_err(LOG_WARN, "producer_epoch_not_raised", &err);
        forget(rise);
    }
}

bool intake_check_epoch(struct intake *intake, const struct principal *sender,
                        uint64_t producer_epoch, struct err *err)
{
    if (producer_epoch == 0 || producer_epoch == sender->producer_epoch)
        return true;
    if (producer_epoch > INT64_MAX)
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "producer_epoch", "larger than any epoch");
    if (producer_epoch < sender->producer_epoch)
        return err_set(err, ERR_REJECT, "PRODUCER_FENCED", "producer_epoch",
                       "current epoch %" PRIu64 "; another copy of this sender took over",
                       sender->producer_epoch);
    raise_epoch(intake, sender->id, producer_epoch);
    return err_set(err, ERR_RETRY, "PRODUCER_EPOCH_NEW", "producer_epoch",
                   "the new epoch is being recorded; send the same message again");
}
