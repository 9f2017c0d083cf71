/* SPDX-License-Identifier: Apache-2.0 */
#include "validate.h"

#include "base/date.h"
#include "checks.h"
#include "groups.h"

#include <stdio.h>
#include <string.h>

static bool check_totals(const Uptake__V1__DocumentIdentity *d, struct err *err)
{
    for (size_t i = 0; i < d->n_totals; i++)
        if (!check_line(d->totals[i]->name, "document_identity.totals.name", CODE_BYTES, true, err))
            return false;
    return check_count(d->n_totals, "document_identity.totals", err);
}

static bool check_document(const Uptake__V1__DocumentIdentity *d, struct err *err)
{
    return check_line(d->title, "document_identity.title", 2000, true, err) &&
           check_line(d->symbol, "document_identity.symbol", NAME_BYTES, false, err) &&
           check_line(d->office, "document_identity.office", NAME_BYTES, false, err) &&
           check_line(d->office_unit, "document_identity.office_unit", KEY_BYTES, false, err) &&
           check_date(d->dated_on, "document_identity.dated_on", err) &&
           check_line(d->language, "document_identity.language", CODE_BYTES, false, err) &&
           check_line(d->source_name, "document_identity.source_name", NAME_BYTES, false, err) &&
           check_totals(d, err) &&
           check_said_word(&uptake__v1__instrument__descriptor, d->instrument,
                           "document_identity.instrument", err) &&
           check_said_word(&uptake__v1__addressee__descriptor, d->addressee,
                           "document_identity.addressee", err);
}

static bool check_response(const Uptake__V1__ResponseStatement *r, struct err *err)
{
    return check_said_word(&uptake__v1__response_state__descriptor, r->state,
                           "response_statement.state", err) &&
           check_line(r->approver, "response_statement.approver", NAME_BYTES, false, err) &&
           check_date(r->approved_on, "response_statement.approved_on", err) &&
           check_line(r->source, "response_statement.source", NAME_BYTES, false, err);
}

static bool check_recommendation(const Uptake__V1__RecommendationText *r, struct err *err)
{
    return check_id(r->code, "recommendation_text.code", CODE_BYTES, true, err) &&
           check_line(r->parent, "recommendation_text.parent", KEY_BYTES, false, err) &&
           check_required(r->text, "recommendation_text.text", err) &&
           check_lines(r->issuers, r->n_issuers, "recommendation_text.issuers", err) &&
           check_lines(r->themes, r->n_themes, "recommendation_text.themes", err) &&
           check_line(r->place, "recommendation_text.place", NAME_BYTES, false, err);
}

static bool check_position(const Uptake__V1__PositionTaken *p, struct err *err)
{
    for (size_t i = 0; i < p->n_comment_progress; i++)
        if (!check_said_word(&uptake__v1__progress__descriptor, (int)p->comment_progress[i],
                             "position_taken.comment_progress", err))
            return false;
    return check_count(p->n_comment_progress, "position_taken.comment_progress", err) &&
           check_said_word(&uptake__v1__position__descriptor, p->position,
                           "position_taken.position", err) &&
           check_line(p->source, "position_taken.source", NAME_BYTES, false, err);
}

static bool check_action(const Uptake__V1__ActionWording *a, struct err *err)
{
    if (!check_id(a->code, "action_wording.code", CODE_BYTES, true, err) ||
        !check_required(a->text, "action_wording.text", err))
        return false;
    if (a->n_recommendations == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "action_wording.recommendations",
                       "name the recommendation it answers");
    return check_count(a->n_recommendations, "action_wording.recommendations", err) &&
           check_line(a->place, "action_wording.place", NAME_BYTES, false, err);
}

static bool check_timeframe(const Uptake__V1__Timeframe *t, struct err *err)
{
    struct date start;
    struct date due;

    if (!check_line(t->source, "timeframe.source", NAME_BYTES, false, err) ||
        !date_parse_optional(t->start_on, "timeframe.start_on", &start, err) ||
        !date_parse_optional(t->due_on, "timeframe.due_on", &due, err) ||
        !check_said_word(&uptake__v1__precision__descriptor, t->precision, "timeframe.precision",
                         err))
        return false;
    if (!date_is_none(start) && !date_is_none(due) && date_compare(start, due) > 0)
        return err_set(err, ERR_REJECT, "DATE_ORDER", "timeframe.start_on",
                       "starts on %s, after it is due on %s", t->start_on, t->due_on);
    return true;
}

static bool check_said_by(const char *who, const char *place, struct err *err)
{
    if (strcmp(who, "management") == 0 || strcmp(who, "evaluator") == 0 ||
        strcmp(who, "person") == 0)
        return true;
    return err_set(err, ERR_REJECT, who[0] ? "ENUM_UNKNOWN" : "FIELD_MISSING", place,
                   "say \"management\", \"evaluator\" or \"person\"");
}

static bool check_responsibilities(const Uptake__V1__Responsibilities *r, struct err *err)
{
    for (size_t i = 0; i < r->n_units; i++) {
        const Uptake__V1__Responsibility *unit = r->units[i];
        char place[64];

        snprintf(place, sizeof(place), "responsibilities.units[%zu].name", i);
        if (!check_line(unit->name, place, NAME_BYTES, true, err))
            return false;
        snprintf(place, sizeof(place), "responsibilities.units[%zu].role", i);
        if (!check_said_word(&uptake__v1__role__descriptor, unit->role, place, err))
            return false;
        snprintf(place, sizeof(place), "responsibilities.units[%zu].said_by", i);
        if (!check_said_by(unit->said_by, place, err))
            return false;
    }
    return check_count(r->n_units, "responsibilities.units", err);
}

static bool check_completed(const Uptake__V1__ProgressReport *p, struct err *err)
{
    if (p->completed_on[0] && p->progress != UPTAKE__V1__PROGRESS__PROGRESS_COMPLETED)
        return err_set(err, ERR_REJECT, "NOT_COMPLETED", "progress_report.completed_on",
                       "a day of completion needs progress \"completed\"");
    return check_date(p->completed_on, "progress_report.completed_on", err);
}

static bool check_progress(const Uptake__V1__ProgressReport *p, struct err *err)
{
    return check_said_word(&uptake__v1__progress__descriptor, p->progress,
                           "progress_report.progress", err) &&
           check_line(p->source, "progress_report.source", NAME_BYTES, false, err) &&
           check_line(p->reported_by, "progress_report.reported_by", KEY_BYTES, false, err) &&
           check_date(p->reported_on, "progress_report.reported_on", err) &&
           check_word(&uptake__v1__precision__descriptor, p->precision, "progress_report.precision",
                      err) &&
           check_completed(p, err);
}

static bool check_disclosure(const Uptake__V1__DisclosureSet *d, struct err *err)
{
    return check_said_word(&uptake__v1__disclosure__descriptor, d->disclosure,
                           "disclosure_set.disclosure", err);
}

static bool check_former_names(const Uptake__V1__UnitIdentity *u, struct err *err)
{
    for (size_t i = 0; i < u->n_former_names; i++)
        if (!check_line(u->former_names[i]->name, "unit_identity.former_names.name", NAME_BYTES,
                        true, err) ||
            !check_date(u->former_names[i]->until_on, "unit_identity.former_names.until_on", err))
            return false;
    return check_count(u->n_former_names, "unit_identity.former_names", err);
}

static bool check_unit(const Uptake__V1__UnitIdentity *u, struct err *err)
{
    return check_id(u->code, "unit_identity.code", CODE_BYTES, true, err) &&
           check_slug(u->code, "unit_identity.code", err) &&
           check_line(u->name, "unit_identity.name", NAME_BYTES, true, err) &&
           check_said_word(&uptake__v1__unit_kind__descriptor, u->kind, "unit_identity.kind",
                           err) &&
           check_id(u->region, "unit_identity.region", CODE_BYTES, false, err) &&
           check_slug(u->region, "unit_identity.region", err) &&
           check_line(u->parent, "unit_identity.parent", KEY_BYTES, false, err) &&
           check_line(u->reports_to, "unit_identity.reports_to", KEY_BYTES, false, err) &&
           check_line(u->zone, "unit_identity.zone", NAME_BYTES, false, err) &&
           check_zone(u->zone, "unit_identity.zone", err) &&
           check_line(u->merged_into, "unit_identity.merged_into", KEY_BYTES, false, err) &&
           check_period(u->valid_from, u->valid_to, "unit_identity.valid_from", err) &&
           check_lines(u->aliases, u->n_aliases, "unit_identity.aliases", err) &&
           check_former_names(u, err);
}

static bool check_alternates(const Uptake__V1__UnitContact *c, struct err *err)
{
    for (size_t i = 0; i < c->n_alternates; i++) {
        const Uptake__V1__Person *person = c->alternates[i];

        if (!check_line(person->name, "unit_contact.alternates.name", NAME_BYTES, true, err) ||
            !check_line(person->email, "unit_contact.alternates.email", NAME_BYTES, true, err) ||
            !check_email(person->email, "unit_contact.alternates.email", err))
            return false;
    }
    return check_count(c->n_alternates, "unit_contact.alternates", err);
}

static bool check_contact(const Uptake__V1__UnitContact *c, struct err *err)
{
    return check_email(c->email, "unit_contact.email", err) &&
           check_line(c->email, "unit_contact.email", NAME_BYTES, false, err) &&
           check_line(c->language, "unit_contact.language", CODE_BYTES, false, err) &&
           check_line(c->focal_point, "unit_contact.focal_point", NAME_BYTES, false, err) &&
           check_alternates(c, err);
}

static bool check_reminder(const Uptake__V1__ReminderRecord *r, struct err *err)
{
    struct date due;

    return check_line(r->policy, "reminder_record.policy", KEY_BYTES, true, err) &&
           check_line(r->action, "reminder_record.action", KEY_BYTES, true, err) &&
           check_line(r->recipient, "reminder_record.recipient", KEY_BYTES, true, err) &&
           date_parse(r->due_on, "reminder_record.due_on", &due, err);
}

static bool check_groups(const Uptake__V1__Change *c, struct err *err)
{
    return (!c->document_identity || check_document(c->document_identity, err)) &&
           (!c->response_statement || check_response(c->response_statement, err)) &&
           (!c->recommendation_text || check_recommendation(c->recommendation_text, err)) &&
           (!c->position_taken || check_position(c->position_taken, err)) &&
           (!c->action_wording || check_action(c->action_wording, err)) &&
           (!c->timeframe || check_timeframe(c->timeframe, err)) &&
           (!c->responsibilities || check_responsibilities(c->responsibilities, err)) &&
           (!c->progress_report || check_progress(c->progress_report, err)) &&
           (!c->disclosure_set || check_disclosure(c->disclosure_set, err)) &&
           (!c->unit_identity || check_unit(c->unit_identity, err)) &&
           (!c->unit_contact || check_contact(c->unit_contact, err)) &&
           (!c->reminder_record || check_reminder(c->reminder_record, err)) &&
           check_later_groups(c, err);
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* What comes between "#" and ":" in the keys of the kinds that are not numbered by the source. */
static const char *prefix_of(Uptake__V1__ItemKind kind)
{
    switch (kind) {
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_ASSESSMENT_ROUND:
        return "round:";
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_ASSESSMENT:
        return "assessment:";
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_INDICATOR:
        return "indicator:";
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_LINK:
        return "link:";
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_FINDING:
        return "finding:";
    default:
        return NULL;
    }
}

static bool fits_prefix(Uptake__V1__ItemKind kind, const char *rest)
{
    const char *own = prefix_of(kind);

    if (own)
        return starts_with(rest, own) && rest[strlen(own)];
    for (int other = 1;
         protobuf_c_enum_descriptor_get_value(&uptake__v1__item_kind__descriptor, other); other++) {
        const char *taken = prefix_of((Uptake__V1__ItemKind)other);
        if (taken && starts_with(rest, taken))
            return false;
    }
    return true;
}

/* cycle:NAME:DAY, of policy:NAME and the day it ends. */
static bool fits_cycle(const Uptake__V1__Change *c)
{
    const Uptake__V1__CycleDecision *d = c->cycle_decision;
    const char *day = strrchr(c->subject, ':');
    const size_t name = day ? (size_t)(day - c->subject) : 0;

    if (!starts_with(c->subject, "cycle:") || name <= strlen("cycle:"))
        return false;
    return !d || (strcmp(day + 1, d->ends_on) == 0 && starts_with(d->policy, "policy:") &&
                  strlen(d->policy) - strlen("policy:") == name - strlen("cycle:") &&
                  strncmp(d->policy + strlen("policy:"), c->subject + strlen("cycle:"),
                          name - strlen("cycle:")) == 0);
}

/* A grant is for a document, so a key must show which document it belongs to. */
static bool check_subject(const Uptake__V1__Change *c, struct err *err)
{
    const char *document = c->document;
    const char *subject = c->subject;
    bool fits;

    switch (c->kind) {
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_DOCUMENT:
        fits = strcmp(subject, document) == 0 && strpbrk(subject, "#:/") == NULL;
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT:
        fits = strcmp(document, "units") == 0 && starts_with(subject, "unit:") &&
               (!c->unit_identity || strcmp(subject + 5, c->unit_identity->code) == 0);
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_POLICY:
        fits = strcmp(document, "policies") == 0 && starts_with(subject, "policy:");
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_REMINDER:
        fits = starts_with(subject, "reminder:");
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_CROSSWALK:
        fits = strcmp(document, "crosswalks") == 0 && starts_with(subject, "crosswalk:") &&
               (!c->crosswalk_table || strcmp(subject + 10, c->crosswalk_table->system) == 0);
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_DEAD_LETTER:
        fits = strcmp(document, "dead-letters") == 0 && starts_with(subject, "dead-letter:");
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE:
        fits = strcmp(document, "cycles") == 0 && fits_cycle(c);
        break;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL:
        fits = strcmp(document, "principals") == 0 && starts_with(subject, "principal:");
        if (fits && !check_principal_name(subject + 10, err))
            return false;
        break;
    default:
        fits = starts_with(subject, document) && subject[strlen(document)] == '#' &&
               fits_prefix(c->kind, subject + strlen(document) + 1);
        break;
    }
    return fits || err_set(err, ERR_REJECT, "BAD_KEY", "subject",
                           "does not fit its kind and document; see items.proto");
}

static bool check_key(const char *key, const char *place, struct err *err)
{
    if (!key[0])
        return err_set(err, ERR_REJECT, "FIELD_MISSING", place, "say which item it is about");
    return check_id(key, place, KEY_BYTES, true, err);
}

/* An empty list says that there is none, and an empty contact that nobody is known. */
#define MAY_BE_EMPTY                                                                               \
    (GROUP_BIT(GROUP_RESPONSIBILITIES) | GROUP_BIT(GROUP_EXTENSIONS) |                             \
     GROUP_BIT(GROUP_MILESTONES) | GROUP_BIT(GROUP_UNIT_CONTACT) |                                 \
     GROUP_BIT(GROUP_PRINCIPAL_KEYS) | GROUP_BIT(GROUP_PRINCIPAL_GRANTS) |                         \
     GROUP_BIT(GROUP_PRINCIPAL_IDENTITY))

static bool says_nothing(const Uptake__V1__Change *change, int group)
{
    const ProtobufCMessage *value = group_get(change, group);

    return value && !(MAY_BE_EMPTY & GROUP_BIT(group)) &&
           protobuf_c_message_get_packed_size(value) == 0;
}

bool validate_change(const Uptake__V1__Change *change, struct err *err)
{
    uint64_t present = groups_present(change);
    uint64_t required = groups_required(change->kind);

    if (change->operation != UPTAKE__V1__OPERATION__OPERATION_SET)
        return err_set(err, ERR_REJECT, "OPERATION_NOT_ALLOWED", "operation",
                       "senders write \"set\"");
    if (!required)
        return err_set(err, ERR_REJECT, "KIND_UNKNOWN", "kind", "%d is no kind of item",
                       change->kind);
    if (!check_key(change->document, "document", err) ||
        !check_key(change->subject, "subject", err) || !check_subject(change, err))
        return false;
    if (change->base_revision > INT32_MAX)
        return err_set(err, ERR_REJECT, "BASE_REVISION_INVALID", "base_revision",
                       "larger than any revision");
    if (!present)
        return err_set(err, ERR_REJECT, "GROUP_EMPTY", "change", "has no field group");
    for (int group = 1; group <= GROUP_LAST; group++) {
        if (present & ~groups_allowed(change->kind) & GROUP_BIT(group))
            return err_set(err, ERR_REJECT, "GROUP_NOT_ALLOWED", group_name(group),
                           "an item of this kind has no such field group");
        if (says_nothing(change, group))
            return err_set(err, ERR_REJECT, "GROUP_EMPTY", group_name(group),
                           "says nothing; leave it out to keep what was said");
        if (change->base_revision == 0 && required & ~present & GROUP_BIT(group))
            return err_set(err, ERR_REJECT, "FIELD_MISSING", group_name(group),
                           "a new item of this kind needs it");
    }
    return check_groups(change, err);
}
