/* SPDX-License-Identifier: Apache-2.0 */
/* uptake import: documents to changes. Reads each file, asks what the register has, sends only the
 * differences. */
#include "cli.h"
#include "fetch.h"
#include "import/changes.h"
#include "import/directory.h"
#include "import/gate.h"
#include "import/ohchr.h"
#include "import/records.h"
#include "lines.h"
#include "options.h"
#include "replay.h"
#include "send.h"

#include <stdio.h>
#include <string.h>

struct import {
    struct cli *cli;
    const char *document_key; /* --document */
    const char *units_path;   /* --units */
    const char *output;       /* --output */
    bool dry_run;
    bool opened;
    struct fetch *fetch; /* NULL: offline */
    struct directory directory;
    json_t *results; /* one object per file, for --json */
};

/* The readers, in the order they are asked. */
static const struct {
    const char *format;
    const char *looks_for;
    bool (*recognise)(const char *text);
    bool (*read)(struct document *document, struct directory *directory, struct err *err);
} readers[] = {
    {"unwomen-gate", "\"Management Response Category:\" with \"Key Actions\"", gate_recognise,
     gate_read},
    {"ohchr-management-response", "\"Recommendation 1:\" with a line on management's position",
     ohchr_recognise, ohchr_read},
};

static bool add_unit(void *ctx, json_t *row, struct err *err)
{
    struct import *import = ctx;

    return directory_add_change(&import->directory, json_object_get(row, "change"), err);
}

static bool load_units(struct import *import, struct err *err)
{
    if (import->units_path)
        return directory_read_file(&import->directory, import->units_path, err);
    return fetch_pages(import->fetch, "/v1/scopes/hq/snapshot?kind=unit&limit=200", "items",
                       "after_key", add_unit, import, err);
}

/* Once, when the first good file is there. A dry run works without the services; then the
 * document's own codes must do. */
static bool open_import(struct import *import, struct err *err)
{
    if (import->opened)
        return true;
    import->opened = true;
    if (import->dry_run && import->units_path)
        return load_units(import, err);
    import->fetch = fetch_open(import->cli, err);
    if (import->fetch && load_units(import, err))
        return true;
    if (!import->dry_run || err->kind == ERR_REJECT)
        return false;
    fprintf(stderr,
            "uptake: note: no directory of units (%s); posts are told by the document alone\n",
            err->code);
    return true;
}

static bool read_document(struct import *import, struct document *document, struct err *err)
{
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        if (readers[i].recognise(document->file->text))
            return open_import(import, err) && readers[i].read(document, &import->directory, err);
    return err_set(err, ERR_REJECT, "FORMAT_UNKNOWN", document->file->path,
                   "no reader knows this layout; looked for %s, and for %s; changes as `uptake "
                   "export` writes them are read too",
                   readers[0].looks_for, readers[1].looks_for);
}

/* Findings ------------------------------------------------------------------------------------ */

static void print_findings(const struct document *document)
{
    for (const struct finding *finding = document->findings; finding; finding = finding->next) {
        if (finding->severity == SEVERITY_INFO)
            continue;
        fprintf(stderr, "%s: %s: line %d: %s: %s; %s\n", severity_word(finding->severity),
                finding->code, finding->line, finding->subject ? finding->subject : "document",
                finding->message, finding->remedy);
    }
}

static json_t *findings_json(const struct document *document)
{
    json_t *list = json_array();

    for (const struct finding *finding = document->findings; finding; finding = finding->next)
        json_array_append_new(list, records_finding(finding));
    return list;
}

/* Results ------------------------------------------------------------------------------------- */

static json_t *refused_json(const struct outbox *outbox, size_t *n)
{
    json_t *list = json_array();

    *n = 0;
    for (const struct outgoing *out = outbox->first; out; out = out->next) {
        if (outcome_is_good(out->outcome))
            continue;
        (*n)++;
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", out->subject,
                                              "outcome", outcome_word(out->outcome), "code",
                                              out->code, "place", out->place, "text", out->text));
    }
    return list;
}

static void print_refused(const struct outbox *outbox)
{
    for (const struct outgoing *out = outbox->first; out; out = out->next)
        if (!outcome_is_good(out->outcome))
            fprintf(stderr, "%s: %s: %s: %s: %s\n", outcome_word(out->outcome), out->code,
                    out->subject, out->place, out->text);
}

static void print_vanished(const struct changes *changes)
{
    for (size_t i = 0; i < json_array_size(changes->vanished); i++)
        fprintf(stderr,
                "warning: ROW_VANISHED: %s: the register has it, the file does not; it was "
                "left as it is\n",
                json_string_value(json_array_get(changes->vanished, i)));
}

static enum exit_code report(struct import *import, const struct document *document,
                             const char *key, const struct changes *changes)
{
    size_t nrefused;
    json_t *refused = refused_json(&changes->outbox, &nrefused);
    bool bad = nrefused || document_count_findings(document, SEVERITY_ERROR);

    if (import->cli->json) {
        json_array_append_new(
            import->results,
            json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:O, s:o, s:o}", "file",
                      document->file->path, "document", key, "format", document->format, "created",
                      (json_int_t)changes->created, "updated", (json_int_t)changes->updated,
                      "unchanged", (json_int_t)changes->unchanged, "sent",
                      (json_int_t)changes->outbox.n, "vanished", changes->vanished, "refused",
                      refused, "findings", findings_json(document)));
    } else {
        json_decref(refused);
        print_findings(document);
        print_vanished(changes);
        print_refused(&changes->outbox);
        printf("%s: %zu created, %zu updated, %zu unchanged, %zu vanished, %zu refused; "
               "%d warnings, %d notes\n",
               key, changes->created, changes->updated, changes->unchanged,
               json_array_size(changes->vanished), nrefused,
               document_count_findings(document, SEVERITY_WARNING),
               document_count_findings(document, SEVERITY_INFO));
    }
    return bad ? EXIT_FINDINGS : EXIT_OK;
}

/* One file ------------------------------------------------------------------------------------ */

static json_t *fetch_state(struct import *import, const char *key, struct arena *arena,
                           struct err *err)
{
    char *escaped = fetch_escape(import->fetch, key, arena);
    char *path = escaped ? arena_printf(arena, "/v1/documents/%s/state", escaped) : NULL;

    if (!path)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", key, "cannot ask for its state");
    return fetch_get(import->fetch, path, err);
}

static enum exit_code send_document(struct import *import, struct document *document,
                                    const char *key, struct err *err)
{
    struct changes changes = {0};
    json_t *state = fetch_state(import, key, &document->arena, err);
    enum exit_code code;

    if (state && changes_plan(document, key, state, &changes, err) &&
        send_all(import->cli, &changes.outbox, err))
        code = report(import, document, key, &changes);
    else
        code = cli_fail(err);
    json_decref(state);
    changes_finish(&changes);
    return code;
}

/* The document and those it quotes, each under a key of its own. */
static enum exit_code send_documents(struct import *import, struct document *document,
                                     const char *key, struct err *err)
{
    enum exit_code worst = send_document(import, document, key, err);

    for (struct document *quoted = document->quoted; quoted; quoted = quoted->quoted) {
        const char *own = arena_printf(&document->arena, "%s-%s", key, quoted->key_ending);
        enum exit_code code = own ? send_document(import, quoted, own, err) : EXIT_BUG;
        worst = code > worst ? code : worst;
    }
    return worst;
}

static enum exit_code dry_run(struct import *import, struct document *document, struct err *err)
{
    bool bad = document_count_findings(document, SEVERITY_ERROR) > 0;

    if (import->output && !records_write(document, stdout, err))
        return cli_fail(err);
    if (import->cli->json && !import->output) {
        json_array_append_new(import->results,
                              json_pack("{s:s, s:s, s:i, s:o}", "file", document->file->path,
                                        "format", document->format, "actions",
                                        document_count_actions(document), "findings",
                                        findings_json(document)));
    } else if (!import->output) {
        print_findings(document);
        printf("%s: %s, %d actions, nothing sent (dry run); %d errors, %d warnings, %d notes\n",
               document->file->path, document->format, document_count_actions(document),
               document_count_findings(document, SEVERITY_ERROR),
               document_count_findings(document, SEVERITY_WARNING),
               document_count_findings(document, SEVERITY_INFO));
    }
    return bad ? EXIT_FINDINGS : EXIT_OK;
}

static enum exit_code import_file(struct import *import, const char *path)
{
    struct document document = {0};
    struct source_file file;
    const char *key = import->document_key;
    enum exit_code code;
    struct err err;

    document.file = &file;
    if (lines_recognise(path)) {
        code = replay(import->cli, path, import->dry_run, import->results);
    } else if (!source_file_read(path, &document.arena, &file, &err) ||
               !read_document(import, &document, &err)) {
        code = cli_fail(&err);
    } else if (import->dry_run) {
        code = dry_run(import, &document, &err);
    } else {
        key = key ? key : source_file_key(&file, &document.arena);
        if (key) {
            code = send_documents(import, &document, key, &err);
        } else {
            err_set(&err, ERR_REJECT, "KEY_MISSING", path, "name the document with --document KEY");
            code = cli_fail(&err);
        }
    }
    document_finish(&document);
    return code;
}

static bool check_flags(const struct import *import, int nfiles, struct err *err)
{
    if (import->document_key && nfiles > 1)
        return err_set(err, ERR_REJECT, "USAGE", "--document", "names one document; give one file");
    if (import->document_key &&
        (!*import->document_key ||
         strspn(import->document_key, "abcdefghijklmnopqrstuvwxyz"
                                      "0123456789-") != strlen(import->document_key)))
        return err_set(err, ERR_REJECT, "KEY_BAD", "--document",
                       "small letters, digits and hyphens, e.g. unwomen-cambodia-2020");
    if (import->output && strcmp(import->output, "jsonl") != 0)
        return err_set(err, ERR_REJECT, "USAGE", "--output", "jsonl is the only form");
    if (import->output && !import->dry_run)
        return err_set(err, ERR_REJECT, "USAGE", "--output", "goes with --dry-run");
    return true;
}

enum exit_code verb_import(struct cli *cli, int argc, char **argv)
{
    struct import import = {.cli = cli};
    const struct option options[] = {
        {"--document", "KEY", "the document's key (default: from the file's name)",
         &import.document_key, NULL},
        {"--dry-run", NULL, "read and check, send nothing", NULL, &import.dry_run},
        {"--output", "jsonl", "with --dry-run: print one JSON object per record", &import.output,
         NULL},
        {"--units", "FILE", "recognise the units of this file (JSON lines of changes)",
         &import.units_path, NULL},
        {0}};
    const struct usage usage = {
        "import FILE...|- [flags]",
        "Reads management responses and brings the register up to what they say. Repeatable: only\n"
        "differences are sent; rows that vanished from a file are reported, never deleted. "
        "Changes\n"
        "that `uptake export` wrote are read too.",
        options, 1, 10000};
    enum exit_code worst = EXIT_OK;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &worst))
        return worst;
    import.results = json_array();
    if (!check_flags(&import, argc, &err)) {
        worst = cli_fail(&err);
    } else {
        for (int i = 0; i < argc; i++) {
            enum exit_code code = import_file(&import, argv[i]);
            worst = code > worst ? code : worst;
        }
        if (cli->json && !import.output)
            worst = cli_print_json(json_pack("{s:O}", "files", import.results), worst);
    }
    json_decref(import.results);
    fetch_close(import.fetch);
    directory_finish(&import.directory);
    return worst;
}
