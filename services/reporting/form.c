/* SPDX-License-Identifier: Apache-2.0 */
/* Who may open the form: the link, its cookie, and the proof that our own page sent a POST. */
#include "form.h"

#include "base/bytes.h"
#include "base/log.h"
#include "signin.h"

#include <stdio.h>
#include <string.h>

enum { COOKIE_LIFE_S = 12 * 60 * 60 };

static const char *cookie_name(const struct reporting *app)
{
    return app->secure ? "__Secure-uptake_answer" : "uptake_answer";
}

/* Stands for the token in addresses. */
static void make_id(const char *token, char id[FORM_ID])
{
    uint8_t hash[SHA256_BYTES];

    sha256(token, strlen(token), hash);
    bytes_to_hex(hash, (FORM_ID - 1) / 2, id);
}

/* False: already answered. */
static bool check_token(struct call *call, const char *token, struct answer_link *asked)
{
    struct err err;

    if (answer_link_read(call->app->link_key, token, call->now_us / 1000000, asked, &call->arena,
                         &err))
        return true;
    log_event(LOG_WARN, "answer_link_refused", "code", err.code, NULL);
    if (strcmp(err.code, "TOKEN_EXPIRED") == 0)
        call_problem(call, 410, err.code, NULL,
                     "This link is too old. The next reminder brings a new one.");
    else
        call_problem(call, 404, err.code, NULL,
                     "This link is not one of ours, or not whole. Open it from the mail again.");
    return false;
}

void form_open(struct call *call)
{
    const char *token = call->wild;
    const int64_t now_s = call->now_us / 1000000;
    struct answer_link asked;
    char id[FORM_ID];
    const char *to, *cookie;
    int64_t life_s;

    if (!check_token(call, token, &asked))
        return;
    make_id(token, id);
    life_s = asked.expires_at_s - now_s < COOKIE_LIFE_S ? asked.expires_at_s - now_s
                                                        : (int64_t)COOKIE_LIFE_S;
    to = arena_printf(&call->arena, "/form/%s", id);
    cookie = arena_printf(
        &call->arena, "%s=%s; Path=/form/%s; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
        cookie_name(call->app), token, id, (long long)life_s, call->app->secure ? "; Secure" : "");
    if (to && cookie)
        call_redirect(call, to, cookie);
    else
        call_html(call, 503, &(struct text_buffer){.failed = true});
}

void form_finish(struct form *form)
{
    if (!form)
        return;
    json_decref(form->image);
    json_decref(form->sent);
}

/* NULL: already answered. */
static struct form *begin(struct call *call)
{
    struct form *form = arena_zalloc(&call->arena, sizeof(*form));
    const char *token = http_cookie(call->request, cookie_name(call->app));

    if (!form) {
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
        return NULL;
    }
    form->token = token ? token : "";
    form->text = form->draft = (struct form_text){"", "", "", "", "", "", ""};
    form->delegate = form->reason = "";
    make_id(form->token, form->id);
    return form;
}

/* Is the cookie that of this address, and its token good? False: already answered. */
static bool check_cookie(struct call *call, struct form *form)
{
    if (strcmp(form->id, call->wild) != 0) {
        call_problem(call, 403, "LINK_CLOSED", NULL,
                     "This page was open too long, or the browser keeps no cookies. Open it again "
                     "with the link in the mail.");
        return false;
    }
    if (!check_token(call, form->token, &form->asked))
        return false;
    csrf_of(call, form->token, strlen(form->token), form->csrf);
    return true;
}

static void show(struct call *call)
{
    page_form(call, 200);
}

void form_show(struct call *call)
{
    struct form *form = begin(call);

    if (!form)
        return;
    if (strlen(call->wild) != FORM_ID - 1 ||
        strspn(call->wild, "0123456789abcdef") != FORM_ID - 1) {
        call_not_found(call);
        return;
    }
    if (!*form->token && !call_param(call, "again")) {
        page_form_opening(call);
        return;
    }
    call->form = form;
    if (check_cookie(call, form))
        form_load(call, call_param(call, "sent"), show);
}

void form_post(struct call *call)
{
    struct form *form;

    if (!signin_same_origin(call)) {
        call_problem(call, 403, "CSRF", NULL, "This request came from another site.");
        return;
    }
    form = begin(call);
    if (!form)
        return;
    if (!form_read(call, form)) {
        call_problem(call, 400, "BAD_REQUEST", NULL, "This is not what the form sends.");
        return;
    }
    call->form = form;
    if (check_cookie(call, form) && csrf_matches(call, form->csrf, form->csrf_given))
        form_load(call, NULL, form_do);
}
