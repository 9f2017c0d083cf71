/* SPDX-License-Identifier: Apache-2.0 */
#include "references.h"

#include "groups.h"

enum {
    DOCUMENT = KIND_BIT(DOCUMENT),
    RECOMMENDATION = KIND_BIT(RECOMMENDATION),
    ACTION = KIND_BIT(ACTION),
    UNIT = KIND_BIT(UNIT),
    POLICY = KIND_BIT(POLICY),
    ROUND = KIND_BIT(ASSESSMENT_ROUND),
    /* Who may see one of these hangs on what it is about; so that this ends somewhere, each is
     * about something further down this list. */
    FINDING = KIND_BIT(FINDING),
    BETWEEN = KIND_BIT(REMINDER) | KIND_BIT(LINK),
    JUDGEMENT = KIND_BIT(ASSESSMENT) | KIND_BIT(INDICATOR),
    /* What operators alone see, nothing else speaks of. */
    ANY = 0x7fffffff & ~(KIND_BIT(PRINCIPAL) | KIND_BIT(DEAD_LETTER)),
    LINKABLE = ANY & ~(FINDING | BETWEEN),
    JUDGEABLE = LINKABLE & ~JUDGEMENT,
};

struct walk {
    reference_fn *visit;
    void *ctx;
};

static bool visit(const struct walk *walk, const char *key, const char *place, unsigned kinds)
{
    const struct reference reference = {key, place, kinds, false};

    return !key || !key[0] || walk->visit(walk->ctx, &reference);
}

static bool lies_in_document(Uptake__V1__ItemKind kind)
{
    switch (kind) {
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_DOCUMENT:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_POLICY:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_CROSSWALK:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_DEAD_LETTER:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE:
        return false;
    default:
        return true;
    }
}

static bool visit_lists(const struct walk *walk, const Uptake__V1__Change *c)
{
    for (size_t i = 0; c->action_wording && i < c->action_wording->n_recommendations; i++)
        if (!visit(walk, c->action_wording->recommendations[i], "action_wording.recommendations",
                   RECOMMENDATION))
            return false;
    for (size_t i = 0; c->responsibilities && i < c->responsibilities->n_units; i++)
        if (!visit(walk, c->responsibilities->units[i]->unit, "responsibilities.units.unit", UNIT))
            return false;
    for (size_t i = 0; c->assessment_made && i < c->assessment_made->n_subjects; i++)
        if (!visit(walk, c->assessment_made->subjects[i], "assessment_made.subjects", JUDGEABLE))
            return false;
    for (size_t i = 0; c->return_made && i < c->return_made->n_rows; i++)
        if (!visit(walk, c->return_made->rows[i]->unit, "return_made.rows.unit", UNIT))
            return false;
    for (size_t i = 0; c->policy_rule && i < c->policy_rule->n_documents; i++)
        if (!visit(walk, c->policy_rule->documents[i], "policy_rule.documents", DOCUMENT))
            return false;
    for (size_t i = 0; c->policy_rule && i < c->policy_rule->n_offices; i++)
        if (!visit(walk, c->policy_rule->offices[i], "policy_rule.offices", UNIT))
            return false;
    for (size_t i = 0; c->principal_grants && i < c->principal_grants->n_pushes; i++)
        if (!visit(walk, c->principal_grants->pushes[i]->unit, "principal_grants.pushes.unit",
                   UNIT))
            return false;
    return true;
}

/* What a finding is about may be no item, or one still to come. */
static bool visit_about(const struct walk *walk, const Uptake__V1__FindingRaised *finding)
{
    const struct reference reference = {finding->about, "finding_raised.about", ANY & ~FINDING,
                                        true};

    return !reference.key[0] || walk->visit(walk->ctx, &reference);
}

static bool visit_later_kinds(const struct walk *walk, const Uptake__V1__Change *c)
{
    const Uptake__V1__LinkDrawn *link = c->link_drawn;

    return (!c->assessment_made ||
            visit(walk, c->assessment_made->round, "assessment_made.round", ROUND)) &&
           (!c->indicator_stated ||
            visit(walk, c->indicator_stated->about, "indicator_stated.about", JUDGEABLE)) &&
           (!link || (visit(walk, link->from, "link_drawn.from", LINKABLE) &&
                      visit(walk, link->to, "link_drawn.to", LINKABLE))) &&
           (!c->finding_raised || visit_about(walk, c->finding_raised)) &&
           (!c->progress_report ||
            visit(walk, c->progress_report->reported_by, "progress_report.reported_by", UNIT)) &&
           (!c->progress_review ||
            visit(walk, c->progress_review->reviewer, "progress_review.reviewer", UNIT)) &&
           (!c->retraction ||
            visit(walk, c->retraction->replaced_by, "retraction.replaced_by", 1u << c->kind));
}

bool references_each(const Uptake__V1__Change *c, reference_fn *visit_one, void *ctx)
{
    const struct walk walk = {visit_one, ctx};
    const Uptake__V1__UnitIdentity *unit = c->unit_identity;
    const Uptake__V1__ReminderRecord *reminder = c->reminder_record;

    return (!lies_in_document(c->kind) || visit(&walk, c->document, "document", DOCUMENT)) &&
           (!c->document_identity || visit(&walk, c->document_identity->office_unit,
                                           "document_identity.office_unit", UNIT)) &&
           (!c->recommendation_text || visit(&walk, c->recommendation_text->parent,
                                             "recommendation_text.parent", RECOMMENDATION)) &&
           visit_lists(&walk, c) && visit_later_kinds(&walk, c) &&
           (!unit || (visit(&walk, unit->parent, "unit_identity.parent", UNIT) &&
                      visit(&walk, unit->reports_to, "unit_identity.reports_to", UNIT) &&
                      visit(&walk, unit->merged_into, "unit_identity.merged_into", UNIT))) &&
           (!c->policy_rule ||
            visit(&walk, c->policy_rule->overseer, "policy_rule.overseer", UNIT)) &&
           (!c->cycle_decision ||
            visit(&walk, c->cycle_decision->policy, "cycle_decision.policy", POLICY)) &&
           (!reminder || (visit(&walk, reminder->policy, "reminder_record.policy", POLICY) &&
                          visit(&walk, reminder->action, "reminder_record.action", ACTION) &&
                          visit(&walk, reminder->recipient, "reminder_record.recipient", UNIT)));
}
