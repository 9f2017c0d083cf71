/* SPDX-License-Identifier: Apache-2.0 */
/* Failing disks, damaged files. */
#include "outbox_world.h"

static bool disk_fails;

/* Found before the C library's: the disk of these tests. */
int fdatasync(int fd)
{
    if (!disk_fails)
        return fsync(fd);
    errno = EIO;
    return -1;
}

static void a_failed_fsync_stops_it_for_good(void **state)
{
    struct told told;
    struct err err;
    struct outbox_file *outbox = must_open(&told);

    (void)state;
    assert_true(put_number(outbox, 1, "one", on_done, &told, &err));
    run_until(&told.good, 1);
    disk_fails = true;
    assert_true(put_number(outbox, 2, "two", on_done, &told, &err));
    while (!told.failed)
        uv_run(&loop, UV_RUN_ONCE);
    disk_fails = false;
    assert_int_equal(told.bad, 1);
    assert_string_equal(told.code, "OUTBOX_DISK_FAILED");
    assert_false(put_number(outbox, 3, "three", on_done, &told, &err));
    assert_string_equal(err.code, "OUTBOX_DISK_FAILED");
    close_it(outbox, &told);
    outbox = must_open(&told);
    assert_true(read_all(outbox)->n >= 1); /* what was durable; the other may be there or not */
    close_it(outbox, &told);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void what_is_no_outbox_is_refused_by_name(void **state)
{
    struct told told;
    struct err err;
    sqlite3 *other;

    (void)state;
    write_file("this is a letter to somebody, long enough not to look like an empty database file, "
               "which would be taken for a new one and overwritten without a question asked\n");
    assert_null(open_it(&told, 0, &err));
    assert_string_equal(err.code, "OUTBOX_DAMAGED");
    unlink(path);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_null(open_it(&told, 0, &err));
    assert_string_equal(err.code, "OUTBOX_FOREIGN");
}

static void fill_and_close(void)
{
    struct told told;
    struct err err;
    struct outbox_file *outbox = must_open(&told);

    for (uint32_t i = 0; i < 200; i++)
        assert_true(put_number(outbox, i, "a body with a word that is easy to find: MARK", on_done,
                               &told, &err));
    run_until(&told.good, 200);
    close_it(outbox, &told);
}

/* Overwrites what stands at the offset; offset -1: every "MARK". */
static void damage(long offset)
{
    FILE *file = fopen(path, "r+be");
    char bytes[400000];
    size_t n = fread(bytes, 1, sizeof(bytes), file);
    bool done = false;

    for (size_t i = 0; i + 4 < n; i++)
        if (offset < 0 ? !done && memcmp(bytes + i, "MARK", 4) == 0
                       : (long)i >= offset && (long)i < offset + 2000) {
            bytes[i] ^= 0x15;
            done = true;
        }
    assert_true(done);
    rewind(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void a_damaged_file_is_told_when_it_is_opened(void **state)
{
    struct told told;
    struct err err;

    (void)state;
    fill_and_close();
    damage(12 * 1024);
    assert_null(open_it(&told, 0, &err));
    assert_string_equal(err.code, "OUTBOX_DAMAGED");
}

static void a_flipped_bit_in_a_body_is_never_sent(void **state)
{
    struct content content = {.n = 0};
    struct told told;
    struct err err;
    struct outbox_file *outbox;

    (void)state;
    fill_and_close();
    damage(-1);
    outbox = must_open(&told);
    assert_true(outbox_read(outbox, 0, 1000, on_read, &content, &err));
    while (!told.failed)
        uv_run(&loop, UV_RUN_ONCE);
    assert_string_equal(told.code, "OUTBOX_DAMAGED");
    assert_false(content.read);
    close_it(outbox, &told);
}

static void only_its_owner_reads_it(void **state)
{
    struct told told;
    struct stat info;

    (void)state;
    close_it(must_open(&told), &told);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_failed_fsync_stops_it_for_good),
        TEST(what_is_no_outbox_is_refused_by_name),
        TEST(a_damaged_file_is_told_when_it_is_opened),
        TEST(a_flipped_bit_in_a_body_is_never_sent),
        TEST(only_its_owner_reads_it),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
