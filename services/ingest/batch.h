/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch - one transaction's worth of changes: what the register says of their items, what becomes
 * of each, and the statements that make it so.
 *
 * Filled in three steps that the writer drives between its round trips: batch_load_steps asks,
 * batch_take_loaded reads the answer, batch_decide settles each submission in memory and
 * batch_write_steps says what to write. Nothing here waits, and nothing but the submissions'
 * answers leaves the arena.
 */
#ifndef UPTAKE_INGEST_BATCH_H
#define UPTAKE_INGEST_BATCH_H

#include "bodies.h"
#include "decide.h"
#include "store/store.h"
#include "submission.h"

enum {
    BATCH_MAX = 2000, /* of reports or repeats, when commits are slow */
    BATCH_CAREFUL_MAX = 500,
    BATCH_BUCKETS = 1024,
    DEPENDENTS_MAX = 20000,             /* items that one move may take along */
    MOVED_BYTES_MAX = 12 * 1024 * 1024, /* and their changes: what a feed can take in one commit */
    IMAGE_BYTES_MAX = 240 * 1024,       /* of one item: a follower's frame has to hold it */
};

/* A growing list of statements. */
struct steps {
    struct arena *arena;
    struct store_step *list;
    int n;
    bool failed; /* out of memory or more than STORE_STEPS_MAX */
};

/* The next statement; its args are ready to be filled. Never NULL: after a failure a spare one. */
struct store_args *steps_add(struct steps *steps, const char *sql);

/* One row of change to be written: a submission, or an image or farewell that ingest itself writes.
 */
struct change_row {
    int64_t change_id;
    int sender_id;
    uint8_t message_id[MESSAGE_ID_BYTES];
    uint8_t body_sha256[SHA256_BYTES];
    Uptake__V1__Operation operation;
    Uptake__V1__Outcome outcome;
    const struct item_state *item;
    const char *reported_on; /* of the item after this change */
    Uptake__V1__Progress progress;
    int64_t revision;
    const uint8_t *body;
    size_t len;
    const int64_t *scopes; /* whose feeds get it */
    int nscopes;
};

/* A difference to one count of one scope. */
struct rollup_delta {
    int64_t scope;
    Uptake__V1__ItemKind kind;
    Uptake__V1__Addressee addressee;
    Uptake__V1__Position position;
    Uptake__V1__Progress progress;
    const char *due_on;
    int64_t n;
    int next_in_bucket; /* index plus 1; 0: the last */
};

/* A field group of an item to be written into its detail table. */
struct detail {
    const struct item_state *item;
    int group;
    const ProtobufCMessage *value;
    bool written; /* with another group of the same new item */
};

/* What may stand in one batch with what else. */
enum batch_class {
    BATCH_REPORTS,    /* progress reports, each on another action: one statement writes them */
    BATCH_REPEATS,    /* likely settled before: looked up, nothing is written */
    BATCH_PLAIN,      /* touches nothing but its own item */
    BATCH_UNITS,      /* opens scopes, which later changes need the numbers of */
    BATCH_RETRACTING, /* looks at what stands on its items */
    BATCH_ALONE, /* may take other items along, bring one back, wipe what was said, or is about keys
                  */
};

struct in_hand;
struct letter;
struct redaction;
struct standing;
struct found_circumstances;
struct keyring;

struct batch {
    struct arena arena;
    struct in_hand *in_hand;
    enum batch_class class;
    int own_principal; /* author of images */
    int64_t recorded_at_us;

    struct submission *submissions[BATCH_MAX];
    int n;
    struct submission **by_subject; /* reports: the order their statement has them in */

    struct item_state **items;   /* every item the changes are about or refer to */
    struct item_state **buckets; /* the same by key */
    int nitems, room_items;

    struct bodies bodies;

    int64_t *fresh_change_ids, *fresh_item_ids;
    int nfresh, used_change_ids, used_item_ids;
    int64_t *moved_change_ids; /* for the dependents of what moves */
    int used_moved_ids;
    int64_t moved_region; /* scope of the region the unit moves to */
    bool read_dependents;
    bool moves_too_much;
    int ndependents;
    struct standing *standing;   /* NULL: nobody asks what stands on what */
    struct redaction *redaction; /* NULL: nothing is wiped */
    struct letter *letter;       /* NULL: nothing is decided about a dead letter */
    struct keyring *keyring;     /* NULL: nobody asks whose keys these are */
    struct found_circumstances *circumstances;
    bool asked_bodies;

    struct change_row *rows;
    int nrows, room_rows;
    struct rollup_delta *deltas;
    int ndeltas, room_deltas;
    int *delta_buckets; /* index of the first delta in each, plus 1 */
    struct detail *details;
    int ndetails, room_details;
    bool met_newer;  /* an item came between two readings: read again */
    bool taken_back; /* a report was written that may not stand: roll back, run again without it */
    bool failed;     /* out of memory: nothing of it may be written */
};

void batch_init(struct batch *batch, int own_principal, int64_t recorded_at_us);
void batch_finish(struct batch *batch); /* frees the submissions too */
bool batch_has_room(const struct batch *batch, const struct submission *submission);
void batch_add(struct batch *batch, struct submission *submission);

/* BEGIN, the lock of moves, items locked, earlier outcomes, references, fresh ids. */
void batch_load_steps(struct batch *batch, struct steps *steps);
MUST_CHECK bool batch_take_loaded(struct batch *batch, PGresult *const *results, struct err *err);
/* Bodies of items that may change their scopes or hang on more than the change says, and what
 * stands on items to be retracted; adds nothing where neither is needed. */
void batch_body_steps(struct batch *batch, struct steps *steps);
MUST_CHECK bool batch_take_bodies(struct batch *batch, PGresult *const *results, struct err *err);
/* What lies in a document, or hangs on a unit, that moves; adds nothing where nothing moves. */
void batch_dependent_steps(struct batch *batch, struct steps *steps);
MUST_CHECK bool batch_take_dependents(struct batch *batch, PGresult *const *results,
                                      struct err *err);
/* What their images and their audiences are made of; adds nothing where they are too many. */
void batch_moved_steps(struct batch *batch, struct steps *steps);
MUST_CHECK bool batch_take_moved(struct batch *batch, PGresult *const *results, struct err *err);

/* BEGIN and the statement that takes reports. What it does not take has no answer afterwards and
 * goes the careful path; so does a report whose transition is not allowed, and then nothing of the
 * batch may be committed (batch->taken_back). */
void batch_report_steps(struct batch *batch, struct steps *steps);
MUST_CHECK bool batch_take_reports(struct batch *batch, PGresult *const *results, struct err *err);

/* Earlier outcomes alone. */
void batch_repeat_steps(struct batch *batch, struct steps *steps);
MUST_CHECK bool batch_take_repeats(struct batch *batch, PGresult *const *results, struct err *err);

/* Settles every submission that has no answer yet. False: out of memory. */
MUST_CHECK bool batch_decide(struct batch *batch, struct err *err);
/* Everything up to COMMIT; only the COMMIT (or ROLLBACK) when nothing is to be written. *feed is
 * the index of advance_feeds.sql among them; -1: no feed moves. */
void batch_write_steps(struct batch *batch, struct steps *steps, int *feed);

/* Shared by the files of this folder: */
struct item_state *batch_item(struct batch *batch, const char *key, bool make);
/* The group as the item has it now, from the change that last touched it; NULL: never said, or its
 * body was not read. */
ProtobufCMessage *batch_current_group(struct batch *batch, const struct item_state *item,
                                      int group);
bool batch_take_items(struct batch *batch, const PGresult *found, bool dependent);
void batch_take_references(struct batch *batch, const PGresult *found);
/* Does the change say who may see its item? */
bool batch_decides_scopes(const Uptake__V1__Change *change);
/* Does this change move what hangs on its item? Needs the item's bodies. */
bool batch_moves(struct batch *batch, const struct item_state *item,
                 const Uptake__V1__Change *change);
/* Makes the item what it is after the change, and writes that into the batch. */
void batch_apply(struct batch *batch, struct item_state *item, struct submission *s);
/* Of the image by which the item would enter a feed after that change (NULL: as it stands). Needs
 * the item's bodies. */
size_t batch_image_bytes(struct batch *batch, const struct item_state *item,
                         const Uptake__V1__Change *next);
void batch_find_scopes(struct batch *batch, struct item_state *item);
/* What an item has of its document until it is said of the item itself. */
void batch_take_from_document(struct item_state *item, const struct item_state *document);
/* To the feeds the item came into and those it left, and out of the counts it stood in before. */
void batch_tell_difference(struct batch *batch, const struct item_state *before,
                           const struct item_state *item);
void batch_add_details(struct batch *batch, const struct item_state *item,
                       const Uptake__V1__Change *change);
void batch_detail_steps(struct batch *batch, struct steps *steps);
void batch_feed_step(struct batch *batch, struct steps *steps, int *feed);
void batch_count(struct batch *batch, const struct item_state *item, int sign);

#endif
