/* SPDX-License-Identifier: Apache-2.0 */
/* uptake status: do the services answer this program, and where do the feeds stand. */
#include "cli.h"
#include "fetch.h"
#include "options.h"
#include "send.h"

#include <stdio.h>

static void print_scopes(const json_t *scopes)
{
    size_t index;
    json_t *scope;

    json_array_foreach(scopes, index, scope)
    {
        printf("  %-28s seq %lld\n", cli_text(scope, "name"),
               (long long)json_integer_value(json_object_get(scope, "seq")));
    }
}

static json_t *service_json(bool good, const struct err *err)
{
    return json_pack("{s:b, s:s?, s:s?}", "answers", good, "code", good ? NULL : err->code, "text",
                     good ? NULL : err->text);
}

enum exit_code verb_status(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {"status [flags]",
                                "Asks ingest and reporting whether they answer, and shows the "
                                "feeds.",
                                options, 0, 0};
    struct err away = {0};
    struct err err;
    json_t *answer;
    bool taking;
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (!cli_configure(cli, &err))
        return cli_fail(&err);
    taking = send_probe(cli, &away);
    answer = fetch_one(cli, "/v1/scopes", NULL, &err);
    code = taking && answer ? EXIT_OK : err_exit_code(answer ? &away : &err);
    if (cli->json) {
        json_t *scopes = json_incref(json_object_get(answer, "scopes"));
        code = cli_print_json(json_pack("{s:o, s:o, s:o*}", "ingest", service_json(taking, &away),
                                        "reporting", service_json(answer != NULL, &err), "scopes",
                                        scopes),
                              code);
    } else {
        printf("ingest     %s\n", taking ? "answers" : away.text);
        printf("reporting  %s\n", answer ? "answers" : err.text);
        print_scopes(json_object_get(answer, "scopes"));
    }
    json_decref(answer);
    return code;
}
