/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scopes - who may see an item: which feeds it lies in.
 *
 * internal (the default): hq, the regions and units of the document's office and of the responsible
 * units. public: the same and `public`. restricted: hq and the responsible units alone. Units and
 * policies lie in hq. What speaks of other items - a link, an assessment, an indicator, a finding -
 * is seen only where each of them is. Nothing is hidden from hq but what operators alone see:
 * principals and dead letters lie in audit and nowhere else.
 */
#ifndef UPTAKE_INGEST_SCOPES_H
#define UPTAKE_INGEST_SCOPES_H

#include "batch.h"

enum {
    SCOPE_HQ = 1, /* fixed by the schema */
    SCOPE_PUBLIC = 2,
    SCOPE_AUDIT = 3,
};

/* The groups of an item that decide who may see it; NULL: never said. */
struct sayings {
    const Uptake__V1__DocumentIdentity *identity;
    const Uptake__V1__Responsibilities *responsibilities;
    const Uptake__V1__ReminderRecord *reminder;
    const Uptake__V1__LinkDrawn *link;
    const Uptake__V1__AssessmentMade *assessment;
    const Uptake__V1__IndicatorStated *indicator;
    const Uptake__V1__FindingRaised *finding;
};

/* The scopes of `item` given its groups of this moment.
 * Ascending, in the batch's arena; NULL when out of memory. */
MUST_CHECK const int64_t *scopes_of(struct batch *batch, const struct item_state *item,
                                    const struct sayings *said, int *n);

bool scopes_only_audit(Uptake__V1__ItemKind kind);
bool scopes_contain(const int64_t *scopes, int n, int64_t scope);

#endif
