/* SPDX-License-Identifier: Apache-2.0 */
#include "import/responsible.h"

#include "base/text.h"
#include "import/post_words.h"
#include "import/responsible_words.h"
#include "import/turn.h"

#include <ctype.h>
#include <string.h>

enum {
    SENTENCE_TAIL_WORDS_MAX = 4,
    NAMES_WORDS_MAX = 24,
    REPEAT_WORDS_MIN = 3,
    TURN_WORDS_MAX = 6,
    POST_WORDS_MAX = 3, /* small ones behind the noun of a post: "Responsable de projet" */
};

static bool is_known(const struct directory *directory, const struct word *word)
{
    size_t len;

    return directory_match(directory, word->at, &len) && len >= word_bare_len(word);
}

/* Mostly capitals: the action is written so, and case tells where it ends. */
static bool in_capitals(const struct words *words)
{
    int capital = 0;
    int small = 0;

    for (int i = 0; i < words->n; i++) {
        if (words->list[i].len < 3)
            continue;
        if (word_has_small(&words->list[i]))
            small++;
        else
            capital++;
    }
    return capital > small;
}

/* From word i leftwards over what the list must contain: what stands before "and", what a comma
 * follows, and known names. */
static int extend_left(const struct directory *directory, const struct words *words, int i)
{
    if (i < words->n && word_is_joint(&words->list[i]) && i > 0)
        i--;
    while (i > 0) {
        const struct word *before = &words->list[i - 1];
        bool listed = word_ends_item(before) && word_is_code(before);
        if (!listed && !is_known(directory, before))
            break;
        i--;
    }
    return i;
}

/* An action in capitals: the list holds the first word with small letters. */
static int start_by_case(const struct directory *directory, const struct words *words)
{
    int i = 0;

    while (i < words->n && !word_has_small(&words->list[i]))
        i++;
    if (i == words->n && words->n >= 2 && word_is_code(&words->list[i - 1]) &&
        word_ends_item(&words->list[i - 2]) && word_is_code(&words->list[i - 2]))
        i--; /* "DRD, RD" */
    return extend_left(directory, words, i);
}

/* "reporting to" and the like at this word; 0 if none. In capitals WITH belongs to the action. */
static size_t turn_at(const struct word *word)
{
    enum role role;

    return word_has_small(word) ? turn_find(word->at, &role) : 0;
}

static int word_behind(const struct words *words, int i, size_t len)
{
    const char *end = words->list[i].at + len;

    while (i < words->n && words->list[i].at < end)
        i++;
    return i;
}

/* The longest end of the text that is nothing but known names and joints. */
static int start_by_names(const struct directory *directory, const struct words *words)
{
    bool fits[WORDS_MAX + 1] = {false};
    int start = words->n;

    fits[words->n] = true;
    for (int i = words->n - 1; i >= 0; i--) {
        const struct word *word = &words->list[i];
        size_t len = turn_at(word);
        if (len || word_is_joint(word)) {
            int next = word_behind(words, i, len ? len : word->len);
            fits[i] = next < words->n && fits[next];
        } else if (directory_match(directory, word->at, &len)) {
            fits[i] = fits[word_behind(words, i, len)];
            if (fits[i])
                start = i;
        }
    }
    return start;
}

/* "partners? plans": the mark is an apostrophe that was lost. */
static bool is_sentence_end(const struct words *words, int i)
{
    const struct word *word = &words->list[i];
    char last = word->at[word->len - 1];

    if (last == '?' && word->len > 1 && strchr("sxz", word->at[word->len - 2]))
        return i + 1 == words->n || word_begins_capital(&words->list[i + 1]);
    return last == '.' || last == '?' || last == ')';
}

/* Nothing but capitalised words, small ones inside names, and words that turn roles. */
static bool are_names(const struct words *words, int i)
{
    while (i < words->n) {
        size_t len = turn_at(&words->list[i]);
        if (!len && !word_begins_capital(&words->list[i]) && !word_is_small_link(&words->list[i]) &&
            !word_is_mark(&words->list[i]) && !word_is_elided(&words->list[i]))
            return false;
        i = len ? word_behind(words, i, len) : i + 1;
    }
    return true;
}

/* "... are dealt with. Regional Office": behind the last full stop, if what follows is one or two
 * words or looks like names. */
static int start_by_sentence(const struct words *words)
{
    for (int i = words->n - 1; i > 0 && words->n - i <= NAMES_WORDS_MAX; i--)
        if (is_sentence_end(words, i - 1) && words->list[i].at[0] != '(')
            return word_begins_capital(&words->list[i]) &&
                           (words->n - i <= SENTENCE_TAIL_WORDS_MAX || are_names(words, i))
                       ? i
                       : words->n;
    return words->n;
}

/* Where the turn begins that ends before word i; i: none does. */
static int turn_start(const struct words *words, int i)
{
    for (int j = i - 1; j >= 0 && i - j <= TURN_WORDS_MAX; j--) {
        size_t len = turn_at(&words->list[j]);
        if (len && word_behind(words, j, len) == i)
            return j;
    }
    return i;
}

/* A small word of a post: "team", what follows it ("équipe programme"), or what follows a post's
 * noun that begins with a capital: "Chef de projet". */
static bool is_post_word(const struct words *words, int i)
{
    if (post_noun(words->list[i].at, words->list[i].len) ||
        (i > 0 && post_noun(words->list[i - 1].at, words->list[i - 1].len)))
        return true;
    for (int j = i - 1; j >= 0 && i - j <= POST_WORDS_MAX; j--) {
        if (word_begins_capital(&words->list[j]))
            return post_noun(words->list[j].at, words->list[j].len);
        if (word_ends_item(&words->list[j]) || is_sentence_end(words, j))
            return false;
    }
    return false;
}

static bool is_every(const struct word *word)
{
    return word_is(word, "all") || word_is(word, "relevant") || word_is(word, "other") ||
           word_is(word, "tous") || word_is(word, "toutes") || word_is(word, "todos") ||
           word_is(word, "todas");
}

/* "recruit an officer Regional Director": a small word in front of a capitalised one ends the
 * sentence, and the name begins behind it. */
static bool is_small_post(const struct words *words, int i)
{
    const struct word *word = &words->list[i];

    return is_post_word(words, i) &&
           (word_ends_item(word) || i + 1 == words->n || !post_noun(word->at, word->len) ||
            !word_begins_capital(&words->list[i + 1]));
}

/* "... into the work plan Regional Director": a sentence without a full stop; the capitalised words
 * at its end are the names, since the columns stand in this order. */
static int start_by_capitals(const struct words *words)
{
    int start = words->n;
    int i = words->n;

    while (i > 0 && words->n - i < NAMES_WORDS_MAX) {
        const struct word *word = &words->list[i - 1];
        bool inside = i < words->n;
        int turn = inside ? turn_start(words, i) : i;

        /* "with all Divisions" */
        if (inside && turn == i && i > 1 && is_every(word))
            turn = turn_start(words, i - 1) < i - 1 ? turn_start(words, i - 1) : i;

        if (turn < i && start < words->n) {
            i = turn;
            continue;
        }
        if (word_begins_capital(word))
            start = i - 1;
        else if (!word_is_elided(word) && !is_small_post(words, i - 1) &&
                 !(inside && (word_is_small_link(word) || word_is_mark(word))))
            break;
        i--;
    }
    return start > 0 ? start : words->n;
}

/* "to the National Register Programme team": the capitalised words go on from the sentence, so only
 * their end can be meant: the post's noun with the word in front of it, or short codes. */
static int start_by_post(const struct words *words, int from)
{
    int codes = words->n;

    for (int i = from; i < words->n; i++) {
        bool modified = i > from && word_begins_capital(&words->list[i - 1]) &&
                        !(i + 1 < words->n && word_is_small_link(&words->list[i + 1]) &&
                          !word_is_joint(&words->list[i + 1]));
        if (post_noun(words->list[i].at, words->list[i].len) &&
            (modified || word_begins_capital(&words->list[i])))
            return modified ? i - 1 : i;
    }
    while (codes > from && (word_is_code(&words->list[codes - 1]) ||
                            (codes < words->n && word_is_joint(&words->list[codes - 1]))))
        codes--;
    return codes < words->n && !word_is_joint(&words->list[codes]) ? codes : from;
}

static int start_in_sentence(const struct words *words, bool *unsure)
{
    int start = start_by_sentence(words);

    if (start < words->n)
        return start;
    start = start_by_capitals(words);
    if (start < words->n && word_is_small_lead(&words->list[start - 1])) {
        *unsure = true;
        start = start_by_post(words, start);
    }
    return start;
}

size_t responsible_start(const struct directory *directory, const char *text, bool *unsure)
{
    struct words words;
    int start;
    int by_case;

    *unsure = false;
    words_cut(text, &words);
    start = start_by_names(directory, &words);
    if (in_capitals(&words)) {
        by_case = start_by_case(directory, &words);
        start = by_case < start ? by_case : start;
    } else if (start == words.n) {
        start = start_in_sentence(&words, unsure);
    }
    return start < words.n ? (size_t)(words.list[start].at - text) : strlen(text);
}

static bool same_word(const struct word *a, const struct word *b)
{
    const char *x = a->at;
    const char *y = b->at;

    for (;;) {
        bool ends_x = x >= a->at + a->len || strchr(".,;", *x);
        bool ends_y = y >= b->at + b->len || strchr(".,;", *y);
        if (ends_x || ends_y)
            return ends_x && ends_y;
        if (text_fold_next(&x) != text_fold_next(&y))
            return false;
    }
}

size_t responsible_repeat(const char *text, size_t *repeated)
{
    struct words words;

    *repeated = 0;
    words_cut(text, &words);
    if (words.n == 0 || words.list[0].at != text)
        return 0;
    for (int again = REPEAT_WORDS_MIN; again + REPEAT_WORDS_MIN <= words.n; again++) {
        int same = 0;
        while (same < again && again + same < words.n &&
               same_word(&words.list[same], &words.list[again + same]))
            same++;
        if (same == again || (same >= REPEAT_WORDS_MIN && again + same == words.n)) {
            const struct word *last = &words.list[again + same - 1];
            *repeated = (size_t)(last->at + last->len - words.list[again].at);
            return (size_t)(words.list[again].at - text);
        }
    }
    return 0;
}

bool responsible_ends_known(const struct directory *directory, const char *text)
{
    struct words words;

    words_cut(text, &words);
    return start_by_names(directory, &words) < words.n;
}

bool responsible_learn(struct directory *directory, const char *text)
{
    static const struct directory nobody = {0};
    struct words words;

    words_cut(text, &words);
    if (!in_capitals(&words))
        return true;
    for (int i = start_by_case(&nobody, &words); i < words.n; i++)
        if (word_is_code(&words.list[i]) &&
            !directory_teach(directory, words.list[i].at, word_bare_len(&words.list[i])))
            return false;
    return true;
}
