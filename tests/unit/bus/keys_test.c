/* SPDX-License-Identifier: Apache-2.0 */
#include "bus/bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(path, "/tmp/uptake-key-XXXXXX");
    return close(mkstemp(path)) || unlink(path);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void a_key_file_is_read_back_and_private(void **state)
{
    struct bus_key key, again;
    struct stat info;
    char public_key[BUS_KEY_TEXT];
    struct err err;

    (void)state;
    assert_true(bus_key_generate(&key, &err));
    assert_true(bus_key_write(path, &key, &err));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(bus_key_read(path, &again, &err));
    assert_string_equal(again.secret_key, key.secret_key);
    assert_true(bus_key_read_public(path, public_key, &err));
    assert_string_equal(public_key, key.public_key);
    assert_false(bus_key_write(path, &key, &err));
}

static void a_secret_others_may_read_is_refused(void **state)
{
    struct bus_key key;
    struct err err;

    (void)state;
    assert_true(bus_key_generate(&key, &err));
    assert_true(bus_key_write(path, &key, &err));
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(bus_key_read(path, &key, &err));
    assert_string_equal(err.code, "KEY_FILE_OPEN_TO_OTHERS");
}

static void a_malformed_key_file_is_refused(void **state)
{
    FILE *file = fopen(path, "w");
    struct bus_key key;
    struct err err;

    (void)state;
    fputs("public tooshort\n", file);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
    assert_false(bus_key_read(path, &key, &err));
    assert_string_equal(err.code, "KEY_FILE_MALFORMED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_file_is_read_back_and_private, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_others_may_read_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_malformed_key_file_is_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
