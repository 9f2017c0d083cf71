/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated mail: what it says, as load_digests.sql would have it said. */
#include "ladder.h"
#include "model/identity.h"
#include "simulate_parts.h"

#include <stdlib.h>
#include <string.h>

static bool is_same_pair(const struct obligation *a, const struct obligation *b)
{
    return a->policy_id == b->policy_id && a->subject_id == b->subject_id;
}

/* Among whose reminders a line stands: the rows of its policy and action, side by side. */
struct neighbours {
    const struct obligation *first, *end;
};

static struct neighbours neighbours_of(const struct simulation *simulation,
                                       const struct obligation *row)
{
    const struct obligation *last = simulation->ledger + simulation->nledger;
    struct neighbours found = {row, row};

    while (found.first > simulation->ledger && is_same_pair(found.first - 1, row))
        found.first--;
    while (found.end < last && is_same_pair(found.end, row))
        found.end++;
    return found;
}

static void count_own(const struct neighbours *among, const struct obligation *row,
                      struct digest_line *line)
{
    for (const struct obligation *other = among->first; other < among->end; other++) {
        if (other->recipient_id != row->recipient_id)
            continue;
        line->asked_before += other->state == OBLIGATION_SENT && other->cycle == row->cycle &&
                              date_compare(other->send_on, row->send_on) < 0;
        line->coalesced += other->state == OBLIGATION_COALESCED &&
                           other->coalesced_cycle == row->cycle &&
                           other->coalesced_step == row->step;
    }
}

/* How often the unit was asked for which somebody above it is written to. */
static void count_asked(const struct neighbours *among, const struct obligation *row,
                        struct digest_line *line)
{
    for (const struct obligation *other = among->first; other < among->end; other++) {
        if (other->recipient_id != row->asked_id || other->cycle != row->cycle ||
            other->state != OBLIGATION_SENT)
            continue;
        line->asked_times++;
        if (date_is_none(line->asked_since) ||
            date_compare(other->digest_on, line->asked_since) < 0)
            line->asked_since = other->digest_on;
    }
}

static const char *name_of(const struct simulation *simulation, int64_t unit_id)
{
    const struct simulate_unit *unit =
        simulate_find(&simulation->units, sizeof(struct simulate_unit), unit_id);

    return unit ? unit->name : "";
}

/* Names of the units whose answer is awaited; NULL when memory is out. */
static const char *name_awaited(struct simulation *simulation, const struct obligation *row)
{
    const char *names = name_of(simulation, row->asked_id);
    const char *rest = strchr(row->awaited, ',');

    for (; names && rest; rest = strchr(rest + 1, ','))
        names = arena_printf(&simulation->planning, "%s, %s", names,
                             name_of(simulation, strtoll(rest + 1, NULL, 10)));
    return names;
}

static bool make_line(struct simulation *simulation, const struct simulate_due *due,
                      struct digest_line *line)
{
    const struct neighbours among = neighbours_of(simulation, due->row);

    *line = (struct digest_line){
        .policy = due->policy->key,
        .action = due->action->key,
        .document_title = due->action->document_title,
        .text = due->action->text,
        .is_restricted = due->action->is_restricted,
        .is_deadline = due->policy->is_deadline,
        .cycle = due->row->cycle,
        .step = due->row->step,
        .cycle_on = due->row->cycle_on,
        .overseer = due->action->overseer[0] ? due->action->overseer : due->policy->overseer,
        .rung = due->row->rung,
        .asked = name_awaited(simulation, due->row),
    };
    count_own(&among, due->row, line);
    count_asked(&among, due->row, line);
    return line->asked;
}

static const char *message_id(const struct simulation *simulation, const struct simulate_due *due,
                              char id[IDENTITY_TEXT])
{
    if (due->message_id)
        return due->message_id;
    identity_message_id(due->recipient->key, due->on, simulation->epoch,
                        identity_domain(simulation->options.mail_from), id);
    return id;
}

static bool write_digest(struct simulation *simulation, const struct simulate_due *due,
                         const struct digest_line *lines, int n, struct digest *out,
                         struct err *err)
{
    const struct digest_input input = {
        .recipient = due->recipient->key,
        .recipient_name = due->recipient->name,
        .address = due->recipient->address,
        .from = simulation->options.mail_from,
        .public_url = simulation->options.public_url,
        .digest_on = due->on,
        .created_us = (int64_t)date_to_days(due->on) * 86400 * 1000000,
        .lines = lines,
        .nlines = n,
    };

    return digest(&input, &simulation->planning, out, err);
}

static bool note_served(struct simulation *simulation, const struct simulate_due *due)
{
    struct simulate_served *served =
        arena_grow(&simulation->arena, simulation->served, simulation->nserved,
                   &simulation->served_room, sizeof(*served));

    if (!served)
        return false;
    simulation->served = served;
    served[simulation->nserved++] = (struct simulate_served){due->recipient->id, due->on};
    return true;
}

static const char *why_asked(struct simulation *simulation, const struct simulate_due *due,
                             const struct digest_line *line)
{
    struct arena *arena = &simulation->planning;
    const char *why = due->row->reason;

    if (line->rung != RUNG_UNIT)
        why = arena_printf(arena, "%s; as %s, for %s", why, obligation_rung_word(line->rung),
                           line->asked);
    if (why && line->coalesced > 0)
        why = arena_printf(arena, "%s; stands for %d earlier", why, line->coalesced);
    return why;
}

static bool list_items(struct simulation *simulation, const struct simulate_due *due, int n,
                       struct digest_line *lines, struct simulated_item *items)
{
    for (int i = 0; i < n; i++) {
        if (!make_line(simulation, &due[i], &lines[i]))
            return false;
        items[i] = (struct simulated_item){
            .policy = due[i].policy->key,
            .subject = due[i].action->key,
            .reason = why_asked(simulation, &due[i], &lines[i]),
            .cycle = due[i].row->cycle,
            .step = due[i].row->step,
            .due_on = due[i].row->cycle_on,
        };
        if (!items[i].reason)
            return false;
    }
    return true;
}

static void settle(const struct simulate_due *due, int n, enum obligation_state state,
                   struct date day)
{
    for (int i = 0; i < n; i++) {
        due[i].row->state = state;
        if (date_is_none(due[i].row->digest_on))
            due[i].row->digest_on = day;
    }
}

bool simulate_tell(struct simulation *simulation, const struct simulate_due *due, int n,
                   struct date day, struct err *err)
{
    struct simulated_item *items = arena_alloc(&simulation->planning, (size_t)n * sizeof(*items));
    struct digest_line *lines = arena_alloc(&simulation->planning, (size_t)n * sizeof(*lines));
    char id[IDENTITY_TEXT];
    struct digest written;
    struct simulated_mail mail = {
        .recipient = due->recipient->key,
        .name = due->recipient->name,
        .address = due->recipient->address,
        .message_id = message_id(simulation, due, id),
        .on = day,
        .digest = due->message_id ? NULL : &written,
        .items = items,
        .nitems = n,
    };
    struct err why;

    if (!items || !lines || !list_items(simulation, due, n, lines, items) ||
        (mail.digest && !note_served(simulation, due)))
        return simulate_no_memory(err);
    if (mail.digest && !write_digest(simulation, due, lines, n, &written, &why)) {
        settle(due, n, OBLIGATION_CLAIMED, day);
        if (why.kind == ERR_REJECT) {
            simulation->options.on_refused(simulation->options.ctx, &mail, &why);
            return true;
        }
        *err = why;
        return false;
    }
    settle(due, n, OBLIGATION_SENT, day);
    return simulation->options.on_mail(simulation->options.ctx, &mail, err);
}
