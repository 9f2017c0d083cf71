/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log - one JSON object per line on standard error.
 *
 * {"at":"2026-11-21T22:50:01.123Z","level":"info","service":"ingest","event":"batch_committed",
 *  "changes":"12", ...}. Values are strings; ids always, personal data and secrets never.
 * Line breaks and control characters in values are escaped, so one event is one line.
 * A log that cannot be written never stops the work.
 *
 * Threading: any.   Fields: name, value pairs ended by NULL; a NULL value is written as "".
 */
#ifndef UPTAKE_BASE_LOG_H
#define UPTAKE_BASE_LOG_H

#include "err.h"

enum log_level {
    LOG_DEBUG,
    LOG_INFO,
    LOG_WARN,
    LOG_ERROR,
};

/* service: static storage. Events below the least level are not written. */
void log_init(const char *service, enum log_level least);

void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* The event with the fields code, place and text of *err. */
void log_err(enum log_level level, const char *event, const struct err *err);

/* A number as a field value: the text lives in one of 8 rotating buffers of the calling thread. */
const char *log_num(long long value);

#endif
