/* SPDX-License-Identifier: Apache-2.0 */
/* What a button of the form means as a change to the register. */
#include "base/bytes.h"
#include "form.h"
#include "wire/wire.h"

#include <string.h>
#include <uptake/v1/items.pb-c.h>

/* protobuf-c wants texts it may write to; it does not. */
static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text;
}

static int word_of(const ProtobufCEnumDescriptor *type, const char *word)
{
    int value;

    return wire_word_value(type, word, &value) ? value : 0;
}

/* The parts of a change end with the function that packs it, so each is given a copy. */
static uint8_t *pack_update(struct call *call, struct form *form, Uptake__V1__Change change,
                            size_t *len)
{
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
    Uptake__V1__HoldSet hold = UPTAKE__V1__HOLD_SET__INIT;

    report.progress =
        (Uptake__V1__Progress)word_of(&uptake__v1__progress__descriptor, form->text.progress);
    report.source = text_of(form->text.source);
    report.narrative = text_of(form->text.narrative);
    report.evidence = text_of(form->text.evidence);
    report.completed_on = text_of(form->text.completed_on);
    report.reported_on = call->today_text;
    report.precision = UPTAKE__V1__PRECISION__PRECISION_DAY;
    report.reported_by = text_of(form->asked.unit);
    change.progress_report = &report;
    hold.hold = (Uptake__V1__Hold)word_of(&uptake__v1__hold__descriptor, form->text.hold);
    hold.reason = text_of(form->text.hold_reason);
    hold.since_on = call->today_text;
    if (form_holds_otherwise(form))
        change.hold_set = &hold;
    return wire_pack(&change.base, &call->arena, len);
}

/* How long nobody is to ask, and since when the unit knows, stay as they were said. */
static uint8_t *pack_delegation(struct call *call, struct form *form, Uptake__V1__Change change,
                                size_t *len)
{
    const bool back = strcmp(form->delegate, "back") == 0;
    Uptake__V1__ChaseSet chase = UPTAKE__V1__CHASE_SET__INIT;

    chase.note = arena_printf(&call->arena, back ? "taken back by %s" : "handed over by %s",
                              form->asked.unit);
    if (!chase.note)
        return NULL;

    chase.snoozed_until = text_of(form_said(form, "chase_set", "snoozed_until"));
    chase.acknowledged_on = text_of(form_said(form, "chase_set", "acknowledged_on"));
    chase.delegated_to = text_of(back ? "" : form->delegate);
    change.chase_set = &chase;
    return wire_pack(&change.base, &call->arena, len);
}

/* A finding about the action that the overseer is to see to; what was said of an earlier one about
 * its handling begins anew. */
static uint8_t *pack_finding(struct call *call, struct form *form, Uptake__V1__Change change,
                             size_t *len)
{
    Uptake__V1__FindingRaised raised = UPTAKE__V1__FINDING_RAISED__INIT;
    Uptake__V1__FindingHandling handling = UPTAKE__V1__FINDING_HANDLING__INIT;

    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_FINDING;
    change.subject = text_of(form_finding_key(call, form));
    change.base_revision = (uint64_t)form->seen_finding;
    raised.code = text_of("NOT_OURS");
    raised.severity = UPTAKE__V1__SEVERITY__SEVERITY_WARNING;
    raised.about = text_of(form->asked.action);
    raised.message = arena_printf(&call->arena, "%s (%s) says that the action is not its own: %s",
                                  form->facts.unit_name, form->asked.unit, form->reason);
    raised.remedy = text_of("Name the unit that is responsible, or dismiss this and say why. "
                            "Until then the same unit is reminded.");
    change.finding_raised = &raised;
    handling.state = UPTAKE__V1__FINDING_STATE__FINDING_STATE_ASSIGNED;
    handling.assigned_to = text_of(form->facts.overseer);
    handling.handled_by = text_of(form->asked.unit);
    handling.handled_on = call->today_text;
    if (*form->facts.overseer)
        change.finding_handling = &handling;
    if (!change.subject || !raised.message)
        return NULL;
    return wire_pack(&change.base, &call->arena, len);
}

/* The same content sent with the same link again is the same message. */
static bool make_id(struct call *call, struct form *form, const uint8_t *body, size_t len)
{
    const size_t known = sizeof(form->id) - 1;
    uint8_t *bytes = arena_alloc(&call->arena, known + len);
    uint8_t digest[SHA256_BYTES];

    if (!bytes)
        return false;
    memcpy(bytes, form->id, known);
    memcpy(bytes + known, body, len);
    sha256(bytes, known + len, digest);
    memcpy(form->message_id, digest, sizeof(form->message_id));
    return true;
}

uint8_t *form_change(struct call *call, struct form *form, size_t *len)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    uint8_t *body;

    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = text_of(form->facts.document);
    change.subject = text_of(form->asked.action);
    change.base_revision = (uint64_t)form->base;
    if (form->deed == FORM_DELEGATE)
        body = pack_delegation(call, form, change, len);
    else if (form->deed == FORM_NOT_OURS)
        body = pack_finding(call, form, change, len);
    else
        body = pack_update(call, form, change, len);
    return body && make_id(call, form, body, *len) ? body : NULL;
}
