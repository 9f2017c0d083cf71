/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the form: what is asked, what was said last, the fields. Texts of people stand in
 * elements of their own direction, so that one written from right to left turns nothing else. */
#include "form.h"
#include "html.h"
#include "model/transitions.h"
#include "pages.h"
#include "wire/wire.h"

#include <string.h>
#include <uptake/v1/words.pb-c.h>

static const char withheld[] =
    "Restricted: not shown to somebody who only has the link. Sign in to "
    "read it; it can be answered here.";

static void put_row(struct text_buffer *page, const char *name, const char *text)
{
    if (*text)
        html_put(page,
                 "<tr><th scope=\"row\">%s</th><td class=\"text\" dir=\"auto\">%s</td></tr>\n",
                 name, text);
}

void page_put_asked(struct text_buffer *page, const struct call *call, const struct form *form)
{
    const struct form_facts *facts = &form->facts;

    (void)call;
    html_put(page, "<section class=\"card\" id=\"asked\"><h2>What is asked</h2>\n"
                   "<table class=\"fields\"><tbody>\n");
    put_row(page, "Action", facts->hidden ? withheld : form_said(form, "action_wording", "text"));
    if (!facts->hidden)
        put_row(page, "Document", facts->document_title);
    put_row(page, "Due", *facts->due_on ? facts->due_on : "No deadline");
    if (*facts->due_on && strcmp(facts->due_on, facts->first_due_on) != 0)
        put_row(page, "First agreed", facts->first_due_on);
    put_row(page, "Asked by", facts->policy_title);
    put_row(page, "Cycle ends", facts->cycle_on);
    put_row(page, "Goes to", facts->overseer_name);
    html_put(page, "</tbody></table></section>\n");
}

static void put_report(struct text_buffer *page, const struct call *call, const struct form *form)
{
    const char *by = form_said(form, "progress_report", "reported_by");

    html_put(page, "<tr><th scope=\"row\">Progress</th><td>%w <small>",
             form_said(form, "progress_report", "progress"));
    page_put_time(page, call, form->facts.reported_at_us);
    html_put(page, ", <bdi>%s</bdi></small></td></tr>\n", *by ? by : form->facts.reported_through);
    put_row(page, "In other words", form_said(form, "progress_report", "source"));
    put_row(page, "For the period to", form_said(form, "progress_report", "reported_on"));
    put_row(page, "Completed on", form_said(form, "progress_report", "completed_on"));
    put_row(page, "Narrative", form_said(form, "progress_report", "narrative"));
    put_row(page, "Evidence", form_said(form, "progress_report", "evidence"));
    put_row(page, "Sent back", form_said(form, "progress_review", "remark"));
}

void page_put_last(struct text_buffer *page, const struct call *call, const struct form *form)
{
    html_put(page, "<section class=\"card%s\" id=\"last\"><h2>%s</h2>\n",
             form->met_report ? " met" : "",
             form->met_report ? "Said meanwhile" : "What was said last");
    if (!form->facts.report_revision) {
        html_put(page, "<p>Nothing yet.</p></section>\n");
        return;
    }
    if (form->facts.hidden) {
        html_put(page, "<p>%s</p></section>\n", withheld);
        return;
    }
    html_put(page, "<table class=\"fields\"><tbody>\n");
    put_report(page, call, form);
    html_put(page, "</tbody></table></section>\n");
}

/* Fields ------------------------------------------------------------------------------------- */

static const char *error_of(const struct form *form, const char *field)
{
    for (int i = 0; i < form->nerrors; i++)
        if (strcmp(form->errors[i].field, field) == 0)
            return form->errors[i].text;
    return NULL;
}

/* The label, and what is wrong between it and the field. */
static void begin_field(struct text_buffer *page, const struct form *form, const char *field,
                        const char *label, const char *hint)
{
    const char *wrong = error_of(form, field);

    html_put(page,
             wrong ? "<div class=\"field wrong\"><label for=\"%s\">%s</label>\n"
                   : "<div class=\"field\"><label for=\"%s\">%s</label>\n",
             field, label);
    if (hint)
        html_put(page, "<p class=\"hint\" id=\"%s-hint\">%s</p>\n", field, hint);
    if (wrong)
        html_put(page, "<p class=\"what\" id=\"%s-error\">%s</p>\n", field, wrong);
}

/* What a screen reader reads with the field. */
static void put_described(struct text_buffer *page, const struct form *form, const char *field,
                          bool hint)
{
    const bool wrong = error_of(form, field) != NULL;

    if (wrong)
        html_put(page, " aria-invalid=\"true\"");
    if (wrong && hint)
        html_put(page, " aria-describedby=\"%s-hint %s-error\"", field, field);
    else if (wrong)
        html_put(page, " aria-describedby=\"%s-error\"", field);
    else if (hint)
        html_put(page, " aria-describedby=\"%s-hint\"", field);
}

static void put_line(struct text_buffer *page, const struct form *form, const char *field,
                     const char *type, int64_t most, const char *label, const char *hint,
                     const char *value)
{
    begin_field(page, form, field, label, hint);
    html_put(page, "<input id=\"%s\" name=\"%s\" type=\"%s\" dir=\"auto\" maxlength=\"%d\"", field,
             field, type, most);
    put_described(page, form, field, hint != NULL);
    html_put(page, " value=\"%s\"></div>\n", value);
}

static void put_option(struct text_buffer *page, const char *word, const char *chosen)
{
    html_put(page,
             strcmp(word, chosen) == 0 ? "<option value=\"%s\" selected>%w</option>"
                                       : "<option value=\"%s\">%w</option>",
             word, word);
}

/* Only what may follow the present word; after a report that was sent back, any. */
static void put_progress(struct text_buffer *page, const struct form *form, const char *chosen)
{
    const bool returned = strcmp(form_said(form, "progress_review", "review"), "returned") == 0;

    begin_field(page, form, "progress", "Where does it stand now?", NULL);
    html_put(page, "<select id=\"progress\" name=\"progress\"");
    put_described(page, form, "progress", false);
    html_put(page, "><option value=\"\">Choose</option>");
    for (enum progress word = PROGRESS_NOT_STARTED; word < PROGRESS_COUNT; word++)
        if (returned || transition_allowed(form->facts.progress, word))
            put_option(page, progress_word(word), chosen);
    html_put(page, "</select></div>\n");
}

static void put_hold(struct text_buffer *page, const struct form *form, const char *chosen)
{
    const ProtobufCEnumDescriptor *type = &uptake__v1__hold__descriptor;

    begin_field(page, form, "hold", "Is it waiting for something?", NULL);
    html_put(page, "<select id=\"hold\" name=\"hold\"");
    put_described(page, form, "hold", false);
    html_put(page, ">");
    for (unsigned i = 0; i < type->n_values; i++)
        if (type->values[i].value)
            put_option(page, wire_word(type, type->values[i].value), chosen);
    html_put(page, "</select></div>\n");
}

static void put_narrative(struct text_buffer *page, const struct form *form, const char *text)
{
    static const char hint[] = "What was done since, what comes next. The register keeps it as you "
                               "write it, in your language.";

    begin_field(page, form, "narrative", "What happened", hint);
    html_put(page, "<textarea id=\"narrative\" name=\"narrative\" dir=\"auto\" rows=\"8\" "
                   "maxlength=\"16000\"");
    put_described(page, form, "narrative", true);
    html_put(page, ">\n%s</textarea></div>\n", text);
}

void page_put_fields(struct text_buffer *page, const struct form *form,
                     const struct form_text *shown)
{
    const bool kept = form->posted || form->draft_version;
    const char *hold = kept ? shown->hold : form_said(form, "hold_set", "hold");
    const char *said = form->facts.hidden ? "" : form_said(form, "hold_set", "reason");
    const char *why = kept ? shown->hold_reason : said;

    if (form->draft_version && !form->posted)
        html_put(page, "<p class=\"quiet\" id=\"draft\">From your draft; not submitted yet.</p>\n");
    put_progress(page, form, shown->progress);
    put_narrative(page, form, shown->narrative);
    put_line(page, form, "source", "text", 500, "In your own word, if none of these fits",
             "For example \"Nearly done\".", shown->source);
    put_line(page, form, "completed_on", "date", 10, "Completed on", "Only if it is completed.",
             shown->completed_on);
    put_line(page, form, "evidence", "url", 2000, "Link to evidence",
             "A page or document that shows it; begins with https://", shown->evidence);
    put_hold(page, form, *hold ? hold : "none");
    put_line(page, form, "hold_reason", "text", 500, "What it waits for", NULL, why);
}
