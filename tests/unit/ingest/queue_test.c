/* SPDX-License-Identifier: Apache-2.0 */
/* Which writer gets what, and when: nothing of a document overtakes what came before it. */
#include "queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCUMENT_BYTES = 16, MOST = 500 };

static struct queue *queue;
static int woken[QUEUE_WRITERS];

static void on_wake(void *ctx)
{
    ++*(int *)ctx;
}

static int open_queue(void **state)
{
    struct err err;

    (void)state;
    queue = queue_create(&err);
    for (int i = 0; i < QUEUE_WRITERS; i++) {
        woken[i] = 0;
        queue_listen(queue, i, on_wake, &woken[i]);
    }
    return queue ? 0 : -1;
}

static int close_queue(void **state)
{
    (void)state;
    queue_destroy(queue);
    return 0;
}

/* A change to action `number` of a document: a report, or anything else. */
static struct submission *make(const char *document, int number, bool report)
{
    struct submission *s = calloc(1, sizeof(*s));
    Uptake__V1__Change *change = arena_zalloc(&s->arena, sizeof(*change));

    uptake__v1__change__init(change);
    change->kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change->base_revision = 1;
    change->document = arena_strdup(&s->arena, document);
    change->subject = arena_printf(&s->arena, "%s#1/%d", document, number);
    if (report) {
        change->progress_report = arena_zalloc(&s->arena, sizeof(*change->progress_report));
        uptake__v1__progress_report__init(change->progress_report);
    } else {
        change->timeframe = arena_zalloc(&s->arena, sizeof(*change->timeframe));
        uptake__v1__timeframe__init(change->timeframe);
    }
    s->change = change;
    s->sender_id = 7;
    s->message_id[0] = (uint8_t)number;
    s->message_id[1] = (uint8_t)(number >> 8);
    memcpy(s->message_id + 2, document, strlen(document));
    return s;
}

/* A document whose reports go to that writer. */
static void name_for(int writer, char name[DOCUMENT_BYTES])
{
    for (int i = 0;; i++) {
        struct submission *s;
        bool fits;

        snprintf(name, DOCUMENT_BYTES, "d%d", i);
        s = make(name, 0, true);
        queue_give(queue, s);
        fits = s->writer == writer;
        assert_ptr_equal(queue_take_any(queue, s->writer), s);
        queue_settled(queue, s);
        submission_free(s);
        if (fits)
            return;
    }
}

static void give(const char *document, int from, int n, bool reports)
{
    for (int i = 0; i < n; i++)
        queue_give(queue, make(document, from + i, reports));
}

static struct batch *fill(int writer, int most)
{
    static struct batch batch;

    batch_init(&batch, 1, 0);
    queue_fill(queue, writer, most, &batch);
    return &batch;
}

/* The batch got its answers. */
static void settle(struct batch *batch, bool duplicate)
{
    for (int i = 0; i < batch->n; i++) {
        batch->submissions[i]->duplicate = duplicate;
        queue_settled(queue, batch->submissions[i]);
    }
    batch_finish(batch);
}

static void reports_are_dealt_out_by_document(void **state)
{
    char mine[DOCUMENT_BYTES], other[DOCUMENT_BYTES];
    struct batch *batch;

    (void)state;
    name_for(0, mine);
    name_for(1, other);
    woken[0] = woken[1] = 0;
    give(mine, 1, 40, true);
    give(other, 1, 50, true);
    assert_int_equal(woken[0], 40);
    assert_int_equal(woken[1], 50);
    batch = fill(1, MOST);
    assert_int_equal(batch->class, BATCH_REPORTS);
    assert_int_equal(batch->n, 50);
    settle(batch, false);
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_REPORTS);
    assert_int_equal(batch->n, 40);
    settle(batch, false);
    assert_int_equal(queue_bytes(queue), 0);
}

static void all_but_reports_go_to_the_first_writer(void **state)
{
    char other[DOCUMENT_BYTES];

    (void)state;
    name_for(1, other);
    give(other, 1, 3, false);
    assert_int_equal(fill(1, MOST)->n, 0);
    struct batch *batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_PLAIN);
    assert_int_equal(batch->n, 3);
    settle(batch, false);
}

static void a_report_does_not_overtake_what_came_before_it(void **state)
{
    char other[DOCUMENT_BYTES];
    struct batch *batch;

    (void)state;
    name_for(1, other);
    give(other, 1, 1, false);
    give(other, 2, 1, true);
    assert_int_equal(fill(1, MOST)->n, 0);
    batch = fill(0, MOST);
    assert_int_equal(batch->n, 2); /* both, in their order */
    assert_non_null(batch->submissions[0]->change->timeframe);
    settle(batch, false);
    give(other, 3, 1, true); /* and now the way is free again */
    batch = fill(1, MOST);
    assert_int_equal(batch->n, 1);
    settle(batch, false);
}

static void the_first_writer_waits_for_the_reports_before(void **state)
{
    char other[DOCUMENT_BYTES];
    struct batch reports, *batch;

    (void)state;
    name_for(1, other);
    give(other, 1, 2, true);
    give(other, 3, 1, false);
    assert_int_equal(fill(0, MOST)->n, 0);
    reports = *fill(1, MOST);
    assert_int_equal(reports.n, 2);
    assert_int_equal(fill(0, MOST)->n, 0); /* they are under way, not answered */
    woken[0] = 0;
    settle(&reports, false);
    assert_true(woken[0] > 0);
    batch = fill(0, MOST);
    assert_int_equal(batch->n, 1);
    settle(batch, false);
}

static void an_action_stands_once_in_a_run(void **state)
{
    char mine[DOCUMENT_BYTES];
    struct batch *batch;

    (void)state;
    name_for(0, mine);
    give(mine, 1, 60, true);
    give(mine, 1, 1, true); /* action 1 again: the next batch */
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_REPORTS);
    assert_int_equal(batch->n, 60);
    settle(batch, false);
    batch = fill(0, MOST);
    assert_int_equal(batch->n, 1);
    settle(batch, false);
}

/* Reports here and there among other changes are not worth statements of their own. */
static void a_mixture_stays_together(void **state)
{
    char mine[DOCUMENT_BYTES];
    struct batch *batch;

    (void)state;
    name_for(0, mine);
    for (int i = 0; i < 20; i++) {
        give(mine, 10 * i, 1, false);
        give(mine, 10 * i + 1, RUN_LEAST / 8, true);
    }
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_PLAIN);
    assert_int_equal(batch->n, 20 * (1 + RUN_LEAST / 8));
    settle(batch, false);
}

static void what_is_put_back_comes_first_and_in_order(void **state)
{
    char mine[DOCUMENT_BYTES];
    struct batch taken, *batch;

    (void)state;
    name_for(0, mine);
    give(mine, 1, 50, true);
    taken = *fill(0, 40);
    assert_int_equal(taken.n, 40);
    for (int i = 0; i < 40; i++)
        taken.submissions[i]->careful = true;
    queue_put_back(queue, 0, taken.submissions, taken.n);
    taken.n = 0;
    batch_finish(&taken);
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_PLAIN);
    assert_int_equal(batch->n, 50);
    for (int i = 0; i < 50; i++)
        assert_int_equal(batch->submissions[i]->message_id[0], i + 1);
    settle(batch, false);
}

static void who_repeats_itself_is_looked_up_first(void **state)
{
    char mine[DOCUMENT_BYTES];
    struct batch *batch;

    (void)state;
    name_for(0, mine);
    queue_expect_repeats(queue, 7);
    give(mine, 1, 10, true);
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_REPEATS);
    assert_int_equal(batch->n, 10);
    settle(batch, true);
    give(mine, 11, 10, true);
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_REPEATS);
    for (int i = 0; i < batch->n; i++)
        batch->submissions[i]->looked_up = true; /* and none was found */
    queue_put_back(queue, 0, batch->submissions, batch->n);
    batch->n = 0;
    batch_finish(batch);
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_REPORTS);
    settle(batch, false);
    give(mine, 21, 10, true);
    batch = fill(0, MOST);
    assert_int_equal(batch->class, BATCH_REPORTS);
    settle(batch, false);
}

/* Whatever comes in whatever order, each document's changes are settled in theirs. */
static void any_mixture_keeps_the_order_of_each_document(void **state)
{
    enum { DOCUMENTS = 12, CHANGES = 4000 };
    int last[DOCUMENTS] = {0};
    uint32_t seed = 12345;
    int given = 0;
    struct batch under_way[QUEUE_WRITERS];

    (void)state;
    for (int i = 0; i < QUEUE_WRITERS; i++)
        batch_init(&under_way[i], 1, 0);
    for (int settled = 0; settled < CHANGES;) {
        int writer;

        seed = seed * 1664525u + 1013904223u;
        for (unsigned i = 0; i < seed >> 28 && given < CHANGES; i++) {
            char name[DOCUMENT_BYTES];
            seed = seed * 1664525u + 1013904223u;
            snprintf(name, sizeof(name), "d%u", (seed >> 16) % DOCUMENTS);
            queue_give(queue, make(name, ++given, (seed >> 24) % 5 > 0));
        }
        writer = (int)(seed >> 20) % QUEUE_WRITERS;
        if (under_way[writer].n == 0) {
            queue_fill(queue, writer, MOST, &under_way[writer]);
            continue;
        }
        for (int i = 0; i < under_way[writer].n; i++) {
            struct submission *s = under_way[writer].submissions[i];
            int number = atoi(strchr(s->change->subject, '/') + 1);
            int document = atoi(s->change->document + 1);
            assert_true(number > last[document]);
            last[document] = number;
        }
        settled += under_way[writer].n;
        settle(&under_way[writer], false);
        batch_init(&under_way[writer], 1, 0);
    }
    assert_int_equal(queue_bytes(queue), 0);
}

#define QUEUE_TEST(name) cmocka_unit_test_setup_teardown(name, open_queue, close_queue)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUEUE_TEST(reports_are_dealt_out_by_document),
        QUEUE_TEST(all_but_reports_go_to_the_first_writer),
        QUEUE_TEST(a_report_does_not_overtake_what_came_before_it),
        QUEUE_TEST(the_first_writer_waits_for_the_reports_before),
        QUEUE_TEST(an_action_stands_once_in_a_run),
        QUEUE_TEST(a_mixture_stays_together),
        QUEUE_TEST(what_is_put_back_comes_first_and_in_order),
        QUEUE_TEST(who_repeats_itself_is_looked_up_first),
        QUEUE_TEST(any_mixture_keeps_the_order_of_each_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
