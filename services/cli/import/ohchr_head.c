/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_head.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum {
    COVER_LINES_MAX = 60,    /* lines with text; the date stands among them */
    PREAMBLE_LINES_MAX = 60, /* between the response's heading and its first recommendation */
    TITLE_LINES_MAX = 15,    /* a title without marks stands among so many */
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

static const char *skip_marks(const char *text)
{
    while (*text && !words_letter(text))
        text_fold_next(&text);
    return text;
}

/* "Draft ...", "Annex 4: ...", "Projet de ..." */
static const char *skip_front(const char *text)
{
    static const char *const joints[] = {"of", "the", "de", "la", "del"};
    size_t len = words_at(text, WORDS_ANNEX);

    if (len) {
        text = skip_marks(text + len);
        if (!words_at(text, WORDS_RESPONSE_HEADING) && !words_at(text, WORDS_DRAFT))
            text += words_next(text); /* its number */
    }
    text = skip_marks(text + words_at(text, WORDS_DRAFT));
    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
        text = skip_marks(text + words_match(text, joints[i]));
    return text;
}

/* Behind "Management response" and the marks that follow it; NULL: the text is no such heading. */
static const char *behind_heading(const char *text)
{
    size_t len = words_at(text = skip_front(text), WORDS_RESPONSE_HEADING);

    if (!len)
        return NULL;
    return skip_marks(text + len);
}

static void find_heading(struct head *head)
{
    head->heading = head->start;
    for (int i = head->start - 1; i >= 0 && i >= head->start - PREAMBLE_LINES_MAX; i--)
        if (has_text(&head->lines->list[i]) && behind_heading(head->lines->list[i].cells[0]))
            head->heading = i;
}

/* Title --------------------------------------------------------------------------------------- */

/* "to the evaluation of" */
static const char *skip_joints(const char *text)
{
    static const char *const joints[] = {"to", "on", "the", "a", "sur", "sobre", "la", "l'"};

    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
        text = skip_marks(text + words_match(text, joints[i]));
    return text;
}

static const char *as_title(const char *text)
{
    const char *behind = behind_heading(text);
    size_t len;

    text = behind ? skip_joints(behind) : text;
    len = strlen(text);
    return len >= TITLE_BYTES_MIN && len <= TITLE_BYTES_MAX && !strchr(text, '\n') ? text : NULL;
}

/* "Evaluation title: ..." */
static const char *labelled_title(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon && words_at(text, WORDS_TITLE) == (size_t)(colon - text)
               ? as_title(skip_marks(colon))
               : NULL;
}

/* Without marks of headings: the first line of the cover that names an evaluation. */
static const char *plain_title(const struct head *head)
{
    int seen = 0;

    for (int i = 0; i < head->start && seen < TITLE_LINES_MAX; i++) {
        const struct ohchr_line *line = &head->lines->list[i];
        size_t len;
        if (!has_text(line))
            continue;
        seen++;
        if (line->ncells == 1 && words_label(line->cells[0]).kind == LABEL_NONE &&
            words_find(line->cells[0], line->cells[0] + strlen(line->cells[0]), WORDS_EVALUATION,
                       &len) &&
            as_title(line->cells[0]) && !strchr(".;:", line->cells[0][strlen(line->cells[0]) - 1]))
            return as_title(line->cells[0]);
    }
    return NULL;
}

static const char *find_title(const struct head *head)
{
    const char *title = NULL;

    for (int i = head->heading; i < head->start && !title; i++)
        if (has_text(&head->lines->list[i]))
            title = labelled_title(head->lines->list[i].cells[0]);

    for (int i = 0; i < head->start && !title; i++)
        if (head->lines->list[i].kind == LINE_HEADING)
            title = as_title(head->lines->list[i].cells[0]);
    if (!title)
        title = plain_title(head);
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

/* A text that is nothing but a day or a month. */
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

/* "Date: ...", "Final report - ...": what stands behind the words and marks; "" for others. */
static const char *behind_date_words(const char *text)
{
    const char *at = text;
    size_t len;

    while ((len = words_at(at, WORDS_DATE)) || (len = words_at(at, WORDS_REPORT)))
        at = skip_marks(at + len);
    return at > text ? at : "";
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
        try_date(behind_date_words(head->lines->list[i].cells[0]), &head->document->dated_on,
                 &precision);
    }
}

/* Preamble ------------------------------------------------------------------------------------ */

/* The next place where a day may follow a name: behind a comma, "on", "le" or "el". *front: where
 * the name ends. NULL: there is none. */
static const char *behind_joint(const char *text, const char **front)
{
    static const char *const joints[] = {"on", "le", "el", "du", "del"};

    for (; *text; text += words_next(text)) {
        while (words_letter(text))
            text += words_letter(text);
        *front = text;
        if (*text == ',')
            return skip_marks(text);
        for (size_t i = 0; *text == ' ' && i < sizeof(joints) / sizeof(joints[0]); i++) {
            size_t len = words_match(text + 1, joints[i]);
            if (len)
                return skip_marks(text + 1 + len);
        }
    }
    return NULL;
}

/* "Approved by: the head, 3 May 2024": who, and when. */
static void read_approval(struct head *head, const char *value)
{
    struct document *document = head->document;
    enum precision precision = PRECISION_UNSPECIFIED;
    const char *end = value + strlen(value);
    const char *front = value;
    const char *at = value;

    document->response_state = "Approved";
    try_date(value, &document->response_approved_on, &precision);
    if (precision != PRECISION_UNSPECIFIED)
        return;
    while (precision == PRECISION_UNSPECIFIED && (at = behind_joint(at, &front)))
        try_date(at, &document->response_approved_on, &precision);
    if (precision != PRECISION_UNSPECIFIED)
        end = front;
    document->response_approver = document_text(document, value, (size_t)(end - value));
}

/* "Approved on 3 May 2024 by the head": when, and who. */
static bool read_approved_on(struct head *head, const char *text)
{
    static const char *const joints[] = {"by", "par", "por"};
    struct document *document = head->document;
    enum precision precision = PRECISION_UNSPECIFIED;
    size_t len = words_at(text, WORDS_APPROVED_ON);
    const char *by = NULL;
    char *day;

    text = skip_marks(text + len);
    for (const char *at = text; len && *at && !by; at += words_next(at))
        for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
            if (words_match(at, joints[i]))
                by = at;
    day =
        len ? arena_strndup(&document->arena, text, by ? (size_t)(by - text) : strlen(text)) : NULL;
    if (!day)
        return false;
    try_date(day, &document->response_approved_on, &precision);
    if (precision == PRECISION_UNSPECIFIED)
        return false;
    document->response_state = "Approved";
    if (by)
        document->response_approver =
            document_text(document, by + words_next(by), strlen(by + words_next(by)));
    return true;
}

static void read_preamble_text(struct head *head, const char *text)
{
    struct document *document = head->document;
    enum precision precision = PRECISION_UNSPECIFIED;
    const char *colon = strchr(text, ':');
    size_t len = words_at(text, WORDS_APPROVED_BY);
    struct date dated = {0};

    if (read_approved_on(head, text))
        return;
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
    if (strstr(document->title, text) || behind_heading(text))
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
