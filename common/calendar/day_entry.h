/* SPDX-License-Identifier: Apache-2.0 */
/*
 * day_entry - an entry of a calendar that takes a whole day and no time of anybody's.
 *
 * RFC 5545: VEVENT with DTSTART and DTEND as dates, TRANSP:TRANSPARENT. libical escapes and folds.
 *
 * Threading: any.   Instants: microseconds since 1970, UTC.
 */
#ifndef UPTAKE_CALENDAR_DAY_ENTRY_H
#define UPTAKE_CALENDAR_DAY_ENTRY_H

#include "base/date.h"

#include <libical/ical.h>
#include <stdint.h>

struct day_entry {
    const char *uid;  /* the same for what replaces the entry */
    int sequence;     /* higher in what replaces it */
    int64_t stamp_us; /* when it was said */
    struct date day;
    const char *summary;
    const char *url;         /* NULL: none */
    const char *description; /* NULL: none */
};

/* The caller's to free, or to add to a calendar; NULL: out of memory. */
icalcomponent *day_entry_make(const struct day_entry *entry);

#endif
