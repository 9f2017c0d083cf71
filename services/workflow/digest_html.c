/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digest as HTML for mail programs: tables for the frame, styles inline, one column that fits
 * 360 pixels, nothing to fetch.
 *
 * Every text from the register passes put_escaped, which is safe in content and in a quoted
 * attribute; addresses of links are percent-encoded before (digest_link). Names and titles stand in
 * elements of their own direction, so that none can turn its surroundings around.
 */
#include "digest.h"

#include "base/text.h"

#include <string.h>

static const char *const colours[DIGEST_GROUP_COUNT] = {
    [DIGEST_ESCALATED] = "#6f42c1",
    [DIGEST_OVERDUE] = "#b3261e",
    [DIGEST_AGAIN] = "#9a5b00",
    [DIGEST_DUE] = "#1f5f99",
};

static void put_escaped(struct text_buffer *html, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "&<>\"'");
        text_put_bytes(html, text, len);
        text += len;
        switch (*text) {
        case '&':
            text_put(html, "&amp;");
            break;
        case '<':
            text_put(html, "&lt;");
            break;
        case '>':
            text_put(html, "&gt;");
            break;
        case '"':
            text_put(html, "&quot;");
            break;
        case '\'':
            text_put(html, "&#39;");
            break;
        default:
            return;
        }
        text++;
    }
}

/* A paragraph with a style; nothing for an empty text. */
static void put_paragraph(struct text_buffer *html, const char *style, const char *text)
{
    if (!text[0])
        return;
    text_put_format(html, "<p dir=\"auto\" style=\"margin:0 0 4px;%s\">", style);
    put_escaped(html, text);
    text_put(html, "</p>\n");
}

static bool put_card(struct text_buffer *html, const struct digest_words *words, const char *colour,
                     struct arena *arena)
{
    const char *when_style = arena_printf(arena, "color:%s;font-weight:bold", colour);

    if (!when_style)
        return false;
    text_put_format(html,
                    "<div style=\"margin:0 0 16px;padding:12px 14px;border:1px solid #d0d7de;"
                    "border-left:5px solid %s;border-radius:4px;overflow-wrap:anywhere;"
                    "word-break:break-word\">\n"
                    "<p style=\"margin:0 0 4px;font-size:17px;font-weight:bold\">",
                    colour);
    put_escaped(html, words->code);
    text_put(html, "&ensp;<bdi>");
    put_escaped(html, words->title);
    text_put(html, "</bdi></p>\n");
    put_paragraph(html, "font-size:14px;color:#57606a", words->document);
    put_paragraph(html, "", words->escalated);
    put_paragraph(html, when_style, words->when);
    put_paragraph(html, "", words->again);
    put_paragraph(html, "", words->earlier);
    put_paragraph(html, "", words->needs);
    text_put(html, "<p style=\"margin:12px 0 2px\"><a href=\"");
    put_escaped(html, words->link);
    text_put(html, "\" style=\"display:inline-block;padding:11px 18px;background:#1f5f99;"
                   "color:#ffffff;font-weight:bold;text-decoration:none;border-radius:4px\">");
    put_escaped(html, words->action);
    text_put(html, "</a></p>\n</div>\n");
    return true;
}

static void put_heading(struct text_buffer *html, const char *heading, int n, const char *colour)
{
    text_put_format(html, "<h2 style=\"margin:24px 0 10px;font-size:18px;color:%s\">", colour);
    put_escaped(html, heading);
    text_put_format(html, " (%d)</h2>\n", n);
}

static bool put_group(struct text_buffer *html, const struct digest_input *input,
                      enum digest_group group, struct arena *arena)
{
    int n = digest_group_size(input, group);
    struct digest_words words;

    if (!n)
        return true;
    put_heading(html, digest_heading(input->catalogue, group), n, colours[group]);
    for (int i = 0; i < digest_written(input); i++)
        if (digest_group(&input->lines[i], input->digest_on) == group &&
            (!digest_say(input, &input->lines[i], arena, &words) ||
             !put_card(html, &words, colours[group], arena)))
            return false;
    return true;
}

static bool put_more(struct text_buffer *html, const struct digest_input *input,
                     struct arena *arena)
{
    const char *more = digest_more(input, arena);
    const char *link = digest_list_link(input, arena);

    if (!more || !link)
        return false;
    if (!more[0])
        return true;
    put_paragraph(html, "font-weight:bold", more);
    text_put(html, "<p style=\"margin:0 0 16px\"><a href=\"");
    put_escaped(html, link);
    text_put(html, "\">");
    put_escaped(html, link);
    text_put(html, "</a></p>\n");
    return true;
}

static bool put_cycles(struct text_buffer *html, const struct digest_input *input,
                       struct arena *arena)
{
    static const char colour[] = "#14532d";
    struct digest_words words;

    if (input->ncycles)
        put_heading(html, digest_cycle_heading(input->catalogue), input->ncycles, colour);
    for (int i = 0; i < input->ncycles; i++)
        if (!digest_say_cycle(input, &input->cycles[i], arena, &words) ||
            !put_card(html, &words, colour, arena))
            return false;
    return true;
}

static bool put_head(struct text_buffer *html, const struct digest_input *input,
                     const char *summary, struct arena *arena)
{
    const char *day = digest_day(input->catalogue, input->digest_on, arena);
    const char *as_of =
        day ? arena_printf(arena, catalogue_text(input->catalogue, "As of %s"), day) : NULL;

    if (!as_of)
        return false;
    text_put_format(html,
                    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                    "<title>Uptake</title></head>\n",
                    catalogue_language(input->catalogue));
    text_put(html,
             "<body style=\"margin:0;padding:0;background:#f2f4f7\">\n"
             "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\""
             " style=\"background:#f2f4f7\"><tr><td align=\"center\" style=\"padding:12px 8px\">\n"
             "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\""
             " style=\"max-width:640px;background:#ffffff;border:1px solid #d0d7de\"><tr>"
             "<td align=\"left\" style=\"padding:18px 16px;font-family:Arial,Helvetica,"
             "sans-serif;font-size:16px;line-height:1.45;color:#1b1f24\">\n");
    text_put(html, "<h1 dir=\"auto\" style=\"margin:0 0 4px;font-size:22px;line-height:1.25\">");
    put_escaped(html, input->recipient_name);
    text_put(html, "</h1>\n");
    put_paragraph(html, "font-weight:bold", summary);
    put_paragraph(html, "font-size:14px;color:#57606a", as_of);
    return true;
}

const char *digest_html(const struct digest_input *input, const char *summary, struct arena *arena)
{
    struct text_buffer html = {0};
    const char *overseers = digest_overseers(input, arena);
    const char *copy = NULL;
    bool ok = overseers && put_head(&html, input, summary, arena);

    for (int g = 0; ok && g < DIGEST_GROUP_COUNT; g++)
        ok = put_group(&html, input, (enum digest_group)g, arena);
    ok = ok && put_more(&html, input, arena) && put_cycles(&html, input, arena);
    if (ok) {
        put_paragraph(&html, "font-size:14px", overseers);
        put_paragraph(&html, "font-size:14px;color:#57606a", digest_farewell(input));
        text_put(&html, "</td></tr></table>\n</td></tr></table>\n</body>\n</html>\n");
    }
    if (ok && !html.failed)
        copy = arena_strdup(arena, html.text);
    text_buffer_finish(&html);
    return copy;
}
