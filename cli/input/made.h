/* made.h - from a finding to a host's records: the steps that hosts.c and each.c share.  Private to
 * this folder. */
#ifndef CLI_INPUT_MADE_H
#define CLI_INPUT_MADE_H

#include "pick.h"

/* What tells a host from the others, where nothing says which one it is: the name of its file, or,
 * since all caches have the same, that of the folder above var/xapi.  NULL: this host's own name.
 * malloc'd; NULL without memory. */
char *cli_host_name(const char *file);

/* Fills in what is not the records; `name` is taken.  -1 with DBC_ENOMEM, when nothing is in *host.
 */
int cli_made_finish(struct cli_host *host, char *name, const char *file, enum cli_format format,
                    struct dbc_error *err);
/* The i-th host of a finding that is a pool's database.  -1: as dbc_statedb_host_db fails. */
int cli_made_of_pool(const struct cli_pick *pick, const struct cli_finding *finding, size_t i,
                     struct cli_host *ret, struct dbc_error *err);
/* The host of any other finding, whose records are taken out of it.  -1: as dbc_networkd_read
 * fails, or DBC_ENOMEM. */
int cli_made_plain(const struct cli_pick *pick, struct cli_finding *finding, struct cli_host *ret,
                   struct dbc_error *err);

#endif
