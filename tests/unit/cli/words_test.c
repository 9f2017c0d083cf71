/* SPDX-License-Identifier: Apache-2.0 */
/* The enums of common/model/words.h are those of words.proto, number by number and word by word. */
#include "model/words.h"

#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <uptake/v1/words.pb-c.h>

#include <cmocka.h>

static const char *position_at(int value)
{
    return position_word((enum position)value);
}

static const char *progress_at(int value)
{
    return progress_word((enum progress)value);
}

static const char *precision_at(int value)
{
    return precision_word((enum precision)value);
}

static const char *role_at(int value)
{
    return role_word((enum role)value);
}

static void expect_same(const ProtobufCEnumDescriptor *type, const char *(*word)(int value))
{
    for (unsigned i = 0; i < type->n_values; i++) {
        int value = type->values[i].value;
        assert_non_null(word(value));
        assert_string_equal(word(value), wire_word(type, value));
    }
    assert_null(word((int)type->n_values));
    assert_null(word(-1));
}

static void words_of_model_and_wire_are_the_same(void **state)
{
    (void)state;
    expect_same(&uptake__v1__position__descriptor, position_at);
    expect_same(&uptake__v1__progress__descriptor, progress_at);
    expect_same(&uptake__v1__precision__descriptor, precision_at);
    expect_same(&uptake__v1__role__descriptor, role_at);
}

static void words_are_read_back(void **state)
{
    enum position position;
    enum progress progress;

    (void)state;
    assert_true(position_from_word("not_accepted", &position));
    assert_int_equal(position, POSITION_NOT_ACCEPTED);
    assert_true(progress_from_word("no_longer_applicable", &progress));
    assert_int_equal(progress, PROGRESS_NO_LONGER_APPLICABLE);
    assert_false(progress_from_word("Completed", &progress));
    assert_false(position_from_word("", &position));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_model_and_wire_are_the_same),
        cmocka_unit_test(words_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
