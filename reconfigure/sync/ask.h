/* ask.h - the conversation with XAPI: a session of our own, what is to be asked, and what it tells
 * when a network changes.  It waits for nothing: the loop polls it among other things.
 *
 * Two calls may be under way: questions about VIFs and VMs, and the watch, a call of event.from
 * that XAPI answers when there is something to say.  A release without event.from is asked for its
 * networks when a bridge comes up. */
#ifndef IFR_SYNC_ASK_H
#define IFR_SYNC_ASK_H

#include <poll.h>
#include <stdint.h>

#include "base/log.h"
#include "reconfigure/sync/rows.h"
#include "xapi/brief.h"
#include "xapi/exchange.h"
#include "xapi/source.h"

#define IFR_SYNC_ORIGINATOR "ovs-xapi-sync"
/* VIFs or VMs of one question: 2,000 VIFs take two, and a request stays far below XAPI's limit. */
#define IFR_SYNC_QUESTION 1000
#define IFR_SYNC_PAUSE 1000      /* ms after the first failure; doubled after each further one, */
#define IFR_SYNC_PAUSE_MAX 60000 /* up to this */
#define IFR_SYNC_SLOW 2000   /* ms after which a question that is not answered yet counts as such */
#define IFR_SYNC_WATCH_S 300 /* XAPI answers event.from after so long if nothing happens */
#define IFR_SYNC_WATCH_PAUSE 1000 /* ms between two of them, however much happens */
#define IFR_SYNC_ID_MAX 1024      /* bytes of an identifier in other_config; longer ones are none */

enum ifr_sync_call {
    IFR_SYNC_CALL_LOGIN,
    IFR_SYNC_CALL_VIFS,
    IFR_SYNC_CALL_VMS,
    IFR_SYNC_CALL_EVENTS,
    IFR_SYNC_CALL_NETWORKS,
    IFR_SYNC_CALL_POOLS,
    IFR_SYNC_CALL_LOGOUT
};

enum ifr_sync_line { IFR_SYNC_QUESTIONS, IFR_SYNC_WATCH, IFR_SYNC_N_LINES };

struct ifr_sync_talk {
    struct dbc_xapi_exchange *exchange; /* NULL: nothing is under way */
    enum ifr_sync_call call;
    bool away;          /* the last call failed */
    bool slow;          /* what is under way takes longer than IFR_SYNC_SLOW */
    int64_t slow_at;    /* dbc_now_ms; INT64_MAX: it may take long */
    unsigned failures;  /* in a row */
    int64_t not_before; /* dbc_now_ms */
    unsigned session;   /* the how-manieth it was begun with */
    struct dbc_xapi_brief brief;
    struct dbc_xapi_tree tree; /* of a login or logout */
};

struct ifr_sync_ask {
    const char *const *sockets;         /* borrowed */
    const struct dbc_log *log;          /* borrowed */
    struct ifr_sync_rows *rows;         /* borrowed; with its answers */
    unsigned timeout_ms;                /* of one call; the watch has IFR_SYNC_WATCH_S more */
    bool open;                          /* XAPI is up: it may be asked */
    bool once;                          /* what is known stays as it is: no watch */
    char session[DBC_XAPI_REF_MAX + 1]; /* a credential; "": none */
    unsigned sessions;                  /* so far */
    struct ifr_sync_talk talk[IFR_SYNC_N_LINES];
    bool no_events;                           /* this release has no event.from */
    struct dbc_buf token;                     /* where event.from goes on; "": at the beginning */
    bool full;                                /* the watch under way began at the beginning */
    struct ifr_sync_networks networks, pools; /* that came so far, of all */
    bool has_networks;                        /* and pools come next */
    uint64_t calls;                           /* so far */
};

void ifr_sync_ask_init(struct ifr_sync_ask *ask);
void ifr_sync_ask_release(struct ifr_sync_ask *ask);

/* What to wait for, and until when (dbc_now_ms; INT64_MAX: for nothing). */
int64_t ifr_sync_ask_poll(const struct ifr_sync_ask *ask, struct pollfd p[IFR_SYNC_N_LINES]);
/* Moves on what is under way and begins what there is to ask.  What fails is logged, and asked
 * again after a pause.  Nothing happens before `open`. */
void ifr_sync_ask_run(struct ifr_sync_ask *ask);
/* Everything is forgotten and asked for again. */
void ifr_sync_ask_flush(struct ifr_sync_ask *ask);
/* A bridge has come up: its network may be newer than what is known. */
void ifr_sync_ask_new_bridge(struct ifr_sync_ask *ask);
/* XAPI does not answer, or not soon: rows of this table get what they can have without it. */
bool ifr_sync_ask_stands_in(const struct ifr_sync_ask *ask, enum ifr_sync_table table);
/* All that was to be asked is known. */
bool ifr_sync_ask_is_done(const struct ifr_sync_ask *ask);
/* Ends what is under way, and the session; waits for that for DBC_XAPI_LOGOUT_MS at most. */
void ifr_sync_ask_close(struct ifr_sync_ask *ask);

#endif
