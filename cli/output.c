/* output.c - prints for dbcache: messages, styles and aligned tables for people (command.h), JSON
 * for programs (json.h).  Text from files is escaped (base/error.h) on its way to the terminal. */
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/valid.h"
#include "command.h"
#include "json.h"

#define GAP 2 /* blanks between columns */

/* Set once, by cli_output_setup. */
static struct {
    bool out, err; /* colour */
    bool utf8;
    locale_t wide; /* for the width of characters, whatever the user's locale is */
    bool lost;     /* cli_lost was called */
} look;

void cli_lost(void)
{
    look.lost = true;
}

bool cli_is_lost(void)
{
    return look.lost;
}

/* Notes a lack of memory: jansson would leave the value out of its object without an error. */
static void *json_malloc(size_t size)
{
    void *mem = malloc(size);

    look.lost = look.lost || mem == NULL;
    return mem;
}

/* ---- Styles ---------------------------------------------------------------------------------- */

static bool wants_colour(enum cli_when when, int fd)
{
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

    if (when != CLI_AUTO) {
        return when == CLI_ALWAYS;
    }
    return isatty(fd) && (no == NULL || *no == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

bool cli_output_setup(enum cli_when colour)
{
    json_set_alloc_funcs(json_malloc, free);
    look.out = wants_colour(colour, STDOUT_FILENO);
    look.err = wants_colour(colour, STDERR_FILENO);
    look.utf8 = setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (look.wide == (locale_t)0) {
        look.wide = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    }
    return look.out;
}

bool cli_utf8(void)
{
    return look.utf8;
}

static const char *style_start(enum cli_style style)
{
    static const char *const codes[CLI_N_STYLES] = {
        [CLI_PLAIN] = "",          [CLI_BOLD] = "\033[1m",    [CLI_DIM] = "\033[2m",
        [CLI_GOOD] = "\033[1;32m", [CLI_WARN] = "\033[1;33m", [CLI_BAD] = "\033[1;31m",
    };

    return codes[style];
}

static void put_styled(FILE *out, bool colour, enum cli_style style, const char *text)
{
    bool styled = colour && style != CLI_PLAIN && *text != '\0';

    fputs(styled ? style_start(style) : "", out);
    fputs(text, out);
    fputs(styled ? "\033[0m" : "", out);
}

static char *printable(const char *text)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    dbc_buf_add_printable(&buf, text);
    dbc_buf_adds(&buf, "");
    return dbc_buf_steal(&buf);
}

void cli_put(enum cli_style style, const char *text)
{
    char *escaped = printable(text);

    if (escaped == NULL) {
        cli_lost();
    } else {
        put_styled(stdout, look.out, style, escaped);
    }
    free(escaped);
}

/* ---- Messages -------------------------------------------------------------------------------- */

static void say(enum cli_style style, const char *before, const char *fmt, va_list args)
    DBC_PRINTF(3, 0);
static void say(enum cli_style style, const char *before, const char *fmt, va_list args)
{
    struct dbc_buf raw = DBC_BUF_INIT, text = DBC_BUF_INIT;

    dbc_buf_addv(&raw, fmt, args);
    dbc_buf_add_printable(&text, dbc_buf_str(&raw));
    fflush(stdout);
    put_styled(stderr, look.err, style, before);
    fprintf(stderr, "%s\n", text.failed || raw.failed ? "out of memory" : dbc_buf_str(&text));
    dbc_buf_release(&raw);
    dbc_buf_release(&text);
}

void cli_error(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(CLI_BAD, "dbcache: ", fmt, args);
    va_end(args);
}

void cli_warning(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(CLI_WARN, "dbcache: warning: ", fmt, args);
    va_end(args);
}

void cli_print_warning(void *ctx, const struct dbc_error *warning)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];

    (void)ctx;
    cli_warning("%s", dbc_error_string(warning, text, sizeof text));
}

int cli_fail(const struct dbc_error *err)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];

    cli_error("%s", dbc_error_string(err, text, sizeof text));
    return CLI_FAILED;
}

int cli_fail_nomem(void)
{
    cli_error("out of memory");
    return CLI_FAILED;
}

int cli_usage(const char *verb, const char *fmt, ...)
{
    struct dbc_buf before = DBC_BUF_INIT;
    va_list args;

    dbc_buf_addf(&before, "dbcache%s%s: ", verb == NULL ? "" : " ", verb == NULL ? "" : verb);
    va_start(args, fmt);
    say(CLI_BAD, dbc_buf_str(&before), fmt, args);
    va_end(args);
    fputs("For help use --help.\n", stderr);
    dbc_buf_release(&before);
    return CLI_USAGE;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

#define END_OF_ROW SIZE_MAX

struct cell {
    size_t at; /* of its text in `texts`, or END_OF_ROW */
    enum cli_style style;
    unsigned width; /* columns of a terminal */
};

struct cli_table {
    struct dbc_buf texts; /* escaped, each with its NUL; `failed` when memory ran out */
    struct cell *cells;
    size_t n, cap;
};

struct cli_table *cli_table_new(void)
{
    return calloc(1, sizeof(struct cli_table));
}

/* Returns a character's columns; 1 when the C library does not know it. */
static unsigned char_width(const char *text, size_t len)
{
    wchar_t c = 0;
    mbstate_t state = { 0 };
    int width = 1;

    if (len > 1 && look.wide != (locale_t)0) {
        locale_t before = uselocale(look.wide);
        width = mbrtowc(&c, text, len, &state) == len ? wcwidth(c) : 1;
        uselocale(before);
    }
    return width < 0 ? 1 : (unsigned)width;
}

static unsigned text_width(const char *text)
{
    unsigned width = 0;

    while (*text != '\0') {
        size_t len = (unsigned char)*text < 0x80 ? 1 : dbc_utf8_length(text);
        len = len == 0 ? 1 : len;
        width += char_width(text, len);
        text += len;
    }
    return width;
}

static void add_cell(struct cli_table *table, struct cell cell)
{
    if (!DBC_GROW(table->cells, table->n, table->cap)) {
        table->texts.failed = true;
        return;
    }
    table->cells[table->n++] = cell;
}

void cli_table_styled(struct cli_table *table, enum cli_style style, const char *text)
{
    struct cell cell = { .style = style };

    if (table == NULL || table->texts.failed) {
        return;
    }
    cell.at = table->texts.len;
    dbc_buf_add_printable(&table->texts, text);
    dbc_buf_add(&table->texts, "", 1);
    if (!table->texts.failed) {
        cell.width = text_width(table->texts.data + cell.at);
        add_cell(table, cell);
    }
}

void cli_table_take(struct cli_table *table, enum cli_style style, struct dbc_buf *text)
{
    if (text->failed && table != NULL) {
        table->texts.failed = true;
    }
    cli_table_styled(table, style, dbc_buf_str(text));
    dbc_buf_clear(text);
}

void cli_table_cell(struct cli_table *table, const char *text)
{
    cli_table_styled(table, CLI_PLAIN, text);
}

void cli_table_row(struct cli_table *table)
{
    if (table != NULL && !table->texts.failed) {
        add_cell(table, (struct cell){ .at = END_OF_ROW });
    }
}

void cli_table_head(struct cli_table *table, ...)
{
    const char *text = NULL;
    va_list args;

    va_start(args, table);
    while ((text = va_arg(args, const char *)) != NULL) {
        cli_table_styled(table, CLI_BOLD, text);
    }
    va_end(args);
    cli_table_row(table);
}

/* Returns the width of each column for the caller to free; NULL when out of memory. */
static size_t *find_widths(const struct cli_table *table)
{
    size_t *widths = calloc(table->n + 1, sizeof *widths), column = 0;

    for (size_t i = 0; widths != NULL && i < table->n; i++) {
        const struct cell *cell = &table->cells[i];
        if (cell->at == END_OF_ROW) {
            column = 0;
            continue;
        }
        widths[column] = cell->width > widths[column] ? cell->width : widths[column];
        column++;
    }
    return widths;
}

/* Prints blanks only before another cell, so that no line ends in blanks. */
static void print_cells(const struct cli_table *table, const size_t *widths, FILE *out)
{
    size_t column = 0, owed = 0;
    const char *text = NULL;

    for (size_t i = 0; i < table->n; i++) {
        const struct cell *cell = &table->cells[i];
        if (cell->at == END_OF_ROW) {
            fputc('\n', out);
            column = owed = 0;
            continue;
        }
        text = table->texts.data + cell->at;
        if (*text != '\0') {
            for (; owed > 0; owed--) {
                putc(' ', out);
            }
            put_styled(out, out == stderr ? look.err : look.out, cell->style, text);
        }
        owed += widths[column++] - cell->width + GAP;
    }
}

static void free_table(struct cli_table *table)
{
    dbc_buf_release(&table->texts);
    free(table->cells);
    free(table);
}

int cli_table_print(struct cli_table *table, FILE *out)
{
    size_t *widths = table == NULL || table->texts.failed ? NULL : find_widths(table);

    if (widths != NULL) {
        print_cells(table, widths, out);
    }
    if (table != NULL) {
        free_table(table);
    }
    free(widths);
    return widths == NULL ? -1 : 0;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

json_t *cli_json_text(const char *text)
{
    struct dbc_buf escaped = DBC_BUF_INIT;
    json_t *json = text == NULL ? json_null() : json_string(text);

    if (json == NULL) {
        dbc_buf_add_printable(&escaped, text);
        json = json_string(dbc_buf_str(&escaped));
        dbc_buf_release(&escaped);
    }
    return json;
}

int cli_print_line(FILE *out, struct dbc_buf *text)
{
    int status = CLI_OK;

    dbc_buf_addc(text, '\n');
    if (text->failed) {
        status = cli_fail_nomem();
    } else {
        fwrite(text->data, 1, text->len, out);
    }
    dbc_buf_release(text);
    return status;
}

/* Collects the text first, since jansson hands over every bracket and blank by itself. */
int cli_json_print_to(FILE *out, json_t *json)
{
    struct dbc_buf text = DBC_BUF_INIT;

    if (json == NULL || json_dump_callback(json, dbc_buf_sink, &text, JSON_INDENT(2)) != 0) {
        text.failed = true;
    }
    json_decref(json);
    return cli_print_line(out, &text) == CLI_OK ? 0 : -1;
}

int cli_json_print(json_t *json)
{
    return cli_json_print_to(stdout, json);
}
