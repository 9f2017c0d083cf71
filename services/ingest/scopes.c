/* SPDX-License-Identifier: Apache-2.0 */
#include "scopes.h"

#include <stdlib.h>
#include <string.h>

struct set {
    int64_t *scopes;
    int n;
};

bool scopes_contain(const int64_t *scopes, int n, int64_t scope)
{
    for (int i = 0; i < n; i++)
        if (scopes[i] == scope)
            return true;
    return false;
}

static void add(struct set *set, int64_t scope)
{
    int at = set->n;

    if (scope == 0 || scopes_contain(set->scopes, set->n, scope))
        return;
    while (at > 0 && set->scopes[at - 1] > scope) {
        set->scopes[at] = set->scopes[at - 1];
        at--;
    }
    set->scopes[at] = scope;
    set->n++;
}

/* Whoever took over a unit's work sees what it was asked; the unit itself goes on seeing it. */
static void add_unit(struct set *set, const struct item_state *unit, bool restricted)
{
    if (!unit || !unit->exists)
        return;
    add(set, unit->unit_scope);
    add(set, unit->successor_unit_scope);
    if (restricted)
        return;
    add(set, unit->region_scope);
    add(set, unit->successor_region_scope);
}

/* Those of another item; the public feed only by the item's own disclosure. */
static void add_inherited(struct set *set, const struct item_state *from)
{
    for (int i = 0; from && i < from->nscopes; i++)
        if (from->scopes[i] != SCOPE_PUBLIC)
            add(set, from->scopes[i]);
}

/* Who may not see what an item speaks of is not told of it there either. */
static void keep_common(struct set *set, const struct item_state *about)
{
    int n = 0;

    if (!about || !about->exists)
        return;
    for (int i = 0; i < set->n; i++)
        if (scopes_contain(about->scopes, about->nscopes, set->scopes[i]))
            set->scopes[n++] = set->scopes[i];
    set->n = n;
}

static const struct item_state *find_item(struct batch *batch, const char *key)
{
    return key && key[0] ? batch_item(batch, key, false) : NULL;
}

static void keep_common_with_all(struct batch *batch, struct set *set, const struct sayings *said)
{
    if (said->link) {
        keep_common(set, find_item(batch, said->link->from));
        keep_common(set, find_item(batch, said->link->to));
    }
    for (size_t i = 0; said->assessment && i < said->assessment->n_subjects; i++)
        keep_common(set, find_item(batch, said->assessment->subjects[i]));
    if (said->indicator)
        keep_common(set, find_item(batch, said->indicator->about));
    if (said->finding)
        keep_common(set, find_item(batch, said->finding->about));
}

/* A restricted item is for those who do the work or oversee it; others are named beside them. */
static void add_responsible(struct batch *batch, struct set *set,
                            const Uptake__V1__Responsibilities *said, bool restricted)
{
    for (size_t i = 0; said && i < said->n_units; i++) {
        const Uptake__V1__Role role = said->units[i]->role;

        if (!restricted ||
            (role != UPTAKE__V1__ROLE__ROLE_CONTAINER && role != UPTAKE__V1__ROLE__ROLE_EXTERNAL))
            add_unit(set, find_item(batch, said->units[i]->unit), restricted);
    }
}

/* The item whose readers may see this one, where no group of its own says more. */
static const struct item_state *find_origin(struct batch *batch, const struct item_state *item,
                                            const struct sayings *said)
{
    if (said->link)
        return find_item(batch, said->link->from);
    return find_item(batch, said->reminder ? said->reminder->action : item->document);
}

bool scopes_only_audit(Uptake__V1__ItemKind kind)
{
    return kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_PRINCIPAL ||
           kind == UPTAKE__V1__ITEM_KIND__ITEM_KIND_DEAD_LETTER;
}

const int64_t *scopes_of(struct batch *batch, const struct item_state *item,
                         const struct sayings *said, int *n)
{
    const bool restricted = item->disclosure == UPTAKE__V1__DISCLOSURE__DISCLOSURE_RESTRICTED;
    const struct item_state *origin = find_origin(batch, item, said);
    size_t units = said->responsibilities ? said->responsibilities->n_units : 0;
    size_t most = 8 + 4 * (units + 1) + (size_t)(origin ? origin->nscopes : 0);
    struct set set = {.scopes = arena_alloc(&batch->arena, most * sizeof(int64_t))};

    if (!set.scopes)
        return NULL;
    if (scopes_only_audit(item->kind)) {
        add(&set, SCOPE_AUDIT);
        *n = set.n;
        return set.scopes;
    }
    add(&set, SCOPE_HQ);
    if (item->disclosure == UPTAKE__V1__DISCLOSURE__DISCLOSURE_PUBLIC)
        add(&set, SCOPE_PUBLIC);
    if (said->identity)
        add_unit(&set, find_item(batch, said->identity->office_unit), restricted);
    else if (said->link || said->reminder || !restricted)
        add_inherited(&set, origin);
    add_responsible(batch, &set, said->responsibilities, restricted);
    /* A record of what one unit was sent; who took over its work sees it with the action. */
    if (said->reminder && find_item(batch, said->reminder->recipient))
        add(&set, find_item(batch, said->reminder->recipient)->unit_scope);
    keep_common_with_all(batch, &set, said);
    *n = set.n;
    return set.scopes;
}
