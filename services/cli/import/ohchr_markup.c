/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_markup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    TAG_BYTES_MAX = 400, /* with its attributes; a longer one is text */
    FOOTNOTE_DIGITS_MAX = 4,
};

/* Text being read, and what of it has been written. */
struct plain {
    const char *at;
    const char *end;
    char *out;
    size_t len;
};

static const char *const block_tags[] = {
    "p",  "br",    "li",    "ul",   "ol",   "div",     "tr",      "td", "th",
    "h1", "h2",    "h3",    "h4",   "h5",   "h6",      "table",   "dd", "dt",
    "dl", "tbody", "thead", "html", "body", "section", "article", NULL};
static const char *const inline_tags[] = {"b",    "i",   "u",    "em",   "strong", "span",
                                          "sup",  "sub", "font", "a",    "small",  "s",
                                          "mark", "del", "ins",  "code", "tt",     NULL};

/* Longest first where one begins another. */
static const struct {
    const char *name;
    const char *character;
} entities[] = {
    {"amp;", "&"},         {"lt;", "<"},         {"gt;", ">"},         {"quot;", "\""},
    {"apos;", "'"},        {"nbsp;", " "},       {"rsquo;", "\u2019"}, {"lsquo;", "\u2018"},
    {"rdquo;", "\u201D"},  {"ldquo;", "\u201C"}, {"ndash;", "\u2013"}, {"mdash;", "\u2014"},
    {"hellip;", "\u2026"}, {"eacute;", "é"},     {"egrave;", "è"},     {"ecirc;", "ê"},
    {"agrave;", "à"},      {"acirc;", "â"},      {"ccedil;", "ç"},     {"ocirc;", "ô"},
    {"ucirc;", "û"},       {"ugrave;", "ù"},     {"icirc;", "î"},      {"iuml;", "ï"},
    {"aacute;", "á"},      {"iacute;", "í"},     {"oacute;", "ó"},     {"uacute;", "ú"},
    {"ntilde;", "ñ"},      {"Eacute;", "É"},     {"Aacute;", "Á"},     {"Oacute;", "Ó"},
    {"bull;", "\u2022"},
};

static bool starts(const struct plain *plain, const char *with)
{
    size_t len = strlen(with);

    return (size_t)(plain->end - plain->at) >= len && strncmp(plain->at, with, len) == 0;
}

static void put(struct plain *plain, const char *bytes, size_t len)
{
    memcpy(plain->out + plain->len, bytes, len);
    plain->len += len;
}

/* Line feeds swallow the blanks around them; neither is doubled nor stands first. */
static void put_blank(struct plain *plain, char blank)
{
    if (blank == '\n')
        while (plain->len && plain->out[plain->len - 1] == ' ')
            plain->len--;
    if (plain->len && plain->out[plain->len - 1] != '\n' &&
        !(blank == ' ' && plain->out[plain->len - 1] == ' '))
        plain->out[plain->len++] = blank;
}

static bool is_in(const char *const *list, const char *name, size_t len)
{
    for (; *list; list++)
        if (strlen(*list) == len && strncasecmp(*list, name, len) == 0)
            return true;
    return false;
}

int ohchr_footnote_mark(const char *text, size_t text_len, size_t *len)
{
    const char *const opens[] = {"<sup>", "[^"};
    const char *const closes[] = {"</sup>", "]"};

    for (size_t i = 0; i < 2; i++) {
        size_t open = strlen(opens[i]);
        size_t close = strlen(closes[i]);
        size_t digits = 0;
        if (text_len < open || strncmp(text, opens[i], open) != 0)
            continue;
        while (digits <= FOOTNOTE_DIGITS_MAX && open + digits < text_len &&
               isdigit((unsigned char)text[open + digits]))
            digits++;
        if (digits == 0 || digits > FOOTNOTE_DIGITS_MAX || text_len < open + digits + close ||
            strncmp(text + open + digits, closes[i], close) != 0)
            continue;
        *len = open + digits + close;
        return atoi(text + open);
    }
    return 0;
}

/* "<b>", "</p>", "<ul style=...>", "<https://...>"; false: an ordinary less-than sign. */
static bool take_tag(struct plain *plain)
{
    const char *name = plain->at + 1 + (plain->at + 1 < plain->end && plain->at[1] == '/');
    size_t room = (size_t)(plain->end - plain->at);
    const char *close = name < plain->end && isalpha((unsigned char)*name)
                            ? memchr(name, '>',
                                     room - (size_t)(name - plain->at) < TAG_BYTES_MAX
                                         ? room - (size_t)(name - plain->at)
                                         : TAG_BYTES_MAX)
                            : NULL;
    size_t len = 0;

    if (!close)
        return false;
    if (strncmp(name, "http", 4) == 0) {
        put(plain, name, (size_t)(close - name));
        plain->at = close + 1;
        return true;
    }
    while (name + len < close && isalnum((unsigned char)name[len]))
        len++;
    if (is_in(block_tags, name, len))
        put_blank(plain, '\n');
    else if (!is_in(inline_tags, name, len))
        return false;
    plain->at = close + 1;
    return true;
}

static size_t encode(unsigned long c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
}

/* "&#8217;", "&#x2019;"; control characters and surrogates stay as they are written. */
static bool take_number_entity(struct plain *plain)
{
    bool hex = starts(plain, "&#x") || starts(plain, "&#X");
    const char *digits = plain->at + (hex ? 3 : 2);
    char *end;
    unsigned long c;
    char bytes[4];

    if (digits >= plain->end || !isxdigit((unsigned char)*digits))
        return false;
    c = strtoul(digits, &end, hex ? 16 : 10);
    if (end >= plain->end || *end != ';' || c < 0x20 || (c >= 0x7F && c < 0xA0) || c >= 0xFFFE ||
        (c >= 0xD800 && c < 0xE000))
        return false;
    if (c == 0xA0)
        put_blank(plain, ' ');
    else
        put(plain, bytes, encode(c, bytes));
    plain->at = end + 1;
    return true;
}

static bool take_entity(struct plain *plain)
{
    if (starts(plain, "&#"))
        return take_number_entity(plain);
    if (plain->at + 1 >= plain->end || !isalpha((unsigned char)plain->at[1]))
        return false;
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        size_t len = strlen(entities[i].name);
        if ((size_t)(plain->end - plain->at) <= len ||
            strncmp(plain->at + 1, entities[i].name, len) != 0)
            continue;
        if (entities[i].character[0] == ' ')
            put_blank(plain, ' ');
        else
            put(plain, entities[i].character, strlen(entities[i].character));
        plain->at += len + 1;
        return true;
    }
    return false;
}

/* Emphasis: two or more stars, or one that touches a word; a star between blanks is a bullet. */
static bool take_stars(struct plain *plain)
{
    const char *end = plain->at;
    bool blank_before = !plain->len || isspace((unsigned char)plain->out[plain->len - 1]);

    while (end < plain->end && *end == '*')
        end++;
    if (end - plain->at == 1 && blank_before && end < plain->end && isspace((unsigned char)*end))
        return false;
    plain->at = end;
    return true;
}

/* Characters nobody sees, or that are blanks by another name. Bytes taken; 0: none. */
static size_t hidden(const struct plain *plain, char *blank)
{
    static const struct {
        const char *bytes;
        char blank; /* 0: nothing at all */
    } marks[] = {
        {"\u00A0", ' '},  {"\u202F", ' '},  {"\u2007", ' '}, {"\u2009", ' '}, {"\u200A", ' '},
        {"\u2028", '\n'}, {"\u2029", '\n'}, {"\u00AD", 0},   {"\u200B", 0},   {"\u200C", 0},
        {"\u200D", 0},    {"\u200E", 0},    {"\u200F", 0},   {"\u202A", 0},   {"\u202B", 0},
        {"\u202C", 0},    {"\u202D", 0},    {"\u202E", 0},   {"\u2060", 0},   {"\u2066", 0},
        {"\u2067", 0},    {"\u2068", 0},    {"\u2069", 0},   {"\uFEFF", 0},
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (!starts(plain, marks[i].bytes))
            continue;
        *blank = marks[i].blank;
        return strlen(marks[i].bytes);
    }
    return 0;
}

static bool take_special(struct plain *plain)
{
    size_t len;
    char blank = 0;

    switch (*plain->at) {
    case '<':
    case '[':
        if (ohchr_footnote_mark(plain->at, (size_t)(plain->end - plain->at), &len)) {
            plain->at += len;
            return true;
        }
        return *plain->at == '<' && take_tag(plain);
    case '&':
        return take_entity(plain);
    case '*':
        return take_stars(plain);
    case '\\':
        if (plain->at + 1 >= plain->end || !ispunct((unsigned char)plain->at[1]))
            return false;
        put(plain, plain->at + 1, 1);
        plain->at += 2;
        return true;
    default:
        len = (unsigned char)*plain->at >= 0x80 ? hidden(plain, &blank) : 0;
        if (len && blank)
            put_blank(plain, blank);
        plain->at += len;
        return len > 0;
    }
}

char *ohchr_plain(struct arena *arena, const char *text, size_t len)
{
    struct plain plain = {.at = text, .end = text + len, .out = arena_alloc(arena, len + 1)};

    if (!plain.out)
        return NULL;
    while (plain.at < plain.end) {
        if (isspace((unsigned char)*plain.at)) {
            put_blank(&plain, *plain.at == '\n' ? '\n' : ' ');
            plain.at++;
        } else if (!take_special(&plain)) {
            plain.out[plain.len++] = *plain.at++;
        }
    }
    while (plain.len && isspace((unsigned char)plain.out[plain.len - 1]))
        plain.len--;
    plain.out[plain.len] = '\0';
    return plain.out;
}
