/* SPDX-License-Identifier: Apache-2.0 */
#include "patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool is_over(struct patience *patience, int sender_id, const char *key, int64_t revision,
                    uint64_t now_ms)
{
    struct submission s = {.sender_id = sender_id, .waits_for = key, .revision = revision};

    return patience_is_over(patience, &s, now_ms);
}

/* Asks every five seconds, as a sender would; when it was over, counted from the first. */
static uint64_t ask_until_over(struct patience *patience, const char *key, uint64_t from_ms)
{
    uint64_t now_ms = from_ms;

    while (!is_over(patience, 1, key, 0, now_ms))
        now_ms += 5000;
    return now_ms - from_ms;
}

static void sixty_seconds_for_each_sender_and_key(void **state)
{
    static struct patience patience;

    (void)state;
    assert_false(is_over(&patience, 2, "d#1", 0, 1));
    assert_int_equal(ask_until_over(&patience, "d#1", 1), PATIENCE_MS);
    assert_false(is_over(&patience, 2, "d#1", 0, PATIENCE_MS + 1)); /* forgotten meanwhile */
    assert_false(is_over(&patience, 1, "d#2", 0, PATIENCE_MS + 1));
}

static void what_nobody_asked_for_begins_anew(void **state)
{
    static struct patience patience;

    (void)state;
    assert_false(is_over(&patience, 1, "d", 0, 1));
    assert_false(is_over(&patience, 1, "d", 0, 2 + PATIENCE_FORGET_MS));
    assert_int_equal(ask_until_over(&patience, "d", 2 + PATIENCE_FORGET_MS), PATIENCE_MS);
}

static void an_item_that_moves_on_is_waited_for(void **state)
{
    static struct patience patience;

    (void)state;
    for (uint64_t at = 0; at < 40; at++) /* 200 s, a revision every fifty */
        assert_false(is_over(&patience, 1, "d#1/1", 1 + (int64_t)at / 10, 1 + at * 5000));
    for (uint64_t at = 40; at < 42; at++)
        assert_false(is_over(&patience, 1, "d#1/1", 4, 1 + at * 5000));
    assert_true(is_over(&patience, 1, "d#1/1", 4, 1 + 42 * 5000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixty_seconds_for_each_sender_and_key),
        cmocka_unit_test(what_nobody_asked_for_begins_anew),
        cmocka_unit_test(an_item_that_moves_on_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
