/* SPDX-License-Identifier: Apache-2.0 */
/* What a recipient reads, and what can never stand in a mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "digest.h"
#include "model/answer_link.h"
#include "model/identity.h"

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 3 };

static const uint8_t link_key[LINK_KEY_BYTES] = {7};

struct world {
    struct arena arena;
    struct digest_line lines[LINES];
    struct digest_input input;
    struct digest digest;
    struct err err;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    const struct digest_line line = {.policy = "policy:six-monthly",
                                     .action = "drill#1/2",
                                     .document_title = "Drill",
                                     .text = "Take the\n  second step",
                                     .cycle = 3,
                                     .step = -7,
                                     .rung = RUNG_UNIT,
                                     .cycle_on = {2026, 11, 30},
                                     .overseer = "Field operations"};

    if (!world || !bytes_init(&world->err))
        return -1;
    for (int i = 0; i < LINES; i++)
        world->lines[i] = line;
    world->lines[1].action = "drill#2/1";
    world->lines[1].is_deadline = true;
    world->lines[1].cycle_on = (struct date){2026, 11, 1};
    world->lines[1].coalesced = 2;
    world->lines[2].action = "drill#3/1";
    world->lines[2].asked_before = 1;
    world->input = (struct digest_input){.recipient = "unit:U1",
                                         .recipient_name = "Country office",
                                         .address = "u1@example.org",
                                         .from = "uptake@example.org",
                                         .public_url = "https://uptake.example.org",
                                         .link_key = link_key,
                                         .message_id = "<1@example.org>",
                                         .digest_on = {2026, 11, 21},
                                         .created_us = 1795219200000000, /* 2026-11-21 00:00 UTC */
                                         .lines = world->lines,
                                         .nlines = LINES};
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

static void compose(struct world *world)
{
    assert_true(digest(&world->input, &world->arena, &world->digest, &world->err));
}

static void the_subject_counts_what_is_asked(void **state)
{
    struct world *world = *state;

    compose(world);
    assert_string_equal(world->digest.subject,
                        "Uptake: 1 overdue, 1 asked again, 1 due (Country office)");
    assert_string_equal(world->digest.date, "Sat, 21 Nov 2026 00:00:00 +0000");
}

static void each_line_has_code_title_day_and_one_link(void **state)
{
    struct world *world = *state;

    world->input.nlines = 1;
    world->input.link_key = NULL; /* as simulated */
    compose(world);
    assert_string_equal(world->digest.text,
                        "To: Country office\n"
                        "As of 21 November 2026\n"
                        "\n"
                        "Due (1)\n"
                        "\n"
                        "  1/2  Take the second step\n"
                        "    Drill\n"
                        "    Update due: 30 November 2026 (in 9 days)\n"
                        "    Needed: a progress word, a narrative, evidence.\n"
                        "    https://uptake.example.org/items/drill%231%2F2\n"
                        "\n"
                        "Updates go to: Field operations\n"
                        "\n"
                        "Reminders stop when an update is submitted or the action is closed. The "
                        "days are in the attached calendar file too.\n");
}

static void who_is_told_of_another_units_silence_gets_no_form(void **state)
{
    struct world *world = *state;

    world->lines[0].rung = RUNG_OVERSEER;
    assert_string_equal(digest_answer_link(&world->input, &world->lines[0], &world->arena),
                        "https://uptake.example.org/items/drill%231%2F2");
}

static void the_link_opens_the_form_of_this_recipient_for_sixty_days(void **state)
{
    struct world *world = *state;
    const int64_t claimed_s = world->input.created_us / 1000000;
    const char *link = digest_answer_link(&world->input, &world->lines[0], &world->arena);
    struct answer_link read;

    compose(world);
    assert_non_null(strstr(world->digest.text, link));
    assert_non_null(strstr(world->digest.html, link));
    assert_int_equal(strncmp(link, "https://uptake.example.org/a/", 29), 0);
    assert_true(answer_link_read(link_key, link + 29, claimed_s + 60 * 86400 - 1, &read,
                                 &world->arena, &world->err));
    assert_string_equal(read.unit, "unit:U1");
    assert_string_equal(read.action, "drill#1/2");
    assert_string_equal(read.policy, "policy:six-monthly");
    assert_int_equal(read.cycle, 3);
    assert_false(answer_link_read(link_key, link + 29, claimed_s + 60 * 86400, &read, &world->arena,
                                  &world->err));
}

static void what_is_late_comes_first_and_names_the_reminders_it_stands_for(void **state)
{
    struct world *world = *state;
    const char *late, *again, *due;

    compose(world);
    late = strstr(world->digest.text, "Overdue (1)");
    again = strstr(world->digest.text, "Asked again (1)");
    due = strstr(world->digest.text, "\nDue (1)");
    assert_true(late && again && due && late < again && again < due);
    assert_non_null(strstr(late, "Deadline passed: 1 November 2026 (20 days ago)"));
    assert_non_null(strstr(late, "Stands for 2 earlier reminders too."));
    assert_non_null(strstr(again, "Asked 1 time before in this cycle."));
}

static void a_restricted_title_stays_out_of_mail_and_calendar(void **state)
{
    struct world *world = *state;

    world->lines[0].is_restricted = true;
    world->lines[0].text = "secret wording";
    world->lines[0].document_title = "secret document";
    compose(world);
    assert_null(strstr(world->digest.text, "secret"));
    assert_null(strstr(world->digest.html, "secret"));
    assert_null(strstr(world->digest.calendar, "secret"));
    assert_non_null(strstr(world->digest.text, "  1/2  (restricted"));
}

static void composing_again_gives_the_same_bytes(void **state)
{
    struct world *world = *state;
    struct digest first;

    compose(world);
    first = world->digest;
    compose(world);
    assert_string_equal(first.text, world->digest.text);
    assert_string_equal(first.html, world->digest.html);
    assert_string_equal(first.calendar, world->digest.calendar);
    assert_string_equal(first.subject, world->digest.subject);
}

static void the_calendar_has_one_all_day_event_per_line(void **state)
{
    struct world *world = *state;
    icalcomponent *calendar, *event;
    int n = 0;

    compose(world);
    calendar = icalparser_parse_string(world->digest.calendar);
    assert_non_null(calendar);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    assert_int_equal(icalcomponent_get_method(calendar), ICAL_METHOD_PUBLISH);
    for (event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        assert_true(icalcomponent_get_dtstart(event).is_date);
        assert_non_null(icalcomponent_get_uid(event));
        n++;
    }
    assert_int_equal(n, LINES);
    assert_non_null(strstr(world->digest.calendar, "DTSTART;VALUE=DATE:20261130\r\n"));
    assert_non_null(strstr(world->digest.calendar, "DTSTAMP:20261121T000000Z\r\n"));
    assert_non_null(strstr(world->digest.calendar, "SEQUENCE:1\r\n"));
    icalcomponent_free(calendar);
}

static void steps_of_a_cycle_share_the_calendar_entry(void **state)
{
    struct identity_obligation one = {"policy:p", "d#1/1", 2, -7, "unit:U"};
    struct identity_obligation later = one, next = one;
    char a[IDENTITY_TEXT], b[IDENTITY_TEXT], c[IDENTITY_TEXT];

    (void)state;
    later.step = 14;
    next.cycle = 3;
    identity_event_uid(&one, "example.org", a);
    identity_event_uid(&later, "example.org", b);
    identity_event_uid(&next, "example.org", c);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
}

static void a_message_id_is_of_recipient_day_and_register(void **state)
{
    const struct date day = {2026, 11, 21}, other_day = {2026, 11, 22};
    char a[IDENTITY_TEXT], b[IDENTITY_TEXT];

    (void)state;
    identity_message_id("unit:U1", day, "e1", "example.org", a);
    identity_message_id("unit:U1", day, "e1", "example.org", b);
    assert_string_equal(a, b);
    assert_non_null(strstr(a, "@example.org>"));
    identity_message_id("unit:U2", day, "e1", "example.org", b);
    assert_string_not_equal(a, b);
    identity_message_id("unit:U1", other_day, "e1", "example.org", b);
    assert_string_not_equal(a, b);
    identity_message_id("unit:U1", day, "e2", "example.org", b);
    assert_string_not_equal(a, b);
}

static void a_reminders_id_knows_every_part_of_its_key(void **state)
{
    const struct identity_obligation base = {"policy:p", "d#1/1", 2, -7, "unit:U"};
    struct identity_obligation other[5];
    uint8_t id[IDENTITY_ID_BYTES], changed[IDENTITY_ID_BYTES];

    (void)state;
    for (int i = 0; i < 5; i++)
        other[i] = base;
    other[0].policy = "policy:q";
    other[1].action = "d#1/2";
    other[2].cycle = 3;
    other[3].step = 7;
    other[4].recipient = "unit:V";
    identity_reminder(&base, id);
    for (int i = 0; i < 5; i++) {
        identity_reminder(&other[i], changed);
        assert_memory_not_equal(id, changed, sizeof(id));
    }
}

static void a_line_break_in_a_name_is_refused(void **state)
{
    struct world *world = *state;

    world->input.recipient_name = "Office\r\nBcc: all@example.org";
    assert_false(digest(&world->input, &world->arena, &world->digest, &world->err));
    assert_string_equal(world->err.code, "HEADER_INJECTION");
    assert_int_equal(world->err.kind, ERR_REJECT);
}

static void an_address_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = {
        "",      "nobody",      "a@",    "@b",          "a@b@c",
        "a b@c", "a@b\r\nRCPT", "<a@b>", "a@b,c@d.org", "x\"y\"@b.org"};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(digest_address_check(bad[i], &err));
        assert_string_equal(err.code, "BAD_EMAIL");
    }
    assert_true(digest_address_check("first.last+tag@mail.example.org", &err));
}

static void a_name_beyond_ascii_becomes_encoded_words(void **state)
{
    struct world *world = *state;
    const char *value;

    value = digest_header("Bür", &world->arena, &world->err);
    assert_string_equal(value, "=?UTF-8?B?QsO8cg==?=");
    value = digest_header("plain", &world->arena, &world->err);
    assert_string_equal(value, "plain");
    value = digest_header("=?looks encoded?=", &world->arena, &world->err);
    assert_true(strncmp(value, "=?UTF-8?B?", 10) == 0);
    /* Khmer: three bytes a character, cut between characters, each word at most 75 long. */
    value = digest_header("ការិយាល័យឧត្តមស្នងការសិទ្ធិមនុស្សប្រចាំកម្ពុជា", &world->arena, &world->err);
    for (const char *at = value; *at;) {
        size_t len = strcspn(at, " ");
        assert_true(len <= 75);
        at += len + (at[len] == ' ');
    }
}

static void a_long_title_is_cut_between_characters(void **state)
{
    struct world *world = *state;
    char text[400] = "";
    const char *title;

    for (int i = 0; i < 120; i++)
        strcat(text, "ü");
    title = digest_short_title(text, &world->arena);
    assert_int_equal(strlen(title), 80 * 2 + strlen("…"));
    assert_string_equal(digest_short_title("  a \t\n b ", &world->arena), "a b");
    assert_string_equal(digest_short_title("", &world->arena), "");
}

static void html_says_what_the_text_says_and_fetches_nothing(void **state)
{
    struct world *world = *state;
    const char *html;

    compose(world);
    html = world->digest.html;
    assert_non_null(strstr(html, "<html lang=\"en\">"));
    assert_non_null(strstr(html, "Deadline passed: 1 November 2026 (20 days ago)"));
    assert_non_null(strstr(html, "<a href=\"https://uptake.example.org/a/answer."));
    assert_null(strstr(html, "<img"));
    assert_null(strstr(html, "<link"));
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<style"));
    assert_null(strstr(html, "url("));
    assert_null(strstr(html, "src="));
}

static void html_shows_what_looks_like_markup_as_it_is(void **state)
{
    struct world *world = *state;

    world->input.nlines = 1;
    world->input.recipient_name = "<b>Office</b>";
    world->input.public_url = "https://example.org/\" onclick='x";
    world->lines[0].text = "</p><img src=x> & \"more\"";
    world->lines[0].document_title = "<script>";
    world->lines[0].overseer = "A & B";
    world->lines[0].rung = RUNG_UNIT_HEAD;
    world->lines[0].asked = "C <D>";
    compose(world);
    assert_null(strstr(world->digest.html, "<img"));
    assert_null(strstr(world->digest.html, "<script"));
    assert_null(strstr(world->digest.html, "<b>"));
    assert_null(strstr(world->digest.html, "onclick='"));
    assert_non_null(
        strstr(world->digest.html, "&lt;/p&gt;&lt;img src=x&gt; &amp; &quot;more&quot;"));
    assert_non_null(strstr(world->digest.html, "Updates go to: A &amp; B"));
    assert_non_null(strstr(world->digest.html, "For C &lt;D&gt;: no update has come."));
}

static void an_escalation_says_for_whom_and_what_came_before(void **state)
{
    struct world *world = *state;
    struct digest_line *line = &world->lines[1];

    line->rung = RUNG_OVERSEER;
    line->asked = "Country office";
    line->asked_times = 3;
    line->asked_since = (struct date){2026, 10, 2};
    world->input.recipient_name = "Regional office";
    compose(world);
    assert_string_equal(world->digest.subject,
                        "Uptake: 1 escalated, 1 asked again, 1 due (Regional office)");
    assert_non_null(strstr(world->digest.text, "\nEscalated to you (1)\n\n  2/1  "));
    assert_non_null(strstr(world->digest.text, "For Country office: reminded 3 times since "
                                               "2 October 2026; no update has come."));
    assert_non_null(strstr(world->digest.text, "Needed: that the unit gives its update"));
    assert_null(strstr(world->digest.text, "Asked 3 times"));
}

static void what_is_late_may_be_answered_by_an_extension_or_a_reason(void **state)
{
    struct world *world = *state;

    world->input.lines = &world->lines[1];
    world->input.nlines = 1;
    compose(world);
    assert_non_null(strstr(world->digest.text, "Needed: a progress word, a narrative, evidence; or "
                                               "an extension or the reason for the delay.\n"));
}

static int count_of(const char *text, const char *word)
{
    int n = 0;

    for (const char *at = text; (at = strstr(at, word)); at++)
        n++;
    return n;
}

static void of_very_many_lines_the_most_pressing_are_written_and_the_others_counted(void **state)
{
    enum { MANY = DIGEST_LINES_MOST + 7 };
    struct world *world = *state;
    struct digest_line *lines = arena_alloc(&world->arena, MANY * sizeof(*lines));

    for (int i = 0; i < MANY; i++) {
        lines[i] = world->lines[0];
        lines[i].action = "drill#later/1";
    }
    lines[MANY - 1].action = "drill#pressing/1";
    lines[MANY - 1].rung = RUNG_OVERSEER;
    lines[MANY - 1].asked = "Country office";
    world->input.lines = lines;
    world->input.nlines = MANY;
    compose(world);
    assert_string_equal(world->digest.subject, "Uptake: 1 escalated, 506 due (Country office)");
    assert_non_null(strstr(world->digest.text, "pressing/1"));
    assert_non_null(strstr(world->digest.text, "\nDue (506)\n"));
    assert_non_null(strstr(world->digest.text, "and 7 more, which the list shows:\n"
                                               "    https://uptake.example.org/actions\n"));
    assert_non_null(strstr(world->digest.html, "and 7 more"));
    assert_non_null(strstr(world->digest.html, "href=\"https://uptake.example.org/actions\""));
    assert_int_equal(count_of(world->digest.text, "\n  later/1  "), DIGEST_LINES_MOST - 1);
    assert_int_equal(count_of(world->digest.html, ">later/1&ensp;"), DIGEST_LINES_MOST - 1);
    assert_int_equal(count_of(world->digest.calendar, "BEGIN:VEVENT"), DIGEST_LINES_MOST);
}

static void what_tells_of_cycles_alone_speaks_of_no_attachment(void **state)
{
    struct world *world = *state;
    const struct digest_cycle cycle = {.policy = "policy:six-monthly",
                                       .title = "A new update every six months",
                                       .ends_on = {2026, 12, 31},
                                       .first_on = {2026, 12, 1}};

    world->input.cycles = &cycle;
    world->input.ncycles = 1;
    compose(world);
    assert_non_null(strstr(world->digest.text, "attached"));
    world->input.nlines = 0;
    compose(world);
    assert_string_equal(world->digest.calendar, "");
    assert_null(strstr(world->digest.text, "attached"));
    assert_null(strstr(world->digest.html, "attached"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_subject_counts_what_is_asked),
        TEST(each_line_has_code_title_day_and_one_link),
        TEST(who_is_told_of_another_units_silence_gets_no_form),
        TEST(the_link_opens_the_form_of_this_recipient_for_sixty_days),
        TEST(what_is_late_comes_first_and_names_the_reminders_it_stands_for),
        TEST(a_restricted_title_stays_out_of_mail_and_calendar),
        TEST(composing_again_gives_the_same_bytes),
        TEST(html_says_what_the_text_says_and_fetches_nothing),
        TEST(html_shows_what_looks_like_markup_as_it_is),
        TEST(an_escalation_says_for_whom_and_what_came_before),
        TEST(what_is_late_may_be_answered_by_an_extension_or_a_reason),
        TEST(the_calendar_has_one_all_day_event_per_line),
        TEST(steps_of_a_cycle_share_the_calendar_entry),
        TEST(a_message_id_is_of_recipient_day_and_register),
        TEST(a_reminders_id_knows_every_part_of_its_key),
        TEST(a_line_break_in_a_name_is_refused),
        TEST(an_address_that_is_none_is_refused),
        TEST(a_name_beyond_ascii_becomes_encoded_words),
        TEST(of_very_many_lines_the_most_pressing_are_written_and_the_others_counted),
        TEST(what_tells_of_cycles_alone_speaks_of_no_attachment),
        TEST(a_long_title_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
