/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "instant.h"

static void offset_and_fraction_are_read(void **state)
{
    int64_t us = 0;

    (void)state;
    assert_true(instant_parse("2026-11-21T10:00:00.250000Z", &us));
    assert_int_equal(us, INT64_C(1795255200250000));
    assert_true(instant_parse("2026-11-21T11:30:00.25+01:30", &us));
    assert_int_equal(us, INT64_C(1795255200250000));
    assert_true(instant_parse("2026-11-21T06:30:00-03:30", &us));
    assert_int_equal(us, INT64_C(1795255200000000));
}

static void other_forms_are_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "yesterday",
                                        "2026-11-21",
                                        "2026-11-21T10:00:00",
                                        "2026-11-21 10:00:00Z",
                                        "2026-02-30T10:00:00Z",
                                        "2026-11-21T24:00:00Z",
                                        "2026-11-21T10:00:00+1:00",
                                        "2026-11-21T10:00:00+01:00x"};
    int64_t us;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        assert_false(instant_parse(texts[i], &us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offset_and_fraction_are_read),
        cmocka_unit_test(other_forms_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
