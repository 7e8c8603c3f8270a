/* query_view.c - writes the rows of an answer as text to standard output (query_view.h). */
#include "query_view.h"

#include <string.h>

#include "base/json.h"
#include "base/valid.h"

bool cli_query_format_of(const char *word, enum cli_query_format *ret)
{
    static const char *const words[] = { [CLI_QUERY_TABLE] = "table",
                                         [CLI_QUERY_CSV] = "csv",
                                         [CLI_QUERY_JSON] = "json",
                                         [CLI_QUERY_JSONL] = "jsonl" };

    const size_t n = sizeof words / sizeof words[0];

    *ret = (enum cli_query_format)dbc_find_word(words, n, word);
    return *ret < n;
}

/* ---- Rows as text ------------------------------------------------------------------------- */

/* Adds a cell as in RFC 4180: in quotes where needed, quotes doubled, CRLF behind the last. */
static void add_csv(struct dbc_buf *out, const char *text, bool last)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        dbc_buf_adds(out, text);
    } else {
        dbc_buf_addc(out, '"');
        for (const char *c = text; *c != '\0'; c++) {
            dbc_buf_adds(out, *c == '"' ? "\"" : "");
            dbc_buf_addc(out, *c);
        }
        dbc_buf_addc(out, '"');
    }
    dbc_buf_adds(out, last ? "\r\n" : ",");
}

/* Adds a column's name, made unique, since JSON objects need different names. */
static void add_name(struct dbc_strvec *names, const char *name)
{
    struct dbc_buf unique = DBC_BUF_INIT;

    dbc_buf_add_printable(&unique, name);
    if (dbc_strvec_has(names, dbc_buf_str(&unique))) {
        dbc_buf_addf(&unique, ":%zu", names->n + 1);
    }
    dbc_buf_adds(&unique, "");
    dbc_strvec_push_take(names, dbc_buf_steal(&unique));
}

static void add_member(struct dbc_json *json, const char *name, const struct dbc_cell *cell)
{
    switch (cell->kind) {
    case DBC_CELL_NULL:
        dbc_json_text(json, name, NULL);
        break;
    case DBC_CELL_INT:
        dbc_json_int(json, name, cell->integer);
        break;
    case DBC_CELL_REAL:
        dbc_json_real(json, name, cell->real);
        break;
    case DBC_CELL_TEXT:
        dbc_json_text(json, name, cell->text);
        break;
    }
}

static void add_object(struct cli_query_view *view, const struct dbc_cell *cells, size_t n)
{
    struct dbc_json json = DBC_JSON_ONE_LINE(&view->row);

    dbc_json_open(&json, NULL, '{');
    for (size_t i = 0; i < n; i++) {
        add_member(&json, view->names.v[i], &cells[i]);
    }
    dbc_json_close(&json, '}');
}

/* ---- The sink ----------------------------------------------------------------------------- */

/* Prints the row.  -1 ends the answer. */
static int put_row_text(struct cli_query_view *view)
{
    if (view->row.failed) {
        cli_fail_nomem();
        return -1;
    }
    fwrite(view->row.data, 1, view->row.len, stdout);
    dbc_buf_clear(&view->row);
    return ferror(stdout) ? -1 : 0;
}

static int put_cell(struct cli_query_view *view, enum cli_style style, const char *text)
{
    view->bytes += strlen(text);
    if (view->bytes > CLI_LIMIT_TABLE) {
        cli_error("the answer has more than %u MiB, too much for a table; --output=jsonl and "
                  "--output=csv print rows as they come",
                  CLI_LIMIT_TABLE >> 20);
        return -1;
    }
    cli_table_styled(view->table, style, text);
    return 0;
}

static int put_columns(void *ctx, const char *const *names, size_t n)
{
    struct cli_query_view *view = ctx;
    int rc = 0;

    view->table = view->format == CLI_QUERY_TABLE ? cli_table_new() : NULL;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (view->format == CLI_QUERY_TABLE) {
            rc = put_cell(view, CLI_BOLD, names[i]);
        } else if (view->format == CLI_QUERY_CSV) {
            add_csv(&view->row, names[i], i + 1 == n);
        } else {
            add_name(&view->names, names[i]);
        }
    }
    if (view->format == CLI_QUERY_TABLE) {
        cli_table_row(view->table);
        return rc;
    }
    dbc_buf_adds(&view->row, view->format == CLI_QUERY_JSON ? "[" : "");
    view->row.failed = view->row.failed || view->names.failed;
    return put_row_text(view);
}

static int put_row(void *ctx, const struct dbc_cell *cells, size_t n)
{
    struct cli_query_view *view = ctx;
    int rc = 0;

    switch (view->format) {
    case CLI_QUERY_TABLE:
        for (size_t i = 0; rc == 0 && i < n; i++) {
            rc = put_cell(view, CLI_PLAIN, cells[i].text);
        }
        cli_table_row(view->table);
        break;
    case CLI_QUERY_CSV:
        for (size_t i = 0; i < n; i++) {
            add_csv(&view->row, cells[i].text, i + 1 == n);
        }
        break;
    case CLI_QUERY_JSON:
        dbc_buf_adds(&view->row, view->rows == 0 ? "\n  " : ",\n  ");
        add_object(view, cells, n);
        break;
    case CLI_QUERY_JSONL:
        add_object(view, cells, n);
        dbc_buf_addc(&view->row, '\n');
        break;
    }
    view->rows++;
    return view->format == CLI_QUERY_TABLE ? rc : put_row_text(view);
}

struct dbc_query_sink cli_query_view_sink(struct cli_query_view *view)
{
    return (struct dbc_query_sink){ put_columns, put_row, view };
}

int cli_query_view_close(struct cli_query_view *view, bool whole)
{
    int status = CLI_OK;

    if (view->format == CLI_QUERY_TABLE && (whole || view->table != NULL)) {
        status = cli_table_print(view->table, stdout) == 0 ? CLI_OK : cli_fail_nomem();
    } else if (view->format == CLI_QUERY_JSON && whole) {
        puts(view->rows > 0 ? "\n]" : "]");
    }
    dbc_strvec_release(&view->names);
    dbc_buf_release(&view->row);
    return status;
}
