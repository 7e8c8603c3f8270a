/* answers.h - what XAPI said, kept until it is flushed or nobody needs it any more.  Asks nothing
 * by itself: it says what is to be asked (ask.h does), and takes what came back. */
#ifndef IFR_SYNC_ANSWERS_H
#define IFR_SYNC_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "base/error.h"

/* ---- VIFs and VMs, one by one ---------------------------------------------------------------- */

enum ifr_sync_kind { IFR_SYNC_VIF, IFR_SYNC_VM, IFR_SYNC_N_KINDS };

struct ifr_sync_answer {
    TAILQ_ENTRY(ifr_sync_answer) link; /* in the list of its state, but when known */
    enum ifr_sync_kind kind;
    enum { IFR_SYNC_UNASKED, IFR_SYNC_ASKED, IFR_SYNC_KNOWN } state;
    unsigned users;
    char *uuid;
    char *id; /* the one that other_config gives it; NULL: none */
};

TAILQ_HEAD(ifr_sync_answer_list, ifr_sync_answer);

/* ---- Networks and pools, all of them --------------------------------------------------------- */

#define IFR_SYNC_NETWORKS_MAX 65536
#define IFR_SYNC_POOLS_MAX 16

/* The keys of other_config that count, in the order of a network's or pool's `value`. */
enum ifr_sync_key { IFR_SYNC_FAIL_MODE, IFR_SYNC_IN_BAND, IFR_SYNC_BRIDGE_ID, IFR_SYNC_N_KEYS };

struct ifr_sync_network {
    char *text;                         /* what the others point into */
    const char *ref, *bridge, *uuid;    /* "" for what it lacks */
    const char *value[IFR_SYNC_N_KEYS]; /* NULL: it has no such key */
};

struct ifr_sync_networks {
    struct ifr_sync_network *v; /* by bridge, then by reference */
    size_t n, cap;
};

struct ifr_sync_answers {
    void *by_uuid[IFR_SYNC_N_KINDS]; /* of tsearch */
    struct ifr_sync_answer_list unasked[IFR_SYNC_N_KINDS], asked[IFR_SYNC_N_KINDS];
    bool networks_known;
    struct ifr_sync_networks networks, pools; /* a pool has no bridge */
};

void ifr_sync_answers_init(struct ifr_sync_answers *answers);
void ifr_sync_answers_release(struct ifr_sync_answers *answers); /* when nothing is held any more */

/* The answer about this uuid, unasked when it is new; the caller gives it back.  NULL: no memory.
 * A uuid that cannot be asked for (dbc_valid_option) has no answer: NULL too, with *none. */
struct ifr_sync_answer *ifr_sync_hold(struct ifr_sync_answers *answers, enum ifr_sync_kind kind,
                                      const char *uuid, bool *none);
/* The last one who gives it back ends it; NULL is fine. */
void ifr_sync_give_back(struct ifr_sync_answers *answers, struct ifr_sync_answer *answer);

/* An answer that was asked for goes to another state. */
void ifr_sync_asked(struct ifr_sync_answers *answers, struct ifr_sync_answer *answer);
/* XAPI knows this VIF or VM; `id` may be NULL.  One that nobody asked for is nobody's. */
int ifr_sync_learn(struct ifr_sync_answers *answers, enum ifr_sync_kind kind, const char *uuid,
                   const char *id, struct dbc_error *err);
/* The question was answered: whatever of it is not known XAPI does not know. */
void ifr_sync_all_known(struct ifr_sync_answers *answers, enum ifr_sync_kind kind);
/* The question failed: all of it is to be asked again. */
void ifr_sync_none_known(struct ifr_sync_answers *answers, enum ifr_sync_kind kind);
/* Everything is to be asked again. */
void ifr_sync_flush(struct ifr_sync_answers *answers);
bool ifr_sync_has_questions(const struct ifr_sync_answers *answers);

/* ---- Networks -------------------------------------------------------------------------------- */

/* Adds a copy at the end; `network` says what, its `text` nothing.  DBC_ELIMIT above `max`. */
int ifr_sync_networks_add(struct ifr_sync_networks *list, const struct ifr_sync_network *network,
                          size_t max, struct dbc_error *err);
void ifr_sync_networks_sort(struct ifr_sync_networks *list);
/* The same at its place in a sorted list, instead of the one with this reference. */
int ifr_sync_networks_put(struct ifr_sync_networks *list, const struct ifr_sync_network *network,
                          size_t max, struct dbc_error *err);
/* NULL: none has this reference. */
const struct ifr_sync_network *ifr_sync_networks_by_ref(const struct ifr_sync_networks *list,
                                                        const char *ref);
void ifr_sync_networks_release(struct ifr_sync_networks *list);
/* In a sorted list; NULL: none.  Of several the first by reference. */
const struct ifr_sync_network *ifr_sync_networks_find(const struct ifr_sync_networks *list,
                                                      const char *bridge);
/* Removes the one with this reference, if there is one. */
void ifr_sync_networks_remove(struct ifr_sync_networks *list, const char *ref);
bool ifr_sync_network_equals(const struct ifr_sync_network *a, const struct ifr_sync_network *b);
/* Tells of every bridge whose networks differ between two sorted lists. */
void ifr_sync_networks_compare(const struct ifr_sync_networks *a, const struct ifr_sync_networks *b,
                               void (*differs)(void *ctx, const char *bridge), void *ctx);

#endif
