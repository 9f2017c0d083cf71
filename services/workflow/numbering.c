/* SPDX-License-Identifier: Apache-2.0 */
#include "numbering.h"

#include <stdlib.h>

/* What was sent, cycle by cycle; the rows of a cycle stand together in the ledger. */
struct past {
    int most;           /* highest number used; 0: none */
    struct date newest; /* latest end of a cycle that was asked */
};

bool numbering_is_settled(const struct obligation *row)
{
    return row->state == OBLIGATION_CLAIMED || row->state == OBLIGATION_SENT;
}

int numbering_of_deadline(const struct cycles_input *input)
{
    int most = 0;

    for (int i = 0; i < input->nledger; i++) {
        const struct obligation *row = &input->ledger[i];
        if (!numbering_is_settled(row))
            continue;
        if (date_compare(row->cycle_on, input->action->due_on) == 0)
            return row->cycle;
        if (row->cycle > most)
            most = row->cycle;
    }
    return most + 1;
}

static struct past look_back(const struct cycles_input *input)
{
    struct past past = {0};

    for (int i = 0; i < input->nledger; i++) {
        const struct obligation *row = &input->ledger[i];
        if (!numbering_is_settled(row))
            continue;
        if (row->cycle > past.most)
            past.most = row->cycle;
        if (date_compare(row->cycle_on, past.newest) > 0)
            past.newest = row->cycle_on;
    }
    return past;
}

static bool was_used(const struct cycles_input *input, int number)
{
    for (int i = 0; i < input->nledger; i++)
        if (input->ledger[i].cycle == number && numbering_is_settled(&input->ledger[i]))
            return true;
    return false;
}

static bool is_taken(const struct cycle *cycles, int n, int number)
{
    for (int i = 0; i < n; i++)
        if (cycles[i].number == -number)
            return true;
    return false;
}

/* The cycle whose end lies nearest to the day, at most `days` (-1: half its interval) away, among
 * those that have no number of the past yet. */
static struct cycle *nearest(struct cycle *cycles, int n, struct date day, int days)
{
    struct cycle *found = NULL;
    int best = 0;

    for (int i = 0; i < n; i++) {
        int away = abs(date_to_days(cycles[i].end_on) - date_to_days(day));
        int reach = days >= 0 ? days : cycles[i].version->interval_months * 15 - 1;

        if (cycles[i].number > 0 && away <= reach && (!found || away < best)) {
            found = &cycles[i];
            best = away;
        }
    }
    return found;
}

/* Marks cycles that somebody was asked about with their number, negative. */
static void find_past(const struct cycles_input *input, struct cycle *cycles, int n, int days)
{
    for (int i = 0; i < input->nledger; i++) {
        const struct obligation *row = &input->ledger[i];
        struct cycle *cycle;

        if (!numbering_is_settled(row) || is_taken(cycles, n, row->cycle))
            continue;
        cycle = nearest(cycles, n, row->cycle_on, days);
        if (cycle)
            cycle->number = -row->cycle;
    }
}

void numbering_fit(const struct cycles_input *input, struct cycle *cycles, int *n)
{
    struct past past = look_back(input);
    int last = -1, kept = 0, before = past.most;

    if (past.most == 0)
        return;
    find_past(input, cycles, *n, 0);
    find_past(input, cycles, *n, -1);
    for (int i = 0; i < *n; i++)
        if (cycles[i].number < 0)
            last = i;
    for (int i = 0; i < *n; i++) {
        struct cycle cycle = cycles[i];

        if (cycle.number < 0) {
            cycle.number = -cycle.number;
        } else if (i > last && date_compare(cycle.end_on, past.newest) > 0) {
            if (cycle.number <= before)
                cycle.number = before + 1;
            before = cycle.number;
        } else if (was_used(input, cycle.number) || cycle.number > past.most) {
            continue;
        }
        cycles[kept++] = cycle;
    }
    *n = kept;
}
