/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simulate_print - what would be sent: as a table for people, as JSON lines, as a calendar.
 *
 * Table and JSON lines are written as they come, the calendar at the end. What is no mail (digests
 * that would be refused, days with very many recipients) goes to standard error.
 */
#ifndef UPTAKE_CLI_SIMULATE_PRINT_H
#define UPTAKE_CLI_SIMULATE_PRINT_H

#include "simulate.h"

#include <libical/ical.h>

enum simulate_form { SIMULATE_TABLE, SIMULATE_JSON, SIMULATE_CALENDAR };

struct simulate_print {
    enum simulate_form form;
    const char *domain;    /* of the calendar's UIDs */
    struct date from;      /* the calendar's time stamp */
    long brake;            /* more recipients than this on a day are told of */
    icalcomponent *events; /* SIMULATE_CALENDAR */
    struct date last_on;
    long recipients_on; /* recipients on last_on */
    long mails, reminders, refused;
};

MUST_CHECK bool simulate_print_begin(struct simulate_print *print, struct err *err);
/* simulate_mail_fn with the struct as ctx. */
MUST_CHECK bool simulate_print_mail(void *ctx, const struct simulated_mail *mail, struct err *err);
void simulate_print_refused(void *ctx, const struct simulated_mail *mail, const struct err *err);
/* complete: all days were walked; else only releases. */
void simulate_print_end(struct simulate_print *print, struct date to, bool complete);

#endif
