/* out.h - where the rows of an export go: the standard output, one file, or a folder with a file a
 * table.  A file appears under its name when everything is in it, and not at all otherwise. */
#ifndef CLI_FLEET_OUT_H
#define CLI_FLEET_OUT_H

#include "base/file.h"
#include "rows.h"
#include "tables.h"

/* Beside the tables: the rows of the table host as jsonl, whatever the rest is, for the next run
 * (since.h); in the folder, and where it was told to keep its state. */
#define CLI_OUT_LIST CLI_N_TABLES
#define CLI_OUT_STATE (CLI_N_TABLES + 1)
#define CLI_OUT_FILES (CLI_N_TABLES + 2)
#define CLI_LIST_NAME "host.jsonl"

struct cli_out {
    bool folder;
    bool list;   /* CLI_OUT_LIST or CLI_OUT_STATE has a file of its own */
    bool broken; /* the standard output takes no more; why is told at the end of the program */
    /* One is that of all tables where there is no folder; NULL: the standard output, or not wanted.
     */
    struct dbc_file_writer *files[CLI_OUT_FILES];
};

/* `path` NULL: the standard output.  A folder: it exists, or its name ends with '/' and it is made.
 * `state`: the file that CLI_OUT_STATE is; NULL.  -1: nothing is left behind. */
int cli_out_open(struct cli_out *out, const char *path, const char *state,
                 enum cli_row_format format, unsigned tables, struct dbc_error *err);
bool cli_out_is_folder(const char *path);
/* `table` CLI_OUT_LIST is CLI_OUT_STATE as well.  -1 with *err, or with `broken`. */
int cli_out_write(struct cli_out *out, int table, const struct dbc_buf *rows,
                  struct dbc_error *err);
/* The files get their names; the list last, since the next run believes it.  -1: some may not have.
 */
int cli_out_finish(struct cli_out *out, struct dbc_error *err);
/* What was not finished goes. */
void cli_out_drop(struct cli_out *out);

#endif
