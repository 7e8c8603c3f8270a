/* apply.h - walking a plan: its steps change the host.
 *
 * Steps run in order.  The files are staged first, before any step that changes the host, so that
 * a full disk is found while nothing has happened yet.  The first failure that counts (plan.h,
 * on_failure) stops the walk.  Where the kernel was observed, the state from before the walk is
 * restored (undo.h); else the steps that are done are undone in reverse.  The first error is
 * reported, errors of the undo are logged.
 */
#ifndef IFR_APPLY_H
#define IFR_APPLY_H

#include <signal.h>

#include "base/log.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/plan/failures.h"
#include "reconfigure/plan/plan.h"
#include "reconfigure/plan/undo.h"

/* The host that a plan is applied to; all borrowed. */
struct ifr_apply_host {
    const char *prefix;
    const struct ifr_facts *facts;
    struct ifr_runner *runner;
    const struct dbc_log *log;
    const char *comment; /* of a transaction, for the database's own log */
    /* The host as it was observed for this plan; both NULL where nothing could be observed.  A
     * failure restores this state, so that commands need no opposite. */
    struct ifr_live *live;
    struct ifr_state *seen;
    /* Called before anything changes, and whenever more of the way back is known, to save `undo`.
     * A failure ends the walk, and the host is restored.  NULL: the way back is not saved. */
    int (*keep)(void *ctx, const struct ifr_undo *undo, struct dbc_error *err);
    void *keep_ctx;
    /* Gets the device and the error of each command that fails at the end of the run
     * (IFR_FAIL_LATE); may be NULL. */
    struct ifr_failures *failed;
    const struct ifr_step **failed_at; /* gets the step that ended the walk; may be NULL */
    bool *stays; /* gets whether the run failed and what was done stays; may be NULL */
    const volatile sig_atomic_t *stop; /* not 0: the signal that asks to go back; may be NULL */
};

/* Walks the plan.  Returns 0, or -1 with the first error.  Then the host is as before, unless a
 * step failed with IFR_FAIL_KEEP or IFR_FAIL_LATE (plan.h) or after the commit.  DBC_ECONFLICT:
 * somebody else changed Open vSwitch since it was observed; the caller may observe and plan again.
 * Other errors are those of the step that failed; DBC_ECOMMAND also for a signal. */
int ifr_apply(struct ifr_plan *plan, const struct ifr_apply_host *host, struct dbc_error *err);
/* Returns whether the caller may observe and plan again after `why`: only after DBC_ECONFLICT,
 * three attempts in all.  Logs what happened.  *tries counts them and is 0 at first. */
bool ifr_try_again(unsigned *tries, const struct dbc_error *why, const struct dbc_log *log);

#endif
