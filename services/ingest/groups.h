/* SPDX-License-Identifier: Apache-2.0 */
/*
 * groups - the field groups of a Change: the unit of replacement, revision and conflict.
 *
 * A group's number is its field number in Change minus 15, so groups count from 1; the register's
 * arrays group_changes and group_revisions stand in that order.
 */
#ifndef UPTAKE_INGEST_GROUPS_H
#define UPTAKE_INGEST_GROUPS_H

#include <stdbool.h>
#include <stdint.h>
#include <uptake/v1/envelope.pb-c.h>
#include <uptake/v1/items.pb-c.h>

enum {
    GROUP_DOCUMENT_IDENTITY = 1,
    GROUP_RESPONSE_STATEMENT,
    GROUP_RECOMMENDATION_TEXT,
    GROUP_POSITION_TAKEN,
    GROUP_ACTION_WORDING,
    GROUP_TIMEFRAME,
    GROUP_RESPONSIBILITIES,
    GROUP_PROGRESS_REPORT,
    GROUP_DISCLOSURE_SET,
    GROUP_UNIT_IDENTITY,
    GROUP_UNIT_CONTACT,
    GROUP_POLICY_RULE,
    GROUP_REMINDER_RECORD,
    GROUP_RETRACTION,
    GROUP_EXTENSIONS,
    GROUP_MILESTONES,
    GROUP_HOLD_SET,
    GROUP_PROGRESS_REVIEW,
    GROUP_ROUND_HELD,
    GROUP_ASSESSMENT_MADE,
    GROUP_INDICATOR_STATED,
    GROUP_LINK_DRAWN,
    GROUP_LINK_DECISION,
    GROUP_FINDING_RAISED,
    GROUP_FINDING_HANDLING,
    GROUP_CROSSWALK_TABLE,
    GROUP_PRINCIPAL_IDENTITY,
    GROUP_PRINCIPAL_KEYS,
    GROUP_PRINCIPAL_GRANTS,
    GROUP_CONFLICT_DECISION,
    GROUP_REDACTION,
    GROUP_DEAD_LETTER_DECISION,
    GROUP_CHASE_SET,
    GROUP_CYCLE_DECISION,
    GROUP_RETURN_MADE,
    GROUP_BRAKE_RELEASE,
    GROUP_LAST = GROUP_BRAKE_RELEASE,
    GROUP_COUNT = GROUP_LAST, /* they count from 1 */
};

#define GROUP_BIT(group) (UINT64_C(1) << (group))

/* "progress_report", as in the proto. */
const char *group_name(int group);
/* Who says it, as people would put it: "management", "the responsible unit", ... */
const char *group_owner(int group);
/* 0: no group has that name. */
int group_number(const char *name);
/* The sub-message of that group, or NULL. */
ProtobufCMessage *group_get(const Uptake__V1__Change *change, int group);
void group_set(Uptake__V1__Change *change, int group, ProtobufCMessage *value);
/* Bits of the groups that are present. */
uint64_t groups_present(const Uptake__V1__Change *change);

/* Bits of the groups an item of this kind may have, and of those it must have from the start; both
 * 0 for an unknown kind. */
uint64_t groups_allowed(Uptake__V1__ItemKind kind);
uint64_t groups_required(Uptake__V1__ItemKind kind);

#endif
