/* SPDX-License-Identifier: Apache-2.0 */
/* uptake-workflow: asks whom the policies say to ask, when it is due, once. */
#include "base/link.h"
#include "base/log.h"
#include "bus/bus.h"
#include "mail_settings.h"
#include "runtime/service.h"
#include "sweep.h"
#include "uptake/v1/envelope.pb-c.h"
#include "wire/wire.h"

#include <string.h>

static const struct config_row rows[] = {
    SERVICE_CONFIG_ROWS,
    {"register_zone", CONFIG_TEXT, "Europe/Zurich", "zone whose civil day decides what is due", 0,
     0},
    {"push_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7401", "where ingest takes changes", 0, 0},
    {"doorbell_endpoint", CONFIG_TEXT, "tcp://127.0.0.1:7402", "where ingest rings", 0, 0},
    {"ingest_key_public", CONFIG_TEXT, NULL, "file with ingest's public key", 0, 0},
    {"reporting_url", CONFIG_TEXT, "http://127.0.0.1:7480", "address of reporting", 0, 0},
    {"public_url", CONFIG_TEXT, "", "address in the links of mails; empty: reporting_url", 0, 0},
    {"database", CONFIG_TEXT, NULL, "libpq connection string", 0, 0},
    {"key", CONFIG_TEXT, NULL, "file with this service's own key pair", 0, 0},
    {"token_key", CONFIG_TEXT, NULL, "file with the key that signs the links of mails", 0, 0},
    MAIL_CONFIG_ROWS,
    {"poll_ms", CONFIG_INT, "1000", "pause between rounds nothing calls for", 10, 60000},
    {"settle_s", CONFIG_INT, "3", "planning waits until the register was quiet this long", 0, 300},
    {"brake_recipients", CONFIG_INT, "200",
     "a policy with more recipients than this on a day is held", 0, 1000000},
    {"brake_least", CONFIG_INT, "20", "a day of so few recipients is never more than usual", 0,
     1000000},
    {"brake_jump_s", CONFIG_INT, "3600",
     "a database clock that jumps by more than this holds what is due", 60, 2000000000},
    {"attempt_lease_s", CONFIG_INT, "1800",
     "after this long a mail's attempt counts as lost; a third of it the mail server may take for "
     "one",
     3, 7200},
    {"retry_s", CONFIG_INT, "60", "first pause after a mail was not taken; it doubles", 1, 3600},
    {NULL, CONFIG_TEXT, NULL, NULL, 0, 0},
};

struct workflow {
    struct service *service;
    struct bus *bus;
    struct bus_key key;
    char ingest_key[BUS_KEY_TEXT];
    struct bus_socket *doorbell;
    uint8_t link_key[LINK_KEY_BYTES];
    struct sweep *sweep;
};

/* Bytes that cannot be read ring too: the round looks for itself. */
static bool is_for_us(const struct bus_message *message)
{
    struct arena arena = {.cap = 64 * 1024};
    struct err err;
    Uptake__V1__Doorbell *doorbell =
        message->nframes == 2
            ? (Uptake__V1__Doorbell *)wire_unpack(&uptake__v1__doorbell__descriptor, &arena,
                                                  message->frames[1].bytes, message->frames[1].len,
                                                  &err)
            : NULL;
    bool is_hq = !doorbell || strcmp(doorbell->scope, "hq") == 0;

    arena_finish(&arena);
    return is_hq;
}

static void on_doorbell(void *ctx, const struct bus_message *message)
{
    struct workflow *workflow = ctx;

    if (workflow->sweep && is_for_us(message))
        sweep_ring(workflow->sweep);
}

/* Closing: the sweep settles what is under way, then its neighbours go. */

static void on_doorbell_closed(void *ctx)
{
    struct workflow *workflow = ctx;

    service_stopped(workflow->service);
}

static void on_sweep_closed(void *ctx)
{
    struct workflow *workflow = ctx;

    workflow->sweep = NULL;
    bus_socket_close(workflow->doorbell, on_doorbell_closed, workflow);
}

static void on_stop(void *ctx)
{
    struct workflow *workflow = ctx;

    sweep_close(workflow->sweep, on_sweep_closed, workflow);
}

static void finish(void *ctx)
{
    struct workflow *workflow = ctx;

    bus_close(workflow->bus);
}

/* Opening ------------------------------------------------------------------------------------- */

static bool open_doorbell(struct workflow *workflow, const struct config *config, struct err *err)
{
    const struct bus_socket_options options = {
        .endpoint = config_text(config, "doorbell_endpoint"),
        .key = &workflow->key,
        .server_key = workflow->ingest_key,
        .subscription = "",
        .on_message = on_doorbell,
        .ctx = workflow,
    };

    workflow->doorbell = bus_sub(workflow->bus, &options, err);
    return workflow->doorbell;
}

static bool open_all(void *ctx, struct service *service, uv_loop_t *loop,
                     const struct config *config, struct err *err)
{
    struct workflow *workflow = ctx;
    struct sweep_options sweep = {
        .loop = loop, .service = service, .config = config, .key = &workflow->key};

    workflow->service = service;
    if (!bus_key_read(config_text(config, "key"), &workflow->key, err) ||
        !bus_key_read_public(config_text(config, "ingest_key_public"), workflow->ingest_key, err) ||
        !link_key_read(config_text(config, "token_key"), workflow->link_key, err))
        return false;
    workflow->bus = bus_open(loop, NULL, NULL, err);
    if (!workflow->bus || !open_doorbell(workflow, config, err))
        return false;
    sweep.bus = workflow->bus;
    sweep.ingest_key = workflow->ingest_key;
    sweep.link_key = workflow->link_key;
    workflow->sweep = sweep_open(&sweep, err);
    return workflow->sweep;
}

int main(int argc, char **argv)
{
    static struct workflow workflow;
    const struct service_program program = {
        .name = "workflow",
        .summary = "Plans reminders, mails them and records them, each exactly once.",
        .rows = rows,
        .open = open_all,
        .stop = on_stop,
        .finish = finish,
        .ctx = &workflow,
    };

    return service_main(&program, argc, argv);
}
