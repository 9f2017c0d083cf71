/* SPDX-License-Identifier: Apache-2.0 */
/* api - the JSON interface under /v1: one handler per route, each reads one thing; one takes
 * changes in. */
#ifndef UPTAKE_REPORTING_API_H
#define UPTAKE_REPORTING_API_H

#include "call.h"

/* api_feed.c: scopes, and their feeds for followers */
void api_scopes(struct call *call);
void api_snapshot(struct call *call);
void api_changes(struct call *call);
void api_stream(struct call *call);

/* api_actions.c: the register judged on a day */
void api_summary(struct call *call);
void api_actions(struct call *call);

/* api_list.c: items by what they say on every axis, now or as known at an instant */
void api_list(struct call *call);

/* api_push.c: changes on their way in */
void api_push(struct call *call);

/* api_items.c: single items, how they came about, and what import compares with */
void api_item(struct call *call);
void api_history(struct call *call);
void api_document_state(struct call *call);

/* api_conflicts.c: changes that met, for readers of hq */
void api_conflicts(struct call *call);
void api_conflict(struct call *call);
/* api_cycles.c: what policies ask in the period that ends on a day, for readers of hq */
void api_cycles(struct call *call);
void api_cycle(struct call *call);
void api_cycle_return(struct call *call);
/* api_reminders.c: what is due and not sent, for readers of hq */
void api_reminders(struct call *call);
/* api_dead_letters.c: what could not be recorded, for operators */
void api_dead_letters(struct call *call);

#endif
