/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake_inside - what the files of intake share; nobody else includes it.
 *
 * intake.c reads frames, pushes.c takes the changes of a Push, query.c looks up what became of
 * earlier ones, answers.c writes what peers are told.
 */
#ifndef UPTAKE_INGEST_INTAKE_INSIDE_H
#define UPTAKE_INGEST_INTAKE_INSIDE_H

#include "credit.h"
#include "in_hand.h"
#include "intake.h"

enum {
    MESSAGE_MEMORY = 16 * 1024 * 1024, /* what one frame may cost while it is read */
    RETRY_AFTER_MS = 500,
};

struct intake {
    uv_loop_t *loop;
    struct bus_socket *socket;
    const struct principals *principals;
    struct credit *credit;
    struct queue *queue;
    struct in_hand *in_hand;
    struct store *reader; /* for what a sender asks; never behind a batch */
    bool accepting;
    uint8_t epoch[16];
    uint64_t instance;  /* of this process */
    struct arena arena; /* for the message being answered */
    int nqueries;       /* under way */
    struct epoch_rise *rises;
    double *changes[UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER + 1]; /* metrics by outcome */
    double *dropped;
    double *over_credit;
    double *waiting;
};

/* A message while it is answered. */
struct intake_peer {
    struct bus_frame id;
    const struct principal *principal; /* whose key it uses */
    struct credit_peer *credit;
};

/* answers.c ------------------------------------------------------------------------------------ */

uint32_t intake_credit(struct intake *intake, struct credit_peer *peer);
/* A peer that is gone or does not read misses it, and asks again later. */
void intake_send(struct intake *intake, const struct bus_frame *peer, Uptake__V1__MessageKind kind,
                 const ProtobufCMessage *message);
/* What a change gets that is not taken: refused, or retry_later. */
Uptake__V1__Outcome intake_outcome_of(const struct err *err);
/* A message that cannot be read has no id to answer: one receipt without an id says why. */
void intake_refuse_message(struct intake *intake, const struct intake_peer *peer,
                           const struct err *err);
/* Why a request other than a Push is not answered. */
void intake_send_problem(struct intake *intake, const struct bus_frame *peer,
                         const struct err *err);

/* pushes.c ------------------------------------------------------------------------------------- */

void intake_take_push(struct intake *intake, const struct intake_peer *peer,
                      const Uptake__V1__Push *push);
/* Whose changes these are: the pusher's, or of the one it may speak for. NULL: err says why not. */
const struct principal *intake_speaks_for(const struct intake *intake,
                                          const struct principal *pusher, const char *spoken_for,
                                          struct err *err);

/* epochs.c ------------------------------------------------------------------------------------- */

/* May a Push under this epoch be taken? A lower one than is known: PRODUCER_FENCED; a higher one is
 * recorded first and the Push asked for again. */
MUST_CHECK bool intake_check_epoch(struct intake *intake, const struct principal *sender,
                                   uint64_t producer_epoch, struct err *err);
/* Nothing may be on its way into the database. */
void intake_forget_epochs(struct intake *intake);

/* query.c -------------------------------------------------------------------------------------- */

void intake_take_query(struct intake *intake, const struct intake_peer *peer,
                       const Uptake__V1__QueryOutcome *query);

#endif
