/* SPDX-License-Identifier: Apache-2.0 */
#include "import/gate_html.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 12, ENTITY_MAX_BYTES = 10 };

struct page {
    struct gate_lines *lines;
    struct text_buffer text; /* the line so far */
    int number;              /* line of the source we are on */
    int begins;              /* line on which the text began */
    bool blank;              /* a blank is due before the next character */
    bool in_row;             /* between <tr> and its end: only cells part the text */
    int cells;               /* begun in this row */
};

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* A page begins with markup; text may have a piece of it anywhere. */
bool gate_html_recognise(const char *text)
{
    static const char *const marks[] = {"html", "body", "table", "td", "div", NULL};

    if (text[strspn(text, " \t\n")] != '<')
        return false;
    for (const char *at = strchr(text, '<'); at; at = strchr(at + 1, '<')) {
        char name[NAME_MAX_BYTES] = "";
        size_t len = strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (len < sizeof(name) && strchr(" >", at[1 + len])) {
            memcpy(name, at + 1, len);
            if (len && is_one_of(name, marks))
                return true;
        }
    }
    return false;
}

static void emit(struct page *page)
{
    if (page->text.len)
        gate_lines_add(page->lines, page->text.text, page->text.len, page->begins);
    page->text.len = 0;
    page->blank = false;
}

static void put(struct page *page, const char *bytes, size_t len)
{
    bool cell = page->text.len && page->text.text[page->text.len - 1] == GATE_CELL;

    if (!page->text.len)
        page->begins = page->number;
    if (page->blank && page->text.len && !cell)
        text_put(&page->text, " ");
    page->blank = false;
    text_put_bytes(&page->text, bytes, len);
}

/* U+00A0 becomes a blank; anything no text may contain is left out. */
static void put_code(struct page *page, unsigned long code)
{
    char bytes[4];
    size_t len = 0;

    if (code == 0xA0 || code == ' ' || code == '\t' || code == '\n') {
        page->blank = true;
        return;
    }
    if (code < 0x20 || code == 0x7F || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return;
    if (code < 0x80) {
        bytes[len++] = (char)code;
    } else if (code < 0x800) {
        bytes[len++] = (char)(0xC0 | code >> 6);
        bytes[len++] = (char)(0x80 | (code & 0x3F));
    } else {
        if (code < 0x10000) {
            bytes[len++] = (char)(0xE0 | code >> 12);
        } else {
            bytes[len++] = (char)(0xF0 | code >> 18);
            bytes[len++] = (char)(0x80 | (code >> 12 & 0x3F));
        }
        bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[len++] = (char)(0x80 | (code & 0x3F));
    }
    put(page, bytes, len);
}

static const struct {
    const char *name;
    unsigned code;
} entities[] = {
    {"amp", '&'},     {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
    {"nbsp", 0xA0},   {"rsquo", 0x2019}, {"lsquo", 0x2018}, {"ldquo", 0x201C}, {"rdquo", 0x201D},
    {"laquo", 0xAB},  {"raquo", 0xBB},   {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026},
    {"bull", 0x2022}, {"agrave", 0xE0},  {"aacute", 0xE1},  {"acirc", 0xE2},   {"ccedil", 0xE7},
    {"egrave", 0xE8}, {"eacute", 0xE9},  {"ecirc", 0xEA},   {"euml", 0xEB},    {"iacute", 0xED},
    {"icirc", 0xEE},  {"iuml", 0xEF},    {"ntilde", 0xF1},  {"oacute", 0xF3},  {"ocirc", 0xF4},
    {"uacute", 0xFA}, {"ugrave", 0xF9},  {"ucirc", 0xFB},   {"uuml", 0xFC},    {"Eacute", 0xC9},
    {"Agrave", 0xC0}, {"Aacute", 0xC1},  {"Egrave", 0xC8},  {"Iacute", 0xCD},  {"Oacute", 0xD3},
    {"Ntilde", 0xD1}, {"oelig", 0x153},  {"iquest", 0xBF},  {"ordm", 0xBA},    {"deg", 0xB0},
};

/* At '&'. Returns what follows; a name we do not know stays as it is written. */
static const char *put_entity(struct page *page, const char *at)
{
    char name[ENTITY_MAX_BYTES + 1] = "";
    size_t len = strcspn(at + 1, ";& <\n");

    if (len <= ENTITY_MAX_BYTES && at[1 + len] == ';') {
        memcpy(name, at + 1, len);
        if (name[0] == '#') {
            bool hex = name[1] == 'x' || name[1] == 'X';
            put_code(page, strtoul(name + (hex ? 2 : 1), NULL, hex ? 16 : 10));
            return at + len + 2;
        }
        for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
            if (strcmp(entities[i].name, name) == 0) {
                put_code(page, entities[i].code);
                return at + len + 2;
            }
        }
    }
    put(page, at, 1);
    return at + 1;
}

static void take_cell(struct page *page)
{
    static const char cell = GATE_CELL;

    if (!page->in_row)
        emit(page);
    page->in_row = true;
    if (!page->text.len)
        page->begins = page->number;
    if (page->cells++)
        text_put_bytes(&page->text, &cell, 1);
    page->blank = false;
}

/* A row of empty cells is a row; one cell alone is a line of text. */
static void end_row(struct page *page)
{
    emit(page);
    page->in_row = false;
    page->cells = 0;
}

static void take_tag(struct page *page, const char *name, bool closing)
{
    static const char *const rows[] = {"tr", "table", "thead", "tbody", "tfoot", NULL};
    static const char *const cells[] = {"td", "th", NULL};
    static const char *const inside[] = {"a",     "b",   "strong", "i",    "em",    "span", "u",
                                         "small", "sup", "sub",    "font", "label", "mark", NULL};

    if (is_one_of(name, rows)) {
        end_row(page);
    } else if (is_one_of(name, cells)) {
        if (!closing)
            take_cell(page);
    } else if (!is_one_of(name, inside)) {
        if (page->in_row)
            page->blank = true;
        else
            emit(page);
    }
}

/* Behind the end of a tag that begins at at; attribute values may contain '>'. */
static const char *tag_end(const char *at)
{
    char quote = '\0';

    for (; *at && (*at != '>' || quote); at++) {
        if (quote)
            quote = *at == quote ? '\0' : quote;
        else if ((*at == '"' || *at == '\'') && at[-1] == '=')
            quote = *at;
    }
    return *at ? at + 1 : at;
}

static const char *find_fold(const char *text, const char *what)
{
    for (; *text; text++)
        if (strncasecmp(text, what, strlen(what)) == 0)
            return text;
    return text;
}

/* At '<'. Returns what follows the tag; behind the end of what is no text of the page. */
static const char *read_tag(struct page *page, const char *at)
{
    static const char *const hidden[] = {"script", "style", "title", "select", "noscript", NULL};
    bool closing = at[1] == '/';
    const char *start = at + 1 + closing;
    size_t len = 0;
    char name[NAME_MAX_BYTES] = "";
    char ending[NAME_MAX_BYTES + 2] = "</";

    if (strncmp(at, "<!--", 4) == 0) {
        const char *end = strstr(at, "-->");
        return end ? end + 3 : at + strlen(at);
    }
    while (isalnum((unsigned char)start[len]))
        len++;
    if (len == 0 && *start != '!' && *start != '?') {
        put(page, at, 1);
        return at + 1;
    }
    memcpy(name, start, len < sizeof(name) ? len : sizeof(name) - 1);
    at = tag_end(start);
    if (!closing && is_one_of(name, hidden)) {
        strcat(ending, name);
        return find_fold(at, ending);
    }
    take_tag(page, name, closing);
    return at;
}

bool gate_html_read(struct gate_lines *lines, const char *text, struct err *err)
{
    struct page page = {.lines = lines, .number = 1};
    bool good;

    for (const char *at = text; *at;) {
        const char *from = at;
        if (*at == '<') {
            at = read_tag(&page, at);
        } else if (*at == '&') {
            at = put_entity(&page, at);
        } else {
            if (isspace((unsigned char)*at))
                page.blank = true;
            else
                put(&page, at, 1);
            at++;
        }
        for (; from < at; from++)
            page.number += *from == '\n';
    }
    emit(&page);
    good = !page.text.failed;
    text_buffer_finish(&page.text);
    return good || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "page", "cannot allocate");
}
