/* SPDX-License-Identifier: Apache-2.0 */
#include "credit.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024 };

struct account {
    struct account *next;
    int principal_id;
    int npeers;       /* heard lately */
    size_t waiting;   /* bytes of memory */
    size_t share;     /* of the budget, as of the last look */
    bool had_nothing; /* when the frame began */
    uint64_t heard_ms;
};

struct credit_peer {
    struct credit_peer *next;
    struct account *account;
    size_t waiting;   /* bytes on the wire */
    size_t told;      /* the most since it last had nothing waiting */
    bool had_nothing; /* when the frame began */
    uint64_t heard_ms;
    size_t len;
    uint8_t id[];
};

struct credit {
    struct account *accounts;
    struct credit_peer *buckets[BUCKETS];
    size_t waiting; /* bytes of memory */
    uint64_t swept_ms;
};

struct credit *credit_create(struct err *err)
{
    struct credit *credit = calloc(1, sizeof(*credit));

    if (!credit)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "credit", "cannot allocate");
    return credit;
}

static void drop(struct credit_peer **at)
{
    struct credit_peer *peer = *at;

    *at = peer->next;
    peer->account->npeers--;
    free(peer);
}

void credit_destroy(struct credit *credit)
{
    if (!credit)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (credit->buckets[i])
            drop(&credit->buckets[i]);
    while (credit->accounts) {
        struct account *account = credit->accounts;
        credit->accounts = account->next;
        free(account);
    }
    free(credit);
}

static struct credit_peer **bucket_of(struct credit *credit, const uint8_t *id, size_t len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ id[i]) * 16777619u;
    return &credit->buckets[hash % BUCKETS];
}

static bool is_recent(uint64_t heard_ms, uint64_t now_ms)
{
    return now_ms - heard_ms <= CREDIT_RECENT_MS;
}

static void sweep_bucket(struct credit_peer **at, uint64_t now_ms)
{
    while (*at)
        if ((*at)->waiting == 0 && !is_recent((*at)->heard_ms, now_ms))
            drop(at);
        else
            at = &(*at)->next;
}

/* libzmq does not say when a peer leaves: those not heard of for long make room for new ones. */
static void sweep(struct credit *credit, uint64_t now_ms)
{
    if (is_recent(credit->swept_ms, now_ms))
        return;
    credit->swept_ms = now_ms;
    for (size_t i = 0; i < BUCKETS; i++)
        sweep_bucket(&credit->buckets[i], now_ms);
}

static struct account *account_of(struct credit *credit, int principal_id)
{
    struct account *account = credit->accounts;

    while (account && account->principal_id != principal_id)
        account = account->next;
    if (account)
        return account;
    account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    account->principal_id = principal_id;
    account->next = credit->accounts;
    credit->accounts = account;
    return account;
}

static struct credit_peer *add_peer(struct credit *credit, struct credit_peer **bucket,
                                    const uint8_t *id, size_t len, int principal_id)
{
    struct account *account = account_of(credit, principal_id);
    struct credit_peer *peer = account ? calloc(1, sizeof(*peer) + len) : NULL;

    if (!peer)
        return NULL;
    peer->account = account;
    account->npeers++;
    peer->len = len;
    memcpy(peer->id, id, len);
    peer->next = *bucket;
    *bucket = peer;
    return peer;
}

struct credit_peer *credit_peer(struct credit *credit, const uint8_t *id, size_t len,
                                int principal_id, uint64_t now_ms)
{
    struct credit_peer **bucket = bucket_of(credit, id, len);
    struct credit_peer *peer = *bucket;

    while (peer && (peer->len != len || memcmp(peer->id, id, len) != 0 ||
                    peer->account->principal_id != principal_id))
        peer = peer->next;
    if (!peer) {
        sweep(credit, now_ms);
        peer = add_peer(credit, bucket, id, len, principal_id);
    }
    if (peer)
        peer->heard_ms = peer->account->heard_ms = now_ms;
    return peer;
}

/* Equal shares for those who asked for something lately, and one for who comes next. */
static void look(const struct credit *credit, struct account *account, uint64_t now_ms)
{
    size_t sharing = 1;

    for (const struct account *each = credit->accounts; each; each = each->next)
        if (each == account || each->waiting > 0 || is_recent(each->heard_ms, now_ms))
            sharing++;
    account->share = CREDIT_BUDGET_BYTES / sharing;
}

uint32_t credit_tell(struct credit *credit, struct credit_peer *peer, uint64_t now_ms)
{
    struct account *account = peer->account;
    size_t told;

    look(credit, account, now_ms);
    told = account->share / CREDIT_EXPANSION / (size_t)account->npeers;
    if (told > CREDIT_MOST_BYTES)
        told = CREDIT_MOST_BYTES;
    if (told < CREDIT_LEAST_BYTES)
        told = CREDIT_LEAST_BYTES;
    /* What is on its way was sent under what was told before. */
    if (told > peer->told || peer->waiting == 0)
        peer->told = told;
    return (uint32_t)told;
}

void credit_begin_frame(struct credit *credit, struct credit_peer *peer, uint64_t now_ms)
{
    struct account *account = peer->account;

    look(credit, account, now_ms);
    peer->had_nothing = peer->waiting == 0;
    account->had_nothing = account->waiting == 0;
}

bool credit_allows(const struct credit *credit, const struct credit_peer *peer, size_t body_len,
                   struct err *err)
{
    const struct account *account = peer->account;

    if (!peer->had_nothing && peer->waiting + body_len + CREDIT_OVERHEAD > peer->told)
        return err_set(err, ERR_RETRY, "OVER_CREDIT", "push",
                       "%zu bytes wait, credit %zu; wait for receipts, then send it again",
                       peer->waiting, peer->told);
    if (!account->had_nothing && account->waiting + body_len > account->share)
        return err_set(err, ERR_RETRY, "OVER_CREDIT", "push",
                       "all connections of this key together have their share waiting; send it "
                       "again later");
    if (credit->waiting + body_len > CREDIT_BUDGET_BYTES)
        return err_set(err, ERR_RETRY, "OVERLOADED", "ingest", "too much waits; send it again");
    return true;
}

void credit_charge(struct credit *credit, struct credit_peer *peer, struct submission *submission)
{
    submission->payer = peer;
    submission->charged = submission_cost(submission);
    peer->waiting += submission->len + CREDIT_OVERHEAD;
    peer->account->waiting += submission->charged;
    credit->waiting += submission->charged;
}

void credit_release(struct credit *credit, struct submission *submission)
{
    struct credit_peer *peer = submission->payer;

    if (submission->charged == 0)
        return;
    peer->waiting -= submission->len + CREDIT_OVERHEAD;
    peer->account->waiting -= submission->charged;
    credit->waiting -= submission->charged;
    submission->charged = 0;
}

size_t credit_waiting_bytes(const struct credit *credit)
{
    return credit->waiting;
}
