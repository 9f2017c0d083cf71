/* SPDX-License-Identifier: Apache-2.0 */
#include "routes.h"

#include "api.h"
#include "calendar.h"
#include "call.h"
#include "form.h"
#include "pages.h"
#include "signin.h"
#include "sql.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PUSH_PATH "/v1/push"
#define LINK_PATH "/a/"
#define CALENDAR_PATH "/calendar/"
#define FORM_PATH "/form/"
#define CYCLES_PATH "/cycles/"

enum {
    BODY_MAX = 4096,
    DECISION_BODY_MAX = 16 * 1024,
    PUSH_BODY_MAX = 256 * 1024,
};

enum access {
    OPEN,        /* anybody                                                     */
    READER,      /* a bearer token or a session                                 */
    WILD_SCOPE,  /* a reader, and the scope that stands for * is granted        */
    QUERY_SCOPE, /* a reader, and ?scope= is granted; without it hq, else any   */
    AUDIT_SCOPE, /* a reader, and scope audit is granted: operators             */
};

struct route {
    const char *method;
    const char *path; /* one * stands for any text that is not empty */
    enum access access;
    bool page;
    call_handler_fn *handler;
};

static const struct route routes[] = {
    {"GET", "/", QUERY_SCOPE, true, page_dashboard},
    {"GET", "/actions", QUERY_SCOPE, true, page_actions},
    {"GET", "/recommendations", QUERY_SCOPE, true, page_recommendations},
    {"GET", "/findings", QUERY_SCOPE, true, page_findings},
    {"GET", "/cycles", QUERY_SCOPE, true, page_cycles},
    {"GET", "/cycles/*/return", QUERY_SCOPE, true, page_return},
    {"GET", "/cycles/*", QUERY_SCOPE, true, page_cycle},
    {"POST", "/cycles/*", READER, true, page_cycle_decide},
    {"GET", "/items/*", QUERY_SCOPE, true, page_item},
    {"GET", "/signin", OPEN, true, signin_show},
    {"POST", "/signin", OPEN, true, signin_use},
    {"POST", "/signout", READER, true, signin_end},
    {"GET", LINK_PATH "*", OPEN, true, form_open},
    {"GET", FORM_PATH "*", OPEN, true, form_show},
    {"POST", FORM_PATH "*", OPEN, true, form_post},
    {"GET", "/web/*", OPEN, true, page_file},
    {"GET", "/v1/scopes", READER, false, api_scopes},
    {"GET", "/v1/scopes/*/snapshot", WILD_SCOPE, false, api_snapshot},
    {"GET", "/v1/scopes/*/changes", WILD_SCOPE, false, api_changes},
    {"GET", "/v1/scopes/*/stream", WILD_SCOPE, false, api_stream},
    {"GET", "/v1/scopes/*/summary", WILD_SCOPE, false, api_summary},
    {"GET", "/v1/scopes/*/actions", WILD_SCOPE, false, api_actions},
    {"GET", "/v1/scopes/*/items", WILD_SCOPE, false, api_list},
    {"GET", "/v1/scopes/*/calendar.ics", WILD_SCOPE, false, calendar_of_scope},
    {"GET", "/v1/units/*/calendar.ics", READER, false, calendar_of_unit},
    {"GET", CALENDAR_PATH "*.ics", OPEN, false, calendar_by_link},
    {"POST", "/v1/calendar-links", READER, false, calendar_make_link},
    {"GET", "/v1/documents/*/state", READER, false, api_document_state},
    {"GET", "/v1/items/*", READER, false, api_item},
    {"GET", "/v1/history/*", READER, false, api_history},
    {"GET", "/v1/conflicts", READER, false, api_conflicts},
    {"GET", "/v1/conflicts/*", READER, false, api_conflict},
    {"GET", "/v1/cycles", READER, false, api_cycles},
    {"GET", "/v1/cycles/*/return", READER, false, api_cycle_return},
    {"GET", "/v1/cycles/*", READER, false, api_cycle},
    {"GET", "/v1/reminders", READER, false, api_reminders},
    {"GET", "/v1/dead-letters", AUDIT_SCOPE, false, api_dead_letters},
    {"POST", "/v1/signin-links", READER, false, signin_make},
    {"POST", PUSH_PATH, READER, false, api_push},
};

/* What stood for the *, or "" where the route has none; NULL when the path is another. */
static const char *match(const struct route *route, const char *path, struct arena *arena)
{
    const char *star = strchr(route->path, '*');
    const size_t head = star ? (size_t)(star - route->path) : 0;
    const size_t tail = star ? strlen(star + 1) : 0;
    const size_t len = strlen(path);

    if (!star)
        return strcmp(route->path, path) == 0 ? "" : NULL;
    if (len <= head + tail || strncmp(path, route->path, head) != 0 ||
        strcmp(path + len - tail, star + 1) != 0)
        return NULL;
    return arena_strndup(arena, path + head, len - head - tail);
}

static const struct route *find_route(struct call *call)
{
    const char *path = http_path(call->request);
    const char *other_method = NULL;

    for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
        const char *wild = match(&routes[i], path, &call->arena);

        if (!wild)
            continue;
        call->wild = wild;
        call->page = routes[i].page;
        if (strcmp(routes[i].method, http_method(call->request)) == 0)
            return &routes[i];
        other_method = routes[i].method;
    }
    if (!other_method) {
        call_not_found(call);
        return NULL;
    }
    call->allow = strcmp(other_method, "GET") == 0 ? "GET, HEAD" : other_method;
    call_problem(call, 405, "METHOD_NOT_ALLOWED", NULL, "This method does not work here.");
    return NULL;
}

/* Who asks ------------------------------------------------------------------------------------- */

static void hash_secret(const char *text, size_t len, uint8_t hash[HASH_BYTES])
{
    crypto_generichash(hash, HASH_BYTES, (const unsigned char *)text, len, NULL, 0);
}

/* Tokens and session ids are 64 hexadecimal digits; the database holds only their hashes. */
static bool looks_secret(const char *text)
{
    return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static const uint8_t *token_hash(struct call *call)
{
    const char *header = http_header(call->request, "Authorization");

    if (!header || strncasecmp(header, "Bearer ", 7) != 0 || !looks_secret(header + 7))
        return NULL;
    hash_secret(header + 7, 64, call->token_hash);
    return call->token_hash;
}

const uint8_t *routes_session(struct call *call)
{
    const char *cookie = http_cookie(call->request, signin_cookie_name(call->app));

    if (!looks_secret(cookie))
        return NULL;
    hash_secret(cookie, 64, call->session_hash);
    return call->session_hash;
}

static void arg_hash(struct store_args *args, const uint8_t *hash)
{
    if (hash)
        store_arg_bytes(args, hash, HASH_BYTES);
    else
        store_arg_text(args, NULL);
}

static void read_scope(struct call *call, const PGresult *row)
{
    struct call_scope *scope = &call->scope;

    scope->id = store_int(row, 0, 3);
    scope->name = arena_strdup(&call->arena, store_text(row, 0, 4));
    scope->kind = arena_strdup(&call->arena, store_text(row, 0, 5));
    scope->epoch = arena_strdup(&call->arena, store_text(row, 0, 6));
    scope->seq = store_int(row, 0, 7);
    scope->chain = arena_strdup(&call->arena, store_text(row, 0, 8));
    scope->recorded_at_us = store_int(row, 0, 9);
}

static void on_reader(struct call *call, PGresult *const *results)
{
    const struct route *route = call->route;
    const PGresult *row = results[0];

    if (PQntuples(row) == 0) {
        call_problem(call, 401, "TOKEN_INVALID", NULL,
                     "Sign in, or send a bearer token that is known and not expired.");
        return;
    }
    call->reader = (struct reader){.principal_id = store_int(row, 0, 0),
                                   .name = arena_strdup(&call->arena, store_text(row, 0, 1)),
                                   .by_session = store_bool(row, 0, 2)};
    if (!store_is_null(row, 0, 3))
        read_scope(call, row);
    if (route->access != READER && call->scope.id == 0) {
        call_not_found(call); /* not granted and not there look the same */
        return;
    }
    if (strcmp(route->method, "POST") == 0 && call->reader.by_session &&
        !signin_same_origin(call)) {
        call_problem(call, 403, "CSRF", NULL, "This request came from another site.");
        return;
    }
    route->handler(call);
}

static const char *scope_asked(const struct call *call, const struct route *route)
{
    if (route->access == AUDIT_SCOPE)
        return "audit";
    return route->access == WILD_SCOPE ? call->wild : call_param(call, "scope");
}

static void find_reader(struct call *call, const struct route *route)
{
    struct store_step step = call_step(call, sql_reader);
    const uint8_t *token = token_hash(call);
    const uint8_t *session = token ? NULL : routes_session(call);
    const char *scope = scope_asked(call, route);

    if (!token && !session) {
        call_problem(call, 401, "TOKEN_MISSING", NULL,
                     "Sign in with a link, or send a bearer token.");
        return;
    }
    arg_hash(&step.args, token);
    arg_hash(&step.args, session);
    store_arg_time_us(&step.args, call->now_us);
    store_arg_text(&step.args, route->access == READER ? NULL : scope ? scope : "hq");
    store_arg_bool(&step.args, route->access == QUERY_SCOPE && !scope);
    call_query(call, call->app->quick, &step, 1, on_reader);
}

size_t routes_max_body(const char *path)
{
    if (strcmp(path, PUSH_PATH) == 0)
        return PUSH_BODY_MAX;
    if (strncmp(path, CYCLES_PATH, strlen(CYCLES_PATH)) == 0)
        return DECISION_BODY_MAX;
    return strncmp(path, FORM_PATH, strlen(FORM_PATH)) == 0 ? FORM_BODY_MAX : BODY_MAX;
}

const char *routes_path_in_log(const char *path)
{
    if (strncmp(path, LINK_PATH, strlen(LINK_PATH)) == 0)
        return LINK_PATH "...";
    return strncmp(path, CALENDAR_PATH, strlen(CALENDAR_PATH)) == 0 ? CALENDAR_PATH "..." : path;
}

void routes_handle(void *ctx, struct http_request *request)
{
    struct reporting *app = ctx;
    struct call *call = call_begin(app, request);
    const struct route *route;

    if (!call)
        return;
    *app->requests += 1;
    route = find_route(call);
    if (!route)
        return;
    call->route = route;
    if (route->access == OPEN)
        route->handler(call);
    else
        find_reader(call, route);
}
