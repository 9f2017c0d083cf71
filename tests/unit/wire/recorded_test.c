/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that were once sent (tests/contract/messages) still unpack, say what they said, and come
 * out again as the same bytes, directly and by way of JSON.
 */
#include "wire/wire.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "uptake/v1/envelope.pb-c.h"
#include "uptake/v1/items.pb-c.h"

enum { RECORDED_BYTES_MAX = 4096 };

struct recorded {
    const char *name;
    const ProtobufCMessageDescriptor *type;
};

static const struct recorded recorded[] = {
    {"change_action", &uptake__v1__change__descriptor},
    {"change_document", &uptake__v1__change__descriptor},
    {"change_policy", &uptake__v1__change__descriptor},
    {"change_progress", &uptake__v1__change__descriptor},
    {"change_recommendation", &uptake__v1__change__descriptor},
    {"change_reminder", &uptake__v1__change__descriptor},
    {"change_response", &uptake__v1__change__descriptor},
    {"change_unit", &uptake__v1__change__descriptor},
    {"doorbell", &uptake__v1__doorbell__descriptor},
    {"envelope", &uptake__v1__envelope__descriptor},
    {"hello", &uptake__v1__hello__descriptor},
    {"push", &uptake__v1__push__descriptor},
    {"receipts", &uptake__v1__receipts__descriptor},
    {"welcome", &uptake__v1__welcome__descriptor},
};

/* The bytes of messages/NAME.hex: hexadecimal lines, comments from # to the end of the line. */
static size_t read_recorded(const char *name, uint8_t bytes[RECORDED_BYTES_MAX])
{
    char path[512];
    char line[512];
    size_t n = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/contract/messages/%s.hex", UPTAKE_SOURCE_DIR, name);
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        unsigned byte;

        for (const char *at = line; isxdigit((unsigned char)*at); at += 2) {
            assert_true(n < RECORDED_BYTES_MAX);
            assert_int_equal(sscanf(at, "%2x", &byte), 1);
            bytes[n++] = (uint8_t)byte;
        }
    }
    fclose(file);
    assert_true(n > 0);
    return n;
}

static void expect_packs_to(const ProtobufCMessage *message, struct arena *arena,
                            const uint8_t *bytes, size_t len)
{
    size_t packed_len = 0;
    uint8_t *packed = wire_pack(message, arena, &packed_len);

    assert_non_null(packed);
    assert_int_equal(packed_len, len);
    assert_memory_equal(packed, bytes, len);
}

static void recorded_messages_come_out_as_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
        uint8_t bytes[RECORDED_BYTES_MAX];
        size_t len = read_recorded(recorded[i].name, bytes);
        struct arena arena = {0};
        struct err err;
        ProtobufCMessage *message = wire_unpack(recorded[i].type, &arena, bytes, len, &err);

        assert_non_null(message);
        assert_int_equal(message->n_unknown_fields, 0);
        expect_packs_to(message, &arena, bytes, len);
        arena_finish(&arena);
    }
}

static void recorded_messages_survive_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
        uint8_t bytes[RECORDED_BYTES_MAX];
        size_t len = read_recorded(recorded[i].name, bytes);
        struct arena arena = {0};
        struct err err;
        ProtobufCMessage *message = wire_unpack(recorded[i].type, &arena, bytes, len, &err);
        json_t *json;

        assert_non_null(message);
        json = wire_to_json(message);
        assert_non_null(json);
        message = wire_from_json(recorded[i].type, json, &arena, &err);
        assert_non_null(message);
        expect_packs_to(message, &arena, bytes, len);
        json_decref(json);
        arena_finish(&arena);
    }
}

static void recorded_messages_cut_short_are_refused_or_shorter(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
        uint8_t bytes[RECORDED_BYTES_MAX];
        size_t len = read_recorded(recorded[i].name, bytes);

        for (size_t cut = 0; cut < len; cut++) {
            struct arena arena = {0};
            struct err err = {0};
            ProtobufCMessage *message = wire_unpack(recorded[i].type, &arena, bytes, cut, &err);

            /* A cut between two fields is a valid, shorter message; any other is refused by name.
             */
            if (message)
                expect_packs_to(message, &arena, bytes, cut);
            else
                assert_int_equal(err.kind, ERR_REJECT);
            arena_finish(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_messages_come_out_as_the_same_bytes),
        cmocka_unit_test(recorded_messages_survive_json),
        cmocka_unit_test(recorded_messages_cut_short_are_refused_or_shorter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
