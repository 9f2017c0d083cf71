/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger - every statement of workflow: what it is given, what it answers.
 *
 * Functions come in pairs: one adds statements to a request, the other reads their results. The
 * sweep decides when each runs. Time is a parameter: `now` was asked of the database once, at the
 * beginning of the round.
 *
 * Threading: loop thread only.
 * Ownership: what is read lives in the arena given; requests borrow their arguments until they are
 * submitted.
 */
#ifndef UPTAKE_WORKFLOW_LEDGER_H
#define UPTAKE_WORKFLOW_LEDGER_H

#include "brake.h"
#include "digest.h"
#include "mail.h"
#include "message.h"
#include "plan.h"
#include "store/store.h"
#include "uptake/v1/items.pb-c.h"

enum {
    LEDGER_STEPS_MAX = 12,
    LEDGER_UUID_TEXT = 37,
    LEDGER_ERROR_TEXT = 160,
};

/* Units by key and by id, and who does the work of each now. */
struct ledger_directory {
    const struct plan_unit *units; /* by unit_id */
    const char **keys;             /* parallel */
    const int64_t *successors;     /* parallel */
    int n;
};

/* Statements that are sent together. */
struct ledger_request {
    struct arena *arena;
    struct store_step steps[LEDGER_STEPS_MAX];
    int nsteps;
};

struct ledger_now {
    int64_t us;        /* since 1970, the database's clock */
    struct date today; /* in the register's zone */
};

/* Where the hq feed ends and what the plan was made from. */
struct ledger_head {
    char epoch[LEDGER_UUID_TEXT];
    int64_t seq;
    int64_t recorded_us; /* of the newest change */
    char planned_epoch[LEDGER_UUID_TEXT];
    struct date planned_on; /* none: never */
    int64_t planned_seq;
    bool has_moved; /* since then, by anything a plan follows from */
};

/* ledger_plan.c ---------------------------------------------------------------------------------
 */

/* Outside a transaction. */
void ledger_look(struct ledger_request *request, const char *zone);
MUST_CHECK bool ledger_read_look(PGresult *const *results, struct ledger_now *now,
                                 struct ledger_head *head, struct err *err);

/* A plan goes page by page, each a transaction of its own, so that its memory hangs neither on the
 * register nor on the ledger: an action's plan follows from that action, the policies and the
 * directory alone. */
enum { LEDGER_PAGE = 500 }; /* ids of items, of which some are actions */

/* Items by id, both included. */
struct ledger_items {
    int64_t first, last;
};

/* What is to be planned: everything, or what the feed spoke of since planned_seq of the head. The
 * head is read again, with it: the plan stands on the feed up to there. What stood in digests that
 * were refused is taken back first, where the address is another since (which the feed spoke of, so
 * that all is planned): it is planned like everything else before it is claimed. */
void ledger_find_pages(struct ledger_request *request, bool everything,
                       const struct ledger_head *head, const struct ledger_now *now);
MUST_CHECK bool ledger_read_pages(PGresult *const *results, struct arena *arena,
                                  struct ledger_head *head, int64_t **pages, int *n,
                                  struct err *err);

/* Opens the transaction of a page and reads; ledger_write_page ends it. */
void ledger_load_page(struct ledger_request *request, const char *zone, struct date today,
                      int64_t page);
MUST_CHECK bool ledger_read_page(PGresult *const *results, struct arena *arena,
                                 struct plan_input *input, struct err *err);
void ledger_write_page(struct ledger_request *request, const struct plan_changes *changes,
                       const struct ledger_now *now);
/* Every page is planned. */
void ledger_end_plan(struct ledger_request *request, const struct ledger_head *head,
                     const struct ledger_now *now);

/* ledger_register.c, ledger_policies.c -----------------------------------------------------------
 */

/* What planning reads, without the transaction around it: so many statements, and their results. */
enum { LEDGER_REGISTER_UNITS = 2, LEDGER_REGISTER_STEPS = 7 }; /* units: for ledger_read_units */
void ledger_load_register(struct ledger_request *request, const char *zone, struct date today,
                          struct ledger_items items);
MUST_CHECK bool ledger_read_register(PGresult *const *results, struct arena *arena,
                                     struct plan_input *input, struct err *err);

/* The unit that does the work of the one with this key now; 0: nobody. */
int64_t ledger_unit(const struct ledger_directory *directory, const char *key);
/* What one change of a policy's item says as a version of it; keys become ids by the directory
 * (ledger_read_units). False: out of memory. */
MUST_CHECK bool ledger_version(const Uptake__V1__PolicyRule *rule,
                               const struct ledger_directory *directory, struct arena *arena,
                               struct plan_version *version);
MUST_CHECK bool ledger_read_units(const PGresult *rows, struct arena *arena,
                                  struct ledger_directory *directory);
MUST_CHECK bool ledger_read_policies(const PGresult *policies, const PGresult *cycles,
                                     const struct ledger_directory *directory, struct arena *arena,
                                     struct plan_input *input);
/* A field of the body in a column, unpacked; NULL where the change says nothing of it. False: out
 * of memory. */
MUST_CHECK bool ledger_field(const PGresult *rows, int row, int column, uint32_t field,
                             const ProtobufCMessageDescriptor *type, struct arena *arena,
                             ProtobufCMessage **message);
enum plan_unit_kind ledger_unit_kind(const char *word);

/* ledger_brake.c --------------------------------------------------------------------------------
 */

/* Policies with something due, or with a hold. */
struct ledger_brakes {
    struct brake_policy *policies;
    struct brake_verdict *verdicts; /* parallel; the caller's to fill */
    int n;
};
void ledger_load_brakes(struct ledger_request *request, const struct ledger_now *now, int least);
MUST_CHECK bool ledger_read_brakes(PGresult *const *results, struct arena *arena,
                                   struct ledger_brakes *brakes, struct err *err);
/* Adds what writes the verdicts into the ledger where they differ from what stands there; nothing,
 * when they do not. */
void ledger_put_brakes(struct ledger_request *request, const struct ledger_brakes *brakes,
                       const struct ledger_now *now);

/* ledger_claim.c and ledger_digest.c
 * --------------------------------------------------------------------------------
 */

/* Policies the brake holds. */
struct ledger_held {
    const int64_t *policies;
    int n;
};

/* ledger_desk.c: what overseers are told, once per cycle and occasion ("comes", "closed"). */
enum { LEDGER_NOTICE_DAYS = 30 }; /* before the first step of a cycle */
struct ledger_notice {
    int64_t policy_id, recipient_id;
    const char *cycle_on, *occasion;
    const char *key, *address; /* of the recipient */
};
struct ledger_notices {
    struct ledger_notice *list;
    int n;
};
void ledger_load_notices(struct ledger_request *request, const struct ledger_now *now, bool any);
MUST_CHECK bool ledger_read_notices(const PGresult *rows, struct arena *arena,
                                    struct ledger_notices *notices, struct err *err);
void ledger_put_notices(struct ledger_request *request, const struct ledger_notices *notices,
                        const struct ledger_now *now, const char *epoch, const char *domain);

/* Obligations that are due, grouped by recipient: row i belongs to recipient owner[i]. */
struct ledger_due {
    int nrecipients;
    int64_t *recipients;
    const char **keys;
    const char **addresses;
    int nobligations;
    int64_t *obligations;
    int *owner;
    bool more; /* recipients than were wanted */
};

/* Opens the claiming transaction; ledger_claim ends it. held: policies nothing is claimed of. What
 * overseers are to be told is read along. */
void ledger_load_due(struct ledger_request *request, const struct ledger_now *now,
                     const struct ledger_held *held, bool tells_desk);
/* At most so many recipients: what is claimed is no longer planned, so no more is claimed than is
 * sent at once. */
MUST_CHECK bool ledger_read_due(PGresult *const *results, int most, struct arena *arena,
                                struct ledger_due *due, struct ledger_notices *notices,
                                struct err *err);

struct ledger_attempt {
    char id[LEDGER_UUID_TEXT];
    int lease_s; /* longer than a mail may take */
    int64_t
        looked_ago_us; /* a long plan may lie between `now` and the claim, which the lease is of */
    int most;          /* deliveries taken at once */
};

/* due NULL: no new digests, only those that wait. */
void ledger_claim(struct ledger_request *request, const struct ledger_due *due,
                  const struct ledger_notices *notices, const struct ledger_attempt *attempt,
                  const struct ledger_now *now, const char *epoch, const char *domain);

/* A digest to be sent: a new one from its input, one that was composed before as it is. */
struct ledger_delivery {
    int64_t delivery_id, fence;
    const char *address;
    const char *message_id;
    const char *language;
    struct digest_input input; /* from, public_url and catalogue are the caller's to set */
    bool is_stored;
    int uncertain;          /* attempts before this one whose outcome nobody knows */
    int64_t created_us;     /* when it was claimed */
    struct message message; /* bytes NULL: not composed, or not to be sent */
};

/* Adds what the digests to be composed say of cycles, and those that say nothing else. */
MUST_CHECK bool ledger_read_desk(const PGresult *rows, struct arena *arena,
                                 struct ledger_delivery *list, int *n);

/* Those to be composed, then those that were. */
MUST_CHECK bool ledger_read_claim(PGresult *const *results, int nresults, struct arena *arena,
                                  struct ledger_delivery **deliveries, int *n, struct err *err);

/* Writes the mails that were composed now, each once and for all; the answer marks which are
 * stored: those and those stored before may be sent. */
void ledger_store_messages(struct ledger_request *request, const struct ledger_delivery *deliveries,
                           int n, const struct ledger_attempt *attempt);
void ledger_read_stored(PGresult *const *results, struct ledger_delivery *deliveries, int n);

/* Attempts of unknown outcome after which a mail is not repeated by itself: each may have arrived.
 */
enum { LEDGER_UNCERTAIN_MOST = 3 };

/* What became of one mail. */
struct ledger_outcome {
    int64_t delivery_id, fence;
    char attempt[LEDGER_UUID_TEXT];
    enum mail_outcome outcome;
    bool is_last;      /* of MAIL_UNCERTAIN: it was so too often */
    bool needs_person; /* of MAIL_LATER: waiting alone will not do */
    char why[LEDGER_ERROR_TEXT];
};

/* retry_s: pause after the first attempt; it doubles with each further one, up to an hour. The
 * answer: has one of them another address meanwhile, so that the plan is to take it back? */
void ledger_finish(struct ledger_request *request, const struct ledger_outcome *outcomes, int n,
                   const struct ledger_now *now, int retry_s);
bool ledger_read_finish(PGresult *const *results);

/* ledger_reminder.c -----------------------------------------------------------------------------
 */

/* A reminder the feed does not hold yet, as the Push that brings it there. */
struct ledger_reminder {
    int64_t obligation_id;
    uint8_t message_id[16];
    const uint8_t *body; /* an encoded Change */
    size_t len;
};

void ledger_load_reminders(struct ledger_request *request, int64_t started_us, int most);
MUST_CHECK bool ledger_read_reminders(PGresult *const *results, struct arena *arena,
                                      struct ledger_reminder **reminders, int *n, struct err *err);

struct ledger_settled {
    int64_t obligation_id;
    bool refused;
};
void ledger_record_reminders(struct ledger_request *request, const struct ledger_settled *settled,
                             int n, const struct ledger_now *now);

/* Shared by the files: adds a statement and gives its arguments. */
struct store_args *ledger_add(struct ledger_request *request, const char *sql);
void ledger_add_day(struct store_args *args, struct date day);

#endif
