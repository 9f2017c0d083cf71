/* SPDX-License-Identifier: Apache-2.0 */
/* uptake-ingest: HQ systems, people's forms and our own services push changes; this records them.
 */
#include "base/bytes.h"
#include "ingest.h"

#include <signal.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct config config = {.program = "ingest",
                            .summary = "Records changes pushed over ZeroMQ, each exactly once.",
                            .rows = ingest_settings};
    enum exit_code code = EXIT_BAD_CONFIG;
    uv_loop_t loop;
    struct err err;

    signal(SIGPIPE, SIG_IGN);
    switch (config_load(&config, argc, argv, &err)) {
    case CONFIG_DONE:
        return EXIT_OK;
    case CONFIG_BAD:
        err_print("uptake-ingest", &err);
        return EXIT_BAD_CONFIG;
    case CONFIG_RUN:
        break;
    }
    if (!bytes_init(&err)) {
        err_print("uptake-ingest", &err);
    } else if (uv_loop_init(&loop) < 0) {
        fprintf(stderr, "uptake-ingest: no event loop\n");
        code = EXIT_BUG;
    } else {
        code = ingest_run(&loop, &config);
        uv_loop_close(&loop);
    }
    config_finish(&config);
    return code;
}
