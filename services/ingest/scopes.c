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

/* Who may see both ends: a link names the one to readers of the other. */
static void add_common(struct set *set, const struct item_state *from, const struct item_state *to)
{
    for (int i = 0; from && i < from->nscopes; i++)
        if (from->scopes[i] != SCOPE_PUBLIC &&
            (!to || scopes_contain(to->scopes, to->nscopes, from->scopes[i])))
            add(set, from->scopes[i]);
}

static const struct item_state *find_item(struct batch *batch, const char *key)
{
    return key && key[0] ? batch_item(batch, key, false) : NULL;
}

const int64_t *scopes_of(struct batch *batch, const struct item_state *item,
                         const struct sayings *said, int *n)
{
    const bool restricted = item->disclosure == UPTAKE__V1__DISCLOSURE__DISCLOSURE_RESTRICTED;
    const struct item_state *document = find_item(batch, item->document);
    const struct item_state *action =
        said->reminder ? find_item(batch, said->reminder->action) : NULL;
    const struct item_state *from = said->link ? find_item(batch, said->link->from) : NULL;
    size_t units = said->responsibilities ? said->responsibilities->n_units : 0;
    size_t most = 8 + 4 * (units + 2) + (size_t)(document ? document->nscopes : 0) +
                  (size_t)(action ? action->nscopes : 0) + (size_t)(from ? from->nscopes : 0);
    struct set set = {.scopes = arena_alloc(&batch->arena, most * sizeof(int64_t))};

    if (!set.scopes)
        return NULL;
    add(&set, SCOPE_HQ);
    if (item->disclosure == UPTAKE__V1__DISCLOSURE__DISCLOSURE_PUBLIC)
        add(&set, SCOPE_PUBLIC);
    if (said->identity)
        add_unit(&set, find_item(batch, said->identity->office_unit), restricted);
    else if (said->link)
        add_common(&set, from, find_item(batch, said->link->to));
    else if (action)
        add_inherited(&set, action);
    else if (!restricted)
        add_inherited(&set, document);
    for (size_t i = 0; i < units; i++)
        add_unit(&set, find_item(batch, said->responsibilities->units[i]->unit), restricted);
    if (said->reminder)
        add_unit(&set, find_item(batch, said->reminder->recipient), true);
    *n = set.n;
    return set.scopes;
}
