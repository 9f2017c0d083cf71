/* SPDX-License-Identifier: Apache-2.0 */
#include "groups.h"

static const ProtobufCFieldDescriptor *field_of(int group)
{
    return protobuf_c_message_descriptor_get_field(&uptake__v1__change__descriptor,
                                                   (unsigned)group + 15);
}

const char *group_name(int group)
{
    return field_of(group)->name;
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

unsigned groups_present(const Uptake__V1__Change *change)
{
    unsigned bits = 0;

    for (int group = 1; group <= GROUP_LAST; group++)
        if (group_get(change, group))
            bits |= GROUP_BIT(group);
    return bits;
}

static const struct {
    unsigned required, optional;
} kinds[] = {
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_DOCUMENT] = {GROUP_BIT(GROUP_DOCUMENT_IDENTITY),
                                                   GROUP_BIT(GROUP_DISCLOSURE_SET)},
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_RESPONSE] = {GROUP_BIT(GROUP_RESPONSE_STATEMENT),
                                                   GROUP_BIT(GROUP_DISCLOSURE_SET)},
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_RECOMMENDATION] = {GROUP_BIT(GROUP_RECOMMENDATION_TEXT),
                                                         GROUP_BIT(GROUP_POSITION_TAKEN) |
                                                             GROUP_BIT(GROUP_DISCLOSURE_SET)},
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION] = {GROUP_BIT(GROUP_ACTION_WORDING),
                                                 GROUP_BIT(GROUP_TIMEFRAME) |
                                                     GROUP_BIT(GROUP_RESPONSIBILITIES) |
                                                     GROUP_BIT(GROUP_PROGRESS_REPORT) |
                                                     GROUP_BIT(GROUP_DISCLOSURE_SET)},
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT] = {GROUP_BIT(GROUP_UNIT_IDENTITY),
                                               GROUP_BIT(GROUP_UNIT_CONTACT)},
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_POLICY] = {GROUP_BIT(GROUP_POLICY_RULE), 0},
    [UPTAKE__V1__ITEM_KIND__ITEM_KIND_REMINDER] = {GROUP_BIT(GROUP_REMINDER_RECORD), 0},
};

static bool is_known(Uptake__V1__ItemKind kind)
{
    return kind > 0 && (size_t)kind < sizeof(kinds) / sizeof(kinds[0]);
}

unsigned groups_allowed(Uptake__V1__ItemKind kind)
{
    return is_known(kind) ? kinds[kind].required | kinds[kind].optional : 0;
}

unsigned groups_required(Uptake__V1__ItemKind kind)
{
    return is_known(kind) ? kinds[kind].required : 0;
}
