/* SPDX-License-Identifier: Apache-2.0 */
#include "credit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BODY = 200 };

static struct credit *create(void)
{
    struct err err;
    struct credit *credit = credit_create(&err);

    assert_non_null(credit);
    return credit;
}

static struct credit_peer *peer_of(struct credit *credit, uint8_t id, int principal_id,
                                   uint64_t now_ms)
{
    struct credit_peer *peer = credit_peer(credit, &id, 1, principal_id, now_ms);

    assert_non_null(peer);
    return peer;
}

/* Takes submissions of one frame until credit says no, at most `most`; returns how many. */
static int take(struct credit *credit, struct credit_peer *peer, struct submission **taken,
                int most, struct err *err)
{
    int n = 0;

    credit_begin_frame(credit, peer, 1);
    while (n < most && credit_allows(credit, peer, BODY, err)) {
        taken[n] = calloc(1, sizeof(**taken));
        assert_non_null(taken[n]);
        taken[n]->len = BODY;
        credit_charge(credit, peer, taken[n++]);
    }
    return n;
}

static void give_back(struct credit *credit, struct submission **taken, int n)
{
    for (int i = 0; i < n; i++) {
        credit_release(credit, taken[i]);
        submission_free(taken[i]);
    }
}

static void one_peer_gets_the_most(void **state)
{
    struct credit *credit = create();

    (void)state;
    assert_int_equal(credit_tell(credit, peer_of(credit, 1, 1, 1), 1), CREDIT_MOST_BYTES);
    credit_destroy(credit);
}

static void many_connections_of_one_key_share_one_share(void **state)
{
    struct credit *credit = create();
    uint32_t told = 0;

    (void)state;
    for (int id = 0; id < 64; id++)
        told = credit_tell(credit, peer_of(credit, (uint8_t)id, 1, 1), 1);
    assert_int_equal(told, CREDIT_BUDGET_BYTES / 2 / CREDIT_EXPANSION / 64);
    assert_int_equal(credit_tell(credit, peer_of(credit, 99, 2, 1), 1), CREDIT_MOST_BYTES);
    credit_destroy(credit);
}

static void beyond_what_it_was_told_a_peer_gets_no_more(void **state)
{
    static struct submission *taken[100000];
    struct credit *credit = create();
    struct credit_peer *peer;
    struct err err = {0};
    int first, second;

    (void)state;
    for (int id = 2; id < 40; id++)
        peer_of(credit, (uint8_t)id, 1, 1);
    peer = peer_of(credit, 1, 1, 1);
    uint32_t told = credit_tell(credit, peer, 1);
    first = take(credit, peer, taken, 1, &err);
    second = take(credit, peer, taken + first, 100000 - first, &err);
    assert_string_equal(err.code, "OVER_CREDIT");
    assert_int_equal(err.kind, ERR_RETRY);
    assert_int_equal(first + second, told / (BODY + CREDIT_OVERHEAD));
    give_back(credit, taken, first + second);
    assert_int_equal(credit_waiting_bytes(credit), 0);
    credit_destroy(credit);
}

static void a_frame_of_one_who_has_nothing_waiting_is_taken(void **state)
{
    static struct submission *taken[2000];
    struct credit *credit = create();
    struct credit_peer *peer;
    struct err err = {0};
    int n;

    (void)state;
    for (int id = 2; id < 240; id++)
        peer_of(credit, (uint8_t)id, 1, 1);
    peer = peer_of(credit, 1, 1, 1);
    assert_int_equal(credit_tell(credit, peer, 1), CREDIT_LEAST_BYTES);
    n = take(credit, peer, taken, 900, &err);
    assert_int_equal(n, 900); /* 252,000 bytes: a frame */
    assert_false(credit_allows(credit, peer, BODY, &err) &&
                 take(credit, peer, taken + n, 1, &err) > 0);
    give_back(credit, taken, n);
    credit_destroy(credit);
}

static void a_flood_under_one_key_leaves_the_others_their_share(void **state)
{
    static struct submission *taken[200000];
    struct credit *credit = create();
    struct credit_peer *other;
    struct err err = {0};
    int n = 0;

    (void)state;
    other = peer_of(credit, 200, 2, 1);
    credit_tell(credit, other, 1);
    for (int id = 0; id < 100; id++) {
        struct credit_peer *peer = peer_of(credit, (uint8_t)id, 1, 1);
        credit_tell(credit, peer, 1);
        for (int frame = 0; frame < 100; frame++)
            n += take(credit, peer, taken + n, 50, &err);
    }
    assert_string_equal(err.code, "OVER_CREDIT");
    assert_true(credit_waiting_bytes(credit) <= CREDIT_BUDGET_BYTES / 3 + 4096);
    assert_int_equal(take(credit, other, taken + n, 1000, &err), 1000);
    give_back(credit, taken, n + 1000);
    assert_int_equal(credit_waiting_bytes(credit), 0);
    credit_destroy(credit);
}

static void who_was_not_heard_of_for_long_makes_room(void **state)
{
    struct credit *credit = create();
    const uint64_t later = 1 + CREDIT_RECENT_MS + 1;

    (void)state;
    for (int principal = 2; principal < 100; principal++)
        peer_of(credit, (uint8_t)principal, principal, 1);
    assert_true(credit_tell(credit, peer_of(credit, 1, 1, 1), 1) < CREDIT_MOST_BYTES);
    assert_int_equal(credit_tell(credit, peer_of(credit, 1, 1, later), later), CREDIT_MOST_BYTES);
    credit_destroy(credit);
}

static void connections_that_are_gone_are_not_counted(void **state)
{
    struct credit *credit = create();
    const uint64_t later = 1 + 2 * CREDIT_RECENT_MS;

    (void)state;
    for (int id = 0; id < 200; id++)
        peer_of(credit, (uint8_t)id, 1, 1);
    assert_int_equal(credit_tell(credit, peer_of(credit, 201, 1, later), later), CREDIT_MOST_BYTES);
    credit_destroy(credit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_peer_gets_the_most),
        cmocka_unit_test(many_connections_of_one_key_share_one_share),
        cmocka_unit_test(beyond_what_it_was_told_a_peer_gets_no_more),
        cmocka_unit_test(a_frame_of_one_who_has_nothing_waiting_is_taken),
        cmocka_unit_test(a_flood_under_one_key_leaves_the_others_their_share),
        cmocka_unit_test(connections_that_are_gone_are_not_counted),
        cmocka_unit_test(who_was_not_heard_of_for_long_makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
