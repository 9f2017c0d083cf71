/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/push: changes from systems that speak HTTP, relayed to ingest in the name of the token's
 * principal. The same changes, message ids and outcomes as over ZeroMQ. */
#include "api.h"
#include "base/bytes.h"
#include "base/text.h"
#include "relay.h"
#include "wire/wire.h"

#include <stdio.h>
#include <string.h>
#include <uptake/v1/items.pb-c.h>

enum { UUID_TEXT = 37 };

/* Changes read so far; in the call's arena. */
struct push {
    struct call *call;
    struct client_change changes[RELAY_CHANGES_MAX];
    size_t n;
};

/* Reading -------------------------------------------------------------------------------------- */

/* 36 characters with hyphens, or 32 without. */
static bool read_uuid(const char *text, uint8_t id[MESSAGE_ID_BYTES])
{
    static const uint8_t zero[MESSAGE_ID_BYTES];
    const size_t len = strlen(text);
    char hex[2 * MESSAGE_ID_BYTES + 1];
    size_t n = 0;

    if (len != 32 && len != UUID_TEXT - 1)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (len == UUID_TEXT - 1 && (i == 8 || i == 13 || i == 18 || i == 23)) {
            if (text[i] != '-')
                return false;
        } else if (n < 2 * MESSAGE_ID_BYTES) {
            hex[n++] = text[i];
        }
    }
    hex[n] = '\0';
    return bytes_from_hex(hex, id, MESSAGE_ID_BYTES) && memcmp(id, zero, sizeof(zero)) != 0;
}

static void write_uuid(const uint8_t id[MESSAGE_ID_BYTES], char text[UUID_TEXT])
{
    char hex[2 * MESSAGE_ID_BYTES + 1];

    bytes_to_hex(id, MESSAGE_ID_BYTES, hex);
    snprintf(text, UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
             hex + 20);
}

static bool check_members(const json_t *object, const char *const *known, struct err *err)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        const char *const *at = known;

        while (*at && strcmp(*at, name) != 0)
            at++;
        if (!*at)
            return err_set(err, ERR_REJECT, "JSON_UNKNOWN_FIELD", name, "there is no such member");
    }
    return true;
}

static bool pack_change(struct call *call, Uptake__V1__Change *change, struct client_change *to,
                        struct err *err)
{
    if (change->operation == UPTAKE__V1__OPERATION__OPERATION_UNSPECIFIED)
        change->operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    if (!change->document[0] || !change->subject[0])
        return err_set(err, ERR_REJECT, "FIELD_MISSING",
                       change->document[0] ? "change.subject" : "change.document",
                       "every change names its document and its item");
    to->body = wire_pack(&change->base, &call->arena, &to->len);
    if (!to->body)
        return err_set(err, ERR_RETRY, "OVERLOADED", "change", "out of memory; try again");
    return to->len <= WIRE_BODY_MAX ||
           err_set(err, ERR_REJECT, "MESSAGE_TOO_LARGE", "change",
                   "%zu bytes, limit %d; shorten the texts", to->len, (int)WIRE_BODY_MAX);
}

static bool read_id(struct call *call, const json_t *item, const Uptake__V1__Change *change,
                    struct client_change *to, struct err *err)
{
    const json_t *given = json_object_get(item, "message_id");
    uint8_t *id = arena_zalloc(&call->arena, MESSAGE_ID_BYTES);

    if (!id)
        return err_set(err, ERR_RETRY, "OVERLOADED", "message_id", "out of memory; try again");
    to->message_id = id;
    if (!given)
        client_content_id(change->document, change->subject, change->base_revision, to->body,
                          to->len, id);
    else if (!json_is_string(given) || !read_uuid(json_string_value(given), id))
        return err_set(err, ERR_REJECT, "BAD_MESSAGE_ID", "message_id",
                       "need a UUID that is not zero");
    return true;
}

static bool read_change(struct push *push, const json_t *item, struct err *err)
{
    static const char *const members[] = {"message_id", "change", NULL};
    struct client_change *to = &push->changes[push->n];
    struct call *call = push->call;
    Uptake__V1__Change *change;

    if (!json_is_object(item) || !json_object_get(item, "change"))
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "change",
                       "each is an object with a member \"change\"");
    if (!check_members(item, members, err))
        return false;
    change = (Uptake__V1__Change *)wire_from_json(
        &uptake__v1__change__descriptor, json_object_get(item, "change"), &call->arena, err);
    if (!change || !pack_change(call, change, to, err) || !read_id(call, item, change, to, err))
        return false;
    for (size_t i = 0; i < push->n; i++)
        if (memcmp(push->changes[i].message_id, to->message_id, MESSAGE_ID_BYTES) == 0)
            return err_set(err, ERR_REJECT, "MESSAGE_ID_TWICE", "message_id",
                           "changes[%zu] of this request has the same one; send it once", i);
    push->n++;
    return true;
}

static bool read_changes(struct push *push, const json_t *root, struct err *err)
{
    static const char *const members[] = {"changes", NULL};
    const json_t *list = json_object_get(root, "changes");
    char inner[sizeof(err->place)];

    if (!json_is_array(list))
        return err_set(err, ERR_REJECT, "FIELD_MISSING", "changes", "need a list of changes");
    if (!check_members(root, members, err))
        return false;
    if (json_array_size(list) < 1 || json_array_size(list) > RELAY_CHANGES_MAX)
        return err_set(err, ERR_REJECT, "TOO_MANY_ELEMENTS", "changes", "%zu of them, 1 to %d",
                       json_array_size(list), RELAY_CHANGES_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (read_change(push, json_array_get(list, i), err))
            continue;
        memcpy(inner, err->place, sizeof(inner));
        snprintf(err->place, sizeof(err->place), "changes[%zu]%s%.60s", i, *inner ? "." : "",
                 inner);
        text_mend(err->place);
        return false;
    }
    return true;
}

static bool read_body(struct push *push, struct err *err)
{
    json_error_t where;
    char place[64];
    size_t len;
    const char *body = http_body(push->call->request, &len);
    json_t *root = json_loadb(body, len, JSON_REJECT_DUPLICATES, &where);
    bool good;

    snprintf(place, sizeof(place), "line %d column %d", where.line, where.column);
    good = root ? read_changes(push, root, err)
                : err_set(err, ERR_REJECT, "JSON_BAD", place, "%.150s", where.text);
    json_decref(root);
    return good;
}

/* Answering ------------------------------------------------------------------------------------ */

static json_t *outcome_json(const struct relay_outcome *outcome)
{
    char id[UUID_TEXT];

    write_uuid(outcome->message_id, id);
    return json_pack("{s:s,s:s,s:b,s:I,s:s,s:s,s:s,s:s,s:I}", "message_id", id, "outcome",
                     client_outcome_word(outcome->outcome), "duplicate", (int)outcome->duplicate,
                     "revision", (json_int_t)outcome->revision, "code", outcome->code, "place",
                     outcome->place, "text", outcome->text, "warning", outcome->warning,
                     "retry_after_ms", (json_int_t)outcome->retry_after_ms);
}

/* A relay_done_fn. */
static void on_done(void *ctx, const struct relay_outcome *outcomes, size_t n)
{
    struct call *call = ctx;
    json_t *list;

    if (!call_is_awaited(call))
        return;
    list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, outcome_json(&outcomes[i]));
        call->retry_later = call->retry_later || outcomes[i].outcome == CLIENT_RETRY_LATER;
    }
    call->status = call->retry_later ? 202 : 200;
    call_json(call, json_pack("{s:o}", "outcomes", list));
}

static void refuse(struct call *call, const struct err *err)
{
    call->retry_later = err->kind == ERR_RETRY;
    call->place = err->kind == ERR_REJECT ? err->place : NULL;
    call_problem(call, err->kind == ERR_RETRY ? 503 : 400, err->code, NULL, err->text);
}

static bool is_json(const struct call *call)
{
    const char *type = http_header(call->request, "Content-Type");
    const size_t len = strlen("application/json");

    return type && strncasecmp(type, "application/json", len) == 0 &&
           (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

void api_push(struct call *call)
{
    struct push push = {.call = call};
    struct err err;

    if (call->reader.by_session)
        call_problem(call, 401, "TOKEN_MISSING", NULL, "Send a bearer token.");
    else if (!is_json(call))
        call_problem(call, 415, "CONTENT_TYPE_UNSUPPORTED", NULL,
                     "Send the changes as application/json.");
    else if (!read_body(&push, &err) || !relay_send(call->app->relay, call->reader.name,
                                                    push.changes, push.n, on_done, call, &err))
        refuse(call, &err);
}
