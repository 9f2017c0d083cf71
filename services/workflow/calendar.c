/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digest's calendar part: one all-day event per line written out, on the day it is due.
 *
 * METHOD:PUBLISH asks for no answer. A later reminder of the same cycle has the same UID and a
 * higher SEQUENCE, so that it updates the entry.
 */
#include "digest.h"

#include "calendar/day_entry.h"
#include "model/identity.h"

static icalcomponent *make_event(const struct digest_input *input, const struct digest_line *line,
                                 struct arena *arena)
{
    const char *code = digest_short_title(line->action, arena);
    const char *title = line->is_restricted ? catalogue_text(input->catalogue, "(restricted)")
                                            : digest_short_title(line->text, arena);
    const char *link = digest_link(input->public_url, line->action, arena);
    struct identity_obligation identity = {line->policy, line->action, line->cycle, line->step,
                                           input->recipient};
    const char *summary;
    char uid[IDENTITY_TEXT];

    if (!code || !title || !link)
        return NULL;
    summary =
        arena_printf(arena,
                     line->is_deadline ? catalogue_text(input->catalogue, "Deadline: %s %s")
                                       : catalogue_text(input->catalogue, "Update due: %s %s"),
                     code, title);
    if (!summary)
        return NULL;
    identity_event_uid(&identity, identity_domain(input->from), uid);
    return day_entry_make(&(struct day_entry){.uid = uid,
                                              .sequence = line->asked_before,
                                              .stamp_us = input->created_us,
                                              .day = line->cycle_on,
                                              .summary = summary,
                                              .url = link});
}

const char *digest_calendar(const struct digest_input *input, struct arena *arena)
{
    icalcomponent *calendar =
        icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                            icalproperty_new_prodid("-//Uptake//workflow//EN"),
                            icalproperty_new_method(ICAL_METHOD_PUBLISH), (void *)0);
    const char *copy = NULL;
    char *text;

    if (input->nlines == 0) {
        copy = ""; /* a calendar of nothing is none */
        goto done;
    }
    for (int i = 0; calendar && i < digest_written(input); i++) {
        icalcomponent *event = make_event(input, &input->lines[i], arena);
        if (!event)
            goto done;
        icalcomponent_add_component(calendar, event);
    }
    text = calendar ? icalcomponent_as_ical_string_r(calendar) : NULL;
    copy = text ? arena_strdup(arena, text) : NULL;
    icalmemory_free_buffer(text);
done:
    if (calendar)
        icalcomponent_free(calendar);
    return copy;
}
