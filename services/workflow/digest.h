/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest - the one mail a recipient gets on a day, as text and as calendar entries.
 *
 * A pure function. The mail names each action by code, short title and day, with one link, and says
 * to whom the updates go; titles of restricted items are left out. Nothing in it depends on the
 * attempt, so a repeat is the same mail.
 *
 * Threading: any.   Days: civil days of the register's zone; instants: microseconds, UTC.
 * Ownership: input is borrowed during the call; the digest lives in the arena.
 */
#ifndef UPTAKE_WORKFLOW_DIGEST_H
#define UPTAKE_WORKFLOW_DIGEST_H

#include "base/arena.h"
#include "base/date.h"
#include "lifecycle.h"

#include <stdint.h>

/* One obligation of the digest. */
struct digest_line {
    const char *policy; /* key */
    const char *action; /* key */
    const char *document_title;
    const char *text;   /* the action's wording */
    bool is_restricted; /* wording and document stay out of the mail */
    bool is_deadline;   /* else an update is asked for */
    int cycle, step;
    struct date cycle_on; /* the deadline, or the day the update is due */
    const char *overseer; /* who receives the updates; "" if the policy names nobody */
    int asked_before;     /* reminders already sent in this cycle */
    int coalesced;        /* earlier reminders this one speaks for */
    /* An escalation says for whom it is and what came before. */
    enum obligation_rung rung;
    const char *asked;       /* names of the units whose answer is awaited */
    int asked_times;         /* reminders that the first of them was sent in this cycle */
    struct date asked_since; /* the first of these; none: there was none */
};

struct digest_input {
    const char *recipient; /* unit key */
    const char *recipient_name;
    const char *address;
    const char *from;       /* sender's address */
    const char *public_url; /* no slash at its end */
    struct date digest_on;
    int64_t created_us; /* when the digest was claimed: Date and DTSTAMP */
    const struct digest_line *lines;
    int nlines;
};

struct digest {
    const char *subject;  /* header value, RFC 2047 */
    const char *date;     /* header value, RFC 5322 */
    const char *text;     /* plain text, UTF-8 */
    const char *calendar; /* text/calendar, METHOD:PUBLISH */
};

/* ERR_REJECT HEADER_INJECTION or BAD_EMAIL: this recipient cannot be written to. */
MUST_CHECK bool digest(const struct digest_input *input, struct arena *arena, struct digest *out,
                       struct err *err);

/* The parts, for their own tests. */
enum digest_group { DIGEST_OVERDUE, DIGEST_AGAIN, DIGEST_DUE, DIGEST_GROUP_COUNT };
enum digest_group digest_group(const struct digest_line *line, struct date digest_on);
/* White space folded, cut at about 80 characters, never inside one. */
MUST_CHECK const char *digest_short_title(const char *text, struct arena *arena);
/* Encoded words where the value is not plain ASCII; HEADER_INJECTION for a line break. */
MUST_CHECK const char *digest_header(const char *value, struct arena *arena, struct err *err);
MUST_CHECK bool digest_address_check(const char *address, struct err *err);
MUST_CHECK const char *digest_link(const char *public_url, const char *item_key,
                                   struct arena *arena);

/* calendar.c: NULL when memory is out. */
MUST_CHECK const char *digest_calendar(const struct digest_input *input, struct arena *arena);

#endif
