/* SPDX-License-Identifier: Apache-2.0 */
/* The form itself: works without script, on a phone, with a keyboard alone. */
#include "form.h"
#include "html.h"
#include "pages.h"

#include <string.h>

void page_form_opening(struct call *call)
{
    struct text_buffer page = {0};
    const char *refresh = arena_printf(&call->arena, "0; url=/form/%s?again=1", call->wild);

    page_begin_alone(&page, "Opening the form", refresh ? refresh : "0", "notice");
    html_put(&page,
             "<h1>Opening the form</h1>\n"
             "<p><a class=\"main\" href=\"/form/%u?again=1\">Go on to the form</a></p>\n",
             call->wild);
    page_end(&page);
    call_html(call, 200, &page);
}

void page_put_written(struct text_buffer *page, const struct form *form)
{
    const struct form_text *text = &form->text;

    if (!*text->narrative && !*text->source && !*text->hold_reason && !*text->evidence &&
        !*text->completed_on && !*form->reason)
        return;
    html_put(page,
             "<p>%s This is what you wrote; keep a copy of it.</p>\n"
             "<label for=\"written\">What you wrote</label>\n"
             "<textarea id=\"written\" dir=\"auto\" rows=\"12\" "
             "readonly>%s\n%s\n%s\n%s\n%s\n%s</textarea>\n",
             form->is_handed_over
                 ? "It may be recorded: look with the same link before you send it "
                   "again."
                 : "Nothing was recorded.",
             text->source, text->narrative, text->evidence, text->completed_on, text->hold_reason,
             form->reason);
}

/* What happened ------------------------------------------------------------------------------ */

static void put_errors(struct text_buffer *page, const struct form *form)
{
    if (!form->nerrors)
        return;
    html_put(page,
             "<div class=\"alert\" id=\"errors\" role=\"alert\" tabindex=\"-1\">"
             "<h2>%s</h2>\n<ul>",
             form->nerrors == 1 ? "One thing needs another look" : "Some things need another look");
    for (int i = 0; i < form->nerrors; i++)
        html_put(page, "<li><a href=\"#%s\">%s</a></li>", form->errors[i].field,
                 form->errors[i].text);
    html_put(page, "</ul></div>\n");
}

static void put_other_draft(struct text_buffer *page, const struct call *call,
                            const struct form *form)
{
    html_put(page,
             "<section class=\"card\" id=\"other\"><h2>Saved meanwhile, in another window</h2>\n"
             "<p class=\"quiet\">");
    page_put_time(page, call, form->draft_saved_us);
    html_put(page,
             "</p>\n<p>%w</p>\n<div class=\"text\" dir=\"auto\"><bdi>%s</bdi></div>\n"
             "<div class=\"text\" dir=\"auto\">%s</div>\n"
             "<p class=\"quiet\">Your own text stands below. Press a button again to put it in the "
             "place of this one.</p></section>\n",
             form->draft.progress, form->draft.source, form->draft.narrative);
}

static void put_notices(struct text_buffer *page, const struct call *call, const struct form *form)
{
    if (form->notice)
        html_put(page, "<p class=\"alert\" id=\"notice\" role=\"status\">%s</p>\n", form->notice);
    if (form->met_report)
        html_put(
            page,
            "<p class=\"alert\" id=\"conflict\" role=\"alert\">Somebody reported on this action "
            "while you were writing. Nothing was overwritten: read both below, then decide. "
            "Submitting now puts your text after that one; both stay in the history.</p>\n");
    if (form->met_draft)
        put_other_draft(page, call, form);
    if (call_param(call, "saved"))
        html_put(page, "<p class=\"done\" id=\"saved\" role=\"status\">The draft is saved. It "
                       "answers nothing until you submit it.</p>\n");
    if (form->facts.retracted)
        html_put(page, "<p class=\"alert\">This action was withdrawn from the register. Nothing "
                       "needs to be done.</p>\n");
}

/* After a button ----------------------------------------------------------------------------- */

static void put_recorded(struct text_buffer *page, const struct call *call, const struct form *form)
{
    const json_t *report = json_object_get(form->sent, "progress_report");
    const json_t *chase = json_object_get(form->sent, "chase_set");

    html_put(page, "<div class=\"done\" id=\"recorded\" role=\"status\">");
    if (report) {
        html_put(page,
                 "<h2>Recorded</h2>\n<p>%w. Thank you: this cycle is answered.</p>\n<div "
                 "class=\"text\" dir=\"auto\">%s</div>",
                 page_text(report, "progress"),
                 form->facts.hidden ? "" : page_text(report, "narrative"));
    } else if (chase) {
        const char *to = page_text(chase, "delegated_to");
        html_put(page,
                 *to ? "<h2>Handed to <bdi>%s</bdi></h2>\n<p>The register says now that this "
                       "address answers for the action. Forward the reminder's mail to it: "
                       "the link in it works for them as it does for you. What you saved as "
                       "a draft is there for them.</p>"
                     : "<h2>Taken back%s</h2>\n<p>The focal point answers again.</p>",
                 to);
    } else {
        html_put(page,
                 "<h2>Passed on</h2>\n<p><bdi>%s</bdi> is asked to see whose this is. Until the "
                 "responsibility is changed in the register, the reminders go on.</p>",
                 *form->facts.overseer_name ? form->facts.overseer_name
                                            : "Whoever keeps the "
                                              "register");
    }
    html_put(page, "<p class=\"quiet\">");
    page_put_time(page, call, form->sent_at_us);
    html_put(page, "</p></div>\n<p><a href=\"/form/%s\">Back to the form</a></p>\n", form->id);
}

static void put_sent(struct call *call, struct form *form)
{
    struct text_buffer page = {0};

    page_begin_alone(&page, form->sent ? "Recorded" : "Being recorded", form->sent ? NULL : "2",
                     "form");
    html_put(&page, "<h1>%s</h1>\n", page_short_key(form->asked.action));
    if (form->sent)
        put_recorded(&page, call, form);
    else
        html_put(&page,
                 "<p id=\"waiting\" role=\"status\">This is just being recorded. The page looks "
                 "again by itself. If that goes on for more than a minute, go back and press the "
                 "button again: nothing is recorded twice.</p>\n"
                 "<p><a href=\"/form/%s\">Back to the form</a></p>\n",
                 form->id);
    page_end(&page);
    call_html(call, 200, &page);
}

/* The whole ---------------------------------------------------------------------------------- */

/* The first button is what the Enter key presses: it keeps, and answers nothing. */
static void put_update(struct text_buffer *page, const struct form *form,
                       const struct form_text *shown)
{
    html_put(page, "<section class=\"card\"><h2>Your update</h2>\n");
    page_put_fields(page, form, shown);
    html_put(page,
             "<p class=\"buttons\"><button name=\"do\" value=\"save\">Save draft</button> "
             "<button class=\"main\" name=\"do\" value=\"submit\">%s</button></p>\n</section>\n",
             form->met_report ? "Submit after the other" : "Submit update");
}

static void put_delegate(struct text_buffer *page, const struct form *form)
{
    const char *present = form_said(form, "chase_set", "delegated_to");

    if (PQntuples(form->alternates) == 0 && !*present)
        return;
    html_put(page, "<section class=\"card\"><h2>Somebody else answers</h2>\n"
                   "<p class=\"field\"><label for=\"delegate\">Alternate of your unit</label>\n"
                   "<select id=\"delegate\" name=\"delegate\"><option value=\"\">Choose</option>");
    for (int i = 0; i < PQntuples(form->alternates); i++)
        html_put(page, "<option value=\"%s\">%s, %s</option>", store_text(form->alternates, i, 1),
                 store_text(form->alternates, i, 0), store_text(form->alternates, i, 1));
    if (*present)
        html_put(page, "<option value=\"back\">Nobody: the focal point answers again</option>");
    html_put(page, "</select>%s</p>\n", "");
    if (*present)
        html_put(page, "<p class=\"quiet\">Now with <bdi>%s</bdi></p>\n", present);
    html_put(page, "<p class=\"buttons\"><button name=\"do\" value=\"delegate\">Hand over"
                   "</button></p></section>\n");
}

static void put_not_ours(struct text_buffer *page, const struct form *form)
{
    html_put(page,
             "<section class=\"card\"><h2>Not ours</h2>\n"
             "<p class=\"quiet\" id=\"reason-hint\">Goes to %s, to see whose it is. The reminders "
             "go on until the responsibility is changed.</p>\n"
             "<p class=\"field\"><label for=\"reason\">Why, or whose it is</label>\n"
             "<input id=\"reason\" name=\"reason\" dir=\"auto\" maxlength=\"500\" "
             "aria-describedby=\"reason-hint\" value=\"%s\"></p>\n"
             "<p class=\"buttons\"><button name=\"do\" value=\"not_ours\">Not ours</button></p>"
             "</section>\n",
             *form->facts.overseer_name ? form->facts.overseer_name : "whoever keeps the register",
             form->reason);
}

static void put_form(struct text_buffer *page, const struct form *form)
{
    html_put(page,
             "<form method=\"post\" action=\"/form/%s\" novalidate>\n"
             "<input type=\"hidden\" name=\"csrf\" value=\"%s\">"
             "<input type=\"hidden\" name=\"base\" value=\"%d\">"
             "<input type=\"hidden\" name=\"version\" value=\"%d\">"
             "<input type=\"hidden\" name=\"finding\" value=\"%d\">\n",
             form->id, form->csrf, form->facts.revision, form->draft_version,
             form->facts.finding_revision);
    put_update(page, form, form->posted ? &form->text : &form->draft);
    put_delegate(page, form);
    put_not_ours(page, form);
    html_put(page, "</form>\n");
}

void page_form(struct call *call, int status)
{
    struct form *form = call->form;
    struct text_buffer page = {0};

    if (call_param(call, "sent") && !form->posted) {
        put_sent(call, form);
        return;
    }
    page_begin_alone(&page, form->nerrors ? "Please look again" : "Update", NULL, "form");
    html_put(&page, "<h1>Update on %s</h1>\n<p class=\"quiet\"><bdi>%s</bdi></p>\n",
             page_short_key(form->asked.action), form->facts.unit_name);
    put_errors(&page, form);
    put_notices(&page, call, form);
    page_put_asked(&page, call, form);
    page_put_last(&page, call, form);
    if (!form->facts.retracted)
        put_form(&page, form);
    page_end(&page);
    call->retry_later = status == 503;
    call_html(call, status, &page);
}
