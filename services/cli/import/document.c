/* SPDX-License-Identifier: Apache-2.0 */
#include "import/document.h"

#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void document_finish(struct document *document)
{
    /* Quoted documents lie in the first one's arena, what they hold in their own. */
    for (struct document *quoted = document->quoted; quoted; quoted = quoted->quoted)
        arena_finish(&quoted->arena);
    arena_finish(&document->arena);
}

static void *new_record(struct document *document, size_t size)
{
    void *record = arena_zalloc(&document->arena, size);

    if (!record)
        document->failed = true;
    return record;
}

struct recommendation *document_add_recommendation(struct document *document, int line)
{
    struct recommendation *record = new_record(document, sizeof(*record));

    if (!record)
        return NULL;
    record->line = line;
    if (document->recommendations_last)
        document->recommendations_last->next = record;
    else
        document->recommendations = record;
    return document->recommendations_last = record;
}

struct action *document_add_action(struct document *document, struct recommendation *recommendation,
                                   int line)
{
    struct action *record = new_record(document, sizeof(*record));

    if (!record)
        return NULL;
    record->line = line;
    if (recommendation->actions_last)
        recommendation->actions_last->next = record;
    else
        recommendation->actions = record;
    return recommendation->actions_last = record;
}

struct responsible *document_add_responsible(struct document *document, struct action *action)
{
    struct responsible *record = new_record(document, sizeof(*record));

    if (!record)
        return NULL;
    if (action->responsible_last)
        action->responsible_last->next = record;
    else
        action->responsible = record;
    return action->responsible_last = record;
}

struct responsible *document_add_evaluator_responsible(struct document *document,
                                                       struct recommendation *recommendation)
{
    struct responsible *record = new_record(document, sizeof(*record));

    if (!record)
        return NULL;
    if (recommendation->evaluator_last)
        recommendation->evaluator_last->next = record;
    else
        recommendation->evaluator = record;
    return recommendation->evaluator_last = record;
}

struct indicator *document_add_indicator(struct document *document, int line)
{
    struct indicator *record = new_record(document, sizeof(*record));

    if (!record)
        return NULL;
    record->line = line;
    if (document->indicators_last)
        document->indicators_last->next = record;
    else
        document->indicators = record;
    return document->indicators_last = record;
}

const char *document_text(struct document *document, const char *text, size_t len)
{
    char *copy;

    while (len && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    if (len == 0)
        return NULL;
    copy = arena_strndup(&document->arena, text, len);
    if (!copy)
        document->failed = true;
    return copy;
}

/* So much of text is whole characters. */
static size_t whole_characters(const char *text, size_t len)
{
    if (len < strlen(text))
        while (len && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--;
    return len;
}

const char *document_excerpt(struct document *document, const char *text, size_t len)
{
    size_t whole = whole_characters(text, len);
    char *copy;

    if (strlen(text) <= len)
        return text;
    copy = arena_printf(&document->arena, "%.*s ...", (int)whole, text);
    if (!copy)
        document->failed = true;
    return copy;
}

void document_find(struct document *document, enum severity severity, const char *code,
                   const char *subject, int line, const char *remedy, const char *message, ...)
{
    struct finding *record = new_record(document, sizeof(*record));
    char text[1024];
    va_list args;

    if (!record)
        return;
    va_start(args, message);
    vsnprintf(text, sizeof(text), message, args);
    va_end(args);
    /* Cut, by its room or by its format, it may hold half a character. */
    text_mend(text);
    *record = (struct finding){.code = code,
                               .severity = severity,
                               .subject = subject,
                               .message = arena_strdup(&document->arena, text),
                               .remedy = remedy,
                               .line = line};
    if (!record->message)
        document->failed = true;
    if (document->findings_last)
        document->findings_last->next = record;
    else
        document->findings = record;
    document->findings_last = record;
}

const char *document_action_name(struct document *document,
                                 const struct recommendation *recommendation,
                                 const struct action *action)
{
    char *name = arena_printf(&document->arena, "action %s/%s", recommendation->code, action->code);

    if (!name)
        document->failed = true;
    return name;
}

int document_count_actions(const struct document *document)
{
    int n = 0;

    for (const struct recommendation *r = document->recommendations; r; r = r->next)
        for (const struct action *action = r->actions; action; action = action->next)
            n++;
    return n;
}

int document_count_findings(const struct document *document, enum severity severity)
{
    int n = 0;

    for (const struct finding *finding = document->findings; finding; finding = finding->next)
        n += finding->severity == severity;
    return n;
}

const char *severity_word(enum severity severity)
{
    static const char *const words[] = {"info", "warning", "error"};

    return words[severity];
}
