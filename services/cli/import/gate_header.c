/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_header.h"

#include "base/text.h"
#include "import/gate_labels.h"
#include "model/crosswalk.h"
#include "model/timeframe.h"

#include <string.h>

static void take_labelled(struct gate_header *header, const char *word, const char *value)
{
    struct timeframe day;

    if (strcmp(word, "office") == 0)
        header->office = value;
    else if (strcmp(word, "title") == 0)
        header->title = value;
    else if (strcmp(word, "period") == 0)
        header->period = value;
    else if (strcmp(word, "state") == 0)
        header->state = value;
    else if (strcmp(word, "saved") == 0 && timeframe_read(value, &day) == TIMEFRAME_DATED)
        header->saved_on = day.due_on;
}

/* Nothing that stands before the first value is of this page's response: the site's navigation. */
static void begin_values(struct gate_header *header)
{
    if (header->nvalues == 0 && !header->office && !header->title && !header->period)
        header->ntext = 0;
}

void gate_header_line(struct document *document, struct gate_header *header, const char *line)
{
    struct crosswalk_row row;
    const char *value = gate_head_value(line, &row);

    if (*line == ':') {
        value = document_text(document, line + 1, strlen(line + 1));
        begin_values(header);
        if (value && header->nvalues < GATE_HEADER_VALUES)
            header->values[header->nvalues++] = value;
    } else if (value) {
        begin_values(header);
        if (*value)
            take_labelled(header, row.word, value);
    } else if (!gate_is_heading(line, &row) && *line != '#' && header->ntext < GATE_HEADER_LINES) {
        header->text[header->ntext++] = line;
    }
}

static bool read_period(const char *value, struct timeframe *timeframe)
{
    char head[16];
    size_t len = strcspn(value, ",");

    if (len >= sizeof(head))
        return false;
    memcpy(head, value, len);
    head[len] = '\0';
    return timeframe_read(head, timeframe) == TIMEFRAME_DATED;
}

/* The page states no date of its own, and the half-yearly updates need a day to count from. */
static void assume_date(struct document *document, struct date end)
{
    char day[DATE_TEXT];

    document->dated_on = end;
    date_format(end, day);
    document_find(document, SEVERITY_INFO, "ANCHOR_ASSUMED", "document", 1,
                  "push the day on which the response was approved",
                  "the page gives no date; the end of the evaluation period stands in: %s", day);
}

/* Where the labels are lost: the first value that is a period, and the title behind it. */
static void find_by_order(struct gate_header *header)
{
    struct timeframe period;
    int title = 0;

    for (int i = 0; i + 1 < header->nvalues && !title; i++)
        if (read_period(header->values[i], &period))
            title = i + 1;
    if (title && !header->period)
        header->period = header->values[title - 1];
    if (header->nvalues && !header->office)
        header->office = header->values[0];
    if (header->nvalues && !header->title)
        header->title = header->values[title];
}

static void read_state(struct document *document, const struct gate_header *header)
{
    struct crosswalk_row state;

    for (int i = -1; i < header->nvalues; i++) {
        const char *value = i < 0 ? header->state : header->values[i];
        if (value && value != header->title && crosswalk_whole("gate", "state", value, &state))
            document->response_state = strcmp(state.word, "approved") == 0 ? "Approved" : "Draft";
    }
}

/* A value that was left on a line of its own, or "NA" in place of a text. */
static bool is_text(const struct gate_header *header, const char *line)
{
    struct crosswalk_row blank;

    for (int i = 0; i < header->nvalues; i++)
        if (strcmp(header->values[i], line) == 0)
            return false;
    return strcmp(line, "<>") != 0 && !crosswalk_whole("gate", "blank", line, &blank);
}

static void join_text(struct document *document, const struct gate_header *header)
{
    struct text_buffer text = {0};

    for (int i = 0; i < header->ntext; i++)
        if (is_text(header, header->text[i]))
            text_put_format(&text, "%s%s", text.len ? "\n" : "", header->text[i]);
    document->failed |= text.failed;
    if (!text.failed && text.len)
        document->response_text = document_text(document, text.text, text.len);
    text_buffer_finish(&text);
}

void gate_header_end(struct document *document, struct gate_header *header)
{
    struct timeframe period;

    find_by_order(header);
    if (header->period && read_period(header->period, &period)) {
        assume_date(document, period.due_on);
        header->not_before = period.start_on;
    }
    document->office = header->office;
    document->title = header->title;
    read_state(document, header);
    join_text(document, header);
    if (!document->title) {
        document->title = document->file->name;
        document_find(document, SEVERITY_WARNING, "TITLE_MISSING", "document", 1,
                      "keep the page's head when saving it",
                      "no title was found; the file's name stands in");
    }
}
