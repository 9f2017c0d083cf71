/* SPDX-License-Identifier: Apache-2.0 */
#include "cycles.h"

#include "calendar/recurrence.h"
#include "numbering.h"

#include <string.h>

/* The days for which one version speaks: from <= day < until; none: no bound. */
struct segment {
    const struct plan_version *version;
    struct date from, until;
};

/* A list under way. */
struct listing {
    const struct cycles_input *input;
    struct arena *arena;
    struct date horizon;
    struct cycle *cycles;
    int n, room;
    int counted;          /* number of the last cycle of earlier segments */
    struct date last_end; /* its end; none: there was none */
};

static bool is_after(struct date a, struct date b)
{
    return date_compare(a, b) > 0;
}

static struct date later_of(struct date a, struct date b)
{
    return is_after(a, b) ? a : b;
}

/* Versions --------------------------------------------------------------------------------------
 */

const struct plan_version *cycles_version(const struct plan_policy *policy, struct date end_on)
{
    for (int i = policy->nversions - 1; i >= 0; i--)
        if (!is_after(policy->versions[i].in_force_from, end_on))
            return &policy->versions[i];
    return NULL;
}

bool cycles_reach(const struct plan_version *version, const struct plan_action *action)
{
    bool document = version->ndocuments == 0, office = version->noffices == 0;
    bool instrument = version->ninstruments == 0;

    for (int i = 0; !document && i < version->ndocuments; i++)
        document = strcmp(version->documents[i], action->document) == 0;
    for (int i = 0; !office && i < version->noffices; i++)
        office = version->offices[i] == action->office_id;
    for (int i = 0; !instrument && i < version->ninstruments; i++)
        instrument = version->instruments[i] == action->instrument;
    return document && office && instrument;
}

bool cycles_rest(const struct plan_version *version, const struct plan_action *action)
{
    return action->on_hold && version->trigger == PLAN_DEADLINE;
}

static bool is_asking(const struct plan_version *version, const struct plan_action *action)
{
    return version->active && version->nsteps > 0 && cycles_reach(version, action) &&
           !cycles_rest(version, action);
}

/* Listing ---------------------------------------------------------------------------------------
 */

static bool add_cycle(struct listing *listing, const struct cycle *cycle)
{
    const struct plan_policy *policy = listing->input->policy;
    struct cycle *grown = arena_grow(listing->arena, listing->cycles, listing->n, &listing->room,
                                     sizeof(*listing->cycles));

    if (!grown)
        return false;
    listing->cycles = grown;
    grown += listing->n++;
    *grown = *cycle;
    for (int i = 0; i < policy->ndecisions; i++)
        if (date_compare(policy->decisions[i].ends_on, cycle->end_on) == 0) {
            grown->held = policy->decisions[i].held;
            grown->closed = policy->decisions[i].closed;
        }
    return true;
}

/* Occurrence n of the segment's rule ends cycle n + shift. */
static bool add_occurrences(struct listing *listing, const struct segment *segment,
                            const struct recurrence *rule, int first, int shift)
{
    const struct plan_version *version = segment->version;
    int n = recurrence_first_from(rule, later_of(segment->from, version->go_live_on));

    for (n = n < first ? first : n;; n++) {
        struct cycle cycle = {n + shift, {0}, recurrence_day(rule, n), {0}, version, false, false};

        if (!date_is_none(segment->until) && date_compare(cycle.end_on, segment->until) >= 0)
            return true;
        if (is_after(date_add_days(cycle.end_on, version->steps[0]), listing->horizon))
            return true;
        cycle.begin_on = n == first && !date_is_none(listing->last_end)
                             ? listing->last_end
                             : recurrence_day(rule, n - 1);
        if (!add_cycle(listing, &cycle))
            return false;
    }
}

static bool add_segment(struct listing *listing, const struct segment *segment)
{
    const struct plan_version *version = segment->version;
    const struct plan_action *action = listing->input->action;
    struct recurrence rule = {date_is_none(version->anchor_on) ? action->anchor
                                                               : version->anchor_on,
                              version->interval_months};
    int first = 1, last, shift = 0;

    if (date_is_none(rule.anchor) || version->interval_months < 1)
        return true;
    if (!date_is_none(segment->from))
        first = recurrence_first_from(&rule, segment->from);
    if (first < 1)
        first = 1;
    if (listing->counted > 0)
        shift = listing->counted + 1 - first;
    if (is_asking(version, action) && !add_occurrences(listing, segment, &rule, first, shift))
        return false;
    if (date_is_none(segment->until))
        return true;
    last = recurrence_first_from(&rule, segment->until) - 1;
    if (last >= first) {
        listing->counted = last + shift;
        listing->last_end = recurrence_day(&rule, last);
    }
    return true;
}

/* Newest first: the part of the time before `until` for which version `at` speaks. */
static bool add_segments(struct listing *listing, int at, struct date until)
{
    const struct plan_policy *policy = listing->input->policy;
    const struct plan_version *newest = &policy->versions[policy->nversions - 1];
    const struct plan_version *version = &policy->versions[at];
    struct segment segment = {version, version->in_force_from, until};
    bool has_days = date_is_none(until) || date_compare(segment.from, until) < 0;

    if (at > 0 && !(has_days && date_is_none(segment.from)) &&
        !add_segments(listing, at - 1, has_days ? segment.from : until))
        return false;
    return !has_days || version->trigger != newest->trigger || add_segment(listing, &segment);
}

static bool add_deadline(struct listing *listing)
{
    const struct cycles_input *input = listing->input;
    struct date due_on = input->action->due_on;
    const struct plan_version *version =
        date_is_none(due_on) ? NULL : cycles_version(input->policy, due_on);
    struct cycle cycle = {0, {0}, due_on, {0}, version, false, false};

    if (!version || version->trigger != PLAN_DEADLINE || !is_asking(version, input->action) ||
        is_after(version->go_live_on, due_on))
        return true;
    if (version->window_days > 0)
        cycle.begin_on = date_add_days(due_on, -version->window_days - 1);
    cycle.number = numbering_of_deadline(input);
    return add_cycle(listing, &cycle);
}

/* Answers ---------------------------------------------------------------------------------------
 */

static struct answer_rule rule_of(const struct plan_version *version)
{
    return answer_rule(version->trigger == PLAN_DEADLINE, version->window_days,
                       version->closes_after_days, version->steps[version->nsteps - 1]);
}

bool cycles_answered(const struct plan_action *action, int64_t unit_id, struct cycle *cycles, int n,
                     struct arena *arena)
{
    struct answer_span *spans = arena_alloc(arena, (size_t)n * sizeof(*spans) + 1);
    struct date *answered_on = arena_alloc(arena, (size_t)n * sizeof(*answered_on) + 1);

    if (!spans || !answered_on)
        return false;
    for (int i = 0; i < n; i++)
        spans[i] =
            (struct answer_span){cycles[i].begin_on, cycles[i].end_on, rule_of(cycles[i].version)};
    answers_find(spans, n, action->reports, action->nreports, unit_id, answered_on);
    for (int i = 0; i < n; i++)
        cycles[i].answered_on = answered_on[i];
    return true;
}

bool cycles_of(const struct cycles_input *input, struct arena *arena, struct cycle **cycles, int *n)
{
    const struct plan_policy *policy = input->policy;
    struct listing listing = {
        .input = input, .arena = arena, .horizon = date_add_days(input->today, PLAN_HORIZON_DAYS)};
    bool is_deadline;

    *cycles = NULL;
    *n = 0;
    if (policy->nversions == 0)
        return true;
    is_deadline = policy->versions[policy->nversions - 1].trigger == PLAN_DEADLINE;
    if (is_deadline ? !add_deadline(&listing)
                    : !add_segments(&listing, policy->nversions - 1, (struct date){0}))
        return false;
    if (!is_deadline)
        numbering_fit(input, listing.cycles, &listing.n);
    *cycles = listing.cycles;
    *n = listing.n;
    return true;
}
