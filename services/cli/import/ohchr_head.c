/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_head.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum {
    COVER_LINES_MAX = 60,    /* lines with text; the date stands among them */
    PREAMBLE_LINES_MAX = 60, /* between the response's heading and its first recommendation */
    TITLE_BYTES_MIN = 8,
    TITLE_BYTES_MAX = 400,
    DATE_BYTES_MAX = 60,
};

struct head {
    struct document *document;
    const struct ohchr_lines *lines;
    int heading; /* line of the response's heading; start without one */
    int start;
    struct text_buffer text; /* what the response says before it answers */
};

static bool has_text(const struct ohchr_line *line)
{
    return (line->kind == LINE_TEXT || line->kind == LINE_HEADING) && line->cells[0][0];
}

/* Behind "Management response" and the marks that follow it; NULL: the text is no such heading. */
static const char *behind_heading(const char *text)
{
    size_t len = words_at(text, WORDS_RESPONSE_HEADING);

    if (!len)
        return NULL;
    for (text += len; *text && !words_letter(text);)
        text_fold_next(&text);
    return text;
}

static void find_heading(struct head *head)
{
    head->heading = head->start;
    for (int i = head->start - 1; i >= 0 && i >= head->start - PREAMBLE_LINES_MAX; i--)
        if (has_text(&head->lines->list[i]) && behind_heading(head->lines->list[i].cells[0]))
            head->heading = i;
}

/* Title --------------------------------------------------------------------------------------- */

static const char *as_title(const char *text)
{
    const char *behind = behind_heading(text);
    size_t len;

    text = behind ? behind : text;
    len = strlen(text);
    return len >= TITLE_BYTES_MIN && len <= TITLE_BYTES_MAX && !strchr(text, '\n') ? text : NULL;
}

static const char *find_title(const struct head *head)
{
    const char *title = NULL;

    for (int i = 0; i < head->start && !title; i++)
        if (head->lines->list[i].kind == LINE_HEADING)
            title = as_title(head->lines->list[i].cells[0]);
    for (int i = head->heading; i < head->start && !title; i++)
        if (has_text(&head->lines->list[i]) &&
            words_label(head->lines->list[i].cells[0]).kind == LABEL_NONE)
            title = as_title(head->lines->list[i].cells[0]);
    return title;
}

/* The unit that the title names is the office that was evaluated. */
static void find_office(struct head *head, const struct directory *directory)
{
    size_t best = 0;

    for (const char *at = head->document->title; *at; at += words_next(at)) {
        size_t len;
        const struct directory_name *entry = directory_match(directory, at, &len);
        if (!entry || !entry->unit || entry->role != ROLE_LEAD || len <= best)
            continue;
        best = len;
        head->document->office_unit = entry->unit;
        head->document->office = document_text(head->document, at, len);
    }
}

/* Dates --------------------------------------------------------------------------------------- */

static bool is_finer(enum precision a, enum precision b)
{
    return b == PRECISION_UNSPECIFIED || a < b;
}

/* A line that is nothing but a day or a month. */
static void try_date(const char *text, struct date *date, enum precision *precision)
{
    struct timeframe read;

    if (strlen(text) > DATE_BYTES_MAX || timeframe_read(text, &read) != TIMEFRAME_DATED ||
        (read.precision != PRECISION_DAY && read.precision != PRECISION_MONTH) ||
        !is_finer(read.precision, *precision))
        return;
    *date = read.due_on;
    *precision = read.precision;
}

static void find_date(struct head *head)
{
    enum precision precision = PRECISION_UNSPECIFIED;
    int seen = 0;

    for (int i = 0; i < head->start && seen < COVER_LINES_MAX; i++) {
        if (!has_text(&head->lines->list[i]))
            continue;
        seen++;
        try_date(head->lines->list[i].cells[0], &head->document->dated_on, &precision);
    }
}

/* Preamble ------------------------------------------------------------------------------------ */

/* "Approved by: the head, 3 May 2024": who, and when. */
static void read_approval(struct head *head, const char *value)
{
    struct document *document = head->document;
    enum precision precision = PRECISION_UNSPECIFIED;
    const char *comma = strrchr(value, ',');

    document->response_state = "Approved";
    try_date(value, &document->response_approved_on, &precision);
    if (precision == PRECISION_UNSPECIFIED && comma)
        try_date(comma + 1, &document->response_approved_on, &precision);
    else
        comma = NULL;
    if (precision == PRECISION_UNSPECIFIED || comma)
        document->response_approver =
            document_text(document, value, comma ? (size_t)(comma - value) : strlen(value));
}

static void read_preamble_text(struct head *head, const char *text)
{
    struct document *document = head->document;
    enum precision precision = PRECISION_UNSPECIFIED;
    const char *colon = strchr(text, ':');
    size_t len = words_at(text, WORDS_APPROVED_BY);
    struct date dated = {0};

    if (len && (text[len] == ':' || (text[len] == ' ' && strlen(text) < TITLE_BYTES_MAX))) {
        read_approval(head, text + len + strspn(text + len, ": "));
        return;
    }
    if (colon && words_at(text, WORDS_DATE) == (size_t)(colon - text)) {
        try_date(colon + 1 + strspn(colon + 1, " "), &dated, &precision);
        if (!date_is_none(dated))
            document->dated_on = dated;
        return;
    }
    if (strcmp(text, document->title) == 0 || behind_heading(text))
        return;
    text_put(&head->text, head->text.len ? "\n" : "");
    text_put(&head->text, text);
}

static void read_preamble(struct head *head)
{
    struct document *document = head->document;

    for (int i = head->heading; i < head->start; i++) {
        const struct ohchr_line *line = &head->lines->list[i];
        size_t len;
        if (!has_text(line))
            continue;
        if (words_find(line->cells[0], line->cells[0] + strnlen(line->cells[0], DATE_BYTES_MAX),
                       WORDS_DRAFT, &len) &&
            i == head->heading)
            document->response_state = "Draft";
        for (int c = 0; c < line->ncells; c++)
            if (line->cells[c][0])
                read_preamble_text(head, line->cells[c]);
    }
    document->response_text =
        document_text(document, head->text.len ? head->text.text : "", head->text.len);
    document->failed |= head->text.failed;
}

/* -------------------------------------------------------------------------------------------- */

static void find_assumed(struct head *head)
{
    struct document *document = head->document;
    int line = head->lines->list[head->start].number;
    char day[DATE_TEXT];

    if (!document->response_state) {
        document->response_state = "Approved";
        document_find(document, SEVERITY_INFO, "APPROVAL_ASSUMED", "response", line,
                      "push the response's state if it is a draft",
                      "the source does not say whether the response is approved; published, it is "
                      "taken as approved");
    }
    if (!date_is_none(document->response_approved_on))
        return;
    if (date_is_none(document->dated_on)) {
        document_find(document, SEVERITY_WARNING, "DATE_MISSING", "document", 1,
                      "push the day on which the response was approved",
                      "neither the document nor the response states a date");
        return;
    }
    date_format(document->dated_on, day);
    document_find(document, SEVERITY_INFO, "ANCHOR_ASSUMED", "document", 1,
                  "push the day on which the response was approved",
                  "the response does not say when it was approved; the document's date stands in: "
                  "%s",
                  day);
}

void ohchr_head_read(struct document *document, const struct directory *directory,
                     const struct ohchr_lines *lines, int start)
{
    struct head head = {.document = document, .lines = lines, .start = start};

    find_heading(&head);
    document->title = find_title(&head);
    if (!document->title) {
        document->title = document->file->name;
        document_find(document, SEVERITY_WARNING, "TITLE_MISSING", "document", 1,
                      "keep the title when saving the text",
                      "no title was found; the file's name stands in");
    }
    find_office(&head, directory);
    find_date(&head);
    read_preamble(&head);
    find_assumed(&head);
    text_buffer_finish(&head.text);
}
