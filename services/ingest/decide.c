/* SPDX-License-Identifier: Apache-2.0 */
#include "decide.h"

#include <string.h>

static struct verdict not_applied(Uptake__V1__Outcome outcome, enum err_kind kind, const char *code,
                                  const char *place, const char *text)
{
    struct verdict verdict = {.outcome = outcome};

    err_set(&verdict.why, kind, code, place, "%s", text);
    return verdict;
}

static struct verdict refused(const char *code, const char *place, const char *text)
{
    return not_applied(UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, ERR_REJECT, code, place, text);
}

/* The first group of the change that somebody touched after its base; 0: none. */
static int first_touched_since(const struct item_state *item, const Uptake__V1__Change *change)
{
    for (int group = 1; group <= GROUP_LAST; group++)
        if (group_get(change, group) &&
            item->group_revisions[group] > (int64_t)change->base_revision)
            return group;
    return 0;
}

/* Restores the item, perhaps with more, or says anew why it was retracted and what replaces it. */
static bool is_about_retraction(const Uptake__V1__Change *change)
{
    return change->retraction && (!change->retraction->retracted ||
                                  groups_present(change) == GROUP_BIT(GROUP_RETRACTION));
}

struct verdict decide(const struct item_state *item, const Uptake__V1__Change *change)
{
    struct verdict applied = {.outcome = UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED};
    int64_t base = (int64_t)change->base_revision;
    int touched;

    if (!item->exists && base == 0)
        return applied;
    if (!item->exists)
        return not_applied(UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER, ERR_RETRY, "ITEM_UNKNOWN",
                           "subject", "no such item yet; send what creates it first");
    if (item->kind != change->kind || strcmp(item->document, change->document) != 0)
        return refused("KEY_TAKEN", "subject",
                       "this key belongs to an item of another kind or document");
    if (item->retracted && !is_about_retraction(change))
        return refused("ITEM_RETRACTED", "subject",
                       "it was retracted; restore it first if that was wrong");
    if (base == 0)
        return refused("ITEM_EXISTS", "base_revision",
                       "the item exists; read its revision and send the difference");
    if (base > item->revision)
        return not_applied(UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER, ERR_RETRY,
                           "BASE_REVISION_AHEAD", "base_revision",
                           "newer than the register: what it builds on is still to come, or the "
                           "register was restored from a backup; read it again");
    if (change->progress_review && (int64_t)change->progress_review->of_revision !=
                                       item->group_revisions[GROUP_PROGRESS_REPORT])
        return refused("REVIEW_OF_ANOTHER_REPORT", "progress_review.of_revision",
                       "the action has another progress report now; read that one first");
    if (base == item->revision)
        return applied;
    touched = first_touched_since(item, change);
    if (touched)
        return not_applied(UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, ERR_CONFLICT, "CONFLICT",
                           group_name(touched),
                           "changed by somebody else since; both versions are kept for a person");
    applied.outcome = UPTAKE__V1__OUTCOME__OUTCOME_MERGED;
    return applied;
}
