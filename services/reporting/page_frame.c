/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"

#include "base/bytes.h"
#include "form.h"
#include "html.h"
#include "web.h"

#include <string.h>

const char *page_short_key(const char *key)
{
    const char *hash = strchr(key, '#');

    return hash && hash[1] ? hash + 1 : key;
}

void page_put_time(struct text_buffer *page, const struct call *call, int64_t time_us)
{
    struct zone_time local;
    char day[DATE_TEXT];

    zone_local(call->app->zone, time_us, &local);
    date_format(local.date, day);
    text_put_format(page, "%s %02d:%02d", day, local.second_of_day / 3600,
                    local.second_of_day / 60 % 60);
}

static void put_head(struct text_buffer *page, const char *title)
{
    html_put(page,
             "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<title>%s \xc2\xb7 Uptake</title>\n"
             "<link rel=\"icon\" href=\"/web/icon.svg\" type=\"image/svg+xml\">\n"
             "<link rel=\"stylesheet\" href=\"/web/style.css\">\n",
             title);
}

static void put_banner(struct text_buffer *page, const struct call *call)
{
    html_put(page,
             "<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
             "<header class=\"top\"><div class=\"wrap\">\n"
             "<p class=\"brand\"><a href=\"/?scope=%u\">Uptake</a></p>\n"
             "<p class=\"follow\"><span id=\"live\" role=\"status\"></span></p>\n"
             "<form class=\"out\" method=\"post\" action=\"/signout\"><span>%s</span> "
             "<button>Sign out</button></form>\n</div></header>\n",
             call->scope.name, call->reader.name);
}

/* data-scope, data-seq and data-epoch tell live.js what it follows and what it holds. */
void page_begin(struct text_buffer *page, struct call *call, const char *title, bool live)
{
    put_head(page, title);
    html_put(page, live ? "<script src=\"/web/live.js\" defer></script>\n</head>\n<body>\n"
                        : "</head>\n<body>\n");
    put_banner(page, call);
    html_put(page,
             "<main id=\"main\" class=\"wrap\" data-scope=\"%s\" data-epoch=\"%s\" "
             "data-seq=\"%d\">\n",
             call->scope.name, call->scope.epoch, call->scope.seq);
}

void page_end(struct text_buffer *page)
{
    text_put(page, "</main>\n</body>\n</html>\n");
}

void page_begin_alone(struct text_buffer *page, const char *title, const char *refresh,
                      const char *class)
{
    put_head(page, title);
    if (refresh)
        html_put(page, "<meta http-equiv=\"refresh\" content=\"%s\">\n", refresh);
    html_put(page,
             "</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
             "<header class=\"top\"><div class=\"wrap\">"
             "<p class=\"brand\"><a href=\"/\">Uptake</a></p></div></header>\n"
             "<main id=\"main\" class=\"wrap %s\">\n",
             class);
}

static void begin_notice(struct text_buffer *page, const char *title)
{
    page_begin_alone(page, title, NULL, "notice");
    html_put(page, "<h1>%s</h1>\n", title);
}

static const char *problem_title(int status)
{
    switch (status) {
    case 401:
        return "Please sign in";
    case 403:
        return "Not from here";
    case 404:
        return "Not found";
    case 410:
        return "Too old";
    case 503:
        return "Not available now";
    default:
        return "That did not work";
    }
}

void page_problem(struct call *call, int status, const char *code, const char *detail)
{
    struct text_buffer page = {0};

    begin_notice(&page, problem_title(status));
    html_put(&page, "<p>%s</p>\n", detail);
    if (status == 401)
        html_put(&page, "<p>An operator makes a sign-in link with <code>uptake tokens "
                        "signin</code>; it works once and for 15 minutes.</p>\n");
    if (call->form)
        page_put_written(&page, call->form);
    html_put(&page, "<p class=\"quiet\">%s</p>\n", code);
    page_end(&page);
    call_html(call, status, &page);
}

void page_signin(struct call *call, const char *token)
{
    struct text_buffer page = {0};

    begin_notice(&page, "Sign in to Uptake");
    html_put(&page,
             "<p>This link works once. The session lasts twelve hours.</p>\n"
             "<form method=\"post\" action=\"/signin\">"
             "<input type=\"hidden\" name=\"token\" value=\"%s\">"
             "<button class=\"main\" id=\"signin\">Sign in</button></form>\n",
             token);
    page_end(&page);
    call_html(call, 200, &page);
}

/* Files of web/ ------------------------------------------------------------------------------- */

void page_file(struct call *call)
{
    const struct {
        const char *name;
        const char *type;
        const unsigned char *bytes;
        size_t len;
    } files[] = {
        {"style.css", "text/css; charset=utf-8", web_style_css, web_style_css_len},
        {"live.js", "text/javascript; charset=utf-8", web_live_js, web_live_js_len},
        {"icon.svg", "image/svg+xml", web_icon_svg, web_icon_svg_len},
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        uint8_t hash[SHA256_BYTES];
        char etag[20] = "\"";

        if (strcmp(files[i].name, call->wild) != 0)
            continue;
        sha256(files[i].bytes, files[i].len, hash);
        bytes_to_hex(hash, 8, etag + 1);
        strcat(etag, "\"");
        call_bytes(call, files[i].type, etag, files[i].bytes, files[i].len);
        return;
    }
    call_not_found(call);
}
