/* export.h - a host's records as text in formats that are for other programs than xcp-networkd's
 * (networkd/networkd.h), for cmd_export.c. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "base/json.h"
#include "input/hosts.h"

/* One object: each class an array of its records in their order, each record an object with each
 * field of the schema; dbcache-export(1) has the details.  From it the same records can be made
 * again.  DBC_ENOMEM. */
int cli_export_json(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err);
/* A script for sqlite3(1) that makes the tables of the verb query, unless they are there, and
 * fills in one host's rows, in one transaction.  DBC_ENOMEM, DBC_ELIMIT. */
int cli_export_sql(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err);

/* A field with its name: a number that has another text than JSON would give it is a text. */
void cli_put_field(struct dbc_json *json, const struct dbc_record *rec,
                   const struct dbc_field *field);

#endif
