/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox: what it called durable is there after SIGKILL, once; what it cannot hold it says. */
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

enum { ROUNDS = 40, KEPT_MAX = 100000 };

static char folder[64];
static char path[96];
static uv_loop_t loop;
static bool disk_fails;

/* Found before the C library's: the disk of these tests. */
int fdatasync(int fd)
{
    if (!disk_fails)
        return fsync(fd);
    errno = EIO;
    return -1;
}

struct told {
    int good;
    int bad;
    const char *code;
    bool failed; /* on_failed came */
    bool closed;
};

static void on_done(void *ctx, const struct err *err)
{
    struct told *told = ctx;

    if (err)
        told->bad++, told->code = err->code;
    else
        told->good++;
}

static void on_failed(void *ctx, const struct err *err)
{
    struct told *told = ctx;

    told->failed = true;
    told->code = err->code;
}

static void on_closed(void *ctx)
{
    ((struct told *)ctx)->closed = true;
}

static struct outbox_file *open_it(struct told *told, uint64_t entries, struct err *err)
{
    const struct outbox_options options = {
        .path = path, .entries_max = entries, .on_failed = on_failed, .ctx = told};

    *told = (struct told){0};
    return outbox_open(&loop, &options, err);
}

static struct outbox_file *must_open(struct told *told)
{
    struct err err;
    struct outbox_file *outbox = open_it(told, 0, &err);

    if (!outbox)
        fail_msg("%s: %s", err.code, err.text);
    return outbox;
}

static void close_it(struct outbox_file *outbox, struct told *told)
{
    outbox_close(outbox, on_closed, told);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(told->closed);
}

static void run_until(const int *counter, int n)
{
    while (*counter < n)
        uv_run(&loop, UV_RUN_ONCE);
}

static void id_of(uint32_t number, uint8_t id[MESSAGE_ID_BYTES])
{
    memset(id, 7, MESSAGE_ID_BYTES);
    memcpy(id, &number, sizeof(number));
}

static uint32_t number_of(const uint8_t id[MESSAGE_ID_BYTES])
{
    uint32_t number;

    memcpy(&number, id, sizeof(number));
    return number;
}

static bool put_number(struct outbox_file *outbox, uint32_t number, const char *body,
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

static void on_read(void *ctx, const struct outbox_entry *entries, size_t n)
{
    struct content *content = ctx;

    for (size_t i = 0; i < n; i++)
        content->numbers[content->n++] = number_of(entries[i].message_id);
    content->read = true;
}

static const struct content *read_all(struct outbox_file *outbox)
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

/* Killed at any moment ------------------------------------------------------------------------- */

/* The child tells the parent, in this form, what it was told itself. */
struct news {
    uint32_t number;
    uint32_t gone; /* 0: put; 1: settled */
};

struct child {
    struct outbox_file *outbox;
    int pipe;
    uint32_t next;
};

struct child_job {
    struct child *child;
    struct news news;
};

static void put_more(struct child *child);

static void say(const struct child_job *job)
{
    if (write(job->child->pipe, &job->news, sizeof(job->news)) != sizeof(job->news))
        _exit(1);
}

static void on_child_settled(void *ctx, const struct err *err)
{
    struct child_job *job = ctx;

    if (err)
        _exit(2);
    say(job);
    free(job);
}

static void on_child_put(void *ctx, const struct err *err)
{
    struct child_job *job = ctx;
    struct client_receipt receipt = {
        .outcome = CLIENT_COMMITTED, .code = "", .place = "", .text = ""};
    struct child *child = job->child;
    struct err refused;

    if (err)
        _exit(2);
    say(job);
    if (job->news.number % 3 == 0) {
        id_of(job->news.number, receipt.message_id);
        receipt.outcome = job->news.number % 2 ? CLIENT_REFUSED : CLIENT_COMMITTED;
        job->news.gone = 1;
        if (!outbox_settle(child->outbox, &receipt, on_child_settled, job, &refused))
            _exit(3);
    } else {
        free(job);
    }
    put_more(child);
}

static void put_more(struct child *child)
{
    struct child_job *job = calloc(1, sizeof(*job));
    char body[600];
    struct err err;

    memset(body, 'x', sizeof(body));
    body[sizeof(body) - 1] = '\0';
    *job = (struct child_job){child, {.number = child->next++}};
    if (!put_number(child->outbox, job->news.number, body, on_child_put, job, &err))
        _exit(4);
}

static void be_killed(int pipe, uint32_t first)
{
    struct child child = {.pipe = pipe, .next = first};
    const struct outbox_options options = {.path = path};
    struct err err;

    uv_loop_init(&loop);
    child.outbox = outbox_open(&loop, &options, &err);
    if (!child.outbox)
        _exit(5);
    for (int i = 0; i < 20; i++)
        put_more(&child);
    uv_run(&loop, UV_RUN_DEFAULT);
    _exit(6);
}

static uint8_t put_told[KEPT_MAX], gone_told[KEPT_MAX];

/* What the child had been told when it was killed after this many news. */
static uint32_t listen_and_kill(int pipe, pid_t pid, int patience, uint32_t highest)
{
    struct news news;

    while (read(pipe, &news, sizeof(news)) == sizeof(news)) {
        assert_true(news.number < KEPT_MAX);
        (news.gone ? gone_told : put_told)[news.number] = 1;
        if (news.number >= highest)
            highest = news.number + 1;
        if (patience-- == 0)
            kill(pid, SIGKILL);
    }
    return highest;
}

static void count_settled(void *ctx, const struct outbox_settled *settled)
{
    uint8_t *seen = ctx;

    assert_string_equal(settled->outcome, "refused");
    seen[number_of(settled->message_id)]++;
}

static void check_after_kill(uint32_t highest)
{
    static uint8_t seen[KEPT_MAX], refused[KEPT_MAX];
    const struct content *content;
    struct outbox_file *outbox;
    struct told told;
    struct err err;

    memset(seen, 0, sizeof(seen));
    memset(refused, 0, sizeof(refused));
    outbox = must_open(&told);
    content = read_all(outbox);
    for (size_t i = 0; i < content->n; i++)
        seen[content->numbers[i]]++;
    close_it(outbox, &told);
    assert_true(outbox_list_settled(path, count_settled, refused, &err));
    for (uint32_t number = 0; number < highest; number++) {
        assert_true(seen[number] <= 1 && refused[number] <= 1);
        if (gone_told[number])
            assert_int_equal(seen[number], 0);
        if (gone_told[number] && number % 2)
            assert_int_equal(refused[number], 1);
        /* A settling that was under way may have become durable without a word of it. */
        if (put_told[number] && !gone_told[number] && number % 3 != 0)
            assert_int_equal(seen[number], 1);
        if (put_told[number] && number % 3 == 0 && number % 2)
            assert_int_equal(seen[number] + refused[number], 1);
    }
}

static void what_was_called_durable_is_there_once_after_sigkill(void **state)
{
    uint32_t highest = 0;
    int told = 0;

    (void)state;
    srand(4711);
    memset(put_told, 0, sizeof(put_told));
    memset(gone_told, 0, sizeof(gone_told));
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2];
        pid_t pid;

        assert_int_equal(pipe(ends), 0);
        pid = fork();
        if (pid == 0)
            be_killed(ends[1], highest + 20); /* what was put but not told keeps its number */
        close(ends[1]);
        highest = listen_and_kill(ends[0], pid, rand() % 300, highest) + 20;
        close(ends[0]);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        check_after_kill(highest);
    }
    for (uint32_t number = 0; number < highest; number++)
        told += put_told[number];
    assert_true(told > ROUNDS);
}

/* Limits and mistakes -------------------------------------------------------------------------- */

static void a_full_outbox_says_so_before_anything_is_written(void **state)
{
    struct outbox_entry three[3] = {{.label = "a", .body = (const uint8_t *)"1", .len = 1},
                                    {.label = "b", .body = (const uint8_t *)"2", .len = 1},
                                    {.label = "c", .body = (const uint8_t *)"3", .len = 1}};
    struct told told;
    struct err err;
    struct outbox_file *outbox = open_it(&told, 4, &err);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        id_of(i, three[i].message_id);
    assert_true(outbox_put(outbox, three, 3, on_done, &told, &err));
    for (uint32_t i = 0; i < 3; i++)
        id_of(10 + i, three[i].message_id);
    assert_false(outbox_put(outbox, three, 3, on_done, &told, &err));
    assert_string_equal(err.code, "OUTBOX_FULL");
    assert_int_equal(err.kind, ERR_RETRY);
    run_until(&told.good, 1);
    assert_int_equal(read_all(outbox)->n, 3);
    close_it(outbox, &told);
    outbox = open_it(&told, 2, &err);
    assert_false(outbox_put(outbox, three, 3, on_done, &told, &err));
    assert_int_equal(err.kind, ERR_REJECT); /* never fits */
    close_it(outbox, &told);
}

static void room_comes_back_with_outcomes_and_acknowledgement(void **state)
{
    struct client_receipt receipt = {
        .outcome = CLIENT_REFUSED, .code = "BAD_DATE", .place = "x", .text = "y"};
    struct told told;
    struct err err;
    struct outbox_file *outbox = open_it(&told, 1, &err);
    uint8_t forgotten[2] = {0};

    (void)state;
    assert_true(put_number(outbox, 1, "one", on_done, &told, &err));
    run_until(&told.good, 1);
    assert_false(put_number(outbox, 2, "two", on_done, &told, &err));
    id_of(1, receipt.message_id);
    assert_true(outbox_settle(outbox, &receipt, on_done, &told, &err));
    run_until(&told.good, 2);
    assert_int_equal(outbox_entries(outbox), 0);
    assert_false(put_number(outbox, 2, "two", on_done, &told, &err)); /* refused ones count */
    assert_true(outbox_acknowledge(path, count_settled, forgotten, &err));
    assert_int_equal(forgotten[1], 1);
    (void)put_number(outbox, 2, "two", on_done, &told, &err); /* looks again */
    while (told.good < 3) {
        (void)read_all(outbox);
        if (outbox_entries(outbox) == 0)
            (void)put_number(outbox, 2, "two", on_done, &told, &err);
    }
    close_it(outbox, &told);
}

static void the_same_id_is_put_once_and_never_with_another_body(void **state)
{
    struct told told;
    struct err err;
    struct outbox_file *outbox = must_open(&told);

    (void)state;
    assert_true(put_number(outbox, 1, "one", on_done, &told, &err));
    assert_true(put_number(outbox, 1, "one", on_done, &told, &err));
    assert_true(put_number(outbox, 1, "another", on_done, &told, &err));
    assert_true(put_number(outbox, 2, "two", on_done, &told, &err));
    run_until(&told.good, 3);
    run_until(&told.bad, 1);
    assert_string_equal(told.code, "MESSAGE_ID_REUSED");
    assert_false(told.failed); /* its neighbours are not disturbed */
    assert_int_equal(read_all(outbox)->n, 2);
    close_it(outbox, &told);
}

static void two_cannot_hold_one_outbox(void **state)
{
    struct told told, other;
    struct err err;
    struct outbox_file *outbox = must_open(&told);

    (void)state;
    assert_null(open_it(&other, 0, &err));
    assert_string_equal(err.code, "OUTBOX_IN_USE");
    close_it(outbox, &told);
    outbox = must_open(&told);
    close_it(outbox, &told);
}

static void order_is_that_of_the_puts_across_openings(void **state)
{
    struct told told;
    struct err err;
    const struct content *content;
    struct outbox_file *outbox;

    (void)state;
    for (uint32_t round = 0; round < 3; round++) {
        outbox = must_open(&told);
        for (uint32_t i = 0; i < 50; i++)
            assert_true(put_number(outbox, 50 * round + i, "body", on_done, &told, &err));
        run_until(&told.good, 50);
        close_it(outbox, &told);
    }
    outbox = must_open(&told);
    content = read_all(outbox);
    assert_int_equal(content->n, 150);
    for (uint32_t i = 0; i < 150; i++)
        assert_int_equal(content->numbers[i], i);
    close_it(outbox, &told);
}

static void the_epoch_stays_and_rises_when_asked_to(void **state)
{
    const struct outbox_options raised = {.path = path, .new_epoch = true};
    struct told told;
    struct err err;
    struct outbox_file *outbox = must_open(&told);
    uint64_t epoch;

    (void)state;
    assert_int_equal(outbox_producer_epoch(outbox), 1);
    close_it(outbox, &told);
    outbox = outbox_open(&loop, &raised, &err);
    epoch = outbox_producer_epoch(outbox);
    assert_true(epoch > 1);
    close_it(outbox, &told);
    outbox = outbox_open(&loop, &raised, &err);
    assert_true(outbox_producer_epoch(outbox) > epoch);
    close_it(outbox, &told);
}

/* Failing disks, damaged files ----------------------------------------------------------------- */

static void a_failed_fsync_stops_it_for_good(void **state)
{
    struct told told;
    struct err err;
    struct outbox_file *outbox = must_open(&told);

    (void)state;
    assert_true(put_number(outbox, 1, "one", on_done, &told, &err));
    run_until(&told.good, 1);
    disk_fails = true;
    assert_true(put_number(outbox, 2, "two", on_done, &told, &err));
    while (!told.failed)
        uv_run(&loop, UV_RUN_ONCE);
    disk_fails = false;
    assert_int_equal(told.bad, 1);
    assert_string_equal(told.code, "OUTBOX_DISK_FAILED");
    assert_false(put_number(outbox, 3, "three", on_done, &told, &err));
    assert_string_equal(err.code, "OUTBOX_DISK_FAILED");
    close_it(outbox, &told);
    outbox = must_open(&told);
    assert_true(read_all(outbox)->n >= 1); /* what was durable; the other may be there or not */
    close_it(outbox, &told);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void what_is_no_outbox_is_refused_by_name(void **state)
{
    struct told told;
    struct err err;
    sqlite3 *other;

    (void)state;
    write_file("this is a letter to somebody, long enough not to look like an empty database file, "
               "which would be taken for a new one and overwritten without a question asked\n");
    assert_null(open_it(&told, 0, &err));
    assert_string_equal(err.code, "OUTBOX_DAMAGED");
    unlink(path);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_null(open_it(&told, 0, &err));
    assert_string_equal(err.code, "OUTBOX_FOREIGN");
}

static void fill_and_close(void)
{
    struct told told;
    struct err err;
    struct outbox_file *outbox = must_open(&told);

    for (uint32_t i = 0; i < 200; i++)
        assert_true(put_number(outbox, i, "a body with a word that is easy to find: MARK", on_done,
                               &told, &err));
    run_until(&told.good, 200);
    close_it(outbox, &told);
}

/* Overwrites what stands at the offset; offset -1: every "MARK". */
static void damage(long offset)
{
    FILE *file = fopen(path, "r+be");
    char bytes[400000];
    size_t n = fread(bytes, 1, sizeof(bytes), file);
    bool done = false;

    for (size_t i = 0; i + 4 < n; i++)
        if (offset < 0 ? !done && memcmp(bytes + i, "MARK", 4) == 0
                       : (long)i >= offset && (long)i < offset + 2000) {
            bytes[i] ^= 0x15;
            done = true;
        }
    assert_true(done);
    rewind(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void a_damaged_file_is_told_when_it_is_opened(void **state)
{
    struct told told;
    struct err err;

    (void)state;
    fill_and_close();
    damage(12 * 1024);
    assert_null(open_it(&told, 0, &err));
    assert_string_equal(err.code, "OUTBOX_DAMAGED");
}

static void a_flipped_bit_in_a_body_is_never_sent(void **state)
{
    struct content content = {.n = 0};
    struct told told;
    struct err err;
    struct outbox_file *outbox;

    (void)state;
    fill_and_close();
    damage(-1);
    outbox = must_open(&told);
    assert_true(outbox_read(outbox, 0, 1000, on_read, &content, &err));
    while (!told.failed)
        uv_run(&loop, UV_RUN_ONCE);
    assert_string_equal(told.code, "OUTBOX_DAMAGED");
    assert_false(content.read);
    close_it(outbox, &told);
}

static void only_its_owner_reads_it(void **state)
{
    struct told told;
    struct stat info;

    (void)state;
    close_it(must_open(&told), &told);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "%s/outbox-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/outbox.sqlite", folder);
    return uv_loop_init(&loop);
}

static int tear_down(void **state)
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_called_durable_is_there_once_after_sigkill),
        TEST(a_full_outbox_says_so_before_anything_is_written),
        TEST(room_comes_back_with_outcomes_and_acknowledgement),
        TEST(the_same_id_is_put_once_and_never_with_another_body),
        TEST(two_cannot_hold_one_outbox),
        TEST(order_is_that_of_the_puts_across_openings),
        TEST(the_epoch_stays_and_rises_when_asked_to),
        TEST(a_failed_fsync_stops_it_for_good),
        TEST(what_is_no_outbox_is_refused_by_name),
        TEST(a_damaged_file_is_told_when_it_is_opened),
        TEST(a_flipped_bit_in_a_body_is_never_sent),
        TEST(only_its_owner_reads_it),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
