/* SPDX-License-Identifier: Apache-2.0 */
/* What the outbox called durable is there after SIGKILL, once. */
#include "outbox_world.h"

enum { ROUNDS = 40 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_called_durable_is_there_once_after_sigkill),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
