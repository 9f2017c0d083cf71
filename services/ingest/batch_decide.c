/* SPDX-License-Identifier: Apache-2.0 */
/* Settles each submission against the items as this batch has made them so far. */
#include "batch.h"

#include "base/log.h"
#include "circumstances.h"
#include "in_hand.h"
#include "keyring.h"
#include "letters.h"
#include "redaction.h"
#include "references.h"
#include "scopes.h"
#include "standing.h"

#include <string.h>

enum { MERGERS_MAX = 20 }; /* as uptake.successor_of */

struct search {
    struct batch *batch;
    struct submission *submission;
};

/* What lies in a document that was retracted may still be worked on, such as a finding; to anything
 * else that was retracted nothing is said to belong, neither a new item nor one that comes back. */
static bool hangs_anew(const Uptake__V1__Change *change, const struct reference *reference)
{
    return change->base_revision == 0 || strcmp(reference->place, "document") != 0 ||
           (change->retraction && !change->retraction->retracted);
}

/* Units have words of their own. */
static const char *code_for(const struct reference *reference, const char *of_unit,
                            const char *of_others)
{
    return reference->kinds == KIND_BIT(UNIT) ? of_unit : of_others;
}

/* Stops at the first reference that leads nowhere, or to an item of another kind. */
static bool leads_somewhere(void *ctx, const struct reference *reference)
{
    const struct search *search = ctx;
    const struct item_state *item = batch_item(search->batch, reference->key, false);
    struct submission *s = search->submission;

    if (item && scopes_only_audit(item->kind))
        item = NULL; /* not even that it exists is told */
    if (item && item->exists && !(reference->kinds & 1u << item->kind)) {
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
        return err_set(&s->why, ERR_REJECT, "BAD_REFERENCE", reference->place,
                       "leads to an item of another kind");
    }
    if (reference->optional)
        return true;
    if (item && item->exists && item->retracted && hangs_anew(s->change, reference)) {
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
        return err_set(&s->why, ERR_REJECT,
                       code_for(reference, "UNIT_RETIRED", "REFERENCE_RETRACTED"), reference->place,
                       "leads to an item that was retracted; nothing new may hang on it");
    }
    if (item && item->exists)
        return true;
    s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_RETRY_LATER;
    s->waits_for = reference->key;
    return err_set(&s->why, ERR_RETRY, code_for(reference, "UNIT_UNKNOWN", "PARENT_UNKNOWN"),
                   reference->place,
                   "refers to an item the register does not have; send that one first");
}

static struct item_state *find_unit(struct batch *batch, int64_t item_id)
{
    for (int i = 0; item_id && i < batch->nitems; i++)
        if (batch->items[i]->item_id == item_id)
            return batch->items[i];
    return NULL;
}

/* The last of those a unit was merged into; itself where it was not. Ends even in a ring. */
static const struct item_state *successor_of(struct batch *batch, const struct item_state *unit)
{
    for (int steps = 0; unit->merged_into_id && steps < MERGERS_MAX; steps++) {
        const struct item_state *next = find_unit(batch, unit->merged_into_id);
        if (!next)
            break;
        unit = next;
    }
    return unit;
}

/* A unit that moved is seen in its new place, or in its successor's, from here on. Every unit was
 * read. */
static void move_unit(struct batch *batch, struct item_state *item,
                      const Uptake__V1__UnitIdentity *unit)
{
    const struct item_state *into = batch_item(batch, unit->merged_into, false);

    item->merged_into_id = into ? into->item_id : 0;
    item->region_scope = batch->moved_region;
    for (int i = 0; i < batch->nitems; i++) {
        struct item_state *each = batch->items[i];
        const struct item_state *successor;

        if (each->kind != UPTAKE__V1__ITEM_KIND__ITEM_KIND_UNIT)
            continue;
        successor = successor_of(batch, each);
        each->successor_unit_scope = successor->unit_scope;
        each->successor_region_scope = successor->region_scope;
    }
}

static bool same_scopes(const struct item_state *a, const struct item_state *b)
{
    return a->nscopes == b->nscopes &&
           memcmp(a->scopes, b->scopes, (size_t)a->nscopes * sizeof(*a->scopes)) == 0;
}

static void move_dependent(struct batch *batch, struct item_state *item)
{
    const struct item_state before = *item;

    batch_take_from_document(item, batch_item(batch, item->document, false));
    batch_find_scopes(batch, item);
    if (batch->failed || (same_scopes(item, &before) && item->disclosure == before.disclosure &&
                          item->addressee == before.addressee))
        return;
    item->changed = true;
    batch_tell_difference(batch, &before, item);
    batch_count(batch, item, +1);
}

/* Documents first, then what lies in them, then what takes its audience from those, and so on: the
 * order that references.c keeps. */
static int rank_of(Uptake__V1__ItemKind kind)
{
    switch (kind) {
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_DOCUMENT:
        return 0;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_REMINDER:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_ASSESSMENT:
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_INDICATOR:
        return 2;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_LINK:
        return 3;
    case UPTAKE__V1__ITEM_KIND__ITEM_KIND_FINDING:
        return 4;
    default:
        return 1;
    }
}

static void move_dependents(struct batch *batch)
{
    for (int rank = 0; rank <= 4; rank++)
        for (int i = 0; i < batch->nitems && !batch->failed; i++)
            if (batch->items[i]->dependent && rank_of(batch->items[i]->kind) == rank)
                move_dependent(batch, batch->items[i]);
}

/* The first day granted lies behind the one first agreed, whichever of the two is new. */
static bool extends_in_order(struct batch *batch, const struct item_state *item,
                             struct submission *s)
{
    const Uptake__V1__Timeframe *timeframe = s->change->timeframe;
    const Uptake__V1__Extensions *granted = s->change->extensions;

    if (!timeframe && !granted)
        return true;
    if (!timeframe)
        timeframe = (void *)batch_current_group(batch, item, GROUP_TIMEFRAME);
    if (!granted)
        granted = (void *)batch_current_group(batch, item, GROUP_EXTENSIONS);
    if (!timeframe || !granted || granted->n_extensions == 0 ||
        strcmp(granted->extensions[0]->due_on, timeframe->due_on) > 0)
        return true;
    return err_set(&s->why, ERR_REJECT, "DATE_ORDER",
                   s->change->extensions ? "extensions.due_on" : "timeframe.due_on",
                   "the first extension, %s, is not later than the day first agreed, %s",
                   granted->extensions[0]->due_on, timeframe->due_on);
}

/* An item that may come into other feeds comes with all it says, and one frame has to hold that. */
static bool fits_a_frame(struct batch *batch, const struct item_state *item, struct submission *s)
{
    const Uptake__V1__Change *c = s->change;

    if (item->exists && (batch_decides_scopes(c) || c->redaction) &&
        batch_image_bytes(batch, item, c) > IMAGE_BYTES_MAX)
        return err_set(&s->why, ERR_REJECT, "ITEM_TOO_LARGE", "change",
                       "all that is said of the item is more than %d KiB; shorten it first",
                       IMAGE_BYTES_MAX / 1024);
    for (int i = 0; batch->ndependents && i < batch->nitems; i++)
        if (batch->items[i]->dependent &&
            batch_image_bytes(batch, batch->items[i], NULL) > IMAGE_BYTES_MAX) {
            log_event(LOG_WARN, "item_too_large", "item", batch->items[i]->key, NULL);
            return err_set(&s->why, ERR_REJECT, "ITEM_TOO_LARGE", "change",
                           "more than %d KiB is said of an item that would move with it; the log "
                           "of ingest names it",
                           IMAGE_BYTES_MAX / 1024);
        }
    return true;
}

/* Rules that need more than the item itself; false: s->why says which was broken. */
static bool may_apply(struct batch *batch, const struct item_state *item, struct submission *s)
{
    if (!standing_allows(batch, item, s) || !extends_in_order(batch, item, s) ||
        !redaction_allows(batch, item, s) || !letter_allows(batch, s) || !keyring_allows(batch, s))
        return false;
    if (batch->moves_too_much)
        return err_set(&s->why, ERR_REJECT, "MOVES_TOO_MUCH", "change",
                       "more than %d items, or %d MiB of what they say, would move with it; move "
                       "them document by document",
                       DEPENDENTS_MAX, MOVED_BYTES_MAX / 1024 / 1024);
    return fits_a_frame(batch, item, s);
}

/* A right that ends with what some units see. Whether an item that they do not see exists is not
 * told either. */
static bool lies_within(const struct item_state *item, struct submission *s)
{
    for (int i = 0; item->exists && i < s->nwithin; i++)
        if (scopes_contain(item->scopes, item->nscopes, s->within[i]))
            return true;
    return err_set(&s->why, ERR_REJECT, "NOT_GRANTED", "subject",
                   "this key may push only to items that its units see");
}

static bool owns_its_groups(struct submission *s)
{
    for (int group = 1; group <= GROUP_LAST; group++)
        if (s->not_owned & GROUP_BIT(group))
            return err_set(&s->why, ERR_REJECT, "GROUP_NOT_OWNED", group_name(group),
                           "%s belongs to %s; no grant of this key covers it", group_name(group),
                           group_owner(group));
    return true;
}

static bool has_the_right(const struct item_state *item, struct submission *s)
{
    return owns_its_groups(s) && (s->nwithin == 0 || lies_within(item, s));
}

static void settle(struct batch *batch, struct submission *s)
{
    struct item_state *item = batch_item(batch, s->change->subject, true);
    struct search search = {batch, s};
    struct circumstances known;
    struct verdict verdict;

    if (!item)
        return;
    if (!has_the_right(item, s)) {
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
        return;
    }
    if (!references_each(s->change, leads_somewhere, &search))
        return;
    known = circumstances_of(batch, item, s);
    verdict = decide(item, s->change, &known);
    s->outcome = verdict.outcome;
    s->why = verdict.why;
    s->revision = item->revision;
    s->waits_for = s->change->subject;
    if (verdict.outcome != UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED &&
        verdict.outcome != UPTAKE__V1__OUTCOME__OUTCOME_MERGED)
        return;
    if (!may_apply(batch, item, s)) {
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_REFUSED;
        return;
    }
    batch_apply(batch, item, s);
    circumstances_settle(batch, item, s);
    if (batch->ndependents == 0)
        return;
    if (s->change->unit_identity)
        move_unit(batch, item, s->change->unit_identity);
    move_dependents(batch);
}

bool batch_decide(struct batch *batch, struct err *err)
{
    for (int i = 0; i < batch->n && !batch->failed; i++) {
        if (batch->submissions[i]->outcome)
            continue;
        in_hand_take(batch->in_hand, batch->submissions[i]);
        settle(batch, batch->submissions[i]);
        in_hand_put_down(batch->in_hand);
    }
    if (batch->failed)
        return err_set(err, ERR_RETRY, "OUT_OF_MEMORY", "batch", "cannot settle the changes");
    return true;
}
