/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide - what becomes of a well-formed change, given the item as it stands.
 *
 * Pure: no I/O, no clock. Clocks order nothing, and there is no last writer who wins:
 *
 * - A group that belongs to somebody else is refused. A new item needs base revision 0; an item
 * that exists refuses it, but for a cycle: of two who decide first, the second was overtaken.
 * - On the current revision a change is applied; ahead of it, it waits for what it builds on.
 * - On an older one it is merged where nobody touched its groups since. Where somebody did and said
 *   the same, there is nothing left to do (no_op); where they said something else, both versions
 *   are kept as a conflict for a person. Where some of its groups say the same and nobody touched
 *   the others, it is merged whole: saying the same again contradicts nobody.
 * - Two reports of progress are never merged: beside a report that was overtaken, nothing else of
 *   the change is applied, even if the report says the same.
 * - The very change that somebody else sent before, byte for byte, is said already (no_op),
 * whatever came after it: two people who import one file say everything twice.
 * - Progress moves by the table of model/transitions.h, unless the present report was returned for
 *   correction, or a person settles a conflict with the report.
 * - A conflict is settled once, by somebody who saw the item as it is. Its decision stands beside
 *   the item and collides with nothing.
 * - A retracted item takes nothing but its restoration and redactions; a review must speak of the
 * report that stands.
 */
#ifndef UPTAKE_INGEST_DECIDE_H
#define UPTAKE_INGEST_DECIDE_H

#include "base/err.h"
#include "groups.h"

#include <stdint.h>

/* An item as the register has it, or as this batch has made it so far. */
struct item_state {
    bool exists;
    bool changed;    /* by this batch: to be written */
    bool created;    /* by this batch */
    bool is_subject; /* a change of this batch is about it, so that it was to be locked */
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

/* How the conflict stands that a change would settle. */
enum conflict_standing {
    CONFLICT_UNKNOWN, /* no such conflict on this item */
    CONFLICT_OPEN,
    CONFLICT_OPEN_OTHERWISE, /* open, but the change says "took_other" of what is not the other */
    CONFLICT_SETTLED,
};

/* What else there is to know. Zeroed: the sender owns what it says, and says it first. */
struct circumstances {
    uint64_t not_owned; /* bits of groups the sender may not replace */
    uint64_t same;      /* bits of groups whose present value is, byte for byte, the change's */
    bool said_before;   /* this very change was accepted since its base, from whomever */
    bool returned;      /* the present progress report was sent back for correction */
    enum conflict_standing conflict; /* of conflict_decision, where the change has one */
};

struct verdict {
    Uptake__V1__Outcome outcome; /* COMMITTED, MERGED, NO_OP, REFUSED, CONFLICT or RETRY_LATER */
    struct err why;              /* set unless COMMITTED or MERGED */
};

struct verdict decide(const struct item_state *item, const Uptake__V1__Change *change,
                      const struct circumstances *circumstances);

#endif
