/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <stdlib.h>
#include <string.h>

enum { SUBJECTS_ROOM = 8192 }; /* four for each report of the largest batch */

struct line {
    struct submission *first, *last;
    queue_wake_fn *wake;
    void *ctx;
    int unsettled[QUEUE_LANES]; /* waiting here or in a batch of this writer */
};

struct queue {
    struct line lines[QUEUE_WRITERS];
    size_t bytes;
    uint8_t *repeats; /* by sender: its last message that was looked at was one */
    int nsenders;
    /* Subjects of the run being measured: a slot counts if it carries the run's number. */
    struct {
        uint32_t run;
        uint32_t hash;
    } subjects[SUBJECTS_ROOM];
    uint32_t run;
};

struct queue *queue_create(struct err *err)
{
    struct queue *queue = calloc(1, sizeof(*queue));

    if (!queue)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "queue", "cannot allocate");
    return queue;
}

void queue_destroy(struct queue *queue)
{
    if (!queue)
        return;
    for (int writer = 0; writer < QUEUE_WRITERS; writer++)
        for (struct submission *s; (s = queue_take_any(queue, writer));)
            submission_free(s);
    free(queue->repeats);
    free(queue);
}

void queue_listen(struct queue *queue, int writer, queue_wake_fn *wake, void *ctx)
{
    queue->lines[writer].wake = wake;
    queue->lines[writer].ctx = ctx;
}

static void wake(struct queue *queue, int writer)
{
    if (queue->lines[writer].wake)
        queue->lines[writer].wake(queue->lines[writer].ctx);
}

static uint32_t hash_text(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        hash = (hash ^ *c) * 16777619u;
    return hash;
}

static int home_of(int lane)
{
    return lane % QUEUE_WRITERS;
}

/* May the statement for reports take it? Whether its base is current is for that to find out. */
static bool is_report(const struct submission *s)
{
    return !s->outcome && s->change->kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_ACTION &&
           s->change->base_revision > 0 && s->nwithin == 0 && s->not_owned == 0 &&
           groups_present(s->change) == GROUP_BIT(GROUP_PROGRESS_REPORT) &&
           !s->change->progress_report->reported_by[0]; /* a unit that is to be looked up */
}

static void append(struct queue *queue, int writer, struct submission *s)
{
    struct line *line = &queue->lines[writer];

    s->writer = writer;
    s->next = NULL;
    if (line->last)
        line->last->next = s;
    else
        line->first = s;
    line->last = s;
    line->unsettled[s->lane]++;
    queue->bytes += submission_cost(s);
}

void queue_give(struct queue *queue, struct submission *s)
{
    int home;

    s->lane = (int)(hash_text(s->change->document) % QUEUE_LANES);
    s->subject_hash = hash_text(s->change->subject);
    s->is_report = is_report(s);
    home = s->is_report ? home_of(s->lane) : 0;
    if (home != 0 && queue->lines[0].unsettled[s->lane] > 0)
        home = 0;
    append(queue, home, s);
    wake(queue, home);
}

size_t queue_bytes(const struct queue *queue)
{
    return queue->bytes;
}

static struct submission *take_first(struct queue *queue, int writer)
{
    struct line *line = &queue->lines[writer];
    struct submission *s = line->first;

    line->first = s->next;
    if (!line->first)
        line->last = NULL;
    s->next = NULL;
    queue->bytes -= submission_cost(s);
    return s;
}

struct submission *queue_take_any(struct queue *queue, int writer)
{
    return queue->lines[writer].first ? take_first(queue, writer) : NULL;
}

void queue_put_back(struct queue *queue, int writer, struct submission *const *list, int n)
{
    struct line *line = &queue->lines[writer];

    for (int i = n - 1; i >= 0; i--) {
        list[i]->next = line->first;
        line->first = list[i];
        if (!line->last)
            line->last = list[i];
        queue->bytes += submission_cost(list[i]);
    }
}

static bool expects_repeats(const struct queue *queue, int sender_id)
{
    return sender_id < queue->nsenders && queue->repeats[sender_id];
}

static void note_repeats(struct queue *queue, int sender_id, bool expected)
{
    if (sender_id >= queue->nsenders) {
        int n = 2 * sender_id + 16;
        uint8_t *repeats = expected ? realloc(queue->repeats, (size_t)n) : NULL;
        if (!repeats)
            return; /* it is looked up later, in the careful path */
        memset(repeats + queue->nsenders, 0, (size_t)(n - queue->nsenders));
        queue->repeats = repeats;
        queue->nsenders = n;
    }
    queue->repeats[sender_id] = expected;
}

void queue_expect_repeats(struct queue *queue, int sender_id)
{
    note_repeats(queue, sender_id, true);
}

void queue_settled(struct queue *queue, const struct submission *s)
{
    int *left = &queue->lines[s->writer].unsettled[s->lane];

    if (s->duplicate != expects_repeats(queue, s->sender_id))
        note_repeats(queue, s->sender_id, s->duplicate);
    if (--*left == 0 && s->writer != 0)
        wake(queue, 0);
}

/* What comes before it in its document is still with another writer. */
static bool must_wait(const struct queue *queue, int writer, const struct submission *s)
{
    const int home = home_of(s->lane);

    return home != writer && queue->lines[home].unsettled[s->lane] > 0;
}

static bool is_looked_up(const struct queue *queue, const struct submission *s)
{
    return !s->outcome && !s->looked_up && !s->careful && expects_repeats(queue, s->sender_id);
}

/* True where no report of this run is about the same action; two of one hash count as the same. */
static bool is_new_subject(struct queue *queue, uint32_t hash)
{
    uint32_t at = hash % SUBJECTS_ROOM;

    while (queue->subjects[at].run == queue->run) {
        if (queue->subjects[at].hash == hash)
            return false;
        at = (at + 1) % SUBJECTS_ROOM;
    }
    queue->subjects[at].run = queue->run;
    queue->subjects[at].hash = hash;
    return true;
}

/* How many from the first on one statement may take as reports; *ended: nothing stands behind. */
static int measure_run(struct queue *queue, int writer, int most, bool *ended)
{
    const struct submission *s = queue->lines[writer].first;
    int n = 0;

    queue->run++;
    for (; s && n < most; s = s->next, n++)
        if (!s->is_report || s->careful || is_looked_up(queue, s) || must_wait(queue, writer, s) ||
            !is_new_subject(queue, s->subject_hash))
            break;
    *ended = !s || must_wait(queue, writer, s);
    return n;
}

static void take_run(struct queue *queue, int writer, int n, struct batch *batch)
{
    batch->class = BATCH_REPORTS;
    while (batch->n < n)
        batch->submissions[batch->n++] = take_first(queue, writer);
}

static void take_repeats(struct queue *queue, int writer, int most, struct batch *batch)
{
    const struct line *line = &queue->lines[writer];

    batch->class = BATCH_REPEATS;
    while (line->first && batch->n < most && is_looked_up(queue, line->first) &&
           !must_wait(queue, writer, line->first))
        batch->submissions[batch->n++] = take_first(queue, writer);
}

void queue_fill(struct queue *queue, int writer, int most, struct batch *batch)
{
    const struct line *line = &queue->lines[writer];
    bool ended;
    int run;

    if (!line->first || must_wait(queue, writer, line->first))
        return;
    if (is_looked_up(queue, line->first)) {
        take_repeats(queue, writer, most, batch);
        return;
    }
    run = measure_run(queue, writer, most, &ended);
    if (run >= RUN_LEAST || (run > 0 && ended)) {
        take_run(queue, writer, run, batch);
        return;
    }
    if (most > BATCH_CAREFUL_MAX)
        most = BATCH_CAREFUL_MAX;
    while (line->first && batch->n < most && !must_wait(queue, writer, line->first) &&
           !is_looked_up(queue, line->first) && batch_has_room(batch, line->first))
        batch_add(batch, take_first(queue, writer));
}
