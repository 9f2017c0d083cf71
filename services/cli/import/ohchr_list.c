/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_list.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADING_BYTES_MAX = 60,
    LEAD_LINES_MAX = 25, /* between the heading and the first item */
    ITEMS_MAX = 200,
    ITEM_BYTES_MAX = 16 * 1024,
};

struct listing {
    struct arena *arena;
    struct ohchr_report *report;
    struct ohchr_report_row *row; /* being collected */
    struct text_buffer text;
    bool near; /* the line above belongs to the item */
};

/* "5. Recommendations", with marks of a heading or alone in a short line. */
static bool is_heading(const struct ohchr_line *line)
{
    const char *text = line->ncells == 1 ? line->cells[0] : "";
    size_t len = strlen(text);

    text += strspn(text, "0123456789. ");
    return len && len <= HEADING_BYTES_MAX &&
           (line->kind == LINE_HEADING || line->kind == LINE_TEXT) && !strchr(".:;,", text[0]) &&
           !strstr(text, "...") && !strchr(".:;,", line->cells[0][len - 1]) &&
           words_label(text).kind == LABEL_NONE && words_column(text) == COLUMN_RECOMMENDATION;
}

/* Bytes to the words of item n; 0: the line begins no such item. */
static size_t item_start(const struct ohchr_line *line, int n)
{
    const char *text = line->ncells == 1 ? line->cells[0] : "";
    struct label label = words_label(text);
    size_t digits = strspn(text, "0123456789");

    if (line->kind != LINE_TEXT || strstr(text, "...."))
        return 0;
    if (label.kind == LABEL_RECOMMENDATION)
        return label.code_len && atoi(label.code) == n ? (size_t)(label.rest - text) : 0;
    if (!digits || digits > 3 || atoi(text) != n || !strchr(".)", text[digits]) ||
        text[digits + 1] != ' ')
        return 0;
    return digits + 1 + strspn(text + digits + 1, " ");
}

static int find_first(const struct ohchr_lines *lines, int start, int end)
{
    int found = -1;

    for (int i = start; i < end; i++) {
        if (!is_heading(&lines->list[i]))
            continue;
        for (int at = i + 1; at < end && at <= i + LEAD_LINES_MAX; at++) {
            if (lines->list[at].kind == LINE_HEADING)
                break;
            if (item_start(&lines->list[at], 1)) {
                found = at;
                break;
            }
        }
    }
    return found;
}

static bool end_item(struct listing *listing)
{
    struct ohchr_report_row *row = listing->row;

    if (!row)
        return true;
    listing->row = NULL;
    row->title = arena_strndup(listing->arena, listing->text.text ? listing->text.text : "",
                               listing->text.len);
    row->body = row->responsible = "";
    listing->text.len = 0;
    if (listing->report->last)
        listing->report->last->next = row;
    else
        listing->report->rows = row;
    listing->report->last = row;
    listing->report->n++;
    return row->title && !listing->text.failed;
}

static bool begin_item(struct listing *listing, const struct ohchr_line *line, size_t skip)
{
    if (!end_item(listing))
        return false;
    listing->row = arena_zalloc(listing->arena, sizeof(*listing->row));
    if (!listing->row)
        return false;
    listing->row->code = arena_printf(listing->arena, "%d", listing->report->n + 1);
    listing->row->line = line->number;
    text_put(&listing->text, line->cells[0] + skip);
    return listing->row->code != NULL;
}

/* An item goes on in the next line, behind a page break, and with its own items. */
static bool goes_on(const struct listing *listing, const char *text)
{
    bool whole =
        listing->text.len && strchr(".!?;:", listing->text.text[listing->text.len - 1]) != NULL;

    return listing->near || islower((unsigned char)*text) || *text == '(' || !whole;
}

static bool take_line(struct listing *listing, const struct ohchr_line *line)
{
    size_t skip = item_start(line, listing->report->n + (listing->row != NULL) + 1);

    if (skip) {
        listing->near = true;
        return begin_item(listing, line, skip);
    }
    if (line->kind == LINE_BLANK)
        listing->near = false;
    if (line->kind != LINE_TEXT || line->ncells != 1 || !goes_on(listing, line->cells[0]) ||
        listing->text.len > ITEM_BYTES_MAX)
        return true;
    text_put(&listing->text, " ");
    text_put(&listing->text, line->cells[0]);
    listing->near = true;
    return true;
}

bool ohchr_list_read(const struct ohchr_lines *lines, int start, int end, struct arena *arena,
                     struct ohchr_report *report)
{
    struct listing listing = {.arena = arena, .report = report};
    int first = find_first(lines, start, end);
    bool good = true;

    for (int i = first; first >= 0 && i < end && good && report->n < ITEMS_MAX; i++) {
        if (lines->list[i].kind == LINE_HEADING)
            break;
        good = take_line(&listing, &lines->list[i]);
    }
    good = end_item(&listing) && good;
    report->listed = report->n > 0;
    text_buffer_finish(&listing.text);
    return good;
}
