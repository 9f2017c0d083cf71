/* SPDX-License-Identifier: Apache-2.0 */
/* uptake import: documents to changes. Reads each file, asks what the register has, sends only the
 * differences. */
#include "calendar/zone.h"
#include "cli.h"
#include "crosswalk_words.h"
#include "fetch.h"
#include "import/completion.h"
#include "import/differences.h"
#include "import/directory.h"
#include "import/gate.h"
#include "import/ohchr.h"
#include "import/own_checks.h"
#include "import/records.h"
#include "import_report.h"
#include "import_send.h"
#include "lines.h"
#include "options.h"
#include "replay.h"

#include <stdio.h>
#include <string.h>

struct import {
    struct cli *cli;
    const char *document_key; /* --document */
    const char *units_path;   /* --units */
    const char *output;       /* --output */
    bool dry_run;
    bool strict;
    bool diff;
    bool opened;
    struct date today;
    struct fetch *fetch; /* NULL: offline */
    struct directory directory;
    struct arena words; /* the register's crosswalks */
    json_t *results;    /* one object per file, for --json */
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

/* What stands around the readers -------------------------------------------------------------- */

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

/* The age of a source is judged on the register's civil date; a dry run does without its settings.
 */
static bool ask_today(struct import *import, struct err *err)
{
    if (cli_today(import->cli, &import->today, err))
        return true;
    return import->dry_run && date_today("Europe/Zurich", &import->today, err);
}

/* Once, when the first good file is there. A dry run works without the services; then the
 * document's own codes must do. */
static bool open_import(struct import *import, struct err *err)
{
    if (import->opened)
        return true;
    import->opened = true;
    if (!ask_today(import, err))
        return false;
    if (import->dry_run && import->units_path)
        return load_units(import, err);
    import->fetch = fetch_open(import->cli, err);
    if (import->fetch && load_units(import, err) &&
        crosswalk_words_use(import->fetch, &import->words, err))
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
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        if (!readers[i].recognise(document->file->text))
            continue;
        if (!open_import(import, err))
            return false;
        document->read_on = import->today;
        return readers[i].read(document, &import->directory, err);
    }
    return err_set(err, ERR_REJECT, "FORMAT_UNKNOWN", document->file->path,
                   "no reader knows this layout; looked for %s, and for %s; changes as `uptake "
                   "export` writes them are read too",
                   readers[0].looks_for, readers[1].looks_for);
}

/* One document -------------------------------------------------------------------------------- */

/* Does the strict rule refuse it? Tells which findings it was. */
static bool is_refused(const struct import *import, const struct document *document,
                       const struct changes *changes)
{
    struct arena arena = {0};
    const int n = import_count(document, changes, SEVERITY_WARNING) +
                  import_count(document, changes, SEVERITY_ERROR);
    const char *codes = import_codes(document, changes, &arena);

    if (import->strict && n) {
        import_print_findings(document, changes);
        fprintf(stderr,
                "uptake: STRICT: %s: %d finding%s (%s); nothing was sent; settle them at the "
                "source, or import without --strict\n",
                document->file->path, n, cli_s((unsigned)n), codes ? codes : "");
        if (import->cli->json)
            json_array_append_new(import->results,
                                  json_pack("{s:s, s:s, s:b, s:o}", "file", document->file->path,
                                            "format", document->format, "strict_refused", 1,
                                            "findings", import_findings_json(document, changes)));
    }
    arena_finish(&arena);
    return import->strict && n;
}

static enum exit_code show_dry(struct import *import, const struct document *document)
{
    if (import->cli->json) {
        json_array_append_new(import->results,
                              json_pack("{s:s, s:s, s:i, s:o}", "file", document->file->path,
                                        "format", document->format, "actions",
                                        document_count_actions(document), "findings",
                                        import_findings_json(document, NULL)));
    } else {
        import_print_findings(document, NULL);
        printf("%s: %s, %d actions, nothing sent (dry run); %d errors, %d warnings, %d notes\n",
               document->file->path, document->format, document_count_actions(document),
               document_count_findings(document, SEVERITY_ERROR),
               document_count_findings(document, SEVERITY_WARNING),
               document_count_findings(document, SEVERITY_INFO));
    }
    return EXIT_OK;
}

/* Finding nothing to change is EXIT_OK, as with diff. */
static enum exit_code show_differences(struct import *import, const struct document *document,
                                       const char *key, struct import_result *result,
                                       struct err *err)
{
    const struct changes *changes = &result->changes;
    json_t *list = differences_of(&changes->outbox, &result->present, err);

    if (!list)
        return cli_fail(err);
    if (import->cli->json) {
        json_array_append_new(
            import->results,
            json_pack("{s:s, s:s, s:s, s:O, s:O, s:o}", "file", document->file->path, "document",
                      key, "format", document->format, "differences", list, "vanished",
                      changes->vanished, "findings", import_findings_json(document, changes)));
    } else {
        differences_print(list);
        printf("%s: %zu to create, %zu to update, %zu unchanged, %zu vanished; findings: %zu new, "
               "%zu gone; nothing sent\n",
               key, changes->created, changes->updated, changes->unchanged,
               json_array_size(changes->vanished), changes->raised, changes->withdrawn);
    }
    json_decref(list);
    return changes->outbox.n ? EXIT_FINDINGS : EXIT_OK;
}

/* What to do with a document that was read and checked. */
typedef enum exit_code document_fn(struct import *import, const struct document *document,
                                   const char *key);

/* The first of two passes with --strict: nothing is sent before all is known to be well. */
static enum exit_code check_document(struct import *import, const struct document *document,
                                     const char *key)
{
    const struct import_target target = {import->cli, import->fetch, document, key};
    struct import_result result = {0};
    enum exit_code code = EXIT_OK;
    struct err err;

    if (!import->dry_run && !import_plan(&target, &result, &err))
        code = cli_fail(&err);
    else if (is_refused(import, document, import->dry_run ? NULL : &result.changes))
        code = EXIT_FINDINGS;
    import_result_finish(&result);
    return code;
}

static enum exit_code handle_document(struct import *import, const struct document *document,
                                      const char *key)
{
    const struct import_target target = {import->cli, import->fetch, document, key};
    struct import_result result = {0};
    enum exit_code code;
    struct err err;

    if (import->diff) {
        code = import_plan(&target, &result, &err)
                   ? show_differences(import, document, key, &result, &err)
                   : cli_fail(&err);
    } else if (import_send(&target, &result, &err)) {
        code = import_report(import->cli, document, key, &result, import->results);
    } else {
        code = cli_fail(&err);
    }
    import_result_finish(&result);
    return code;
}

static enum exit_code dry_document(struct import *import, const struct document *document,
                                   const char *key)
{
    (void)key;
    if (!import->output)
        show_dry(import, document);
    return document_count_findings(document, SEVERITY_ERROR) ? EXIT_FINDINGS : EXIT_OK;
}

/* One file ------------------------------------------------------------------------------------ */

/* The document and those it quotes, each under a key of its own. */
static enum exit_code each_document(struct import *import, struct document *document,
                                    const char *key, document_fn *handle)
{
    enum exit_code worst = EXIT_OK;

    for (struct document *each = document; each; each = each->quoted) {
        const char *own =
            each == document ? key : arena_printf(&document->arena, "%s-%s", key, each->key_ending);
        enum exit_code code = own ? handle(import, each, own) : EXIT_BUG;
        worst = code > worst ? code : worst;
    }
    return worst;
}

static bool check_all(struct import *import, struct document *document, const char *key,
                      struct err *err)
{
    for (struct document *each = document; each; each = each->quoted) {
        const char *own =
            each == document ? key : arena_printf(&document->arena, "%s-%s", key, each->key_ending);

        each->read_on = document->read_on;
        completion_read(each);
        if (!own || !own_checks(each, own, &import->directory))
            return err_set(err, ERR_FATAL, "OUT_OF_MEMORY", key, "cannot check the document");
    }
    return true;
}

static bool read_file(struct import *import, const char *path, struct document *document,
                      struct source_file *file, const char **key, struct err *err)
{
    document->file = file;
    if (!source_file_read(path, &document->arena, file, err) ||
        !read_document(import, document, err))
        return false;
    *key = import->document_key ? import->document_key : source_file_key(file, &document->arena);
    if (!*key && !import->dry_run)
        return err_set(err, ERR_REJECT, "KEY_MISSING", path,
                       "name the document with --document KEY");
    if (!*key)
        *key = "document";
    return check_all(import, document, *key, err);
}

static enum exit_code import_file(struct import *import, const char *path, document_fn *handle)
{
    struct document document = {0};
    struct source_file file;
    const char *key;
    enum exit_code code;
    struct err err;

    if (!read_file(import, path, &document, &file, &key, &err)) {
        code = cli_fail(&err);
    } else {
        code = each_document(import, &document, key, handle);
        if (handle == dry_document && import->output && !records_write(&document, stdout, &err))
            code = cli_fail(&err);
    }
    document_finish(&document);
    return code;
}

static enum exit_code import_files(struct import *import, int n, char **paths, document_fn *handle)
{
    enum exit_code worst = EXIT_OK;

    for (int i = 0; i < n; i++) {
        enum exit_code code = EXIT_OK;
        if (!lines_recognise(paths[i]))
            code = import_file(import, paths[i], handle);
        else if (handle != check_document)
            code = replay(import->cli, paths[i], import->dry_run || import->diff, import->results);
        worst = code > worst ? code : worst;
    }
    return worst;
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
    if (import->diff && import->dry_run)
        return err_set(err, ERR_REJECT, "USAGE", "--diff",
                       "compares with the register, --dry-run does without it; give one of them");
    return true;
}

static enum exit_code run(struct import *import, int n, char **paths)
{
    enum exit_code code = EXIT_OK;

    if (import->strict)
        code = import_files(import, n, paths, check_document);
    if (code == EXIT_OK)
        code = import_files(import, n, paths, import->dry_run ? dry_document : handle_document);
    if (import->cli->json && !import->output)
        code = cli_print_json(json_pack("{s:O}", "files", import->results), code);
    return code;
}

enum exit_code verb_import(struct cli *cli, int argc, char **argv)
{
    struct import import = {.cli = cli};
    const struct option options[] = {
        {"--document", "KEY", "the document's key (default: from the file's name)",
         &import.document_key, NULL},
        {"--diff", NULL, "print what would change, old beside new, and send nothing; 1: something",
         NULL, &import.diff},
        {"--strict", NULL, "any warning or error refuses all files before anything is sent", NULL,
         &import.strict},
        {"--dry-run", NULL, "read and check, send nothing", NULL, &import.dry_run},
        {"--output", "jsonl", "with --dry-run: print one JSON object per record", &import.output,
         NULL},
        {"--units", "FILE", "recognise the units of this file (JSON lines of changes)",
         &import.units_path, NULL},
        {0}};
    const struct usage usage = {
        "import FILE...|- [flags]",
        "Reads management responses and brings the register up to what they say. Repeatable: only\n"
        "differences are sent; rows that vanished from a file become findings, never deletions,\n"
        "and what a person confirmed stands while the source's text is the same. Findings become\n"
        "work: see `uptake findings`. Changes that `uptake export` wrote are read too.",
        options, 1, 10000};
    enum exit_code code = EXIT_OK;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    import.results = json_array();
    code = check_flags(&import, argc, &err) ? run(&import, argc, argv) : cli_fail(&err);
    json_decref(import.results);
    fetch_close(import.fetch);
    directory_finish(&import.directory);
    arena_finish(&import.words);
    return code;
}
