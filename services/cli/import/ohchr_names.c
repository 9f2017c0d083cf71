/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_names.h"

#include "base/text.h"
#include "import/ohchr_containers.h"
#include "import/ohchr_name_text.h"
#include "import/ohchr_role.h"
#include "import/ohchr_words.h"

#include <ctype.h>
#include <string.h>

/* Reading one cell. */
struct scan {
    const struct directory *directory;
    const char *at;
    enum role role;
    char before; /* strongest mark since the last name */
    struct ohchr_names *names;
};

/* Codes of few letters are words as well ("who", "co"): only in capitals are they names. */
static size_t vocabulary(const char *text, enum ohchr_words list)
{
    size_t len = words_at(text, list);

    return len && len <= 3 && !name_is_capital(text, len) ? 0 : len;
}

/* Does a mark part what follows from the name above? */
static bool begins_name(const struct scan *scan)
{
    return !scan->names->n || scan->before != ' ';
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
    if (!best && begins_name(scan)) {
        best = vocabulary(text, WORDS_REGIONAL_OFFICE);
        name->kind = NAME_UNKNOWN;
    }
    if (best && !name->entry && (name->kind == NAME_OWN || name->kind == NAME_UNKNOWN))
        best = name_with_place(text, best);
    name->len = best;
    return best;
}

/* Does "and" at this place join two names, or stand inside one ("Economic and Social Rights")? */
static bool joins_names(const struct scan *scan, const char *start, const char *joint, size_t len)
{
    const char *right = joint + len + strspn(joint + len, " ");
    const char *end = name_hard_end(right);
    struct ohchr_name name;

    for (const char *at = right; at < end; at += words_next(at)) {
        size_t taken = words_at(at, WORDS_JOINT);
        if (taken && at > right) {
            end = at;
            break;
        }
    }
    return name_is_name(start, name_trim_end(start, joint)) &&
           (name_is_name(right, name_trim_end(right, end)) || known(scan, right, &name));
}

/* Where the unknown name that begins at scan->at ends. */
static const char *unknown_end(const struct scan *scan)
{
    const char *start = scan->at;
    const char *at = start;

    while (!name_is_stop(at)) {
        struct ohchr_name name;
        enum role role;
        size_t len;

        if (at > start) {
            if ((len = name_dash(at, start))) {
                const char *next = at + len + strspn(at + len, " ");
                /* "Communications – HQ" may be one name: it is kept whole. */
                if (known(scan, next, &name) && name.kind == NAME_CONTAINER &&
                    isspace((unsigned char)at[-1]))
                    return next + name.len;
                break;
            }
            if (ohchr_role_turn(at, &role, false))
                break;
            len = words_at(at, WORDS_JOINT);
            if (len && joins_names(scan, start, at, len))
                break;
            len = known(scan, at, &name);
            if (len && !name_ends_with_preposition(start, name_trim_end(start, at)))
                break;
            if (len) {
                at += len;
                continue;
            }
        }
        len = name_word(at);
        if (len)
            at += len;
        else
            text_fold_next(&at);
        while (*at == ' ')
            at++;
    }
    return at;
}

static bool is_same_unit(const struct ohchr_name *a, const struct ohchr_name *b)
{
    return a->entry && b->entry && a->entry->unit && b->entry->unit &&
           strcmp(a->entry->unit, b->entry->unit) == 0;
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
        if (is_same_unit(&names->list[i], &name) ||
            (names->list[i].len == name.len && strncmp(names->list[i].at, name.at, name.len) == 0))
            return;
    if (names->n < OHCHR_NAMES_MAX)
        names->list[names->n++] = name;
}

static void take_vague(struct scan *scan)
{
    const char *end = name_trim_end(scan->at, name_hard_end(scan->at));

    add(scan,
        (struct ohchr_name){.kind = NAME_VAGUE, .at = scan->at, .len = (size_t)(end - scan->at)});
}

/* A comma inside a name: "Director, Records Division", "Press, Print and Radio Section". */
static const char *joined_end(const struct scan *scan, const char *end)
{
    const char *joined = name_post_end(scan->at, end);
    struct ohchr_name next;

    if (joined == end)
        joined = name_list_end(scan->at, end);
    if (joined > end && known(scan, end + 1 + strspn(end + 1, " "), &next) &&
        next.kind != NAME_UNIT && next.kind != NAME_UNKNOWN)
        return end;
    return joined;
}

/* "the Budget Section", "la Sección ..." */
static void skip_article(struct scan *scan)
{
    static const char *const articles[] = {"the", "le", "la", "les", "el", "los", "las", "l'"};

    for (size_t i = 0; i < sizeof(articles) / sizeof(articles[0]); i++) {
        size_t len = words_match(scan->at, articles[i]);
        if (len && islower((unsigned char)*scan->at) && scan->at[len] == ' ' &&
            !islower((unsigned char)scan->at[len + 1])) {
            scan->at += len + 1;
            return;
        }
    }
}

static void take_unknown(struct scan *scan)
{
    const char *end;
    const char *trimmed;
    struct ohchr_name name = {.kind = NAME_UNKNOWN};
    struct ohchr_name next;
    size_t len;
    bool beside;

    skip_article(scan);
    name.at = scan->at;
    end = joined_end(scan, unknown_end(scan));
    trimmed = name_trim_end(scan->at, end);

    if (trimmed == scan->at) {
        scan->at = end;
        return;
    }
    if (words_find(scan->at, trimmed, WORDS_VAGUE, &len)) {
        take_vague(scan);
        return;
    }
    beside = known(scan, end, &next) || (scan->names->n && scan->before == ' ');
    if (beside && name_is_generic(scan->at, trimmed)) {
        scan->at = end;
        return;
    }
    name.len = (size_t)(trimmed - scan->at);
    /* "... to review": what somebody does is no name. */
    if (name_is_damaged(scan->at, trimmed) ||
        (words_match(scan->at, "to") && islower((unsigned char)*scan->at)))
        name.kind = NAME_DAMAGED;
    add(scan, name);
}

/* "the Country Office" is the Country Office. */
static void without_article(struct ohchr_name *name)
{
    static const char *const articles[] = {"the", "le", "la", "el"};

    for (size_t i = 0; i < sizeof(articles) / sizeof(articles[0]); i++) {
        size_t len = words_match(name->at, articles[i]);
        if (!len || name->kind != NAME_OWN || name->at[len] != ' ' ||
            !words_at(name->at + len + 1, WORDS_OWN_OFFICE))
            continue;
        name->at += len + 1;
        name->len -= len + 1;
    }
}

/* "Ministry of Justice and Peace": a body outside and what it is in charge of. */
static size_t with_portfolio(const struct scan *scan, const struct ohchr_name *name)
{
    static const char *const joints[] = {"of", "for", "de", "du", "des", "del"};
    const char *at = name->at + name->len;
    const char *end = name_hard_end(at);
    bool follows = false;

    for (size_t i = 0; *at == ' ' && i < sizeof(joints) / sizeof(joints[0]); i++)
        follows |= words_match(at + 1, joints[i]) > 0;
    if (name->kind != NAME_EXTERNAL || name->entry || !follows)
        return name->len;
    for (at += words_next(at); at < end; at += words_next(at)) {
        struct ohchr_name other;
        size_t len = words_at(at, WORDS_JOINT);
        enum role role;
        if (ohchr_role_turn(at, &role, false) ||
            (len && known(scan, at + len + strspn(at + len, " "), &other)))
            end = at;
    }
    return (size_t)(name_trim_end(name->at, end) - name->at);
}

/* The role that stands behind a name: "METS (support)", "PSMS to lead". An "'s" goes. */
static void take_trailing(struct scan *scan)
{
    static const char *const joints[] = {"to", "as", "en", "como", "comme"};
    struct ohchr_names *names = scan->names;
    const char *at = scan->at;
    bool open = at[strspn(at, " ")] == '(';
    bool joint = false;
    size_t lead;
    size_t len;

    if (text_fold_next(&at) == '\'' && *at == 's' && !words_letter(at + 1)) {
        scan->at = at + 1;
        return;
    }
    at = scan->at + strspn(scan->at, " (");
    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]) && !joint; i++)
        if ((len = words_match(at, joints[i]))) {
            joint = true;
            at += len + strspn(at + len, " ");
        }
    lead = words_at(at, WORDS_LEAD);
    len = lead ? lead : words_at(at, WORDS_SUPPORTER);
    if (!len || !names->n || (!joint && !open) || (open ? at[len] != ')' : !name_is_hard(at[len])))
        return;
    names->list[names->n - 1].role = lead ? ROLE_LEAD : ROLE_SUPPORT;
    scan->at = at + len + open;
}

static bool take_spelled_out(struct scan *scan)
{
    struct ohchr_name name = {.kind = NAME_UNKNOWN, .at = scan->at};
    size_t whole;

    name.len = name_spelled_out(scan->at, &whole);
    if (!name.len)
        return false;
    add(scan, name);
    scan->at = name.at + whole;
    return true;
}

/* A mark in front of the next name; the strongest of several counts. */
static bool take_mark(struct scan *scan, const char *start)
{
    static const char strength[] = " -,/(";
    size_t len = name_dash(scan->at, start);
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
        else if (mark == ':' && scan->names->n &&
                 scan->names->list[scan->names->n - 1].kind == NAME_CONTAINER)
            mark = '('; /* "HQ: METS" */
        else if (mark == '\n' || mark == '\\' || mark == ';' || mark == ')' || mark == ']' ||
                 mark == '+')
            mark = ',';
        else if (!strchr(strength, mark))
            mark = ' ';
    }
    if (strchr(strength, mark) > strchr(strength, scan->before))
        scan->before = mark;
    scan->at += len;
    return true;
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
        if (!(known(&scan, scan.at, &name) && name.kind != NAME_UNKNOWN) &&
            take_spelled_out(&scan)) {
            take_trailing(&scan);
        } else if (name.len) {
            without_article(&name);
            name.len = with_portfolio(&scan, &name);
            add(&scan, name);
            take_trailing(&scan);
        } else if ((len = ohchr_role_turn(scan.at, &scan.role, true)) ||
                   (len = words_at(scan.at, WORDS_JOINT))) {
            scan.at += len;
            scan.before = scan.before == ' ' ? ',' : scan.before;
        } else {
            take_unknown(&scan);
            take_trailing(&scan);
        }
    }
    ohchr_containers_settle(names);
}
