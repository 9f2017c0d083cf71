/* SPDX-License-Identifier: Apache-2.0 */
/*
 * updates - the progress reports that every way of the bench has to record: the same actions in the
 * same order, the same bytes.
 *
 * Each is packed once and hashed once, when it is made: what it costs is a part of every rate.
 * Message ids ascend with time, as a careful sender's do.
 */
#ifndef BENCH_UPDATES_H
#define BENCH_UPDATES_H

#include "base/bytes.h"
#include "base/err.h"

enum {
    UPDATE_SCOPES = 4,
    UPDATE_BYTES = 1024, /* most of a body */
    UPDATE_ID_BYTES = 16,
    ACTION_KEY = 48, /* with the closing NUL */
};

struct action {
    char document[ACTION_KEY];
    char key[ACTION_KEY];
    char due_on[11];
    int due_day;       /* the same as days since 2000-01-01 */
    char progress[24]; /* the word it has now */
    int64_t item_id;
    int64_t revision;
    int64_t scopes[UPDATE_SCOPES]; /* ascending, hq first */
    bool under_way;                /* an update of it is not answered yet */
};

struct actions {
    struct action *list;
    long n;
    long stride; /* coprime to n: a walk in strides meets each once a turn, far from the last */
};

/* From the list that register/list.sql prints; free with actions_finish. */
MUST_CHECK bool actions_load(struct actions *actions, const char *path, struct err *err);
void actions_finish(struct actions *actions);
/* The index of what the walk meets at its number-th step. */
long actions_at(const struct actions *actions, uint64_t number);

enum update_kind {
    UPDATE_REPORT, /* a progress report alone */
    UPDATE_BESIDE, /* with a word on what holds the action up */
};

struct update {
    uint8_t id[UPDATE_ID_BYTES];
    uint8_t sha256[SHA256_BYTES];
    uint8_t body[UPDATE_BYTES];
    size_t len;
    const char *progress; /* the word it reports */
};

/* What is said of the action on top of revision base: the same bytes whenever it is asked for. */
MUST_CHECK bool update_make(const struct action *action, int64_t base, enum update_kind kind,
                            struct update *update);
/* Ids of one run: its first instant, who sends, and a number that ascends. */
void update_number(struct update *update, uint64_t run_ms, unsigned sender, uint64_t number);
uint64_t update_number_of(const uint8_t id[UPDATE_ID_BYTES]);

#endif
