/* SPDX-License-Identifier: Apache-2.0 */
#include "import/person_word.h"

#include "base/text.h"
#include "wire/wire.h"

#include <string.h>

static bool is_a_persons(const Uptake__V1__Responsibility *unit)
{
    return unit->confirmed || strcmp(unit->said_by, "person") == 0;
}

static bool any_is_a_persons(const Uptake__V1__Responsibilities *group)
{
    for (size_t i = 0; i < group->n_units; i++)
        if (is_a_persons(group->units[i]))
            return true;
    return false;
}

static Uptake__V1__Responsibility *by_name(const Uptake__V1__Responsibilities *group,
                                           const char *name, bool only_a_persons)
{
    for (size_t i = 0; i < group->n_units; i++)
        if ((!only_a_persons || is_a_persons(group->units[i])) &&
            text_equal_fold(group->units[i]->name, name))
            return group->units[i];
    return NULL;
}

static bool merge(Uptake__V1__Responsibilities *read, const Uptake__V1__Responsibilities *now,
                  struct arena *arena)
{
    const size_t nread = read->n_units;
    Uptake__V1__Responsibility **units =
        arena_zalloc(arena, (nread + now->n_units) * sizeof(*units) + 1);

    if (!units)
        return false;
    for (size_t i = 0; i < nread; i++) {
        Uptake__V1__Responsibility *kept = by_name(now, read->units[i]->name, true);
        units[i] = kept ? kept : read->units[i];
    }
    for (size_t i = 0; i < now->n_units; i++)
        if (strcmp(now->units[i]->said_by, "person") == 0 &&
            !by_name(read, now->units[i]->name, false))
            units[read->n_units++] = now->units[i];
    read->units = units;
    return true;
}

/* Does the register say just that, or nothing yet? Then nobody has to be asked. */
static bool is_known(const struct present *present, const char *key,
                     Uptake__V1__Responsibilities *read, struct arena *arena, bool *known,
                     struct err *err)
{
    const struct item_state state = present_state(present, key);
    Uptake__V1__Change alone = UPTAKE__V1__CHANGE__INIT;
    int left = 0;

    alone.responsibilities = read;
    if (json_object_get(state.groups, "responsibilities") &&
        !item_state_reduce(&state, &alone, arena, &left, err))
        return false;
    *known = left == 0;
    return true;
}

bool person_word_weigh(struct present *present, const char *key, Uptake__V1__Responsibilities *read,
                       struct arena *arena, enum person_word *word, struct err *err)
{
    const json_t *groups;
    json_t *said;
    Uptake__V1__Responsibilities *now;
    bool known;

    *word = PERSON_SAID_NOTHING;
    if (!is_known(present, key, read, arena, &known, err))
        return false;
    if (known)
        return true;
    if (!present_groups(present, key, &groups, err))
        return false;
    said = json_object_get(groups, "responsibilities");
    if (!said)
        return true;
    now = (Uptake__V1__Responsibilities *)wire_from_json(&uptake__v1__responsibilities__descriptor,
                                                         said, arena, err);
    if (!now)
        return false;
    if (!any_is_a_persons(now))
        return true;
    *word = strcmp(now->source, read->source) == 0 ? PERSON_WORD_STANDS : PERSON_WORD_KEPT;
    if (*word == PERSON_WORD_KEPT && !merge(read, now, arena))
        return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", key, "cannot hold who is responsible");
    return true;
}
