/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err - why something did not happen, where, and what to do next.
 *
 * Every fallible function returns bool (or a pointer), is MUST_CHECK and takes a struct err last.
 * The kind says what the caller should do; the code is stable and part of the public interface;
 * place is a field path, line, cell or byte; text says what is wrong and the remedy. Neither place
 * nor text may carry confidential values or SQL.
 *
 * Ownership: plain data on the caller's memory, nothing to release.
 */
#ifndef UPTAKE_BASE_ERR_H
#define UPTAKE_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

enum err_kind {
    ERR_RETRY,     /* peer or database away: keep the message, back off */
    ERR_REJECT,    /* the input itself is wrong: say so, carry on       */
    ERR_DUPLICATE, /* already applied: answer what was answered before  */
    ERR_CONFLICT,  /* two people changed the same thing: keep both      */
    ERR_FATAL,     /* configuration or a bug: stop                      */
};

struct err {
    enum err_kind kind;
    const char *code; /* static storage, e.g. "DATE_AMBIGUOUS" */
    char place[96];
    char text[256];
};

/* Process exit codes, the same for every program (sysexits.h where it has one). */
enum exit_code {
    EXIT_OK = 0,
    EXIT_FINDINGS = 1,
    EXIT_BAD_USAGE = 2,
    EXIT_AWAY = 69, /* a service, database or file system is not there now */
    EXIT_BUG = 70,  /* our own promise was broken                          */
    EXIT_BAD_CONFIG = 78,
};

/* Both fill *err; err_set returns false and err_null NULL, so that a failure is one line. */
bool err_set(struct err *err, enum err_kind kind, const char *code, const char *place,
             const char *format, ...) PRINTF_LIKE(5, 6);
void *err_null(struct err *err, enum err_kind kind, const char *code, const char *place,
               const char *format, ...) PRINTF_LIKE(5, 6);

/* The exit code that a failure of this kind ends a program with. */
enum exit_code err_exit_code(const struct err *err);

/* Writes "program: CODE: place: text" and a line break to standard error. */
void err_print(const char *program, const struct err *err);

#endif
