/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool lines_recognise(const char *path)
{
    struct stat info;
    FILE *file;
    int first = EOF;

    if (strcmp(path, "-") == 0)
        return true;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    file = fopen(path, "re");
    if (!file)
        return false;
    do {
        first = getc(file);
    } while (first == ' ' || first == '\t' || first == '\n');
    fclose(file);
    return first == '{';
}

static bool take_change(json_t *json, struct outbox *outbox, struct err *err)
{
    struct arena arena = {0};
    Uptake__V1__Change *change =
        (Uptake__V1__Change *)wire_from_json(&uptake__v1__change__descriptor, json, &arena, err);
    bool good = change != NULL;

    if (good && change->operation == UPTAKE__V1__OPERATION__OPERATION_UNSPECIFIED)
        change->operation = UPTAKE__V1__OPERATION__OPERATION_SET;
    if (good && (!change->document[0] || !change->subject[0]))
        good =
            err_set(err, ERR_REJECT, "FIELD_MISSING", change->document[0] ? "subject" : "document",
                    "every change names its document and its item");
    good = good && outbox_add(outbox, change, err);
    arena_finish(&arena);
    return good;
}

static bool take_line(const char *line, size_t len, struct outbox *outbox, struct err *err)
{
    json_error_t where;
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
    bool good = json_is_object(json);

    if (!good)
        err_set(err, ERR_REJECT, "JSON_BAD", "", "not a JSON object (column %d: %.100s)",
                where.column, where.text);
    else
        good = take_change(json, outbox, err);
    json_decref(json);
    return good;
}

static bool read_stream(FILE *file, const char *path, struct outbox *outbox, long long *number,
                        struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    bool good = true;

    while (good && (len = getline(&line, &room, file)) >= 0) {
        ++*number;
        if (strspn(line, " \t\r\n") < (size_t)len)
            good = take_line(line, (size_t)len, outbox, err);
    }
    free(line);
    if (!good)
        return false;
    *number = 0;
    return feof(file) || err_set(err, ERR_RETRY, "FILE_UNREADABLE", path, "%s", strerror(errno));
}

bool lines_read_numbered(const char *path, struct outbox *outbox, long long *line, struct err *err)
{
    FILE *file;
    bool good;

    *line = 0;
    if (strcmp(path, "-") == 0)
        return read_stream(stdin, path, outbox, line, err);
    file = fopen(path, "re");
    if (!file)
        return err_set(err, ERR_REJECT, errno == ENOENT ? "FILE_MISSING" : "FILE_UNREADABLE", path,
                       "cannot open: %s; check the path and its permissions", strerror(errno));
    good = read_stream(file, path, outbox, line, err);
    fclose(file);
    return good;
}

bool lines_read(const char *path, struct outbox *outbox, struct err *err)
{
    char inner[sizeof(err->place)];
    long long line;

    if (lines_read_numbered(path, outbox, &line, err))
        return true;
    if (line) {
        memcpy(inner, err->place, sizeof(inner));
        snprintf(err->place, sizeof(err->place), "%.30s line %lld%s%.36s", path, line,
                 *inner ? ": " : "", inner);
        text_mend(err->place);
    }
    return false;
}

struct tally {
    size_t applied;
    size_t known;
    size_t refused;
};

static struct tally count(const struct outbox *outbox, size_t known)
{
    struct tally tally = {.known = known};

    for (const struct outgoing *out = outbox->first; out; out = out->next) {
        if (!outcome_is_good(out->outcome))
            tally.refused++;
        else if (out->duplicate)
            tally.known++;
        else
            tally.applied++;
    }
    return tally;
}

json_t *lines_result(const struct outbox *outbox, size_t known)
{
    const struct tally tally = count(outbox, known);
    json_t *refused = json_array();

    for (const struct outgoing *out = outbox->first; out; out = out->next) {
        if (outcome_is_good(out->outcome))
            continue;
        json_array_append_new(refused,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", out->subject, "outcome",
                                        client_outcome_word(out->outcome), "code", out->code,
                                        "place", out->place, "text", out->text));
    }
    return json_pack("{s:I, s:I, s:o}", "applied", (json_int_t)tally.applied, "known_before",
                     (json_int_t)tally.known, "refused", refused);
}

void lines_print(const struct outbox *outbox, size_t known, const char *before)
{
    const struct tally tally = count(outbox, known);

    for (const struct outgoing *out = outbox->first; out; out = out->next)
        if (!outcome_is_good(out->outcome))
            fprintf(stderr, "%s: %s: %s: %s: %s\n", client_outcome_word(out->outcome), out->code,
                    out->subject, out->place, out->text);
    printf("%s%zu applied, %zu known before, %zu refused\n", before, tally.applied, tally.known,
           tally.refused);
}

enum exit_code lines_exit_code(const struct outbox *outbox)
{
    return count(outbox, 0).refused ? EXIT_FINDINGS : EXIT_OK;
}
