/* SPDX-License-Identifier: Apache-2.0 */
#include "client/follower_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "feed_maker.h"

static struct made_feed feed;
static Uptake__V1__Batch *batch;
static struct follower_cursor start;

static int set_up(void **state)
{
    (void)state;
    feed = make_feed("hq");
    batch = make_small_batch(&feed);
    start = follower_start("hq");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_finish(&feed.arena);
    return 0;
}

/* "" when the batch may be applied. */
static const char *verdict(const struct follower_cursor *at)
{
    struct follower_cursor after;
    struct err err = {.code = ""};
    size_t first;

    if (follower_check("hq", at, batch, &first, &after, &err))
        return "";
    assert_int_equal(err.kind, ERR_RETRY);
    return err.code;
}

static void a_good_batch_moves_the_cursor_to_its_end(void **state)
{
    struct follower_cursor after;
    struct err err;
    size_t first = 9;

    (void)state;
    assert_true(follower_check("hq", &start, batch, &first, &after, &err));
    assert_int_equal(first, 0);
    assert_int_equal(after.seq, 4);
    assert_true(after.has_epoch);
    assert_memory_equal(after.epoch, feed.epoch, sizeof(feed.epoch));
    assert_memory_equal(after.chain, feed.chain, SHA256_BYTES);
}

static void what_is_known_is_passed_over(void **state)
{
    struct follower_cursor after;
    struct follower_cursor at = start;
    struct err err;
    size_t first = 9;

    (void)state;
    at.seq = batch->segments[0]->last_seq;
    memcpy(at.chain, batch->segments[0]->chain.data, SHA256_BYTES);
    assert_true(follower_check("hq", &at, batch, &first, &after, &err));
    assert_int_equal(first, 1);
    assert_int_equal(after.seq, 4);
    assert_true(follower_check("hq", &after, batch, &first, &at, &err));
    assert_int_equal(first, 3);
    assert_int_equal(at.seq, 4);
}

static void a_gap_is_never_applied(void **state)
{
    struct follower_cursor inside = start;

    (void)state;
    batch->segments[0] = batch->segments[1];
    assert_string_equal(verdict(&start), "BATCH_GAP");
    inside.seq = 3;
    batch->segments[1] = batch->segments[2];
    batch->n_segments = 2;
    assert_string_equal(verdict(&inside), "BATCH_DAMAGED"); /* contiguous, but not this chain */
}

static void a_segment_that_straddles_the_cursor_is_a_gap(void **state)
{
    struct follower_cursor inside = start;

    (void)state;
    inside.seq = 1;
    assert_string_equal(verdict(&inside), "BATCH_GAP");
}

static void counts_and_numbers_must_agree(void **state)
{
    (void)state;
    batch->segments[0]->n_entries = 1;
    assert_string_equal(verdict(&start), "BATCH_GAP");
    batch->segments[0]->n_entries = 2;
    batch->segments[0]->last_seq = 3;
    assert_string_equal(verdict(&start), "BATCH_GAP");
    batch->segments[0]->first_seq = UINT64_MAX;
    batch->segments[0]->last_seq = UINT64_MAX;
    assert_string_equal(verdict(&start), "BATCH_GAP");
}

static void every_damaged_byte_is_seen(void **state)
{
    Uptake__V1__Entry *entry = batch->segments[1]->entries[0];

    (void)state;
    for (size_t i = 0; i < entry->body.len; i++) {
        entry->body.data[i] ^= 1;
        assert_string_equal(verdict(&start), "BATCH_DAMAGED");
        entry->body.data[i] ^= 1;
    }
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        entry->body_sha256.data[i] ^= 1;
        assert_string_equal(verdict(&start), "BATCH_DAMAGED");
        entry->body_sha256.data[i] ^= 1;
        batch->segments[2]->chain.data[i] ^= 1;
        assert_string_equal(verdict(&start), "BATCH_DAMAGED");
        batch->segments[2]->chain.data[i] ^= 1;
    }
    assert_string_equal(verdict(&start), "");
}

static void redacted_entries_keep_the_chain(void **state)
{
    (void)state;
    batch->segments[0]->entries[1]->body.len = 0;
    assert_string_equal(verdict(&start), "");
    batch->segments[0]->entries[1]->body_sha256.len = 0;
    assert_string_equal(verdict(&start), "BATCH_DAMAGED");
}

static void another_scope_or_epoch_is_not_ours(void **state)
{
    struct follower_cursor at = start;

    (void)state;
    batch->scope = (char *)(uintptr_t) "public";
    assert_string_equal(verdict(&start), "BATCH_OTHER");
    batch->scope = (char *)(uintptr_t) "hq";
    at.has_epoch = true;
    assert_string_equal(verdict(&at), "BATCH_OTHER");
    batch->epoch.len = 15;
    assert_string_equal(verdict(&start), "BATCH_OTHER");
}

static void entries_cannot_change_places(void **state)
{
    Uptake__V1__Entry *entry = batch->segments[0]->entries[0];

    (void)state;
    batch->segments[0]->entries[0] = batch->segments[0]->entries[1];
    batch->segments[0]->entries[1] = entry;
    assert_string_equal(verdict(&start), "BATCH_DAMAGED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_batch_moves_the_cursor_to_its_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_known_is_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gap_is_never_applied, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_segment_that_straddles_the_cursor_is_a_gap, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(counts_and_numbers_must_agree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_damaged_byte_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(redacted_entries_keep_the_chain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_scope_or_epoch_is_not_ours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_cannot_change_places, set_up, tear_down),
    };
    struct err err;

    if (!bytes_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
