/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes a mail server is handed: short ASCII lines that say what they mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message.h"

#include <stdlib.h>
#include <string.h>

struct world {
    struct arena arena;
    struct digest digest;
    struct message message;
    struct err err;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    if (!world || !bytes_init(&world->err))
        return -1;
    world->digest = (struct digest){.subject = "Uptake: 1 due",
                                    .date = "Sat, 21 Nov 2026 00:00:00 +0000",
                                    .language = "en",
                                    .text = "First line\n",
                                    .html = "<p>First line</p>\n",
                                    .calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"};
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    arena_finish(&world->arena);
    free(world);
    return 0;
}

static const char *compose(struct world *world)
{
    assert_true(message_compose(&world->digest, "uptake@example.org", "unit@example.org",
                                "<0123abcd@example.org>", &world->arena, &world->message,
                                &world->err));
    return arena_strndup(&world->arena, (const char *)world->message.bytes, world->message.len);
}

static void a_message_is_headers_and_three_parts(void **state)
{
    assert_string_equal(compose(*state),
                        "Date: Sat, 21 Nov 2026 00:00:00 +0000\r\n"
                        "From: uptake@example.org\r\n"
                        "To: unit@example.org\r\n"
                        "Subject: Uptake: 1 due\r\n"
                        "Message-ID: <0123abcd@example.org>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "Content-Language: en\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: multipart/mixed; boundary=\"=_m_0123abcd\"\r\n"
                        "\r\n"
                        "--=_m_0123abcd\r\n"
                        "Content-Type: multipart/alternative;\r\n"
                        " boundary=\"=_a_0123abcd\"\r\n"
                        "\r\n"
                        "--=_a_0123abcd\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "First line\r\n"
                        "--=_a_0123abcd\r\n"
                        "Content-Type: text/html; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "<p>First line</p>\r\n"
                        "--=_a_0123abcd--\r\n"
                        "--=_m_0123abcd\r\n"
                        "Content-Type: text/calendar; charset=utf-8; method=PUBLISH;\r\n"
                        " name=\"uptake.ics\"\r\n"
                        "Content-Transfer-Encoding: base64\r\n"
                        "Content-Disposition: attachment; filename=\"uptake.ics\"\r\n"
                        "\r\n"
                        "QkVHSU46VkNBTEVOREFSDQpFTkQ6VkNBTEVOREFSDQo=\r\n"
                        "--=_m_0123abcd--\r\n");
}

static void quoted_text_keeps_lines_and_hides_what_servers_change(void **state)
{
    struct world *world = *state;

    world->digest.text = "a=b \nend\t\nfür\nno line end";
    assert_non_null(
        strstr(compose(world), "\r\n\r\na=3Db=20\r\nend=09\r\nf=C3=BCr\r\nno line end\r\n"));
}

static void no_line_is_long_and_every_byte_is_ascii(void **state)
{
    struct world *world = *state;
    char *text = arena_alloc(&world->arena, 30001);
    const char *mail;

    for (int i = 0; i < 30000; i += 3)
        memcpy(text + i, "ខ", 3);
    text[30000] = '\0';
    world->digest.text = world->digest.html = world->digest.calendar = text;
    world->digest.subject = digest_header(text + 29000 / 3 * 3, &world->arena, &world->err);
    mail = compose(world);
    for (const char *at = mail; *at;) {
        const char *end = strstr(at, "\r\n");
        assert_non_null(end);
        assert_true(end - at <= 78);
        for (; at < end; at++)
            assert_true(*at >= ' ' && *at < 0x7f);
        at = end + 2;
    }
}

static void a_long_subject_is_folded_before_its_spaces(void **state)
{
    struct world *world = *state;

    world->digest.subject = "Uptake: 1 escalated, 2 overdue, 3 asked again, 4 due "
                            "(South-East  Asia Regional Office in the Capital)";
    assert_non_null(strstr(compose(world),
                           "Subject: Uptake: 1 escalated, 2 overdue, 3 asked again, 4 due "
                           "(South-East  Asia\r\n Regional Office in the Capital)\r\n"));
}

static void the_hash_is_of_the_bytes(void **state)
{
    struct world *world = *state;
    uint8_t hash[SHA256_BYTES];

    compose(world);
    sha256(world->message.bytes, world->message.len, hash);
    assert_memory_equal(world->message.sha256, hash, sizeof(hash));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_headers_and_three_parts),
        TEST(quoted_text_keeps_lines_and_hides_what_servers_change),
        TEST(no_line_is_long_and_every_byte_is_ascii),
        TEST(a_long_subject_is_folded_before_its_spaces),
        TEST(the_hash_is_of_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
