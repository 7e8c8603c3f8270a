/* made.h - makes a host's records of a finding: the steps that hosts.c and each.c share.  Private
 * to this folder. */
#ifndef CLI_INPUT_MADE_H
#define CLI_INPUT_MADE_H

#include "pick.h"

/* Returns a name for a host of which only its file is known: the file's name, or, since all caches
 * have the same, that of the folder above var/xapi.  For NULL it is this host's own name.  The
 * caller frees it.  NULL when out of memory. */
char *cli_host_name(const char *file);

/* Fills in everything but the records and takes `name` over.  Returns 0, or -1 with DBC_ENOMEM;
 * *host holds nothing then. */
int cli_made_finish(struct cli_host *host, char *name, const char *file, enum cli_format format,
                    struct dbc_error *err);
/* Makes the i-th host of a finding that is a pool's database.  Returns 0, or -1 as
 * dbc_statedb_host_db fails. */
int cli_made_of_pool(const struct cli_pick *pick, const struct cli_finding *finding, size_t i,
                     struct cli_host *ret, struct dbc_error *err);
/* Makes the host of any other finding and takes the records out of that.  Returns 0, or -1 as
 * dbc_networkd_read fails, or with DBC_ENOMEM. */
int cli_made_plain(const struct cli_pick *pick, struct cli_finding *finding, struct cli_host *ret,
                   struct dbc_error *err);

#endif
