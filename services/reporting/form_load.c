/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what the form shows, at one point in time. */
#include "base/bytes.h"
#include "form.h"
#include "image.h"
#include "routes.h"
#include "sql.h"

#include <string.h>

enum {
    STEP_BEGIN,
    STEP_FACTS,
    STEP_IMAGE,
    STEP_ALTERNATES,
    STEP_DRAFT,
    STEP_SENT,
    STEP_COMMIT,
    STEPS,
};

enum form_fact {
    FACT_DOCUMENT,
    FACT_REVISION,
    FACT_PROGRESS,
    FACT_RETRACTED,
    FACT_HIDDEN,
    FACT_DUE_ON,
    FACT_FIRST_DUE_ON,
    FACT_DOCUMENT_TITLE,
    FACT_UNIT_NAME,
    FACT_UNIT_EMAIL,
    FACT_POLICY_TITLE,
    FACT_CYCLE_ON,
    FACT_OVERSEER,
    FACT_OVERSEER_NAME,
    FACT_REPORT_REVISION,
    FACT_REPORTED_AT_US,
    FACT_REPORTED_THROUGH,
    FACT_FINDING_REVISION,
};

const char *form_finding_key(struct call *call, const struct form *form)
{
    const char *hash = strchr(form->asked.action, '#');
    const char *content =
        arena_printf(&call->arena, "%s\n%s", form->asked.action, form->asked.unit);
    uint8_t digest[SHA256_BYTES];
    char hex[2 * 6 + 1];

    if (!content || !hash)
        return NULL;
    sha256(content, strlen(content), digest);
    bytes_to_hex(digest, 6, hex);
    return arena_printf(&call->arena, "%.*s#finding:NOT_OURS:%s", (int)(hash - form->asked.action),
                        form->asked.action, hex);
}

const char *form_said(const struct form *form, const char *group, const char *name)
{
    const char *text =
        json_string_value(json_object_get(json_object_get(form->image, group), name));

    return text ? text : "";
}

static const char *copy(struct call *call, const PGresult *rows, int column)
{
    const char *text = arena_strdup(&call->arena, store_text(rows, 0, column));

    return text ? text : "";
}

static void read_facts(struct call *call, const PGresult *rows)
{
    struct form_facts *facts = &call->form->facts;

    *facts = (struct form_facts){
        .document = copy(call, rows, FACT_DOCUMENT),
        .revision = store_int(rows, 0, FACT_REVISION),
        .retracted = store_bool(rows, 0, FACT_RETRACTED),
        .hidden = store_bool(rows, 0, FACT_HIDDEN),
        .due_on = copy(call, rows, FACT_DUE_ON),
        .first_due_on = copy(call, rows, FACT_FIRST_DUE_ON),
        .document_title = copy(call, rows, FACT_DOCUMENT_TITLE),
        .unit_name = copy(call, rows, FACT_UNIT_NAME),
        .unit_email = copy(call, rows, FACT_UNIT_EMAIL),
        .policy_title = copy(call, rows, FACT_POLICY_TITLE),
        .cycle_on = copy(call, rows, FACT_CYCLE_ON),
        .overseer = copy(call, rows, FACT_OVERSEER),
        .overseer_name = copy(call, rows, FACT_OVERSEER_NAME),
        .report_revision = store_int(rows, 0, FACT_REPORT_REVISION),
        .reported_at_us = store_int(rows, 0, FACT_REPORTED_AT_US),
        .reported_through = copy(call, rows, FACT_REPORTED_THROUGH),
        .finding_revision = store_int(rows, 0, FACT_FINDING_REVISION),
    };
    if (!progress_from_word(store_text(rows, 0, FACT_PROGRESS), &facts->progress))
        facts->progress = PROGRESS_UNSPECIFIED;
}

static void read_draft(struct call *call, const PGresult *rows)
{
    struct form *form = call->form;

    form->draft_version = 0;
    form->draft = (struct form_text){"", "", "", "", "", "", ""};
    if (PQntuples(rows) == 0)
        return;
    form->draft_version = store_int(rows, 0, 0);
    form->draft_saved_us = store_int(rows, 0, 1);
    form->draft = (struct form_text){copy(call, rows, 2), copy(call, rows, 3), copy(call, rows, 4),
                                     copy(call, rows, 5), copy(call, rows, 6), copy(call, rows, 7),
                                     copy(call, rows, 8)};
}

static void read_sent(struct call *call, const PGresult *rows)
{
    if (PQntuples(rows) == 0)
        return;
    json_decref(call->form->sent);
    call->form->sent_at_us = store_int(rows, 0, 0);
    call->form->sent = image_change(rows, 0, 1, &call->arena);
}

static void on_loaded(struct call *call, PGresult *const *results)
{
    struct form *form = call->form;
    int row = 0;

    if (PQntuples(results[STEP_FACTS]) == 0) {
        call_problem(call, 403, "NOT_ASKED", NULL,
                     "This action is not, or no longer, asked of your unit. Nothing needs to be "
                     "done.");
        return;
    }
    read_facts(call, results[STEP_FACTS]);
    read_draft(call, results[STEP_DRAFT]);
    read_sent(call, results[STEP_SENT]);
    json_decref(form->image);
    form->image = image_next(results[STEP_IMAGE], &row, &call->arena);
    form->alternates = results[STEP_ALTERNATES];
    if (form->image)
        form->then(call);
    else
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
}

static void put_key(struct store_step *step, const struct answer_link *asked)
{
    store_arg_text(&step->args, asked->unit);
    store_arg_text(&step->args, asked->action);
    store_arg_text(&step->args, asked->policy);
    store_arg_int(&step->args, asked->cycle);
}

/* Thirty-two hexadecimal digits, or nothing is looked for. */
static const char *known_id(const char *text)
{
    return text && strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32 ? text : NULL;
}

void form_load(struct call *call, const char *sent, void (*then)(struct call *call))
{
    struct store_step steps[STEPS] = {
        [STEP_BEGIN] = call_step(call, sql_begin_snapshot),
        [STEP_FACTS] = call_step(call, sql_answer_facts),
        [STEP_IMAGE] = call_step(call, sql_answer_image),
        [STEP_ALTERNATES] = call_step(call, sql_answer_alternates),
        [STEP_DRAFT] = call_step(call, sql_load_draft),
        [STEP_SENT] = call_step(call, sql_answer_sent),
        [STEP_COMMIT] = call_step(call, sql_commit),
    };
    const struct answer_link *asked = &call->form->asked;
    const uint8_t *session = routes_session(call);

    call->form->then = then;
    put_key(&steps[STEP_FACTS], asked);
    if (session)
        store_arg_bytes(&steps[STEP_FACTS].args, session, HASH_BYTES);
    else
        store_arg_text(&steps[STEP_FACTS].args, NULL);
    store_arg_time_us(&steps[STEP_FACTS].args, call->now_us);
    store_arg_text(&steps[STEP_FACTS].args, form_finding_key(call, call->form));
    store_arg_text(&steps[STEP_IMAGE].args, asked->action);
    store_arg_text(&steps[STEP_ALTERNATES].args, asked->unit);
    put_key(&steps[STEP_DRAFT], asked);
    store_arg_text(&steps[STEP_SENT].args, known_id(sent));
    store_arg_text(&steps[STEP_SENT].args, FORM_PRINCIPAL);
    store_arg_text(&steps[STEP_SENT].args, asked->action);
    store_arg_text(&steps[STEP_SENT].args, form_finding_key(call, call->form));
    call_query(call, call->app->reads, steps, STEPS, on_loaded);
}
