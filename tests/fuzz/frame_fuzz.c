/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any two frames through the whole of intake, up to a queue that swallows: no input may crash it,
 * and whatever is refused says why and where. The input is one byte with the length of the first
 * frame, then both.
 */
#include "intake.h"
#include "protocol_fuzz.h"

#include <stdlib.h>

static struct bus_socket_options listening;
static struct submission *swallowed;

/* What intake calls, in place of the bus, the queue and the service's metrics. */

struct bus_socket *bus_router(struct bus *bus, const struct bus_socket_options *options,
                              struct err *err)
{
    (void)bus, (void)err;
    listening = *options;
    return (struct bus_socket *)&listening;
}

bool bus_send(struct bus_socket *socket, const struct bus_frame *peer,
              const struct bus_frame *frames, int nframes, struct err *err)
{
    struct arena arena = {.cap = 1024 * 1024};

    (void)socket, (void)peer;
    if (nframes != 2 || !wire_unpack(&uptake__v1__envelope__descriptor, &arena, frames[0].bytes,
                                     frames[0].len, err))
        abort(); /* what it answers anybody can read */
    arena_finish(&arena);
    return true;
}

void bus_socket_close(struct bus_socket *socket, void (*closed)(void *ctx), void *ctx)
{
    (void)socket;
    closed(ctx);
}

void queue_expect_repeats(struct queue *queue, int sender_id)
{
    (void)queue, (void)sender_id;
}

void queue_give(struct queue *queue, struct submission *submission)
{
    struct err err;

    (void)queue;
    if (!submission->change || !validate_change(submission->change, &err))
        abort();
    submission->next = swallowed;
    swallowed = submission;
}

double *service_metric(struct service *service, enum metric_type type, const char *name,
                       const char *labels, const char *help)
{
    static double value;

    (void)service, (void)type, (void)name, (void)labels, (void)help;
    return &value;
}

bool store_is_ready(const struct store *store)
{
    (void)store;
    return true;
}

bool store_submit(struct store *store, const struct store_step *steps, int nsteps,
                  store_reply_fn *reply, void *ctx, struct err *err)
{
    (void)store, (void)reply, (void)ctx;
    for (int i = 0; i < nsteps; i++)
        if (steps[i].args.failed)
            abort();
    return err_set(err, ERR_RETRY, "DB_UNAVAILABLE", "fuzz", "nobody is asked");
}

const struct principal *principals_find(const struct principals *principals, const char *public_key)
{
    static const struct principal anybody = {.id = 1, .name = "anybody", .speaks_for_others = true};

    (void)principals, (void)public_key;
    return &anybody;
}

const struct principal *principals_by_name(const struct principals *principals, const char *name)
{
    return name[0] == 'a' ? principals_find(principals, name) : NULL;
}

bool principals_may_push(const struct principals *principals, struct submission *s, struct err *err)
{
    (void)principals, (void)s, (void)err;
    return true;
}

static struct intake *open_once(void)
{
    static struct intake *intake;
    static struct intake_options options;
    struct err err;

    if (intake)
        return intake;
    log_init("fuzz", LOG_ERROR + 1);
    options.loop = uv_default_loop();
    options.in_hand = in_hand_open("", &err);
    intake = options.in_hand ? intake_open(&options, &err) : NULL;
    if (!intake)
        abort();
    intake_set_accepting(intake, true);
    return intake;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t id[] = {0, 1, 2, 3, 4};
    struct bus_message message = {.peer = {id, sizeof(id)}, .nframes = 2, .user_id = "key"};
    struct intake *intake = open_once();
    size_t first;

    if (size == 0)
        return 0;
    first = data[0] < size ? data[0] : size - 1;
    message.frames[0] = (struct bus_frame){data + 1, first};
    message.frames[1] = (struct bus_frame){data + 1 + first, size - 1 - first};
    listening.on_message(listening.ctx, &message);
    while (swallowed) {
        struct submission *s = swallowed;
        swallowed = s->next;
        s->outcome = UPTAKE__V1__OUTCOME__OUTCOME_COMMITTED;
        intake_answer(intake, &s, 1);
        submission_free(s);
    }
    return 0;
}
