/* SPDX-License-Identifier: Apache-2.0 */
/* What the field groups that came after the first ones must keep. */
#include "base/date.h"
#include "checks.h"
#include "groups.h"

#include <string.h>

static bool check_replacement(const Uptake__V1__Change *c, struct err *err)
{
    if (!c->retraction->replaced_by[0])
        return true;
    if (!c->retraction->retracted)
        return err_set(err, ERR_REJECT, "BAD_REFERENCE", "retraction.replaced_by",
                       "what is restored is not replaced");
    return strcmp(c->retraction->replaced_by, c->subject) != 0 ||
           err_set(err, ERR_REJECT, "BAD_REFERENCE", "retraction.replaced_by",
                   "an item does not replace itself");
}

static bool check_retraction(const Uptake__V1__Change *c, struct err *err)
{
    const Uptake__V1__Retraction *r = c->retraction;

    if (c->base_revision == 0)
        return err_set(err, ERR_REJECT, "GROUP_NOT_ALLOWED", "retraction",
                       "there is nothing to retract yet");
    return check_line(r->reason, "retraction.reason", NAME_BYTES, true, err) &&
           check_line(r->replaced_by, "retraction.replaced_by", KEY_BYTES, false, err) &&
           check_replacement(c, err);
}

static bool check_extension(const Uptake__V1__Extension *e, const char *before, struct err *err)
{
    struct date due;

    if (!date_parse(e->due_on, "extensions.due_on", &due, err) ||
        !check_line(e->source, "extensions.source", NAME_BYTES, false, err) ||
        !check_said_word(&uptake__v1__precision__descriptor, (int)e->precision,
                         "extensions.precision", err) ||
        !check_line(e->approver, "extensions.approver", NAME_BYTES, true, err) ||
        !check_date(e->approved_on, "extensions.approved_on", err) ||
        !check_line(e->reason, "extensions.reason", 2000, true, err))
        return false;
    if (before[0] && strcmp(e->due_on, before) <= 0)
        return err_set(err, ERR_REJECT, "DATE_ORDER", "extensions.due_on",
                       "%s is not later than %s before it", e->due_on, before);
    return true;
}

static bool check_extensions(const Uptake__V1__Extensions *granted, struct err *err)
{
    const char *before = "";

    for (size_t i = 0; i < granted->n_extensions; i++) {
        if (!check_extension(granted->extensions[i], before, err))
            return false;
        before = granted->extensions[i]->due_on;
    }
    return check_count(granted->n_extensions, "extensions", err);
}

static bool check_milestones(const Uptake__V1__Milestones *list, struct err *err)
{
    for (size_t i = 0; i < list->n_milestones; i++) {
        const Uptake__V1__Milestone *m = list->milestones[i];

        if (!check_required(m->text, "milestones.text", err) ||
            !check_line(m->source, "milestones.source", NAME_BYTES, false, err) ||
            !check_date(m->due_on, "milestones.due_on", err) ||
            !check_date(m->reached_on, "milestones.reached_on", err) ||
            !check_word(&uptake__v1__precision__descriptor, (int)m->precision,
                        "milestones.precision", err))
            return false;
    }
    return check_count(list->n_milestones, "milestones", err);
}

static bool check_hold(const Uptake__V1__HoldSet *h, struct err *err)
{
    const bool held = h->hold != UPTAKE__V1__HOLD__HOLD_NONE;

    return check_said_word(&uptake__v1__hold__descriptor, (int)h->hold, "hold_set.hold", err) &&
           check_line(h->reason, "hold_set.reason", 2000, held, err) &&
           check_date(h->since_on, "hold_set.since_on", err);
}

static bool check_review(const Uptake__V1__ProgressReview *r, struct err *err)
{
    const bool returned = r->review == UPTAKE__V1__REVIEW__REVIEW_RETURNED;

    if (r->of_revision == 0 || r->of_revision > INT32_MAX)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "progress_review.of_revision",
                       "name the revision that brought the report");
    return check_said_word(&uptake__v1__review__descriptor, (int)r->review,
                           "progress_review.review", err) &&
           check_line(r->reviewer, "progress_review.reviewer", KEY_BYTES, true, err) &&
           check_date(r->reviewed_on, "progress_review.reviewed_on", err) &&
           (!returned || check_required(r->remark, "progress_review.remark", err));
}

static bool check_round(const Uptake__V1__RoundHeld *r, struct err *err)
{
    return check_line(r->name, "round_held.name", NAME_BYTES, true, err) &&
           check_line(r->forum, "round_held.forum", NAME_BYTES, false, err) &&
           check_period(r->held_from, r->held_to, "round_held.held_from", err) &&
           check_said_word(&uptake__v1__scale__descriptor, (int)r->scale, "round_held.scale",
                           err) &&
           check_lines(r->organisers, r->n_organisers, "round_held.organisers", err);
}

static bool check_assessment(const Uptake__V1__AssessmentMade *a, struct err *err)
{
    if (a->n_subjects == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "assessment_made.subjects",
                       "name what was assessed");
    return check_line(a->round, "assessment_made.round", KEY_BYTES, true, err) &&
           check_line(a->assessor, "assessment_made.assessor", NAME_BYTES, true, err) &&
           check_said_word(&uptake__v1__assessment_level__descriptor, (int)a->level,
                           "assessment_made.level", err) &&
           check_line(a->source, "assessment_made.source", NAME_BYTES, false, err) &&
           check_count(a->n_subjects, "assessment_made.subjects", err);
}

static bool check_indicator(const Uptake__V1__IndicatorStated *i, struct err *err)
{
    if (i->total ? i->met > i->total || i->value[0] : i->met || !i->value[0])
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "indicator_stated",
                       "either met of total, or a value");
    if (i->total > INT32_MAX)
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "indicator_stated.total", "too large");
    return check_line(i->name, "indicator_stated.name", NAME_BYTES, true, err) &&
           check_line(i->about, "indicator_stated.about", KEY_BYTES, true, err) &&
           check_decimal(i->value, "indicator_stated.value", err) &&
           check_decimal(i->target, "indicator_stated.target", err) &&
           check_line(i->unit, "indicator_stated.unit", CODE_BYTES, false, err) &&
           check_date(i->dated_on, "indicator_stated.dated_on", err) &&
           check_word(&uptake__v1__precision__descriptor, (int)i->precision,
                      "indicator_stated.precision", err) &&
           check_line(i->level, "indicator_stated.level", NAME_BYTES, false, err) &&
           check_line(i->place, "indicator_stated.place", NAME_BYTES, false, err);
}

static bool check_link(const Uptake__V1__LinkDrawn *l, struct err *err)
{
    const bool cites = l->relation == UPTAKE__V1__RELATION__RELATION_CITES;

    if (l->score > 1000)
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "link_drawn.score", "%u, allowed 0 to 1000",
                       l->score);
    if (strcmp(l->from, l->to) == 0)
        return err_set(err, ERR_REJECT, "BAD_REFERENCE", "link_drawn.to",
                       "an item is not linked to itself");
    return check_said_word(&uptake__v1__relation__descriptor, (int)l->relation,
                           "link_drawn.relation", err) &&
           check_line(l->from, "link_drawn.from", KEY_BYTES, true, err) &&
           check_line(l->to, "link_drawn.to", KEY_BYTES, !cites, err) &&
           check_line(l->cited_document, "link_drawn.cited_document", NAME_BYTES,
                      cites && !l->to[0], err) &&
           check_line(l->cited_paragraph, "link_drawn.cited_paragraph", NAME_BYTES, false, err) &&
           check_lines(l->reasons, l->n_reasons, "link_drawn.reasons", err);
}

static bool check_decision(const Uptake__V1__LinkDecision *d, struct err *err)
{
    const bool decided = d->state != UPTAKE__V1__LINK_STATE__LINK_STATE_PROPOSED;

    return check_said_word(&uptake__v1__link_state__descriptor, (int)d->state,
                           "link_decision.state", err) &&
           check_line(d->decided_by, "link_decision.decided_by", NAME_BYTES, decided, err) &&
           check_date(d->decided_on, "link_decision.decided_on", err) &&
           check_line(d->reason, "link_decision.reason", 2000, false, err);
}

static bool check_finding(const Uptake__V1__FindingRaised *f, struct err *err)
{
    return check_id(f->code, "finding_raised.code", CODE_BYTES, true, err) &&
           check_said_word(&uptake__v1__severity__descriptor, (int)f->severity,
                           "finding_raised.severity", err) &&
           check_line(f->about, "finding_raised.about", KEY_BYTES, false, err) &&
           check_line(f->place, "finding_raised.place", NAME_BYTES, false, err) &&
           check_required(f->message, "finding_raised.message", err) &&
           check_required(f->remedy, "finding_raised.remedy", err);
}

static bool check_handling(const Uptake__V1__FindingHandling *h, struct err *err)
{
    const bool settled = h->state == UPTAKE__V1__FINDING_STATE__FINDING_STATE_RESOLVED ||
                         h->state == UPTAKE__V1__FINDING_STATE__FINDING_STATE_DISMISSED;
    const bool assigned = h->state == UPTAKE__V1__FINDING_STATE__FINDING_STATE_ASSIGNED;

    return check_said_word(&uptake__v1__finding_state__descriptor, (int)h->state,
                           "finding_handling.state", err) &&
           check_line(h->assigned_to, "finding_handling.assigned_to", NAME_BYTES, assigned, err) &&
           check_line(h->resolution, "finding_handling.resolution", 2000, settled, err) &&
           check_line(h->handled_by, "finding_handling.handled_by", NAME_BYTES, true, err) &&
           check_date(h->handled_on, "finding_handling.handled_on", err);
}

static bool check_crosswalk(const Uptake__V1__CrosswalkTable *t, struct err *err)
{
    if (t->version == 0 || t->version > INT32_MAX)
        return err_set(err, ERR_REJECT, "NUMBER_RANGE", "crosswalk_table.version",
                       "versions count from 1");
    for (size_t i = 0; i < t->n_words; i++)
        if (!check_line(t->words[i]->axis, "crosswalk_table.words.axis", CODE_BYTES, true, err) ||
            !check_line(t->words[i]->source, "crosswalk_table.words.source", NAME_BYTES, true,
                        err) ||
            !check_line(t->words[i]->word, "crosswalk_table.words.word", NAME_BYTES, true, err) ||
            !check_line(t->words[i]->note, "crosswalk_table.words.note", NAME_BYTES, false, err))
            return false;
    return check_id(t->system, "crosswalk_table.system", CODE_BYTES, true, err) &&
           check_slug(t->system, "crosswalk_table.system", err);
}

/* What is kept is not said again; what is taken or written stands beside the decision. */
static bool check_settlement(const Uptake__V1__Change *c, struct err *err)
{
    const Uptake__V1__ConflictDecision *d = c->conflict_decision;
    const bool keeps = d->decision == UPTAKE__V1__CONFLICT_WORD__CONFLICT_WORD_KEPT_PRESENT;
    const bool alone = groups_present(c) == GROUP_BIT(GROUP_CONFLICT_DECISION);

    if (d->conflict == 0 || d->conflict > INT64_MAX)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "conflict_decision.conflict",
                       "give the number of the conflict");
    if (!check_said_word(&uptake__v1__conflict_word__descriptor, (int)d->decision,
                         "conflict_decision.decision", err) ||
        !check_line(d->decided_by, "conflict_decision.decided_by", NAME_BYTES, true, err) ||
        !check_line(d->reason, "conflict_decision.reason", 2000, true, err))
        return false;
    if (keeps && !alone)
        return err_set(err, ERR_REJECT, "GROUP_NOT_ALLOWED", "conflict_decision.decision",
                       "kept_present says that nothing changes; leave the other groups out");
    return keeps || !alone ||
           err_set(err, ERR_REJECT, "GROUP_EMPTY", "conflict_decision.decision",
                   "what is right now stands in the same change; add its field groups");
}

bool check_later_groups(const Uptake__V1__Change *c, struct err *err)
{
    return (!c->retraction || check_retraction(c, err)) &&
           (!c->extensions || check_extensions(c->extensions, err)) &&
           (!c->milestones || check_milestones(c->milestones, err)) &&
           (!c->hold_set || check_hold(c->hold_set, err)) &&
           (!c->progress_review || check_review(c->progress_review, err)) &&
           (!c->round_held || check_round(c->round_held, err)) &&
           (!c->assessment_made || check_assessment(c->assessment_made, err)) &&
           (!c->indicator_stated || check_indicator(c->indicator_stated, err)) &&
           (!c->link_drawn || check_link(c->link_drawn, err)) &&
           (!c->link_decision || check_decision(c->link_decision, err)) &&
           (!c->finding_raised || check_finding(c->finding_raised, err)) &&
           (!c->finding_handling || check_handling(c->finding_handling, err)) &&
           (!c->crosswalk_table || check_crosswalk(c->crosswalk_table, err)) &&
           (!c->conflict_decision || check_settlement(c, err)) &&
           (!c->redaction || check_redaction(c->redaction, err)) &&
           (!c->dead_letter_decision || check_letter(c, err)) && check_asking_groups(c, err) &&
           check_principal_groups(c, err);
}
