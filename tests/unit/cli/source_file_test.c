/* SPDX-License-Identifier: Apache-2.0 */
#include "import/source_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/uptake-source-file-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void path_of(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
}

static void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

/* Reads a file of these bytes and expects this refusal, at this place. */
static void expect_refusal(const void *bytes, size_t len, const char *code, enum err_kind kind)
{
    struct arena arena = {0};
    struct source_file file;
    char path[256];
    struct err err;

    path_of("input.txt", path);
    write_file(path, bytes, len);
    assert_false(source_file_read(path, &arena, &file, &err));
    assert_string_equal(err.code, code);
    assert_string_equal(err.place, path);
    assert_int_equal(err.kind, kind);
    arena_finish(&arena);
    unlink(path);
}

static void contents_that_cannot_be_read_are_named(void **state)
{
    (void)state;
    expect_refusal("", 0, "FILE_EMPTY", ERR_REJECT);
    expect_refusal("\xFF\xFEM\0a\0", 6, "FILE_ENCODING", ERR_REJECT);
    expect_refusal("M\0a\0n\0", 6, "FILE_ENCODING", ERR_REJECT);
    expect_refusal("caf\xE9\n", 5, "BAD_UTF8", ERR_REJECT);
    expect_refusal("a\001b\n", 4, "BAD_CHARACTER", ERR_REJECT);
}

static void a_file_over_the_limit_is_refused_unread(void **state)
{
    struct arena arena = {0};
    struct source_file file;
    char path[256];
    struct err err;

    (void)state;
    path_of("large.txt", path);
    write_file(path, "x", 1);
    assert_int_equal(truncate(path, (off_t)SOURCE_FILE_MAX + 1), 0);
    assert_false(source_file_read(path, &arena, &file, &err));
    assert_string_equal(err.code, "FILE_TOO_LARGE");
    assert_int_equal(arena.used, 0);
    unlink(path);
}

static void folders_and_missing_files_are_named(void **state)
{
    struct arena arena = {0};
    struct source_file file;
    char path[256];
    struct err err;

    (void)state;
    assert_false(source_file_read(folder, &arena, &file, &err));
    assert_string_equal(err.code, "FILE_IS_DIRECTORY");
    path_of("nowhere.txt", path);
    assert_false(source_file_read(path, &arena, &file, &err));
    assert_string_equal(err.code, "FILE_MISSING");
    assert_int_equal(err_exit_code(&err), EXIT_BAD_USAGE);
    assert_false(source_file_read("/dev/null", &arena, &file, &err));
    assert_string_equal(err.code, "FILE_NOT_REGULAR");
    arena_finish(&arena);
}

static void line_ends_and_byte_order_marks_go_but_the_hash_is_of_the_file(void **state)
{
    static const char bytes[] = "\xEF\xBB\xBFone\r\ntwo\rthree\n";
    uint8_t expected[SHA256_BYTES];
    struct arena arena = {0};
    struct source_file file;
    char path[256];
    struct err err;

    (void)state;
    path_of("input.txt", path);
    write_file(path, bytes, sizeof(bytes) - 1);
    assert_true(source_file_read(path, &arena, &file, &err));
    assert_string_equal(file.text, "one\ntwo\nthree\n");
    assert_string_equal(file.name, "input.txt");
    sha256(bytes, sizeof(bytes) - 1, expected);
    assert_memory_equal(file.sha256, expected, SHA256_BYTES);
    arena_finish(&arena);
    unlink(path);
}

static void keys_are_made_from_file_names(void **state)
{
    static const struct {
        const char *name;
        const char *key;
    } examples[] = {
        {"unwomen-cambodia-2020.txt", "unwomen-cambodia-2020"},
        {"A report (final) 2020.v2.txt", "a-report-final-2020-v2"},
        {".hidden", "hidden"},
        {"--.txt", NULL},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        struct source_file file = {.name = examples[i].name};
        const char *key = source_file_key(&file, &arena);
        if (examples[i].key)
            assert_string_equal(key, examples[i].key);
        else
            assert_null(key);
    }
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_that_cannot_be_read_are_named),
        cmocka_unit_test(a_file_over_the_limit_is_refused_unread),
        cmocka_unit_test(folders_and_missing_files_are_named),
        cmocka_unit_test(line_ends_and_byte_order_marks_go_but_the_hash_is_of_the_file),
        cmocka_unit_test(keys_are_made_from_file_names),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, make_folder, remove_folder) : 1;
}
