/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void an_array_has_the_layout_postgresql_reads(void **state)
{
    const uint8_t expected[] = {0,   0,   0,    1,    0,    0,   0, 1, /* 1 dimension, has NULL */
                                0,   0,   0,    25,   0,    0,   0, 2, /* text, 2 elements */
                                0,   0,   0,    1,    0,    0,   0, 2, /* from 1; 2 bytes */
                                'h', 'i', 0xff, 0xff, 0xff, 0xff};     /* NULL */
    struct arena arena = {0};
    struct store_args args = {.arena = &arena};
    struct store_array array;

    (void)state;
    store_array_init(&array, &arena, STORE_TEXT_ARRAY);
    store_array_text(&array, "hi");
    store_array_text(&array, NULL);
    store_arg_array(&args, &array);
    assert_false(args.failed);
    assert_int_equal(args.lengths[0], sizeof(expected));
    assert_memory_equal(args.values[0], expected, sizeof(expected));
    arena_finish(&arena);
}

static void an_empty_array_has_no_dimension(void **state)
{
    const uint8_t expected[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20};
    struct arena arena = {0};
    struct store_args args = {.arena = &arena};
    struct store_array array;

    (void)state;
    store_array_init(&array, &arena, STORE_INT8_ARRAY);
    store_arg_array(&args, &array);
    assert_int_equal(args.lengths[0], sizeof(expected));
    assert_memory_equal(args.values[0], expected, sizeof(expected));
    arena_finish(&arena);
}

static void a_large_array_keeps_every_element(void **state)
{
    struct arena arena = {0};
    struct store_args args = {.arena = &arena};
    struct store_array array;

    (void)state;
    store_array_init(&array, &arena, STORE_INT8_ARRAY);
    for (int i = 0; i < 5000; i++)
        store_array_int(&array, i);
    store_arg_array(&args, &array);
    assert_int_equal(args.lengths[0], 20 + 5000 * 12);
    assert_int_equal((uint8_t)args.values[0][args.lengths[0] - 1], 4999 & 0xff);
    arena_finish(&arena);
}

static void an_instant_is_written_in_utc_to_the_microsecond(void **state)
{
    struct arena arena = {0};
    struct store_args args = {.arena = &arena};

    (void)state;
    store_arg_time_us(&args, 1795304103000042);
    assert_string_equal(args.values[0], "2026-11-21 23:35:03.000042+00");
    arena_finish(&arena);
}

static void too_many_arguments_are_noticed(void **state)
{
    struct arena arena = {0};
    struct store_args args = {.arena = &arena};

    (void)state;
    for (int i = 0; i < STORE_ARGS_MAX; i++)
        store_arg_text(&args, "x");
    assert_false(args.failed);
    store_arg_text(&args, "x");
    assert_true(args.failed);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_has_the_layout_postgresql_reads),
        cmocka_unit_test(an_empty_array_has_no_dimension),
        cmocka_unit_test(a_large_array_keeps_every_element),
        cmocka_unit_test(an_instant_is_written_in_utc_to_the_microsecond),
        cmocka_unit_test(too_many_arguments_are_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
