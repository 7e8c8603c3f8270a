/* export.h - writes a host's records as JSON or SQL, for cmd_export.c; networkd/networkd.h writes
 * xcp-networkd's format. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "base/json.h"
#include "input/hosts.h"

/* Appends one object with an array for each class, which has the records in their order, each an
 * object with each field of the schema; dbcache-export(1) has the details.  The same records can be
 * made from it.  Returns 0, or -1 with DBC_ENOMEM. */
int cli_export_json(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err);
/* Appends a script for sqlite3(1) that makes the tables of the verb query, unless they exist, and
 * fills in the host's rows in one transaction.  Returns 0, or -1 with DBC_ENOMEM or DBC_ELIMIT. */
int cli_export_sql(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err);

/* Writes a field with its name.  A number whose text is not as JSON would write it becomes a text.
 */
void cli_put_field(struct dbc_json *json, const struct dbc_record *rec,
                   const struct dbc_field *field);

#endif
