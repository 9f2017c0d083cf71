/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages - the register for people: plain HTML that works without script; web/live.js only keeps it
 * current. Every number leads to the rows it counts.
 */
#ifndef UPTAKE_REPORTING_PAGES_H
#define UPTAKE_REPORTING_PAGES_H

#include "call.h"

/* page_dashboard.c */
void page_dashboard(struct call *call);

/* page_lists.c */
void page_actions(struct call *call);
void page_recommendations(struct call *call);
/* Behind the day an action is due (a row of actions.h): the day first agreed, where they differ. */
void page_put_first_due(struct text_buffer *page, const PGresult *rows, int row);

/* page_findings.c: what waits for a person */
void page_findings(struct call *call);

/* page_cycles.c: what policies ask in a period, and what the desk decides; page_return.c: what came
 * of it */
void page_cycles(struct call *call);
void page_cycle(struct call *call);
void page_cycle_decide(struct call *call);
void page_return(struct call *call);

/* page_item.c */
void page_item(struct call *call);
/* "" for what is absent or no text. */
const char *page_text(const json_t *object, const char *name);
/* page_related.c: the items around it, about as about_json makes it; of a document the totals too
 */
void page_put_totals(struct text_buffer *page, const struct call *call, const json_t *about);
void page_put_related(struct text_buffer *page, const struct call *call, const json_t *about);

/* page_frame.c: what surrounds every page */
void page_begin(struct text_buffer *page, struct call *call, const char *title, bool live);
void page_end(struct text_buffer *page);
/* A page of its own, for somebody who is not signed in. refresh: as in the meta element; NULL:
 * none. */
void page_begin_alone(struct text_buffer *page, const char *title, const char *refresh,
                      const char *class);
void page_problem(struct call *call, int status, const char *code, const char *detail);
void page_signin(struct call *call, const char *token);
void page_file(struct call *call); /* GET /web/NAME */

/* What people call an item within its document: the part of its key after #, else all of it. */
const char *page_short_key(const char *key);

/* Instants as read in the register's zone: "2026-11-21 23:40". */
void page_put_time(struct text_buffer *page, const struct call *call, int64_t time_us);

#endif
