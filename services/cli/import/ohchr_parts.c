/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_position.h"

#include "base/text.h"
#include "import/ohchr_words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PARTS_MAX = 24,
    PART_CODE = 12,
    REMAINDER_BYTES_MAX = 20000,
    WORD_BYTES_MIN = 4, /* shorter words say nothing of a sentence */
    REASON_BYTES = 300,
    CLAUSE_BYTES_MAX = 2000, /* a longer one is cut */
    STATEMENT_BYTES_MAX = 32 * 1024,
    SAME_PERCENT = 60, /* so many of its words elsewhere: the sentence stands there */
};

struct part {
    char code[PART_CODE];
    enum position position;
    bool dotted; /* "1.3"; else "iii" of "(iii)" */
};

struct parts {
    struct document *document;
    struct recommendation *recommendation;
    const char *subject;
    int n;
    struct part list[PARTS_MAX];
    bool unnamed; /* something is left out, but not which part */
};

/* Codes --------------------------------------------------------------------------------------- */

/* "1.3" of recommendation 1, or "(iii)": bytes taken, the code copied. */
static size_t part_code(const struct parts *parts, const char *text, char code[PART_CODE])
{
    const char *parent = parts->recommendation->code;
    size_t len = strlen(parent);
    size_t digits;

    if (*text == '(') {
        len = strcspn(text + 1, ") \n");
        if (text[1 + len] != ')' || len == 0 || len > 4 ||
            (strspn(text + 1, "ivxIVX") != len && len > 1) || !isalnum((unsigned char)text[1]))
            return 0;
        memcpy(code, text + 1, len);
        code[len] = '\0';
        return len + 2;
    }
    if (strncmp(text, parent, len) != 0 || text[len] != '.' || len > 6)
        return 0;
    digits = strspn(text + len + 1, "0123456789");
    if (digits == 0 || digits > 2 || words_letter(text + len + 1 + digits))
        return 0;
    memcpy(code, text, len + 1 + digits);
    code[len + 1 + digits] = '\0';
    return len + 1 + digits;
}

static void set_part(struct parts *parts, const char *code, enum position position)
{
    struct part *part = NULL;

    for (int i = 0; i < parts->n; i++)
        if (strcmp(parts->list[i].code, code) == 0)
            part = &parts->list[i];
    if (!part && parts->n < PARTS_MAX) {
        part = &parts->list[parts->n++];
        strcpy(part->code, code);
        part->dotted = strchr(code, '.') != NULL;
        part->position = POSITION_UNSPECIFIED;
    }
    /* The first word on a part stands; a later sentence may only refuse it. */
    if (part && (part->position == POSITION_UNSPECIFIED || position == POSITION_NOT_ACCEPTED))
        part->position = position;
}

/* Clauses ------------------------------------------------------------------------------------- */

static bool has(const char *text, const char *end, enum ohchr_words list)
{
    size_t len;

    return words_find(text, end, list, &len) != NULL;
}

static enum position verdict(const char *text, const char *end)
{
    if (has(text, end, WORDS_REFUSED) || has(text, end, WORDS_EXCEPT))
        return POSITION_NOT_ACCEPTED;
    if (has(text, end, WORDS_ACCEPTED))
        return has(text, end, WORDS_CHANGED) ? POSITION_ACCEPTED_WITH_CHANGES : POSITION_ACCEPTED;
    if (has(text, end, WORDS_PENDING))
        return POSITION_UNDER_CONSIDERATION;
    return has(text, end, WORDS_CHANGED) ? POSITION_ACCEPTED_WITH_CHANGES : POSITION_UNSPECIFIED;
}

/* A clause ends with its sentence, and where "while" or "except" begins another. */
static const char *clause_end(const char *text)
{
    const char *at = text;

    while (*at && at - text < CLAUSE_BYTES_MAX) {
        if (*at == ';' || *at == '\n' || (*at == '.' && (!at[1] || isspace((unsigned char)at[1]))))
            return at + 1;
        if (!words_letter(at)) {
            text_fold_next(&at);
            continue;
        }
        if (at > text && (words_at(at, WORDS_BUT) || words_at(at, WORDS_EXCEPT)))
            return at;
        while (words_letter(at))
            at += words_letter(at);
    }
    return at;
}

static void read_clause(struct parts *parts, const char *text, const char *end, bool of_comment)
{
    enum position position = verdict(text, end);
    bool named = false;
    char code[PART_CODE];

    if (position == POSITION_UNSPECIFIED || (of_comment && position != POSITION_NOT_ACCEPTED))
        return;
    for (const char *at = text; at < end;) {
        size_t len = at == text || !words_letter(at - 1) ? part_code(parts, at, code) : 0;
        if (len && !(of_comment && !strchr(code, '.'))) {
            set_part(parts, code, position);
            named = true;
        }
        at += len ? len : 1;
    }
    parts->unnamed |= !named && !of_comment && has(text, end, WORDS_EXCEPT);
}

static void read_clauses(struct parts *parts, const char *text, bool of_comment)
{
    const char *first = text;

    while (text && *text && text - first < STATEMENT_BYTES_MAX) {
        const char *end = clause_end(text);
        read_clause(parts, text, end, of_comment);
        text = end;
    }
}

/* Texts --------------------------------------------------------------------------------------- */

/* "(ii) ..." up to the next of its kind. */
static const char *item_text(struct parts *parts, const char *code, const char *body)
{
    char mark[PART_CODE + 3];
    char next[PART_CODE];
    const char *start;
    const char *end;

    snprintf(mark, sizeof(mark), "(%s)", code);
    start = body ? strstr(body, mark) : NULL;
    if (!start)
        return NULL;
    start += strlen(mark);
    for (end = start; *end; end++)
        if (*end == '(' && part_code(parts, end, next) && strcmp(next, code) != 0)
            break;
    while (end > start && (isspace((unsigned char)end[-1]) || end[-1] == ';' || end[-1] == ','))
        end--;
    return document_text(parts->document, start, (size_t)(end - start));
}

static bool stands_in_actions(const struct recommendation *recommendation, const char *text,
                              const char *end)
{
    int words = 0;
    int found = 0;

    for (const char *at = text; at < end; at += words_next(at)) {
        char word[64];
        size_t len = 0;
        while (at + len < end && words_letter(at + len))
            len += words_letter(at + len);
        if (len < WORD_BYTES_MIN || len >= sizeof(word))
            continue;
        memcpy(word, at, len);
        word[len] = '\0';
        words++;
        for (const struct action *action = recommendation->actions; action; action = action->next)
            if (strstr(action->text, word)) {
                found++;
                break;
            }
    }
    return words == 0 || found * 100 >= words * SAME_PERCENT;
}

/* What the report asks for and no action takes up: the text of the part that is left out. */
static const char *remainder_text(struct parts *parts, const char *body)
{
    struct text_buffer text = {0};
    const char *copy;

    if (!body || strlen(body) > REMAINDER_BYTES_MAX)
        return NULL;
    while (*body) {
        const char *end = body;
        while (*end && !(*end == '.' && (!end[1] || isspace((unsigned char)end[1]))))
            end++;
        end += *end == '.';
        if (!stands_in_actions(parts->recommendation, body, end))
            text_put_bytes(&text, body, (size_t)(end - body));
        body = end + strspn(end, " ");
    }
    copy = document_text(parts->document, text.len ? text.text : "", text.len);
    parts->document->failed |= text.failed;
    text_buffer_finish(&text);
    return copy;
}

/* The report's own words go before those of the response. */
static const char *part_text(struct parts *parts, const struct part *part, const char *body)
{
    const struct recommendation *whole = parts->recommendation;
    const char *text = part->dotted ? NULL : item_text(parts, part->code, body);

    for (const struct action *action = whole->actions; action && !text; action = action->next)
        text = part->dotted ? (strcmp(action->code, part->code) == 0 ? action->text : NULL)
                            : item_text(parts, part->code, action->text);
    if (!text && part->dotted)
        text = remainder_text(parts, body);
    return text && *text ? text : whole->text;
}

/* Records ------------------------------------------------------------------------------------- */

static int compare_parts(const void *a, const void *b)
{
    const struct part *left = a;
    const struct part *right = b;

    if (left->dotted && right->dotted)
        return atoi(strchr(left->code, '.') + 1) - atoi(strchr(right->code, '.') + 1);
    return 0;
}

/* The actions' own numbers are parts as well; what is not named is taken as the whole is. */
static void add_unnamed_parts(struct parts *parts, enum position whole)
{
    char code[PART_CODE];

    if (!parts->list[0].dotted)
        return;
    for (const struct action *action = parts->recommendation->actions; action;
         action = action->next)
        if (part_code(parts, action->code, code) == strlen(action->code))
            set_part(parts, code, whole);
    qsort(parts->list, (size_t)parts->n, sizeof(parts->list[0]), compare_parts);
}

static void add_record(struct parts *parts, const struct part *part, const char *body)
{
    const struct recommendation *whole = parts->recommendation;
    const char *text = part_text(parts, part, body);
    struct recommendation *record = document_add_recommendation(parts->document, whole->line);

    if (!record)
        return;
    record->code = arena_strdup(&parts->document->arena, part->code);
    record->parent = whole->code;
    record->text = text;
    record->position = part->position;
    record->position_source = whole->position_source;
    record->caveat = whole->caveat;
    parts->document->failed |= !record->code;
}

static const char *part_name(struct parts *parts, const struct part *part)
{
    struct arena *arena = &parts->document->arena;
    char *name = part->dotted ? arena_printf(arena, "recommendation %s", part->code)
                              : arena_printf(arena, "%s (%s)", parts->subject, part->code);

    parts->document->failed |= !name;
    return name;
}

static void find_excluded(struct parts *parts)
{
    struct document *document = parts->document;
    const struct recommendation *whole = parts->recommendation;
    const char *reason = whole->caveat ? document_excerpt(document, whole->caveat, REASON_BYTES)
                                       : "its comment says so";
    bool named = false;

    for (int i = 0; i < parts->n; i++) {
        const struct part *part = &parts->list[i];
        if (part->position != POSITION_NOT_ACCEPTED)
            continue;
        named = true;
        document_find(document, SEVERITY_WARNING, "PART_EXCLUDED", part_name(parts, part),
                      whole->line, "agree with the evaluators what becomes of the part",
                      "management leaves this part out: %s", reason);
    }
    if (parts->unnamed && !named)
        document_find(document, SEVERITY_WARNING, "PART_EXCLUDED", parts->subject, whole->line,
                      "number the part that is meant", "management leaves something out: %s",
                      reason);
}

static bool is_accepted(enum position position)
{
    return position == POSITION_ACCEPTED || position == POSITION_ACCEPTED_WITH_CHANGES;
}

/* "-", "N/A" */
static bool says_nothing(const char *text)
{
    size_t len = text ? words_at(text, WORDS_NO_ACTION) : 0;
    size_t i = 0;

    if (!text || (len && !text[len + strspn(text + len, " .")]))
        return true;
    while (text[i] && !words_letter(text + i))
        i++;
    return !text[i];
}

static void find_no_reason(struct document *document, const struct recommendation *recommendation,
                           const char *subject)
{
    if ((recommendation->position == POSITION_NOT_ACCEPTED ||
         recommendation->position == POSITION_PARTIALLY_ACCEPTED) &&
        says_nothing(recommendation->caveat) && says_nothing(recommendation->comment))
        document_find(document, SEVERITY_WARNING, "NO_REASON", subject, recommendation->line,
                      "ask the response's owner for the reason",
                      "the position \"%s\" is given without a reason",
                      recommendation->position_source);
}

void ohchr_parts_settle(struct document *document, struct recommendation *recommendation,
                        const char *subject, const char *body)
{
    struct parts parts = {
        .document = document, .recommendation = recommendation, .subject = subject};
    enum position whole = recommendation->position;
    bool differ = false;

    if (whole == POSITION_NONE_GIVEN || whole == POSITION_NOT_ACCEPTED) {
        find_no_reason(document, recommendation, subject);
        return;
    }
    read_clauses(&parts, recommendation->caveat, false);
    read_clauses(&parts, recommendation->comment, true);
    for (int i = 0; i < parts.n; i++)
        differ |= !is_accepted(parts.list[i].position);
    if (is_accepted(whole) && (differ || parts.unnamed)) {
        recommendation->position = POSITION_PARTIALLY_ACCEPTED;
        document_find(document, SEVERITY_WARNING, "POSITION_PARTIAL_UNDER_ACCEPTED", subject,
                      recommendation->line, "ask the response's owner to state it as partial",
                      "\"%s\", but not all of it; it counts as partially accepted",
                      recommendation->position_source);
    }
    find_excluded(&parts);
    find_no_reason(document, recommendation, subject);
    if (!differ)
        return;
    if (is_accepted(whole))
        add_unnamed_parts(&parts, whole);
    for (int i = 0; i < parts.n && !document->failed; i++)
        add_record(&parts, &parts.list[i], body);
}
