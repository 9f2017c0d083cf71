/* SPDX-License-Identifier: Apache-2.0 */
#include "import/finding_items.h"

#include "base/text.h"
#include "import/item_groups.h"
#include "import/item_keys.h"
#include "wire/wire.h"

#include <ctype.h>
#include <string.h>

enum { HASH_DIGITS = 12 };

bool finding_item_tells_event(const char *code)
{
    return strcmp(code, "STALE_SOURCE") == 0 || strcmp(code, "RESPONSIBILITY_CHANGED") == 0;
}

/* Keys ---------------------------------------------------------------------------------------- */

/* Does the number that begins here say where something stands: "line 12"? */
static bool is_place(const char *message, const char *at)
{
    static const char *const words[] = {"line ", "lines ", "page ", "pages "};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(at - message) >= len && strncmp(at - len, words[i], len) == 0)
            return true;
    }
    return false;
}

/* What the message quotes and counts; of an event the first alone, since its message may name the
 * day of the import. */
static void put_content(struct text_buffer *content, const char *message, bool event)
{
    const size_t before = content->len;

    for (const char *at = message; *at && !(event && content->len > before);) {
        size_t len = 1;
        bool taken = false;

        if (*at == '"') {
            len += strcspn(at + 1, "\"");
            len += at[len] == '"';
            taken = true;
        } else if (isdigit((unsigned char)*at)) {
            len = strspn(at, "0123456789-/");
            taken = !is_place(message, at);
        }
        if (taken) {
            text_put_bytes(content, at, len);
            text_put_bytes(content, "", 1);
        }
        at += len;
    }
}

const char *finding_item_key(struct arena *arena, const char *document,
                             const struct finding *finding, const char *about, int n)
{
    struct text_buffer content = {0};
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    text_put_bytes(&content, finding->code, strlen(finding->code) + 1);
    text_put_bytes(&content, about, strlen(about) + 1);
    put_content(&content, finding->message, finding_item_tells_event(finding->code));
    if (content.failed) {
        text_buffer_finish(&content);
        return NULL;
    }
    sha256(content.text, content.len, digest);
    text_buffer_finish(&content);
    bytes_to_hex(digest, sizeof(digest), hex);
    if (n > 1)
        return arena_printf(arena, "%s#finding:%s:%.*s-%d", document, finding->code,
                            (int)HASH_DIGITS, hex, n);
    return arena_printf(arena, "%s#finding:%s:%.*s", document, finding->code, (int)HASH_DIGITS,
                        hex);
}

/* The code in a key that import made; NULL: somebody else raised this finding. */
static const char *code_of(const char *key, const char *document, char code[ITEM_CODE_MOST + 1])
{
    size_t len = strlen(document);
    const char *at = key + len + strlen("#finding:");
    size_t ncode;

    if (strncmp(key, document, len) != 0 || strncmp(key + len, "#finding:", 9) != 0)
        return NULL;
    ncode = strcspn(at, ":");
    if (ncode > ITEM_CODE_MOST || at[ncode] != ':' ||
        strspn(at + ncode + 1, "0123456789abcdef") != HASH_DIGITS)
        return NULL;
    memcpy(code, at, ncode);
    code[ncode] = '\0';
    return code;
}

/* Raising ------------------------------------------------------------------------------------- */

static const char *key_of(struct finding_items *items, const struct finding *finding,
                          const char *about)
{
    const char *key;
    int n = 1;

    do
        key = finding_item_key(&items->outbox->arena, items->document, finding, about, n++);
    while (key && json_object_get(items->met, key));
    if (key && json_object_set_new(items->met, key, json_true()) != 0)
        return NULL;
    return key;
}

static Uptake__V1__Severity severity_of(enum severity severity)
{
    static const Uptake__V1__Severity words[] = {UPTAKE__V1__SEVERITY__SEVERITY_INFO,
                                                 UPTAKE__V1__SEVERITY__SEVERITY_WARNING,
                                                 UPTAKE__V1__SEVERITY__SEVERITY_ERROR};

    return words[severity];
}

static bool fill(struct finding_items *items, const struct finding *finding, const char *about,
                 Uptake__V1__FindingRaised *raised)
{
    struct arena *arena = &items->outbox->arena;

    uptake__v1__finding_raised__init(raised);
    raised->code = lend(finding->code);
    raised->severity = severity_of(finding->severity);
    raised->about = lend(item_line(arena, about, ITEM_KEY_MOST, NULL));
    raised->place = finding->line ? arena_printf(arena, "line %d", finding->line) : lend(NULL);
    raised->message = lend(finding->message);
    raised->remedy = lend(finding->remedy);
    return raised->place != NULL;
}

static Uptake__V1__Change change_of(const struct finding_items *items, const char *key,
                                    Uptake__V1__FindingRaised *raised)
{
    Uptake__V1__Change change = UPTAKE__V1__CHANGE__INIT;

    change.operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    change.kind = UPTAKE__V1__ITEM_KIND__ITEM_KIND_FINDING;
    change.document = lend(items->document);
    change.subject = lend(key);
    change.finding_raised = raised;
    return change;
}

/* An event that the register has is the same event, though the day it is told on is another. */
static bool is_told(struct finding_items *items, const char *code, const char *key, bool *told,
                    struct err *err)
{
    const json_t *groups;

    *told = false;
    if (!finding_item_tells_event(code))
        return true;
    if (!present_groups(items->present, key, &groups, err))
        return false;
    *told = !json_is_true(json_object_get(json_object_get(groups, "finding_raised"), "gone"));
    return true;
}

static bool no_memory(const struct finding_items *items, struct err *err)
{
    return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", items->document,
                   "the findings do not fit in memory");
}

static bool raise_one(struct finding_items *items, const struct finding *finding, struct err *err)
{
    const char *about = item_key_about(items->by_name, items->document, finding->subject);
    const char *key = key_of(items, finding, about);
    Uptake__V1__FindingRaised raised;
    Uptake__V1__Change change;
    struct item_state state;
    bool settled;
    int left;

    if (!key || !fill(items, finding, about, &raised))
        return no_memory(items, err);
    change = change_of(items, key, &raised);
    state = present_state(items->present, key);
    if (!present_is_retracted(items->present, key, &settled, err) ||
        !item_state_reduce(&state, &change, &items->outbox->arena, &left, err))
        return false;
    if (settled || left == 0)
        return true;
    if (state.revision && (!is_told(items, finding->code, key, &settled, err) || settled))
        return settled;
    change.base_revision = state.revision;
    items->raised++;
    return outbox_add(items->outbox, &change, err);
}

/* Withdrawing --------------------------------------------------------------------------------- */

static bool withdraw(struct finding_items *items, const char *key, struct err *err)
{
    struct arena *arena = &items->outbox->arena;
    const struct item_state state = present_state(items->present, key);
    Uptake__V1__FindingRaised *raised;
    Uptake__V1__Change change;
    const json_t *groups;
    bool retracted;

    if (!present_groups(items->present, key, &groups, err) ||
        !present_is_retracted(items->present, key, &retracted, err))
        return false;
    raised = (Uptake__V1__FindingRaised *)wire_from_json(&uptake__v1__finding_raised__descriptor,
                                                         json_object_get(groups, "finding_raised"),
                                                         arena, err);
    if (!raised)
        return false;
    if (raised->gone || retracted)
        return true;
    raised->gone = true;
    change = change_of(items, key, raised);
    change.base_revision = state.revision;
    items->withdrawn++;
    return outbox_add(items->outbox, &change, err);
}

static bool withdraw_unmet(struct finding_items *items, bool events, struct err *err)
{
    char code[ITEM_CODE_MOST + 1];
    const char *key;
    json_t *item;

    if (events && !items->other_file)
        return true;
    json_object_foreach(items->present->states, key, item)
    {
        const char *kind = json_string_value(json_object_get(item, "kind"));

        if (!kind || strcmp(kind, "finding") != 0 || json_object_get(items->met, key) ||
            !code_of(key, items->document, code) || finding_item_tells_event(code) != events)
            continue;
        if (!withdraw(items, key, err))
            return false;
    }
    return true;
}

static bool raise_all(struct finding_items *items, const struct document *found,
                      struct outbox *events, struct outbox *others, struct err *err)
{
    for (const struct finding *each = found->findings; each; each = each->next) {
        items->outbox = finding_item_tells_event(each->code) ? events : others;
        if (!raise_one(items, each, err))
            return false;
    }
    return true;
}

static bool withdraw_all(struct finding_items *items, struct outbox *events, struct outbox *others,
                         struct err *err)
{
    items->outbox = events;
    if (!withdraw_unmet(items, true, err))
        return false;
    items->outbox = others;
    return withdraw_unmet(items, false, err);
}

/* What a reader says of the same file is no event of this import: it keeps its place. */
bool finding_items_plan(struct finding_items *items, const struct document *found,
                        const struct document *noticed, struct outbox *events,
                        struct outbox *others, struct err *err)
{
    return raise_all(items, found, items->other_file ? events : others, others, err) &&
           raise_all(items, noticed, events, others, err) &&
           withdraw_all(items, events, others, err);
}
