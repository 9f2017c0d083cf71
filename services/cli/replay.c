/* SPDX-License-Identifier: Apache-2.0 */
#include "replay.h"

#include "base/bytes.h"
#include "follow.h"
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Hashes of the changes that the register holds. */
struct held {
    uint8_t (*hashes)[SHA256_BYTES];
    size_t n;
    size_t room;
    struct arena arena; /* for one entry at a time */
};

static bool add_hash(struct held *held, const uint8_t *bytes, size_t len)
{
    if (held->n == held->room) {
        size_t room = held->room ? 2 * held->room : 1024;
        void *more = realloc(held->hashes, room * sizeof(*held->hashes));
        if (!more)
            return false;
        held->hashes = more;
        held->room = room;
    }
    sha256(bytes, len, held->hashes[held->n++]);
    return true;
}

/* The change is packed anew, as the file's is: other programs may encode the same otherwise. */
static bool take_entry(void *ctx, json_t *entry, struct err *err)
{
    struct held *held = ctx;
    json_t *json = json_object_get(entry, "change");
    ProtobufCMessage *change;
    const uint8_t *bytes;
    size_t len;
    bool good = true;

    if (!json_is_object(json)) /* redacted */
        return true;
    change = wire_from_json(&uptake__v1__change__descriptor, json, &held->arena, err);
    if (!change)
        return false;
    bytes = wire_pack(change, &held->arena, &len);
    if (!bytes || !add_hash(held, bytes, len))
        good = err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "feed", "cannot hold the register's feed");
    arena_reset(&held->arena);
    return good;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_BYTES);
}

static bool read_held(struct cli *cli, struct held *held, struct err *err)
{
    struct fetch *fetch = fetch_open(cli, err);
    bool good = fetch && follow_all(fetch, take_entry, held, err);

    fetch_close(fetch);
    if (held->n)
        qsort(held->hashes, held->n, sizeof(*held->hashes), compare);
    return good;
}

static bool is_held(const struct held *held, const struct outgoing *out)
{
    uint8_t hash[SHA256_BYTES];

    sha256(out->body, out->len, hash);
    return held->n && bsearch(hash, held->hashes, held->n, sizeof(*held->hashes), compare);
}

/* Takes what the register holds out of the outbox; gives how many that were. */
static size_t leave_out(const struct held *held, struct outbox *outbox)
{
    struct outgoing *out = outbox->first;
    size_t known = 0;

    outbox->first = outbox->last = NULL;
    outbox->n = 0;
    while (out) {
        struct outgoing *next = out->next;
        out->next = NULL;
        if (is_held(held, out)) {
            known++;
        } else {
            *(outbox->last ? &outbox->last->next : &outbox->first) = out;
            outbox->last = out;
            outbox->n++;
        }
        out = next;
    }
    return known;
}

static void tell_dry(const struct cli *cli, const char *path, size_t n, size_t known,
                     json_t *results)
{
    if (cli->json)
        json_array_append_new(results, json_pack("{s:s, s:s, s:I, s:I}", "file", path, "format",
                                                 "changes", "to_send", (json_int_t)n,
                                                 "known_before", (json_int_t)known));
    else
        printf("%s: %zu change%s to send, %zu known before, nothing sent (dry run)\n", path, n,
               cli_s(n), known);
}

static void tell(const struct cli *cli, const char *path, const struct outbox *outbox, size_t known,
                 json_t *results)
{
    char before[128];
    json_t *result;

    if (!cli->json) {
        snprintf(before, sizeof(before), "%.120s: ", path);
        lines_print(outbox, known, before);
        return;
    }
    result = lines_result(outbox, known);
    json_object_set_new(result, "file", json_string(path));
    json_object_set_new(result, "format", json_string("changes"));
    json_array_append_new(results, result);
}

enum exit_code replay(struct cli *cli, const char *path, bool dry_run, json_t *results)
{
    struct outbox outbox = {0};
    struct held held = {0};
    enum exit_code code;
    struct err err;
    size_t known;

    if (!lines_read(path, &outbox, &err) || !read_held(cli, &held, &err)) {
        code = cli_fail(&err);
    } else {
        known = leave_out(&held, &outbox);
        code = EXIT_OK;
        if (dry_run) {
            tell_dry(cli, path, outbox.n, known, results);
        } else if (!send_all(cli, &outbox, &err)) {
            code = cli_fail(&err);
        } else {
            tell(cli, path, &outbox, known, results);
            code = lines_exit_code(&outbox);
        }
    }
    arena_finish(&held.arena);
    free(held.hashes);
    outbox_finish(&outbox);
    return code;
}
