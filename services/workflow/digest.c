/* SPDX-License-Identifier: Apache-2.0 */
#include "digest.h"

#include "base/text.h"

#include <string.h>
#include <time.h>

/* "2 overdue, 1 due" */
static const char *make_summary(const struct digest_input *input, struct arena *arena)
{
    struct text_buffer text = {0};
    const char *copy;

    for (int g = 0; g < DIGEST_GROUP_COUNT; g++) {
        int n = digest_group_size(input, (enum digest_group)g);
        const char *count = n ? digest_count(input->catalogue, (enum digest_group)g, n, arena) : "";
        if (!count)
            text.failed = true;
        else if (n)
            text_put_format(&text, "%s%s", text.len ? ", " : "", count);
    }
    if (input->ncycles) {
        const char *count = digest_cycle_count(input->catalogue, input->ncycles, arena);
        text.failed |= !count;
        text_put_format(&text, "%s%s", text.len ? ", " : "", count ? count : "");
    }
    copy = text.failed ? NULL : arena_strdup(arena, text.text ? text.text : "");
    text_buffer_finish(&text);
    return copy;
}

static const char *make_subject(const struct digest_input *input, const char *summary,
                                struct arena *arena, struct err *err)
{
    const char *subject = arena_printf(arena, catalogue_text(input->catalogue, "Uptake: %s (%s)"),
                                       summary, input->recipient_name);

    return subject ? digest_header(subject, arena, err)
                   : err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "digest", "cannot allocate");
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

/* Plain text ------------------------------------------------------------------------------------
 */

static void put_note(struct text_buffer *text, const char *note)
{
    if (note[0])
        text_put_format(text, "    %s\n", note);
}

static void put_words(struct text_buffer *text, const struct digest_words *words)
{
    text_put_format(text, "\n  %s  %s\n", words->code, words->title);
    put_note(text, words->document);
    put_note(text, words->escalated);
    put_note(text, words->when);
    put_note(text, words->again);
    put_note(text, words->earlier);
    put_note(text, words->needs);
    put_note(text, words->link);
}

static bool put_line(struct text_buffer *text, const struct digest_input *input,
                     const struct digest_line *line, struct arena *arena)
{
    struct digest_words words;

    if (!digest_say(input, line, arena, &words))
        return false;
    put_words(text, &words);
    return true;
}

static bool put_cycles(struct text_buffer *text, const struct digest_input *input,
                       struct arena *arena)
{
    struct digest_words words;

    if (input->ncycles)
        text_put_format(text, "\n%s (%d)\n", digest_cycle_heading(input->catalogue),
                        input->ncycles);
    for (int i = 0; i < input->ncycles; i++) {
        if (!digest_say_cycle(input, &input->cycles[i], arena, &words))
            return false;
        put_words(text, &words);
    }
    return true;
}

static bool put_group(struct text_buffer *text, const struct digest_input *input,
                      enum digest_group group, struct arena *arena)
{
    int n = digest_group_size(input, group);

    if (n)
        text_put_format(text, "\n%s (%d)\n", digest_heading(input->catalogue, group), n);
    for (int i = 0; n && i < digest_written(input); i++)
        if (digest_group(&input->lines[i], input->digest_on) == group &&
            !put_line(text, input, &input->lines[i], arena))
            return false;
    return true;
}

static bool put_more(struct text_buffer *text, const struct digest_input *input,
                     struct arena *arena)
{
    const char *more = digest_more(input, arena);
    const char *link = digest_list_link(input, arena);

    if (!more || !link)
        return false;
    if (more[0])
        text_put_format(text, "\n  %s\n    %s\n", more, link);
    return true;
}

static const char *make_text(const struct digest_input *input, struct arena *arena)
{
    struct text_buffer text = {0};
    const char *day = digest_day(input->catalogue, input->digest_on, arena);
    const char *overseers = digest_overseers(input, arena);
    const char *copy = NULL;
    bool ok = day && overseers;

    if (ok) {
        text_put_format(&text, catalogue_text(input->catalogue, "To: %s"), input->recipient_name);
        text_put(&text, "\n");
        text_put_format(&text, catalogue_text(input->catalogue, "As of %s"), day);
        text_put(&text, "\n");
    }
    for (int g = 0; ok && g < DIGEST_GROUP_COUNT; g++)
        ok = put_group(&text, input, (enum digest_group)g, arena);
    ok = ok && put_more(&text, input, arena) && put_cycles(&text, input, arena);
    if (ok && overseers[0])
        text_put_format(&text, "\n%s\n", overseers);
    if (digest_farewell(input)[0])
        text_put_format(&text, "\n%s\n", digest_farewell(input));
    if (ok && !text.failed)
        copy = arena_strdup(arena, text.text);
    text_buffer_finish(&text);
    return copy;
}

/* A copy with the most pressing lines first; NULL when memory is out. */
static const struct digest_input *order_by_group(const struct digest_input *input,
                                                 struct arena *arena)
{
    struct digest_line *lines = arena_alloc(arena, (size_t)input->nlines * sizeof(*lines));
    struct digest_input *copy = arena_memdup(arena, input, sizeof(*input));
    int n = 0;

    if (!lines || !copy)
        return NULL;
    for (int g = 0; g < DIGEST_GROUP_COUNT; g++)
        for (int i = 0; i < input->nlines; i++)
            if (digest_group(&input->lines[i], input->digest_on) == (enum digest_group)g)
                lines[n++] = input->lines[i];
    copy->lines = lines;
    return copy;
}

bool digest(const struct digest_input *input, struct arena *arena, struct digest *out,
            struct err *err)
{
    const char *summary;

    if (!digest_address_check(input->address, err))
        return false;
    if (input->nlines > DIGEST_LINES_MOST)
        input = order_by_group(input, arena);
    summary = input ? make_summary(input, arena) : NULL;
    if (!summary)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "digest", "cannot allocate");
    out->subject = make_subject(input, summary, arena, err);
    if (!out->subject)
        return false;
    out->language = catalogue_language(input->catalogue);
    out->date = make_date(input->created_us, arena);
    out->text = make_text(input, arena);
    out->html = digest_html(input, summary, arena);
    out->calendar = digest_calendar(input, arena);
    if (!out->date || !out->text || !out->html || !out->calendar)
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "digest", "cannot allocate");
    return true;
}
