/* SPDX-License-Identifier: Apache-2.0 */
/* What simulate.c and simulate_read.c share; nobody else includes this. */
#ifndef UPTAKE_WORKFLOW_SIMULATE_PARTS_H
#define UPTAKE_WORKFLOW_SIMULATE_PARTS_H

#include "simulate.h"

/* Lists of these are sorted by id, which comes first in each. */
struct simulate_unit {
    int64_t id;
    const char *key, *name, *address;
};

struct simulate_policy {
    int64_t id;
    const char *key, *overseer;
    bool is_deadline;
};

struct simulate_action {
    int64_t id;
    const char *key, *document_title, *text, *overseer; /* "": the policy's */
    bool is_restricted;
};

/* A digest of before the simulation that the mail server has not taken: one obligation of it. */
struct simulate_waiting {
    struct obligation key;
    const char *message_id;
};

/* Who has a digest on which day. */
struct simulate_served {
    int64_t recipient_id;
    struct date on;
};

struct simulate_list {
    void *rows;
    int n;
};

struct simulation {
    struct simulate_options options;
    struct holidays *holidays;
    struct arena arena;    /* the copy: names, ledger, reasons */
    struct arena reading;  /* the register as read last */
    struct arena planning; /* one day's plan and mails */
    char epoch[LEDGER_UUID_TEXT];
    struct simulate_list units, policies, actions;
    struct date *days;
    int ndays;
    struct simulate_waiting *waiting;
    int nwaiting;
    struct simulate_served *served;
    int nserved, served_room;
    struct plan_input input;
    bool has_ledger;
    struct obligation *ledger; /* sorted by its key after every plan */
    int nledger, ledger_room;
};

/* What is due on a day, for one recipient after the other. */
struct simulate_due {
    struct obligation *row;
    const struct simulate_unit *recipient;
    const struct simulate_policy *policy;
    const struct simulate_action *action;
    const char *message_id; /* of a digest made before; NULL: of the day */
    struct date on;         /* the digest's day */
};

/* simulate_mail.c: tells of the mail with these obligations and settles them. */
MUST_CHECK bool simulate_tell(struct simulation *simulation, const struct simulate_due *due, int n,
                              struct date day, struct err *err);
bool simulate_no_memory(struct err *err);

/* The row with this id of a sorted list, or NULL. */
const void *simulate_find(const struct simulate_list *list, size_t size, int64_t id);

#endif
