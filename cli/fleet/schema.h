/* schema.h - statements that make the tables of an export in an engine, with types, keys and
 * comments from the columns of tables.h, and views of each host's last state. */
#ifndef CLI_FLEET_SCHEMA_H
#define CLI_FLEET_SCHEMA_H

#include "base/buf.h"
#include "tables.h"

enum cli_engine { CLI_ENGINE_POSTGRESQL, CLI_ENGINE_CLICKHOUSE, CLI_ENGINE_DUCKDB, CLI_N_ENGINES };

/* Returns the engine of this name, or CLI_N_ENGINES. */
enum cli_engine cli_engine_by_name(const char *name);

/* Appends statements that make the schema (ClickHouse: database) `fleet` with these tables, a bit
 * for each, and `latest` with a view of each, which has the rows of each host's newest state.  A
 * view has the source as `file`, so that it answers statements of the verb query.  Running the
 * statements again changes nothing.  The table host is always there, since the views need it. */
void cli_schema(enum cli_engine engine, unsigned tables, struct dbc_buf *out);

#endif
