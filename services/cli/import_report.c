/* SPDX-License-Identifier: Apache-2.0 */
#include "import_report.h"

#include "import/records.h"

#include <stdio.h>
#include <string.h>

int import_count(const struct document *document, const struct changes *changes,
                 enum severity severity)
{
    return document_count_findings(document, severity) +
           (changes ? document_count_findings(&changes->noticed, severity) : 0);
}

/* Findings ------------------------------------------------------------------------------------ */

static void print_list(const struct document *found)
{
    for (const struct finding *finding = found->findings; finding; finding = finding->next) {
        char place[32] = "";

        if (finding->severity == SEVERITY_INFO)
            continue;
        if (finding->line)
            snprintf(place, sizeof(place), "line %d: ", finding->line);
        fprintf(stderr, "%s: %s: %s%s: %s; %s\n", severity_word(finding->severity), finding->code,
                place, finding->subject ? finding->subject : "document", finding->message,
                finding->remedy);
    }
}

void import_print_findings(const struct document *document, const struct changes *changes)
{
    print_list(document);
    if (changes)
        print_list(&changes->noticed);
}

static void add_list(json_t *list, const struct document *found)
{
    for (const struct finding *finding = found->findings; finding; finding = finding->next)
        json_array_append_new(list, records_finding(finding));
}

json_t *import_findings_json(const struct document *document, const struct changes *changes)
{
    json_t *list = json_array();

    add_list(list, document);
    if (changes)
        add_list(list, &changes->noticed);
    return list;
}

static void count_codes(json_t *codes, const struct document *found)
{
    for (const struct finding *each = found->findings; each; each = each->next)
        if (each->severity != SEVERITY_INFO)
            json_object_set_new(codes, each->code, json_integer(cli_number(codes, each->code) + 1));
}

const char *import_codes(const struct document *document, const struct changes *changes,
                         struct arena *arena)
{
    json_t *codes = json_object();
    const char *text = arena_strdup(arena, "");
    const char *code;
    json_t *n;

    count_codes(codes, document);
    if (changes)
        count_codes(codes, &changes->noticed);
    json_object_foreach(codes, code, n)
    {
        if (text)
            text = arena_printf(arena, "%s%s%lld %s", text, *text ? ", " : "",
                                (long long)json_integer_value(n), code);
    }
    json_decref(codes);
    return text;
}

/* Outcomes ------------------------------------------------------------------------------------ */

static json_t *refused_json(const struct outbox *outbox)
{
    json_t *list = json_array();

    for (const struct outgoing *out = outbox->first; out; out = out->next)
        if (import_was_refused(out))
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", out->subject,
                                            "outcome", client_outcome_word(out->outcome), "code",
                                            out->code, "place", out->place, "text", out->text));
    return list;
}

static void print_refused(const struct import_result *result, const char *key)
{
    for (const struct outgoing *out = result->changes.outbox.first; out; out = out->next)
        if (import_was_refused(out))
            fprintf(stderr, "%s: %s: %s: %s: %s\n", client_outcome_word(out->outcome), out->code,
                    out->subject, out->place, out->text);
    if (result->held)
        fprintf(stderr,
                "error: REGISTER_CHANGED: %s: somebody imported another version just now; nothing "
                "more was sent; look with --diff, then run again\n",
                key);
    for (size_t i = 0; i < json_array_size(result->overtaken); i++)
        fprintf(stderr,
                "error: REGISTER_CHANGED: %s: somebody else changed it during the import; look "
                "with --diff, then run again\n",
                json_string_value(json_array_get(result->overtaken, i)));
}

static size_t count_sent(const struct outbox *outbox)
{
    size_t n = 0;

    for (const struct outgoing *out = outbox->first; out; out = out->next)
        n += out->settled;
    return n;
}

static json_t *result_json(const struct document *document, const char *key,
                           const struct import_result *result, json_t *refused)
{
    const struct changes *changes = &result->changes;

    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:O, s:O, s:b, s:O, s:o}",
                     "file", document->file->path, "document", key, "format", document->format,
                     "created", (json_int_t)changes->created, "updated",
                     (json_int_t)changes->updated, "unchanged", (json_int_t)changes->unchanged,
                     "sent", (json_int_t)count_sent(&changes->outbox), "findings_raised",
                     (json_int_t)changes->raised, "findings_gone", (json_int_t)changes->withdrawn,
                     "vanished", changes->vanished, "refused", refused, "held", result->held,
                     "overtaken", result->overtaken, "findings",
                     import_findings_json(document, changes));
}

enum exit_code import_report(const struct cli *cli, const struct document *document,
                             const char *key, const struct import_result *result, json_t *results)
{
    const struct changes *changes = &result->changes;
    json_t *refused = refused_json(&changes->outbox);
    const size_t nrefused = json_array_size(refused);
    bool bad = nrefused || result->held || json_array_size(result->overtaken) ||
               import_count(document, changes, SEVERITY_ERROR);

    if (cli->json) {
        json_array_append_new(results, result_json(document, key, result, refused));
    } else {
        import_print_findings(document, changes);
        print_refused(result, key);
        printf("%s: %zu created, %zu updated, %zu unchanged, %zu vanished, %zu refused; "
               "%d warnings, %d notes; findings: %zu new, %zu gone%s\n",
               key, changes->created, changes->updated, changes->unchanged,
               json_array_size(changes->vanished), nrefused,
               import_count(document, changes, SEVERITY_WARNING),
               import_count(document, changes, SEVERITY_INFO), changes->raised, changes->withdrawn,
               result->held ? "; NOT SENT, the register changed" : "");
    }
    json_decref(refused);
    return bad ? EXIT_FINDINGS : EXIT_OK;
}
