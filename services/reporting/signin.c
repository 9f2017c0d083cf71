/* SPDX-License-Identifier: Apache-2.0 */
#include "signin.h"

#include "base/bytes.h"
#include "base/log.h"
#include "pages.h"
#include "sql.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    LINK_LIFE_S = 15 * 60,
    SESSION_LIFE_S = 12 * 60 * 60,
    SESSION_BYTES = 32,
    SESSION_HEX = 2 * SESSION_BYTES + 1,
};

const char *signin_cookie_name(const struct reporting *app)
{
    return app->secure ? "__Host-uptake_session" : "uptake_session";
}

/* Browsers say where a request comes from; those that do not yet say it at least by Origin. */
bool signin_same_origin(const struct call *call)
{
    const char *site = http_header(call->request, "Sec-Fetch-Site");
    const char *origin = http_header(call->request, "Origin");
    const char *host = http_header(call->request, "Host");
    const char *origin_host = origin ? strstr(origin, "://") : NULL;

    if (site)
        return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    return !origin || (origin_host && host && strcmp(origin_host + 3, host) == 0);
}

/* POST /v1/signin-links ------------------------------------------------------------------------ */

/* A link is of the token that made it. */
bool signin_may_make_links(struct call *call)
{
    if (call->reader.by_session)
        call_problem(call, 403, "TOKEN_NEEDED", NULL, "Links are made with a bearer token.");
    return !call->reader.by_session;
}

void signin_make(struct call *call)
{
    struct link link = {.purpose = "signin", .expires_at_s = call->now_us / 1000000 + LINK_LIFE_S};
    const time_t expires = (time_t)link.expires_at_s;
    char token[LINK_TEXT], at[32];
    struct tm utc;

    if (!signin_may_make_links(call))
        return;
    bytes_to_hex(call->token_hash, HASH_BYTES, link.about);
    bytes_random(link.nonce, sizeof(link.nonce));
    link_sign(call->app->link_key, &link, token);
    strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&expires, &utc));
    log_event(LOG_INFO, "signin_link_made", "principal", call->reader.name, NULL);
    call_json(call, json_pack("{s:o,s:s}", "url",
                              json_sprintf("%s/signin?token=%s", call->app->public_url, token),
                              "expires_at", at));
}

/* The link ------------------------------------------------------------------------------------- */

/* maker: the hash of the token that the link was made with. */
static bool check_token(struct call *call, const char *token, struct link *link,
                        uint8_t maker[HASH_BYTES])
{
    struct err err;

    *link = (struct link){.purpose = "signin"};
    if (link_check(call->app->link_key, token ? token : "", call->now_us / 1000000, link, &err) &&
        (bytes_from_hex(link->about, maker, HASH_BYTES) ||
         err_set(&err, ERR_REJECT, "TOKEN_INVALID", "token", "made by an older version")))
        return true;
    log_event(LOG_WARN, "signin_refused", "code", err.code, NULL);
    call_problem(call, 401, err.code, NULL,
                 strcmp(err.code, "TOKEN_EXPIRED") == 0
                     ? "This link is too old. Ask for a new one."
                     : "This link is not one of ours. Ask for a new one.");
    return false;
}

void signin_show(struct call *call)
{
    const char *token = http_query(call->request, "token");
    uint8_t maker[HASH_BYTES];
    struct link link;

    if (check_token(call, token, &link, maker))
        page_signin(call, token);
}

/* The form's only field. Tokens need no decoding. */
static const char *form_token(struct call *call)
{
    static const char name[] = "token=";
    size_t len;
    const char *body = http_body(call->request, &len);

    if (len <= sizeof(name) - 1 || memcmp(body, name, sizeof(name) - 1) != 0)
        return NULL;
    return arena_strndup(&call->arena, body + sizeof(name) - 1, len - (sizeof(name) - 1));
}

static void on_session(struct call *call, PGresult *const *results)
{
    const bool is_open = store_bool(results[1], 0, 0), is_maker_good = store_bool(results[1], 0, 1);
    const char *code = is_maker_good ? "TOKEN_USED" : "TOKEN_INVALID";

    if (!is_open) {
        log_event(LOG_WARN, "signin_refused", "code", code, NULL);
        call_problem(call, 401, code, NULL,
                     is_maker_good
                         ? "This link was used before. Ask for a new one."
                         : "The token that this link was made with is revoked or too old. "
                           "Ask for a new one.");
        return;
    }
    log_event(LOG_INFO, "signed_in", NULL);
    call_redirect(call, "/", call->set_cookie);
}

static void open_session(struct call *call, const struct link *link,
                         const uint8_t maker[HASH_BYTES], const char *secret)
{
    struct store_step steps[] = {call_step(call, sql_sweep_sessions),
                                 call_step(call, sql_open_session)};

    crypto_generichash(call->session_hash, HASH_BYTES, (const unsigned char *)secret,
                       strlen(secret), NULL, 0);
    store_arg_time_us(&steps[0].args, call->now_us);
    store_arg_bytes(&steps[1].args, call->session_hash, HASH_BYTES);
    store_arg_bytes(&steps[1].args, maker, HASH_BYTES);
    store_arg_bytes(&steps[1].args, link->nonce, sizeof(link->nonce));
    store_arg_time_us(&steps[1].args, call->now_us);
    store_arg_time_us(&steps[1].args, call->now_us + SESSION_LIFE_S * INT64_C(1000000));
    call_query(call, call->app->quick, steps, 2, on_session);
}

void signin_use(struct call *call)
{
    uint8_t random[SESSION_BYTES];
    char secret[SESSION_HEX];
    uint8_t maker[HASH_BYTES];
    struct link link;

    if (!signin_same_origin(call)) {
        call_problem(call, 403, "CSRF", NULL, "This request came from another site.");
        return;
    }
    if (!check_token(call, form_token(call), &link, maker))
        return;
    bytes_random(random, sizeof(random));
    bytes_to_hex(random, sizeof(random), secret);
    call->set_cookie = arena_printf(
        &call->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s",
        signin_cookie_name(call->app), secret, SESSION_LIFE_S, call->app->secure ? "; Secure" : "");
    open_session(call, &link, maker, secret);
}

/* POST /signout -------------------------------------------------------------------------------- */

static void on_ended(struct call *call, PGresult *const *results)
{
    const char *cookie =
        arena_printf(&call->arena, "%s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0%s",
                     signin_cookie_name(call->app), call->app->secure ? "; Secure" : "");

    (void)results;
    call_redirect(call, "/", cookie);
}

void signin_end(struct call *call)
{
    struct store_step step = call_step(call, sql_end_session);

    store_arg_bytes(&step.args, call->session_hash, HASH_BYTES);
    store_arg_time_us(&step.args, call->now_us);
    call_query(call, call->app->quick, &step, 1, on_ended);
}
