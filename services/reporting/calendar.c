/* SPDX-License-Identifier: Apache-2.0 */
/* Who may subscribe, and to what. */
#include "calendar.h"

#include "base/bytes.h"
#include "base/link.h"
#include "base/log.h"
#include "signin.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAYS_BACK = 366, DAYS_AHEAD = 400, ENTRIES_MOST = 5000, LINK_DAYS = 400 };

static const char purpose[] = "calendar";

static void on_entries(struct call *call, PGresult *const *results)
{
    const char *text;
    uint8_t hash[SHA256_BYTES];
    char etag[36] = "\"";

    if (PQntuples(results[0]) > ENTRIES_MOST) {
        call_problem(call, 422, "CALENDAR_TOO_LARGE", NULL,
                     "More entries than a calendar should hold. Subscribe to a unit's.");
        return;
    }
    text = calendar_text(call, call->wild, results[0]);
    if (!text) {
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
        return;
    }
    sha256(text, strlen(text), hash);
    bytes_to_hex(hash, 16, etag + 1);
    strcat(etag, "\"");
    call_bytes(call, "text/calendar; charset=utf-8", etag, text, strlen(text));
}

/* name: of the scope; a unit's own scope shows what is asked of that unit. */
static void load(struct call *call, int64_t scope_id, const char *name)
{
    struct store_step step = call_step(call, sql_calendar);
    char from[DATE_TEXT], to[DATE_TEXT];

    date_format(date_add_days(call->today, -DAYS_BACK), from);
    date_format(date_add_days(call->today, DAYS_AHEAD), to);
    call->wild = name;
    store_arg_int(&step.args, scope_id);
    store_arg_text(&step.args, strncmp(name, "unit:", 5) == 0 ? name : NULL);
    store_arg_text(&step.args, from);
    store_arg_text(&step.args, to);
    store_arg_int(&step.args, ENTRIES_MOST + 1);
    call_query(call, call->app->reads, &step, 1, on_entries);
}

void calendar_of_scope(struct call *call)
{
    load(call, call->scope.id, call->scope.name);
}

/* Once it is known that the call's principal may read the scope named wild. */
static void find_scope(struct call *call, const char *name, call_reply_fn *reply)
{
    struct store_step step = call_step(call, sql_calendar_scope);

    call->wild = name;
    store_arg_int(&step.args, call->reader.principal_id);
    store_arg_text(&step.args, name);
    call_query(call, call->app->quick, &step, 1, reply);
}

static void on_scope(struct call *call, PGresult *const *results)
{
    if (PQntuples(results[0]) == 0)
        call_not_found(call);
    else
        load(call, store_int(results[0], 0, 0), call->wild);
}

void calendar_of_unit(struct call *call)
{
    const char *name = arena_printf(&call->arena, "unit:%s", call->wild);

    find_scope(call, name ? name : "", on_scope);
}

/* Links --------------------------------------------------------------------------------------- */

/* A link is about "version\nhash of the token that made it\nscope". */
static bool read_about(struct call *call, char *about, uint8_t maker[HASH_BYTES],
                       const char **scope)
{
    char *hash = strchr(about, '\n');
    char *name = hash ? strchr(hash + 1, '\n') : NULL;

    if (!name || atoll(about) != config_int(call->app->config, "calendar_links"))
        return false;
    *name = '\0';
    *scope = arena_strdup(&call->arena, name + 1);
    return bytes_from_hex(hash + 1, maker, HASH_BYTES) && *scope;
}

void calendar_by_link(struct call *call)
{
    struct store_step step = call_step(call, sql_calendar_link);
    struct link link = {.purpose = purpose};
    uint8_t maker[HASH_BYTES];
    const char *scope;
    struct err err;

    if (!link_check(call->app->link_key, call->wild, call->now_us / 1000000, &link, &err) ||
        !read_about(call, link.about, maker, &scope)) {
        log_event(LOG_WARN, "calendar_refused", NULL);
        call_problem(call, 404, "TOKEN_INVALID", NULL,
                     "This link is not, or no longer, good. Ask for a new one.");
        return;
    }
    call->wild = scope;
    store_arg_bytes(&step.args, maker, HASH_BYTES);
    store_arg_text(&step.args, scope);
    call_query(call, call->app->quick, &step, 1, on_scope);
}

static void on_granted(struct call *call, PGresult *const *results)
{
    struct link link = {.purpose = purpose,
                        .expires_at_s = call->now_us / 1000000 + LINK_DAYS * INT64_C(86400)};
    const time_t expires = (time_t)link.expires_at_s;
    char token[LINK_TEXT], at[32], maker[2 * HASH_BYTES + 1];
    struct tm utc;

    if (PQntuples(results[0]) == 0) {
        call_not_found(call);
        return;
    }
    bytes_to_hex(call->token_hash, HASH_BYTES, maker);
    snprintf(link.about, sizeof(link.about), "%lld\n%s\n%s",
             (long long)config_int(call->app->config, "calendar_links"), maker, call->wild);
    bytes_random(link.nonce, sizeof(link.nonce));
    link_sign(call->app->link_key, &link, token);
    strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&expires, &utc));
    log_event(LOG_INFO, "calendar_link_made", "principal", call->reader.name, "scope", call->wild,
              NULL);
    call_json(call, json_pack("{s:o,s:s}", "url",
                              json_sprintf("%s/calendar/%s.ics", call->app->public_url, token),
                              "expires_at", at));
}

void calendar_make_link(struct call *call)
{
    const char *unit = call_param(call, "unit");
    const char *scope = call_param(call, "scope");

    if (!signin_may_make_links(call))
        return;
    if (!unit == !scope) {
        call_problem(call, 400, "PARAMETER_INVALID", NULL, "Name a unit or a scope.");
        return;
    }
    if (unit)
        scope = arena_printf(&call->arena, "unit:%s", unit);
    find_scope(call, scope ? scope : "", on_granted);
}
