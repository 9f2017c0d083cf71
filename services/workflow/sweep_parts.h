/* SPDX-License-Identifier: Apache-2.0 */
/* What sweep.c and the files of its steps share; nobody else includes this. */
#ifndef UPTAKE_WORKFLOW_SWEEP_PARTS_H
#define UPTAKE_WORKFLOW_SWEEP_PARTS_H

#include "client/client.h"
#include "ledger.h"
#include "mail_settings.h"
#include "sweep.h"

enum {
    SWEEP_MAILS = 256,      /* at once, at most */
    SWEEP_MAILS_FIRST = 32, /* and as long as it is not known how fast the server is */
    SWEEP_BATCH = 32,       /* reminders pushed at once */
    SWEEP_GAUGES = 64,      /* policies with a metric of their own */
};

/*
 * IDLE -> LOOKING -> (PAGING -> (LOADING -> PLANNING ->)... PLANNED ->) BRAKING
 * BRAKING -> DUE -> CLAIMING -> GATHERING -> IDLE
 * CLAIMING -> COMPOSING -> SENDING <-> FINISHING -> GATHERING
 * DUE -> GATHERING while the mail server is away.
 * IDLE -> RECORDING -> LOOKING when receipts came; any failure -> IDLE, and the next round takes up
 * what was left: mails whose outcome is not written yet first.
 */
enum sweep_state {
    SWEEP_IDLE,      /* waits for the timer, a doorbell, a receipt or the database */
    SWEEP_LOOKING,   /* asks for the time and the heads                              */
    SWEEP_PAGING,    /* asks which pages of the register are to be planned           */
    SWEEP_LOADING,   /* reads a page inside its planning transaction                 */
    SWEEP_PLANNING,  /* writes the plan of a page, commits                           */
    SWEEP_PLANNED,   /* every page is planned: moves the cursor, commits             */
    SWEEP_BRAKING,   /* asks what each policy would send, and what holds it          */
    SWEEP_HOLDING,   /* the mail server is away: writes what the brake holds         */
    SWEEP_DUE,       /* reads what is due inside the claiming transaction            */
    SWEEP_CLAIMING,  /* writes deliveries, takes attempts, commits                   */
    SWEEP_COMPOSING, /* writes the exact mails                                       */
    SWEEP_SENDING,   /* mails are under way, no statement is                         */
    SWEEP_FINISHING, /* writes what became of mails                                  */
    SWEEP_GATHERING, /* reads reminders the feed does not hold                       */
    SWEEP_RECORDING, /* writes what ingest answered                                  */
    SWEEP_CLOSING,
};

/* A mail or a Push under way: which row it is about. */
struct sweep_errand {
    struct sweep *sweep;
    int64_t id, fence;
    int64_t since_us; /* a mail: when it was claimed */
    int uncertain;    /* and its attempts before of unknown outcome */
};

struct sweep_metrics {
    double *plans, *rows, *sent, *later, *uncertain, *refused, *claimed, *server;
    double *reminders_recorded, *reminders_refused;
};

/* Recipients the brake holds of one policy. */
struct sweep_gauge {
    int64_t policy_id;
    char labels[256]; /* the metric borrows them */
    double *held;
};

struct sweep {
    struct sweep_options options;
    struct store *store;
    struct mail *mail;
    struct catalogues *catalogues;
    char password[MAIL_PASSWORD_TEXT];
    struct client *client;
    uv_timer_t timer;
    struct holidays *holidays;
    struct arena arena; /* of the round */
    enum sweep_state state;
    struct sweep_metrics metrics;

    bool is_planned;     /* since the program started */
    bool has_planned;    /* once, at least */
    bool must_replan;    /* a digest is to be taken back, of which the feed spoke before */
    bool tells_desk;     /* a plan came since overseers were last told of it */
    struct arena paging; /* holds the pages of the plan under way */
    int64_t *pages;
    int npages, page; /* the one under way */
    int64_t nchanged; /* obligations written so far */
    bool ring_again;  /* something happened while a round was on */
    bool more;        /* the last claim took a full batch */
    bool is_stopping;

    struct ledger_now now;
    struct ledger_head head;
    int64_t started_us;
    int64_t unsettled_since_us; /* the register has not been quiet since; 0: it is */

    int64_t looked_us, looked_own_us; /* at the last look: the database's clock, and our own */
    bool clock_jumped;                /* and what the brake holds for it is not written yet */
    struct ledger_brakes brakes;
    struct ledger_held held;
    struct sweep_gauge gauges[SWEEP_GAUGES];
    int ngauges;

    struct ledger_due due;
    struct ledger_notices notices;
    struct ledger_attempt attempt;
    int batch; /* mails claimed at once: more where the server is fast */
    int64_t sending_since_ms;
    struct ledger_delivery *deliveries; /* of the attempt; in the arena */
    int ndeliveries;
    struct sweep_errand mails[SWEEP_MAILS];
    int nsending; /* mails whose outcome has not come */
    struct ledger_outcome outcomes[SWEEP_MAILS];
    int noutcomes, nfinishing; /* come; of these being written */

    struct sweep_errand pushes[SWEEP_BATCH];
    int npushing;
    struct ledger_settled settled[SWEEP_BATCH];
    int nsettled, nrecording;

    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* sweep_send.c: composes what was claimed. Are there mails to be stored? */
bool sweep_compose(struct sweep *sweep);
/* Sends what is stored; an outcome follows for each. */
void sweep_send(struct sweep *sweep);
void sweep_on_server(void *ctx, enum mail_server server, const char *why);
/* Counts and logs the outcomes just written, and forgets them. */
void sweep_forget_outcomes(struct sweep *sweep);

/* sweep_plan.c: is the whole register to be planned anew, whatever moved? */
bool sweep_is_all_new(const struct sweep *sweep);
/* The pages to be planned; the first is next. */
MUST_CHECK bool sweep_take_pages(struct sweep *sweep, PGresult *const *results, struct err *err);
/* Plans the page that was read, and adds the statements that write it. */
MUST_CHECK bool sweep_plan_page(struct sweep *sweep, PGresult *const *results,
                                struct ledger_request *request, struct err *err);
void sweep_end_plan(struct sweep *sweep);

/* sweep_brake.c: at each look; and once it is known what each policy would send. */
void sweep_watch_clock(struct sweep *sweep);
MUST_CHECK bool sweep_brake(struct sweep *sweep, PGresult *const *results, struct err *err);

/* sweep_push.c */
void sweep_push(struct sweep *sweep, const struct ledger_reminder *reminders, int n);
void sweep_forget_settled(struct sweep *sweep);

/* sweep.c: an outcome has come; a round begins; */
void sweep_on_outcome(struct sweep *sweep);
void sweep_begin(struct sweep *sweep);
/* sweep_open.c: everything is closed, whatever is unfinished. */
void sweep_close_all(struct sweep *sweep);

#endif
