/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every two texts. UPTAKE_TEST_SEED repeats a run. */
#include "model/likeness.h"

#include "base/text.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ROUNDS = 400, TEXTS = 40, TEXT_BYTES = 600 };

static uint64_t random_state;

/* xorshift64 */
static unsigned draw(unsigned below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 32) % below;
}

static struct likeness *create(void)
{
    struct likeness *set = likeness_create();

    assert_non_null(set);
    return set;
}

static int add(struct likeness *set, const char *text, int group)
{
    const int number = likeness_add(set, &(struct likeness_text){.text = text, .group = group});

    assert_true(number >= 0);
    return number;
}

/* Texts ---------------------------------------------------------------------------------------- */

static const char *const words[] = {
    "école",
    "écoles",
    "ferry",
    "ferries",
    "lighthouse",
    "faro",
    "pêche",
    "pesca",
    "the",
    "de",
    "para",
    "in order to",
    "ensure",
    "renforcer",
    "capacidad",
    "Ürün",
    "40",
    "2024",
    "(ii)",
    "l’accès",
    "clinic",
    "clinics",
    "archivo",
    "reading",
    "ниво",
    "bridge",
    "Noël",
    "jetty.",
    "salt,",
    "registro",
    "measures to ensure",
    "This would allow",
    "x",
    "data-base",
    "n°",
};

static const char *const blanks[] = {" ", "  ", "\n", "\t", " \r\n", "\xC2\xA0"};

static void draw_text(char text[TEXT_BYTES], int nwords)
{
    size_t len = 0;

    text[0] = '\0';
    for (int i = 0; i < nwords; i++)
        len += (size_t)snprintf(text + len, TEXT_BYTES - len, "%s%s", i ? " " : "",
                                words[draw(sizeof(words) / sizeof(words[0]))]);
}

/* The same text to a reader who minds neither case nor accents nor blanks: accents of the first two
 * Latin blocks set off or in capitals, blanks of any kind and number. */
static void disguise(const char *text, char out[2 * TEXT_BYTES])
{
    const bool loud = draw(2);
    size_t len = 0;

    while (*text) {
        const char *from = text;
        unsigned c = text_fold_next(&text);
        if (*from == ' ') {
            for (unsigned n = 1 + draw(3); n; n--) {
                const char *blank = blanks[draw(sizeof(blanks) / sizeof(blanks[0]))];
                len += (size_t)snprintf(out + len, 2 * TEXT_BYTES - len, "%s", blank);
            }
        } else if (c < 0x80 && c != '\'' && isalnum((int)c)) {
            out[len++] = (char)(loud ? toupper((int)c) : (int)c);
        } else {
            memcpy(out + len, from, (size_t)(text - from));
            len += (size_t)(text - from);
        }
    }
    out[len] = '\0';
}

/* Properties ----------------------------------------------------------------------------------- */

static void score_is_the_same_both_ways_and_whole_for_itself(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS / TEXTS; round++) {
        struct likeness *set = create();
        char text[TEXT_BYTES];
        for (int i = 0; i < TEXTS; i++) {
            draw_text(text, 3 + (int)draw(30));
            add(set, text, i);
            add(set, text, TEXTS + i);
        }
        for (int a = 0; a < 2 * TEXTS; a++) {
            const int own = likeness_score(set, a, a);
            assert_true(own == LIKENESS_SAME || own == 0);
            assert_int_equal(likeness_score(set, a, a ^ 1), own);
            for (int b = 0; b < a; b++) {
                const int score = likeness_score(set, a, b);
                assert_in_range(score, 0, LIKENESS_SAME);
                assert_int_equal(likeness_score(set, b, a), score);
            }
        }
        likeness_destroy(set);
    }
}

static void case_accents_and_blanks_do_not_move_a_score(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct likeness *plain = create();
        struct likeness *other = create();
        char text[TEXT_BYTES];
        char disguised[2 * TEXT_BYTES];
        for (int i = 0; i < 4; i++) {
            draw_text(text, 5 + (int)draw(20));
            disguise(text, disguised);
            add(plain, text, i);
            add(other, disguised, i);
        }
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < 4; b++)
                assert_int_equal(likeness_score(plain, a, b), likeness_score(other, a, b));
        likeness_destroy(plain);
        likeness_destroy(other);
    }
}

static void nearest_is_what_all_scores_say(void **state)
{
    enum { MOST = 5 };

    (void)state;
    for (int round = 0; round < ROUNDS / TEXTS; round++) {
        struct likeness *set = create();
        char text[TEXT_BYTES];
        for (int i = 0; i < TEXTS; i++) {
            draw_text(text, 2 + (int)draw(20));
            add(set, text, (int)draw(3));
        }
        for (int a = 0; a < TEXTS; a++) {
            struct likeness_match matches[MOST];
            const int n = likeness_nearest(set, a, matches, MOST);
            assert_in_range(n, 0, MOST);
            for (int m = 0; m < n; m++) {
                assert_int_equal(matches[m].score, likeness_score(set, a, matches[m].text));
                if (m)
                    assert_true(matches[m].score < matches[m - 1].score ||
                                (matches[m].score == matches[m - 1].score &&
                                 matches[m].text > matches[m - 1].text));
            }
        }
        likeness_destroy(set);
    }
}

static void same_texts_give_the_same_answers(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS / TEXTS; round++) {
        struct likeness *sets[2] = {create(), create()};
        struct arena arena = {0};
        char text[TEXT_BYTES];
        for (int i = 0; i < TEXTS; i++) {
            draw_text(text, 2 + (int)draw(20));
            add(sets[0], text, i);
            add(sets[1], text, i);
            if (i % 7 == 0) /* a question between does not change later answers */
                assert_true(likeness_score(sets[1], 0, i) >= 0);
        }
        for (int a = 1; a < TEXTS; a++) {
            const char *reasons[2][LIKENESS_REASONS];
            const int n = likeness_explain(sets[0], a, a - 1, &arena, reasons[0]);
            assert_int_equal(likeness_score(sets[0], a, a - 1), likeness_score(sets[1], a, a - 1));
            assert_int_equal(likeness_explain(sets[1], a, a - 1, &arena, reasons[1]), n);
            for (int i = 0; i < n; i++)
                assert_string_equal(reasons[0][i], reasons[1][i]);
        }
        arena_finish(&arena);
        likeness_destroy(sets[0]);
        likeness_destroy(sets[1]);
    }
}

/* Any bytes, beginnings of characters, words and accents, one long word. */
static char draw_byte(unsigned kind)
{
    static const char mixed[] = "aeis. ,\xC3\xA9";

    switch (kind) {
    case 0:
        return (char)(1 + draw(255));
    case 1:
        return (char)(0xC0 + draw(0x40));
    case 2:
        return mixed[draw(9)];
    default:
        return (char)('a' + (int)draw(26));
    }
}

static void no_bytes_break_it(void **state)
{
    (void)state;
    for (int round = 0; round < 10 * ROUNDS; round++) {
        struct likeness *set = create();
        struct arena arena = {0};
        const char *reasons[LIKENESS_REASONS];
        struct likeness_match matches[2];
        for (int i = 0; i < 3; i++) {
            char *text = malloc(TEXT_BYTES); /* a read behind the end is seen */
            const unsigned len = draw(TEXT_BYTES - 1);
            const unsigned kind = draw(4);
            assert_non_null(text);
            for (unsigned at = 0; at < len; at++)
                text[at] = draw_byte(kind);
            text[len] = '\0';
            text = realloc(text, len + 1);
            assert_non_null(text);
            add(set, text, i);
            free(text);
        }
        assert_in_range(likeness_nearest(set, 0, matches, 2), 0, 2);
        for (int a = 0; a < 3; a++)
            assert_in_range(likeness_explain(set, a, (a + 1) % 3, &arena, reasons), 0,
                            LIKENESS_REASONS);
        arena_finish(&arena);
        likeness_destroy(set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_is_the_same_both_ways_and_whole_for_itself),
        cmocka_unit_test(case_accents_and_blanks_do_not_move_a_score),
        cmocka_unit_test(nearest_is_what_all_scores_say),
        cmocka_unit_test(same_texts_give_the_same_answers),
        cmocka_unit_test(no_bytes_break_it),
    };
    const char *seed = getenv("UPTAKE_TEST_SEED");

    random_state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL) * 2654435761u + 1;
    print_message("UPTAKE_TEST_SEED=%llu\n", (unsigned long long)random_state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
