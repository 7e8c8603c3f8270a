/* answers.h - XAPI's answers, kept until they are flushed or no row needs them any more.  It lists
 * what has to be asked; ask.h does that. */
#ifndef IFR_SYNC_ANSWERS_H
#define IFR_SYNC_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "base/error.h"

/* ---- VIFs and VMs, one by one ---------------------------------------------------------------- */

enum ifr_sync_kind { IFR_SYNC_VIF, IFR_SYNC_VM, IFR_SYNC_N_KINDS };

struct ifr_sync_answer {
    TAILQ_ENTRY(ifr_sync_answer) link; /* in the list of its state; known ones are in none */
    enum ifr_sync_kind kind;
    enum { IFR_SYNC_UNASKED, IFR_SYNC_ASKED, IFR_SYNC_KNOWN } state;
    unsigned users;
    char *uuid;
    char *id; /* from other_config; NULL: none */
};

TAILQ_HEAD(ifr_sync_answer_list, ifr_sync_answer);

/* ---- Networks and pools, all of them --------------------------------------------------------- */

#define IFR_SYNC_NETWORKS_MAX 65536
#define IFR_SYNC_POOLS_MAX 16

/* The keys of other_config that are read, in the order of a network's or pool's `value`. */
enum ifr_sync_key { IFR_SYNC_FAIL_MODE, IFR_SYNC_IN_BAND, IFR_SYNC_BRIDGE_ID, IFR_SYNC_N_KEYS };

struct ifr_sync_network {
    char *text;                         /* one block, into which the others point */
    const char *ref, *bridge, *uuid;    /* "" for what it lacks */
    const char *value[IFR_SYNC_N_KEYS]; /* NULL: it has no such key */
};

struct ifr_sync_networks {
    struct ifr_sync_network *v; /* by bridge, then by reference */
    size_t n, cap;
};

struct ifr_sync_answers {
    void *by_uuid[IFR_SYNC_N_KINDS]; /* trees of tsearch */
    struct ifr_sync_answer_list unasked[IFR_SYNC_N_KINDS], asked[IFR_SYNC_N_KINDS];
    bool networks_known;
    struct ifr_sync_networks networks, pools; /* a pool has no bridge */
};

void ifr_sync_answers_init(struct ifr_sync_answers *answers);
/* To be called when no answer is held any more. */
void ifr_sync_answers_release(struct ifr_sync_answers *answers);

/* Returns the answer about this uuid, unasked when it is new, which the caller gives back.  NULL
 * with *none when the uuid cannot be asked for (dbc_valid_option), or else out of memory. */
struct ifr_sync_answer *ifr_sync_hold(struct ifr_sync_answers *answers, enum ifr_sync_kind kind,
                                      const char *uuid, bool *none);
/* Frees the answer when all users have given it back; NULL is fine. */
void ifr_sync_give_back(struct ifr_sync_answers *answers, struct ifr_sync_answer *answer);

/* Marks an answer as asked for. */
void ifr_sync_asked(struct ifr_sync_answers *answers, struct ifr_sync_answer *answer);
/* Takes what XAPI says of a VIF or VM; `id` may be NULL.  One that no row needs is ignored. Returns
 * 0, or -1: DBC_ENOMEM. */
int ifr_sync_learn(struct ifr_sync_answers *answers, enum ifr_sync_kind kind, const char *uuid,
                   const char *id, struct dbc_error *err);
/* The question was answered: what is still unknown of it, XAPI does not know. */
void ifr_sync_all_known(struct ifr_sync_answers *answers, enum ifr_sync_kind kind);
/* The question failed: all of it has to be asked again. */
void ifr_sync_none_known(struct ifr_sync_answers *answers, enum ifr_sync_kind kind);
/* Makes all VIFs, VMs and networks unknown, so that they are asked for again. */
void ifr_sync_flush(struct ifr_sync_answers *answers);

/* ---- Networks -------------------------------------------------------------------------------- */

/* Adds a copy of `network`, whose `text` is ignored, at the end.  Returns 0, or -1: DBC_ELIMIT when
 * the list has `max` already; DBC_ENOMEM. */
int ifr_sync_networks_add(struct ifr_sync_networks *list, const struct ifr_sync_network *network,
                          size_t max, struct dbc_error *err);
void ifr_sync_networks_sort(struct ifr_sync_networks *list);
/* The same at its place in a sorted list, where it replaces the network with its reference. */
int ifr_sync_networks_put(struct ifr_sync_networks *list, const struct ifr_sync_network *network,
                          size_t max, struct dbc_error *err);
/* Returns the network with this reference, or NULL. */
const struct ifr_sync_network *ifr_sync_networks_by_ref(const struct ifr_sync_networks *list,
                                                        const char *ref);
void ifr_sync_networks_release(struct ifr_sync_networks *list);
/* Returns the first network, by reference, of this bridge in a sorted list, or NULL. */
const struct ifr_sync_network *ifr_sync_networks_find(const struct ifr_sync_networks *list,
                                                      const char *bridge);
/* Removes the network with this reference, if there is one. */
void ifr_sync_networks_remove(struct ifr_sync_networks *list, const char *ref);
bool ifr_sync_network_equals(const struct ifr_sync_network *a, const struct ifr_sync_network *b);
/* Calls `differs` for every bridge whose networks differ between two sorted lists. */
void ifr_sync_networks_compare(const struct ifr_sync_networks *a, const struct ifr_sync_networks *b,
                               void (*differs)(void *ctx, const char *bridge), void *ctx);

#endif
