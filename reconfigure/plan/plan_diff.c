/* plan_diff.c - line differences (plan_diff.h): common head and tail cut off, then the longest
 * common subsequence of what is between. */
#include "reconfigure/plan/plan_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT 2         /* unchanged lines shown around a change */
#define MAX_CELLS 1000000 /* of the table; above it everything between counts as changed */
#define MAX_SHOWN 200     /* lines with one sign in a row */
#define TAB "    "

struct lines {
    const char **v; /* each ends at '\n' or NUL */
    size_t n;
};

/* One line of the result: ' ', '-' or '+'. */
struct op {
    char sign;
    const char *line;
};

struct ops {
    struct op *v;
    size_t n;
};

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static bool same_line(const char *a, const char *b)
{
    size_t len = line_length(a);
    return len == line_length(b) && memcmp(a, b, len) == 0;
}

static bool split(const char *text, struct lines *ret)
{
    size_t n = 1;
    for (const char *c = text; *c; c++) {
        n += *c == '\n';
    }
    ret->n = 0;
    ret->v = calloc(n, sizeof *ret->v);
    while (ret->v && *text) {
        ret->v[ret->n++] = text;
        text += line_length(text);
        text += *text == '\n';
    }
    return ret->v != NULL;
}

static void push(struct ops *ops, char sign, const char *line)
{
    ops->v[ops->n++] = (struct op){ sign, line };
}

/* table[i * (m + 1) + j]: the longest common subsequence of a[i..] and b[j..]. */
static uint32_t *lcs_table(const char **a, size_t n, const char **b, size_t m)
{
    uint32_t *table = NULL;
    if ((n + 1) * (m + 1) > MAX_CELLS) {
        return NULL;
    }
    table = calloc((n + 1) * (m + 1), sizeof *table);
    for (size_t i = n; table && i-- > 0;) {
        for (size_t j = m; j-- > 0;) {
            const uint32_t *here = &table[i * (m + 1) + j];
            uint32_t down = here[m + 1], right = here[1];
            table[i * (m + 1) + j] = same_line(a[i], b[j]) ? here[m + 2] + 1
                                     : down > right        ? down
                                                           : right;
        }
    }
    return table;
}

/* Compares the lines between the common head and tail.  Without a table (too large, no memory) all
 * old lines are deleted and all new ones added. */
static void middle(const char **a, size_t n, const char **b, size_t m, struct ops *ops)
{
    uint32_t *table = lcs_table(a, n, b, m);
    size_t i = 0, j = 0;
    while (i < n || j < m) {
        if (table && i < n && j < m && same_line(a[i], b[j])) {
            push(ops, ' ', a[i++]);
            j++;
        } else if (i < n && (!table || j == m ||
                             table[(i + 1) * (m + 1) + j] >= table[i * (m + 1) + j + 1])) {
            push(ops, '-', a[i++]);
        } else {
            push(ops, '+', b[j++]);
        }
    }
    free(table);
}

static void compare(const struct lines *a, const struct lines *b, struct ops *ops)
{
    size_t head = 0, tail = 0, least = a->n < b->n ? a->n : b->n;
    while (head < least && same_line(a->v[head], b->v[head])) {
        push(ops, ' ', a->v[head]);
        head++;
    }
    while (tail < least - head && same_line(a->v[a->n - 1 - tail], b->v[b->n - 1 - tail])) {
        tail++;
    }
    middle(a->v + head, a->n - head - tail, b->v + head, b->n - head - tail, ops);
    for (size_t i = a->n - tail; i < a->n; i++) {
        push(ops, ' ', a->v[i]);
    }
}

static bool near_change(const struct ops *ops, size_t at)
{
    size_t from = at > CONTEXT ? at - CONTEXT : 0;
    for (size_t i = from; i < ops->n && i <= at + CONTEXT; i++) {
        if (ops->v[i].sign != ' ') {
            return true;
        }
    }
    return false;
}

static void show_line(const struct op *op, unsigned indent, struct dbc_buf *out)
{
    struct dbc_buf line = DBC_BUF_INIT;
    for (const char *c = op->line; *c && *c != '\n'; c++) {
        if (*c == '\t') {
            dbc_buf_adds(&line, TAB);
        } else {
            dbc_buf_addc(&line, *c);
        }
    }
    dbc_buf_addf(out, "%*s%c ", (int)indent, "", op->sign);
    dbc_buf_add_printable(out, dbc_buf_str(&line));
    dbc_buf_addc(out, '\n');
    out->failed = out->failed || line.failed;
    dbc_buf_release(&line);
}

static void show(const struct ops *ops, unsigned indent, struct dbc_buf *out)
{
    size_t row = 0; /* lines with this sign so far, in a row */
    for (size_t i = 0; i < ops->n; i++) {
        bool again = i > 0 && ops->v[i - 1].sign == ops->v[i].sign;
        row = again ? row + 1 : 1;
        bool unchanged = ops->v[i].sign == ' ';
        if (unchanged ? near_change(ops, i) : row <= MAX_SHOWN) {
            show_line(&ops->v[i], indent, out);
        } else if (!unchanged && row == MAX_SHOWN + 1) {
            dbc_buf_addf(out, "%*s%c ... more lines like these\n", (int)indent, "", ops->v[i].sign);
        }
    }
}

void ifr_diff(const char *old_text, const char *new_text, unsigned indent, struct dbc_buf *out)
{
    struct lines a = { 0 }, b = { 0 };
    struct ops ops = { 0 };
    bool ok = split(old_text, &a) && split(new_text, &b);
    if (ok) {
        ops.v = calloc(a.n + b.n + 1, sizeof *ops.v);
    }
    if (ops.v) {
        compare(&a, &b, &ops);
        show(&ops, indent, out);
    } else {
        out->failed = true;
    }
    free(ops.v);
    free(a.v);
    free(b.v);
}
