/* drift.h - compares records with the host that the program runs on, for the verbs status and
 * report. */
#ifndef CLI_DRIFT_H
#define CLI_DRIFT_H

#include "command.h"
#include "reconfigure/compare.h"

/* Compares `db` with the host below options->root_prefix, with `all` also the PIFs that need not be
 * up; warnings go to stderr.  Returns 0, or -1 as ifr_compare fails, when `ret` holds nothing.  The
 * caller calls ifr_compare_release in either case. */
int cli_drift(const struct cli_options *options, const struct dbc_db *db, bool all,
              struct ifr_comparison *ret, struct dbc_error *err);

#endif
