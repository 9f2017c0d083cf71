/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeframe - what a stated period means: "Q4/2025" is due on 2025-12-31.
 *
 * A deadline falls on the LAST day of the stated period. The source text is always kept beside the
 * reading. Text that can be read in two ways ("03/04/2024": April or March) gets no date: it is
 * asked about, never guessed. English, French and Spanish month and period words.
 *
 * Threading: any; pure functions.
 */
#ifndef UPTAKE_MODEL_TIMEFRAME_H
#define UPTAKE_MODEL_TIMEFRAME_H

#include "base/date.h"
#include "words.h"

enum timeframe_outcome {
    TIMEFRAME_DATED,      /* due_on is set                                             */
    TIMEFRAME_NONE,       /* blank, "N/A", "No due date"                               */
    TIMEFRAME_OPEN,       /* "ongoing", "continuous": no end is meant                  */
    TIMEFRAME_AMBIGUOUS,  /* two readings, or a last day that is not said: ask           */
    TIMEFRAME_UNREADABLE, /* words or numbers we do not know                           */
    TIMEFRAME_IMPOSSIBLE, /* no such day or month, or a year outside the range         */
};

/* What the text says. start_on and due_on are none unless the outcome is TIMEFRAME_DATED. */
struct timeframe {
    struct date start_on;
    struct date due_on;
    enum precision precision;
    bool progressive; /* "progressively ...": reached in steps over the range */
    bool open;
};

/* Fills *timeframe whatever the outcome. */
enum timeframe_outcome timeframe_read(const char *source, struct timeframe *timeframe);

enum { TIMEFRAME_TEXT = 48 };

/* The shortest text of the same reading: "2022-12", "2025-Q4", "progressively 2015-01-01 -
 * 2030-12-31", "ongoing"; "" for none. Read again, it gives the same reading. */
void timeframe_format(const struct timeframe *timeframe, char text[TIMEFRAME_TEXT]);

#endif
