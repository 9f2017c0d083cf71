/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser sends when a button of the form is pressed. */
#include "form.h"

#include "model/transitions.h"
#include "posted.h"
#include "wire/wire.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <uptake/v1/words.pb-c.h>

enum { LINE_MOST = 500, EVIDENCE_MOST = 2000 };

/* Spaces and line ends around it say nothing. */
static const char *trimmed(char *text)
{
    size_t len;

    while (*text == ' ' || *text == '\n' || *text == '\t')
        text++;
    len = strlen(text);
    while (len && strchr(" \n\t", text[len - 1]))
        text[--len] = '\0';
    return text;
}

static const struct {
    const char *name;
    size_t offset;
} fields[] = {
    {"progress", offsetof(struct form, text.progress)},
    {"source", offsetof(struct form, text.source)},
    {"narrative", offsetof(struct form, text.narrative)},
    {"evidence", offsetof(struct form, text.evidence)},
    {"completed_on", offsetof(struct form, text.completed_on)},
    {"hold", offsetof(struct form, text.hold)},
    {"hold_reason", offsetof(struct form, text.hold_reason)},
    {"delegate", offsetof(struct form, delegate)},
    {"reason", offsetof(struct form, reason)},
};

static bool take_deed(struct form *form, const char *word)
{
    static const char *const deeds[] = {"save", "submit", "delegate", "not_ours"};

    for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
        if (strcmp(word, deeds[i]) == 0) {
            form->deed = (enum form_deed)i;
            return true;
        }
    return false;
}

static bool take_number(const char *text, int64_t *number)
{
    char *rest;

    *number = strtoll(text, &rest, 10);
    return *text && !*rest && *number >= 0 && *number <= INT32_MAX;
}

/* A posted_field_fn. */
static bool take_field(void *ctx, const char *name, char *value)
{
    struct form *form = ctx;

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (strcmp(name, fields[i].name) == 0) {
            const char *text = trimmed(value);
            memcpy((char *)form + fields[i].offset, &text, sizeof(text));
            return true;
        }
    if (strcmp(name, "csrf") == 0) {
        form->csrf_given = value;
        return true;
    }
    if (strcmp(name, "base") == 0)
        return take_number(value, &form->base);
    if (strcmp(name, "version") == 0)
        return take_number(value, &form->seen_version);
    if (strcmp(name, "finding") == 0)
        return take_number(value, &form->seen_finding);
    return strcmp(name, "do") == 0 && take_deed(form, value);
}

bool form_read(struct call *call, struct form *form)
{
    form->csrf_given = "";
    form->posted = true;
    return posted_each(call, take_field, form);
}

/* Of a restricted action the reason is not shown, so that leaving it empty changes nothing. */
bool form_holds_otherwise(const struct form *form)
{
    const char *hold = form_said(form, "hold_set", "hold");
    const char *reason = form->text.hold_reason;

    return strcmp(form->text.hold, *hold ? hold : "none") != 0 ||
           (strcmp(reason, form_said(form, "hold_set", "reason")) != 0 &&
            (*reason || !form->facts.hidden));
}

bool form_is_blank(const struct form *form)
{
    const struct form_text *text = &form->text;

    return !*text->progress && !*text->source && !*text->narrative && !*text->evidence &&
           !*text->completed_on && !form_holds_otherwise(form);
}

/* What is wrong ------------------------------------------------------------------------------ */

void form_add_error(struct form *form, const char *field, const char *text)
{
    if (form->nerrors < FORM_ERRORS)
        form->errors[form->nerrors++] = (struct form_error){field, text};
}

static void check_line(struct form *form, const char *field, const char *text, size_t most)
{
    struct err err;

    if (strlen(text) > most)
        form_add_error(form, field, "This is too long.");
    else if (strchr(text, '\n') || strchr(text, '\t') ||
             !text_check(text, strlen(text), field, &err))
        form_add_error(form, field, "Write this in one line, without control characters.");
}

static void check_progress(struct form *form)
{
    const bool returned = strcmp(form_said(form, "progress_review", "review"), "returned") == 0;
    enum progress to;

    if (!*form->text.progress || !progress_from_word(form->text.progress, &to) ||
        to == PROGRESS_UNSPECIFIED)
        form_add_error(form, "progress", "Choose where the action stands.");
    else if (!form->met_report && !returned && !transition_allowed(form->facts.progress, to))
        form_add_error(form, "progress", transition_reason(form->facts.progress, to));
    if (*form->text.completed_on && strcmp(form->text.progress, "completed") != 0)
        form_add_error(form, "completed_on", "A day of completion needs the word \"Completed\".");
}

static void check_completed_on(struct call *call, struct form *form)
{
    struct date day;
    struct err err;

    if (!*form->text.completed_on)
        return;
    if (!date_parse(form->text.completed_on, "completed_on", &day, &err))
        form_add_error(form, "completed_on", "Write the day as YYYY-MM-DD, or leave it empty.");
    else if (date_compare(day, call->today) > 0)
        form_add_error(form, "completed_on", "This day is still to come.");
}

static void check_update(struct call *call, struct form *form)
{
    const struct form_text *text = &form->text;
    struct err err;
    int hold;

    check_progress(form);
    check_line(form, "source", text->source, LINE_MOST);
    if (strlen(text->narrative) > FORM_TEXT_MAX ||
        !text_check(text->narrative, strlen(text->narrative), "narrative", &err))
        form_add_error(form, "narrative",
                       "At most about 16,000 letters, without control characters.");
    check_line(form, "evidence", text->evidence, EVIDENCE_MOST);
    if (*text->evidence && strncmp(text->evidence, "https://", 8) != 0 &&
        strncmp(text->evidence, "http://", 7) != 0)
        form_add_error(form, "evidence", "A link begins with https:// or http://.");
    check_completed_on(call, form);
    if (!wire_word_value(&uptake__v1__hold__descriptor, text->hold, &hold) || hold == 0)
        form_add_error(form, "hold", "Choose one of the words.");
    check_line(form, "hold_reason", text->hold_reason, LINE_MOST);
    if (strcmp(text->hold, "none") != 0 && !*text->hold_reason && form_holds_otherwise(form))
        form_add_error(form, "hold_reason", "Say what it waits for.");
}

static void check_delegate(struct form *form)
{
    const bool back = strcmp(form->delegate, "back") == 0;

    if (back && *form_said(form, "chase_set", "delegated_to"))
        return;
    for (int i = 0; !back && i < PQntuples(form->alternates); i++)
        if (strcmp(form->delegate, store_text(form->alternates, i, 1)) == 0)
            return;
    form_add_error(form, "delegate", "Choose one of your unit's alternates.");
}

void form_check(struct call *call, struct form *form)
{
    switch (form->deed) {
    case FORM_SAVE:
        break;
    case FORM_SUBMIT:
        check_update(call, form);
        break;
    case FORM_DELEGATE:
        check_delegate(form);
        break;
    case FORM_NOT_OURS:
        check_line(form, "reason", form->reason, LINE_MOST);
        if (!*form->reason)
            form_add_error(form, "reason", "Say why, or whose it is.");
        break;
    }
}
