/* SPDX-License-Identifier: Apache-2.0 */
/* /cycles and /cycles/NAME/DAY: the desk, in plain forms. What it decides is pushed as the
 * session's principal; the page only relays. */
#include "pages.h"

#include "client/client.h"
#include "csrf.h"
#include "cycles.h"
#include "html.h"
#include "posted.h"
#include "relay.h"
#include "uptake/v1/items.pb-c.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

/* "NAME/DAY" of a cycle's key "cycle:NAME:DAY". */
static void put_link(struct text_buffer *page, const json_t *cycle, const char *behind,
                     const char *text)
{
    html_put(page, "<a href=\"/cycles/%u/%s%s\">%s</a>",
             strchr(page_text(cycle, "policy"), ':') + 1, page_text(cycle, "ends_on"), behind,
             text);
}

static int64_t count(const json_t *cycle, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(cycle, "counts"), name));
}

/* The list ------------------------------------------------------------------------------------- */

static void put_row(struct text_buffer *page, const json_t *cycle)
{
    const json_t *decision = json_object_get(cycle, "decision");

    html_put(page, "<tr><td data-label=\"Ends\" class=\"day\">");
    put_link(page, cycle, "", page_text(cycle, "ends_on"));
    html_put(page,
             "</td><td data-label=\"Policy\" class=\"text\">%s<small>%s</small></td>"
             "<td data-label=\"State\">%w<small>%w %s</small></td>"
             "<td data-label=\"First step\" class=\"day\">%s</td>"
             "<td data-label=\"Questions\" class=\"n\">%d</td>"
             "<td data-label=\"Units\" class=\"n\">%d</td>"
             "<td data-label=\"Asked\" class=\"n\">%d</td>"
             "<td data-label=\"Answered\" class=\"n\">%d</td></tr>\n",
             page_text(cycle, "title"), page_text(cycle, "policy"), page_text(cycle, "state"),
             page_text(decision, "decision"), page_text(decision, "decided_by"),
             page_text(cycle, "first_step_on"), count(cycle, "questions"), count(cycle, "units"),
             count(cycle, "asked"), count(cycle, "answered"));
}

static void on_list(struct call *call, json_t *list)
{
    struct text_buffer page = {0};
    json_t *cycle;
    size_t i;

    page_begin(&page, call, "Cycles", false);
    html_put(
        &page,
        "<p class=\"back\"><a href=\"/?scope=%u\">Where things stand</a></p>\n"
        "<h1>Cycles</h1>\n<p class=\"quiet\">What policies ask: what ends soon, and what is "
        "open or held. As of %s.</p>\n"
        "<div class=\"card scroll\"><table id=\"cycles\"><caption>%d shown</caption><thead><tr>"
        "<th scope=\"col\">Ends</th><th scope=\"col\">Policy</th><th scope=\"col\">State</th>"
        "<th scope=\"col\">First step</th><th scope=\"col\" class=\"n\">Questions</th>"
        "<th scope=\"col\" class=\"n\">Units</th><th scope=\"col\" class=\"n\">Asked</th>"
        "<th scope=\"col\" class=\"n\">Answered</th></tr></thead><tbody>\n",
        call->scope.name, call->today_text, (int64_t)json_array_size(list));
    json_array_foreach(list, i, cycle) put_row(&page, cycle);
    html_put(&page, "</tbody></table></div>\n");
    page_end(&page);
    json_decref(list);
    call_html(call, 200, &page);
}

void page_cycles(struct call *call)
{
    cycle_fetch_list(call, on_list);
}

/* One ------------------------------------------------------------------------------------------ */

static void put_facts(struct text_buffer *page, const json_t *cycle)
{
    const json_t *decision = json_object_get(cycle, "decision");

    html_put(
        page,
        "<p><span class=\"tag\" id=\"state\">%w</span> <span class=\"tag\">First step %s</span> "
        "<span class=\"tag\">%d asked, %d answered, %d of them late</span></p>\n",
        page_text(cycle, "state"), page_text(cycle, "first_step_on"), count(cycle, "asked"),
        count(cycle, "answered"), count(cycle, "late"));
    if (json_is_object(decision))
        html_put(page, "<p class=\"said\">%w by %s. %s</p>\n", page_text(decision, "decision"),
                 page_text(decision, "decided_by"), page_text(decision, "note"));
    if (strcmp(page_text(cycle, "state"), "not_asked") == 0)
        html_put(page, "<p>Not asked: the cycle ended before the policy went live.</p>\n");
    if (json_is_object(json_object_get(cycle, "return"))) {
        html_put(page, "<p>");
        put_link(page, cycle, "/return", "The return");
        html_put(page, "</p>\n");
    }
}

static bool may_decide(const json_t *cycle)
{
    const char *state = page_text(cycle, "state");

    return strcmp(state, "closed") != 0 && strcmp(state, "not_asked") != 0;
}

static void put_form(struct text_buffer *page, const struct call *call, const json_t *cycle)
{
    char token[CSRF_TEXT];

    csrf_token(call, token);
    html_put(page,
             "<form class=\"card choose\" method=\"post\" action=\"/cycles/%u/%s\">"
             "<input type=\"hidden\" name=\"csrf\" value=\"%s\">"
             "<input type=\"hidden\" name=\"revision\" value=\"%d\">"
             "<label>Your name <input name=\"by\" value=\"%s\" maxlength=\"200\" required></label>"
             "<label>Note <input name=\"note\" maxlength=\"400\"></label>"
             "<button name=\"decision\" value=\"confirmed\">Looked through</button>"
             "<button name=\"decision\" value=\"opened\">Open now</button>"
             "<button name=\"decision\" value=\"held\">Hold: ask nobody</button></form>\n",
             strchr(page_text(cycle, "policy"), ':') + 1, page_text(cycle, "ends_on"), token,
             json_integer_value(json_object_get(cycle, "revision")), call->reader.name);
}

static void put_unsettled(struct text_buffer *page, const struct call *call, const json_t *list)
{
    json_t *row;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    html_put(
        page,
        "<div class=\"card scroll\"><table id=\"unsettled\"><caption>Responsibilities to settle: "
        "%d</caption><thead><tr><th scope=\"col\">Action</th><th scope=\"col\">As written</th>"
        "<th scope=\"col\">Why</th><th scope=\"col\">What settles it</th></tr></thead><tbody>\n",
        (int64_t)json_array_size(list));
    json_array_foreach(list, i, row) html_put(
        page,
        "<tr><td data-label=\"Action\"><a href=\"/items/%u?scope=%u\">%s</a></td>"
        "<td data-label=\"As written\" class=\"text\">%s</td><td data-label=\"Why\">%w<small>%s"
        "</small></td><td data-label=\"Settle\" class=\"text\"><code>%s</code></td></tr>\n",
        page_text(row, "action"), call->scope.name, page_text(row, "action"),
        page_text(row, "name"), page_text(row, "why"),
        json_is_true(json_object_get(row, "keeps_mail_back")) ? "keeps mail back" : "is asked",
        page_text(row, "command"));
    html_put(page, "</tbody></table></div>\n");
}

static void put_ask(struct text_buffer *page, const struct call *call, const json_t *ask)
{
    const char *asked = page_text(ask, "asked_on");

    html_put(page,
             "<tr><td data-label=\"Unit\">%s<small>%s</small></td><td data-label=\"Action\" "
             "class=\"text\"><a href=\"/items/%u?scope=%u\">%s</a> <span>%s</span></td>"
             "<td data-label=\"Progress\">%w</td><td data-label=\"%s\" class=\"day\">%s</td>"
             "<td data-label=\"Outcome\" class=\"%s\">%w<small>%s</small></td></tr>\n",
             page_text(ask, "code"), page_text(ask, "name"), page_text(ask, "action"),
             call->scope.name, page_short_key(page_text(ask, "action")), page_text(ask, "text"),
             page_text(ask, "progress"), *asked ? "Asked" : "To be asked",
             *asked ? asked : page_text(ask, "first_on"),
             strcmp(page_text(ask, "outcome"), "not_answered") == 0 ? "late" : "",
             page_text(ask, "outcome"), page_text(ask, "answered_on"));
}

static void put_asks(struct text_buffer *page, const struct call *call, const json_t *list)
{
    json_t *ask;
    size_t i;

    html_put(page,
             "<div class=\"card scroll\"><table id=\"asks\"><caption>Who is asked, about what: %d"
             "</caption><thead><tr><th scope=\"col\">Unit</th><th scope=\"col\">Action</th>"
             "<th scope=\"col\">Progress</th><th scope=\"col\">First asked</th>"
             "<th scope=\"col\">Outcome</th></tr></thead><tbody>\n",
             (int64_t)json_array_size(list));
    json_array_foreach(list, i, ask) put_ask(page, call, ask);
    html_put(page, "</tbody></table></div>\n");
}

static void on_cycle(struct call *call, struct cycle_one *one)
{
    struct text_buffer page = {0};
    json_t *cycle = cycle_one_json(call, one);
    const int64_t excluded = (int64_t)json_array_size(json_object_get(cycle, "excluded"));

    cycle_finish(&one->cycle);
    if (!cycle) {
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
        return;
    }
    page_begin(&page, call, "Cycle", false);
    html_put(&page,
             "<p class=\"back\"><a href=\"/cycles\">Cycles</a></p>\n<h1>%s</h1>\n"
             "<p class=\"quiet\">%s, cycle ending %s</p>\n",
             page_text(cycle, "title"), page_text(cycle, "policy"), page_text(cycle, "ends_on"));
    put_facts(&page, cycle);
    if (may_decide(cycle))
        put_form(&page, call, cycle);
    put_unsettled(&page, call, json_object_get(cycle, "unsettled"));
    put_asks(&page, call, json_object_get(cycle, "asks"));
    if (excluded)
        html_put(
            &page,
            "<p id=\"excluded\">Recommendations or parts that were not accepted: %d. Nobody is "
            "asked about them.</p>\n",
            excluded);
    page_end(&page);
    json_decref(cycle);
    call_html(call, 200, &page);
}

void page_cycle(struct call *call)
{
    cycle_fetch(call, -1, on_cycle);
}

/* Deciding ------------------------------------------------------------------------------------- */

/* A relay_done_fn. */
static void on_done(void *ctx, const struct relay_outcome *outcomes, size_t n)
{
    struct call *call = ctx;
    const struct relay_outcome *outcome = outcomes;

    (void)n;
    if (!call_is_awaited(call))
        return;
    switch (outcome->outcome) {
    case CLIENT_COMMITTED:
    case CLIENT_MERGED:
    case CLIENT_NO_OP:
        call_redirect(call, call->next, NULL);
        return;
    case CLIENT_CONFLICT:
        call_problem(call, 409, "CONFLICT", NULL,
                     "Somebody decided about this cycle meanwhile. Open the page again; what both "
                     "said is kept under conflicts.");
        return;
    case CLIENT_RETRY_LATER:
        call->retry_later = true;
        call_problem(call, 503, outcome->code, NULL, "Not recorded yet; send the form again.");
        return;
    case CLIENT_REFUSED:
    case CLIENT_PARKED:
        call_problem(call, 400, outcome->code, NULL, outcome->text);
        return;
    }
}

/* The same form sent twice is the same change. */
static bool pack(struct call *call, Uptake__V1__Change *change, struct client_change *to)
{
    uint8_t *id = arena_zalloc(&call->arena, MESSAGE_ID_BYTES);

    to->body = wire_pack(&change->base, &call->arena, &to->len);
    to->message_id = id;
    if (!id || !to->body)
        return false;
    client_content_id(change->document, change->subject, change->base_revision, to->body, to->len,
                      id);
    return true;
}

static void send_decision(struct call *call, char *policy, char *day, int word)
{
    Uptake__V1__CycleDecision decision = UPTAKE__V1__CYCLE_DECISION__INIT;
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;
    struct client_change ours = {0};
    struct err err;

    decision.policy = arena_printf(&call->arena, "policy:%s", policy);
    decision.ends_on = day;
    decision.decision = (Uptake__V1__CycleWord)word;
    decision.decided_by = (char *)(uintptr_t)posted(call, "by");
    decision.note = (char *)(uintptr_t)posted(call, "note");
    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_CYCLE;
    change.document = arena_strdup(&call->arena, "cycles");
    change.subject = arena_printf(&call->arena, "cycle:%s:%s", policy, day);
    change.base_revision = strtoull(posted(call, "revision"), NULL, 10);
    change.cycle_decision = &decision;
    call->next = arena_printf(&call->arena, "/cycles/%s/%s", policy, day);
    if (!decision.policy || !change.document || !change.subject || !call->next ||
        !pack(call, &change, &ours))
        call_problem(call, 503, "OVERLOADED", NULL, "Out of memory; try again.");
    else if (!relay_send(call->app->relay, call->reader.name, &ours, 1, on_done, call, &err))
        call_problem(call, 503, err.code, NULL, err.text);
}

/* Confirm, open and hold. Closing counts a return, which `uptake cycles close` sends along. */
static bool read_word(const char *text, int *word)
{
    return wire_word_value(&uptake__v1__cycle_word__descriptor, text, word) &&
           (*word == UPTAKE__V1__CYCLE_WORD__CYCLE_WORD_CONFIRMED ||
            *word == UPTAKE__V1__CYCLE_WORD__CYCLE_WORD_OPENED ||
            *word == UPTAKE__V1__CYCLE_WORD__CYCLE_WORD_HELD);
}

/* What was closed while the page was open stays closed. */
static void on_to_decide(struct call *call, struct cycle_one *one)
{
    const enum cycle_state state = cycle_state(&one->cycle, call->today);
    char day[DATE_TEXT];
    int word;

    cycle_finish(&one->cycle);
    date_format(one->ends_on, day);
    if (state == CYCLE_CLOSED || state == CYCLE_NOT_ASKED)
        call_problem(call, 409, state == CYCLE_CLOSED ? "CYCLE_CLOSED" : "CYCLE_NOT_ASKED", NULL,
                     "Nothing is decided about this cycle any more.");
    else if (!read_word(posted(call, "decision"), &word))
        call_problem(call, 400, "PARAMETER_INVALID", NULL,
                     "decision: expected one of confirmed, opened, held.");
    else
        send_decision(call, (char *)(uintptr_t)(one->policy + strlen("policy:")), day, word);
}

void page_cycle_decide(struct call *call)
{
    if (csrf_check(call, posted(call, "csrf")))
        cycle_fetch(call, -1, on_to_decide);
}
