/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call - one HTTP request on its way through reporting.
 *
 * Begun when the request is complete; a handler queries with call_query as often as it needs and
 * answers once with call_json, call_text, call_problem or call_redirect, after which the call is
 * gone. Everything a call makes lives in its arena.
 *
 * A failed query answers by itself (503 with Retry-After, or 500 without any detail), and so does a
 * client that has left: handlers see only replies that somebody waits for.
 */
#ifndef UPTAKE_REPORTING_CALL_H
#define UPTAKE_REPORTING_CALL_H

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "reporting.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

struct call;
struct form;
struct route;

typedef void call_handler_fn(struct call *call);
typedef void call_reply_fn(struct call *call, PGresult *const *results);

enum { HASH_BYTES = 32 };

/* Who asks: proved by a bearer token or a session. */
struct reader {
    int64_t principal_id;
    const char *name;
    bool by_session;
};

/* The scope asked for, granted to the reader, and the end of its feed. id 0: none asked for. */
struct call_scope {
    int64_t id;
    const char *name;
    const char *kind;
    const char *epoch; /* 32 hexadecimal digits */
    int64_t seq;
    const char *chain; /* 64 hexadecimal digits */
    int64_t recorded_at_us;
};

struct call {
    struct reporting *app;
    struct http_request *request; /* NULL: the client has left */
    struct arena arena;
    const struct route *route;
    const char *wild; /* what stood for * in the route */
    bool page;        /* errors are told as a page, not as a problem document */
    int64_t now_us;
    struct date today;
    struct date on; /* ?on=DAY, else today */
    char today_text[DATE_TEXT];
    char on_text[DATE_TEXT];
    uint8_t session_hash[HASH_BYTES]; /* by_session only */
    uint8_t token_hash[HASH_BYTES];   /* otherwise */
    struct reader reader;
    struct call_scope scope;
    int64_t limit;                     /* rows asked for, where the route pages */
    int64_t after;                     /* and what they come after, where that is a number */
    void *ctx;                         /* what a handler keeps between its queries; in the arena */
    void (*finish)(struct call *call); /* frees what of it is not; NULL: nothing is */
    const char *next;       /* key to go on after, kept between two queries; NULL: no more */
    const char *set_cookie; /* what a sign-in will answer with */
    struct form *form;      /* of the pages behind a reminder's link; NULL: none */
    call_reply_fn *reply;
    const char *allow; /* methods that work, for a 405 */
    bool retry_later;  /* Retry-After goes with the answer */
    int status;        /* of an answer in JSON; 0: 200 */
    const char *place; /* of a problem: field path or line; NULL: none */
};

/* NULL (and 503 answered) when out of memory. */
struct call *call_begin(struct reporting *app, struct http_request *request);

/* From the quick or the reading connection. The steps are copied before it returns. */
void call_query(struct call *call, struct store *store, const struct store_step *steps, int nsteps,
                call_reply_fn *reply);
/* What is answered later by something else than a query asks first: false when the client has left,
 * and the call is gone. */
MUST_CHECK bool call_is_awaited(struct call *call);
/* A step with its arguments in the call's arena. */
struct store_step call_step(struct call *call, const char *sql);

/* Query parameters. A value out of range or of the wrong form answers 400 PARAMETER_INVALID and
 * gives false: return at once. Empty counts as absent. */
const char *call_param(const struct call *call, const char *name);
MUST_CHECK bool call_param_int(struct call *call, const char *name, int64_t fallback, int64_t min,
                               int64_t max, int64_t *value);
/* Fills on and on_text from ?on=DAY. */
MUST_CHECK bool call_param_on(struct call *call);
/* One of the words, which end with NULL; a refusal lists them. *value is NULL when absent. */
MUST_CHECK bool call_param_word(struct call *call, const char *name, const char *const *words,
                                const char **value);
/* The same with the words of an enum, the unspecified one left out. */
MUST_CHECK bool call_param_enum(struct call *call, const char *name,
                                const ProtobufCEnumDescriptor *type, const char **value);
/* An instant with its offset, "2026-11-21T10:00:00.250000Z" or "...+01:00", in microseconds since
 * 1970; -1 when absent. */
MUST_CHECK bool call_param_instant(struct call *call, const char *name, int64_t *us);
/* Refuses a parameter whose name is none of these, which end with NULL: a slip of the pen would
 * otherwise be answered with everything. */
MUST_CHECK bool call_params_known(struct call *call, const char *const *names);
/* 1, or 0 or absent; whether it is 1. */
bool call_param_set(const struct call *call, const char *name);

void call_json(struct call *call, json_t *json);                  /* takes over the reference */
void call_json_text(struct call *call, struct text_buffer *text); /* finishes the buffer */
void call_html(struct call *call, int status, struct text_buffer *page); /* finishes the buffer */
void call_bytes(struct call *call, const char *type, const char *etag, const void *bytes,
                size_t len);
/* Problem details (RFC 9457), or a page that says the same. reason may be NULL. */
void call_problem(struct call *call, int status, const char *code, const char *reason,
                  const char *detail);
void call_not_found(struct call *call);
/* 303; set_cookie may be NULL. */
void call_redirect(struct call *call, const char *to, const char *set_cookie);
/* Becomes an event stream; the call ends, its reader and scope with it. NULL: already answered. */
struct http_stream *call_stream(struct call *call, void (*gone)(void *ctx), void *ctx);

#endif
