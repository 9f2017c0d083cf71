/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands the same mails to a mail server in one of two ways and says how long it took:
 *
 *     bench_mails mail URL MAILS CONNECTIONS   as workflow does: mail.h, SWEEP_MAILS under way
 *     bench_mails loop URL MAILS               libcurl, one mail after the other on one connection
 */
#include "base/bytes.h"
#include "mail.h"
#include "message.h"
#include "sweep_parts.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { KINDS = 64, LINES = 4 };

static const char from[] = "uptake@example.org";

struct bench {
    struct arena arena;
    struct message kinds[KINDS]; /* told apart by recipient and Message-ID */
    char to[KINDS][64];
    int nmails;
    /* way "mail" */
    uv_loop_t loop;
    struct mail *mail;
    int ngiven, ndone, nfailed;
    /* way "loop" */
    const struct message *sending;
    size_t at;
};

/* A digest as a unit with four open actions gets it. */
static bool compose(struct bench *bench, int kind, struct err *err)
{
    struct digest_line lines[LINES];
    struct digest_input input = {.recipient = "unit:U01",
                                 .recipient_name = "Country Office",
                                 .address = bench->to[kind],
                                 .from = from,
                                 .public_url = "https://uptake.example.org",
                                 .digest_on = {2026, 11, 21},
                                 .lines = lines,
                                 .nlines = LINES};
    char message_id[64];
    struct digest digest_out;

    snprintf(bench->to[kind], sizeof(bench->to[kind]), "u%d@example.org", kind);
    snprintf(message_id, sizeof(message_id), "<%032d@example.org>", kind);
    for (int i = 0; i < LINES; i++)
        lines[i] =
            (struct digest_line){.policy = "policy:six-monthly",
                                 .action = "drill#1/2",
                                 .document_title = "Response to the evaluation of a programme",
                                 .text = "Write down how field offices learn of what was decided",
                                 .cycle = 1,
                                 .step = -7,
                                 .cycle_on = {2026, 11, 18 + 3 * i},
                                 .overseer = "Field operations"};
    return digest(&input, &bench->arena, &digest_out, err) &&
           message_compose(&digest_out, from, bench->to[kind], message_id, &bench->arena,
                           &bench->kinds[kind], err);
}

/* As workflow does ------------------------------------------------------------------------------
 */

static void give(struct bench *bench);

static void on_closed(void *ctx)
{
    (void)ctx;
}

static void on_mail(void *ctx, enum mail_outcome outcome, long code, const char *why)
{
    struct bench *bench = ctx;

    (void)code, (void)why;
    bench->nfailed += outcome != MAIL_SENT;
    if (++bench->ndone == bench->nmails)
        uv_stop(&bench->loop);
    else
        give(bench);
}

static void give(struct bench *bench)
{
    struct err err;

    while (bench->ngiven < bench->nmails && bench->ngiven - bench->ndone < SWEEP_MAILS) {
        int kind = bench->ngiven++ % KINDS;
        const struct mail_message message = {.to = bench->to[kind],
                                             .bytes = (const char *)bench->kinds[kind].bytes,
                                             .len = bench->kinds[kind].len};
        if (!mail_send(bench->mail, &message, on_mail, bench, &err))
            exit(EXIT_FAILURE);
    }
}

static bool run_mail(struct bench *bench, const char *url, int connections)
{
    const struct mail_options options = {.url = url,
                                         .from = from,
                                         .ca_file = "",
                                         .user = "",
                                         .connections = connections,
                                         .wait_ms = 600000,
                                         .timeout_ms = 60000,
                                         .pause_most_ms = 1000};
    struct err err;

    uv_loop_init(&bench->loop);
    bench->mail = mail_open(&bench->loop, &options, &err);
    if (!bench->mail)
        return false;
    give(bench);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    return bench->nfailed == 0;
}

/* A libcurl loop --------------------------------------------------------------------------------
 */

static size_t on_read(char *bytes, size_t size, size_t n, void *ctx)
{
    struct bench *bench = ctx;
    size_t room = size * n, left = bench->sending->len - bench->at;
    size_t len = left < room ? left : room;

    memcpy(bytes, bench->sending->bytes + bench->at, len);
    bench->at += len;
    return len;
}

static bool run_loop(struct bench *bench, const char *url)
{
    CURL *easy = curl_easy_init();
    bool good = easy;

    for (int i = 0; good && i < bench->nmails; i++) {
        int kind = i % KINDS;
        struct curl_slist *to = curl_slist_append(NULL, bench->to[kind]);
        bench->sending = &bench->kinds[kind];
        bench->at = 0;
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
        curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(easy, CURLOPT_READDATA, bench);
        good = curl_easy_perform(easy) == CURLE_OK;
        curl_slist_free_all(to);
    }
    curl_easy_cleanup(easy);
    return good;
}

static double cpu_s(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    bool is_mail = argc == 5 && strcmp(argv[1], "mail") == 0;
    uint64_t began;
    double cpu;
    struct err err;
    bool good;

    if (!is_mail && (argc != 4 || strcmp(argv[1], "loop") != 0)) {
        fprintf(stderr, "usage: bench_mails mail URL MAILS CONNECTIONS | loop URL MAILS\n");
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    bench.nmails = atoi(argv[3]);
    if (!bytes_init(&err))
        return 1;
    for (int kind = 0; kind < KINDS; kind++)
        if (!compose(&bench, kind, &err))
            return 1;
    cpu = cpu_s();
    began = uv_hrtime();
    good = is_mail ? run_mail(&bench, argv[2], atoi(argv[4])) : run_loop(&bench, argv[2]);
    printf("{\"seconds\": %.6f, \"cpu_s\": %.6f, \"bytes\": %zu, \"good\": %s}\n",
           (double)(uv_hrtime() - began) / 1e9, cpu_s() - cpu, bench.kinds[0].len,
           good ? "true" : "false");
    if (bench.mail) {
        mail_close(bench.mail, on_closed, NULL);
        uv_run(&bench.loop, UV_RUN_DEFAULT);
        uv_loop_close(&bench.loop);
    }
    arena_finish(&bench.arena);
    return good ? 0 : 1;
}
