/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links_register - the recommendations of the register, ready to be compared.
 *
 * A recommendation and its parts are one ask: a part is compared with it, and told of where it is
 * the nearest. What was retracted is left out.
 *
 * Ownership: everything in it belongs to it until links_register_finish.
 */
#ifndef UPTAKE_CLI_LINKS_REGISTER_H
#define UPTAKE_CLI_LINKS_REGISTER_H

#include "links.h"
#include "model/likeness.h"

struct ask_part {
    struct ask_part *next;
    const char *code;
    int text; /* number in the set */
};

/* A whole recommendation. */
struct ask {
    const char *key;
    const char *document;
    const char *text; /* with its parts */
    const json_t *item;
    struct ask_part *parts;
    int number; /* in the set */
};

struct links_register {
    struct arena arena;
    json_t *documents; /* dates by key; "" where none is known */
    json_t *items;     /* recommendations by key, in the order of their keys */
    json_t *known;     /* rows of `repeats` by pair, see links_register_known */
    struct likeness *set;
    struct ask *asks;
    int nasks;
};

/* Asks reporting for everything that is needed. */
MUST_CHECK bool links_register_load(struct cli *cli, struct links_register *all, struct err *err);
/* Compares the recommendations of these documents (an object with their keys as names). */
MUST_CHECK bool links_register_compare(struct links_register *all, const json_t *documents,
                                       struct err *err);
void links_register_finish(struct links_register *all);

/* The link between the two, whichever way; NULL: there is none. */
const json_t *links_register_known(const struct links_register *all, const char *a, const char *b);
/* The ask of that text; NULL: it is a part's. */
const struct ask *links_register_ask(const struct links_register *all, int number);

#endif
