/* SPDX-License-Identifier: Apache-2.0 */
/* load_options - what a run of the load is told on its command line. */
#ifndef BENCH_LOAD_OPTIONS_H
#define BENCH_LOAD_OPTIONS_H

#include "updates.h"

struct load_options {
    const char *endpoint;
    const char *server_key; /* file with the server's public key */
    const char *key;        /* file of the sender's own pair */
    const char *actions;    /* list of the actions */
    int senders;            /* connections */
    int window;             /* most updates under way in all */
    int frame;              /* updates in one message */
    double seconds;
    double warmup;
    double rate; /* updates a second; 0: as fast as the window allows */
    enum update_kind kind;
    const char *log;    /* where to write what was committed; NULL: nowhere */
    const char *replay; /* log of an earlier run to be sent again in random order; NULL: fresh */
};

/* Says what is wrong on standard error. */
MUST_CHECK bool load_options_read(struct load_options *options, int argc, char **argv);

#endif
