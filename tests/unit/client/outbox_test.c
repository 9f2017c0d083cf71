/* SPDX-License-Identifier: Apache-2.0 */
/* What the outbox cannot hold it says, and what it holds it gives in order. */
#include "outbox_world.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_outbox_says_so_before_anything_is_written),
        TEST(room_comes_back_with_outcomes_and_acknowledgement),
        TEST(the_same_id_is_put_once_and_never_with_another_body),
        TEST(two_cannot_hold_one_outbox),
        TEST(order_is_that_of_the_puts_across_openings),
        TEST(the_epoch_stays_and_rises_when_asked_to),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
