/* SPDX-License-Identifier: Apache-2.0 */
#include "day_entry.h"

static struct icaltimetype ical_day(struct date date)
{
    struct icaltimetype day = icaltime_null_date();

    day.year = date.year;
    day.month = date.month;
    day.day = date.day;
    return day;
}

icalcomponent *day_entry_make(const struct day_entry *entry)
{
    struct icaltimetype stamp = icaltime_from_timet_with_zone((time_t)(entry->stamp_us / 1000000),
                                                              0, icaltimezone_get_utc_timezone());
    icalcomponent *event = icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(entry->uid), icalproperty_new_dtstamp(stamp),
        icalproperty_new_sequence(entry->sequence), icalproperty_new_dtstart(ical_day(entry->day)),
        icalproperty_new_dtend(ical_day(date_add_days(entry->day, 1))),
        icalproperty_new_summary(entry->summary), (void *)0);

    if (event && entry->url)
        icalcomponent_add_property(event, icalproperty_new_url(entry->url));
    if (event && entry->description)
        icalcomponent_add_property(event, icalproperty_new_description(entry->description));
    if (event)
        icalcomponent_add_property(event, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    return event;
}
