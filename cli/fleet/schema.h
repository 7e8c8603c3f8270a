/* schema.h - the tables of an export as an engine's statements: types, keys and comments, made from
 * the columns of tables.h, and over them views of each host's last state. */
#ifndef CLI_FLEET_SCHEMA_H
#define CLI_FLEET_SCHEMA_H

#include "base/buf.h"
#include "tables.h"

enum cli_engine { CLI_ENGINE_POSTGRESQL, CLI_ENGINE_CLICKHOUSE, CLI_ENGINE_DUCKDB, CLI_N_ENGINES };

const char *cli_engine_name(enum cli_engine engine);
/* CLI_N_ENGINES: there is none of that name. */
enum cli_engine cli_engine_by_name(const char *name);

/* Statements that make the schema (ClickHouse: database) `fleet` with these tables, bit by bit, and
 * `latest` with a view of each, whose rows are those of the newest state of each host.  In a view
 * `file` is the source, so that a statement for the verb query can be asked of it.  Running them
 * again changes nothing.  The table host is always there, since the views need it. */
void cli_schema(enum cli_engine engine, unsigned tables, struct dbc_buf *out);

#endif
