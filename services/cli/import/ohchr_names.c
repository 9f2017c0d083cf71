/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_names.h"

#include "base/text.h"
#include "import/ohchr_words.h"

#include <ctype.h>
#include <string.h>

enum {
    CODE_BYTES_MAX = 10,
    NAME_BYTES_MAX = 160, /* longer is a sentence */
    PLACE_WORDS_MAX = 4,  /* "in the Central African Republic" */
};

/* Reading one cell. */
struct scan {
    const struct directory *directory;
    const char *at;
    enum role role;
    char before; /* strongest mark since the last name */
    struct ohchr_names *names;
};

static bool is_hard(char c)
{
    return !c || strchr(",;/()[]+\n|", c) != NULL;
}

/* Length of a dash that stands between names: with a blank on one side at least. */
static size_t dash(const char *text, const char *start)
{
    const char *next = text;

    if (text_fold_next(&next) != '-')
        return 0;
    return text == start || isspace((unsigned char)text[-1]) || !*next ||
                   isspace((unsigned char)*next)
               ? (size_t)(next - text)
               : 0;
}

static bool is_capital(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (islower((unsigned char)text[i]))
            return false;
    return true;
}

/* Codes of few letters are words as well ("who", "co"): only in capitals are they names. */
static size_t vocabulary(const char *text, enum ohchr_words list)
{
    size_t len = words_at(text, list);

    return len && len <= 3 && !is_capital(text, len) ? 0 : len;
}

/* "Country Office in Cambodia" is one name. */
static size_t with_place(const char *text, size_t len)
{
    static const char *const joints[] = {"in the", "in", "of",  "for", "en la",
                                         "en",     "au", "aux", "du",  "de"};
    const char *at = text + len;
    size_t taken = 0;

    if (*at != ' ')
        return len;
    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]) && !taken; i++)
        taken = words_match(at + 1, joints[i]);
    if (!taken || at[1 + taken] != ' ' || !isupper((unsigned char)at[2 + taken]))
        return len;
    at += 2 + taken;
    for (int i = 0; i < PLACE_WORDS_MAX; i++) {
        while (words_letter(at) || *at == '\'' || (*at == '-' && words_letter(at + 1)))
            at += words_letter(at) ? words_letter(at) : 1;
        if (*at != ' ' || !isupper((unsigned char)at[1]) || isupper((unsigned char)at[2]))
            break;
        if (i + 1 < PLACE_WORDS_MAX)
            at++;
    }
    return (size_t)(at - text);
}

/* The longest known name at text. */
static size_t known(const struct scan *scan, const char *text, struct ohchr_name *name)
{
    static const struct {
        enum ohchr_words list;
        enum ohchr_name_kind kind;
    } kinds[] = {{WORDS_OWN_OFFICE, NAME_OWN},
                 {WORDS_CONTAINER, NAME_CONTAINER},
                 {WORDS_CITY, NAME_CONTAINER},
                 {WORDS_EXTERNAL, NAME_EXTERNAL}};
    size_t best;

    *name = (struct ohchr_name){.at = text};
    name->entry = directory_match(scan->directory, text, &best);
    if (name->entry)
        name->kind = name->entry->role == ROLE_CONTAINER  ? NAME_CONTAINER
                     : name->entry->role == ROLE_EXTERNAL ? NAME_EXTERNAL
                     : name->entry->unit                  ? NAME_UNIT
                                                          : NAME_UNKNOWN;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t len = vocabulary(text, kinds[i].list);
        if (len <= best)
            continue;
        best = len;
        name->entry = NULL;
        name->kind = kinds[i].kind;
        name->city = kinds[i].list == WORDS_CITY;
    }
    if (name->kind == NAME_OWN && best)
        best = with_place(text, best);
    name->len = best;
    return best;
}

/* A word that changes the role of those behind it; a noun does only with a colon. */
static size_t role_turn(const char *text, enum role *role, bool at_start)
{
    static const char *const nouns[] = {"support", "supporting", "appui", "soutien", "apoyo"};
    size_t len = words_at(text, WORDS_OVERSEER);
    bool noun = false;

    if (len) {
        *role = ROLE_OVERSEER;
        return len;
    }
    len = words_at(text, WORDS_LEAD);
    if (len && (at_start || is_hard(text[len])) &&
        (text[len] == ':' || is_hard(text[len]) || memchr(text, ' ', len))) {
        if (text[len] == ':')
            *role = ROLE_LEAD;
        return len;
    }
    len = words_at(text, WORDS_SUPPORT);
    for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
        noun |= words_match(text, nouns[i]) == len;
    if (!len || (noun && text[len] != ':' && !is_hard(text[len])))
        return 0;
    if (!noun || text[len] == ':')
        *role = ROLE_SUPPORT;
    return len;
}

static size_t word_len(const char *text)
{
    size_t len = 0;
    size_t letter;

    while ((letter = words_letter(text + len)))
        len += letter;
    return len;
}

static bool is_code(const char *text, size_t len)
{
    size_t letters = 0;

    for (size_t i = 0; i < len; i++)
        letters += isupper((unsigned char)text[i]) != 0;
    return len >= 2 && len <= CODE_BYTES_MAX && letters >= 2 && is_capital(text, len) &&
           isupper((unsigned char)*text);
}

/* Can this stretch stand for a unit by itself? */
static bool is_name(const char *text, const char *end)
{
    size_t len;

    return is_code(text, (size_t)(end - text)) || words_find(text, end, WORDS_UNIT_NOUN, &len);
}

static const char *hard_end(const char *text)
{
    const char *at = text;

    while (!is_hard(*at) && !(dash(at, text) && at > text))
        at++;
    return at;
}

static const char *trim_end(const char *text, const char *end)
{
    while (end > text && (isspace((unsigned char)end[-1]) || end[-1] == '.' || end[-1] == ':'))
        end--;
    return end;
}

/* Does "and" at this place join two names, or stand inside one ("Economic and Social Rights")? */
static bool joins_names(const struct scan *scan, const char *start, const char *joint, size_t len)
{
    const char *right = joint + len + strspn(joint + len, " ");
    const char *end = hard_end(right);
    struct ohchr_name name;

    for (const char *at = right; at < end; at += words_next(at)) {
        size_t taken = words_at(at, WORDS_JOINT);
        if (taken && at > right) {
            end = at;
            break;
        }
    }
    return is_name(start, trim_end(start, joint)) &&
           (is_name(right, trim_end(right, end)) || known(scan, right, &name));
}

static bool ends_with_preposition(const char *text, const char *end)
{
    static const char *const words[] = {"of",  "for", "the", "in", "at", "de", "du",
                                        "des", "la",  "del", "en", "a",  "au"};
    const char *last = end;

    while (last > text && !isspace((unsigned char)last[-1]))
        last--;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words_match(last, words[i]) == (size_t)(end - last))
            return true;
    return false;
}

/* Where the unknown name that begins at scan->at ends. */
static const char *unknown_end(const struct scan *scan)
{
    const char *start = scan->at;
    const char *at = start;

    while (!is_hard(*at)) {
        struct ohchr_name name;
        enum role role;
        size_t len;

        if (at > start) {
            if ((len = dash(at, start))) {
                const char *next = at + len + strspn(at + len, " ");
                /* "Communications – HQ" may be one name: it is kept whole. */
                if (known(scan, next, &name) && name.kind == NAME_CONTAINER &&
                    isspace((unsigned char)at[-1]))
                    return next + name.len;
                break;
            }
            if (role_turn(at, &role, false))
                break;
            len = words_at(at, WORDS_JOINT);
            if (len && joins_names(scan, start, at, len))
                break;
            len = known(scan, at, &name);
            if (len && !ends_with_preposition(start, trim_end(start, at)))
                break;
            if (len) {
                at += len;
                continue;
            }
        }
        len = word_len(at);
        if (len)
            at += len;
        else
            text_fold_next(&at);
        while (*at == ' ')
            at++;
    }
    return at;
}

/* Two codes side by side with nothing between them. */
static bool is_damaged(const char *text, const char *end)
{
    int codes = 0;

    for (const char *at = text; at < end; at += words_next(at)) {
        size_t len = word_len(at);
        if (!is_code(at, len))
            return false;
        codes++;
    }
    return codes >= 2;
}

/* "Regional Office", "colleagues": words that only go with a name. */
static bool is_generic(const char *text, const char *end)
{
    static const char *const words[] = {"regional", "country", "the",    "colleagues",
                                        "staff",    "focal",   "point",  "points",
                                        "ohchr",    "hcdh",    "acnudh", "un"};

    for (const char *at = text; at < end; at += words_next(at)) {
        bool generic = words_at(at, WORDS_UNIT_NOUN) > 0;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !generic; i++)
            generic = words_match(at, words[i]) > 0;
        if (!generic)
            return false;
    }
    return true;
}

static void add(struct scan *scan, struct ohchr_name name)
{
    struct ohchr_names *names = scan->names;

    name.role = scan->role;
    name.before = scan->before;
    scan->before = ' ';
    scan->at = name.at + name.len;
    if (name.len > NAME_BYTES_MAX) {
        name.kind = NAME_DAMAGED;
        name.len = NAME_BYTES_MAX;
        while (name.len && ((unsigned char)name.at[name.len] & 0xC0) == 0x80)
            name.len--;
    }
    for (int i = 0; i < names->n; i++)
        if (names->list[i].len == name.len && strncmp(names->list[i].at, name.at, name.len) == 0)
            return;
    if (names->n < OHCHR_NAMES_MAX)
        names->list[names->n++] = name;
}

static void take_vague(struct scan *scan)
{
    const char *end = trim_end(scan->at, hard_end(scan->at));

    add(scan,
        (struct ohchr_name){.kind = NAME_VAGUE, .at = scan->at, .len = (size_t)(end - scan->at)});
}

static void take_unknown(struct scan *scan)
{
    const char *end = unknown_end(scan);
    const char *trimmed = trim_end(scan->at, end);
    struct ohchr_name name = {.kind = NAME_UNKNOWN, .at = scan->at};
    struct ohchr_name next;
    size_t len;
    bool beside;

    if (trimmed == scan->at) {
        scan->at = end;
        return;
    }
    if (words_find(scan->at, trimmed, WORDS_VAGUE, &len)) {
        take_vague(scan);
        return;
    }
    beside = known(scan, end, &next) || (scan->names->n && scan->before == ' ');
    if (beside && is_generic(scan->at, trimmed)) {
        scan->at = end;
        return;
    }
    name.len = (size_t)(trimmed - scan->at);
    if (is_damaged(scan->at, trimmed))
        name.kind = NAME_DAMAGED;
    add(scan, name);
}

/* A mark in front of the next name; the strongest of several counts. */
static bool take_mark(struct scan *scan, const char *start)
{
    static const char strength[] = " -,/(";
    size_t len = dash(scan->at, start);
    char mark = *scan->at;

    if (len) {
        mark = '-';
    } else {
        const char *next = scan->at;
        unsigned c = text_fold_next(&next);
        if (words_letter(scan->at) || c == '&')
            return false;
        len = (size_t)(next - scan->at);
        if (mark == '[')
            mark = '(';
        else if (mark == '\n' || mark == ';' || mark == ')' || mark == ']' || mark == '+')
            mark = ',';
        else if (!strchr(strength, mark))
            mark = ' ';
    }
    if (strchr(strength, mark) > strchr(strength, scan->before))
        scan->before = mark;
    scan->at += len;
    return true;
}

/* May the unit sit in a container? Not the office itself, nor one the directory puts nowhere. */
static bool can_sit(const struct ohchr_name *name)
{
    if (name->kind == NAME_UNIT)
        return !name->entry->parent || name->entry->parent[0];
    return name->kind == NAME_UNKNOWN;
}

/* Containers that hold no unit here are who is responsible. */
static void settle_containers(struct ohchr_names *names)
{
    for (int i = 0; i < names->n; i++) {
        struct ohchr_name *name = &names->list[i];
        const struct ohchr_name *before = i ? name - 1 : NULL;
        const struct ohchr_name *next = i + 1 < names->n ? name + 1 : NULL;
        bool holds = (next && next->before == '(') || (name->before == '(' && before) ||
                     (name->before == '/' && before && can_sit(before)) ||
                     (next && next->before == '/' && can_sit(next));

        if (name->kind == NAME_CONTAINER)
            name->role = holds ? ROLE_CONTAINER : name->role;
        else if (name->kind == NAME_EXTERNAL)
            name->role = ROLE_EXTERNAL;
    }
}

void ohchr_names_read(const struct directory *directory, const char *text,
                      struct ohchr_names *names)
{
    struct scan scan = {
        .directory = directory, .at = text, .role = ROLE_LEAD, .before = ' ', .names = names};

    names->n = 0;
    while (*scan.at) {
        struct ohchr_name name;
        size_t len;

        if (take_mark(&scan, text))
            continue;
        if (known(&scan, scan.at, &name)) {
            add(&scan, name);
        } else if ((len = role_turn(scan.at, &scan.role, true)) ||
                   (len = words_at(scan.at, WORDS_JOINT))) {
            scan.at += len;
            scan.before = scan.before == ' ' ? ',' : scan.before;
        } else {
            take_unknown(&scan);
        }
    }
    settle_containers(names);
}
