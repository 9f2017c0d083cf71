/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include "base/date.h"
#include "base/text.h"
#include "calendar/zone.h"
#include "wire/wire.h"

#include <stdio.h>
#include <string.h>

/* One line of one field: how long it may be and whether it may be empty. */
bool check_line(const char *text, const char *place, size_t most, bool required, struct err *err)
{
    size_t len = strlen(text);

    if (required && len == 0)
        return err_set(err, ERR_REJECT, "FIELD_EMPTY", place, "needs text");
    if (len > most)
        return err_set(err, ERR_REJECT, "FIELD_TOO_LONG", place, "%zu bytes, limit %zu", len, most);
    return text_check_name(text, len, place, err);
}

bool check_id(const char *text, const char *place, size_t most, bool required, struct err *err)
{
    return check_line(text, place, most, required, err) &&
           (text_is_composed(text) ||
            err_set(err, ERR_REJECT, "FIELD_NOT_NORMALISED", place,
                    "not in Unicode's form NFC; compose its letters before sending"));
}

bool check_required(const char *text, const char *place, struct err *err)
{
    return text[0] || err_set(err, ERR_REJECT, "FIELD_EMPTY", place, "needs text");
}

static bool refuse_word(const ProtobufCEnumDescriptor *type, int value, const char *place,
                        struct err *err)
{
    char allowed[sizeof(err->text)] = "";
    size_t len = 0;

    for (unsigned i = 0; i < type->n_values && len < sizeof(allowed); i++)
        if (type->values[i].value != 0)
            len += (size_t)snprintf(allowed + len, sizeof(allowed) - len, " %s",
                                    wire_word(type, type->values[i].value));
    return err_set(err, ERR_REJECT, "ENUM_UNKNOWN", place, "%d is no %s; allowed:%s", value,
                   type->short_name, allowed);
}

bool check_word(const ProtobufCEnumDescriptor *type, int value, const char *place, struct err *err)
{
    if (protobuf_c_enum_descriptor_get_value(type, value))
        return true;
    return refuse_word(type, value, place, err);
}

bool check_said_word(const ProtobufCEnumDescriptor *type, int value, const char *place,
                     struct err *err)
{
    if (value == 0)
        return err_set(err, ERR_REJECT, "FIELD_MISSING", place, "say one of %s; see words.proto",
                       type->short_name);
    return check_word(type, value, place, err);
}

bool check_date(const char *text, const char *place, struct err *err)
{
    struct date date;

    return date_parse_optional(text, place, &date, err);
}

/* Enough to keep a header from being split; whether mail arrives, only sending tells. */
bool check_email(const char *email, const char *place, struct err *err)
{
    const char *at = strchr(email, '@');

    if (!email[0])
        return true;
    if (strpbrk(email, "\r\n \t<>,;()\"\\") || !at || at == email || !at[1] || strchr(at + 1, '@'))
        return err_set(err, ERR_REJECT, "BAD_EMAIL", place, "one address like name@example.org");
    return true;
}

/* Codes name scopes and stand in keys and addresses. */
bool check_slug(const char *text, const char *place, struct err *err)
{
    for (const char *c = text; *c; c++)
        if (*c == ':' || *c == '#' || *c == '/' || *c == '?' || *c == '%')
            return err_set(err, ERR_REJECT, "BAD_CODE", place, "must not contain \"%c\"", *c);
    return true;
}

bool check_period(const char *from, const char *to, const char *place, struct err *err)
{
    struct date first;
    struct date last;

    if (!date_parse_optional(from, place, &first, err) ||
        !date_parse_optional(to, place, &last, err))
        return false;
    if (!date_is_none(first) && !date_is_none(last) && date_compare(first, last) > 0)
        return err_set(err, ERR_REJECT, "DATE_ORDER", place, "begins on %s, after it ends on %s",
                       from, to);
    return true;
}

bool check_decimal(const char *text, const char *place, struct err *err)
{
    const char *digits = text + (text[0] == '-');
    size_t whole = strspn(digits, "0123456789");
    size_t part = digits[whole] == '.' ? strspn(digits + whole + 1, "0123456789") : 0;

    if (!text[0] ||
        (whole >= 1 && whole <= 15 && part <= 9 && digits[whole + (part ? part + 1 : 0)] == '\0'))
        return true;
    return err_set(err, ERR_REJECT, "NUMBER_RANGE", place,
                   "a decimal number such as 12.5, at most 15 digits and 9 behind the point");
}

bool check_zone(const char *text, const char *place, struct err *err)
{
    struct zone *zone = text[0] ? zone_open(text, err) : NULL;

    zone_close(zone);
    return !text[0] || zone ||
           err_set(err, ERR_REJECT, "ZONE_UNKNOWN", place,
                   "no such time zone; write one like Asia/Bangkok");
}

bool check_count(size_t n, const char *place, struct err *err)
{
    return n <= LIST_MOST ||
           err_set(err, ERR_REJECT, "LIST_TOO_LONG", place, "%zu entries, limit %d", n, LIST_MOST);
}

bool check_lines(char *const *lines, size_t n, const char *place, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!check_line(lines[i], place, NAME_BYTES, true, err))
            return false;
    return check_count(n, place, err);
}
