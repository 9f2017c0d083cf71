/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide - what becomes of a well-formed, granted change, given the item as it stands.
 *
 * Pure: no I/O, no clock. The rules: a new item needs base revision 0; a change based on the
 * current revision is applied; one based on an older revision is merged if nobody touched its field
 * groups since, else kept as a conflict for a person. Two reports of progress are never merged.
 * There is no last-writer-wins, and clocks order nothing. A retracted item takes nothing but its
 * restoration; a review must speak of the report that stands.
 */
#ifndef UPTAKE_INGEST_DECIDE_H
#define UPTAKE_INGEST_DECIDE_H

#include "base/err.h"
#include "groups.h"

#include <stdint.h>

/* An item as the register has it, or as this batch has made it so far. */
struct item_state {
    bool exists;
    bool changed; /* by this batch: to be written */
    bool created; /* by this batch */
    int64_t item_id;
    const char *key;
    Uptake__V1__ItemKind kind;
    const char *document;
    int64_t parent_id; /* 0: none */
    int64_t revision;
    int64_t group_changes[GROUP_COUNT + 1]; /* by group; 0: never */
    int64_t group_revisions[GROUP_COUNT + 1];
    Uptake__V1__Disclosure disclosure;
    Uptake__V1__Addressee addressee;
    Uptake__V1__Position position; /* UNSPECIFIED: the kind has none, or none said */
    Uptake__V1__Progress progress;
    Uptake__V1__Hold hold;    /* UNSPECIFIED: none said */
    bool retracted;           /* a tombstone */
    bool has_evidence;        /* the present progress report names some */
    const char *reported_on;  /* "": none */
    const char *completed_on; /* "": none */
    const char *due_on;       /* "": none */
    const int64_t *scopes;    /* ascending */
    int nscopes;
    struct item_state *next_in_bucket;
    /* For items others refer to: */
    int64_t unit_scope, region_scope; /* units only; 0: none */
    int64_t merged_into_id;
    /* Of the unit that does its work now: itself where it was not merged. */
    int64_t successor_unit_scope, successor_region_scope;
    /* It may be seen by others once an item of this batch moves: */
    bool dependent;
};

struct verdict {
    Uptake__V1__Outcome outcome; /* COMMITTED, MERGED, REFUSED, CONFLICT or RETRY_LATER */
    struct err why;              /* set unless COMMITTED or MERGED */
};

struct verdict decide(const struct item_state *item, const Uptake__V1__Change *change);

#endif
