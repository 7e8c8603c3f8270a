/* ask.h - the conversation with XAPI: a session of our own, questions about VIFs and VMs, and the
 * changes of networks that XAPI reports.  Only ifr_sync_ask_close blocks: the loop polls the rest.
 *
 * Two calls may be under way: a question, and the watch, a call of event.from that XAPI answers
 * when a network changes.  A release without event.from is asked for its networks at the start, and
 * when a bridge comes up. */
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
/* VIFs or VMs in one question, so that a request stays far below XAPI's limit. */
#define IFR_SYNC_QUESTION 1000
#define IFR_SYNC_PAUSE 1000      /* ms after the first failure; doubled after each further one, */
#define IFR_SYNC_PAUSE_MAX 60000 /* up to this */
#define IFR_SYNC_SLOW 2000       /* ms after which a call that is not answered yet counts as slow */
#define IFR_SYNC_WATCH_S 300     /* XAPI answers event.from after so long if nothing happens */
#define IFR_SYNC_WATCH_PAUSE 1000 /* ms between an answer and the next call of event.from */
#define IFR_SYNC_ID_MAX 1024 /* bytes of an identifier in other_config; longer ones are ignored */

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
    bool slow;          /* the call under way takes longer than IFR_SYNC_SLOW */
    int64_t slow_at;    /* dbc_now_ms; INT64_MAX: the call may take long */
    unsigned failures;  /* in a row */
    int64_t not_before; /* dbc_now_ms: the next call begins no earlier */
    unsigned session;   /* `sessions` when the call began */
    struct dbc_xapi_brief brief;
    struct dbc_xapi_tree tree; /* of a login or logout */
};

struct ifr_sync_ask {
    const char *const *sockets;         /* borrowed */
    const struct dbc_log *log;          /* borrowed */
    struct ifr_sync_rows *rows;         /* borrowed; with its answers */
    unsigned timeout_ms;                /* of one call; the watch has IFR_SYNC_WATCH_S more */
    bool open;                          /* XAPI has started: it may be asked */
    bool once;                          /* networks are asked for once, without a watch */
    char session[DBC_XAPI_REF_MAX + 1]; /* a credential; "": none */
    unsigned sessions;                  /* logins so far */
    struct ifr_sync_talk talk[IFR_SYNC_N_LINES];
    bool no_events;                           /* this release has no event.from */
    struct dbc_buf token;                     /* where event.from goes on; "": all records first */
    bool full;                                /* the watch under way gets all records */
    struct ifr_sync_networks networks, pools; /* received so far, of all */
    bool has_networks;                        /* all received: pools come next */
    uint64_t calls;                           /* so far */
};

void ifr_sync_ask_init(struct ifr_sync_ask *ask);
void ifr_sync_ask_release(struct ifr_sync_ask *ask);

/* Fills in what to poll.  Returns until when (dbc_now_ms; INT64_MAX: without end). */
int64_t ifr_sync_ask_poll(const struct ifr_sync_ask *ask, struct pollfd p[IFR_SYNC_N_LINES]);
/* Goes on with the calls under way and begins new ones.  A call that fails is logged, and made
 * again after a pause.  Does nothing before `open` is set. */
void ifr_sync_ask_run(struct ifr_sync_ask *ask);
/* Forgets all answers and asks for them again. */
void ifr_sync_ask_flush(struct ifr_sync_ask *ask);
/* To be called when a bridge has come up: without event.from its network may not be known yet. */
void ifr_sync_ask_new_bridge(struct ifr_sync_ask *ask);
/* Returns whether XAPI does not answer, or not soon, so that rows of this table get defaults. */
bool ifr_sync_ask_stands_in(const struct ifr_sync_ask *ask, enum ifr_sync_table table);
/* Returns whether all answers are known. */
bool ifr_sync_ask_is_done(const struct ifr_sync_ask *ask);
/* Ends the calls under way and logs out.  Waits for a login that is under way, and for the logout,
 * each DBC_XAPI_LOGOUT_MS at most. */
void ifr_sync_ask_close(struct ifr_sync_ask *ask);

#endif
