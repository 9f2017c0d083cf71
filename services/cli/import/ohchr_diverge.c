/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_diverge.h"

#include "base/text.h"
#include "import/ohchr_words.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS_MAX = 1200,      /* longer texts are compared so far */
    SHOWN_WORDS_MAX = 6,   /* of one difference */
    SHOWN_BYTES_MAX = 700, /* of all */
};

struct word {
    const char *at;
    size_t len;
};

struct wording {
    int n;
    struct word list[WORDS_MAX];
};

/* A stretch of the one that is another in the other. */
struct comparison {
    struct wording left, right;
    uint16_t *common; /* longest common run of words from (i, j), (n+1) x (m+1) */
    struct text_buffer changed, added, left_out;
};

/* "(ii)" numbers a part; the response gives it a number of its own. */
static size_t item_mark(const char *text)
{
    size_t len;

    if (*text != '(')
        return 0;
    len = strspn(text + 1, "ivxIVX");
    return len && text[1 + len] == ')' ? len + 2 : 0;
}

static void cut(const char *text, struct wording *wording)
{
    while (*text && wording->n < WORDS_MAX) {
        const char *start = text;
        size_t mark = item_mark(text);
        if (mark) {
            text += mark;
            continue;
        }
        while (words_letter(text))
            text += words_letter(text);
        if (text > start)
            wording->list[wording->n++] = (struct word){start, (size_t)(text - start)};
        else
            text_fold_next(&text);
    }
}

/* Letter case, accents and the two spellings of -ise aside. */
static bool same(const struct word *a, const struct word *b)
{
    const char *p = a->at;
    const char *q = b->at;

    while (p < a->at + a->len && q < b->at + b->len) {
        unsigned c = text_fold_next(&p);
        unsigned d = text_fold_next(&q);
        if ((c == 'z' ? 's' : c) != (d == 'z' ? 's' : d))
            return false;
    }
    return p == a->at + a->len && q == b->at + b->len;
}

static uint16_t *common_at(struct comparison *c, int i, int j)
{
    return &c->common[(size_t)i * (size_t)(c->right.n + 1) + (size_t)j];
}

static bool fill(struct comparison *c)
{
    c->common = calloc((size_t)(c->left.n + 1) * (size_t)(c->right.n + 1), sizeof(*c->common));
    if (!c->common)
        return false;
    for (int i = c->left.n - 1; i >= 0; i--)
        for (int j = c->right.n - 1; j >= 0; j--) {
            uint16_t skip_left = *common_at(c, i + 1, j);
            uint16_t skip_right = *common_at(c, i, j + 1);
            if (same(&c->left.list[i], &c->right.list[j]))
                *common_at(c, i, j) = (uint16_t)(*common_at(c, i + 1, j + 1) + 1);
            else
                *common_at(c, i, j) = skip_left > skip_right ? skip_left : skip_right;
        }
    return true;
}

static void put_words(struct text_buffer *buffer, const struct wording *wording, int from, int to)
{
    int shown = to - from > SHOWN_WORDS_MAX ? from + SHOWN_WORDS_MAX : to;

    text_put(buffer, "\"");
    for (int i = from; i < shown; i++) {
        text_put(buffer, i > from ? " " : "");
        text_put_bytes(buffer, wording->list[i].at, wording->list[i].len);
    }
    text_put(buffer, shown < to ? " ...\"" : "\"");
}

static void put_difference(struct comparison *c, int i, int to_i, int j, int to_j)
{
    struct text_buffer *buffer = to_i == i ? &c->added : to_j == j ? &c->left_out : &c->changed;

    text_put(buffer, buffer->len ? ", " : "");
    if (to_i > i)
        put_words(buffer, &c->left, i, to_i);
    if (to_i > i && to_j > j)
        text_put(buffer, " became ");
    if (to_j > j)
        put_words(buffer, &c->right, j, to_j);
}

static void walk(struct comparison *c)
{
    int i = 0;
    int j = 0;

    while (i < c->left.n || j < c->right.n) {
        int from_i = i;
        int from_j = j;
        while (i < c->left.n || j < c->right.n) {
            if (i < c->left.n && j < c->right.n && same(&c->left.list[i], &c->right.list[j]))
                break;
            if (j >= c->right.n ||
                (i < c->left.n && *common_at(c, i + 1, j) >= *common_at(c, i, j + 1)))
                i++;
            else
                j++;
        }
        if (i > from_i || j > from_j)
            put_difference(c, from_i, i, from_j, j);
        while (i < c->left.n && j < c->right.n && same(&c->left.list[i], &c->right.list[j])) {
            i++;
            j++;
        }
    }
}

static bool compare(struct comparison *c, const char *left, const char *right)
{
    c->left.n = c->right.n = 0;
    cut(left, &c->left);
    cut(right, &c->right);
    /* A text that was cut off would seem to lack its end. */
    if (c->left.n == WORDS_MAX || c->right.n == WORDS_MAX || !c->left.n || !c->right.n)
        return true;
    if (!fill(c))
        return false;
    walk(c);
    free(c->common);
    c->common = NULL;
    return true;
}

static void join_actions(const struct recommendation *recommendation, struct text_buffer *text)
{
    for (const struct action *action = recommendation->actions; action; action = action->next) {
        text_put(text, " ");
        text_put(text, action->text);
    }
}

static void find(struct document *document, const struct comparison *c, const char *subject,
                 int line)
{
    struct text_buffer message = {0};
    const char *excerpt;

    text_put(&message, c->changed.len ? c->changed.text : "");
    if (c->added.len)
        text_put_format(&message, "%sadded: %s", message.len ? "; " : "", c->added.text);
    if (c->left_out.len)
        text_put_format(&message, "%sleft out: %s", message.len ? "; " : "", c->left_out.text);
    document->failed |= message.failed;
    if (message.len && !message.failed) {
        excerpt = document_excerpt(document, message.text, SHOWN_BYTES_MAX);
        if (excerpt)
            document_find(document, SEVERITY_WARNING, "TEXT_DIVERGES", subject, line,
                          "agree with the evaluators which wording holds",
                          "the response does not repeat the report's words: %s", excerpt);
    }
    text_buffer_finish(&message);
}

void ohchr_diverge_find(struct document *document, const struct recommendation *recommendation,
                        const char *subject, const char *title, const struct ohchr_report_row *row)
{
    struct comparison *c = calloc(1, sizeof(*c));
    struct text_buffer actions = {0};

    join_actions(recommendation, &actions);
    document->failed |= !c || actions.failed || !compare(c, row->title, title) ||
                        !compare(c, row->body, actions.len ? actions.text : "");
    if (c) {
        document->failed |= c->changed.failed || c->added.failed || c->left_out.failed;
        if (!document->failed)
            find(document, c, subject, recommendation->line);
        text_buffer_finish(&c->changed);
        text_buffer_finish(&c->added);
        text_buffer_finish(&c->left_out);
    }
    free(c);
    text_buffer_finish(&actions);
}
