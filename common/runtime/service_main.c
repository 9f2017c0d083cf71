/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "base/bytes.h"

#include <signal.h>
#include <stdio.h>

static enum exit_code run(const struct service_program *program, const struct config *config)
{
    struct service *service = NULL;
    enum exit_code code = EXIT_BUG;
    uv_loop_t loop;
    struct err err;

    if (uv_loop_init(&loop) < 0) {
        fprintf(stderr, "uptake-%s: no event loop\n", program->name);
        return EXIT_BUG;
    }
    service = service_open(&loop, config, program->stop, program->ctx, &err);
    if (!service) {
        fprintf(stderr, "uptake-");
        err_print(program->name, &err);
        code = err_exit_code(&err);
    } else {
        if (!program->open(program->ctx, service, &loop, config, &err))
            service_fail(service, &err);
        code = service_run(service);
    }
    if (program->finish)
        program->finish(program->ctx);
    if (service)
        service_close(service);
    uv_loop_close(&loop);
    return code;
}

int service_main(const struct service_program *program, int argc, char **argv)
{
    struct config config = {
        .program = program->name, .summary = program->summary, .rows = program->rows};
    enum config_outcome outcome;
    enum exit_code code = EXIT_OK;
    struct err err;

    signal(SIGPIPE, SIG_IGN);
    outcome = config_load(&config, argc, argv, &err);
    if (outcome == CONFIG_BAD || (outcome == CONFIG_RUN && !bytes_init(&err))) {
        fprintf(stderr, "uptake-");
        err_print(program->name, &err);
        code = err_exit_code(&err);
    } else if (outcome == CONFIG_RUN) {
        code = run(program, &config);
    }
    config_finish(&config);
    return (int)code;
}
