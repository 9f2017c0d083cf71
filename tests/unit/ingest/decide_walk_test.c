/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every combination of what a change may meet, generated, against the rules stated another way: for
 * each answer the whole condition under which it is given, in any order. Exactly one of them must
 * hold, and decide must give that answer.
 */
#include "decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { REVISION = 10, OLD = 3, OLDER_BASE = 5, RECENT = 7 };

/* How a group of the change stands to what others did since its base. */
enum group_is { ABSENT, UNTOUCHED, DIFFERS, SAME };

enum owner { OWNS_ALL, OWNS_WHAT_IT_SAYS, OWNS_PART };
enum item_is { ITEM_NONE, ITEM_OTHER_KIND, ITEM_OTHER_DOCUMENT, ITEM_ALIVE, ITEM_TOMBSTONE };
enum base_is { BASE_ZERO, BASE_BEHIND, BASE_CURRENT, BASE_AHEAD };
enum retraction_is { SAYS_NOTHING, RETRACTS, RESTORES };
enum review_is { NO_REVIEW, REVIEW_FITS, REVIEW_FITS_AMID_OTHERS, REVIEW_MISSES };
enum settles { SETTLES_NOTHING, SETTLES_OPEN, TAKES_ANOTHER, SETTLES_SETTLED, SETTLES_UNKNOWN };

struct meeting {
    int owner, item, base, retraction, retraction_is, timeframe, report, review, settles;
    int said_before, returned, backwards;
};

static const int radix[] = {3, 5, 4, 3, 3, 4, 4, 4, 5, 2, 2, 2};

static struct meeting meeting_of(long number)
{
    int digits[sizeof(radix) / sizeof(radix[0])];

    for (size_t i = 0; i < sizeof(radix) / sizeof(radix[0]); i++) {
        digits[i] = (int)(number % radix[i]);
        number /= radix[i];
    }
    return (struct meeting){.owner = digits[0],
                            .item = digits[1],
                            .base = digits[2],
                            .retraction = digits[3],
                            .retraction_is = digits[4] + UNTOUCHED,
                            .timeframe = digits[5],
                            .report = digits[6],
                            .review = digits[7],
                            .settles = digits[8],
                            .said_before = digits[9],
                            .returned = digits[10],
                            .backwards = digits[11]};
}

/* The rules ------------------------------------------------------------------------------------ */

static bool may_speak(const struct meeting *m)
{
    return m->owner != OWNS_PART && m->settles <= SETTLES_OPEN;
}

static bool is_new(const struct meeting *m)
{
    return m->item == ITEM_NONE;
}

static bool is_right_item(const struct meeting *m)
{
    bool only_retracts =
        m->retraction == RETRACTS && !m->timeframe && !m->report && !m->review && !m->settles;

    return m->item == ITEM_ALIVE ||
           (m->item == ITEM_TOMBSTONE && (m->retraction == RESTORES || only_retracts));
}

/* Does any of the groups stand like that? */
static bool some_group(const struct meeting *m, int what)
{
    return m->timeframe == what || m->report == what ||
           (m->retraction && m->retraction_is == what) ||
           (m->review == REVIEW_FITS && what == UNTOUCHED) ||
           (m->review == REVIEW_FITS_AMID_OTHERS && what == DIFFERS);
}

static bool is_said(const struct meeting *m)
{
    return m->said_before && m->base <= BASE_BEHIND;
}

static bool every_group_says_the_same(const struct meeting *m)
{
    return some_group(m, SAME) && !some_group(m, UNTOUCHED) && !some_group(m, DIFFERS) &&
           !m->review && !m->settles;
}

static bool review_fits(const struct meeting *m)
{
    return m->review != REVIEW_MISSES;
}

static bool moves_forward(const struct meeting *m)
{
    return !m->report || !m->backwards || m->returned || m->settles == SETTLES_OPEN;
}

static bool reaches(const struct meeting *m, int base)
{
    return may_speak(m) && is_right_item(m) && !is_said(m) && m->base == base;
}

static bool reaches_behind(const struct meeting *m)
{
    return reaches(m, BASE_BEHIND) && review_fits(m) && !m->settles;
}

/* A report that others made as well is never applied a second time. */
static bool collides(const struct meeting *m)
{
    return some_group(m, DIFFERS) || (m->report == SAME && !every_group_says_the_same(m));
}

static bool commits(const struct meeting *m)
{
    return (may_speak(m) && is_new(m) && m->base == BASE_ZERO) ||
           (reaches(m, BASE_CURRENT) && review_fits(m) && moves_forward(m));
}

static bool merges(const struct meeting *m)
{
    return reaches_behind(m) && !collides(m) && !every_group_says_the_same(m) && moves_forward(m);
}

static bool is_no_op(const struct meeting *m)
{
    return (may_speak(m) && is_right_item(m) && is_said(m)) ||
           ((reaches(m, BASE_ZERO) || reaches_behind(m)) && every_group_says_the_same(m));
}

static bool conflicts(const struct meeting *m)
{
    return reaches_behind(m) && collides(m);
}

static bool not_owned(const struct meeting *m)
{
    return m->owner == OWNS_PART;
}

static bool conflict_unknown(const struct meeting *m)
{
    return !not_owned(m) && m->settles == SETTLES_UNKNOWN;
}

static bool conflict_settled(const struct meeting *m)
{
    return !not_owned(m) && m->settles == SETTLES_SETTLED;
}

static bool conflict_differs(const struct meeting *m)
{
    return !not_owned(m) && m->settles == TAKES_ANOTHER;
}

static bool conflict_moved_on(const struct meeting *m)
{
    return reaches(m, BASE_BEHIND) && review_fits(m) && m->settles;
}

static bool item_unknown(const struct meeting *m)
{
    return may_speak(m) && is_new(m) && m->base != BASE_ZERO;
}

static bool key_taken(const struct meeting *m)
{
    return may_speak(m) && (m->item == ITEM_OTHER_KIND || m->item == ITEM_OTHER_DOCUMENT);
}

static bool item_retracted(const struct meeting *m)
{
    return may_speak(m) && m->item == ITEM_TOMBSTONE && !is_right_item(m);
}

static bool item_exists(const struct meeting *m)
{
    return reaches(m, BASE_ZERO) && !every_group_says_the_same(m);
}

static bool base_ahead(const struct meeting *m)
{
    return reaches(m, BASE_AHEAD);
}

static bool reviews_another(const struct meeting *m)
{
    return (reaches(m, BASE_BEHIND) || reaches(m, BASE_CURRENT)) && !review_fits(m);
}

static bool moves_back(const struct meeting *m)
{
    return !moves_forward(m) &&
           ((reaches(m, BASE_CURRENT) && review_fits(m)) ||
            (reaches_behind(m) && !collides(m) && !every_group_says_the_same(m)));
}

#define OUTCOME(word) UPTAKE__V1__OUTCOME__OUTCOME_##word

static const struct {
    bool (*holds)(const struct meeting *m);
    Uptake__V1__Outcome outcome;
    const char *code;
} rules[] = {
    {commits, OUTCOME(COMMITTED), NULL},
    {merges, OUTCOME(MERGED), NULL},
    {is_no_op, OUTCOME(NO_OP), "SAME_VALUE"},
    {conflicts, OUTCOME(CONFLICT), "CONFLICT"},
    {not_owned, OUTCOME(REFUSED), "GROUP_NOT_OWNED"},
    {conflict_unknown, OUTCOME(REFUSED), "CONFLICT_UNKNOWN"},
    {conflict_settled, OUTCOME(REFUSED), "CONFLICT_SETTLED"},
    {conflict_differs, OUTCOME(REFUSED), "CONFLICT_DIFFERS"},
    {conflict_moved_on, OUTCOME(REFUSED), "CONFLICT_MOVED_ON"},
    {item_unknown, OUTCOME(RETRY_LATER), "ITEM_UNKNOWN"},
    {key_taken, OUTCOME(REFUSED), "KEY_TAKEN"},
    {item_retracted, OUTCOME(REFUSED), "ITEM_RETRACTED"},
    {item_exists, OUTCOME(REFUSED), "ITEM_EXISTS"},
    {base_ahead, OUTCOME(RETRY_LATER), "BASE_REVISION_AHEAD"},
    {reviews_another, OUTCOME(REFUSED), "REVIEW_OF_ANOTHER_REPORT"},
    {moves_back, OUTCOME(REFUSED), "TRANSITION_NOT_ALLOWED"},
};

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

/* The walk ------------------------------------------------------------------------------------- */

static Uptake__V1__Timeframe timeframe = UPTAKE__V1__TIMEFRAME__INIT;
static Uptake__V1__ProgressReport report = UPTAKE__V1__PROGRESS_REPORT__INIT;
static Uptake__V1__ProgressReview review = UPTAKE__V1__PROGRESS_REVIEW__INIT;
static Uptake__V1__Retraction retraction = UPTAKE__V1__RETRACTION__INIT;
static Uptake__V1__ConflictDecision decision = UPTAKE__V1__CONFLICT_DECISION__INIT;

static struct item_state item_of(const struct meeting *m)
{
    struct item_state item = {
        .exists = m->item != ITEM_NONE,
        .kind = m->item == ITEM_OTHER_KIND ? UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT
                                           : UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION,
        .key = "d#1/1",
        .document = m->item == ITEM_OTHER_DOCUMENT ? "e" : "d",
        .revision = m->item == ITEM_NONE ? 0 : REVISION,
        .retracted = m->item == ITEM_TOMBSTONE,
        .progress = m->backwards ? UPTAKE__V1__PROGRESS__PROGRESS_COMPLETED
                                 : UPTAKE__V1__PROGRESS__PROGRESS_NOT_STARTED};

    if (m->item == ITEM_NONE)
        return item;
    item.group_revisions[GROUP_TIMEFRAME] = m->timeframe > UNTOUCHED ? RECENT : OLD;
    item.group_revisions[GROUP_PROGRESS_REPORT] = m->report > UNTOUCHED ? RECENT : OLD;
    item.group_revisions[GROUP_RETRACTION] = m->retraction_is > UNTOUCHED ? RECENT : OLD;
    item.group_revisions[GROUP_PROGRESS_REVIEW] = m->review == REVIEW_FITS ? OLD : RECENT;
    item.group_revisions[GROUP_CONFLICT_DECISION] = RECENT;
    return item;
}

static Uptake__V1__Change change_of(const struct meeting *m, const struct item_state *item)
{
    static const uint64_t bases[] = {0, OLDER_BASE, REVISION, REVISION + 1};
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;

    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION;
    change.document = (char *)"d";
    change.subject = (char *)"d#1/1";
    change.base_revision = bases[m->base];
    change.timeframe = m->timeframe ? &timeframe : NULL;
    change.progress_report = m->report ? &report : NULL;
    change.progress_review = m->review ? &review : NULL;
    review.of_revision = (uint64_t)item->group_revisions[GROUP_PROGRESS_REPORT] +
                         (m->review == REVIEW_MISSES ? 1 : 0);
    change.retraction = m->retraction ? &retraction : NULL;
    retraction.retracted = m->retraction == RETRACTS;
    change.conflict_decision = m->settles ? &decision : NULL;
    return change;
}

static struct circumstances circumstances_of(const struct meeting *m)
{
    static const enum conflict_standing standings[] = {CONFLICT_UNKNOWN, CONFLICT_OPEN,
                                                       CONFLICT_OPEN_OTHERWISE, CONFLICT_SETTLED,
                                                       CONFLICT_UNKNOWN};
    static const uint64_t foreign[] = {0, GROUP_BIT(GROUP_UNIT_IDENTITY), ~UINT64_C(0)};

    return (struct circumstances){
        .not_owned = foreign[m->owner],
        .same = (m->timeframe == SAME ? GROUP_BIT(GROUP_TIMEFRAME) : 0) |
                (m->report == SAME ? GROUP_BIT(GROUP_PROGRESS_REPORT) : 0) |
                (m->retraction && m->retraction_is == SAME ? GROUP_BIT(GROUP_RETRACTION) : 0),
        .said_before = m->said_before,
        .returned = m->returned,
        .conflict = standings[m->settles],
    };
}

/* The one rule that holds; -1 when it is not one. */
static int rule_of(const struct meeting *m)
{
    int found = -1, n = 0;

    for (int rule = 0; rule < RULES; rule++)
        if (rules[rule].holds(m)) {
            found = rule;
            n++;
        }
    return n == 1 ? found : -1;
}

static bool is_as_ruled(const struct meeting *m, int rule)
{
    const struct item_state item = item_of(m);
    const Uptake__V1__Change change = change_of(m, &item);
    const struct circumstances known = circumstances_of(m);
    const struct verdict verdict = decide(&item, &change, &known);

    return verdict.outcome == rules[rule].outcome &&
           (rules[rule].code ? verdict.why.code && strcmp(verdict.why.code, rules[rule].code) == 0
                             : !verdict.why.code);
}

static void tell(const struct meeting *m, int rule)
{
    printf("owner %d item %d base %d retraction %d/%d timeframe %d report %d review %d settles %d "
           "said before %d returned %d backwards %d: rule %d\n",
           m->owner, m->item, m->base, m->retraction, m->retraction_is, m->timeframe, m->report,
           m->review, m->settles, m->said_before, m->returned, m->backwards, rule);
}

static void every_meeting_ends_as_one_rule_says(void **state)
{
    long seen[RULES] = {0};
    long all = 1;

    (void)state;
    report.progress = UPTAKE__V1__PROGRESS__PROGRESS_NOT_STARTED;
    for (size_t i = 0; i < sizeof(radix) / sizeof(radix[0]); i++)
        all *= radix[i];
    for (long number = 0; number < all; number++) {
        const struct meeting m = meeting_of(number);
        int rule;

        if (!m.timeframe && !m.report && !m.review && !m.retraction && !m.settles)
            continue; /* says nothing: never comes this far */
        rule = rule_of(&m);
        if (rule < 0 || !is_as_ruled(&m, rule)) {
            tell(&m, rule);
            fail();
        }
        seen[rule]++;
    }
    for (int rule = 0; rule < RULES; rule++)
        assert_true(seen[rule] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_meeting_ends_as_one_rule_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
