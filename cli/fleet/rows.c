/* rows.c - writes cells as JSON and as CSV (rows.h). */
#include "rows.h"

#include <string.h>

#include "base/valid.h"

/* ---- CSV ------------------------------------------------------------------------------------- */

/* Whether the text is a number like "-1" or "+5.25", which is harmless though it starts like a
 * formula. */
static bool is_number(const char *text)
{
    const char *digits = text + strspn(text, "+-");
    size_t whole = strspn(digits, "0123456789");
    const char *end = digits + whole;

    if (*end == '.') {
        end += 1 + strspn(end + 1, "0123456789");
    }
    return digits - text <= 1 && whole > 0 && *end == '\0';
}

/* Whether a spreadsheet would take the text for a formula.  The wide forms of = + - @ count, since
 * some spreadsheets accept them. */
static bool is_formula(const char *text)
{
    static const char *const starts[] = {
        "=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"
    };

    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(text, starts[i], strlen(starts[i])) == 0) {
            return !is_number(text);
        }
    }
    return false;
}

static void add_quoted(struct dbc_buf *out, const char *text)
{
    dbc_buf_addc(out, '"');
    for (size_t plain = 0; *text != '\0'; text += plain) {
        plain = strcspn(text, "\"");
        dbc_buf_add(out, text, plain);
        if (text[plain] == '"') {
            dbc_buf_adds(out, "\"\"");
            plain++;
        }
    }
    dbc_buf_addc(out, '"');
}

/* Whether a CSV cell needs quotes.  Blanks at an end do, since some readers drop them otherwise,
 * and so does "\.", which alone on a line is the end of the data to PostgreSQL. */
static bool needs_quotes(const char *text)
{
    size_t len = strlen(text);

    return len == 0 || text[0] == ' ' || text[len - 1] == ' ' || strpbrk(text, ",\"\\'") != NULL;
}

static void add_cell(struct dbc_buf *out, const char *text)
{
    if (needs_quotes(text)) {
        add_quoted(out, text);
    } else {
        dbc_buf_adds(out, text);
    }
}

static void csv_text(struct dbc_buf *out, const char *text)
{
    struct dbc_buf safe = DBC_BUF_INIT;

    if (is_formula(text)) {
        dbc_buf_addc(&safe, '\'');
    }
    if (!dbc_valid_text(text)) {
        dbc_buf_add_printable(&safe, text);
    } else if (safe.len > 0) {
        dbc_buf_adds(&safe, text);
    }
    add_cell(out, safe.data == NULL ? text : dbc_buf_str(&safe));
    out->failed = out->failed || safe.failed;
    dbc_buf_release(&safe);
}

/* ---- Cells ----------------------------------------------------------------------------------- */

static struct dbc_buf *next_cell(struct cli_rows *rows)
{
    struct dbc_buf *out = rows->json.out;

    if (rows->inside) {
        dbc_buf_addc(out, ',');
    }
    rows->inside = true;
    return out;
}

/* Writes the text before the next cell and remembers it for later rows. */
static void add_name(struct cli_rows *rows, const char *name)
{
    struct dbc_json json = { .out = &rows->names, .depth = 1, .inside = true };

    dbc_json_before(&json, name);
    rows->ends[rows->n_names++] = rows->names.len;
}

/* Writes the text before the next cell of jsonl if it is known; returns the name that is still to
 * be written with the value, or NULL. */
static const char *begin_cell(struct cli_rows *rows, const char *name)
{
    size_t from = rows->cell == 0 ? 0 : rows->ends[rows->cell - 1];

    if (rows->json.out != &rows->out) {
        return name;
    }
    if (rows->cell == rows->n_names) {
        add_name(rows, name);
    }
    rows->out.failed = rows->out.failed || rows->names.failed;
    if (rows->out.failed) {
        return NULL;
    }
    dbc_buf_add(&rows->out, dbc_buf_str(&rows->names) + from, rows->ends[rows->cell] - from);
    rows->cell++;
    rows->json.inside = false;
    return NULL;
}

void cli_rows_text(struct cli_rows *rows, const char *name, const char *text)
{
    if (rows->format == CLI_ROWS_JSONL) {
        name = begin_cell(rows, name);
        dbc_json_text(&rows->json, name, text);
    } else {
        csv_text(next_cell(rows), text);
    }
}

void cli_rows_int(struct cli_rows *rows, const char *name, int64_t number)
{
    if (rows->format == CLI_ROWS_JSONL) {
        name = begin_cell(rows, name);
        dbc_json_int(&rows->json, name, number);
    } else {
        dbc_buf_add_int(next_cell(rows), number);
    }
}

void cli_rows_null(struct cli_rows *rows, const char *name)
{
    if (rows->format == CLI_ROWS_JSONL) {
        name = begin_cell(rows, name);
        dbc_json_text(&rows->json, name, NULL);
    } else {
        next_cell(rows);
    }
}

/* ---- Rows ------------------------------------------------------------------------------------ */

void cli_rows_start(struct cli_rows *rows)
{
    dbc_buf_clear(&rows->start);
    rows->json = DBC_JSON_ONE_LINE(&rows->start);
    rows->inside = false;
    if (rows->format == CLI_ROWS_JSONL) {
        dbc_json_open(&rows->json, NULL, '{');
    }
}

void cli_rows_started(struct cli_rows *rows)
{
    rows->out.failed = rows->out.failed || rows->start.failed;
}

void cli_rows_begin(struct cli_rows *rows)
{
    dbc_buf_add(&rows->out, dbc_buf_str(&rows->start), rows->start.len);
    rows->json = (struct dbc_json){ .out = &rows->out, .depth = 1, .inside = true };
    rows->cell = 0;
    rows->inside = true;
}

void cli_rows_end(struct cli_rows *rows)
{
    if (rows->format == CLI_ROWS_JSONL) {
        dbc_json_close(&rows->json, '}');
        dbc_buf_addc(&rows->out, '\n');
    } else {
        dbc_buf_adds(&rows->out, "\r\n");
    }
}

void cli_rows_release(struct cli_rows *rows)
{
    dbc_buf_release(&rows->out);
    dbc_buf_release(&rows->start);
    dbc_buf_release(&rows->names);
}
