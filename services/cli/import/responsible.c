/* SPDX-License-Identifier: Apache-2.0 */
#include "import/responsible.h"
#include "import/turn.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum {
    WORDS_MAX = 400, /* a longer text is judged by its last words */
    CODE_BYTES_MAX = 6,
    SENTENCE_TAIL_WORDS_MAX = 4,
    NAMES_WORDS_MAX = 24,
    REPEAT_WORDS_MIN = 3,
};

struct word {
    const char *at;
    size_t len;
};

/* The last words of a text. */
struct words {
    int n;
    struct word list[WORDS_MAX];
};

static void cut(const char *text, struct words *words)
{
    const char *end = text + strlen(text);
    int n = 0;

    while (end > text && n < WORDS_MAX) {
        const char *start;
        while (end > text && isspace((unsigned char)end[-1]))
            end--;
        start = end;
        while (start > text && !isspace((unsigned char)start[-1]))
            start--;
        if (start == end)
            break;
        words->list[n++] = (struct word){start, (size_t)(end - start)};
        end = start;
    }
    for (int i = 0; i < n / 2; i++) {
        struct word swap = words->list[i];
        words->list[i] = words->list[n - 1 - i];
        words->list[n - 1 - i] = swap;
    }
    words->n = n;
}

static bool word_is(const struct word *word, const char *text)
{
    return word->len == strlen(text) && strncmp(word->at, text, word->len) == 0;
}

/* Only in small letters: in an action in capitals, AND belongs to the action. */
static bool is_joint(const struct word *word)
{
    return word_is(word, "and") || word_is(word, "with") || word_is(word, "&") ||
           word_is(word, "et") || word_is(word, "y");
}

static bool ends_list_item(const struct word *word)
{
    char last = word->at[word->len - 1];

    return last == ',' || last == ';';
}

static bool has_small(const struct word *word)
{
    for (size_t i = 0; i < word->len; i++)
        if (islower((unsigned char)word->at[i]))
            return true;
    return false;
}

static size_t bare_len(const struct word *word)
{
    return ends_list_item(word) ? word->len - 1 : word->len;
}

/* "CPC,", "POs": begins with two capitals, is short, and at most its last letter is small. */
static bool is_code(const struct word *word)
{
    size_t len = bare_len(word);

    if (len < 2 || len > CODE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool plural = i + 1 == len && i >= 2 && word->at[i] == 's';
        if (!isupper((unsigned char)word->at[i]) && !plural)
            return false;
    }
    return true;
}

static bool is_known(const struct directory *directory, const struct word *word)
{
    size_t len;

    return directory_match(directory, word->at, &len) && len >= bare_len(word);
}

/* Mostly capitals: the action is written so, and case tells where it ends. */
static bool in_capitals(const struct words *words)
{
    int capital = 0;
    int small = 0;

    for (int i = 0; i < words->n; i++) {
        if (words->list[i].len < 3)
            continue;
        if (has_small(&words->list[i]))
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
    if (i < words->n && is_joint(&words->list[i]) && i > 0)
        i--;
    while (i > 0) {
        const struct word *before = &words->list[i - 1];
        bool listed = ends_list_item(before) && is_code(before);
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

    while (i < words->n && !has_small(&words->list[i]))
        i++;
    if (i == words->n && words->n >= 2 && is_code(&words->list[i - 1]) &&
        ends_list_item(&words->list[i - 2]) && is_code(&words->list[i - 2]))
        i--; /* "DRD, RD" */
    return extend_left(directory, words, i);
}

/* "reporting to" and the like at this word; 0 if none. In capitals WITH belongs to the action. */
static size_t turn_at(const struct word *word)
{
    enum role role;

    return has_small(word) ? turn_find(word->at, &role) : 0;
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
        if (len || is_joint(word)) {
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

/* "C" and "É": a letter that is not small. */
static bool begins_capital(const struct word *word)
{
    unsigned char c = (unsigned char)word->at[0];
    unsigned char next = word->len > 1 ? (unsigned char)word->at[1] : 0;

    return isupper(c) || (c == 0xC3 && next >= 0x80 && next <= 0x9E);
}

/* "partners? plans": the mark is an apostrophe that was lost. */
static bool is_sentence_end(const struct words *words, int i)
{
    const struct word *word = &words->list[i];
    char last = word->at[word->len - 1];

    if (last == '?' && word->len > 1 && strchr("sxz", word->at[word->len - 2]))
        return i + 1 == words->n || begins_capital(&words->list[i + 1]);
    return last == '.' || last == '?' || last == ')';
}

static bool is_small_link(const struct word *word)
{
    static const char *const links[] = {"of", "for", "the", "de", "du", "des", "del", "la", "para"};

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (word_is(word, links[i]))
            return true;
    return is_joint(word);
}

/* "l'Eau", "d'Abidjan" */
static bool is_elided(const struct word *word)
{
    return word->len > 2 && strchr("ld", word->at[0]) && strchr("'?\xE2", word->at[1]);
}

/* Nothing but capitalised words, small ones inside names, and words that turn roles. */
static bool are_names(const struct words *words, int i)
{
    while (i < words->n) {
        size_t len = turn_at(&words->list[i]);
        if (!len && !begins_capital(&words->list[i]) && !is_small_link(&words->list[i]) &&
            !is_elided(&words->list[i]))
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
        if (is_sentence_end(words, i - 1))
            return begins_capital(&words->list[i]) &&
                           (words->n - i <= SENTENCE_TAIL_WORDS_MAX || are_names(words, i))
                       ? i
                       : words->n;
    return words->n;
}

/* "... into the work plan Regional Director": a sentence without a full stop; the capitalised words
 * at its end are the names, since the columns stand in this order. */
static int start_by_capitals(const struct words *words)
{
    int start = words->n;
    int i = words->n;
    bool inside = false;

    while (i > 0 && words->n - i < NAMES_WORDS_MAX) {
        const struct word *word = &words->list[i - 1];
        if (begins_capital(word))
            start = i - 1;
        else if (!is_elided(word) && !(inside && is_small_link(word)))
            break;
        inside = true;
        i--;
    }
    return start > 0 ? start : words->n;
}

size_t responsible_start(const struct directory *directory, const char *text)
{
    struct words words;
    int start;
    int by_case;

    cut(text, &words);
    start = start_by_names(directory, &words);
    if (in_capitals(&words)) {
        by_case = start_by_case(directory, &words);
        start = by_case < start ? by_case : start;
    } else if (start == words.n) {
        start = start_by_sentence(&words);
        if (start == words.n)
            start = start_by_capitals(&words);
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
    cut(text, &words);
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

    cut(text, &words);
    return start_by_names(directory, &words) < words.n;
}

bool responsible_learn(struct directory *directory, const char *text)
{
    static const struct directory nobody = {0};
    struct words words;

    cut(text, &words);
    if (!in_capitals(&words))
        return true;
    for (int i = start_by_case(&nobody, &words); i < words.n; i++)
        if (is_code(&words.list[i]) &&
            !directory_teach(directory, words.list[i].at, bare_len(&words.list[i])))
            return false;
    return true;
}

/* Bytes of a separator at text: a mark, or a word that joins; 0 if there is none. */
static size_t separator(const char *text, enum role *role)
{
    static const char *const joints[] = {"and", "et", "y", "&", "-", "\xE2\x80\x93"};
    size_t len;

    if (isspace((unsigned char)*text) || strchr(",;/()", *text))
        return 1;
    len = turn_find(text, role);
    if (len)
        return len;
    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
        len = turn_words(text, joints[i]);
        if (len)
            return len;
    }
    return 0;
}

/* Up to the next separator other than a blank, or the next known name. */
static size_t unknown_name(const struct directory *directory, const char *text)
{
    size_t len = 0;
    size_t known;
    enum role role;

    while (text[len] && !strchr(",;/()", text[len])) {
        size_t word = strcspn(text + len, " ,;/()");
        if (len && (directory_match(directory, text + len, &known) || separator(text + len, &role)))
            break;
        len += word;
        len += strspn(text + len, " ");
    }
    while (len && text[len - 1] == ' ')
        len--;
    return len;
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (turn_words(name, *list))
            return true;
    return false;
}

/* "relevant departments", "all offices", "services concernés". */
static bool is_vague(const char *name)
{
    static const char *const first[] = {"relevant", "all",    "various", "concerned", "other",
                                        "tous",     "toutes", "divers",  "diverses",  "autres",
                                        "todos",    "todas",  "varios",  "varias",    "otros",
                                        "otras",    NULL};
    static const char *const last[] = {"concerned",   "concernes",        "concernees",
                                       "pertinents",  "pertinentes",      "competents",
                                       "competentes", "correspondientes", "relevantes",
                                       "concernidos", "involucradas",     NULL};
    const char *word = strrchr(name, ' ');
    char copy[CODE_BYTES_MAX * 8];

    if (is_one_of(name, first))
        return true;
    if (!word || strlen(word) + 1 >= sizeof(copy))
        return false;
    strcpy(copy, word + 1);
    strcat(copy, " ");
    return is_one_of(copy, last);
}

static void add(struct document *document, struct action *action, const char *subject,
                const char *name, const struct directory_name *entry, enum role role)
{
    struct responsible *record = document_add_responsible(document, action);

    if (!record || !name)
        return;
    record->name = name;
    record->unit = entry ? entry->unit : NULL;
    record->role = entry && entry->role != ROLE_LEAD ? entry->role : role;
    record->vague = !record->unit && is_vague(name);
    if (record->vague)
        document_find(document, SEVERITY_WARNING, "UNIT_VAGUE", subject, action->line,
                      "say which units are meant; nobody is reminded until then",
                      "\"%s\" names nobody", name);
    else if (!record->unit)
        document_find(document, SEVERITY_WARNING, "UNIT_UNKNOWN", subject, action->line,
                      "add the unit or this spelling of it to the directory; nobody is reminded "
                      "until then",
                      "\"%s\" is not in the directory of units", name);
}

void responsible_read(struct document *document, const struct directory *directory,
                      struct action *action, const char *subject, const char *list)
{
    enum role role = ROLE_LEAD;

    while (*list) {
        const struct directory_name *entry = NULL;
        size_t len = separator(list, &role);

        if (len) {
            list += len;
            continue;
        }
        entry = directory_match(directory, list, &len);
        if (!entry)
            len = unknown_name(directory, list);
        if (!len)
            len = 1;
        add(document, action, subject, document_text(document, list, len), entry, role);
        list += len;
    }
}
