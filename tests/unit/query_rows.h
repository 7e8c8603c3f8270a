/* query_rows.h - the rows of an answer to a query as one text, for tests. */
#ifndef TESTS_UNIT_QUERY_ROWS_H
#define TESTS_UNIT_QUERY_ROWS_H

#include "store/query.h"

static inline int add_names(void *ctx, const char *const *names, size_t n)
{
    (void)ctx;
    (void)names;
    assert_true(n > 0);
    return 0;
}

/* Cells with '|' between, rows ended by ';'; NULL is ~. */
static inline int add_row(void *ctx, const struct dbc_cell *cells, size_t n)
{
    struct dbc_buf *out = ctx;

    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(out, "%s%s", i == 0 ? "" : "|",
                     cells[i].kind == DBC_CELL_NULL ? "~" : cells[i].text);
    }
    dbc_buf_adds(out, ";");
    return 0;
}

#endif
