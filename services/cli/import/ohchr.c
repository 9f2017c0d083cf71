/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr.h"

#include "import/ohchr_head.h"
#include "import/ohchr_indicators.h"
#include "import/ohchr_quoted.h"
#include "import/ohchr_report.h"
#include "import/ohchr_response.h"
#include "import/ohchr_start.h"

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

/* Does the response repeat most of a list? Else it is a list of something else. */
static bool is_answered(const struct document *document, const struct ohchr_report *report)
{
    int answered = 0;

    for (const struct recommendation *each = document->recommendations; each; each = each->next) {
        const struct ohchr_report_row *row =
            each->parent ? NULL : ohchr_report_find(report, each->code);
        answered += row && ohchr_report_alike(each->text, row->title);
    }
    return answered * 2 > report->n;
}

/* Recommendations of the report that the response passes over. */
static void add_unanswered(struct document *document, const struct ohchr_report *report)
{
    if (report->listed && !is_answered(document, report))
        return;
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
    int end;

    document->format = "ohchr-management-response";
    if (!ohchr_lines_cut(document->file->text, &document->arena, &lines, err))
        return false;
    start = ohchr_response_start(&lines, &language);
    if (start < 0)
        return err_set(err, ERR_REJECT, "FORMAT_UNKNOWN", document->file->path,
                       "no recommendation with management's position behind it");
    document->language = language;
    ohchr_head_read(document, directory, &lines, start);
    end = ohchr_response_end(&lines, start);
    if (!ohchr_report_read(&lines, 0, start, &document->arena, &report, err) ||
        (!report.n && !ohchr_report_read(&lines, end, lines.n, &document->arena, &report, err)) ||
        !ohchr_response_read(document, directory, &lines, start, end, &report, err))
        return false;
    if (!document->failed)
        add_unanswered(document, &report);
    ohchr_indicators_read(document, &lines);
    if (!document->failed)
        ohchr_quoted_read(document, &lines, start);
    return !document->failed || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", document->file->path,
                                        "the document does not fit in memory");
}
