/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_containers.h"

#include <string.h>

/* May the unit sit in a container? Not the office itself, nor one the directory puts nowhere. */
static bool can_sit(const struct ohchr_name *name)
{
    if (name->kind == NAME_UNIT)
        return !name->entry->parent || name->entry->parent[0];
    return name->kind == NAME_UNKNOWN;
}

/* "HQ/Geneva" is one place. */
static void join_cities(struct ohchr_names *names)
{
    for (int i = 0; i + 1 < names->n; i++) {
        struct ohchr_name *name = &names->list[i];
        const struct ohchr_name *city = name + 1;
        if (name->kind != NAME_CONTAINER || !city->city ||
            (city->before != '/' && city->before != ' '))
            continue;
        name->len = (size_t)(city->at + city->len - name->at);
        names->n--;
        memmove(name + 1, name + 2, (size_t)(names->n - i - 1) * sizeof(*name));
    }
}

void ohchr_containers_settle(struct ohchr_names *names)
{
    join_cities(names);
    for (int i = 0; i < names->n; i++) {
        struct ohchr_name *name = &names->list[i];
        const struct ohchr_name *before = i ? name - 1 : NULL;
        const struct ohchr_name *next = i + 1 < names->n ? name + 1 : NULL;
        bool holds = (next && next->before == '(') || (name->before == '(' && before) ||
                     (name->before == '/' && before && can_sit(before)) ||
                     (next && next->before == '/' && can_sit(next));

        if (name->kind == NAME_CONTAINER)
            name->role = holds ? ROLE_CONTAINER : name->role;
        else if (name->kind == NAME_EXTERNAL)
            name->role = ROLE_EXTERNAL;
    }
}
