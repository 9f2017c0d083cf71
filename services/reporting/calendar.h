/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar - what is asked of a unit or in a scope, as a calendar that programs subscribe to.
 *
 * An entry has the UID that the reminders' mails give it (model/identity.h), so that a program that
 * got both shows one. With a bearer token, or with a signed link, since calendar programs send no
 * headers. A link is good as long as its principal may read the scope, and until the setting
 * calendar_links is raised.
 */
#ifndef UPTAKE_REPORTING_CALENDAR_H
#define UPTAKE_REPORTING_CALENDAR_H

#include "call.h"

void calendar_of_unit(struct call *call);   /* GET /v1/units/CODE/calendar.ics  */
void calendar_of_scope(struct call *call);  /* GET /v1/scopes/NAME/calendar.ics */
void calendar_by_link(struct call *call);   /* GET /calendar/TOKEN.ics          */
void calendar_make_link(struct call *call); /* POST /v1/calendar-links          */

/* calendar_text.c: the rows of calendar.sql as text/calendar; NULL: out of memory. */
MUST_CHECK const char *calendar_text(struct call *call, const char *name, const PGresult *rows);

#endif
