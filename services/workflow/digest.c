/* SPDX-License-Identifier: Apache-2.0 */
#include "digest.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *subject; /* in the subject line: "2 overdue" */
    const char *heading;
} groups[DIGEST_GROUP_COUNT] = {
    [DIGEST_OVERDUE] = {"overdue", "Overdue"},
    [DIGEST_AGAIN] = {"asked again", "Asked again"},
    [DIGEST_DUE] = {"due", "Due"},
};

enum digest_group digest_group(const struct digest_line *line, struct date digest_on)
{
    if (date_compare(line->cycle_on, digest_on) < 0)
        return DIGEST_OVERDUE;
    return line->asked_before > 0 ? DIGEST_AGAIN : DIGEST_DUE;
}

static int count_group(const struct digest_input *input, enum digest_group group)
{
    int n = 0;

    for (int i = 0; i < input->nlines; i++)
        n += digest_group(&input->lines[i], input->digest_on) == group;
    return n;
}

static const char *make_subject(const struct digest_input *input, struct arena *arena,
                                struct err *err)
{
    struct text_buffer text = {0};
    const char *subject;

    for (int g = 0; g < DIGEST_GROUP_COUNT; g++) {
        int n = count_group(input, (enum digest_group)g);
        if (n)
            text_put_format(&text, "%s%d %s", text.len ? ", " : "Uptake: ", n, groups[g].subject);
    }
    text_put_format(&text, " (%s)", input->recipient_name);
    subject = text.failed ? err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "digest", "cannot allocate")
                          : digest_header(text.text, arena, err);
    text_buffer_finish(&text);
    return subject;
}

static const char *make_date(int64_t at_us, struct arena *arena)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t at = (time_t)(at_us / 1000000);
    struct tm utc;

    gmtime_r(&at, &utc);
    return arena_printf(arena, "%s, %d %s %d %02d:%02d:%02d +0000", days[utc.tm_wday], utc.tm_mday,
                        months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                        utc.tm_sec);
}

/* The key's part after the document's: "1/2" of "KEY#1/2". */
static const char *code_of(const char *action_key)
{
    const char *code = strchr(action_key, '#');

    return code ? code + 1 : action_key;
}

static bool put_line(struct text_buffer *text, const struct digest_input *input,
                     const struct digest_line *line, struct arena *arena)
{
    const char *title = digest_short_title(line->text, arena);
    const char *document = digest_short_title(line->document_title, arena);
    const char *link = digest_link(input->public_url, line->action, arena);
    bool is_past = date_compare(line->cycle_on, input->digest_on) < 0;
    char day[DATE_TEXT];

    if (!title || !document || !link)
        return false;
    date_format(line->cycle_on, day);
    text_put_format(text, "\n  %s  %s\n", code_of(line->action),
                    line->is_restricted ? "(restricted: title not sent by mail)" : title);
    if (!line->is_restricted)
        text_put_format(text, "    %s\n", document);
    if (line->is_deadline)
        text_put_format(text, "    Deadline: %s%s\n", day, is_past ? " (passed)" : "");
    else
        text_put_format(text, "    Update %s: %s\n", is_past ? "was due" : "due", day);
    if (line->asked_before > 0)
        text_put_format(text, "    Reminders sent before in this cycle: %d\n", line->asked_before);
    if (line->coalesced > 0)
        text_put_format(text, "    Earlier reminders this one stands for: %d\n", line->coalesced);
    text_put_format(text, "    %s\n", link);
    return true;
}

static bool is_first_overseer(const struct digest_input *input, int at)
{
    for (int i = 0; i < at; i++)
        if (strcmp(input->lines[i].overseer, input->lines[at].overseer) == 0)
            return false;
    return true;
}

static void put_overseers(struct text_buffer *text, const struct digest_input *input)
{
    int n = 0;

    for (int i = 0; i < input->nlines; i++)
        if (input->lines[i].overseer[0] && is_first_overseer(input, i))
            text_put_format(text, "%s%s",
                            n++ ? ", " : "\nUpdates go to: ", input->lines[i].overseer);
    if (n)
        text_put(text, "\n");
}

static const char *make_text(const struct digest_input *input, struct arena *arena)
{
    struct text_buffer text = {0};
    char day[DATE_TEXT];
    const char *copy = NULL;
    bool ok = true;

    date_format(input->digest_on, day);
    text_put_format(&text, "To: %s\nAs of %s\n", input->recipient_name, day);
    for (int g = 0; g < DIGEST_GROUP_COUNT; g++) {
        int n = count_group(input, (enum digest_group)g);
        if (!n)
            continue;
        text_put_format(&text, "\n%s (%d)\n", groups[g].heading, n);
        for (int i = 0; ok && i < input->nlines; i++)
            if (digest_group(&input->lines[i], input->digest_on) == (enum digest_group)g)
                ok = put_line(&text, input, &input->lines[i], arena);
    }
    put_overseers(&text, input);
    text_put(&text, "\nReminders stop when an update is submitted or the action is closed. The\n"
                    "days are in the attached calendar file too.\n");
    if (ok && !text.failed)
        copy = arena_strdup(arena, text.text);
    text_buffer_finish(&text);
    return copy;
}

bool digest(const struct digest_input *input, struct arena *arena, struct digest *out,
            struct err *err)
{
    if (!digest_address_check(input->address, err))
        return false;
    out->subject = make_subject(input, arena, err);
    if (!out->subject)
        return false;
    out->date = make_date(input->created_us, arena);
    out->text = make_text(input, arena);
    out->calendar = digest_calendar(input, arena);
    if (!out->date || !out->text || !out->calendar)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "digest", "cannot allocate");
    return true;
}
