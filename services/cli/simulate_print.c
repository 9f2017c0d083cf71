/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate_print.h"

#include "calendar/day_entry.h"
#include "cli.h"
#include "model/identity.h"

#include <stdio.h>

bool simulate_print_begin(struct simulate_print *print, struct err *err)
{
    if (print->form != SIMULATE_CALENDAR)
        return true;
    print->events =
        icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                            icalproperty_new_prodid("-//Uptake//simulate//EN"), (void *)0);
    return print->events ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "calendar", "cannot hold the calendar");
}

/* The brake is a matter of the running service; here it is only told where it would hold. */
static void end_day(struct simulate_print *print)
{
    char day[DATE_TEXT];

    date_format(print->last_on, day);
    if (print->recipients_on > print->brake)
        fprintf(stderr, "simulate: %s: %ld recipients, the brake would hold them until released\n",
                day, print->recipients_on);
    print->recipients_on = 0;
}

static void print_table(const struct simulated_mail *mail)
{
    char day[DATE_TEXT], due[DATE_TEXT];

    date_format(mail->on, day);
    printf("%s  %s  %s <%s>\n", day, mail->recipient, mail->name, mail->address);
    for (int i = 0; i < mail->nitems; i++) {
        const struct simulated_item *item = &mail->items[i];
        date_format(item->due_on, due);
        printf("    %-28s %-22s cycle %-3d step %+4d  due %s  %s\n", item->subject, item->policy,
               item->cycle, item->step, due, item->reason);
    }
}

static bool print_json(const struct simulated_mail *mail, struct err *err)
{
    char day[DATE_TEXT], due[DATE_TEXT];

    date_format(mail->on, day);
    for (int i = 0; i < mail->nitems; i++) {
        const struct simulated_item *item = &mail->items[i];
        json_t *row;

        date_format(item->due_on, due);
        row = json_pack("{s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "policy",
                        item->policy, "subject", item->subject, "cycle", item->cycle, "step",
                        item->step, "due_on", due, "send_on", day, "recipient", mail->recipient,
                        "channel", "mail", "reason", item->reason, "message", mail->message_id);
        if (!row)
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "result", "cannot hold the result");
        if (json_dumpf(row, stdout, JSON_COMPACT) == 0)
            putchar('\n');
        json_decref(row);
    }
    return true;
}

static bool add_event(struct simulate_print *print, const struct simulated_mail *mail,
                      const struct simulated_item *item, struct arena *arena)
{
    const struct identity_obligation identity = {item->policy, item->subject, item->cycle,
                                                 item->step, mail->recipient};
    icalcomponent *event;
    char uid[IDENTITY_TEXT], due[DATE_TEXT];
    const char *own_uid, *summary, *why;

    identity_event_uid(&identity, print->domain, uid);
    date_format(item->due_on, due);
    /* The steps of a cycle are one entry of the recipient's calendar and several of this one. */
    own_uid = arena_printf(arena, "%d.%s", item->step, uid);
    summary = arena_printf(arena, "%s: %s (%s)", mail->name, item->subject, item->policy);
    why = arena_printf(arena, "Due %s, cycle %d, step %+d: %s. Mail to %s, %s.", due, item->cycle,
                       item->step, item->reason, mail->address, mail->message_id);
    event = own_uid && summary && why
                ? day_entry_make(&(struct day_entry){
                      .uid = own_uid,
                      .stamp_us = (int64_t)date_to_days(print->from) * 86400 * 1000000,
                      .day = mail->on,
                      .summary = summary,
                      .description = why})
                : NULL;
    if (event)
        icalcomponent_add_component(print->events, event);
    return event;
}

static bool add_events(struct simulate_print *print, const struct simulated_mail *mail,
                       struct err *err)
{
    struct arena arena = {0};
    bool good = true;

    for (int i = 0; good && i < mail->nitems; i++)
        good = add_event(print, mail, &mail->items[i], &arena);
    arena_finish(&arena);
    return good || err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "calendar", "cannot hold the calendar");
}

bool simulate_print_mail(void *ctx, const struct simulated_mail *mail, struct err *err)
{
    struct simulate_print *print = ctx;

    if (date_compare(print->last_on, mail->on) != 0)
        end_day(print);
    print->last_on = mail->on;
    print->recipients_on++;
    print->mails++;
    print->reminders += mail->nitems;
    switch (print->form) {
    case SIMULATE_TABLE:
        print_table(mail);
        return true;
    case SIMULATE_JSON:
        return print_json(mail, err);
    case SIMULATE_CALENDAR:
        return add_events(print, mail, err);
    }
    return true;
}

void simulate_print_refused(void *ctx, const struct simulated_mail *mail, const struct err *err)
{
    struct simulate_print *print = ctx;
    char day[DATE_TEXT];

    date_format(mail->on, day);
    print->refused++;
    fprintf(stderr, "simulate: %s: %s would get no mail: %s: %s\n", day, mail->recipient, err->code,
            err->text);
}

static void print_calendar(icalcomponent *events)
{
    char *text = icalcomponent_as_ical_string_r(events);

    if (text)
        fputs(text, stdout);
    icalmemory_free_buffer(text);
}

void simulate_print_end(struct simulate_print *print, struct date to, bool complete)
{
    char from_text[DATE_TEXT], to_text[DATE_TEXT];

    date_format(print->from, from_text);
    date_format(to, to_text);
    if (complete) {
        end_day(print);
        if (print->form == SIMULATE_CALENDAR)
            print_calendar(print->events);
        else if (print->form == SIMULATE_TABLE)
            printf("%ld reminder%s in %ld mail%s from %s to %s\n", print->reminders,
                   cli_s((unsigned long long)print->reminders), print->mails,
                   cli_s((unsigned long long)print->mails), from_text, to_text);
    }
    if (print->events)
        icalcomponent_free(print->events);
    print->events = NULL;
}
