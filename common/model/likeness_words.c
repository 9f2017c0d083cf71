/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness_words.h"

#include "base/text.h"
#include "likeness_lists.h"

#include <string.h>

enum {
    SLOTS = 4096,     /* a power of two, several times the words of all lists */
    LETTERS_MAX = 40, /* longer words are compared whole */
    OPENER_WORDS = 5,
};

static const double COMMON = 0.3, PURPOSE = 0.3;

/* One set for all lists: what is looked up is a hash mixed with its list. */
enum list { LIST_STOP = 1, LIST_COMMON, LIST_PURPOSE, LIST_OUTCOME, LIST_MEANS };

struct likeness_lexicon {
    uint64_t slots[SLOTS]; /* 0: free */
};

/* Hashes -------------------------------------------------------------------------------------- */

static const uint64_t HASH_START = 0xcbf29ce484222325u;

static uint64_t hash_more(uint64_t hash, uint64_t value)
{
    hash ^= value;
    hash *= 0x100000001b3u;
    return hash ^ hash >> 29;
}

uint64_t likeness_stems_join(uint64_t first, uint64_t second)
{
    return hash_more(hash_more(first * 0x9e3779b97f4a7c15u, second >> 32), second);
}

static uint64_t hash_letters(const char *letters, int n)
{
    uint64_t hash = HASH_START;

    for (int i = 0; i < n; i++)
        hash = hash_more(hash, (unsigned char)letters[i]);
    return hash;
}

uint64_t likeness_stem_of(const char *text)
{
    uint64_t hash = HASH_START;
    unsigned c;

    while ((c = text_fold_next(&text)) != 0)
        hash = hash_more(hash, c);
    return hash;
}

/* Stems --------------------------------------------------------------------------------------- */

/* Longer before shorter where one ends in the other. The plural's "s" is gone already. */
static const char *const endings[] = {
    "ization", "isation", "izacion", "isacion", "izacione", "imiento", "amiento", "amente", "mente",
    "ement",   "ment",    "acione",  "acion",   "ation",    "icione",  "icion",   "ition",  "cione",
    "cion",    "ione",    "ion",     "idade",   "idad",     "itie",    "ity",     "ite",    "encia",
    "ancia",   "ence",    "ance",    "izing",   "ising",    "ized",    "ised",    "izar",   "iser",
    "ize",     "ise",     "iendo",   "ando",    "ing",      "ado",     "ada",     "ido",    "ida",
    "ee",      "ed",      "er",      "ar",      "ir",       "ly",      "ie",
};

enum { NENDINGS = sizeof(endings) / sizeof(endings[0]), PASSES = 3 };

static bool ends_in(const char *word, int n, const char *ending, int len)
{
    return n >= len && memcmp(word + n - len, ending, (size_t)len) == 0;
}

/* The plural of the three languages. */
static int singular(char *word, int n)
{
    if (n > 5 && ends_in(word, n, "eaux", 4))
        return n - 1;
    if (n > 5 && ends_in(word, n, "aux", 3)) {
        word[n - 2] = 'l';
        return n - 1;
    }
    if (n > 3 && word[n - 1] == 's' && word[n - 2] != 's')
        return n - 1;
    return n;
}

/* Long endings need more of a word before them: "violation" and "violence" are two words. */
static int without_ending(const char *word, int n)
{
    for (int i = 0; i < NENDINGS; i++) {
        const int len = (int)strlen(endings[i]);
        if (n - len >= (len > 3 ? 5 : 4) && ends_in(word, n, endings[i], len))
            return n - len;
    }
    return n;
}

static uint64_t stem(char *word, int n)
{
    int before = singular(word, n);

    n = before;
    for (int pass = 0; pass < PASSES; pass++) {
        n = without_ending(word, n);
        if (n == before)
            break;
        before = n;
    }
    if (n > 4 && strchr("aeoy", word[n - 1]))
        n--;
    if (n > 4 && ends_in(word, n, "if", 2))
        word[n - 1] = 'v';
    if (n > 4 && word[n - 1] == word[n - 2])
        n--;
    if (word[n - 1] == 'z')
        word[n - 1] = 's';
    return hash_letters(word, n);
}

/* The lexicon --------------------------------------------------------------------------------- */

static uint64_t mixed(uint64_t hash, enum list list)
{
    return hash_more(hash, 0x5bd1e995u * (uint64_t)list) | 1;
}

static bool listed(const struct likeness_lexicon *lexicon, uint64_t hash, enum list list)
{
    const uint64_t wanted = mixed(hash, list);
    size_t slot = wanted >> 32 & (SLOTS - 1);

    while (lexicon->slots[slot] && lexicon->slots[slot] != wanted)
        slot = (slot + 1) & (SLOTS - 1);
    return lexicon->slots[slot] == wanted;
}

static void put(struct likeness_lexicon *lexicon, uint64_t hash, enum list list)
{
    const uint64_t wanted = mixed(hash, list);
    size_t slot = wanted >> 32 & (SLOTS - 1);

    while (lexicon->slots[slot] && lexicon->slots[slot] != wanted)
        slot = (slot + 1) & (SLOTS - 1);
    lexicon->slots[slot] = wanted;
}

/* Each word of the lines by itself, or its stem. */
static void put_words(struct likeness_lexicon *lexicon, const char *const *lines, enum list list)
{
    for (; *lines; lines++) {
        for (const char *at = *lines; *at;) {
            const size_t len = strcspn(at, " ");
            char word[LETTERS_MAX] = "";
            memcpy(word, at, len < LETTERS_MAX ? len : LETTERS_MAX - 1);
            put(lexicon, list == LIST_COMMON ? stem(word, (int)len) : hash_letters(word, (int)len),
                list);
            at += len + strspn(at + len, " ");
        }
    }
}

/* Each line as one sequence of words. */
static void put_sequences(struct likeness_lexicon *lexicon, const char *const *lines,
                          enum list list)
{
    for (; *lines; lines++) {
        uint64_t hash = 0;
        for (const char *at = *lines; *at;) {
            const size_t len = strcspn(at, " ");
            hash = likeness_stems_join(hash, hash_letters(at, (int)len));
            at += len + strspn(at + len, " ");
        }
        put(lexicon, hash, list);
    }
}

struct likeness_lexicon *likeness_lexicon_make(struct arena *arena)
{
    struct likeness_lexicon *lexicon = arena_zalloc(arena, sizeof(*lexicon));

    if (!lexicon)
        return NULL;
    put_words(lexicon, likeness_stop_words, LIST_STOP);
    put_words(lexicon, likeness_common_words, LIST_COMMON);
    put_words(lexicon, likeness_means_words, LIST_MEANS);
    put_sequences(lexicon, likeness_purpose_openers, LIST_PURPOSE);
    put_sequences(lexicon, likeness_outcome_openers, LIST_OUTCOME);
    return lexicon;
}

/* Words of a text ----------------------------------------------------------------------------- */

enum character { BETWEEN, IN_WORD, UNSEEN };

/* Of a character as text_fold_next gives it. */
static enum character kind_of(unsigned c)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return IN_WORD;
    if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200D) || c == 0xFEFF || c == 0x1000AD)
        return UNSEEN; /* accents set apart, joiners, a possible hyphen */
    if (c < 0x180 || c >= 0x100000 || (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F))
        return BETWEEN;
    return IN_WORD;
}

/* One word as it is read. */
struct reading {
    char letters[LETTERS_MAX];
    int n;       /* letters so far, also those beyond the room */
    bool plain;  /* a-z alone, and all of them in `letters` */
    bool digits; /* 0-9 alone */
    int capitals;
    uint64_t hash; /* of all letters */
    uint32_t at, end;
};

struct reader {
    const struct likeness_lexicon *lexicon;
    struct arena *arena;
    struct likeness_word *list;
    int n, room;
    uint64_t last[OPENER_WORDS]; /* hashes of the words before, newest first */
    int in_sentence;             /* words since it began */
    bool in_purpose;
    bool until_comma;
    bool failed;
};

/* How many words the sequence that ends here has; 0: none of the list does. */
static int opened(const struct reader *reader, enum list list)
{
    for (int n = 1; n <= OPENER_WORDS && n <= reader->in_sentence; n++) {
        uint64_t hash = 0;
        for (int i = n; i > 0; i--)
            hash = likeness_stems_join(hash, reader->last[i - 1]);
        if (listed(reader->lexicon, hash, list))
            return n;
    }
    return 0;
}

/* "(i)" between "to" and its verb does not part them. */
static bool is_numbering(const struct reading *word)
{
    return word->n <= 4 && word->plain && strspn(word->letters, "ivx") == (size_t)word->n;
}

static void look_for_purpose(struct reader *reader, const struct reading *word)
{
    int n;

    if (is_numbering(word))
        return;
    memmove(reader->last + 1, reader->last, (OPENER_WORDS - 1) * sizeof(reader->last[0]));
    reader->last[0] = word->hash;
    reader->in_sentence++;
    if (opened(reader, LIST_OUTCOME)) {
        reader->in_purpose = true;
        reader->until_comma = false;
        return;
    }
    n = reader->in_purpose ? 0 : opened(reader, LIST_PURPOSE);
    if (!n || (n < OPENER_WORDS && reader->in_sentence > n &&
               listed(reader->lexicon, reader->last[n], LIST_MEANS)))
        return;
    reader->in_purpose = true;
    reader->until_comma = reader->in_sentence == n;
}

/* Years and small numbers stand in texts of every kind. */
static bool is_common_number(const struct reading *word)
{
    return word->n < 3 || (word->n == 4 && (memcmp(word->letters, "19", 2) == 0 ||
                                            memcmp(word->letters, "20", 2) == 0));
}

static void take_word(struct reader *reader, struct reading *word)
{
    const bool begins = reader->in_sentence == 0;
    struct likeness_word *found;
    bool common;

    look_for_purpose(reader, word);
    if ((word->n == 1 && word->plain) || listed(reader->lexicon, word->hash, LIST_STOP))
        return;
    found = arena_grow(reader->arena, reader->list, reader->n, &reader->room, sizeof(*found));
    if (!found) {
        reader->failed = true;
        return;
    }
    reader->list = found;
    found += reader->n++;
    *found = (struct likeness_word){
        .stem = word->plain && word->n > 3 ? stem(word->letters, word->n) : word->hash,
        .at = word->at,
        .len = word->end - word->at,
        .is_number = word->digits,
        .is_name = word->capitals > 1 || (word->capitals && !begins)};
    common =
        word->digits ? is_common_number(word) : listed(reader->lexicon, found->stem, LIST_COMMON);
    found->counts = (common ? COMMON : 1) * (reader->in_purpose ? PURPOSE : 1);
}

static void add_letter(struct reading *word, unsigned c, const char *from, const char *to,
                       const char *text)
{
    if (word->n == 0)
        *word = (struct reading){
            .plain = true, .digits = true, .hash = HASH_START, .at = (uint32_t)(from - text)};
    word->end = (uint32_t)(to - text);
    word->hash = hash_more(word->hash, c);
    word->capitals += *from >= 'A' && *from <= 'Z';
    word->digits &= c <= '9';
    word->plain &= c >= 'a' && c <= 'z' && word->n < LETTERS_MAX - 1;
    if (word->n < LETTERS_MAX - 1 && c < 0x80)
        word->letters[word->n] = (char)c;
    word->n++;
}

static void end_sentence(struct reader *reader, unsigned c, const char *rest)
{
    const unsigned next = text_fold_next(&rest);
    const bool ends = (c == '.' || c == '!' || c == '?') &&
                      (next == 0 || next == ' ' || (next >= '\t' && next <= '\r'));

    if (ends)
        reader->in_sentence = 0;
    if (ends || (c == ',' && reader->until_comma))
        reader->in_purpose = reader->until_comma = false;
}

struct likeness_word *likeness_words(const struct likeness_lexicon *lexicon, const char *text,
                                     struct arena *arena, int *n)
{
    struct reader reader = {.lexicon = lexicon, .arena = arena};
    struct reading word = {0};
    const char *at = text;
    unsigned c;

    reader.list = arena_grow(arena, NULL, 0, &reader.room, sizeof(*reader.list));
    do {
        const char *from = at;
        enum character kind;
        c = text_fold_next(&at);
        kind = kind_of(c);
        if (kind == IN_WORD)
            add_letter(&word, c, from, at, text);
        if (kind != BETWEEN)
            continue;
        if (word.n)
            take_word(&reader, &word);
        word.n = 0;
        end_sentence(&reader, c, at);
    } while (c);
    *n = reader.n;
    return reader.failed ? NULL : reader.list;
}
