/* SPDX-License-Identifier: Apache-2.0 */
/* gate_reading - reads a page in a test, and writes what was found as short lines to compare. */
#ifndef UPTAKE_TESTS_GATE_READING_H
#define UPTAKE_TESTS_GATE_READING_H

#include "base/text.h"
#include "import/gate.h"
#include "import/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char sample[] = UPTAKE_SOURCE_DIR "/deploy/sample";

/* What reading one file gave. */
struct reading {
    struct document document;
    struct source_file file;
    struct directory directory;
    json_t *records; /* one object per record; NULL where a test reads the document itself */
};

static inline void release(struct reading *reading)
{
    json_decref(reading->records);
    document_finish(&reading->document);
    directory_finish(&reading->directory);
}

static inline void load_units(struct reading *reading, const char *path)
{
    struct err err;

    if (!directory_read_file(&reading->directory, path, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

/* A text that is not in any file. */
static inline bool try_text(struct reading *reading, const char *text, struct err *err)
{
    reading->file =
        (struct source_file){.path = "page", .name = "page", .text = text, .len = strlen(text)};
    reading->document.file = &reading->file;
    return gate_read(&reading->document, &reading->directory, err);
}

static inline void read_text(struct reading *reading, const char *text)
{
    struct err err;

    if (!try_text(reading, text, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

static inline void read_path(struct reading *reading, const char *path)
{
    struct err err;

    reading->document.file = &reading->file;
    if (!source_file_read(path, &reading->document.arena, &reading->file, &err) ||
        !gate_read(&reading->document, &reading->directory, &err))
        fail_msg("%s: %s: %s", err.code, err.place, err.text);
}

/* A page of one recommendation with these rows. */
static inline void read_rows(struct reading *reading, const char *rows)
{
    char *page;

    page = arena_printf(&reading->document.arena,
                        ": Office\n: 2020 - 2021 , Office\n: Title\n: Approved\n"
                        "Recommendation: 1. Do.\nManagement Response Category: Accepted\n"
                        "Key Actions\nResponsible Deadline Status Comments\n%s",
                        rows);
    assert_non_null(page);
    read_text(reading, page);
}

static inline int findings(const struct reading *reading, const char *code)
{
    int n = 0;

    for (const struct finding *each = reading->document.findings; each; each = each->next)
        n += strcmp(each->code, code) == 0;
    return n;
}

static inline const char *or_blank(const char *text)
{
    return text ? text : "";
}

static inline void put_date(struct text_buffer *text, struct date date)
{
    char day[DATE_TEXT] = "";

    if (!date_is_none(date))
        date_format(date, day);
    text_put(text, day);
}

static inline void put_units(struct text_buffer *text, const struct responsible *unit)
{
    for (bool first = true; unit; unit = unit->next, first = false)
        text_put_format(text, "%s%s %s%s", first ? "" : "; ", unit->name,
                        unit->vague ? "vague" : role_word(unit->role),
                        unit->ambiguous ? " ambiguous" : "");
}

static inline void put_action(struct text_buffer *text, const struct recommendation *record,
                              const struct action *action)
{
    text_put_format(text, "action|%s/%s|%s|", record->code, action->code, action->text);
    put_units(text, action->responsible);
    text_put(text, "|");
    put_date(text, action->timeframe.due_on);
    text_put_format(text, " %s|%s|%s\n", precision_word(action->timeframe.precision),
                    action->progress ? progress_word(action->progress) : "",
                    or_blank(action->progress_source));
    for (const struct progress_update *each = action->updates; each; each = each->next) {
        text_put_format(text, "update|%s/%s|", record->code, action->code);
        put_date(text, each->reported_on);
        text_put_format(text, "|%s|%s\n", progress_word(each->progress), or_blank(each->text));
    }
}

/* document, response, recommendations with their actions and updates, findings. */
static inline void put_document(struct text_buffer *text, const struct document *document)
{
    text_put_format(text, "document|%s|%s|", or_blank(document->title), or_blank(document->office));
    put_date(text, document->dated_on);
    text_put(text, "\n");
    if (document->response_state)
        text_put_format(text, "response|%s|%s\n", document->response_state,
                        or_blank(document->response_text));
    for (const struct recommendation *each = document->recommendations; each; each = each->next) {
        text_put_format(text, "recommendation|%s|%s|%s|%s\n", each->code,
                        position_word(each->position), each->text, or_blank(each->comment));
        for (const struct action *action = each->actions; action; action = action->next)
            put_action(text, each, action);
    }
    for (const struct finding *each = document->findings; each; each = each->next)
        text_put_format(text, "finding|%s|%s\n", each->code, each->subject);
}

#endif
