/* drift.h - records against the host that the program runs on, for the verbs status and report. */
#ifndef CLI_DRIFT_H
#define CLI_DRIFT_H

#include "command.h"
#include "reconfigure/compare.h"

/* What ifr_compare says of `db` and the host below options->root_prefix; its warnings go to stderr.
 * `all`: also the PIFs that nobody asked to be up.  0, or -1 with *err as of ifr_compare, when
 * `ret` holds nothing; ifr_compare_release is for the caller either way. */
int cli_drift(const struct cli_options *options, const struct dbc_db *db, bool all,
              struct ifr_comparison *ret, struct dbc_error *err);

#endif
