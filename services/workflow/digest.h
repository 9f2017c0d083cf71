/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest - the one mail a recipient gets on a day: as plain text, as HTML and as calendar entries.
 *
 * A pure function. The mail names each action by code, short title and day, says what it needs and
 * what came before, gives one link for it, and says to whom the updates go; titles of restricted
 * items are left out. It is in the recipient's language. Nothing in it depends on the attempt, so a
 * repeat is the same mail.
 *
 * The HTML has its styles inline and names nothing that would have to be fetched.
 *
 * Threading: any.   Days: civil days of the register's zone; instants: microseconds, UTC.
 * Ownership: input is borrowed during the call; the digest lives in the arena.
 */
#ifndef UPTAKE_WORKFLOW_DIGEST_H
#define UPTAKE_WORKFLOW_DIGEST_H

#include "base/arena.h"
#include "base/date.h"
#include "catalogue.h"
#include "lifecycle.h"

#include <stdint.h>

/* Lines that are written out; the others are counted, with a link to the list. A mail server takes
 * no mail of any size, and who is asked about more reads no mail of them. */
enum { DIGEST_LINES_MOST = 500 };

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

/* What an overseer is told of a cycle: that it comes, or what its return says. */
struct digest_cycle {
    const char *policy; /* key */
    const char *title;
    struct date ends_on;
    bool is_return;
    struct date first_on;                    /* somebody is asked */
    int actions, units;                      /* that will be asked about, and asked */
    int unsettled;                           /* responsibilities that keep mail back */
    int asked, answered, late, not_accepted; /* of the return */
};

struct digest_input {
    const char *recipient; /* unit key */
    const char *recipient_name;
    const char *address;
    const struct catalogue *catalogue; /* of the recipient's language; NULL: English */
    const char *from;                  /* sender's address */
    const char *public_url;            /* no slash at its end */
    const uint8_t *link_key; /* signs the links to the form; NULL: they lead to the items */
    const char *message_id;  /* of the mail; its links are told apart by it */
    struct date digest_on;
    int64_t created_us; /* when the digest was claimed: Date and DTSTAMP */
    const struct digest_line *lines;
    int nlines;
    const struct digest_cycle *cycles;
    int ncycles;
};

struct digest {
    const char *subject;  /* header value, RFC 2047 */
    const char *date;     /* header value, RFC 5322 */
    const char *language; /* "en", "fr" */
    const char *text;     /* plain text, UTF-8 */
    const char *html;     /* UTF-8 */
    const char *calendar; /* text/calendar, METHOD:PUBLISH */
};

/* ERR_REJECT HEADER_INJECTION or BAD_EMAIL: this recipient cannot be written to. */
MUST_CHECK bool digest(const struct digest_input *input, struct arena *arena, struct digest *out,
                       struct err *err);

/* Which part of the mail a line stands in, the most pressing first. */
enum digest_group {
    DIGEST_ESCALATED,
    DIGEST_OVERDUE,
    DIGEST_AGAIN,
    DIGEST_DUE,
    DIGEST_GROUP_COUNT,
};
enum digest_group digest_group(const struct digest_line *line, struct date digest_on);
/* So many lines, the first of them, are written out. */
int digest_written(const struct digest_input *input);

/* What is said of a line, the same in text and HTML. In the arena; "" where there is nothing to
 * say. */
struct digest_words {
    const char *code;      /* of the action within its document */
    const char *title;     /* short; a stand-in where the item is restricted */
    const char *document;  /* short title of its document; "" where the item is restricted */
    const char *when;      /* which day, and how far it is away */
    const char *escalated; /* for whom, and what came before */
    const char *again;     /* how often it was asked before */
    const char *earlier;   /* reminders it stands for */
    const char *needs;
    const char *link;
    const char *action; /* what the link is for */
};

/* digest_words.c: NULL or false when memory is out. */
MUST_CHECK bool digest_say(const struct digest_input *input, const struct digest_line *line,
                           struct arena *arena, struct digest_words *words);
MUST_CHECK const char *digest_day(const struct catalogue *catalogue, struct date day,
                                  struct arena *arena);
/* "2 overdue" */
MUST_CHECK const char *digest_count(const struct catalogue *catalogue, enum digest_group group,
                                    int n, struct arena *arena);
const char *digest_heading(const struct catalogue *catalogue, enum digest_group group);
int digest_group_size(const struct digest_input *input, enum digest_group group);
/* The overseers' names, each once; "" if there are none. */
MUST_CHECK const char *digest_overseers(const struct digest_input *input, struct arena *arena);
/* "" where no line is left out. */
MUST_CHECK const char *digest_more(const struct digest_input *input, struct arena *arena);
MUST_CHECK const char *digest_list_link(const struct digest_input *input, struct arena *arena);
/* "" where nothing is asked. */
const char *digest_farewell(const struct digest_input *input);

/* digest_desk.c: the same of a cycle, in the words of a line. */
MUST_CHECK bool digest_say_cycle(const struct digest_input *input, const struct digest_cycle *cycle,
                                 struct arena *arena, struct digest_words *words);
MUST_CHECK const char *digest_cycle_count(const struct catalogue *catalogue, int n,
                                          struct arena *arena);
const char *digest_cycle_heading(const struct catalogue *catalogue);

/* digest_html.c: NULL when memory is out. summary: "2 overdue, 1 due". */
MUST_CHECK const char *digest_html(const struct digest_input *input, const char *summary,
                                   struct arena *arena);

/* header.c. White space folded, cut at about 80 characters, never inside one. */
MUST_CHECK const char *digest_short_title(const char *text, struct arena *arena);
/* Encoded words where the value is not plain ASCII; HEADER_INJECTION for a line break. */
MUST_CHECK const char *digest_header(const char *value, struct arena *arena, struct err *err);
MUST_CHECK bool digest_address_check(const char *address, struct err *err);
MUST_CHECK const char *digest_link(const char *public_url, const char *item_key,
                                   struct arena *arena);
/* To the form in which the recipient answers; to the item where another unit is to answer. */
MUST_CHECK const char *digest_answer_link(const struct digest_input *input,
                                          const struct digest_line *line, struct arena *arena);

/* calendar.c: NULL when memory is out; "" where there is no line. */
MUST_CHECK const char *digest_calendar(const struct digest_input *input, struct arena *arena);

#endif
