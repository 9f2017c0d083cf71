/* SPDX-License-Identifier: Apache-2.0 */
/* uptake cycles close and return: the return of a cycle is counted once, stored with the decision
 * to close it, and can be counted again as the register was known then. */
#include "cycles.h"

#include <stdio.h>
#include <string.h>

/* Closing ------------------------------------------------------------------------------------- */

static bool may_close(const json_t *cycle, struct err *err)
{
    const char *state = cli_text(cycle, "state");

    if (strcmp(state, "open") == 0 || strcmp(state, "held") == 0)
        return true;
    if (strcmp(state, "closed") == 0)
        return err_set(err, ERR_REJECT, "CYCLE_CLOSED", cli_text(cycle, "key"),
                       "it is closed and its return is stored");
    if (strcmp(state, "not_asked") == 0)
        return err_set(err, ERR_REJECT, "CYCLE_NOT_ASKED", cli_text(cycle, "key"),
                       "it ended before the policy went live");
    return err_set(err, ERR_REJECT, "CYCLE_NOT_OPEN", cli_text(cycle, "key"),
                   "it is %s; there is nothing to close yet", state);
}

enum exit_code cycles_close(struct cycles *cycles, const char *policy, const char *day)
{
    struct err err;
    json_t *cycle = cycles_fetch(cycles, policy, day, "", &err);
    json_t *made =
        cycle && may_close(cycle, &err) ? cycles_fetch(cycles, policy, day, "/return", &err) : NULL;
    enum exit_code code;

    if (made)
        code = cycles_decide(cycles, cycle, "closed", json_pack("{s:O}", "return_made", made));
    else
        code = cli_fail(&err);
    json_decref(made);
    json_decref(cycle);
    return code;
}

/* Reading ------------------------------------------------------------------------------------- */

static void print_row(const json_t *row)
{
    printf("  %-20s %-24s %7lld %9lld %6lld %13lld\n", cli_text(row, "unit"),
           cli_text(row, "office"), cli_number(row, "asked"), cli_number(row, "answered"),
           cli_number(row, "late"), cli_number(row, "not_answered"));
}

static void print_return(const json_t *cycle, const json_t *made)
{
    const json_t *rows = json_object_get(made, "rows");
    const json_t *figures = json_object_get(made, "figures");

    printf("Return of %s, cycle ending %s (%s)\nmade %s, as known at %s\n\n",
           cli_text(cycle, "policy"), cli_text(cycle, "ends_on"), cli_text(cycle, "title"),
           cli_text(made, "made_on"), cli_text(made, "known_at"));
    printf("  %-20s %-24s %7s %9s %6s %13s\n", "unit", "office", "asked", "answered", "late",
           "not answered");
    for (size_t i = 0; i < json_array_size(rows); i++)
        print_row(json_array_get(rows, i));
    printf("\n");
    for (size_t i = 0; i < json_array_size(figures); i++) {
        const json_t *figure = json_array_get(figures, i);
        printf("  %-32s %lld of %lld  (%s)\n", cli_text(figure, "name"),
               cli_number(figure, "numerator"), cli_number(figure, "denominator"),
               cli_text(figure, "formula"));
    }
    printf("  %-32s %lld\n\nsha256 of the rows %s\n", "recommendations or parts not accepted",
           cli_number(made, "parts_not_accepted"), cli_text(made, "rows_sha256"));
}

/* Counts again as the register was known when the return was made. */
static json_t *count_again(struct cycles *cycles, const char *policy, const char *day,
                           const json_t *made, struct err *err)
{
    char behind[96];

    snprintf(behind, sizeof(behind), "/return?known_at=%.40s", cli_text(made, "known_at"));
    return cycles_fetch(cycles, policy, day, behind, err);
}

static enum exit_code check_return(struct cycles *cycles, const char *policy, const char *day,
                                   const json_t *made)
{
    struct err err;
    json_t *again = count_again(cycles, policy, day, made, &err);
    const char *stored = cli_text(made, "rows_sha256");
    bool is_same;

    if (!again)
        return cli_fail(&err);
    is_same = strcmp(stored, cli_text(again, "rows_sha256")) == 0;
    if (cycles->cli->json)
        return cli_print_json(json_pack("{s:b, s:s, s:o}", "same", is_same, "rows_sha256", stored,
                                        "counted_again", again),
                              is_same ? EXIT_OK : EXIT_FINDINGS);
    printf(is_same ? "the same: %s\n" : "it differs: stored %s, ", stored);
    if (!is_same)
        printf(
            "counted again %s; only a redaction, or a mail that was just being taken, does that\n",
            cli_text(again, "rows_sha256"));
    json_decref(again);
    return is_same ? EXIT_OK : EXIT_FINDINGS;
}

enum exit_code cycles_return(struct cycles *cycles, const char *policy, const char *day)
{
    struct err err;
    json_t *cycle = cycles_fetch(cycles, policy, day, "", &err);
    const json_t *made = json_object_get(cycle, "return");
    enum exit_code code = EXIT_OK;

    if (cycle && !json_is_object(made))
        err_set(&err, ERR_REJECT, "NO_RETURN", cli_text(cycle, "key"),
                "it is %s; closing it makes the return", cli_text(cycle, "state"));
    if (!json_is_object(made))
        code = cli_fail(&err);
    else if (cycles->check)
        code = check_return(cycles, policy, day, made);
    else if (cycles->cli->json)
        code = cli_print_json(json_deep_copy(made), EXIT_OK);
    else
        print_return(cycle, made);
    json_decref(cycle);
    return code;
}
