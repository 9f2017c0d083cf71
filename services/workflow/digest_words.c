/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every sentence of the mail, once: text and HTML only lay them out.
 *
 * Each sentence is a message of the catalogues (po/), whole: no language has to put pieces of
 * English grammar together.
 */
#include "digest.h"

#include "base/text.h"

#include <string.h>

/* Marks a message that is looked up elsewhere. */
#define MESSAGE(text) (text)

static const char *const headings[DIGEST_GROUP_COUNT] = {
    [DIGEST_ESCALATED] = MESSAGE("Escalated to you"),
    [DIGEST_OVERDUE] = MESSAGE("Overdue"),
    [DIGEST_AGAIN] = MESSAGE("Asked again"),
    [DIGEST_DUE] = MESSAGE("Due"),
};

static const char *const months[] = {
    MESSAGE("January"),   MESSAGE("February"), MESSAGE("March"),    MESSAGE("April"),
    MESSAGE("May"),       MESSAGE("June"),     MESSAGE("July"),     MESSAGE("August"),
    MESSAGE("September"), MESSAGE("October"),  MESSAGE("November"), MESSAGE("December"),
};

enum digest_group digest_group(const struct digest_line *line, struct date digest_on)
{
    if (line->rung > RUNG_UNIT)
        return DIGEST_ESCALATED;
    if (date_compare(line->cycle_on, digest_on) < 0)
        return DIGEST_OVERDUE;
    return line->asked_before > 0 ? DIGEST_AGAIN : DIGEST_DUE;
}

int digest_group_size(const struct digest_input *input, enum digest_group group)
{
    int n = 0;

    for (int i = 0; i < input->nlines; i++)
        n += digest_group(&input->lines[i], input->digest_on) == group;
    return n;
}

const char *digest_heading(const struct catalogue *catalogue, enum digest_group group)
{
    return catalogue_text(catalogue, headings[group]);
}

const char *digest_count(const struct catalogue *catalogue, enum digest_group group, int n,
                         struct arena *arena)
{
    switch (group) {
    case DIGEST_ESCALATED:
        return arena_printf(arena, catalogue_plural(catalogue, "%d escalated", "%d escalated", n),
                            n);
    case DIGEST_OVERDUE:
        return arena_printf(arena, catalogue_plural(catalogue, "%d overdue", "%d overdue", n), n);
    case DIGEST_AGAIN:
        return arena_printf(arena,
                            catalogue_plural(catalogue, "%d asked again", "%d asked again", n), n);
    case DIGEST_DUE:
    case DIGEST_GROUP_COUNT:
        break;
    }
    return arena_printf(arena, catalogue_plural(catalogue, "%d due", "%d due", n), n);
}

const char *digest_day(const struct catalogue *catalogue, struct date day, struct arena *arena)
{
    const char *month = catalogue_text(catalogue, months[day.month - 1]);

    /* Some languages write the first of a month in a form of its own. */
    return arena_printf(arena, catalogue_plural(catalogue, "%d %s %d", "%d %s %d", day.day),
                        day.day, month, day.year);
}

/* How far a day is away, seen from the day of the mail. */
static const char *distance(const struct catalogue *catalogue, int days, struct arena *arena)
{
    if (days == 0)
        return arena_strdup(arena, catalogue_text(catalogue, "today"));
    if (days > 0)
        return arena_printf(arena, catalogue_plural(catalogue, "in %d day", "in %d days", days),
                            days);
    return arena_printf(arena, catalogue_plural(catalogue, "%d day ago", "%d days ago", -days),
                        -days);
}

static const char *say_when(const struct digest_input *input, const struct digest_line *line,
                            struct arena *arena)
{
    const struct catalogue *catalogue = input->catalogue;
    int days = date_to_days(line->cycle_on) - date_to_days(input->digest_on);
    const char *day = digest_day(catalogue, line->cycle_on, arena);
    const char *away = distance(catalogue, days, arena);

    if (!day || !away)
        return NULL;
    if (line->is_deadline && days < 0)
        return arena_printf(arena, catalogue_text(catalogue, "Deadline passed: %s (%s)"), day,
                            away);
    if (line->is_deadline)
        return arena_printf(arena, catalogue_text(catalogue, "Deadline: %s (%s)"), day, away);
    if (days < 0)
        return arena_printf(arena, catalogue_text(catalogue, "Update was due: %s (%s)"), day, away);
    return arena_printf(arena, catalogue_text(catalogue, "Update due: %s (%s)"), day, away);
}

static const char *say_escalated(const struct digest_input *input, const struct digest_line *line,
                                 struct arena *arena)
{
    const struct catalogue *catalogue = input->catalogue;
    const char *first;

    if (line->rung <= RUNG_UNIT)
        return "";
    if (line->asked_times == 0 || date_is_none(line->asked_since))
        return arena_printf(arena, catalogue_text(catalogue, "For %s: no update has come."),
                            line->asked);
    first = digest_day(catalogue, line->asked_since, arena);
    if (!first)
        return NULL;
    return arena_printf(arena,
                        catalogue_plural(catalogue,
                                         "For %s: reminded %d time, on %s; no update has come.",
                                         "For %s: reminded %d times since %s; no update has come.",
                                         line->asked_times),
                        line->asked, line->asked_times, first);
}

static const char *say_again(const struct digest_input *input, const struct digest_line *line,
                             struct arena *arena)
{
    const struct catalogue *catalogue = input->catalogue;
    const char *first;
    int n = line->asked_before;

    if (line->rung > RUNG_UNIT || n == 0)
        return "";
    if (date_is_none(line->asked_since))
        return arena_printf(arena,
                            catalogue_plural(catalogue, "Asked %d time before in this cycle.",
                                             "Asked %d times before in this cycle.", n),
                            n);
    first = digest_day(catalogue, line->asked_since, arena);
    if (!first)
        return NULL;
    return arena_printf(arena,
                        catalogue_plural(catalogue, "Asked %d time before in this cycle, on %s.",
                                         "Asked %d times before in this cycle, first on %s.", n),
                        n, first);
}

static const char *say_needs(const struct digest_input *input, const struct digest_line *line)
{
    const struct catalogue *catalogue = input->catalogue;

    if (line->rung > RUNG_UNIT)
        return catalogue_text(catalogue,
                              "Needed: that the unit gives its update, or an extension or the "
                              "reason for the delay.");
    if (date_compare(line->cycle_on, input->digest_on) < 0)
        return catalogue_text(catalogue,
                              "Needed: a progress word, a narrative, evidence; or an extension or "
                              "the reason for the delay.");
    return catalogue_text(catalogue, "Needed: a progress word, a narrative, evidence.");
}

/* The key's part after the document's: "1/2" of "KEY#1/2". */
static const char *code_of(const char *action_key)
{
    const char *code = strchr(action_key, '#');

    return code ? code + 1 : action_key;
}

bool digest_say(const struct digest_input *input, const struct digest_line *line,
                struct arena *arena, struct digest_words *words)
{
    const struct catalogue *catalogue = input->catalogue;
    int n = line->coalesced;

    *words = (struct digest_words){
        .code = code_of(line->action),
        .title = line->is_restricted
                     ? catalogue_text(catalogue, "(restricted: title not sent by mail)")
                     : digest_short_title(line->text, arena),
        .document = line->is_restricted ? "" : digest_short_title(line->document_title, arena),
        .when = say_when(input, line, arena),
        .escalated = say_escalated(input, line, arena),
        .again = say_again(input, line, arena),
        .earlier =
            n == 0 ? ""
                   : arena_printf(arena,
                                  catalogue_plural(catalogue, "Stands for %d earlier reminder too.",
                                                   "Stands for %d earlier reminders too.", n),
                                  n),
        .needs = say_needs(input, line),
        .link = digest_answer_link(input, line, arena),
        .action = line->rung > RUNG_UNIT ? catalogue_text(catalogue, "Open the item")
                                         : catalogue_text(catalogue, "Give the update"),
    };
    return words->title && words->document && words->when && words->escalated && words->again &&
           words->earlier && words->link;
}

static bool is_first_overseer(const struct digest_input *input, int at)
{
    for (int i = 0; i < at; i++)
        if (strcmp(input->lines[i].overseer, input->lines[at].overseer) == 0)
            return false;
    return true;
}

const char *digest_overseers(const struct digest_input *input, struct arena *arena)
{
    struct text_buffer names = {0};
    const char *all;

    for (int i = 0; i < input->nlines; i++)
        if (input->lines[i].overseer[0] && is_first_overseer(input, i))
            text_put_format(&names, "%s%s", names.len ? ", " : "", input->lines[i].overseer);
    if (names.failed)
        all = NULL;
    else if (names.len == 0)
        all = "";
    else
        all =
            arena_printf(arena, catalogue_text(input->catalogue, "Updates go to: %s"), names.text);
    text_buffer_finish(&names);
    return all;
}

int digest_written(const struct digest_input *input)
{
    return input->nlines < DIGEST_LINES_MOST ? input->nlines : DIGEST_LINES_MOST;
}

const char *digest_more(const struct digest_input *input, struct arena *arena)
{
    int n = input->nlines - digest_written(input);

    return n == 0 ? ""
                  : arena_printf(arena,
                                 catalogue_plural(input->catalogue,
                                                  "and %d more, which the list shows:",
                                                  "and %d more, which the list shows:", n),
                                 n);
}

const char *digest_list_link(const struct digest_input *input, struct arena *arena)
{
    return arena_printf(arena, "%s/actions", input->public_url);
}

const char *digest_farewell(const struct digest_input *input)
{
    if (input->nlines == 0)
        return "";
    return catalogue_text(input->catalogue,
                          "Reminders stop when an update is submitted or the action is closed. "
                          "The days are in the attached calendar file too.");
}
