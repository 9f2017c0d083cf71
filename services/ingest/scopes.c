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

static void add_unit(struct set *set, const struct item_state *unit, bool restricted)
{
    if (!unit || !unit->exists)
        return;
    add(set, unit->unit_scope);
    if (!restricted)
        add(set, unit->region_scope);
}

/* Those of another item; the public feed only by the item's own disclosure. */
static void add_inherited(struct set *set, const struct item_state *from)
{
    for (int i = 0; from && i < from->nscopes; i++)
        if (from->scopes[i] != SCOPE_PUBLIC)
            add(set, from->scopes[i]);
}

const int64_t *scopes_of(struct batch *batch, const struct item_state *item,
                         const Uptake__V1__DocumentIdentity *identity,
                         const Uptake__V1__Responsibilities *responsibilities,
                         const Uptake__V1__ReminderRecord *record, int *n)
{
    const bool restricted = item->disclosure == UPTAKE__V1__DISCLOSURE__DISCLOSURE_RESTRICTED;
    const struct item_state *document = batch_item(batch, item->document, false);
    const struct item_state *action = record ? batch_item(batch, record->action, false) : NULL;
    size_t units = responsibilities ? responsibilities->n_units : 0;
    size_t most = 8 + 2 * units + (size_t)(document ? document->nscopes : 0) +
                  (size_t)(action ? action->nscopes : 0);
    struct set set = {.scopes = arena_alloc(&batch->arena, most * sizeof(int64_t))};

    if (!set.scopes)
        return NULL;
    add(&set, SCOPE_HQ);
    if (item->disclosure == UPTAKE__V1__DISCLOSURE__DISCLOSURE_PUBLIC)
        add(&set, SCOPE_PUBLIC);
    if (identity)
        add_unit(&set, batch_item(batch, identity->office_unit, false), restricted);
    else if (action)
        add_inherited(&set, action);
    else if (!restricted)
        add_inherited(&set, document);
    for (size_t i = 0; i < units; i++)
        add_unit(&set, batch_item(batch, responsibilities->units[i]->unit, false), restricted);
    if (record)
        add_unit(&set, batch_item(batch, record->recipient, false), true);
    *n = set.n;
    return set.scopes;
}
