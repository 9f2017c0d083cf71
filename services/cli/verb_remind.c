/* SPDX-License-Identifier: Apache-2.0 */
/* uptake remind: what would be sent now and what the brake holds of it; letting it go; and how a
 * unit wants to be reminded of an action. */
#include "cycles.h"

#include "fetch.h"
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct remind {
    struct cli *cli;
    const char *by, *note, *until, *recipients;
    json_t *rows;
};

/* Preview ------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, json_t *row, struct err *err)
{
    struct remind *remind = ctx;

    return json_array_append(remind->rows, row) == 0 ||
           err_set(err, ERR_FATAL, "OUT_OF_MEMORY", "remind", "cannot hold the list");
}

/* Desk and brake may each hold a part of what a policy would send. */
static bool is_same_part(const json_t *a, const json_t *b)
{
    return strcmp(cli_text(a, "policy"), cli_text(b, "policy")) == 0 &&
           strcmp(cli_text(a, "held"), cli_text(b, "held")) == 0;
}

/* The object of a policy in the list, made when it is first met; borrowed. */
static json_t *policy_for(json_t *policies, const json_t *row)
{
    json_t *policy;
    size_t i;

    json_array_foreach(policies, i, policy)
    {
        if (is_same_part(policy, row))
            return policy;
    }
    policy = json_pack("{s:s, s:s, s:s, s:I, s:o, s:i}", "policy", cli_text(row, "policy"), "title",
                       cli_text(row, "title"), "held", cli_text(row, "held"), "allowed",
                       (json_int_t)cli_number(row, "allowed"), "recipients", json_object(),
                       "reminders", 0);
    json_array_append_new(policies, policy);
    return policy;
}

static bool goes_today(const json_t *row)
{
    return !*cli_text(row, "held") && !json_is_true(json_object_get(row, "has_digest_today"));
}

/* Per policy: why it is held, and to how many it would write. */
static json_t *by_policy(const json_t *rows)
{
    json_t *policies = json_array();
    json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        json_t *policy = policy_for(policies, row);
        json_t *n = json_object_get(policy, "reminders");

        json_integer_set(n, json_integer_value(n) + 1);
        json_object_set_new(json_object_get(policy, "recipients"), cli_text(row, "recipient"),
                            json_true());
    }
    json_array_foreach(policies, i, row)
    {
        const size_t n = json_object_size(json_object_get(row, "recipients"));
        json_object_set_new(row, "recipients", json_integer((json_int_t)n));
    }
    return policies;
}

static void print_policy(const json_t *policy, const json_t *rows)
{
    const char *held = cli_text(policy, "held");
    const long long recipients = cli_number(policy, "recipients");
    json_t *row;
    size_t i;

    printf("%s (%s): %lld reminder%s to %lld recipient%s\n", cli_text(policy, "policy"),
           cli_text(policy, "title"), cli_number(policy, "reminders"),
           cli_s((unsigned long long)cli_number(policy, "reminders")), recipients,
           cli_s((unsigned long long)recipients));
    if (strcmp(held, "the desk holds the cycle") == 0)
        printf("  HELD: %s; to let it go: uptake cycles open %s DAY\n", held,
               cli_text(policy, "policy"));
    else if (*held)
        printf("  HELD: %s; %lld may be written to without a word\n"
               "  to let it go: uptake remind release %s --by NAME --recipients %lld\n",
               held, cli_number(policy, "allowed"), cli_text(policy, "policy"), recipients);
    json_array_foreach(rows, i, row)
    {
        if (!is_same_part(row, policy))
            continue;
        printf("  %-12s %-28s ends %s, step %+lld%s  ", cli_text(row, "code"),
               cli_text(row, "action"), cli_text(row, "ends_on"), cli_number(row, "step"),
               *held             ? ", held"
               : goes_today(row) ? ""
                                 : ", in the next digest");
        cli_put_short(cli_text(row, "text"), 48);
        printf("\n");
    }
}

static enum exit_code print_preview(struct remind *remind)
{
    json_t *policies = by_policy(remind->rows);
    json_t *policy;
    size_t i, held = 0;

    json_array_foreach(policies, i, policy) held += *cli_text(policy, "held") != '\0';
    if (remind->cli->json)
        return cli_print_json(
            json_pack("{s:o, s:O}", "policies", policies, "reminders", remind->rows), EXIT_OK);
    json_array_foreach(policies, i, policy) print_policy(policy, remind->rows);
    printf("%zu reminder%s due, %zu polic%s held\n", json_array_size(remind->rows),
           cli_s(json_array_size(remind->rows)), held, held == 1 ? "y" : "ies");
    json_decref(policies);
    return EXIT_OK;
}

static enum exit_code run_preview(struct remind *remind)
{
    struct listing listing = {
        .before = "/v1/", .name = "reminders", .behind = "", .items = "reminders"};
    enum exit_code code;
    struct err err;

    remind->rows = json_array();
    code = fetch_listing(remind->cli, &listing, take_row, remind, &err) ? print_preview(remind)
                                                                        : cli_fail(&err);
    json_decref(remind->rows);
    return code;
}

/* Changing ------------------------------------------------------------------------------------ */

/* Sends the groups (released) on the item (released). */
static enum exit_code send_groups(struct remind *remind, json_t *item, json_t *groups)
{
    struct outbox outbox = {0};
    struct err err;
    const bool good = edit_set(&outbox, item, groups, &err);

    json_decref(item);
    if (good)
        return edit_send(remind->cli, &outbox);
    outbox_finish(&outbox);
    return cli_fail(&err);
}

static bool read_recipients(const struct remind *remind, json_int_t *n, struct err *err)
{
    char *rest = NULL;

    errno = 0;
    *n = remind->recipients ? strtoll(remind->recipients, &rest, 10) : 0;
    return (rest && !*rest && !errno && *n > 0 && *n <= UINT32_MAX) ||
           err_set(err, ERR_REJECT, "USAGE", "--recipients",
                   "say to how many it may go: what `uptake remind preview` showed");
}

static enum exit_code run_release(struct remind *remind, const char *policy)
{
    char key[256], day[DATE_TEXT];
    struct date today;
    struct err err;
    json_int_t n;
    const char *by = cycles_by(remind->by, &err);
    json_t *item;

    snprintf(key, sizeof(key), "%s%.200s",
             strncmp(policy, "policy:", 7) == 0 ? "" : "policy:", policy);
    if (!by || !read_recipients(remind, &n, &err) || !cli_today(remind->cli, &today, &err))
        return cli_fail(&err);
    item = edit_fetch(remind->cli, key, "policy", &err);
    if (!item)
        return cli_fail(&err);
    date_format(today, day);
    return send_groups(remind, item,
                       json_pack("{s:{s:s, s:I, s:s, s:s}}", "brake_release", "released_on", day,
                                 "recipients", n, "released_by", by, "note",
                                 remind->note ? remind->note : ""));
}

/* That the address is right is said by saying it again: workflow takes back what was refused before
 * that, and the change stands in the unit's history with who said so. */
static enum exit_code run_again(struct remind *remind, const char *recipient)
{
    char key[256];
    struct err err;
    json_t *item, *contact;

    snprintf(key, sizeof(key), "%s%.200s",
             strncmp(recipient, "unit:", 5) == 0 ? "" : "unit:", recipient);
    item = edit_fetch(remind->cli, key, "unit", &err);
    if (!item)
        return cli_fail(&err);
    contact = edit_group(item, "unit_contact");
    return send_groups(remind, item, json_pack("{s:o}", "unit_contact", contact));
}

/* What was said before of the same stands, but for the member given. */
static enum exit_code run_chase(struct remind *remind, const char *action, const char *member,
                                const char *day)
{
    struct err err;
    json_t *item = edit_fetch(remind->cli, action, "action", &err);
    json_t *chase;

    if (!item)
        return cli_fail(&err);
    chase = edit_group(item, "chase_set");
    json_object_set_new(chase, member, json_string(day));
    if (remind->note)
        json_object_set_new(chase, "note", json_string(remind->note));
    return send_groups(remind, item, json_pack("{s:o}", "chase_set", chase));
}

static enum exit_code run_snooze(struct remind *remind, const char *action)
{
    struct date until;
    struct err err;

    if (!remind->until)
        err_set(&err, ERR_REJECT, "USAGE", "--until", "say until when: --until DAY");
    else if (date_parse(remind->until, "--until", &until, &err))
        return run_chase(remind, action, "snoozed_until", remind->until);
    return cli_fail(&err);
}

static enum exit_code run_acknowledge(struct remind *remind, const char *action)
{
    char day[DATE_TEXT];
    struct date today;
    struct err err;

    if (!cli_today(remind->cli, &today, &err))
        return cli_fail(&err);
    date_format(today, day);
    return run_chase(remind, action, "acknowledged_on", day);
}

/* ------------------------------------------------------------------------------------------------
 */

static enum exit_code run(struct remind *remind, int argc, char **argv)
{
    const char *verb = argc ? argv[0] : "preview";
    struct err err;

    if (strcmp(verb, "preview") == 0 && argc <= 1)
        return run_preview(remind);
    if (strcmp(verb, "release") == 0 && argc == 2)
        return run_release(remind, argv[1]);
    if (strcmp(verb, "again") == 0 && argc == 2)
        return run_again(remind, argv[1]);
    if (strcmp(verb, "acknowledge") == 0 && argc == 2)
        return run_acknowledge(remind, argv[1]);
    if (strcmp(verb, "snooze") == 0 && argc == 2)
        return run_snooze(remind, argv[1]);
    err_set(&err, ERR_REJECT, "USAGE", verb,
            "preview, release POLICY, again RECIPIENT, acknowledge ACTION or snooze ACTION");
    return cli_fail(&err);
}

enum exit_code verb_remind(struct cli *cli, int argc, char **argv)
{
    struct remind remind = {.cli = cli};
    const struct option options[] = {
        {"--recipients", "N", "release: to at most so many; fewer than are due lets none go",
         &remind.recipients, NULL},
        {"--by", "NAME", "release: who says so (default: the login name)", &remind.by, NULL},
        {"--until", "DAY", "snooze: no reminder before this day", &remind.until, NULL},
        {"--note", "TEXT", "why", &remind.note, NULL},
        {0}};
    const struct usage usage = {
        "remind [preview | release POLICY | again RECIPIENT | acknowledge ACTION | snooze ACTION] "
        "[flags]",
        "What is due to be sent, and what keeps it.\n"
        "  preview               to whom, about what; what the brake holds, and why\n"
        "  release POLICY        a named person lets go what is due up to today\n"
        "  again RECIPIENT       its address is right: what was refused goes into its next digest\n"
        "  acknowledge ACTION    the unit knows; it answers nothing\n"
        "  snooze ACTION         no reminder of it before --until DAY",
        options, 0, 2};
    enum exit_code code;

    if (!options_run(cli, &usage, &argc, argv, &code))
        return code;
    return run(&remind, argc, argv);
}
