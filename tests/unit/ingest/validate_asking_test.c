/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "checks.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A return of so many rows that are all the same. */
struct sample {
    Uptake__V1__Change change;
    Uptake__V1__ReturnMade made;
    Uptake__V1__ReturnRow row;
    Uptake__V1__ReturnRow *rows[WIRE_ROWS_MAX + 1];
    uint8_t hash[SHA256_BYTES];
};

static void fill(struct sample *s, size_t n)
{
    memset(s, 0, sizeof(*s));
    uptake__v1__change__init(&s->change);
    uptake__v1__return_made__init(&s->made);
    uptake__v1__return_row__init(&s->row);
    s->row.unit = (char *)"unit:A";
    s->row.asked = 1;
    s->row.not_answered = 1;
    for (size_t i = 0; i < n; i++)
        s->rows[i] = &s->row;
    s->made.made_on = (char *)"2026-11-22";
    s->made.rows = s->rows;
    s->made.n_rows = n;
    s->made.rows_sha256.data = s->hash;
    s->made.rows_sha256.len = sizeof(s->hash);
    s->change.return_made = &s->made;
}

static void a_return_has_as_many_rows_as_a_change_holds(void **state)
{
    static struct sample s;
    struct err err;

    (void)state;
    fill(&s, 501);
    assert_true(check_asking_groups(&s.change, &err));
    fill(&s, WIRE_ROWS_MAX);
    assert_true(check_asking_groups(&s.change, &err));
    fill(&s, WIRE_ROWS_MAX + 1);
    assert_false(check_asking_groups(&s.change, &err));
    assert_string_equal(err.code, "LIST_TOO_LONG");
    assert_string_equal(err.place, "return_made.rows");
}

static void its_parts_are_of_the_whole(void **state)
{
    static struct sample s;
    struct err err;

    (void)state;
    fill(&s, 1);
    s.row.answered = 1;
    assert_false(check_asking_groups(&s.change, &err));
    assert_string_equal(err.code, "NUMBER_RANGE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_return_has_as_many_rows_as_a_change_holds),
        cmocka_unit_test(its_parts_are_of_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
