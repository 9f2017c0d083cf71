/* SPDX-License-Identifier: Apache-2.0 */
#include "validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A change that passes; each test spoils one thing. */
struct sample {
    Uptake__V1__Change change;
    Uptake__V1__ActionWording wording;
    Uptake__V1__Timeframe timeframe;
    Uptake__V1__ProgressReport report;
    char *recommendations[1];
};

static void fill(struct sample *s)
{
    uptake__v1__change__init(&s->change);
    uptake__v1__action_wording__init(&s->wording);
    uptake__v1__timeframe__init(&s->timeframe);
    uptake__v1__progress_report__init(&s->report);
    s->recommendations[0] = (char *)"d#1";
    s->wording.code = (char *)"1";
    s->wording.text = (char *)"Map who could take over";
    s->wording.recommendations = s->recommendations;
    s->wording.n_recommendations = 1;
    s->timeframe.source = (char *)"2022/12";
    s->timeframe.due_on = (char *)"2022-12-31";
    s->timeframe.precision = UPTAKE__V1__PRECISION__PRECISION_MONTH;
    s->report.progress = UPTAKE__V1__PROGRESS__PROGRESS_ONGOING;
    s->change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    s->change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    s->change.document = (char *)"d";
    s->change.subject = (char *)"d#1/1";
    s->change.action_wording = &s->wording;
    s->change.timeframe = &s->timeframe;
    s->change.progress_report = &s->report;
}

static void refuses(const struct sample *s, const char *code, const char *place)
{
    struct err err = {0};

    assert_false(validate_change(&s->change, &err));
    assert_string_equal(err.code, code);
    assert_string_equal(err.place, place);
    assert_true(err.text[0]);
}

static void a_good_change_passes(void **state)
{
    struct sample s;
    struct err err;

    (void)state;
    fill(&s);
    assert_true(validate_change(&s.change, &err));
}

static void senders_may_only_set(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.operation = UPTAKE__V1__OPERATION__OPERATION_ENTER;
    refuses(&s, "OPERATION_NOT_ALLOWED", "operation");
}

static void keys_are_short_visible_and_present(void **state)
{
    char long_key[202];
    struct sample s;

    (void)state;
    memset(long_key, 'k', sizeof(long_key) - 1);
    long_key[sizeof(long_key) - 1] = '\0';
    fill(&s);
    s.change.subject = long_key;
    refuses(&s, "FIELD_TOO_LONG", "subject");
    s.change.subject = (char *)"";
    refuses(&s, "FIELD_MISSING", "subject");
    s.change.subject = (char *)"d#1\xe2\x80\xae/1";
    refuses(&s, "CONFUSABLE_TEXT", "subject");
    s.change.subject = (char *)"d#e\xcc\x81/1"; /* e and an accent; together one letter */
    refuses(&s, "FIELD_NOT_NORMALISED", "subject");
}

static void a_key_shows_its_document(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.subject = (char *)"other#1/1";
    refuses(&s, "BAD_KEY", "subject");
    s.change.subject = (char *)"d";
    refuses(&s, "BAD_KEY", "subject");
    s.change.subject = (char *)"dd#1/1";
    refuses(&s, "BAD_KEY", "subject");
}

static void an_unknown_kind_is_refused(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.change.kind = (Uptake__V1__ItemKind)42;
    refuses(&s, "KIND_UNKNOWN", "kind");
}

static void a_change_needs_groups_that_fit_its_kind(void **state)
{
    Uptake__V1__UnitIdentity unit = UPTAKE__V1__UNIT_IDENTITY__INIT;
    struct sample s;

    (void)state;
    fill(&s);
    s.change.unit_identity = &unit;
    refuses(&s, "GROUP_NOT_ALLOWED", "unit_identity");
    fill(&s);
    s.change.action_wording = NULL;
    refuses(&s, "FIELD_MISSING", "action_wording");
    s.change.base_revision = 1;
    s.change.timeframe = NULL;
    s.change.progress_report = NULL;
    refuses(&s, "GROUP_EMPTY", "change");
}

static void impossible_dates_and_orders_are_refused(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.timeframe.due_on = (char *)"2026-02-30";
    refuses(&s, "BAD_DATE", "timeframe.due_on");
    fill(&s);
    s.timeframe.start_on = (char *)"2023-01-01";
    refuses(&s, "DATE_ORDER", "timeframe.start_on");
}

static void words_must_be_said_and_known(void **state)
{
    struct sample s;

    (void)state;
    fill(&s);
    s.report.progress = UPTAKE__V1__PROGRESS__PROGRESS_UNSPECIFIED;
    refuses(&s, "GROUP_EMPTY", "progress_report");
    s.report.source = (char *)"On track";
    refuses(&s, "FIELD_MISSING", "progress_report.progress");
    s.report.progress = (Uptake__V1__Progress)42;
    refuses(&s, "ENUM_UNKNOWN", "progress_report.progress");
}

static void an_address_cannot_split_a_header(void **state)
{
    static const char *const bad[] = {"a@b\r\nBcc: x@y", "a@@b", "a b@c", "nobody", "a@b,c@d"};
    Uptake__V1__UnitIdentity unit = UPTAKE__V1__UNIT_IDENTITY__INIT;
    Uptake__V1__UnitContact contact = UPTAKE__V1__UNIT_CONTACT__INIT;
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    struct err err;

    (void)state;
    unit.code = unit.name = (char *)"DRD";
    unit.kind = UPTAKE__V1__UNIT_KIND__UNIT_KIND_POST;
    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT;
    change.document = (char *)"units";
    change.subject = (char *)"unit:DRD";
    change.unit_identity = &unit;
    change.unit_contact = &contact;
    contact.email = (char *)"drd@example.org";
    assert_true(validate_change(&change, &err));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        contact.email = (char *)(uintptr_t)bad[i];
        assert_false(validate_change(&change, &err));
        assert_string_equal(err.code, "BAD_EMAIL");
    }
}

static void steps_of_a_policy_ascend_within_a_year(void **state)
{
    int32_t steps[] = {-30, -30};
    Uptake__V1__PolicyRule rule = UPTAKE__V1__POLICY_RULE__INIT;
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    struct err err;

    (void)state;
    rule.title = (char *)"Six-monthly update";
    rule.trigger = UPTAKE__V1__TRIGGER__TRIGGER_INTERVAL;
    rule.interval_months = 6;
    rule.go_live_on = (char *)"2026-01-01";
    rule.steps = steps;
    rule.n_steps = 2;
    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_POLICY;
    change.document = (char *)"policies";
    change.subject = (char *)"policy:six";
    change.policy_rule = &rule;
    assert_false(validate_change(&change, &err));
    assert_string_equal(err.place, "policy_rule.steps");
    steps[1] = 366;
    assert_false(validate_change(&change, &err));
    steps[1] = 0;
    assert_true(validate_change(&change, &err));
    rule.interval_months = 0;
    assert_false(validate_change(&change, &err));
    assert_string_equal(err.place, "policy_rule.interval_months");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_change_passes),
        cmocka_unit_test(senders_may_only_set),
        cmocka_unit_test(keys_are_short_visible_and_present),
        cmocka_unit_test(a_key_shows_its_document),
        cmocka_unit_test(an_unknown_kind_is_refused),
        cmocka_unit_test(a_change_needs_groups_that_fit_its_kind),
        cmocka_unit_test(impossible_dates_and_orders_are_refused),
        cmocka_unit_test(words_must_be_said_and_known),
        cmocka_unit_test(an_address_cannot_split_a_header),
        cmocka_unit_test(steps_of_a_policy_ascend_within_a_year),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
