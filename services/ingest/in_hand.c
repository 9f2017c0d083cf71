/* SPDX-License-Identifier: Apache-2.0 */
#include "in_hand.h"

#include "base/clock.h"
#include "base/log.h"
#include "sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* As it lies in the file. busy is written last and wiped first. */
struct note {
    int32_t sender_id;
    uint8_t message_id[MESSAGE_ID_BYTES];
    volatile uint32_t busy;
};

struct poison {
    int sender_id;
    uint8_t message_id[MESSAGE_ID_BYTES];
    int attempts;
};

struct in_hand {
    struct note *note; /* mapped, or own memory */
    bool is_mapped;
    bool has_left; /* left: the register is not told yet */
    bool is_telling;
    bool is_loaded; /* it is known what not to look at */
    struct note left;
    struct note own;
    struct poison poison[POISON_MOST];
    int npoison;
};

static bool map(struct in_hand *in_hand, const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *at = MAP_FAILED;

    if (fd >= 0 && ftruncate(fd, sizeof(struct note)) == 0)
        at = mmap(NULL, sizeof(struct note), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        err_set(err, ERR_FATAL, "IN_HAND_UNUSABLE", path, "%s; it needs a file it may write",
                strerror(errno));
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return false;
    in_hand->note = at;
    in_hand->is_mapped = true;
    return true;
}

struct in_hand *in_hand_open(const char *path, struct err *err)
{
    struct in_hand *in_hand = calloc(1, sizeof(*in_hand));

    if (!in_hand)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "in_hand", "cannot allocate");
    in_hand->note = &in_hand->own;
    if (path[0] && !map(in_hand, path, err)) {
        free(in_hand);
        return NULL;
    }
    in_hand->is_loaded = !path[0];
    in_hand->has_left = in_hand->note->busy != 0;
    if (in_hand->has_left)
        memcpy(&in_hand->left, in_hand->note, sizeof(in_hand->left));
    in_hand_put_down(in_hand);
    return in_hand;
}

void in_hand_close(struct in_hand *in_hand)
{
    if (!in_hand)
        return;
    in_hand_put_down(in_hand);
    if (in_hand->is_mapped)
        munmap(in_hand->note, sizeof(*in_hand->note));
    free(in_hand);
}

void in_hand_take(struct in_hand *in_hand, const struct submission *submission)
{
    in_hand->note->sender_id = submission->sender_id;
    memcpy(in_hand->note->message_id, submission->message_id, MESSAGE_ID_BYTES);
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* a signal may end us between any two stores */
    in_hand->note->busy = 1;
}

void in_hand_put_down(struct in_hand *in_hand)
{
    in_hand->note->busy = 0;
}

static void take_poison(struct in_hand *in_hand, const PGresult *found)
{
    in_hand->npoison = 0;
    for (int row = 0; row < PQntuples(found) && row < POISON_MOST; row++) {
        struct poison *poison = &in_hand->poison[in_hand->npoison];

        poison->sender_id = (int)store_int(found, row, 0);
        poison->attempts = (int)store_int(found, row, 2);
        if (bytes_from_hex(store_text(found, row, 1), poison->message_id, MESSAGE_ID_BYTES))
            in_hand->npoison++;
    }
}

static void on_told(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct in_hand *in_hand = ctx;

    in_hand->is_telling = false;
    if (err) {
        log_err(LOG_WARN, "attempt_not_noted", err); /* it is told at the next poll */
        return;
    }
    in_hand->has_left = false;
    in_hand->is_loaded = true;
    take_poison(in_hand, results[nresults - 1]);
    for (int i = 0; i < in_hand->npoison; i++)
        log_event(LOG_ERROR, "change_not_looked_at", "sender",
                  log_num(in_hand->poison[i].sender_id), "attempts",
                  log_num(in_hand->poison[i].attempts), NULL);
}

void in_hand_tell(struct in_hand *in_hand, struct store *store)
{
    struct arena arena = {0};
    struct store_step steps[] = {{.sql = sql_note_attempt, .args = {.arena = &arena}},
                                 {.sql = sql_load_poison, .args = {.arena = &arena}}};
    char uuid[UUID_TEXT];
    struct err err;

    if (in_hand_is_ready(in_hand) || in_hand->is_telling || !store_is_ready(store))
        return;
    uuid_format(in_hand->left.message_id, uuid);
    store_arg_int(&steps[0].args, in_hand->left.sender_id);
    store_arg_text(&steps[0].args, uuid);
    store_arg_time_us(&steps[0].args, clock_now_us());
    store_arg_int(&steps[1].args, ATTEMPTS_MOST);
    store_arg_int(&steps[1].args, POISON_MOST);
    in_hand->is_telling = in_hand->has_left
                              ? store_submit(store, steps, 2, on_told, in_hand, &err)
                              : store_submit(store, steps + 1, 1, on_told, in_hand, &err);
    arena_finish(&arena);
}

bool in_hand_is_ready(const struct in_hand *in_hand)
{
    return in_hand->is_loaded;
}

int in_hand_poison(const struct in_hand *in_hand, const struct submission *submission)
{
    for (int i = 0; i < in_hand->npoison; i++)
        if (in_hand->poison[i].sender_id == submission->sender_id &&
            memcmp(in_hand->poison[i].message_id, submission->message_id, MESSAGE_ID_BYTES) == 0)
            return in_hand->poison[i].attempts;
    return 0;
}
