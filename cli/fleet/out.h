/* out.h - the destination of an export's rows: the standard output, one file, or a folder with a
 * file for each table.  A file appears under its name only when it is complete. */
#ifndef CLI_FLEET_OUT_H
#define CLI_FLEET_OUT_H

#include "base/file.h"
#include "rows.h"
#include "tables.h"

/* Two more files have the rows of the table host as jsonl, in any format, for the next run
 * (since.h): the list in the folder, and the file that keeps the run's state. */
#define CLI_OUT_LIST CLI_N_TABLES
#define CLI_OUT_STATE (CLI_N_TABLES + 1)
#define CLI_OUT_FILES (CLI_N_TABLES + 2)
#define CLI_LIST_NAME "host.jsonl"

struct cli_out {
    bool folder;
    bool list;   /* CLI_OUT_LIST or CLI_OUT_STATE has a file of its own */
    bool broken; /* the standard output takes no more; the program's end says why */
    /* Without a folder the first is for all tables; NULL: the standard output, or not wanted. */
    struct dbc_file_writer *files[CLI_OUT_FILES];
};

/* Opens the output; `path` is a file, a folder, or NULL for the standard output.  A folder exists,
 * or its name ends with '/' and it is made.  `state` (may be NULL) is the file of CLI_OUT_STATE.
 * Returns 0, or -1 with *err and no file left behind; a folder that it made stays. */
int cli_out_open(struct cli_out *out, const char *path, const char *state,
                 enum cli_row_format format, unsigned tables, struct dbc_error *err);
bool cli_out_is_folder(const char *path);
/* Writes rows of a table; those of CLI_OUT_LIST go to CLI_OUT_STATE, too.  Returns 0, or -1 with
 * *err, or with `broken`. */
int cli_out_write(struct cli_out *out, int table, const struct dbc_buf *rows,
                  struct dbc_error *err);
/* Gives the files their names, list and state last, since the next run relies on them.  Returns 0,
 * or -1 when some may not have got theirs. */
int cli_out_finish(struct cli_out *out, struct dbc_error *err);
/* Removes what was not finished. */
void cli_out_drop(struct cli_out *out);

#endif
