/* apply.h - walking a plan: the only thing in the project that changes a host.
 *
 * Steps run in order.  The files are staged first, before any step that changes the host, so that
 * a full disk is found while nothing has happened yet.  The first failure that counts (plan.h,
 * on_failure) stops the walk: done steps are undone in reverse, the first error is reported, errors
 * of the undo are logged.
 */
#ifndef IFR_APPLY_H
#define IFR_APPLY_H

#include "base/log.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/plan/plan.h"

/* 0: done.  -1: failed, *err is the first error; the host is as before, but for IFR_FAIL_KEEP and
 * IFR_FAIL_LATE (plan.h). */
int ifr_apply(struct ifr_plan *plan, const char *prefix, const struct ifr_facts *facts,
              struct ifr_runner *runner, const struct dbc_log *log, struct dbc_error *err);

/* Logs the notes planned so far: when planning itself fails, what led there is not lost. */
void ifr_plan_flush_notes(struct ifr_plan *plan, const struct dbc_log *log);

#endif
