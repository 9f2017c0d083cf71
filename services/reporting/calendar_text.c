/* SPDX-License-Identifier: Apache-2.0 */
/* One all-day entry per question on the day it is due. Nothing in it depends on when it is asked
 * for, so that a program that holds it is told so (ETag). */
#include "calendar.h"
#include "calendar/day_entry.h"
#include "html.h"
#include "model/identity.h"
#include "pages.h"

#include <string.h>

enum { TITLE_BYTES = 80 };

enum entry {
    ENTRY_POLICY,
    ENTRY_ACTION,
    ENTRY_CYCLE,
    ENTRY_UNIT,
    ENTRY_UNIT_NAME,
    ENTRY_DAY,
    ENTRY_DEADLINE,
    ENTRY_RESTRICTED,
    ENTRY_TEXT,
    ENTRY_ANSWERED,
    ENTRY_REMINDED,
    ENTRY_CHANGED_US,
};

/* On one line, cut between characters. */
static const char *short_title(struct call *call, const char *text)
{
    size_t len = strlen(text);
    const bool whole = len <= TITLE_BYTES;
    char *title;

    if (!whole)
        for (len = TITLE_BYTES; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
            len--;
    title = arena_printf(&call->arena, "%.*s%s", (int)len, text, whole ? "" : "\xe2\x80\xa6");
    for (char *at = title; at && *at; at++)
        if (strchr("\n\r\t", *at))
            *at = ' ';
    return title;
}

static const char *summary_of(struct call *call, const PGresult *rows, int row)
{
    const bool unit_alone = strncmp(call->wild, "unit:", 5) == 0;
    const char *title = store_bool(rows, row, ENTRY_RESTRICTED)
                            ? "(restricted)"
                            : short_title(call, store_text(rows, row, ENTRY_TEXT));

    return title ? arena_printf(&call->arena, "%s: %s %s%s%s",
                                store_bool(rows, row, ENTRY_ANSWERED)   ? "Answered"
                                : store_bool(rows, row, ENTRY_DEADLINE) ? "Deadline"
                                                                        : "Update due",
                                page_short_key(store_text(rows, row, ENTRY_ACTION)), title,
                                unit_alone ? "" : ", ",
                                unit_alone ? "" : store_text(rows, row, ENTRY_UNIT_NAME))
                 : NULL;
}

static const char *url_of(struct call *call, const char *key)
{
    struct text_buffer url = {0};
    const char *copy;

    html_put(&url, "%s/items/%u", call->app->public_url, key);
    copy = url.failed ? NULL : arena_strdup(&call->arena, url.text);
    text_buffer_finish(&url);
    return copy;
}

static icalcomponent *make_entry(struct call *call, const PGresult *rows, int row)
{
    const struct identity_obligation identity = {
        .policy = store_text(rows, row, ENTRY_POLICY),
        .action = store_text(rows, row, ENTRY_ACTION),
        .cycle = (int)store_int(rows, row, ENTRY_CYCLE),
        .recipient = store_text(rows, row, ENTRY_UNIT),
    };
    const char *summary = summary_of(call, rows, row);
    const char *url = url_of(call, identity.action);
    char uid[IDENTITY_TEXT];
    struct date day;
    struct err err;

    if (!summary || !url || !date_parse(store_text(rows, row, ENTRY_DAY), "cycle_on", &day, &err))
        return NULL;
    identity_event_uid(&identity, identity_domain(config_text(call->app->config, "mail_from")),
                       uid);
    return day_entry_make(&(struct day_entry){.uid = uid,
                                              .sequence = (int)store_int(rows, row, ENTRY_REMINDED),
                                              .stamp_us = store_int(rows, row, ENTRY_CHANGED_US),
                                              .day = day,
                                              .summary = summary,
                                              .url = url});
}

static icalcomponent *make_calendar(const char *name)
{
    icalproperty *title = icalproperty_new_x(name);

    if (title)
        icalproperty_set_x_name(title, "X-WR-CALNAME");
    return icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                               icalproperty_new_prodid("-//Uptake//reporting//EN"), title,
                               (void *)0);
}

const char *calendar_text(struct call *call, const char *name, const PGresult *rows)
{
    const char *title = arena_printf(&call->arena, "Uptake: %s", name);
    icalcomponent *calendar = title ? make_calendar(title) : NULL;
    const char *copy;
    char *text;

    for (int row = 0; calendar && row < PQntuples(rows); row++) {
        icalcomponent *entry = make_entry(call, rows, row);
        if (!entry) {
            icalcomponent_free(calendar);
            return NULL;
        }
        icalcomponent_add_component(calendar, entry);
    }
    text = calendar ? icalcomponent_as_ical_string_r(calendar) : NULL;
    copy = text ? arena_strdup(&call->arena, text) : NULL;
    icalmemory_free_buffer(text);
    if (calendar)
        icalcomponent_free(calendar);
    return copy;
}
