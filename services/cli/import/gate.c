/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate.h"

#include "base/text.h"
#include "import/gate_cells.h"
#include "import/gate_checks.h"
#include "import/gate_flat.h"
#include "import/gate_header.h"
#include "import/gate_labels.h"
#include "import/gate_lines.h"
#include "import/gate_row.h"
#include "import/gate_rows.h"
#include "model/crosswalk.h"

#include <string.h>

enum { RECOMMENDATIONS_MAX = 2000 };

struct reader {
    struct document *document;
    enum gate_field field;
    struct text_buffer text; /* of the field, so far */
    struct recommendation *recommendation;
    int nrecommendations;
    struct gate_header header;
    struct gate_cells cells;
    struct gate_rows rows;
    bool unordered; /* columns in another order, and nothing between the cells */
};

bool gate_recognise(const char *text)
{
    struct source_file file = {.path = "", .name = "", .text = text, .len = strlen(text)};
    struct document document = {.file = &file};
    struct gate_lines lines = {.document = &document};
    unsigned seen = 0;
    struct err err;

    if (gate_lines_read(&lines, &err)) {
        for (const struct gate_line *line = lines.first; line; line = line->next) {
            struct gate_label label;
            if (gate_label_find(line->text, &label))
                seen |= 1u << label.field;
        }
    } else {
        seen = gate_flat_recognise(text) ? ~0u : 0; /* its reader says what is wrong with it */
    }
    document_finish(&document);
    return (seen & 1u << GATE_FIELD_RECOMMENDATION) && (seen & 1u << GATE_FIELD_POSITION) &&
           (seen & 1u << GATE_FIELD_ACTIONS);
}

static void read_position(struct reader *reader, const char *word)
{
    struct recommendation *record = reader->recommendation;
    struct crosswalk_row blank;

    record->position_source = word;
    if (!word || crosswalk_whole("gate", "blank", word, &blank))
        return;
    if (!crosswalk_position("gate", word, &record->position))
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

/* "R3. ": length of the number; *code where it stands, *skip bytes to the words. 0: none. */
static size_t short_code(const char *text, const char **code, size_t *skip)
{
    size_t len = *text == 'R' ? strspn(text + 1, "0123456789.") : 0;

    *code = text + 1;
    *skip = 1 + len + (len && (text[1 + len] == ':' || text[1 + len] == ')'));
    while (len && text[len] == '.')
        len--;
    if (!len || text[1] == '.' || text[*skip] != ' ')
        return *skip = 0;
    *skip += strspn(text + *skip, " ");
    return len;
}

/* The number of "Recommendation 3:", of a label that the text repeats, or in front of the text;
 * otherwise its position is its code. */
static void read_recommendation(struct reader *reader, const char *text)
{
    struct document *document = reader->document;
    struct recommendation *record = reader->recommendation;
    const char *code = NULL;
    size_t len = 0;
    size_t skip = text ? gate_label_repeated(text, GATE_FIELD_RECOMMENDATION, &code, &len) : 0;

    if (!skip && text) {
        code = text;
        len = gate_code(text, &skip);
        if (!len)
            len = short_code(text, &code, &skip);
    }
    if (len && !record->code)
        record->code = document_text(document, code, len);
    record->text = text ? text + skip : "";
    if (!record->code) {
        record->code = arena_printf(&document->arena, "%d", reader->nrecommendations);
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

/* What management says; a description belongs to it. */
static void read_comment(struct reader *reader, const char *text)
{
    struct document *document = reader->document;
    struct recommendation *record = reader->recommendation;
    const char *code;
    size_t len;
    struct crosswalk_row blank;

    if (!text || crosswalk_whole("gate", "blank", text, &blank))
        return;
    text += gate_label_repeated(text, GATE_FIELD_COMMENT, &code, &len);
    if (record->comment)
        text = arena_printf(&document->arena, "%s %s", record->comment, text);
    document->failed |= !text;
    record->comment = text;
}

/* The field that was being collected is complete. */
static void end_field(struct reader *reader)
{
    const char *text = document_text(reader->document, reader->text.len ? reader->text.text : "",
                                     reader->text.len);

    switch (reader->field) {
    case GATE_FIELD_HEADER:
        break;
    case GATE_FIELD_RECOMMENDATION:
        read_recommendation(reader, text);
        break;
    case GATE_FIELD_COMMENT:
    case GATE_FIELD_DESCRIPTION:
        read_comment(reader, text);
        break;
    case GATE_FIELD_POSITION:
        read_position(reader, text);
        break;
    case GATE_FIELD_THEME:
        read_themes(reader, text);
        break;
    case GATE_FIELD_ACTIONS:
        gate_cells_end(&reader->cells, reader->recommendation);
        gate_rows_end(&reader->rows, reader->recommendation);
        break;
    }
    reader->text.len = 0;
}

/* Without marks between the cells, only the page's own order of columns can be told from text. */
static void take_heads(struct reader *reader, bool usual, int number)
{
    if (!usual && !reader->unordered)
        document_find(reader->document, SEVERITY_ERROR, "COLUMN_ORDER", "key actions", number,
                      "save the page with its table, or with bars between the cells",
                      "the columns stand in another order and nothing parts the cells; the table "
                      "was left out");
    reader->unordered = !usual;
}

static void take_action_line(struct reader *reader, const char *line, int number)
{
    bool usual;

    if (gate_cells_line(&reader->cells, reader->recommendation, line, number))
        return;
    if (gate_is_column_heads(line, &usual))
        take_heads(reader, usual, number);
    else if (!reader->unordered)
        gate_rows_line(&reader->rows, reader->recommendation, line, number);
}

static void take_text_line(struct reader *reader, const char *line, int number)
{
    struct crosswalk_row heading;

    if (reader->field == GATE_FIELD_HEADER) {
        gate_header_line(reader->document, &reader->header, line);
    } else if (gate_is_heading(line, &heading) || gate_says_no_action(line)) {
        return; /* the page's title again, at the top of a printed page */
    } else if (reader->field == GATE_FIELD_ACTIONS) {
        take_action_line(reader, line, number);
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

static bool begin_recommendation(struct reader *reader, const struct gate_label *label, int number,
                                 struct err *err)
{
    struct document *document = reader->document;

    if (++reader->nrecommendations > RECOMMENDATIONS_MAX)
        return err_set(err, ERR_REJECT, "TOO_MANY_RECORDS", "Recommendation:",
                       "more than %d recommendations; import the document in parts",
                       (int)RECOMMENDATIONS_MAX);
    reader->recommendation = document_add_recommendation(document, number);
    if (!document->language)
        document->language = language_of(label->row.note);
    if (!reader->recommendation)
        return true;
    reader->recommendation->position = POSITION_NONE_GIVEN;
    if (label->code_len)
        reader->recommendation->code = document_text(document, label->code, label->code_len);
    return true;
}

static bool take_line(struct reader *reader, const char *line, int number, struct err *err)
{
    struct gate_label label;

    if (!gate_label_find(line, &label)) {
        take_text_line(reader, line, number);
        return true;
    }
    if (reader->field == GATE_FIELD_HEADER && label.field != GATE_FIELD_RECOMMENDATION)
        return err_set(
            err, ERR_REJECT, "FIELD_MISPLACED", "Recommendation:",
            "line %d: \"%.30s\" stands before any recommendation; put \"Recommendation:\" "
            "and its text in front",
            number, line);
    end_field(reader);
    reader->field = label.field;
    reader->unordered = false;
    if (label.field == GATE_FIELD_RECOMMENDATION &&
        !begin_recommendation(reader, &label, number, err))
        return false;
    if (label.field != GATE_FIELD_ACTIONS)
        text_put(&reader->text, label.rest + strspn(label.rest, " \t"));
    return true;
}

static bool take_lines(struct reader *reader, struct err *err)
{
    struct document *document = reader->document;
    struct gate_lines lines = {.document = document};

    if (!gate_lines_read(&lines, err))
        return false;
    for (const struct gate_line *line = lines.first; line && !document->failed; line = line->next)
        if (!take_line(reader, line->text, line->number, err))
            return false;
    if (!document->failed)
        end_field(reader);
    return true;
}

bool gate_read(struct document *document, struct directory *directory, struct err *err)
{
    struct reader reader = {.document = document,
                            .rows = {.document = document, .directory = directory}};
    bool good;

    reader.cells.rows = &reader.rows;
    document->format = "unwomen-gate";
    good = take_lines(&reader, err);
    if (good) {
        gate_header_end(document, &reader.header);
        reader.rows.not_before = reader.header.not_before;
    }
    good = good && gate_rows_read(&reader.rows, err);
    if (good && (document->failed || reader.text.failed))
        good = err_set(err, ERR_FATAL, "OUT_OF_MEMORY", document->file->path,
                       "the document does not fit in memory");
    good = good && gate_check_numbers(document, err);
    if (good)
        gate_checks(document, reader.header.saved_on);
    gate_cells_finish(&reader.cells);
    gate_rows_finish(&reader.rows);
    text_buffer_finish(&reader.text);
    return good;
}
