/* SPDX-License-Identifier: Apache-2.0 */
#include "groups.h"

#include <string.h>

static const ProtobufCFieldDescriptor *field_of(int group)
{
    return protobuf_c_message_descriptor_get_field(&uptake__v1__change__descriptor,
                                                   (unsigned)group + 15);
}

const char *group_name(int group)
{
    return field_of(group)->name;
}

int group_number(const char *name)
{
    for (int group = 1; group <= GROUP_LAST; group++)
        if (strcmp(group_name(group), name) == 0)
            return group;
    return 0;
}

const char *group_owner(int group)
{
    switch (group) {
    case GROUP_PROGRESS_REPORT:
    case GROUP_CHASE_SET:
        return "the responsible unit";
    case GROUP_PROGRESS_REVIEW:
        return "the overseer";
    case GROUP_DOCUMENT_IDENTITY:
    case GROUP_RECOMMENDATION_TEXT:
        return "the document's owner";
    case GROUP_ROUND_HELD:
    case GROUP_ASSESSMENT_MADE:
        return "the round's owner";
    case GROUP_RESPONSE_STATEMENT:
    case GROUP_POSITION_TAKEN:
    case GROUP_ACTION_WORDING:
    case GROUP_TIMEFRAME:
    case GROUP_EXTENSIONS:
    case GROUP_MILESTONES:
    case GROUP_RESPONSIBILITIES:
    case GROUP_HOLD_SET:
        return "management";
    default:
        return "the operators";
    }
}

static ProtobufCMessage **slot(const Uptake__V1__Change *change, int group)
{
    return (ProtobufCMessage **)((char *)(uintptr_t)change + field_of(group)->offset);
}

ProtobufCMessage *group_get(const Uptake__V1__Change *change, int group)
{
    return *slot(change, group);
}

void group_set(Uptake__V1__Change *change, int group, ProtobufCMessage *value)
{
    *slot(change, group) = value;
}

uint64_t groups_present(const Uptake__V1__Change *change)
{
    uint64_t bits = 0;

    for (int group = 1; group <= GROUP_LAST; group++)
        if (group_get(change, group))
            bits |= GROUP_BIT(group);
    return bits;
}

#define KIND(word) UPTAKE__V1__ITEM_KIND__ITEM_KIND_##word
#define BIT(word) GROUP_BIT(GROUP_##word)

/* Every kind but a reminder, which says what happened, and a principal may be retracted. */
static const struct {
    uint64_t required, optional;
} kinds[] = {
    [KIND(DOCUMENT)] = {BIT(DOCUMENT_IDENTITY), BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(RESPONSE)] = {BIT(RESPONSE_STATEMENT), BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(RECOMMENDATION)] = {BIT(RECOMMENDATION_TEXT), BIT(POSITION_TAKEN) |
                                                            BIT(RESPONSIBILITIES) | BIT(HOLD_SET) |
                                                            BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(ACTION)] = {BIT(ACTION_WORDING),
                      BIT(TIMEFRAME) | BIT(EXTENSIONS) | BIT(MILESTONES) | BIT(RESPONSIBILITIES) |
                          BIT(PROGRESS_REPORT) | BIT(PROGRESS_REVIEW) | BIT(HOLD_SET) |
                          BIT(CHASE_SET) | BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(UNIT)] = {BIT(UNIT_IDENTITY), BIT(UNIT_CONTACT) | BIT(RETRACTION)},
    [KIND(POLICY)] = {BIT(POLICY_RULE), BIT(BRAKE_RELEASE) | BIT(RETRACTION)},
    [KIND(REMINDER)] = {BIT(REMINDER_RECORD), 0},
    [KIND(ASSESSMENT_ROUND)] = {BIT(ROUND_HELD), BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(ASSESSMENT)] = {BIT(ASSESSMENT_MADE), BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(INDICATOR)] = {BIT(INDICATOR_STATED), BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(LINK)] = {BIT(LINK_DRAWN), BIT(LINK_DECISION) | BIT(DISCLOSURE_SET) | BIT(RETRACTION)},
    [KIND(FINDING)] = {BIT(FINDING_RAISED), BIT(FINDING_HANDLING) | BIT(RETRACTION)},
    [KIND(CROSSWALK)] = {BIT(CROSSWALK_TABLE), BIT(RETRACTION)},
    /* What the desk decided stays to be seen. */
    [KIND(CYCLE)] = {BIT(CYCLE_DECISION), BIT(RETURN_MADE)},
    [KIND(DEAD_LETTER)] = {BIT(DEAD_LETTER_DECISION), 0},
    /* Not retracted: keys are revoked and grants withdrawn, and both stay to be seen. */
    [KIND(PRINCIPAL)] = {BIT(PRINCIPAL_IDENTITY), BIT(PRINCIPAL_KEYS) | BIT(PRINCIPAL_GRANTS)},
};

static bool is_known(Uptake__V1__ItemKind kind)
{
    return kind > 0 && (size_t)kind < sizeof(kinds) / sizeof(kinds[0]);
}

/* Two people may meet on anything that people say something of but a dead letter, about which it is
 * decided once; what was said of anything but the operators' own items may have to be taken back
 * for good. */
static uint64_t allowed_everywhere(Uptake__V1__ItemKind kind)
{
    if (kind == KIND(DEAD_LETTER))
        return 0;
    if (kind == KIND(PRINCIPAL))
        return BIT(CONFLICT_DECISION);
    return BIT(REDACTION) | (kind == KIND(REMINDER) ? 0 : BIT(CONFLICT_DECISION));
}

uint64_t groups_allowed(Uptake__V1__ItemKind kind)
{
    return is_known(kind) ? kinds[kind].required | kinds[kind].optional | allowed_everywhere(kind)
                          : 0;
}

uint64_t groups_required(Uptake__V1__ItemKind kind)
{
    return is_known(kind) ? kinds[kind].required : 0;
}
