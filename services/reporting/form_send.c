/* SPDX-License-Identifier: Apache-2.0 */
/* What the buttons do: the text is kept as a draft, then the change goes to ingest.
 *
 * loaded -> kept -> sent -> recorded: the draft is deleted, and the browser led to a page that can
 * be loaded again without sending anything twice. Whatever else happens, the form comes back with
 * the text in it and says so. */
#include "base/bytes.h"
#include "base/log.h"
#include "form.h"
#include "relay.h"
#include "sql.h"

#include <string.h>

enum { DRAFT_DAYS = 400 };

static void go_to(struct call *call, const char *what)
{
    const char *to = arena_printf(&call->arena, "/form/%s?%s", call->form->id, what);

    if (to)
        call_redirect(call, to, NULL);
    else
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
}

static void show_sent(struct call *call)
{
    char hex[2 * sizeof(call->form->message_id) + 1];
    const char *what;

    bytes_to_hex(call->form->message_id, sizeof(call->form->message_id), hex);
    what = arena_printf(&call->arena, "sent=%s", hex);
    go_to(call, what ? what : "");
}

static void show_again(struct call *call)
{
    page_form(call, call->form->status);
}

/* The text stays; what the register and the draft say is read again. */
static void come_back(struct call *call, int status, const char *notice)
{
    call->form->status = status;
    call->form->notice = notice;
    form_load(call, NULL, show_again);
}

/* Sent --------------------------------------------------------------------------------------- */

static void put_key(struct store_args *args, const struct form *form)
{
    store_arg_text(args, form->asked.unit);
    store_arg_text(args, form->asked.action);
    store_arg_text(args, form->asked.policy);
    store_arg_int(args, form->asked.cycle);
}

static void on_deleted(struct call *call, PGresult *const *results)
{
    (void)results;
    show_sent(call);
}

static void recorded(struct call *call)
{
    struct store_step step = call_step(call, sql_delete_draft);

    log_event(LOG_INFO, "answered", "unit", call->form->asked.unit, "action",
              call->form->asked.action, NULL);
    if (call->form->deed != FORM_SUBMIT) {
        show_sent(call);
        return;
    }
    put_key(&step.args, call->form);
    store_arg_int(&step.args, call->form->seen_version);
    call_query(call, call->app->quick, &step, 1, on_deleted);
}

static const char *kept_notice(struct form *form)
{
    return form->kept ? "The register takes no changes at this moment. Nothing is lost: what you "
                        "wrote is kept as a draft. Press the button again in a few minutes, or "
                        "come back with the same link."
                      : "The register takes no changes at this moment. Press the button again in "
                        "a few minutes.";
}

static void refused(struct call *call, const struct relay_outcome *outcome)
{
    call->form->is_handed_over = false;
    const char *text = arena_printf(&call->arena, "The register did not take this: %s (%s)",
                                    outcome->text, outcome->code);

    form_add_error(call->form,
                   strcmp(outcome->code, "TRANSITION_NOT_ALLOWED") == 0 ? "progress" : "narrative",
                   text ? text : "The register did not take this.");
    come_back(call, 422, NULL);
}

/* A relay_done_fn. */
static void on_outcome(void *ctx, const struct relay_outcome *outcomes, size_t n)
{
    struct call *call = ctx;

    (void)n;
    if (!call_is_awaited(call))
        return;
    switch (outcomes->outcome) {
    case CLIENT_COMMITTED:
    case CLIENT_MERGED:
        recorded(call);
        break;
    case CLIENT_NO_OP:
        come_back(call, 200, "The register says exactly this already; nothing was changed.");
        break;
    case CLIENT_CONFLICT:
        call->form->met_report = true;
        come_back(call, 409, NULL);
        break;
    case CLIENT_REFUSED:
    case CLIENT_PARKED:
        refused(call, outcomes);
        break;
    case CLIENT_RETRY_LATER:
        if (strcmp(outcomes->code, "MESSAGE_UNDER_WAY") == 0)
            show_sent(call); /* the button was pressed twice */
        else
            come_back(call, 503, kept_notice(call->form));
        break;
    }
}

static void hand_over(struct call *call)
{
    struct form *form = call->form;
    size_t len;
    const uint8_t *body = form_change(call, form, &len);
    const struct client_change change = {.message_id = form->message_id, .body = body, .len = len};
    struct err err;

    if (!body)
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
    else if (!relay_send(call->app->relay, FORM_PRINCIPAL, &change, 1, on_outcome, call, &err))
        come_back(call, 503, kept_notice(form));
    else
        form->is_handed_over = true;
}

/* Kept --------------------------------------------------------------------------------------- */

/* Was the report that is beside what was written not there when it was written? */
static bool was_overtaken(const struct form *form)
{
    return form->deed == FORM_SUBMIT && form->facts.report_revision > form->base;
}

/* What overtook it may be itself: the button was pressed twice. */
static void on_overtaken(struct call *call)
{
    struct form *form = call->form;

    if (form->sent) {
        recorded(call);
        return;
    }
    form->met_report = true;
    form->status = 409;
    form_check(call, form);
    show_again(call);
}

static void look_for_itself(struct call *call)
{
    char hex[2 * sizeof(call->form->message_id) + 1];
    size_t len;

    if (!form_change(call, call->form, &len)) {
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
        return;
    }
    bytes_to_hex(call->form->message_id, sizeof(call->form->message_id), hex);
    form_load(call, hex, on_overtaken);
}

static void go_on(struct call *call)
{
    struct form *form = call->form;

    if (was_overtaken(form)) {
        look_for_itself(call);
        return;
    }
    form_check(call, form);
    form->status = form->nerrors ? 422 : 409;
    if (form->nerrors || form->met_draft)
        show_again(call);
    else if (form->deed == FORM_SAVE)
        go_to(call, "saved=1");
    else
        hand_over(call);
}

static void on_kept(struct call *call, PGresult *const *results)
{
    struct form *form = call->form;

    if (PQntuples(results[1])) {
        form->seen_version = store_int(results[1], 0, 0);
        form->kept = true;
    } else {
        form->met_draft = true;
    }
    form_load(call, NULL, go_on);
}

void form_do(struct call *call)
{
    struct store_step steps[] = {call_step(call, sql_sweep_drafts),
                                 call_step(call, sql_save_draft)};
    struct form *form = call->form;
    const char *const texts[FORM_TEXTS] = {
        form->text.progress,     form->text.source, form->text.narrative,  form->text.evidence,
        form->text.completed_on, form->text.hold,   form->text.hold_reason};

    if (form_is_blank(form) && form->seen_version == 0) {
        go_on(call);
        return;
    }
    store_arg_time_us(&steps[0].args,
                      call->now_us - DRAFT_DAYS * INT64_C(86400) * INT64_C(1000000));
    put_key(&steps[1].args, form);
    store_arg_int(&steps[1].args, form->seen_version);
    for (size_t i = 0; i < FORM_TEXTS; i++)
        store_arg_text(&steps[1].args, texts[i]);
    store_arg_time_us(&steps[1].args, call->now_us);
    call_query(call, call->app->quick, steps, 2, on_kept);
}
