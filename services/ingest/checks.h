/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checks - what one field of a change must keep, whatever it belongs to.
 *
 * Each sets err (kind ERR_REJECT) with a stable code, `place` (a field path) and the remedy.
 */
#ifndef UPTAKE_INGEST_CHECKS_H
#define UPTAKE_INGEST_CHECKS_H

#include "base/err.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <uptake/v1/items.pb-c.h>

enum {
    KEY_BYTES = 200,
    NAME_BYTES = 500,
    CODE_BYTES = 60,
    LIST_MOST = 500, /* entries of one list */
};

/* One line, without control characters; most in bytes. */
bool check_line(const char *text, const char *place, size_t most, bool required, struct err *err);
/* check_line for what names an item or a part of one: composed (NFC), so that equal to the eye is
 * equal to the register. Other text is kept exactly as it came, since its hash is. */
bool check_id(const char *text, const char *place, size_t most, bool required, struct err *err);
bool check_required(const char *text, const char *place, struct err *err);
/* The number must be a word of the type; check_said_word: and not "unspecified". */
bool check_word(const ProtobufCEnumDescriptor *type, int value, const char *place, struct err *err);
bool check_said_word(const ProtobufCEnumDescriptor *type, int value, const char *place,
                     struct err *err);
/* "YYYY-MM-DD" or empty. */
bool check_date(const char *text, const char *place, struct err *err);
/* Both dates or empty, the first not after the second. */
bool check_period(const char *from, const char *to, const char *place, struct err *err);
/* A decimal number such as "-12.5", or empty. */
bool check_decimal(const char *text, const char *place, struct err *err);
/* A time zone such as "Asia/Bangkok", or empty. */
bool check_zone(const char *text, const char *place, struct err *err);
bool check_email(const char *email, const char *place, struct err *err);
bool check_slug(const char *text, const char *place, struct err *err);
/* Names, one a line. */
bool check_lines(char *const *lines, size_t n, const char *place, struct err *err);
bool check_count(size_t n, const char *place, struct err *err);

/* The groups that came after the first ones (validate_more.c). */
bool check_later_groups(const Uptake__V1__Change *change, struct err *err);
/* validate_settling.c; the change fits its kind. */
bool check_redaction(const Uptake__V1__Redaction *redaction, struct err *err);
bool check_letter(const Uptake__V1__Change *change, struct err *err);
/* Policies, and what people make of what these ask (validate_asking.c). */
bool check_asking_groups(const Uptake__V1__Change *change, struct err *err);
/* Those of a principal, and its name (validate_principal.c). */
bool check_principal_groups(const Uptake__V1__Change *change, struct err *err);
bool check_principal_name(const char *name, struct err *err);

#endif
