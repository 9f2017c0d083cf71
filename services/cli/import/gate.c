/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate.h"

#include "base/text.h"
#include "import/gate_row.h"
#include "import/gate_rows.h"
#include "model/crosswalk.h"

#include <ctype.h>
#include <string.h>

enum {
    RECOMMENDATIONS_MAX = 2000,
    HEADER_VALUES_MAX = 12,
};

enum field {
    FIELD_HEADER, /* everything before the first recommendation */
    FIELD_RECOMMENDATION,
    FIELD_COMMENT,
    FIELD_POSITION,
    FIELD_THEME,
    FIELD_ACTIONS,
};

/* The words of crosswalk/gate.csv for them. */
static const struct {
    const char *word;
    enum field field;
} fields[] = {
    {"recommendation", FIELD_RECOMMENDATION},
    {"comment", FIELD_COMMENT},
    {"position", FIELD_POSITION},
    {"theme", FIELD_THEME},
    {"actions", FIELD_ACTIONS},
};

struct reader {
    struct document *document;
    enum field field;
    struct text_buffer text; /* of the field, so far */
    struct recommendation *recommendation;
    int nrecommendations;
    const char *header[HEADER_VALUES_MAX]; /* values of lines ": value" */
    int nheader;
    struct gate_rows rows;
};

static bool field_of(const char *word, enum field *field)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(fields[i].word, word) == 0) {
            *field = fields[i].field;
            return true;
        }
    }
    return false;
}

/* Behind blanks and, in French, a hard one. */
static const char *skip_blanks(const char *at)
{
    for (;;) {
        const char *next = at;
        unsigned c = text_fold_next(&next);
        if (c != ' ' && c != '\t')
            return at;
        at = next;
    }
}

/* A heading stands alone; "Key Actions are ..." is text. */
static bool is_heading(const char *line, struct crosswalk_row *row)
{
    size_t len;
    const char *at;

    if (!crosswalk_find("gate", "heading", line, &len, row))
        return false;
    at = skip_blanks(line + len);
    if (*at == ':' && strcmp(row->word, "actions") == 0)
        at = skip_blanks(at + 1);
    return *at == '\0' || *at == '\n';
}

/* Which field begins on this line; *rest is what follows the label, row the label's. */
static bool find_label(const char *line, enum field *field, const char **rest,
                       struct crosswalk_row *row)
{
    size_t len;
    const char *at;

    if (crosswalk_find("gate", "label", line, &len, row)) {
        at = skip_blanks(line + len);
        *rest = at + 1;
        if (*at == ':')
            return field_of(row->word, field);
    }
    *rest = "";
    return is_heading(line, row) && field_of(row->word, field);
}

/* The heads of the columns, and nothing else. */
static bool is_column_heads(const char *line)
{
    struct crosswalk_row row;
    size_t len;
    int n = 0;

    while (crosswalk_find("gate", "column", line, &len, &row)) {
        line = skip_blanks(line + len);
        line = skip_blanks(line + strspn(line, "/|,"));
        n++;
    }
    return n >= 3 && !*line;
}

bool gate_recognise(const char *text)
{
    unsigned seen = 0;

    for (const char *at = text; *at;) {
        size_t len = strcspn(at, "\n");
        struct crosswalk_row row;
        const char *rest;
        enum field field;
        if (find_label(at, &field, &rest, &row))
            seen |= 1u << field;
        at += len + (at[len] == '\n');
    }
    return (seen & 1u << FIELD_RECOMMENDATION) && (seen & 1u << FIELD_POSITION) &&
           (seen & 1u << FIELD_ACTIONS);
}

static void read_position(struct reader *reader, const char *word)
{
    struct recommendation *record = reader->recommendation;

    record->position = POSITION_NONE_GIVEN;
    record->position_source = word;
    if (word && !crosswalk_position("gate", word, &record->position))
        document_find(reader->document, SEVERITY_WARNING, "POSITION_UNKNOWN_WORD", record->code,
                      record->line, "ask the response's owner which position is meant",
                      "\"%s\" is no position we know; none is recorded", word);
}

static void read_themes(struct reader *reader, const char *list)
{
    struct recommendation *record = reader->recommendation;
    const int most = (int)(sizeof(record->themes) / sizeof(record->themes[0]));
    struct crosswalk_row blank;

    if (!list || crosswalk_whole("gate", "blank", list, &blank))
        return;
    while (*list && record->nthemes < most) {
        size_t len = strcspn(list, ",");
        const char *theme = document_text(reader->document, list, len);
        if (theme)
            record->themes[record->nthemes++] = theme;
        list += len + (list[len] == ',');
    }
}

/* A number in front of the text is its code; otherwise its position is. */
static void read_recommendation(struct reader *reader, const char *text)
{
    struct document *document = reader->document;
    struct recommendation *record = reader->recommendation;
    size_t skip = 0;
    size_t len = text ? gate_code(text, &skip) : 0;

    if (len) {
        record->code = document_text(document, text, len);
        record->text = text + skip;
    } else {
        record->code = arena_printf(&document->arena, "%d", reader->nrecommendations);
        record->text = text ? text : "";
        document_find(document, SEVERITY_INFO, "NO_CODE",
                      record->code ? record->code : "recommendation", record->line,
                      "number the recommendations at the source to keep codes when they move",
                      "the recommendation has no number; its position is its code");
    }
    if (!*record->text)
        document_find(document, SEVERITY_ERROR, "TEXT_MISSING", record->code, record->line,
                      "add the recommendation's text to the source",
                      "the recommendation has no text");
    document->failed |= !record->code;
}

static void find_no_reason(struct document *document, const struct recommendation *record)
{
    if ((record->position == POSITION_NOT_ACCEPTED ||
         record->position == POSITION_PARTIALLY_ACCEPTED) &&
        !record->comment)
        document_find(document, SEVERITY_WARNING, "NO_REASON", record->code, record->line,
                      "ask the response's owner for the reason",
                      "the position \"%s\" is given without a reason", record->position_source);
}

/* The field that was being collected is complete. */
static void end_field(struct reader *reader)
{
    struct document *document = reader->document;
    const char *text =
        document_text(document, reader->text.len ? reader->text.text : "", reader->text.len);

    switch (reader->field) {
    case FIELD_HEADER:
        document->response_text = text;
        break;
    case FIELD_RECOMMENDATION:
        read_recommendation(reader, text);
        break;
    case FIELD_COMMENT:
        reader->recommendation->comment = text;
        break;
    case FIELD_POSITION:
        read_position(reader, text);
        find_no_reason(document, reader->recommendation);
        break;
    case FIELD_THEME:
        read_themes(reader, text);
        break;
    case FIELD_ACTIONS:
        gate_rows_end(&reader->rows, reader->recommendation);
        break;
    }
    reader->text.len = 0;
}

static void take_header_line(struct reader *reader, const char *line)
{
    struct crosswalk_row heading;

    if (*line == ':') {
        const char *value = document_text(reader->document, line + 1, strlen(line + 1));
        if (value && reader->nheader < HEADER_VALUES_MAX)
            reader->header[reader->nheader++] = value;
    } else if (!is_heading(line, &heading) && *line != '#') {
        if (reader->text.len)
            text_put(&reader->text, "\n");
        text_put(&reader->text, line);
    }
}

static void take_text_line(struct reader *reader, const char *line, int number)
{
    if (reader->field == FIELD_ACTIONS) {
        if (!is_column_heads(line))
            gate_rows_line(&reader->rows, reader->recommendation, line, number);
    } else if (reader->field == FIELD_HEADER) {
        take_header_line(reader, line);
    } else {
        if (reader->text.len)
            text_put(&reader->text, " ");
        text_put(&reader->text, line);
    }
}

static const char *language_of(const char *note)
{
    static const char *const languages[] = {"en", "fr", "es"};

    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
        if (strcmp(languages[i], note) == 0)
            return languages[i];
    return NULL;
}

static bool take_line(struct reader *reader, const char *line, int number, struct err *err)
{
    struct crosswalk_row label;
    const char *rest = line;
    enum field field;

    if (!find_label(line, &field, &rest, &label)) {
        take_text_line(reader, line, number);
        return true;
    }
    if (reader->field == FIELD_HEADER && field != FIELD_RECOMMENDATION)
        return err_set(err, ERR_REJECT, "FIELD_MISPLACED",
                       "Recommendation:", "line %d: \"%.30s\" stands before any recommendation",
                       number, line);
    end_field(reader);
    reader->field = field;
    if (field == FIELD_RECOMMENDATION) {
        if (++reader->nrecommendations > RECOMMENDATIONS_MAX)
            return err_set(err, ERR_REJECT, "TOO_MANY_RECORDS", "Recommendation:",
                           "more than %d recommendations; import the document in parts",
                           (int)RECOMMENDATIONS_MAX);
        reader->recommendation = document_add_recommendation(reader->document, number);
        if (!reader->document->language)
            reader->document->language = language_of(label.note);
        if (!reader->recommendation)
            return true;
        reader->recommendation->position = POSITION_NONE_GIVEN;
    }
    if (field != FIELD_ACTIONS)
        text_put(&reader->text, rest + strspn(rest, " \t"));
    return true;
}

static bool take_lines(struct reader *reader, struct err *err)
{
    struct document *document = reader->document;
    int number = 0;

    for (const char *at = document->file->text; *at && !document->failed;) {
        size_t len = strcspn(at, "\n");
        const char *line = document_text(document, at, len);
        number++;
        if (line && !take_line(reader, line, number, err))
            return false;
        at += len + (at[len] == '\n');
    }
    if (!document->failed)
        end_field(reader);
    return true;
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

/* The labels of the page's head are lost; its order is: office, plan period with the office, title,
 * country, state of the response. */
static void read_header(struct reader *reader)
{
    struct document *document = reader->document;
    struct crosswalk_row state;
    struct timeframe period;
    int title = 0;

    for (int i = 0; i + 1 < reader->nheader && !title; i++)
        if (read_period(reader->header[i], &period))
            title = i + 1;
    if (title) {
        assume_date(document, period.due_on);
        reader->rows.not_before = period.start_on;
    }
    if (reader->nheader)
        document->office = reader->header[0];
    document->title = reader->nheader ? reader->header[title] : NULL;
    for (int i = title + 1; i < reader->nheader; i++)
        if (crosswalk_whole("gate", "state", reader->header[i], &state))
            document->response_state = strcmp(state.word, "approved") == 0 ? "Approved" : "Draft";
    if (!document->title) {
        document->title = document->file->name;
        document_find(document, SEVERITY_WARNING, "TITLE_MISSING", "document", 1,
                      "keep the page's head when saving it",
                      "no title was found; the file's name stands in");
    }
}

bool gate_read(struct document *document, struct directory *directory, struct err *err)
{
    struct reader reader = {.document = document,
                            .rows = {.document = document, .directory = directory}};
    bool good;

    document->format = "unwomen-gate";
    good = take_lines(&reader, err);
    if (good)
        read_header(&reader);
    good = good && gate_rows_read(&reader.rows, err);
    if (good && (document->failed || reader.text.failed))
        good = err_set(err, ERR_FATAL, "OUT_OF_MEMORY", document->file->path,
                       "the document does not fit in memory");
    gate_rows_finish(&reader.rows);
    text_buffer_finish(&reader.text);
    return good;
}
