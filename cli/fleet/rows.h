/* rows.h - rows as text, a line each: JSON objects (jsonl), or CSV as RFC 4180 has it.
 *
 * In CSV a number that nobody knows is an empty cell and an empty text is "", which is what
 * PostgreSQL takes them for.  A text that a spreadsheet would take for a formula gets a ' in front,
 * and control characters are escaped (\xHH), so that a row is always one line. */
#ifndef CLI_FLEET_ROWS_H
#define CLI_FLEET_ROWS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "tables.h"

enum cli_row_format { CLI_ROWS_JSONL, CLI_ROWS_CSV };

struct cli_rows {
    enum cli_row_format format;
    struct dbc_buf out;   /* whole rows, and the one that is being written */
    struct dbc_buf start; /* what each row starts with */
    /* Of jsonl: the names of the columns behind the start, as they stand before a cell, one after
     * the other, and where each ends.  They are the same in all rows. */
    struct dbc_buf names;
    size_t ends[CLI_COLUMNS_MAX], n_names;
    /* Of the row that is being written. */
    struct dbc_json json;
    size_t cell; /* jsonl: cells behind the start */
    bool inside; /* CSV: it has a cell already */
};

/* Cells in the order of the columns; `name` is the column's, the same in every row. */
void cli_rows_text(struct cli_rows *rows, const char *name, const char *text);
void cli_rows_int(struct cli_rows *rows, const char *name, int64_t number);
void cli_rows_null(struct cli_rows *rows, const char *name);

/* Between these two cells go to `start` instead, and come first in every row from then on. */
void cli_rows_start(struct cli_rows *rows);
void cli_rows_started(struct cli_rows *rows);
void cli_rows_begin(struct cli_rows *rows);
void cli_rows_end(struct cli_rows *rows);

void cli_rows_release(struct cli_rows *rows);

#endif
