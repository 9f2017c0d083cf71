/* SPDX-License-Identifier: Apache-2.0 */
#include "client/follower_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "feed_maker.h"

static const char after_small_batch[] =
    "{\"change\":{\"action_wording\":{\"text\":\"one "
    "again\"},\"document\":\"d\",\"kind\":\"action\","
    "\"operation\":\"enter\",\"subject\":\"d#1\"},\"document\":\"d\",\"key\":\"d#1\","
    "\"kind\":\"action\",\"revision\":1}\n";

static struct made_feed feed;
static Uptake__V1__Batch *batch;
static struct follower_cursor start, end;
static char folder[] = "/tmp/follower-store-XXXXXX";
static char path[64];

static int set_up(void **state)
{
    struct err err;
    size_t first;

    (void)state;
    strcpy(folder + sizeof(folder) - 7, "XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/copy", folder);
    feed = make_feed("hq");
    batch = make_small_batch(&feed);
    start = follower_start("hq");
    assert_true(follower_check("hq", &start, batch, &first, &end, &err));
    return 0;
}

static int tear_down(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char name[80];

    (void)state;
    arena_finish(&feed.arena);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        unlink(name);
    }
    return rmdir(folder);
}

static struct follower_store *opened(const char *scope)
{
    struct err err = {.code = ""};
    struct follower_store *store = follower_store_open(path, scope, &err);

    if (!store)
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
    return store;
}

static const char *code_of_open(const char *scope)
{
    struct err err = {.code = ""};
    struct follower_store *store = follower_store_open(path, scope, &err);

    follower_store_close(store);
    return err.code;
}

static void assert_dump(struct follower_store *store, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct err err;

    assert_non_null(out);
    assert_true(follower_dump(store, out, &err));
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_position(struct follower_store *store, const struct follower_cursor *expected,
                            int64_t as_of)
{
    struct follower_cursor cursor;
    struct err err;
    int64_t as_of_us = -1;

    assert_true(follower_store_position(store, &cursor, &as_of_us, &err));
    assert_int_equal(cursor.has_epoch, expected->has_epoch);
    assert_memory_equal(cursor.epoch, expected->epoch, sizeof(cursor.epoch));
    assert_int_equal(cursor.seq, expected->seq);
    assert_memory_equal(cursor.chain, expected->chain, sizeof(cursor.chain));
    assert_int_equal(as_of_us, as_of);
}

static void items_and_cursor_come_back_after_closing(void **state)
{
    struct follower_store *store = opened("hq");
    struct err err;

    (void)state;
    assert_position(store, &start, 0);
    assert_true(follower_store_apply(store, batch, 0, &start, &end, &err));
    follower_store_close(store);
    store = opened(NULL);
    assert_string_equal(follower_store_scope(store), "hq");
    assert_position(store, &end, 5);
    assert_dump(store, after_small_batch);
    follower_store_close(store);
}

static void nothing_is_kept_of_a_batch_that_fails(void **state)
{
    struct follower_store *store = opened("hq");
    Uptake__V1__Entry *last = batch->segments[2]->entries[0];
    struct err err;

    (void)state;
    last->body.data = (uint8_t *)(uintptr_t) "\xff";
    last->body.len = 1;
    assert_false(follower_store_apply(store, batch, 0, &start, &end, &err));
    assert_string_equal(err.code, "BATCH_DAMAGED");
    assert_int_equal(err.kind, ERR_RETRY);
    assert_position(store, &start, 0);
    assert_dump(store, "");
    follower_store_close(store);
}

static void a_cursor_moved_by_another_is_noticed(void **state)
{
    struct follower_store *one = opened("hq");
    struct follower_store *other = opened("hq");
    struct err err;

    (void)state;
    assert_true(follower_store_apply(one, batch, 0, &start, &end, &err));
    assert_false(follower_store_apply(other, batch, 0, &start, &end, &err));
    assert_string_equal(err.code, "STORE_IN_USE");
    assert_dump(other, after_small_batch);
    follower_store_close(one);
    follower_store_close(other);
}

static void a_wiped_copy_is_empty_and_remembers_how_often(void **state)
{
    struct follower_store *store = opened("hq");
    struct err err;
    int n = -1;

    (void)state;
    assert_true(follower_store_apply(store, batch, 0, &start, &end, &err));
    assert_true(follower_store_wipe(store, "diverged", 1000, &err));
    assert_position(store, &start, 0);
    assert_dump(store, "");
    assert_true(follower_store_apply(store, batch, 0, &start, &end, &err));
    assert_dump(store, after_small_batch);
    assert_true(follower_store_wipes(store, 999, &n, &err));
    assert_int_equal(n, 1);
    assert_true(follower_store_wipes(store, 1000, &n, &err));
    assert_int_equal(n, 0);
    follower_store_close(store);
}

static void a_file_holds_one_scope_and_says_which(void **state)
{
    (void)state;
    assert_string_equal(code_of_open(NULL), "STORE_NOT_OPENED");
    assert_string_equal(code_of_open("hq"), "");
    assert_string_equal(code_of_open("public"), "STORE_OTHER_SCOPE");
    assert_string_equal(code_of_open(NULL), "");
}

static void what_is_no_store_is_refused(void **state)
{
    FILE *file;

    (void)state;
    file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 200; i++)
        fputs("this is a letter to somebody\n", file);
    fclose(file);
    assert_string_equal(code_of_open("hq"), "STORE_NOT_WRITTEN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(items_and_cursor_come_back_after_closing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_kept_of_a_batch_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cursor_moved_by_another_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wiped_copy_is_empty_and_remembers_how_often, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_holds_one_scope_and_says_which, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_store_is_refused, set_up, tear_down),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
