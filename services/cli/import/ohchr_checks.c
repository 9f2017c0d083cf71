/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_checks.h"

#include "import/ohchr_actions.h"

#include <stdlib.h>
#include <string.h>

enum { GAP_MAX = 50 };

void ohchr_check_order(struct document *document, const struct recommendation *recommendation,
                       const char *subject)
{
    int before = 0;

    for (const struct recommendation *r = document->recommendations; r && r != recommendation;
         r = r->next) {
        if (!r->parent)
            before = atoi(r->code);
        if (!r->parent && strcmp(r->code, recommendation->code) == 0)
            document_find(document, SEVERITY_ERROR, "DUPLICATE_CODE", subject, recommendation->line,
                          "give each its own number at the source",
                          "a recommendation above has the same number");
    }
    if (before && atoi(recommendation->code) > before + 1)
        document_find(document, SEVERITY_WARNING, "CODE_GAP", subject, recommendation->line,
                      "look for the recommendation that is missing at the source",
                      "no recommendation has the number before it");
}

static bool has_progress(const struct recommendation *recommendation)
{
    for (const struct action *action = recommendation->actions; action; action = action->next)
        if (action->progress)
            return true;
    return false;
}

static void find_progress(struct document *document, const struct recommendation *recommendation,
                          const char *subject)
{
    if (!recommendation->ncomment_progress || has_progress(recommendation))
        return;
    document_find(document, SEVERITY_INFO, "PROGRESS_ON_RECOMMENDATION_ONLY", subject,
                  recommendation->line, "ask the responsible units how far each action is",
                  "progress is stated for the recommendation as a whole; that of its actions is "
                  "not known");
}

static void find_cadence(struct document *document, const struct recommendation *recommendation,
                         const char *subject)
{
    for (const struct action *action = recommendation->actions; action; action = action->next) {
        size_t len;
        const char *at =
            words_find(action->text, action->text + strlen(action->text), WORDS_CADENCE, &len);
        if (at)
            document_find(document, SEVERITY_INFO, "CADENCE_STATED", subject, action->line,
                          "make a policy of it, if somebody is to be asked so often",
                          "action %s states how often something is due: %.*s", action->code,
                          (int)len, at);
    }
}

/* Is the part of this number left out by management? Then no action answers it. */
static bool is_excluded(const struct document *document,
                        const struct recommendation *recommendation, int number)
{
    for (const struct recommendation *part = document->recommendations; part; part = part->next) {
        const char *dot = strrchr(part->code, '.');
        if (part->parent && strcmp(part->parent, recommendation->code) == 0 && dot &&
            atoi(dot + 1) == number)
            return part->position == POSITION_NOT_ACCEPTED;
    }
    return false;
}

static bool has_gap(const struct document *document, const struct recommendation *recommendation,
                    int before, int number)
{
    /* A number far off is no gap of so many actions. */
    if (number > before + GAP_MAX)
        return true;
    while (++before < number)
        if (!is_excluded(document, recommendation, before))
            return true;
    return false;
}

static void find_duplicate(struct document *document, const struct recommendation *recommendation,
                           const struct action *action, const char *name)
{
    for (const struct action *other = recommendation->actions; other != action; other = other->next)
        if (strcmp(other->code, action->code) == 0) {
            document_find(document, SEVERITY_ERROR, "DUPLICATE_CODE", name, action->line,
                          "give each its own number at the source",
                          "an action above has the same number");
            return;
        }
}

void ohchr_check_codes(struct document *document, const struct recommendation *recommendation)
{
    int before = 0;

    for (const struct action *action = recommendation->actions; action; action = action->next) {
        const char *dot = strrchr(action->code, '.');
        const char *name = ohchr_action_name(document, recommendation, action->code);
        int number = dot ? atoi(dot + 1) : 0;
        if (has_gap(document, recommendation, before, number))
            document_find(document, SEVERITY_WARNING, "CODE_GAP", name, action->line,
                          "look for the action that is missing at the source",
                          "no action has the number before it");
        before = number ? number : before;
        find_duplicate(document, recommendation, action, name);
    }
}

void ohchr_check_actions(struct document *document, const struct recommendation *recommendation,
                         const char *subject)
{
    find_progress(document, recommendation, subject);
    find_cadence(document, recommendation, subject);
}
