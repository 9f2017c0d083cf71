/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate.h"

#include "simulate_parts.h"

#include <stdlib.h>
#include <string.h>

struct simulation *simulate_open(const struct simulate_options *options, struct err *err)
{
    struct simulation *simulation = calloc(1, sizeof(*simulation));

    if (!simulation)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "simulate", "cannot allocate");
    simulation->options = *options;
    simulation->holidays = holidays_open(err);
    if (!simulation->holidays) {
        simulate_close(simulation);
        return NULL;
    }
    return simulation;
}

void simulate_close(struct simulation *simulation)
{
    if (!simulation)
        return;
    holidays_close(simulation->holidays);
    arena_finish(&simulation->arena);
    arena_finish(&simulation->reading);
    arena_finish(&simulation->planning);
    free(simulation);
}

const void *simulate_find(const struct simulate_list *list, size_t size, int64_t id)
{
    const char *rows = list->rows;
    int low = 0, high = list->n;

    while (low < high) {
        int middle = low + (high - low) / 2;
        int64_t at = *(const int64_t *)(const void *)(rows + (size_t)middle * size);

        if (at == id)
            return rows + (size_t)middle * size;
        if (at < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool simulate_no_memory(struct err *err)
{
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "simulate", "cannot hold the ledger");
}

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The plan into the copy: put_obligations.sql ------------------------------------------------- */

static struct obligation *find_row(struct simulation *simulation, const struct obligation *key,
                                   int nsorted)
{
    return nsorted ? bsearch(key, simulation->ledger, (size_t)nsorted, sizeof(*simulation->ledger),
                             obligation_compare)
                   : NULL;
}

static bool is_settled(const struct obligation *row)
{
    return row->state == OBLIGATION_CLAIMED || row->state == OBLIGATION_SENT;
}

static bool put_row(struct simulation *simulation, const struct obligation *change, int nsorted)
{
    struct obligation *row = find_row(simulation, change, nsorted);

    if (row && is_settled(row))
        return true;
    if (!row) {
        struct obligation *ledger =
            arena_grow(&simulation->arena, simulation->ledger, simulation->nledger,
                       &simulation->ledger_room, sizeof(*ledger));
        if (!ledger)
            return false;
        simulation->ledger = ledger;
        row = &ledger[simulation->nledger++];
    }
    *row = *change;
    row->reason = arena_strdup(&simulation->arena, change->reason);
    row->awaited = arena_strdup(&simulation->arena, change->awaited);
    return row->reason && row->awaited;
}

static bool plan_day(struct simulation *simulation, struct date day, struct err *err)
{
    struct plan_changes changes;
    int nsorted;

    simulation->input.today = day;
    simulation->input.ledger = simulation->ledger;
    simulation->input.nledger = simulation->nledger;
    if (!plan(&simulation->input, &simulation->planning, &changes, err))
        return false;
    nsorted = simulation->nledger;
    if (nsorted)
        qsort(simulation->ledger, (size_t)nsorted, sizeof(*simulation->ledger), obligation_compare);
    for (int i = 0; i < changes.n; i++)
        if (!put_row(simulation, &changes.rows[i], nsorted))
            return simulate_no_memory(err);
    if (simulation->nledger > nsorted)
        qsort(simulation->ledger, (size_t)simulation->nledger, sizeof(*simulation->ledger),
              obligation_compare);
    return true;
}

/* What is due: load_due.sql ------------------------------------------------------------------- */

static bool is_served(const struct simulation *simulation, int64_t recipient_id, struct date day)
{
    for (int i = simulation->nserved - 1; i >= 0; i--)
        if (simulation->served[i].recipient_id == recipient_id &&
            date_compare(simulation->served[i].on, day) == 0)
            return true;
    return false;
}

static bool is_due(const struct simulation *simulation, const struct obligation *row,
                   struct date day)
{
    return row->state == OBLIGATION_PLANNED && !row->held && date_compare(row->send_on, day) <= 0 &&
           !is_served(simulation, row->recipient_id, day);
}

/* False: a name is missing, so it cannot be in the real mail either. */
static bool make_due(const struct simulation *simulation, struct obligation *row,
                     struct simulate_due *due)
{
    *due = (struct simulate_due){
        .row = row,
        .recipient =
            simulate_find(&simulation->units, sizeof(struct simulate_unit), row->recipient_id),
        .policy =
            simulate_find(&simulation->policies, sizeof(struct simulate_policy), row->policy_id),
        .action =
            simulate_find(&simulation->actions, sizeof(struct simulate_action), row->subject_id),
    };
    return due->recipient && due->policy && due->action;
}

/* One recipient after the other; within a digest as load_digests.sql has it. */
static int compare_due(const void *left, const void *right)
{
    const struct simulate_due *a = left;
    const struct simulate_due *b = right;
    int order = compare_int(a->recipient->id, b->recipient->id);

    if (!order)
        order = date_compare(a->on, b->on);
    if (!order)
        order = date_compare(a->row->cycle_on, b->row->cycle_on);
    if (!order)
        order = strcmp(a->action->key, b->action->key);
    if (!order)
        order = strcmp(a->policy->key, b->policy->key);
    return order ? order : compare_int(a->row->step, b->row->step);
}

static struct simulate_due *list_due(struct simulation *simulation, struct date day, int *n)
{
    struct simulate_due *due =
        arena_alloc(&simulation->planning, (size_t)simulation->nledger * sizeof(*due) + 1);

    *n = 0;
    for (int i = 0; due && i < simulation->nledger; i++)
        if (is_due(simulation, &simulation->ledger[i], day) &&
            make_due(simulation, &simulation->ledger[i], &due[*n]))
            due[(*n)++].on = day;
    if (due)
        qsort(due, (size_t)*n, sizeof(*due), compare_due);
    return due;
}

static bool is_same_mail(const struct simulate_due *a, const struct simulate_due *b)
{
    return a->recipient == b->recipient && date_compare(a->on, b->on) == 0;
}

static bool tell_mails(struct simulation *simulation, const struct simulate_due *due, int n,
                       struct date day, struct err *err)
{
    for (int first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && is_same_mail(&due[first], &due[next]);)
            next++;
        if (!simulate_tell(simulation, due + first, next - first, day, err))
            return false;
    }
    return true;
}

/* Digests that were made before and wait for the mail server: it takes them on the first day. */
static bool send_waiting(struct simulation *simulation, struct date day, struct err *err)
{
    struct simulate_due *due =
        arena_alloc(&simulation->planning, (size_t)simulation->nwaiting * sizeof(*due) + 1);
    int n = 0;

    if (!due)
        return simulate_no_memory(err);
    for (int i = 0; i < simulation->nwaiting; i++) {
        const struct simulate_waiting *waiting = &simulation->waiting[i];
        struct obligation *row = find_row(simulation, &waiting->key, simulation->nledger);

        if (!row || !make_due(simulation, row, &due[n]))
            continue;
        due[n].message_id = waiting->message_id;
        due[n++].on = waiting->key.send_on;
    }
    simulation->nwaiting = 0;
    qsort(due, (size_t)n, sizeof(*due), compare_due);
    return tell_mails(simulation, due, n, day, err);
}

bool simulate_day(struct simulation *simulation, struct date day, struct err *err)
{
    struct simulate_due *due;
    int n;

    arena_reset(&simulation->planning);
    if (!plan_day(simulation, day, err) || !send_waiting(simulation, day, err))
        return false;
    due = list_due(simulation, day, &n);
    return due ? tell_mails(simulation, due, n, day, err) : simulate_no_memory(err);
}
