/* SPDX-License-Identifier: Apache-2.0 */
/* Every finding the reader of GATE pages can give, what import says of a unit that is no more, and
 * every input that is refused. */
#include "gate_reading.h"
#include "import/own_checks.h"

#define HEAD ": Office\n: 2020 - 2021 , Office\n: Title\n: Approved\n"
#define TABLE "Key Actions\nResponsible Deadline Status Comments\n"
#define ACCEPTED "Management Response: Yes.\nManagement Response Category: Accepted\n"
#define FIRST HEAD "Recommendation: 1. Do.\n" ACCEPTED TABLE

static bool has(const struct reading *reading, const char *code, const char *subject)
{
    for (const struct finding *each = reading->document.findings; each; each = each->next)
        if (strcmp(each->code, code) == 0 && strcmp(each->subject, subject) == 0)
            return each->line > 0 && *each->message && *each->remedy;
    return false;
}

static void expect(const char *code, const char *subject, const char *page)
{
    struct reading reading = {.document.read_on = {2021, 12, 31}};

    read_text(&reading, page);
    if (!has(&reading, code, subject))
        fail_msg("%s of %s is missing", code, subject);
    release(&reading);
}

static void each_finding_has_its_page(void **state)
{
    static const struct {
        const char *code, *subject, *page;
    } cases[] = {
        {"ANCHOR_ASSUMED", "document", FIRST},
        {"TITLE_MISSING", "document", "Recommendation: 1. Do.\n" ACCEPTED TABLE},
        {"NO_CODE", "1", HEAD "Recommendation: Do.\n" ACCEPTED TABLE},
        {"NO_CODE", "action 1/1", FIRST "Do it. Desk 2021/12 Completed\n"},
        {"CODE_GAP", "3", HEAD "Recommendation: 1. Do.\nRecommendation: 3. Go.\n"},
        {"CODE_GAP", "action 1/1.2", FIRST "1.2. Do it. Desk 2021/12 Completed\n"},
        {"DUPLICATE_CODE", "1", HEAD "Recommendation: 1. Do.\nRecommendation: 1. Go.\n"},
        {"DUPLICATE_CODE", "action 1/1.1",
         FIRST "1.1. Do it. Desk 2021/12 Completed\n1.1. Go. Desk 2021/12 Completed\n"},
        {"TEXT_MISSING", "1", HEAD "Recommendation:\n" ACCEPTED TABLE},
        {"TEXT_MISSING", "action 1/1", FIRST "| | Desk | 2021/12 | Completed | |\n"},
        {"NO_POSITION", "1", HEAD "Recommendation: 1. Do.\nManagement Response Category:\n"},
        {"NO_POSITION", "1", HEAD "Recommendation: 1. Do.\nManagement Response: Yes.\n"},
        {"POSITION_UNKNOWN_WORD", "1",
         HEAD "Recommendation: 1. Do.\nManagement Response Category: Referred\n"},
        {"NO_REASON", "1", HEAD "Recommendation: 1. Do.\nManagement Response Category: Rejected\n"},
        {"NO_REASON", "1",
         HEAD "Recommendation: 1. Do.\nManagement Response:\n"
              "Management Response Category: Partially Accepted\nUNEG Criteria: Impact\n"},
        {"NO_DEADLINE", "action 1/1.1", FIRST "1.1. Do it. Desk No due date Completed\n"},
        {"NO_DEADLINE", "action 1/1.1", FIRST "1.1. Do it. Desk TBD Ongoing\n"},
        {"BAD_DATE", "action 1/1.1", FIRST "1.1. Do it. Desk 30 Feb 2026 Ongoing\n"},
        {"BAD_DATE", "action 1/1.1", FIRST "1.1. Do it. Desk 2150/01 Ongoing\n"},
        {"DATE_ORDER", "action 1/1.1", FIRST "1.1. Do it. Desk 2019/12 Ongoing\n"},
        {"DATE_AMBIGUOUS", "action 1/1.1", FIRST "1.1. Do it. Desk 03/04/2021 Ongoing\n"},
        {"DATE_AMBIGUOUS", "action 1/1.1", FIRST "1.1. Do it. Desk early 2021 Ongoing\n"},
        {"DATE_UNREADABLE", "action 1/1", FIRST "| Do it | Desk | when ready | Ongoing | |\n"},
        {"STATUS_UNKNOWN_WORD", "action 1/1.1", FIRST "1.1. Do it. Desk 2021/12 Triggered\n"},
        {"STATUS_UNKNOWN_WORD", "action 1/1", FIRST "| Do it | Desk | 2021/12 | Half done | |\n"},
        {"STATUS_UNKNOWN_WORD", "action 1/1", FIRST "| Do it | Desk | 2021/12 | Overdue | |\n"},
        {"NO_STATUS", "action 1/1", FIRST "| Do it | Desk | 2021/12 | | |\n"},
        {"UNIT_UNKNOWN", "action 1/1", FIRST "| Do it | Desk | 2021/12 | Ongoing | |\n"},
        {"UNIT_UNKNOWN", "action 1/1.1",
         FIRST "1.1. Go on with it 1.1. Go on with it 2021/12 Ongoing\n"},
        {"UNIT_MISSING", "action 1/1", FIRST "| Do it | | 2021/12 | Ongoing | |\n"},
        {"UNIT_VAGUE", "action 1/1",
         FIRST "| Do it | relevant departments | 2021/12 | Ongoing | |\n"},
        {"UNIT_AMBIGUOUS", "action 1/1", FIRST "Write to the Water Office 2021/12 Ongoing\n"},
        {"MILESTONE_IN_COMMENT", "action 1/1",
         FIRST "| Do it | Desk | 2021/12 | Ongoing | Half should be done by June 2021. |\n"},
        {"CADENCE_STATED", "action 1/1",
         FIRST "| Do it | Desk | 2021/12 | Ongoing | Reported every six months. |\n"},
        {"CADENCE_STATED", "action 1/1",
         FIRST "| Do it | Desk | 2021/12 | Ongoing | Suivi tous les trois mois. |\n"},
        {"STALE_SOURCE", "document",
         FIRST "| Do it | Desk | 2021/12 | Ongoing | May 2021: half is done. |\n"},
        {"STALE_SOURCE", "document", "Exported on: 29 June 2021\n" FIRST},
        {"UNIT_AMBIGUOUS", "action 1/1", FIRST "| Do it | Desk (Mill) | 2021/12 | Ongoing | |\n"},
        {"COLUMN_UNKNOWN", "key actions",
         HEAD "Recommendation: 1. Do.\n" ACCEPTED
              "Key Actions\n| Key Action | Responsible | Deadline | Status | Budget |\n"},
        {"COLUMN_UNKNOWN", "document",
         "Recommendation,Key Action,Responsible,Deadline,Budget\n1. Do,Go,Desk,2021/12,3\n"},
        {"COLUMN_ORDER", "key actions",
         HEAD "Recommendation: 1. Do.\n" ACCEPTED
              "Key Actions\nDeadline Responsible Status Comments\nDo it. 2021/12 Desk Ongoing\n"},
        {"ROW_INCOMPLETE", "key actions", FIRST "1.1. Do it. Desk\n"},
        {"ROW_SUSPECTED", "key actions",
         FIRST "1.1. Do it. Desk 2021/12 Ongoing Begun\nthe plan of\n2020/01 says so\n"},
        {"ROW_SUSPECTED", "key actions", FIRST "| Do | Desk | 2021/12 | Ongoing | a | b |\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(cases[i].code, cases[i].subject, cases[i].page);
}

/* Three bytes a letter: messages show the beginning of such a heading. */
static void a_message_never_holds_half_a_character(void **state)
{
    static const char page[] = "Recommendation,Key Action,Responsible,Deadline,xx"
                               "\u179f\u179f\u179f\u179f\u179f\u179f\u179f\u179f\u179f"
                               "\u179f\u179f\u179f\u179f\u179f\u179f\u179f\u179f\u179f\n"
                               "1. Do,Go,Desk,2021/12,3\n";
    struct reading reading = {0};
    bool told = false;

    (void)state;
    read_text(&reading, page);
    for (const struct finding *each = reading.document.findings; each; each = each->next) {
        assert_int_equal(text_utf8_check(each->message, strlen(each->message)),
                         strlen(each->message));
        told |= strcmp(each->code, "COLUMN_UNKNOWN") == 0;
    }
    assert_true(told);
    release(&reading);
}

static void a_name_is_reported_once_in_a_row(void **state)
{
    struct reading reading = {0};

    (void)state;
    read_rows(&reading, "| Do | Desk, Mill with desk | 2021/12 | Ongoing | |\n"
                        "| Go | Desk | 2021/12 | Ongoing | |\n");
    assert_int_equal(findings(&reading, "UNIT_UNKNOWN"), 3);
    release(&reading);
}

static void a_page_is_not_stale_without_a_day_or_before_six_months(void **state)
{
    static const char page[] = FIRST "| Do | Desk | 2021/12 | Ongoing | May 2021: half. |\n";
    static const struct date days[] = {{0}, {2021, 5, 31}, {2021, 11, 30}};

    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        struct reading reading = {.document.read_on = days[i]};
        read_text(&reading, page);
        assert_int_equal(findings(&reading, "STALE_SOURCE"), 0);
        release(&reading);
    }
}

static void a_unit_that_exists_no_longer_is_reported(void **state)
{
    struct reading reading = {.document.read_on = {2021, 12, 31}};
    json_t *unit =
        json_pack("{s:s, s:{s:s, s:s, s:[{s:s}]}}", "subject", "unit:OLD", "unit_identity", "code",
                  "OLD", "valid_to", "2020-06-30", "former_names", "name", "Older Desk");
    struct err err;

    (void)state;
    assert_true(directory_add_change(&reading.directory, unit, &err));
    json_decref(unit);
    read_text(&reading, FIRST "| Do | Older Desk | 2021/12 | Ongoing | |\n");
    assert_true(own_checks(&reading.document, "page", &reading.directory));
    assert_true(has(&reading, "UNIT_RETIRED", "action 1/1"));
    assert_int_equal(findings(&reading, "UNIT_RETIRED"), 1);
    assert_int_equal(findings(&reading, "UNIT_UNKNOWN"), 0);
    release(&reading);
}

static void what_cannot_be_read_is_refused_with_place_and_remedy(void **state)
{
    static const struct {
        const char *code, *place, *page;
    } cases[] = {
        {"FIELD_MISPLACED", "Recommendation:", "Key Actions\nRecommendation: 1. Do.\n"},
        {"NUMBER_RANGE", "line 1", "Recommendation 99999999999999999999: Do.\n"},
        {"NUMBER_RANGE", "line 10", FIRST "1.10000. Do it. Desk 2021/12 Ongoing\n"},
        {"CSV_ROW", "line 2",
         "Recommendation,Key Action,Responsible,Deadline,Status\n1. Do,Go,Desk,2021/12\n"},
        {"CSV_QUOTE", "line 2",
         "Recommendation,Key Action,Responsible,Deadline,Status\n1. Do,\"Go,Desk,2021/12,\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct reading reading = {0};
        struct err err;
        if (try_text(&reading, cases[i].page, &err))
            fail_msg("%s: read", cases[i].page);
        assert_string_equal(err.code, cases[i].code);
        assert_string_equal(err.place, cases[i].place);
        assert_non_null(strchr(err.text, ';'));
        assert_int_equal(err.kind, ERR_REJECT);
        release(&reading);
    }
}

static void more_recommendations_than_any_document_has_are_refused(void **state)
{
    struct reading reading = {0};
    struct text_buffer page = {0};
    struct err err;

    (void)state;
    for (int i = 1; i <= 2001; i++)
        text_put_format(&page, "Recommendation: %d. Do.\n", i);
    assert_false(page.failed);
    assert_false(try_text(&reading, page.text, &err));
    assert_string_equal(err.code, "TOO_MANY_RECORDS");
    release(&reading);
    text_buffer_finish(&page);
}

static void a_unit_that_is_part_of_itself_is_refused(void **state)
{
    struct directory directory = {0};
    char path[] = "/tmp/units-XXXXXX";
    int file = mkstemp(path);
    FILE *units = file < 0 ? NULL : fdopen(file, "w");
    struct err err;

    (void)state;
    assert_non_null(units);
    fputs(
        "{\"subject\": \"unit:A\", \"unit_identity\": {\"code\": \"A\", \"parent\": \"unit:B\"}}\n"
        "{\"subject\": \"unit:B\", \"unit_identity\": {\"code\": \"B\", \"parent\": \"unit:A\"}}\n",
        units);
    fclose(units);
    assert_false(directory_read_file(&directory, path, &err));
    assert_string_equal(err.code, "REFERENCE_CYCLE");
    directory_finish(&directory);
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_has_its_page),
        cmocka_unit_test(a_message_never_holds_half_a_character),
        cmocka_unit_test(a_name_is_reported_once_in_a_row),
        cmocka_unit_test(a_page_is_not_stale_without_a_day_or_before_six_months),
        cmocka_unit_test(a_unit_that_exists_no_longer_is_reported),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_place_and_remedy),
        cmocka_unit_test(more_recommendations_than_any_document_has_are_refused),
        cmocka_unit_test(a_unit_that_is_part_of_itself_is_refused),
    };
    struct err err;

    return bytes_init(&err) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
