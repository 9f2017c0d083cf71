/* SPDX-License-Identifier: Apache-2.0 */
/* uptake tokens signin: a link that signs a browser in, once. */
#include "cli.h"
#include "fetch.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

enum exit_code verb_tokens(struct cli *cli, int argc, char **argv)
{
    const struct option options[] = {{0}};
    const struct usage usage = {"tokens signin [flags]",
                                "Prints a link that signs a browser in to the dashboard. It works "
                                "once and not for long.",
                                options, 1, 1};
    struct fetch *fetch;
    enum exit_code code;
    json_t *link;
    struct err err;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    if (strcmp(argv[0], "signin") != 0) {
        err_set(&err, ERR_REJECT, "USAGE", argv[0], "usage: uptake %s", usage.line);
        return cli_fail(&err);
    }
    fetch = fetch_open(cli, &err);
    link = fetch ? fetch_post(fetch, "/v1/signin-links", &err) : NULL;
    fetch_close(fetch);
    if (!link)
        return cli_fail(&err);
    if (cli->json)
        return cli_print_json(link, EXIT_OK);
    printf("%s\n", cli_text(link, "url"));
    json_decref(link);
    return EXIT_OK;
}
