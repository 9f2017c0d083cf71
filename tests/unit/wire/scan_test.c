/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "uptake/v1/envelope.pb-c.h"
#include "uptake/v1/items.pb-c.h"

static const char *code_of(const ProtobufCMessageDescriptor *type, const void *bytes, size_t len)
{
    struct arena arena = {.cap = 1024 * 1024};
    struct err err = {0};
    ProtobufCMessage *message = wire_unpack(type, &arena, bytes, len, &err);

    arena_finish(&arena);
    return message ? "" : err.code;
}

static void refuses_an_empty_message(void **state)
{
    (void)state;
    assert_string_equal(code_of(&uptake__v1__push__descriptor, "", 0), "EMPTY_MESSAGE");
}

static void refuses_a_field_longer_than_its_message(void **state)
{
    const uint8_t bytes[] = {3 << 3 | 2, 100, 'a', 'b'};

    (void)state;
    assert_string_equal(code_of(&uptake__v1__change__descriptor, bytes, sizeof(bytes)),
                        "ENVELOPE_TRUNCATED");
}

static void says_what_was_declared_and_what_remains(void **state)
{
    const uint8_t bytes[] = {3 << 3 | 2, 100, 'a', 'b'};
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    assert_null(wire_unpack(&uptake__v1__change__descriptor, &arena, bytes, sizeof(bytes), &err));
    assert_string_equal(err.text, "field 3 at byte 0 declares 100 bytes, 2 remain");
}

static void refuses_a_message_that_ends_inside_a_number(void **state)
{
    const uint8_t tag[] = {1 << 3, 1, 0x80};
    const uint8_t number[] = {5 << 3, 0xff, 0xff};

    (void)state;
    assert_string_equal(code_of(&uptake__v1__change__descriptor, tag, sizeof(tag)),
                        "ENVELOPE_TRUNCATED");
    assert_string_equal(code_of(&uptake__v1__change__descriptor, number, sizeof(number)),
                        "ENVELOPE_TRUNCATED");
}

static void refuses_what_is_no_protobuf(void **state)
{
    const char text[] = "GET / HTTP/1.1";

    (void)state;
    assert_string_equal(code_of(&uptake__v1__envelope__descriptor, text, sizeof(text) - 1),
                        "ENVELOPE_UNREADABLE");
}

/* Field 90, each level the only field of the one before; `levels` of them. */
static size_t put_chain(uint8_t *bytes, size_t room, int levels)
{
    size_t at = room;

    for (int i = 0; i < levels; i++) {
        size_t len = room - at;
        assert_true(len < 128 && at >= 3);
        bytes[--at] = (uint8_t)len;
        bytes[--at] = 90 >> 4;
        bytes[--at] = (90 << 3 & 0x7f) | 0x80 | 2;
    }
    return at;
}

static void refuses_messages_in_messages_without_end(void **state)
{
    uint8_t bytes[100];
    size_t at = put_chain(bytes, sizeof(bytes), WIRE_DEPTH_MAX + 1);

    (void)state;
    assert_string_equal(code_of(&uptake__v1__push__descriptor, bytes + at, sizeof(bytes) - at),
                        "NESTING_TOO_DEEP");
    at = put_chain(bytes, sizeof(bytes), 4);
    assert_string_equal(code_of(&uptake__v1__push__descriptor, bytes + at, sizeof(bytes) - at), "");
}

static void refuses_field_number_zero_and_groups(void **state)
{
    const uint8_t zero[] = {0, 1};
    const uint8_t group[] = {3 << 3 | 3, 3 << 3 | 4};

    (void)state;
    assert_string_equal(code_of(&uptake__v1__change__descriptor, zero, sizeof(zero)),
                        "BAD_WIRE_FORMAT");
    assert_string_equal(code_of(&uptake__v1__change__descriptor, group, sizeof(group)),
                        "BAD_WIRE_FORMAT");
}

static void refuses_an_endless_varint(void **state)
{
    uint8_t bytes[20] = {5 << 3};

    (void)state;
    memset(bytes + 1, 0xff, sizeof(bytes) - 1);
    assert_string_equal(code_of(&uptake__v1__change__descriptor, bytes, sizeof(bytes)),
                        "BAD_WIRE_FORMAT");
}

static void refuses_the_same_scalar_twice(void **state)
{
    const uint8_t bytes[] = {3 << 3 | 2, 1, 'a', 3 << 3 | 2, 1, 'b'};

    (void)state;
    assert_string_equal(code_of(&uptake__v1__change__descriptor, bytes, sizeof(bytes)),
                        "DUPLICATE_FIELD");
}

static void refuses_ill_formed_utf8_and_control_characters(void **state)
{
    const uint8_t utf8[] = {3 << 3 | 2, 2, 0xff, 0xfe};
    const uint8_t nul[] = {3 << 3 | 2, 3, 'a', 0, 'b'};

    (void)state;
    assert_string_equal(code_of(&uptake__v1__change__descriptor, utf8, sizeof(utf8)), "BAD_UTF8");
    assert_string_equal(code_of(&uptake__v1__change__descriptor, nul, sizeof(nul)),
                        "BAD_CHARACTER");
}

static void refuses_a_bomb_of_empty_elements(void **state)
{
    uint8_t bytes[2 * (WIRE_CHANGES_MAX + 1)];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i += 2) {
        bytes[i] = 1 << 3 | 2;
        bytes[i + 1] = 0;
    }
    assert_string_equal(code_of(&uptake__v1__push__descriptor, bytes, sizeof(bytes) - 2), "");
    assert_string_equal(code_of(&uptake__v1__push__descriptor, bytes, sizeof(bytes)),
                        "TOO_MANY_ELEMENTS");
}

static void refuses_many_unknown_fields_and_allows_some(void **state)
{
    uint8_t bytes[3 * (WIRE_UNKNOWN_FIELDS_MAX + 1)];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i += 3) {
        bytes[i] = 0xf8; /* field 127, varint */
        bytes[i + 1] = 0x07;
        bytes[i + 2] = 1;
    }
    assert_string_equal(code_of(&uptake__v1__change__descriptor, bytes, sizeof(bytes) - 3), "");
    assert_string_equal(code_of(&uptake__v1__change__descriptor, bytes, sizeof(bytes)),
                        "TOO_MANY_UNKNOWN_FIELDS");
}

static void names_the_path_of_the_bad_field(void **state)
{
    /* progress_report (23) { narrative (3): ff } */
    const uint8_t bytes[] = {0xba, 0x01, 3, 3 << 3 | 2, 1, 0xff};
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    assert_null(wire_unpack(&uptake__v1__change__descriptor, &arena, bytes, sizeof(bytes), &err));
    assert_string_equal(err.place, "progress_report.narrative");
    arena_finish(&arena);
}

static void refuses_what_costs_more_memory_than_allowed(void **state)
{
    uint8_t bytes[2 * WIRE_CHANGES_MAX];
    struct arena arena = {.cap = 512};
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i += 2) {
        bytes[i] = 1 << 3 | 2;
        bytes[i + 1] = 0;
    }
    assert_null(wire_unpack(&uptake__v1__push__descriptor, &arena, bytes, sizeof(bytes), &err));
    assert_string_equal(err.code, "MESSAGE_TOO_LARGE");
    arena_finish(&arena);
}

static void finds_the_bytes_of_a_group(void **state)
{
    Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    struct arena arena = {0};
    const uint8_t *at = NULL;
    size_t len = 0, whole_len = 0, group_len = 0;
    uint8_t *whole, *group;

    (void)state;
    report.progress = UPTAKE__V1__PROGRESS__PROGRESS_ONGOING;
    report.narrative = (char *)"half way";
    change.subject = (char *)"d#1/1";
    change.progress_report = &report;
    whole = wire_pack(&change.base, &arena, &whole_len);
    group = wire_pack(&report.base, &arena, &group_len);
    assert_true(wire_field(whole, whole_len, 23, &at, &len));
    assert_int_equal(len, group_len);
    assert_memory_equal(at, group, len);
    assert_false(wire_field(whole, whole_len, 22, &at, &len));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_an_empty_message),
        cmocka_unit_test(refuses_a_field_longer_than_its_message),
        cmocka_unit_test(says_what_was_declared_and_what_remains),
        cmocka_unit_test(refuses_a_message_that_ends_inside_a_number),
        cmocka_unit_test(refuses_what_is_no_protobuf),
        cmocka_unit_test(refuses_messages_in_messages_without_end),
        cmocka_unit_test(refuses_field_number_zero_and_groups),
        cmocka_unit_test(refuses_an_endless_varint),
        cmocka_unit_test(refuses_the_same_scalar_twice),
        cmocka_unit_test(refuses_ill_formed_utf8_and_control_characters),
        cmocka_unit_test(refuses_a_bomb_of_empty_elements),
        cmocka_unit_test(refuses_many_unknown_fields_and_allows_some),
        cmocka_unit_test(names_the_path_of_the_bad_field),
        cmocka_unit_test(refuses_what_costs_more_memory_than_allowed),
        cmocka_unit_test(finds_the_bytes_of_a_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
