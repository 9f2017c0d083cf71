/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify - what the parts of `uptake verify` share: the list of what was found, and the fold that
 * makes each item again from its history.
 *
 * Memory is bounded: rows come page by page, and of each invariant the first findings are kept and
 * the others counted.
 *
 * Threading: loop thread only.
 */
#ifndef UPTAKE_CLI_VERIFY_H
#define UPTAKE_CLI_VERIFY_H

#include "cli.h"
#include "store/store.h"

/* What is wrong, by invariant. Zeroed is empty. */
struct found {
    json_t *by_invariant; /* name -> {"n", "first": [{"invariant", "place", "differs"}]} */
    bool failed;          /* out of memory */
};

void found_add(struct found *found, const char *invariant, const char *place, const char *differs);
/* Three columns: invariant, place, what differs. */
void found_add_rows(struct found *found, const PGresult *rows);
long long found_count(const struct found *found);
void found_print(const struct found *found);
/* The findings kept, in one list; the caller's. */
json_t *found_list(const struct found *found);
void found_finish(struct found *found);

/* I9: an item is the fold of its changes. */
struct fold;

/* Columns of verify_fold.sql. */
enum fold_column {
    FOLD_ITEM_ID,
    FOLD_REVISION,
    FOLD_CHANGE_ID,
    FOLD_BODY,
    FOLD_PROGRESS,
    FOLD_KEY,
    FOLD_KIND,
    FOLD_ITEM_REVISION,
    FOLD_GROUP_CHANGES,
    FOLD_GROUP_REVISIONS,
    FOLD_AXES, /* the first of AXES columns */
};

struct fold *fold_create(struct found *found);
void fold_destroy(struct fold *fold);
/* The next rows, in the statement's order; an item may go on from one page to the next. */
void fold_take(struct fold *fold, const PGresult *rows);
/* There are no more. */
void fold_end(struct fold *fold);

#endif
