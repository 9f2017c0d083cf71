/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch.h"

#include "base/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    TOKEN_BYTES = 256,
    ANSWER_BYTES_MAX = 64 * 1024 * 1024,
    CONNECT_SECONDS = 5,
    ANSWER_SECONDS = 60,
};

struct fetch {
    CURL *curl;
    struct curl_slist *headers;
    const char *base; /* borrowed from the settings */
    struct text_buffer answer;
    struct arena arena;
};

static bool read_token(const char *path, char token[TOKEN_BYTES], struct err *err)
{
    FILE *file = fopen(path, "re");
    struct stat info;
    bool good;

    if (!file)
        return err_set(err, ERR_FATAL, "TOKEN_FILE_MISSING", *path ? path : "token",
                       "%s; `uptake keys bootstrap` makes one", strerror(errno));
    if (fstat(fileno(file), &info) != 0 || (info.st_mode & 077) != 0) {
        fclose(file);
        return err_set(err, ERR_FATAL, "TOKEN_FILE_OPEN_TO_OTHERS", path,
                       "other accounts may read this secret; chmod 600 it");
    }
    good = fgets(token, TOKEN_BYTES, file) != NULL;
    fclose(file);
    token[good ? strcspn(token, "\r\n") : 0] = '\0';
    return *token || err_set(err, ERR_FATAL, "TOKEN_FILE_EMPTY", path, "no token stands in it");
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
    struct fetch *fetch = ctx;

    if (fetch->answer.len + size * count > ANSWER_BYTES_MAX)
        return 0;
    text_put_bytes(&fetch->answer, bytes, size * count);
    return fetch->answer.failed ? 0 : size * count;
}

static bool set_up(struct fetch *fetch, const char *token)
{
    char header[TOKEN_BYTES + 32];
    struct curl_slist *more;

    snprintf(header, sizeof(header), "Authorization: Bearer %s", token);
    fetch->headers = curl_slist_append(NULL, header);
    explicit_bzero(header, sizeof(header));
    more = fetch->headers ? curl_slist_append(fetch->headers, "Accept: application/json") : NULL;
    if (!more)
        return false;
    return curl_easy_setopt(fetch->curl, CURLOPT_HTTPHEADER, fetch->headers) == CURLE_OK &&
           curl_easy_setopt(fetch->curl, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(fetch->curl, CURLOPT_WRITEDATA, fetch) == CURLE_OK &&
           curl_easy_setopt(fetch->curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(fetch->curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(fetch->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) ==
               CURLE_OK &&
           curl_easy_setopt(fetch->curl, CURLOPT_TIMEOUT, (long)ANSWER_SECONDS) == CURLE_OK;
}

struct fetch *fetch_open(struct cli *cli, struct err *err)
{
    char token[TOKEN_BYTES];
    struct fetch *fetch;
    bool good;

    if (!cli_configure(cli, err) || !read_token(config_text(&cli->config, "token"), token, err))
        return NULL;
    fetch = calloc(1, sizeof(*fetch));
    if (fetch) {
        fetch->base = config_text(&cli->config, "reporting_url");
        fetch->curl = curl_easy_init();
    }
    good = fetch && fetch->curl && set_up(fetch, token);
    explicit_bzero(token, sizeof(token));
    if (good)
        return fetch;
    fetch_close(fetch);
    return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "reporting", "cannot prepare a request");
}

void fetch_close(struct fetch *fetch)
{
    if (!fetch)
        return;
    curl_easy_cleanup(fetch->curl);
    curl_slist_free_all(fetch->headers);
    text_buffer_finish(&fetch->answer);
    arena_finish(&fetch->arena);
    free(fetch);
}

/* The codes of problem details outlive the answer: a struct err keeps static ones only. */
static const char *known_code(const char *code)
{
    static const char *const codes[] = {"NOT_FOUND", "PARAMETER_INVALID", "RESYNC_REQUIRED",
                                        "BAD_DATE"};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (strcmp(codes[i], code) == 0)
            return codes[i];
    return "REQUEST_REFUSED";
}

static json_t *refused(long status, json_t *problem, const char *path, struct err *err)
{
    const char *code = cli_text(problem, "code");
    const char *detail = cli_text(problem, "detail");

    if (status == 401 || status == 403)
        err_set(err, ERR_FATAL, "TOKEN_REFUSED", "token",
                "reporting does not take this token; remove its file and run `uptake keys "
                "bootstrap` again");
    else if (status >= 500 || status == 429)
        err_set(err, ERR_RETRY, "REPORTING_AWAY", path, "answered %ld: %.120s; try again", status,
                detail);
    else
        err_set(err, ERR_REJECT, status == 404 ? "NOT_FOUND" : known_code(code), path, "%.200s",
                *detail ? detail : "reporting refused the request");
    json_decref(problem);
    return NULL;
}

static json_t *perform(struct fetch *fetch, const char *path, struct err *err)
{
    const char *url = arena_printf(&fetch->arena, "%s%s", fetch->base, path);
    json_error_t where;
    json_t *answer;
    long status = 0;
    CURLcode code;

    fetch->answer.len = 0;
    if (!url || curl_easy_setopt(fetch->curl, CURLOPT_URL, url) != CURLE_OK)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "reporting", "cannot prepare a request");
    code = curl_easy_perform(fetch->curl);
    arena_reset(&fetch->arena);
    if (code != CURLE_OK)
        return err_null(err, ERR_RETRY, "REPORTING_AWAY", fetch->base,
                        "%s; see that uptake-reporting runs (deploy/up starts it)",
                        curl_easy_strerror(code));
    curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
    answer = json_loadb(fetch->answer.text ? fetch->answer.text : "", fetch->answer.len, 0, &where);
    if (status >= 300)
        return refused(status, answer, path, err);
    if (!answer)
        return err_null(err, ERR_RETRY, "ANSWER_UNREADABLE", path,
                        "reporting's answer is no JSON (%s); is reporting_url right?", where.text);
    return answer;
}

json_t *fetch_get(struct fetch *fetch, const char *path, struct err *err)
{
    curl_easy_setopt(fetch->curl, CURLOPT_HTTPGET, 1L);
    return perform(fetch, path, err);
}

json_t *fetch_post(struct fetch *fetch, const char *path, struct err *err)
{
    curl_easy_setopt(fetch->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(fetch->curl, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(fetch->curl, CURLOPT_POSTFIELDS, "");
    return perform(fetch, path, err);
}

char *fetch_escape(struct fetch *fetch, const char *text, struct arena *arena)
{
    char *escaped = curl_easy_escape(fetch->curl, text, (int)strlen(text));
    char *copy = escaped ? arena_strdup(arena, escaped) : NULL;

    curl_free(escaped);
    return copy;
}

json_t *fetch_one(struct cli *cli, const char *before, const char *key, struct err *err)
{
    struct fetch *fetch = fetch_open(cli, err);
    struct arena arena = {0};
    char *escaped = fetch ? fetch_escape(fetch, key ? key : "", &arena) : NULL;
    char *path = escaped ? arena_printf(&arena, "%s%s", before, escaped) : NULL;
    json_t *answer = path ? fetch_get(fetch, path, err) : NULL;

    if (fetch && !path)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "reporting", "cannot ask");
    arena_finish(&arena);
    fetch_close(fetch);
    return answer;
}

/* Page after page ----------------------------------------------------------------------------- */

struct pages {
    struct fetch *fetch;
    const char *path; /* with a query */
    const char *items;
    const char *after;
    size_t most; /* 0: all */
    size_t taken;
    bool more;
    fetch_row_fn *on_row;
    void (*on_page)(void *ctx, const json_t *page); /* may be NULL */
    void *ctx;
};

static bool take_page(struct pages *pages, const json_t *rows, struct err *err)
{
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row)
    {
        if (pages->most && pages->taken == pages->most) {
            pages->more = true;
            break;
        }
        if (!pages->on_row(pages->ctx, row, err))
            return false;
        pages->taken++;
    }
    return true;
}

/* Where the page after this one begins; NULL: there is none. */
static const char *next_of(const json_t *page, const json_t *rows)
{
    const size_t n = json_array_size(rows);
    const json_t *next = json_object_get(page, "next");

    if (next)
        return json_string_value(next);
    return n ? cli_text(json_array_get(rows, n - 1), "key") : NULL;
}

static bool walk(struct pages *pages, struct err *err)
{
    struct arena arena = {0};
    const char *path = pages->path;
    bool good = true;

    while (path && good && !pages->more) {
        json_t *page = fetch_get(pages->fetch, path, err);
        const json_t *rows = json_object_get(page, pages->items);
        const char *next;
        char *escaped;
        good = page && take_page(pages, rows, err);
        if (good && pages->on_page)
            pages->on_page(pages->ctx, page);
        next = good ? next_of(page, rows) : NULL;
        path = NULL;
        if (next) {
            escaped = fetch_escape(pages->fetch, next, &arena);
            path = escaped ? arena_printf(&arena, "%s&%s=%s", pages->path, pages->after, escaped)
                           : NULL;
            if (!path)
                good = err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "reporting", "cannot go on");
        }
        json_decref(page);
    }
    arena_finish(&arena);
    return good;
}

bool fetch_pages(struct fetch *fetch, const char *path, const char *items, const char *after,
                 fetch_row_fn *on_row, void *ctx, struct err *err)
{
    struct pages pages = {
        .fetch = fetch, .path = path, .items = items, .after = after, .on_row = on_row, .ctx = ctx};

    return walk(&pages, err);
}

static const char *listing_path(struct fetch *fetch, const struct listing *listing,
                                struct arena *arena)
{
    enum { PAGE_MAX = 500 };
    const char *name = fetch_escape(fetch, listing->name, arena);
    const size_t page =
        listing->most && listing->most < PAGE_MAX ? listing->most + 1 : (size_t)PAGE_MAX;
    const char *path =
        name ? arena_printf(arena, "%s%s%s?limit=%zu", listing->before, name, listing->behind, page)
             : NULL;

    for (int i = 0; path && listing->params[i].name; i++) {
        const char *value = listing->params[i].value;

        if (!value)
            continue;
        value = fetch_escape(fetch, value, arena);
        path = value ? arena_printf(arena, "%s&%s=%s", path, listing->params[i].name, value) : NULL;
    }
    return path;
}

bool fetch_listing(struct cli *cli, struct listing *listing, fetch_row_fn *on_row, void *ctx,
                   struct err *err)
{
    struct fetch *fetch = fetch_open(cli, err);
    struct arena arena = {0};
    struct pages pages = {.fetch = fetch,
                          .path = fetch ? listing_path(fetch, listing, &arena) : NULL,
                          .items = listing->items,
                          .after = "after",
                          .most = listing->most,
                          .on_row = on_row,
                          .on_page = listing->on_page,
                          .ctx = ctx};
    bool good = pages.path && walk(&pages, err);

    if (fetch && !pages.path)
        err_set(err, ERR_FATAL, "OUT_OF_MEMORY", cli->verb, "cannot ask");
    listing->more = pages.more;
    arena_finish(&arena);
    fetch_close(fetch);
    return good;
}
