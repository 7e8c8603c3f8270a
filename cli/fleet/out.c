/* out.c - the files that an export writes, and their names at its end (out.h). */
#include "out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"

#define MODE 0644
#define FOLDER_MODE 0755

bool cli_out_is_folder(const char *path)
{
    size_t len = path == NULL ? 0 : strlen(path);

    return len > 0 && (path[len - 1] == '/' || dbc_file_is_folder(path));
}

static int open_member(struct cli_out *out, int i, const char *folder, const char *name,
                       struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;

    dbc_buf_addf(&path, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    if (path.failed) {
        dbc_fail_nomem(err);
    } else {
        out->files[i] = dbc_file_begin(dbc_buf_str(&path), MODE, err);
    }
    dbc_buf_release(&path);
    return out->files[i] == NULL ? -1 : 0;
}

static int open_folder(struct cli_out *out, const char *path, enum cli_row_format format,
                       unsigned tables, struct dbc_error *err)
{
    char name[64];

    if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST) {
        return dbc_fail_errno(err, errno, "cannot make the folder %s", path);
    }
    for (int i = 0; i < CLI_N_TABLES; i++) {
        snprintf(name, sizeof name, "%s.%s", cli_table_name(i),
                 format == CLI_ROWS_JSONL ? "jsonl" : "csv");
        if ((tables & 1u << i) != 0 && open_member(out, i, path, name, err) != 0) {
            return -1;
        }
    }
    out->list = format != CLI_ROWS_JSONL || (tables & 1u << CLI_TABLE_HOST) == 0;
    return out->list ? open_member(out, CLI_OUT_LIST, path, CLI_LIST_NAME, err) : 0;
}

int cli_out_open(struct cli_out *out, const char *path, const char *state,
                 enum cli_row_format format, unsigned tables, struct dbc_error *err)
{
    int rc = 0;

    *out = (struct cli_out){ .folder = cli_out_is_folder(path) };
    if (out->folder) {
        rc = open_folder(out, path, format, tables, err);
    } else if (path != NULL) {
        out->files[0] = dbc_file_begin(path, MODE, err);
        rc = out->files[0] == NULL ? -1 : 0;
    }
    if (rc == 0 && state != NULL) {
        out->list = true;
        out->files[CLI_OUT_STATE] = dbc_file_begin(state, MODE, err);
        rc = out->files[CLI_OUT_STATE] == NULL ? -1 : 0;
    }
    if (rc != 0) {
        cli_out_drop(out);
    }
    return rc;
}

static int write_list(struct cli_out *out, const struct dbc_buf *rows, struct dbc_error *err)
{
    int rc = 0;

    for (int i = CLI_OUT_LIST; rc == 0 && i <= CLI_OUT_STATE; i++) {
        rc = out->files[i] == NULL ? 0 : dbc_file_write(out->files[i], rows->data, rows->len, err);
    }
    return rc;
}

int cli_out_write(struct cli_out *out, int table, const struct dbc_buf *rows, struct dbc_error *err)
{
    struct dbc_file_writer *file = out->files[out->folder ? table : 0];

    if (rows->failed) {
        return dbc_fail_nomem(err);
    }
    if (table == CLI_OUT_LIST) {
        return write_list(out, rows, err);
    }
    if (file != NULL) {
        return dbc_file_write(file, rows->data, rows->len, err);
    }
    out->broken =
        out->broken || fwrite(rows->data, 1, rows->len, stdout) != rows->len || fflush(stdout) != 0;
    return out->broken ? -1 : 0;
}

int cli_out_finish(struct cli_out *out, struct dbc_error *err)
{
    int rc = 0;

    for (int i = 0; rc == 0 && i < CLI_OUT_FILES; i++) {
        rc = out->files[i] == NULL ? 0 : dbc_file_settle(out->files[i], err);
    }
    for (int i = 0; rc == 0 && i < CLI_OUT_FILES; i++) {
        rc = out->files[i] == NULL ? 0 : dbc_file_finish(out->files[i], err);
        out->files[i] = NULL;
    }
    cli_out_drop(out);
    return rc;
}

void cli_out_drop(struct cli_out *out)
{
    for (int i = 0; i < CLI_OUT_FILES; i++) {
        dbc_file_drop(out->files[i]);
        out->files[i] = NULL;
    }
}
