/* SPDX-License-Identifier: Apache-2.0 */
#include "client/follower_fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena = (struct arena){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static Uptake__V1__Change change_of(Uptake__V1__Operation operation)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;

    change.operation = operation;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = (char *)(uintptr_t) "d";
    change.subject = (char *)(uintptr_t) "d#1/1";
    return change;
}

static struct follower_image packed(const Uptake__V1__Change *change)
{
    struct follower_image image = {0};

    image.bytes = wire_pack(&change->base, &arena, &image.len);
    assert_non_null(image.bytes);
    return image;
}

static struct follower_image fold(struct follower_image held, const Uptake__V1__Change *change)
{
    struct follower_image image = {0};

    assert_true(follower_fold(held, change, packed(change), &arena, &image));
    return image;
}

static const Uptake__V1__Change *read_image(struct follower_image image)
{
    struct err err;
    const ProtobufCMessage *change =
        wire_unpack(&uptake__v1__change__descriptor, &arena, image.bytes, image.len, &err);

    assert_non_null(change);
    return (const Uptake__V1__Change *)change;
}

/* An action with a wording and progress. */
static struct follower_image action(void)
{
    Uptake__V1__Change change = change_of(UPTAKE__V1__OPERATION__OPERATION_SET);
    Uptake__V1__ActionWording wording = UPTAKE__V1__ACTION_WORDING__INIT;
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;

    wording.text = (char *)(uintptr_t) "make the link";
    report.narrative = (char *)(uintptr_t) "begun";
    change.action_wording = &wording;
    change.progress_report = &report;
    return fold((struct follower_image){0}, &change);
}

static void set_replaces_the_groups_that_are_present(void **state)
{
    Uptake__V1__Change change = change_of(UPTAKE__V1__OPERATION__OPERATION_SET);
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
    const Uptake__V1__Change *after;

    (void)state;
    report.reported_on = (char *)(uintptr_t) "2024-06-30";
    change.progress_report = &report;
    after = read_image(fold(action(), &change));
    assert_int_equal(after->operation, UPTAKE__V1__OPERATION__OPERATION_ENTER);
    assert_string_equal(after->subject, "d#1/1");
    assert_string_equal(after->action_wording->text, "make the link");
    assert_string_equal(after->progress_report->reported_on, "2024-06-30");
    assert_string_equal(after->progress_report->narrative, ""); /* replaced whole */
}

static void an_empty_group_is_a_group(void **state)
{
    Uptake__V1__Change change = change_of(UPTAKE__V1__OPERATION__OPERATION_SET);
    Uptake__V1__Milestones none = UPTAKE__V1__MILESTONES__INIT;

    (void)state;
    change.milestones = &none;
    assert_non_null(read_image(fold(action(), &change))->milestones);
}

static void enter_replaces_everything(void **state)
{
    Uptake__V1__Change change = change_of(UPTAKE__V1__OPERATION__OPERATION_ENTER);
    Uptake__V1__HoldSet hold = UPTAKE__V1__HOLD_SET__INIT;
    const Uptake__V1__Change *after;

    (void)state;
    change.hold_set = &hold;
    after = read_image(fold(action(), &change));
    assert_null(after->action_wording);
    assert_non_null(after->hold_set);
}

static void the_order_of_changes_does_not_show(void **state)
{
    Uptake__V1__Change first = change_of(UPTAKE__V1__OPERATION__OPERATION_SET);
    Uptake__V1__Change second = first;
    Uptake__V1__HoldSet hold = UPTAKE__V1__HOLD_SET__INIT;
    Uptake__V1__Timeframe timeframe = UPTAKE__V1__TIMEFRAME__INIT;
    struct follower_image one, other;

    (void)state;
    timeframe.due_on = (char *)(uintptr_t) "2024-12-31";
    first.hold_set = &hold;
    second.timeframe = &timeframe;
    one = fold(fold(action(), &first), &second);
    other = fold(fold(action(), &second), &first);
    assert_int_equal(one.len, other.len);
    assert_memory_equal(one.bytes, other.bytes, one.len);
}

/* A group with number 100, which no program of today knows. */
static void groups_of_tomorrow_are_kept(void **state)
{
    const Uptake__V1__Change change = change_of(UPTAKE__V1__OPERATION__OPERATION_SET);
    const uint8_t group[] = {0xa2, 0x06, 3, 1, 2, 3};
    struct follower_image body = packed(&change);
    uint8_t bytes[256];
    struct follower_image image = {0};
    const uint8_t *at = NULL;
    size_t len = 0;

    (void)state;
    memcpy(bytes, body.bytes, body.len);
    memcpy(bytes + body.len, group, sizeof(group));
    body = (struct follower_image){bytes, body.len + sizeof(group)};
    assert_true(follower_fold(action(), &change, body, &arena, &image));
    assert_true(wire_field(image.bytes, image.len, 100, &at, &len));
    assert_int_equal(len, 3);
    assert_memory_equal(at, group + 3, 3);
    assert_non_null(read_image(fold(image, &change))->action_wording);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(set_replaces_the_groups_that_are_present, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_empty_group_is_a_group, set_up, tear_down),
        cmocka_unit_test_setup_teardown(enter_replaces_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_order_of_changes_does_not_show, set_up, tear_down),
        cmocka_unit_test_setup_teardown(groups_of_tomorrow_are_kept, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
