/* query_view.h - the answer of `dbcache query` on standard output: as a table, CSV, JSON or JSON
 * Lines. */
#ifndef CLI_QUERY_VIEW_H
#define CLI_QUERY_VIEW_H

#include "base/strvec.h"
#include "command.h"
#include "store/query.h"

/* Bytes of a table's cells: its widths are known only when all of them are. */
#define CLI_LIMIT_TABLE (64u * 1024 * 1024)

enum cli_query_format { CLI_QUERY_TABLE, CLI_QUERY_CSV, CLI_QUERY_JSON, CLI_QUERY_JSONL };

/* One answer.  Only `format` is set before it is opened. */
struct cli_query_view {
    enum cli_query_format format;
    struct cli_table *table;
    size_t bytes;            /* of the table's cells */
    struct dbc_strvec names; /* of the members of JSON objects: each once */
    struct dbc_buf row;      /* the text of the row in hand */
    size_t rows;             /* so far */
};

/* "table", "csv", "json" or "jsonl"; false: it is none of them. */
bool cli_query_format_of(const char *word, enum cli_query_format *ret);

/* The sink that prints; `view` outlives it.  Each row is on its way when the next one comes, but a
 * table waits for cli_query_view_close.  A row that cannot be printed ends the query: because
 * standard output takes no more, or after a message. */
struct dbc_query_sink cli_query_view_sink(struct cli_query_view *view);

/* Prints what is left of a `whole` answer, and frees everything.  One that broke off gets no end:
 * the array of --json stays open, and a table has what came so far.  CLI_OK, or CLI_FAILED after a
 * message. */
int cli_query_view_close(struct cli_query_view *view, bool whole);

#endif
