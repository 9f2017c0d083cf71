/* SPDX-License-Identifier: Apache-2.0 */
#include "letters.h"

#include "sql.h"
#include "wire/wire.h"

/* The letter that a decision is about. */
struct letter {
    int64_t sender_id; /* 0: there is none */
    bool settled;
    bool wiped;
};

static const Uptake__V1__DeadLetterDecision *decision_of(const struct batch *batch)
{
    return batch->n == 1 ? batch->submissions[0]->change->dead_letter_decision : NULL;
}

/* check_letter saw to the length of the id. */
static void arg_message(struct store_args *args, struct batch *batch,
                        const Uptake__V1__DeadLetterDecision *decision)
{
    char *uuid = arena_alloc(&batch->arena, UUID_TEXT);

    batch->failed |= !uuid;
    if (uuid)
        uuid_format(decision->message_id.data, uuid);
    store_arg_text(args, uuid);
}

void letter_load_steps(struct batch *batch, struct steps *steps)
{
    const Uptake__V1__DeadLetterDecision *decision = decision_of(batch);
    struct store_args *args;

    if (!decision)
        return;
    args = steps_add(steps, sql_find_letter);
    store_arg_text(args, decision->sender);
    arg_message(args, batch, decision);
}

bool letter_take(struct batch *batch, PGresult *const *result)
{
    batch->letter = arena_zalloc(&batch->arena, sizeof(*batch->letter));
    if (!batch->letter)
        return false;
    if (PQntuples(*result) == 1)
        *batch->letter = (struct letter){.sender_id = store_int(*result, 0, 0),
                                         .settled = store_bool(*result, 0, 1),
                                         .wiped = store_bool(*result, 0, 2)};
    return true;
}

bool letter_allows(const struct batch *batch, struct submission *s)
{
    const Uptake__V1__DeadLetterDecision *decision = s->change->dead_letter_decision;

    if (!decision)
        return true;
    if (!batch->letter->sender_id)
        return err_set(&s->why, ERR_REJECT, "LETTER_UNKNOWN", "dead_letter_decision.message_id",
                       "no change of this sender with this id was parked");
    if (batch->letter->settled)
        return err_set(&s->why, ERR_REJECT, "LETTER_SETTLED", "dead_letter_decision.decision",
                       "somebody has decided about it already");
    if (batch->letter->wiped &&
        decision->decision == UPTAKE__V1__DEAD_LETTER_WORD__DEAD_LETTER_WORD_REPLAYED)
        return err_set(&s->why, ERR_REJECT, "LETTER_REDACTED", "dead_letter_decision.decision",
                       "its bytes were wiped with those of its item; it can only be discarded");
    return true;
}

void letter_write_steps(struct batch *batch, struct steps *steps)
{
    const Uptake__V1__DeadLetterDecision *decision = decision_of(batch);
    struct store_args *args;

    if (!decision || batch->nrows == 0)
        return;
    args = steps_add(steps, sql_settle_letter);
    store_arg_int(args, batch->letter->sender_id);
    arg_message(args, batch, decision);
    store_arg_text(args,
                   wire_word(&uptake__v1__dead_letter_word__descriptor, (int)decision->decision));
    store_arg_text(args, decision->decided_by);
}
