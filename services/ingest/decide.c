/* SPDX-License-Identifier: Apache-2.0 */
#include "decide.h"

#include "model/transitions.h"
#include "wire/wire.h"

#include <string.h>

/* What is decided on, and the answer as it comes to stand: each rule sets it and says whether it
 * did. */
struct matter {
    const struct item_state *item;
    const Uptake__V1__Change *change;
    const struct circumstances *known;
    int64_t base;
    uint64_t present; /* bits of the groups of the change */
    struct verdict verdict;
};

static bool answer(struct matter *m, Uptake__V1__Outcome outcome, enum err_kind kind,
                   const char *code, const char *place, const char *text)
{
    m->verdict.outcome = outcome;
    err_set(&m->verdict.why, kind, code, place, "%s", text);
    return true;
}

static bool refuse(struct matter *m, const char *code, const char *place, const char *text)
{
    return answer(m, UPTAKE__V1__OUTCOME__OUTCOME_REFUSED, ERR_REJECT, code, place, text);
}

static bool wait(struct matter *m, const char *code, const char *place, const char *text)
{
    return answer(m, UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER, ERR_RETRY, code, place, text);
}

static bool leave_alone(struct matter *m, const char *place)
{
    return answer(m, UPTAKE__V1__OUTCOME__OUTCOME_NO_OP, ERR_DUPLICATE, "SAME_VALUE", place,
                  "somebody else said the same meanwhile; nothing is left to do");
}

static bool apply(struct matter *m, Uptake__V1__Outcome outcome)
{
    m->verdict.outcome = outcome;
    return true;
}

static const char *first_name(uint64_t groups)
{
    int group = 1;

    while (group < GROUP_LAST && !(groups & GROUP_BIT(group)))
        group++;
    return group_name(group);
}

/* The groups of the change that somebody touched after its base. */
static uint64_t touched_since(const struct matter *m)
{
    uint64_t touched = 0;

    for (int group = 1; group <= GROUP_LAST; group++)
        if (m->present & GROUP_BIT(group) && m->item->group_revisions[group] > m->base)
            touched |= GROUP_BIT(group);
    return touched & ~GROUP_BIT(GROUP_CONFLICT_DECISION);
}

/* Restores the item, perhaps with more, or says anew why it was retracted and what replaces it. */
static bool is_about_retraction(const struct matter *m)
{
    const Uptake__V1__Retraction *retraction = m->change->retraction;

    return retraction && (!retraction->retracted || m->present == GROUP_BIT(GROUP_RETRACTION));
}

static bool is_not_owned(struct matter *m)
{
    uint64_t foreign = m->present & m->known->not_owned;

    return foreign && refuse(m, "GROUP_NOT_OWNED", first_name(foreign),
                             "this field group belongs to somebody else; ask its owner to send it");
}

static bool settles_what_is_not_open(struct matter *m)
{
    if (!m->change->conflict_decision || m->known->conflict == CONFLICT_OPEN)
        return false;
    switch (m->known->conflict) {
    case CONFLICT_SETTLED:
        return refuse(m, "CONFLICT_SETTLED", "conflict_decision.conflict",
                      "it was settled before; send what should be otherwise as a change");
    case CONFLICT_OPEN_OTHERWISE:
        return refuse(m, "CONFLICT_DIFFERS", "conflict_decision.decision",
                      "the groups are not those of the version that was not applied; repeat them "
                      "as they are, or say written_anew");
    default:
        return refuse(m, "CONFLICT_UNKNOWN", "conflict_decision.conflict",
                      "there is no such conflict on this item");
    }
}

static bool is_about_no_item(struct matter *m)
{
    if (m->item->exists)
        return false;
    if (m->base == 0)
        return apply(m, UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED);
    return wait(m, "ITEM_UNKNOWN", "subject", "no such item yet; send what creates it first");
}

static bool is_about_another_item(struct matter *m)
{
    if (m->item->kind != m->change->kind || strcmp(m->item->document, m->change->document) != 0)
        return refuse(m, "KEY_TAKEN", "subject",
                      "this key belongs to an item of another kind or document");
    return m->item->retracted && !is_about_retraction(m) && !m->change->redaction &&
           refuse(m, "ITEM_RETRACTED", "subject",
                  "it was retracted; restore it first if that was wrong");
}

static bool was_said_before(struct matter *m)
{
    return m->base < m->item->revision && m->known->said_before &&
           leave_alone(m, first_name(m->present));
}

/* Nobody creates a cycle: it comes into being with the first word about it, so that who decides as
 * the second of two was overtaken. */
static bool creates_again(struct matter *m)
{
    if (m->base > 0 || m->change->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE)
        return false;
    if ((m->present & ~m->known->same) == 0)
        return leave_alone(m, first_name(m->present));
    return refuse(m, "ITEM_EXISTS", "base_revision",
                  "the item exists; read its revision and send the difference");
}

static bool is_ahead(struct matter *m)
{
    return m->base > m->item->revision &&
           wait(m, "BASE_REVISION_AHEAD", "base_revision",
                "newer than the register: what it builds on is still to come, or the register was "
                "restored from a backup; read it again");
}

static bool looked_elsewhere(struct matter *m)
{
    const Uptake__V1__ProgressReview *review = m->change->progress_review;

    if (review && (int64_t)review->of_revision != m->item->group_revisions[GROUP_PROGRESS_REPORT])
        return refuse(m, "REVIEW_OF_ANOTHER_REPORT", "progress_review.of_revision",
                      "the action has another progress report now; read that one first");
    return m->change->conflict_decision && m->base < m->item->revision &&
           refuse(m, "CONFLICT_MOVED_ON", "base_revision",
                  "the item was changed since; read both sides again, then decide");
}

static bool was_overtaken(struct matter *m)
{
    uint64_t touched = touched_since(m);
    uint64_t otherwise = touched & ~m->known->same;

    if (touched && touched == m->present && !otherwise)
        return leave_alone(m, first_name(touched));
    if (!otherwise)
        otherwise = touched & GROUP_BIT(GROUP_PROGRESS_REPORT);
    return otherwise &&
           answer(m, UPTAKE__V1__OUTCOME__OUTCOME_CONFLICT, ERR_CONFLICT, "CONFLICT",
                  first_name(otherwise),
                  "changed by somebody else since; both versions are kept for a person");
}

static bool moves_back(struct matter *m)
{
    const Uptake__V1__ProgressReport *report = m->change->progress_report;
    enum progress from = (enum progress)m->item->progress;

    if (!report || m->known->returned || m->change->conflict_decision ||
        transition_allowed(from, (enum progress)report->progress))
        return false;
    m->verdict.outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
    err_set(&m->verdict.why, ERR_REJECT, "TRANSITION_NOT_ALLOWED", "progress_report.progress",
            "%s -> %s: %s; correct it once the report was returned",
            wire_word(&uptake__v1__progress__descriptor, (int)from),
            wire_word(&uptake__v1__progress__descriptor, (int)report->progress),
            transition_reason(from, (enum progress)report->progress));
    return true;
}

struct verdict decide(const struct item_state *item, const Uptake__V1__Change *change,
                      const struct circumstances *circumstances)
{
    /* In this order: the first that has an answer gives it. */
    static bool (*const rules[])(struct matter * m) = {
        is_not_owned,     settles_what_is_not_open,
        is_about_no_item, is_about_another_item,
        was_said_before,  creates_again,
        is_ahead,         looked_elsewhere,
        was_overtaken,    moves_back,
    };
    struct matter m = {.item = item,
                       .change = change,
                       .known = circumstances,
                       .base = (int64_t)change->base_revision,
                       .present = groups_present(change)};

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (rules[i](&m))
            return m.verdict;
    apply(&m, m.base == item->revision ? UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED
                                       : UPTAKE__V1__OUTCOME__OUTCOME_MERGED);
    return m.verdict;
}
