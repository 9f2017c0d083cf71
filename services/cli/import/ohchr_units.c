/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_units.h"

#include "import/ohchr_guess.h"
#include "import/ohchr_names.h"
#include "import/ohchr_words.h"

#include <stdio.h>
#include <string.h>

enum { LIST_BYTES = 160 };

/* Whom a statement is about, for its findings. */
struct statement {
    const char *subject;
    int line;
    enum severity severity;
    char external[LIST_BYTES]; /* names so far */
};

static const char unit_remedy[] =
    "add the unit or this spelling of it to the directory; nobody is reminded until then";

static void find_unknown(struct ohchr_units *units, struct statement *statement,
                         const struct ohchr_name *name, const char *text)
{
    const char *first;
    const char *second;

    if (name->kind == NAME_UNKNOWN && !units->directory->nunits)
        return;
    ohchr_guess(units->directory, name->at, name->len, &first, &second);
    document_find(units->document, statement->severity, "UNIT_UNKNOWN", statement->subject,
                  statement->line, unit_remedy, "\"%s\" is %s%s%s%s%s", text,
                  name->kind == NAME_DAMAGED ? "no name we can read" : "not in the directory",
                  first ? "; perhaps " : "", first ? first : "", second ? " and " : "",
                  second ? second : "");
}

static void find_own_missing(struct ohchr_units *units, const struct statement *statement,
                             const char *text)
{
    if (units->own_missing || !units->directory->nunits)
        return;
    units->own_missing = true;
    document_find(units->document, SEVERITY_WARNING, "UNIT_UNKNOWN", "document", statement->line,
                  "add the office to the directory with the name the title uses as an alias",
                  "the office that \"%s\" stands for is not in the directory", text);
}

static void find_named(struct ohchr_units *units, struct statement *statement,
                       const struct ohchr_name *name, const char *text)
{
    size_t len = strlen(statement->external);

    switch (name->kind) {
    case NAME_VAGUE:
        document_find(units->document, statement->severity, "UNIT_VAGUE", statement->subject,
                      statement->line, "say which units are meant; nobody is reminded until then",
                      "\"%s\" names nobody", text);
        break;
    case NAME_UNKNOWN:
    case NAME_DAMAGED:
        find_unknown(units, statement, name, text);
        break;
    case NAME_OWN:
        if (!units->document->office_unit)
            find_own_missing(units, statement, text);
        break;
    case NAME_EXTERNAL:
        snprintf(statement->external + len, sizeof(statement->external) - len, "%s%s",
                 len ? ", " : "", text);
        break;
    default:
        break;
    }
}

static void fill(struct ohchr_units *units, const struct ohchr_name *name, const char *text,
                 struct responsible *record)
{
    record->name = name->city ? "Geneva HQ" : text;
    if (name->kind == NAME_OWN)
        record->unit = units->document->office_unit;
    else
        record->unit = name->entry ? name->entry->unit : NULL;
    record->role = name->role;
    record->vague = name->kind == NAME_VAGUE;
    record->damaged = name->kind == NAME_DAMAGED;
}

/* In the evaluation of a regional office, "the regional office" is the one evaluated; elsewhere it
 * is another. */
static void settle_own(const struct ohchr_units *units, struct ohchr_names *names)
{
    const char *title = units->document->title;
    size_t len;

    if (!words_find(title, title + strlen(title), WORDS_REGIONAL, &len))
        return;
    for (int i = 0; i < names->n; i++)
        if (names->list[i].kind == NAME_UNKNOWN &&
            words_at(names->list[i].at, WORDS_REGIONAL_OFFICE) == names->list[i].len)
            names->list[i].kind = NAME_OWN;
}

/* One line, as names in the register are. */
static const char *name_text(struct document *document, const struct ohchr_name *name)
{
    char *text = arena_strndup(&document->arena, name->at, name->len);

    for (char *at = text; at && (at = strpbrk(at, "\n\t")); at++)
        *at = ' ';
    document->failed |= !text;
    return text;
}

static void find_external(struct ohchr_units *units, const struct statement *statement)
{
    if (statement->external[0])
        document_find(units->document, SEVERITY_INFO, "UNIT_EXTERNAL", statement->subject,
                      statement->line,
                      "agree with them who reports; bodies outside are not reminded",
                      "outside the organisation: %s", statement->external);
}

static void read_undecided(struct ohchr_units *units, struct action *action, const char *subject,
                           const char *cell)
{
    struct responsible *record = document_add_responsible(units->document, action);

    if (!record)
        return;
    *record = (struct responsible){.name = cell, .role = ROLE_LEAD, .vague = true};
    document_find(units->document, SEVERITY_WARNING, "UNIT_VAGUE", subject, action->line,
                  "say which units are meant; nobody is reminded until then", "\"%s\" names nobody",
                  cell);
}

void ohchr_units_read(struct ohchr_units *units, struct action *action, const char *subject,
                      const char *cell, bool shifted)
{
    struct statement statement = {
        .subject = subject, .line = action->line, .severity = SEVERITY_WARNING};
    struct ohchr_names names;

    if (words_at(cell, WORDS_UNDECIDED) == strlen(cell)) {
        read_undecided(units, action, subject, cell);
        return;
    }
    ohchr_names_read(units->directory, cell, &names);
    settle_own(units, &names);
    for (int i = 0; i < names.n; i++) {
        const char *text = name_text(units->document, &names.list[i]);
        struct responsible *record = document_add_responsible(units->document, action);
        if (!record || !text)
            return;
        fill(units, &names.list[i], text, record);
        record->ambiguous = shifted;
        find_named(units, &statement, &names.list[i], text);
    }
    find_external(units, &statement);
}

void ohchr_units_repeat(struct ohchr_units *units, struct action *action,
                        const struct action *above)
{
    for (const struct responsible *from = above->responsible; from; from = from->next) {
        struct responsible *record = document_add_responsible(units->document, action);
        if (!record)
            return;
        *record = *from;
        record->next = NULL;
        record->inferred = true;
    }
}

void ohchr_units_read_evaluator(struct ohchr_units *units, struct recommendation *recommendation,
                                const char *subject, const char *cell, int line)
{
    struct statement statement = {.subject = subject, .line = line, .severity = SEVERITY_INFO};
    struct ohchr_names names;

    ohchr_names_read(units->directory, cell, &names);
    settle_own(units, &names);
    for (int i = 0; i < names.n; i++) {
        const char *text = name_text(units->document, &names.list[i]);
        struct responsible *record =
            document_add_evaluator_responsible(units->document, recommendation);
        if (!record || !text)
            return;
        fill(units, &names.list[i], text, record);
        find_named(units, &statement, &names.list[i], text);
    }
    find_external(units, &statement);
}
