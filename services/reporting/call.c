/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"

#include "base/log.h"
#include "form.h"
#include "instant.h"
#include "pages.h"
#include "wire/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No inline script or style, nothing from elsewhere, not to be framed. */
#define CONTENT_SECURITY_POLICY                                                                    \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                    \
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static void on_gone(void *ctx)
{
    struct call *call = ctx;

    call->request = NULL; /* the reply still to come finds nobody and ends the call */
}

static void end(struct call *call)
{
    struct arena arena = call->arena;

    if (call->finish)
        call->finish(call);
    form_finish(call->form);
    arena_finish(&arena); /* the call itself lives in it */
}

struct call *call_begin(struct reporting *app, struct http_request *request)
{
    struct arena arena = {0};
    struct call *call = arena_zalloc(&arena, sizeof(*call));

    if (!call) {
        http_answer(request, 503, NULL, NULL, 0, "", 0);
        return NULL;
    }
    call->arena = arena;
    call->app = app;
    call->request = request;
    call->now_us = reporting_now_us();
    call->today = zone_date(app->zone, call->now_us);
    call->on = call->today;
    date_format(call->today, call->today_text);
    date_format(call->on, call->on_text);
    http_on_gone(request, on_gone, call);
    return call;
}

/* Queries -------------------------------------------------------------------------------------- */

static void tell_failure(struct call *call, const struct err *err)
{
    if (err->kind == ERR_RETRY) {
        call->retry_later = true;
        call_problem(call, 503, "DB_UNAVAILABLE", NULL, "The register is away; try again.");
        return;
    }
    log_err(LOG_ERROR, "query_failed", err);
    call_problem(call, 500, "INTERNAL", NULL, "This is our mistake; the log says more.");
}

bool call_is_awaited(struct call *call)
{
    if (call->request)
        return true;
    end(call);
    return false;
}

static void on_reply(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct call *call = ctx;

    (void)nresults;
    if (!call->request)
        end(call);
    else if (err)
        tell_failure(call, err);
    else
        call->reply(call, results);
}

struct store_step call_step(struct call *call, const char *sql)
{
    return (struct store_step){.sql = sql, .args = {.arena = &call->arena}};
}

void call_query(struct call *call, struct store *store, const struct store_step *steps, int nsteps,
                call_reply_fn *reply)
{
    struct err err = {
        .kind = ERR_RETRY, .code = "DB_UNAVAILABLE", .place = "database", .text = "not connected"};

    call->reply = reply;
    if (!store_is_ready(store) || !store_submit(store, steps, nsteps, on_reply, call, &err))
        tell_failure(call, &err);
}

/* Parameters ----------------------------------------------------------------------------------- */

const char *call_param(const struct call *call, const char *name)
{
    const char *value = http_query(call->request, name);

    return value && *value ? value : NULL;
}

static bool refuse_param(struct call *call, const char *name, const char *expected)
{
    const char *detail = arena_printf(&call->arena, "%s: expected %s.", name, expected);

    call_problem(call, 400, "PARAMETER_INVALID", NULL, detail ? detail : name);
    return false;
}

bool call_param_int(struct call *call, const char *name, int64_t fallback, int64_t min, int64_t max,
                    int64_t *value)
{
    const char *text = call_param(call, name);
    char *rest;
    const char *expected;

    *value = fallback;
    if (!text)
        return true;
    errno = 0;
    *value = strtoll(text, &rest, 10);
    if (!errno && !*rest && *value >= min && *value <= max)
        return true;
    expected = arena_printf(&call->arena, "a whole number from %lld to %lld", (long long)min,
                            (long long)max);
    return refuse_param(call, name, expected ? expected : "a whole number");
}

bool call_param_on(struct call *call)
{
    const char *text = call_param(call, "on");
    struct err err;

    if (!text)
        return true;
    if (!date_parse(text, "on", &call->on, &err))
        return refuse_param(call, "on", "a day written YYYY-MM-DD, 1990 to 2100");
    date_format(call->on, call->on_text);
    return true;
}

bool call_param_set(const struct call *call, const char *name)
{
    const char *value = call_param(call, name);

    return value && strcmp(value, "0") != 0;
}

/* Refuses, with the words that would do, unless it is one of them. */
static bool check_word(struct call *call, const char *name, const char *value,
                       const char *const *words)
{
    struct text_buffer text = {0};
    const char *expected;

    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], value) == 0) {
            text_buffer_finish(&text);
            return true;
        }
        text_put_format(&text, "%s%s", i ? ", " : "one of ", words[i]);
    }
    expected = text.failed ? NULL : arena_strdup(&call->arena, text.text);
    text_buffer_finish(&text);
    return refuse_param(call, name, expected ? expected : "another word");
}

bool call_param_word(struct call *call, const char *name, const char *const *words,
                     const char **value)
{
    *value = call_param(call, name);
    return !*value || check_word(call, name, *value, words);
}

bool call_params_known(struct call *call, const char *const *names)
{
    const char *name;

    for (int i = 0; (name = http_query_name(call->request, i)); i++) {
        const char *place = arena_printf(&call->arena, "parameter %s", name);

        if (!check_word(call, place ? place : "parameter", name, names))
            return false;
    }
    return true;
}

bool call_param_enum(struct call *call, const char *name, const ProtobufCEnumDescriptor *type,
                     const char **value)
{
    const char **words = arena_zalloc(&call->arena, (type->n_values + 1) * sizeof(*words));
    size_t n = 0;

    for (unsigned i = 0; words && i < type->n_values; i++)
        if (type->values[i].value != 0)
            words[n++] = wire_word(type, type->values[i].value);
    if (words)
        return call_param_word(call, name, words, value);
    call_json(call, NULL);
    return false;
}

bool call_param_instant(struct call *call, const char *name, int64_t *us)
{
    const char *text = call_param(call, name);

    *us = -1;
    return !text || instant_parse(text, us) ||
           refuse_param(call, name, "an instant written 2026-11-21T10:00:00Z, with its offset");
}

/* Answers -------------------------------------------------------------------------------------- */

enum { FIELDS_MAX = 8 };

struct fields {
    struct http_field field[FIELDS_MAX];
    int n;
};

static void add_field(struct fields *fields, const char *name, const char *value)
{
    if (value)
        fields->field[fields->n++] = (struct http_field){name, value};
}

static void answer(struct call *call, int status, const char *type, struct fields *fields,
                   const void *body, size_t len)
{
    /* Without any referrer browsers send "Origin: null" with a form, and some nothing beside it. */
    add_field(fields, "Referrer-Policy", "same-origin");
    add_field(fields, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
    add_field(fields, "Allow", call->allow);
    if (call->app->secure)
        add_field(fields, "Strict-Transport-Security", "max-age=31536000");
    if (call->retry_later)
        add_field(fields, "Retry-After", "2");
    if (status >= 400)
        *call->app->refused += 1;
    http_answer(call->request, status, type, fields->field, fields->n, body, len);
    end(call);
}

void call_json_text(struct call *call, struct text_buffer *text)
{
    struct fields fields = {.n = 0};
    struct text_buffer taken = *text;

    if (taken.failed) {
        text_buffer_finish(&taken);
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
        return;
    }
    add_field(&fields, "Cache-Control", "no-store");
    answer(call, call->status ? call->status : 200, "application/json", &fields, taken.text,
           taken.len);
    text_buffer_finish(&taken);
}

void call_json(struct call *call, json_t *json)
{
    struct text_buffer text = {.failed = true};
    char *dumped = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    if (dumped) {
        text = (struct text_buffer){0};
        text_put(&text, dumped);
        free(dumped);
    }
    call_json_text(call, &text);
}

void call_html(struct call *call, int status, struct text_buffer *page)
{
    struct fields fields = {.n = 0};
    struct text_buffer taken = *page;

    add_field(&fields, "Cache-Control", "no-store");
    if (status == 401)
        add_field(&fields, "WWW-Authenticate", "Bearer");
    if (taken.failed)
        answer(call, 503, "text/plain", &fields, "OVERLOADED\n", 11);
    else
        answer(call, status, "text/html; charset=utf-8", &fields, taken.text, taken.len);
    text_buffer_finish(&taken);
}

void call_bytes(struct call *call, const char *type, const char *etag, const void *bytes,
                size_t len)
{
    const char *known = http_header(call->request, "If-None-Match");
    const bool same = known && strcmp(known, etag) == 0;
    struct fields fields = {.n = 0};

    add_field(&fields, "Cache-Control", "no-cache");
    add_field(&fields, "ETag", etag);
    answer(call, same ? 304 : 200, type, &fields, bytes, same ? 0 : len);
}

static void problem_json(struct call *call, int status, const char *code, const char *reason,
                         const char *detail)
{
    struct fields fields = {.n = 0};
    json_t *json = json_pack("{s:s,s:i,s:s,s:s}", "title", code, "status", status, "code", code,
                             "detail", detail);
    char *text;

    if (json && reason)
        json_object_set_new(json, "reason", json_string(reason));
    if (json && call->place)
        json_object_set_new(json, "place", json_string(call->place));
    text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    add_field(&fields, "Cache-Control", "no-store");
    if (status == 401)
        add_field(&fields, "WWW-Authenticate", "Bearer");
    answer(call, status, "application/problem+json", &fields, text ? text : "{}",
           text ? strlen(text) : 2);
    free(text);
}

void call_problem(struct call *call, int status, const char *code, const char *reason,
                  const char *detail)
{
    if (call->page)
        page_problem(call, status, code, detail);
    else
        problem_json(call, status, code, reason, detail);
}

void call_not_found(struct call *call)
{
    call_problem(call, 404, "NOT_FOUND", NULL, "There is nothing here that you may read.");
}

void call_redirect(struct call *call, const char *to, const char *set_cookie)
{
    struct fields fields = {.n = 0};

    add_field(&fields, "Location", to);
    add_field(&fields, "Set-Cookie", set_cookie);
    add_field(&fields, "Cache-Control", "no-store");
    answer(call, 303, NULL, &fields, "", 0);
}

struct http_stream *call_stream(struct call *call, void (*gone)(void *ctx), void *ctx)
{
    struct http_stream *stream = http_stream_open(call->request, gone, ctx);

    end(call);
    return stream;
}
