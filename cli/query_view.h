/* query_view.h - prints the answer of `dbcache query` as a table, CSV, JSON or JSON Lines. */
#ifndef CLI_QUERY_VIEW_H
#define CLI_QUERY_VIEW_H

#include "base/strvec.h"
#include "command.h"
#include "store/query.h"

/* Bytes of a table's cells, which are kept, since the widths depend on all of them. */
#define CLI_LIMIT_TABLE (64u * 1024 * 1024)

enum cli_query_format { CLI_QUERY_TABLE, CLI_QUERY_CSV, CLI_QUERY_JSON, CLI_QUERY_JSONL };

/* One answer.  The caller sets `format` only, before cli_query_view_sink. */
struct cli_query_view {
    enum cli_query_format format;
    struct cli_table *table;
    size_t bytes;            /* of the table's cells */
    struct dbc_strvec names; /* of the members of JSON objects: each once */
    struct dbc_buf row;      /* the text of the current row */
    size_t rows;             /* so far */
};

/* Parses "table", "csv", "json" or "jsonl"; false for any other word. */
bool cli_query_format_of(const char *word, enum cli_query_format *ret);

/* Returns a sink that prints; `view` must outlive it.  Rows are printed as they come, except in a
 * table, which cli_query_view_close prints.  A row that cannot be printed ends the query: because
 * standard output takes no more, or after a message. */
struct dbc_query_sink cli_query_view_sink(struct cli_query_view *view);

/* Prints the rest of an answer and frees everything.  An answer that is not `whole` gets no end:
 * the array of --json stays open, and a table has the rows so far.  Returns CLI_OK, or CLI_FAILED
 * after a message. */
int cli_query_view_close(struct cli_query_view *view, bool whole);

#endif
