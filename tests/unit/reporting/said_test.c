/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "said.h"

#include "uptake/v1/items.pb-c.h"

#include <string.h>

static void expect(const char *group, const char *now, const char *before, const char *line)
{
    struct arena arena = {0};
    json_t *said = json_loads(now, 0, NULL);
    json_t *old = before ? json_loads(before, 0, NULL) : NULL;

    assert_non_null(said);
    assert_string_equal(said_line(group, said, old, &arena), line);
    json_decref(said);
    json_decref(old);
    arena_finish(&arena);
}

static void new_group_is_told_with_every_value_it_has(void **state)
{
    (void)state;
    expect("timeframe", "{\"due_on\": \"2022-06-30\", \"source\": \"Q2/2022\"}", NULL,
           "Timeframe: 2022-06-30; as written Q2/2022");
    expect("hold_set", "{\"hold\": \"none\"}", NULL, "Hold: none");
}

static void changed_value_stands_beside_the_old_one(void **state)
{
    (void)state;
    expect("timeframe", "{\"due_on\": \"2023-06-30\", \"source\": \"Q2\"}",
           "{\"due_on\": \"2022-06-30\", \"source\": \"Q2\"}",
           "Timeframe: 2023-06-30 (was 2022-06-30)");
    expect("position_taken", "{\"position\": \"noted\"}",
           "{\"position\": \"noted\", \"caveat\": \"if funded\"}",
           "Position: noted; caveat none (was if funded)");
}

static void lists_are_told_element_by_element(void **state)
{
    (void)state;
    expect("responsibilities",
           "{\"units\": [{\"name\": \"CAM\", \"role\": \"lead\", \"inferred\": true}, "
           "{\"name\": \"SEA\", \"role\": \"support\"}]}",
           NULL, "Responsible: CAM \xc2\xb7 lead \xc2\xb7 inferred, SEA \xc2\xb7 support");
    expect("crosswalk_table",
           "{\"system\": \"x\", \"words\": [{\"word\": \"a\"}, {\"word\": \"b\"}]}", NULL,
           "Crosswalk: x; words 2");
}

static void keys_and_grants_are_told_by_what_they_are(void **state)
{
    (void)state;
    expect("principal_keys",
           "{\"keys\": [{\"public_key\": \"k1\", \"revoked\": true, \"reason\": \"lost\"}, "
           "{\"public_key\": \"k2\"}]}",
           NULL, "Keys: lost \xc2\xb7 k1 \xc2\xb7 revoked, k2");
    expect("principal_grants",
           "{\"pushes\": [{\"kind\": \"action\", \"groups\": [\"timeframe\", \"hold_set\"], "
           "\"unit\": \"unit:A\"}], \"reads\": [\"hq\"]}",
           NULL, "Grants: action \xc2\xb7 timeframe + hold_set \xc2\xb7 unit:A; may read hq");
}

static void long_text_is_cut_and_stays_on_its_line(void **state)
{
    struct arena arena = {0};
    json_t *said = json_pack("{s:s}", "text",
                             "One\ntwo three four five six seven eight nine ten eleven twelve "
                             "thirteen fourteen fifteen sixteen seventeen");
    const char *line = said_line("action_wording", said, NULL, &arena);

    (void)state;
    assert_null(strchr(line, '\n'));
    assert_string_equal(line + strlen(line) - 3, "...");
    assert_true(strlen(line) < 100);
    json_decref(said);
    arena_finish(&arena);
}

static void restored_item_is_not_told_as_retracted(void **state)
{
    (void)state;
    expect("retraction", "{\"retracted\": true, \"reason\": \"Twice.\"}", NULL,
           "Retracted: Twice.");
    expect("retraction", "{\"reason\": \"It was right.\"}",
           "{\"retracted\": true, \"reason\": \"Twice.\"}", "Restored: It was right. (was Twice.)");
}

/* A group that is added to the proto and forgotten here would be told by its bare name. */
static void every_field_group_has_a_title(void **state)
{
    const ProtobufCMessageDescriptor *type = &uptake__v1__change__descriptor;

    (void)state;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        assert_string_not_equal(said_title(field->name), field->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_group_is_told_with_every_value_it_has),
        cmocka_unit_test(changed_value_stands_beside_the_old_one),
        cmocka_unit_test(lists_are_told_element_by_element),
        cmocka_unit_test(keys_and_grants_are_told_by_what_they_are),
        cmocka_unit_test(long_text_is_cut_and_stays_on_its_line),
        cmocka_unit_test(restored_item_is_not_told_as_retracted),
        cmocka_unit_test(every_field_group_has_a_title),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
