/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_plan.h"

#include "ledger.h"
#include "sql.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>
#include <uptake/v1/items.pb-c.h>

enum { NEW_POLICY = -1, PATIENCE_MS = 10 * 60 * 1000 };

/* What would be sent, by (action, cycle, step, recipient). */
struct outlook {
    struct obligation *rows;
    int n;
};

/* connecting -> loading -> naming -> ended -> closed; a failure closes. */
struct comparing {
    const struct policy_plan_options *options;
    const struct policy_file *file;
    struct store *store;
    struct holidays *holidays;
    struct arena arena;
    struct outlook before, after;
    const PGresult *keys;
    json_t *result;
    bool asked, closing;
    struct err *err;
};

/* Planning --------------------------------------------------------------------------------------
 */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_rows(const void *left, const void *right)
{
    const struct obligation *a = left;
    const struct obligation *b = right;
    int order = compare_numbers(a->subject_id, b->subject_id);

    if (!order)
        order = compare_numbers(a->cycle, b->cycle);
    if (!order)
        order = compare_numbers(a->step, b->step);
    return order ? order : compare_numbers(a->recipient_id, b->recipient_id);
}

static void sort_rows(struct obligation *rows, int n)
{
    if (n > 0)
        qsort(rows, (size_t)n, sizeof(*rows), compare_rows);
}

/* The ledger of the policy as it would be: changed rows for theirs, new ones behind. */
static int merge(const struct plan_input *input, int64_t policy_id,
                 const struct plan_changes *changes, struct obligation *rows)
{
    int n = 0, old;

    for (int i = 0; i < input->nledger; i++)
        if (input->ledger[i].policy_id == policy_id)
            rows[n++] = input->ledger[i];
    sort_rows(rows, n);
    old = n;
    for (int i = 0; i < changes->n; i++) {
        struct obligation *row =
            old ? bsearch(&changes->rows[i], rows, (size_t)old, sizeof(*rows), compare_rows) : NULL;
        if (row)
            *row = changes->rows[i];
        else
            rows[n++] = changes->rows[i];
    }
    return n;
}

static bool foresee(struct comparing *comparing, const struct plan_input *input,
                    const struct plan_policy *policy, struct outlook *outlook)
{
    struct plan_input one = *input;
    struct plan_changes changes;
    struct date horizon = date_add_days(input->today, PLAN_HORIZON_DAYS);
    int n;

    one.policies = policy;
    one.npolicies = 1;
    if (!plan(&one, &comparing->arena, &changes, comparing->err))
        return false;
    outlook->rows = arena_alloc(&comparing->arena,
                                (size_t)(input->nledger + changes.n + 1) * sizeof(*outlook->rows));
    if (!outlook->rows)
        return err_set(comparing->err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot hold the plan");
    n = merge(input, policy->policy_id, &changes, outlook->rows);
    for (int i = 0; i < n; i++)
        if (outlook->rows[i].state == OBLIGATION_PLANNED &&
            date_compare(outlook->rows[i].send_on, horizon) <= 0)
            outlook->rows[outlook->n++] = outlook->rows[i];
    sort_rows(outlook->rows, outlook->n);
    return true;
}

/* The policy with what the file says as its newest version. */
static bool amend(struct comparing *comparing, const struct ledger_directory *directory,
                  const struct plan_policy *now, struct plan_policy *next)
{
    size_t n = (size_t)now->nversions;
    struct plan_version *versions = arena_alloc(&comparing->arena, (n + 1) * sizeof(*versions));
    const ProtobufCMessage *rule =
        wire_from_json(&uptake__v1__policy_rule__descriptor, comparing->file->rule,
                       &comparing->arena, comparing->err);

    if (!rule)
        return false;
    if (versions && n > 0)
        memcpy(versions, now->versions, n * sizeof(*versions));
    if (!versions || !ledger_version((const Uptake__V1__PolicyRule *)rule, directory,
                                     &comparing->arena, &versions[n]))
        return err_set(comparing->err, ERR_FATAL, "OUT_OF_MEMORY", "plan",
                       "cannot hold the policy");
    *next = *now;
    next->versions = versions;
    next->nversions = (int)n + 1;
    return true;
}

static bool foresee_both(struct comparing *comparing, PGresult *const *results)
{
    const PGresult *found = results[1];
    int64_t policy_id = PQntuples(found) ? store_int(found, 0, 0) : NEW_POLICY;
    struct plan_input input = {.today = comparing->options->today, .holidays = comparing->holidays};
    struct ledger_directory directory;
    struct plan_policy now = {.policy_id = policy_id}, next;

    if (!ledger_read_register(results + 2, &comparing->arena, &input, comparing->err))
        return false;
    if (!ledger_read_units(results[2 + LEDGER_REGISTER_UNITS], &comparing->arena, &directory))
        return err_set(comparing->err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot hold the units");
    for (int i = 0; i < input.npolicies; i++)
        if (input.policies[i].policy_id == policy_id)
            now = input.policies[i];
    return amend(comparing, &directory, &now, &next) &&
           foresee(comparing, &input, &now, &comparing->before) &&
           foresee(comparing, &input, &next, &comparing->after);
}

/* Telling ---------------------------------------------------------------------------------------
 */

static const char *key_of(const struct comparing *comparing, int64_t id)
{
    int low = 0, high = PQntuples(comparing->keys);

    while (low < high) {
        int middle = low + (high - low) / 2;
        if (store_int(comparing->keys, middle, 0) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < PQntuples(comparing->keys) && store_int(comparing->keys, low, 0) == id
               ? store_text(comparing->keys, low, 1)
               : "";
}

static json_t *row_json(const struct comparing *comparing, const struct obligation *row)
{
    char cycle_on[DATE_TEXT], send_on[DATE_TEXT];

    date_format(row->cycle_on, cycle_on);
    date_format(row->send_on, send_on);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:b}", "action", key_of(comparing, row->subject_id),
        "recipient", key_of(comparing, row->recipient_id), "asked",
        key_of(comparing, row->asked_id), "rung", obligation_rung_word(row->rung), "cycle_on",
        cycle_on, "step", row->step, "send_on", send_on, "held", row->held);
}

static void add_move(const struct comparing *comparing, const struct obligation *from,
                     const struct obligation *to)
{
    json_t *row = row_json(comparing, to);
    char day[DATE_TEXT];

    date_format(from->send_on, day);
    json_object_set_new(row, "send_on_before", json_string(day));
    json_array_append_new(json_object_get(comparing->result, "move"), row);
}

static void add_row(const struct comparing *comparing, const char *list,
                    const struct obligation *row)
{
    json_array_append_new(json_object_get(comparing->result, list), row_json(comparing, row));
}

static bool is_unmoved(const struct obligation *a, const struct obligation *b)
{
    return date_compare(a->send_on, b->send_on) == 0 && date_compare(a->cycle_on, b->cycle_on) == 0;
}

static void tell(struct comparing *comparing)
{
    const struct outlook *a = &comparing->before, *b = &comparing->after;
    int i = 0, k = 0, stay = 0;

    comparing->result = json_pack("{s:[], s:[], s:[]}", "appear", "vanish", "move");
    while (comparing->result && (i < a->n || k < b->n)) {
        int order = i == a->n ? 1 : k == b->n ? -1 : compare_rows(&a->rows[i], &b->rows[k]);
        if (order < 0) {
            add_row(comparing, "vanish", &a->rows[i++]);
        } else if (order > 0) {
            add_row(comparing, "appear", &b->rows[k++]);
        } else {
            if (is_unmoved(&a->rows[i], &b->rows[k]))
                stay++;
            else
                add_move(comparing, &a->rows[i], &b->rows[k]);
            i++;
            k++;
        }
    }
    json_object_set_new(comparing->result, "stay", json_integer(stay));
}

/* Asking the database ---------------------------------------------------------------------------
 */

static void on_closed(void *ctx)
{
    struct comparing *comparing = ctx;

    comparing->store = NULL;
}

static void end(struct comparing *comparing)
{
    if (comparing->closing)
        return;
    comparing->closing = true;
    store_close(comparing->store, on_closed, comparing);
}

static void fail(struct comparing *comparing, const struct err *err)
{
    if (err != comparing->err)
        *comparing->err = *err;
    end(comparing);
}

static void on_named(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct comparing *comparing = ctx;

    (void)nresults;
    if (err) {
        fail(comparing, err);
        return;
    }
    comparing->keys = results[0];
    tell(comparing);
    comparing->keys = NULL;
    if (!comparing->result)
        err_set(comparing->err, ERR_FATAL, "OUT_OF_MEMORY", "plan", "cannot hold the difference");
    end(comparing);
}

static void put_ids(struct store_array *ids, const struct outlook *outlook)
{
    for (int i = 0; i < outlook->n; i++) {
        store_array_int(ids, outlook->rows[i].subject_id);
        store_array_int(ids, outlook->rows[i].recipient_id);
        store_array_int(ids, outlook->rows[i].asked_id);
    }
}

static void on_loaded(void *ctx, PGresult *const *results, int nresults, const struct err *err)
{
    struct comparing *comparing = ctx;
    struct store_step steps[] = {{.sql = sql_policy_keys}, {.sql = sql_verify_commit}};
    struct store_array ids;

    (void)nresults;
    if (err) {
        fail(comparing, err);
        return;
    }
    if (!foresee_both(comparing, results)) {
        end(comparing);
        return;
    }
    steps[0].args.arena = steps[1].args.arena = &comparing->arena;
    store_array_init(&ids, &comparing->arena, STORE_INT8_ARRAY);
    put_ids(&ids, &comparing->before);
    put_ids(&ids, &comparing->after);
    store_arg_array(&steps[0].args, &ids);
    if (!store_submit(comparing->store, steps, 2, on_named, comparing, comparing->err))
        end(comparing);
}

static void on_state(void *ctx, bool ready, const struct err *err)
{
    struct comparing *comparing = ctx;
    struct ledger_request request = {.arena = &comparing->arena};

    if (comparing->asked || comparing->closing)
        return;
    if (!ready) {
        fail(comparing, err);
        return;
    }
    comparing->asked = true;
    ledger_add(&request, sql_verify_begin);
    store_arg_text(ledger_add(&request, sql_policy_find),
                   arena_printf(&comparing->arena, "policy:%s", comparing->file->name));
    ledger_load_register(&request, comparing->options->zone, comparing->options->today,
                         (struct ledger_items){0, INT64_MAX});
    if (!store_submit(comparing->store, request.steps, request.nsteps, on_loaded, comparing,
                      comparing->err))
        end(comparing);
}

json_t *policy_plan_compare(const struct policy_plan_options *options,
                            const struct policy_file *file, struct err *err)
{
    struct comparing comparing = {.options = options, .file = file, .err = err};
    const struct store_options store = {.conninfo = options->database,
                                        .name = "uptake policy",
                                        .request_ms = PATIENCE_MS,
                                        .on_state = on_state,
                                        .ctx = &comparing};
    uv_loop_t loop;

    if (uv_loop_init(&loop) != 0)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "loop", "cannot start the event loop");
    comparing.holidays = holidays_open(err);
    if (!comparing.holidays)
        goto done;
    comparing.store = store_open(&loop, &store, err);
    if (comparing.store)
        uv_run(&loop, UV_RUN_DEFAULT);
done:
    holidays_close(comparing.holidays);
    uv_loop_close(&loop);
    arena_finish(&comparing.arena);
    return comparing.result;
}
