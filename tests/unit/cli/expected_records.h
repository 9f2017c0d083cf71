/* SPDX-License-Identifier: Apache-2.0 */
/* expected_records - what a reader found against the records it must find, one JSON object a line.
 */
#ifndef UPTAKE_TESTS_EXPECTED_RECORDS_H
#define UPTAKE_TESTS_EXPECTED_RECORDS_H

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static inline void expect_file(const json_t *records, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[8192];
    size_t n = 0;

    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        json_t *expected = json_loads(line, 0, NULL);
        json_t *got = json_array_get(records, n++);
        if (!json_equal(got, expected))
            fail_msg("%s: record %zu is not as expected: %s", path, n, line);
        json_decref(expected);
    }
    fclose(file);
    assert_int_equal(json_array_size(records), n);
}

#endif
