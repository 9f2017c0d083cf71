/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr.h"

#include "import/ohchr_head.h"
#include "import/ohchr_indicators.h"
#include "import/ohchr_quoted.h"
#include "import/ohchr_report.h"
#include "import/ohchr_response.h"

#include <string.h>

bool ohchr_recognise(const char *text)
{
    struct arena arena = {0};
    struct ohchr_lines lines;
    const char *language;
    struct err err;
    bool found =
        ohchr_lines_cut(text, &arena, &lines, &err) && ohchr_response_start(&lines, &language) >= 0;

    arena_finish(&arena);
    return found;
}

/* Recommendations of the report that the response passes over. */
static void add_unanswered(struct document *document, const struct ohchr_report *report)
{
    for (const struct ohchr_report_row *row = report->rows; row; row = row->next) {
        struct recommendation *record = document->recommendations;
        while (record && (record->parent || strcmp(record->code, row->code) != 0))
            record = record->next;
        if (record)
            continue;
        record = document_add_recommendation(document, row->line);
        if (!record)
            return;
        record->code = row->code;
        record->text = *row->title ? row->title : row->body;
        record->position = POSITION_NONE_GIVEN;
        if (row->theme)
            record->themes[record->nthemes++] = row->theme;
        document_find(document, SEVERITY_WARNING, "NO_POSITION",
                      arena_printf(&document->arena, "recommendation %s", row->code), row->line,
                      "ask the response's owner for an answer",
                      "the response does not answer this recommendation of the report");
    }
}

bool ohchr_read(struct document *document, struct directory *directory, struct err *err)
{
    struct ohchr_lines lines;
    struct ohchr_report report = {0};
    const char *language = NULL;
    int start;

    document->format = "ohchr-management-response";
    if (!ohchr_lines_cut(document->file->text, &document->arena, &lines, err))
        return false;
    start = ohchr_response_start(&lines, &language);
    if (start < 0)
        return err_set(err, ERR_REJECT, "FORMAT_UNKNOWN", document->file->path,
                       "no recommendation with management's position behind it");
    document->language = language;
    ohchr_head_read(document, directory, &lines, start);
    if (!ohchr_report_read(&lines, start, &document->arena, &report, err) ||
        !ohchr_response_read(document, directory, &lines, start, &report, err))
        return false;
    if (!document->failed)
        add_unanswered(document, &report);
    ohchr_indicators_read(document, &lines);
    if (!document->failed)
        ohchr_quoted_read(document, &lines, start);
    return !document->failed || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", document->file->path,
                                        "the document does not fit in memory");
}
