/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer - which report answers which cycle of a question: one rule for who asks and who counts.
 *
 * A report answers the cycle in which the register accepted it, from the policy's window on; one
 * that comes late, while the cycle just ended is still being chased, answers that one and not the
 * next. A report that speaks only of a time before the cycle (old updates brought in by an import)
 * answers nothing, and so does one of another unit than the one that was asked. To a deadline a
 * report is an answer only where the policy has a window; else only closing the action is.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_ANSWER_H
#define UPTAKE_MODEL_ANSWER_H

#include "base/date.h"

#include <stdint.h>

/* What a policy says of answers. */
struct answer_rule {
    bool takes_reports; /* false: only closing the action answers */
    int window_days;    /* a report counts from so many days before the end; 0: the whole cycle */
    int late_days;      /* after the end an answer is still one to this cycle */
};

/* closes_after_days 0: a cycle is chased up to its last step, in days from its end. */
struct answer_rule answer_rule(bool is_deadline, int window_days, int closes_after_days,
                               int last_step);

/* A cycle. */
struct answer_span {
    struct date begin_on; /* the day before its first; none: no beginning */
    struct date end_on;
    struct answer_rule rule;
};

/* A progress report the register accepted and nobody returned. */
struct answer_report {
    struct date recorded_on; /* the day it came in */
    struct date reported_on; /* last day it speaks of; none: not said */
    int64_t unit_id;         /* whose it is; 0: not said, and then it answers for all */
};

/* On which day the unit answered each of the cycles (none: not answered): cycles and reports in
 * order of end_on and recorded_on, answered_on has room for n. */
void answers_find(const struct answer_span *spans, int n, const struct answer_report *reports,
                  int nreports, int64_t unit_id, struct date *answered_on);

#endif
