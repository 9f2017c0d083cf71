/* SPDX-License-Identifier: Apache-2.0 */
#include "load_options.h"

#include "sending.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: bench_load --endpoint E --server-key FILE --key FILE --actions FILE [OPTIONS]\n"
    "  --senders N    connections (10)\n"
    "  --window N     most updates under way in all (4000)\n"
    "  --frame N      updates in one message (50)\n"
    "  --seconds S    counted (2)\n"
    "  --warmup S     before that (0.5)\n"
    "  --rate R       updates a second, each timed from when it was due (0: as fast as may be)\n"
    "  --beside       each with a second field group\n"
    "  --log FILE     write down what was committed\n"
    "  --replay FILE  send what an earlier run wrote down, in random order\n";

static const struct option options_known[] = {
    {"endpoint", required_argument, NULL, 'e'}, {"server-key", required_argument, NULL, 'S'},
    {"key", required_argument, NULL, 'k'},      {"actions", required_argument, NULL, 'a'},
    {"senders", required_argument, NULL, 'n'},  {"window", required_argument, NULL, 'w'},
    {"frame", required_argument, NULL, 'f'},    {"seconds", required_argument, NULL, 's'},
    {"warmup", required_argument, NULL, 'u'},   {"rate", required_argument, NULL, 'r'},
    {"beside", no_argument, NULL, 'b'},         {"log", required_argument, NULL, 'l'},
    {"replay", required_argument, NULL, 'p'},   {NULL, 0, NULL, 0},
};

static bool take(struct load_options *o, int option)
{
    switch (option) {
    case 'e':
        o->endpoint = optarg;
        break;
    case 'S':
        o->server_key = optarg;
        break;
    case 'k':
        o->key = optarg;
        break;
    case 'a':
        o->actions = optarg;
        break;
    case 'n':
        o->senders = atoi(optarg);
        break;
    case 'w':
        o->window = atoi(optarg);
        break;
    case 'f':
        o->frame = atoi(optarg);
        break;
    case 's':
        o->seconds = atof(optarg);
        break;
    case 'u':
        o->warmup = atof(optarg);
        break;
    case 'r':
        o->rate = atof(optarg);
        break;
    case 'b':
        o->kind = UPDATE_BESIDE;
        break;
    case 'l':
        o->log = optarg;
        break;
    case 'p':
        o->replay = optarg;
        break;
    default:
        return false;
    }
    return true;
}

bool load_options_read(struct load_options *options, int argc, char **argv)
{
    int option;

    *options = (struct load_options){
        .senders = 10, .window = 4000, .frame = 50, .seconds = 2, .warmup = 0.5};
    while ((option = getopt_long(argc, argv, "", options_known, NULL)) != -1)
        if (!take(options, option)) {
            fputs(usage, stderr);
            return false;
        }
    if (optind < argc || !options->endpoint || !options->server_key || !options->key ||
        !options->actions || options->senders < 1 || options->frame < 1 ||
        options->frame > SENDING_FRAME_MAX || options->window < options->frame ||
        options->seconds <= 0 || options->warmup < 0 || options->rate < 0) {
        fputs(usage, stderr);
        return false;
    }
    return true;
}
