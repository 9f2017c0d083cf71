/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an overseer's digest says of cycles: that one comes, with what is to be settled before; and
 * what its return says. The sentences are laid out like those of a line.
 */
#include "digest.h"

#include <string.h>

const char *digest_cycle_heading(const struct catalogue *catalogue)
{
    return catalogue_text(catalogue, "Cycles you oversee");
}

const char *digest_cycle_count(const struct catalogue *catalogue, int n, struct arena *arena)
{
    return arena_printf(arena, catalogue_plural(catalogue, "%d cycle", "%d cycles", n), n);
}

static const char *say_comes(const struct digest_input *input, const struct digest_cycle *cycle,
                             struct arena *arena)
{
    const struct catalogue *catalogue = input->catalogue;
    const char *actions =
        arena_printf(arena, catalogue_plural(catalogue, "%d action", "%d actions", cycle->actions),
                     cycle->actions);
    const char *units = arena_printf(
        arena, catalogue_plural(catalogue, "%d unit", "%d units", cycle->units), cycle->units);
    const char *first = digest_day(catalogue, cycle->first_on, arena);

    if (!actions || !units || !first)
        return NULL;
    return arena_printf(arena, catalogue_text(catalogue, "Will be asked: %s, %s; first on %s."),
                        actions, units, first);
}

static const char *say_return(const struct digest_input *input, const struct digest_cycle *cycle,
                              struct arena *arena)
{
    return arena_printf(
        arena,
        catalogue_plural(
            input->catalogue, "The return: of %d question asked %d was answered, %d of them late.",
            "The return: of %d questions asked %d were answered, %d of them late.", cycle->asked),
        cycle->asked, cycle->answered, cycle->late);
}

/* What keeps mail back, or what nobody is asked about. */
static const char *say_settle(const struct digest_input *input, const struct digest_cycle *cycle,
                              struct arena *arena)
{
    const struct catalogue *catalogue = input->catalogue;

    if (cycle->is_return && cycle->not_accepted == 0)
        return "";
    if (cycle->is_return)
        return arena_printf(
            arena,
            catalogue_plural(catalogue,
                             "%d recommendation or part was not accepted; nobody is asked.",
                             "%d recommendations or parts were not accepted; nobody is asked.",
                             cycle->not_accepted),
            cycle->not_accepted);
    if (cycle->unsettled == 0)
        return catalogue_text(catalogue, "No responsibility is to be settled.");
    return arena_printf(arena,
                        catalogue_plural(catalogue,
                                         "Needed: %d responsibility is to be settled, or nobody "
                                         "is asked.",
                                         "Needed: %d responsibilities are to be settled, or "
                                         "nobody is asked.",
                                         cycle->unsettled),
                        cycle->unsettled);
}

bool digest_say_cycle(const struct digest_input *input, const struct digest_cycle *cycle,
                      struct arena *arena, struct digest_words *words)
{
    const struct catalogue *catalogue = input->catalogue;
    const char *day = digest_day(catalogue, cycle->ends_on, arena);
    const char *colon = strchr(cycle->policy, ':');
    const char *name = colon ? colon + 1 : cycle->policy;
    char ends_on[DATE_TEXT];

    date_format(cycle->ends_on, ends_on);
    *words = (struct digest_words){
        .code = name,
        .title = digest_short_title(cycle->title, arena),
        .document = "",
        .when = day ? arena_printf(arena, catalogue_text(catalogue, "Cycle ends: %s"), day) : NULL,
        .escalated =
            cycle->is_return ? say_return(input, cycle, arena) : say_comes(input, cycle, arena),
        .again = "",
        .earlier = "",
        .needs = say_settle(input, cycle, arena),
        .link = arena_printf(arena, "%s/cycles/%s/%s%s", input->public_url, name, ends_on,
                             cycle->is_return ? "/return" : ""),
        .action = cycle->is_return ? catalogue_text(catalogue, "Open the return")
                                   : catalogue_text(catalogue, "Look through the cycle"),
    };
    return words->title && words->when && words->escalated && words->needs && words->link;
}
