/* rows.h - writes rows as text, one on each line: JSON objects (jsonl), or CSV (RFC 4180).
 *
 * In CSV an unknown number is an empty cell and an empty text is "", as PostgreSQL reads them.  A
 * text that a spreadsheet would take for a formula gets a ' in front, and control characters are
 * escaped (\xHH), so that a row is always one line. */
#ifndef CLI_FLEET_ROWS_H
#define CLI_FLEET_ROWS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "tables.h"

enum cli_row_format { CLI_ROWS_JSONL, CLI_ROWS_CSV };

struct cli_rows {
    enum cli_row_format format;
    struct dbc_buf out;   /* whole rows, and the current one */
    struct dbc_buf start; /* the text at the start of each row */
    /* jsonl: the texts before the cells behind the start, which are the same in all rows, one after
     * the other, and where each ends. */
    struct dbc_buf names;
    size_t ends[CLI_COLUMNS_MAX], n_names;
    /* Of the current row. */
    struct dbc_json json;
    size_t cell; /* jsonl: cells behind the start */
    bool inside; /* CSV: it has a cell already */
};

/* Add a cell to the row, in the order of the columns; `name` is the column's, the same in every
 * row.  When memory runs out, rows->out is `failed`. */
void cli_rows_text(struct cli_rows *rows, const char *name, const char *text);
void cli_rows_int(struct cli_rows *rows, const char *name, int64_t number);
void cli_rows_null(struct cli_rows *rows, const char *name);

/* Cells that are added between these two calls start every row from then on. */
void cli_rows_start(struct cli_rows *rows);
void cli_rows_started(struct cli_rows *rows);
/* Begin and end a row. */
void cli_rows_begin(struct cli_rows *rows);
void cli_rows_end(struct cli_rows *rows);

void cli_rows_release(struct cli_rows *rows);

#endif
