/* SPDX-License-Identifier: Apache-2.0 */
/* An outbox in a folder of its own, and what was told about it: what its tests share. */
#ifndef UPTAKE_TESTS_OUTBOX_WORLD_H
#define UPTAKE_TESTS_OUTBOX_WORLD_H

#include "client/outbox.h"

#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { KEPT_MAX = 100000 };

static char folder[64];
static char path[96];
static uv_loop_t loop;

struct told {
    int good;
    int bad;
    const char *code;
    bool failed; /* on_failed came */
    bool closed;
};

static inline void on_done(void *ctx, const struct err *err)
{
    struct told *told = ctx;

    if (err)
        told->bad++, told->code = err->code;
    else
        told->good++;
}

static inline void on_failed(void *ctx, const struct err *err)
{
    struct told *told = ctx;

    told->failed = true;
    told->code = err->code;
}

static inline void on_closed(void *ctx)
{
    ((struct told *)ctx)->closed = true;
}

static inline struct outbox_file *open_it(struct told *told, uint64_t entries, struct err *err)
{
    const struct outbox_options options = {
        .path = path, .entries_max = entries, .on_failed = on_failed, .ctx = told};

    *told = (struct told){0};
    return outbox_open(&loop, &options, err);
}

static inline struct outbox_file *must_open(struct told *told)
{
    struct err err;
    struct outbox_file *outbox = open_it(told, 0, &err);

    if (!outbox)
        fail_msg("%s: %s", err.code, err.text);
    return outbox;
}

static inline void close_it(struct outbox_file *outbox, struct told *told)
{
    outbox_close(outbox, on_closed, told);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(told->closed);
}

static inline void run_until(const int *counter, int n)
{
    while (*counter < n)
        uv_run(&loop, UV_RUN_ONCE);
}

static inline void id_of(uint32_t number, uint8_t id[MESSAGE_ID_BYTES])
{
    memset(id, 7, MESSAGE_ID_BYTES);
    memcpy(id, &number, sizeof(number));
}

static inline uint32_t number_of(const uint8_t id[MESSAGE_ID_BYTES])
{
    uint32_t number;

    memcpy(&number, id, sizeof(number));
    return number;
}

static inline bool put_number(struct outbox_file *outbox, uint32_t number, const char *body,
                              outbox_done_fn *done, void *ctx, struct err *err)
{
    struct outbox_entry entry = {
        .label = "unit:ONE", .body = (const uint8_t *)body, .len = strlen(body)};

    id_of(number, entry.message_id);
    return outbox_put(outbox, &entry, 1, done, ctx, err);
}

struct content {
    uint32_t numbers[KEPT_MAX];
    size_t n;
    bool read;
};

static inline void on_read(void *ctx, const struct outbox_entry *entries, size_t n)
{
    struct content *content = ctx;

    for (size_t i = 0; i < n; i++)
        content->numbers[content->n++] = number_of(entries[i].message_id);
    content->read = true;
}

static inline const struct content *read_all(struct outbox_file *outbox)
{
    static struct content content;
    struct err err;

    content.n = 0;
    content.read = false;
    assert_true(outbox_read(outbox, 0, KEPT_MAX, on_read, &content, &err));
    while (!content.read)
        uv_run(&loop, UV_RUN_ONCE);
    return &content;
}

static inline void count_settled(void *ctx, const struct outbox_settled *settled)
{
    uint8_t *seen = ctx;

    assert_string_equal(settled->outcome, "refused");
    seen[number_of(settled->message_id)]++;
}

static inline int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "%s/outbox-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/outbox.sqlite", folder);
    return uv_loop_init(&loop);
}

static inline int tear_down(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    char name[128];

    (void)state;
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        unlink(name);
    }
    rmdir(folder);
    return uv_loop_close(&loop);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
