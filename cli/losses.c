/* losses.c - collects and prints losses (losses.h).  Their texts come from files, so they are cut
 * for the table, and the millions of a hostile file are only counted. */
#include "losses.h"

#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "command.h"

#define ROWS_OF_GROUP 3 /* more losses are shown as two and a row with the number of the rest */
#define INDENT "  "
#define CELL_SIZE 49 /* bytes of a cell, with its end */

struct loss {
    const char *what, *field, *value;
    struct loss *next;
};

struct cli_loss_group {
    enum dbc_loss_kind kind;
    const char *why;
    struct loss *first, *last;
    size_t n; /* of all losses, kept or not */
    struct cli_loss_group *next;
};

static const char *kind_name(enum dbc_loss_kind kind)
{
    static const char *const names[] = {
        [DBC_LOST] = "lost", [DBC_ASSUMED] = "assumed", [DBC_CHANGED] = "changed"
    };

    return names[kind];
}

/* ---- Collecting ------------------------------------------------------------------------------ */

static struct cli_loss_group *make_group(struct cli_losses *losses, const struct dbc_loss *loss,
                                         const char *key)
{
    struct cli_loss_group *group = dbc_arena_alloc(&losses->arena, sizeof *group);
    char *kept = dbc_arena_strdup(&losses->arena, key);

    if (group == NULL || kept == NULL) {
        return NULL;
    }
    group->kind = loss->kind;
    group->why = dbc_arena_strdup(&losses->arena, loss->why);
    if (group->why == NULL || dbc_hash_put(&losses->groups, kept, group, true) != 0) {
        return NULL;
    }
    if (losses->last != NULL) {
        losses->last->next = group;
    } else {
        losses->first = group;
    }
    losses->last = group;
    return group;
}

/* Returns the group of the loss, which may be new; NULL when out of memory. */
static struct cli_loss_group *find_group(struct cli_losses *losses, const struct dbc_loss *loss)
{
    struct dbc_buf key = DBC_BUF_INIT;
    struct cli_loss_group *group = NULL;

    dbc_buf_addf(&key, "%d %s", (int)loss->kind, loss->why);
    if (!key.failed) {
        group = dbc_hash_get(&losses->groups, key.data);
        group = group != NULL ? group : make_group(losses, loss, key.data);
    }
    dbc_buf_release(&key);
    return group;
}

static int keep(struct cli_losses *losses, struct cli_loss_group *group,
                const struct dbc_loss *loss)
{
    struct loss *kept = dbc_arena_alloc(&losses->arena, sizeof *kept);

    if (kept == NULL) {
        return -1;
    }
    kept->what = dbc_arena_strdup(&losses->arena, loss->what);
    kept->field = dbc_arena_strdup(&losses->arena, loss->field);
    kept->value = dbc_arena_strdup(&losses->arena, loss->value);
    if (kept->what == NULL || kept->field == NULL || kept->value == NULL) {
        return -1;
    }
    if (group->last != NULL) {
        group->last->next = kept;
    } else {
        group->first = kept;
    }
    group->last = kept;
    losses->kept++;
    return 0;
}

void cli_losses_add(void *ctx, const struct dbc_loss *loss)
{
    struct cli_losses *losses = ctx;
    struct cli_loss_group *group = NULL;

    losses->n++;
    if (losses->failed || losses->kept == CLI_LIMIT_LOSSES) {
        return;
    }
    group = find_group(losses, loss);
    if (group == NULL || keep(losses, group, loss) != 0) {
        losses->failed = true;
    } else {
        group->n++;
    }
}

void cli_losses_release(struct cli_losses *losses)
{
    dbc_hash_release(&losses->groups);
    dbc_arena_release(&losses->arena);
    *losses = CLI_LOSSES_INIT;
}

/* ---- For people ------------------------------------------------------------------------------ */

static size_t count(const struct cli_losses *losses, enum dbc_loss_kind kind)
{
    size_t n = 0;

    for (const struct cli_loss_group *group = losses->first; group != NULL; group = group->next) {
        n += group->kind == kind ? group->n : 0;
    }
    return n;
}

static void add_count(struct dbc_buf *out, const struct cli_losses *losses, enum dbc_loss_kind kind)
{
    size_t n = count(losses, kind);

    if (n > 0) {
        dbc_buf_addf(out, "%s%zu %s", out->len == 0 ? "" : ", ", n, kind_name(kind));
    }
}

static struct cli_table *head_of(const struct cli_loss_group *group)
{
    static const enum cli_style styles[] = {
        [DBC_LOST] = CLI_BAD, [DBC_ASSUMED] = CLI_BOLD, [DBC_CHANGED] = CLI_WARN
    };
    struct cli_table *table = cli_table_new();

    cli_table_styled(table, styles[group->kind], kind_name(group->kind));
    cli_table_cell(table, group->why);
    cli_table_row(table);
    return table;
}

static void add_cut(struct cli_table *table, const char *text)
{
    char cut[CELL_SIZE];

    dbc_printable(cut, sizeof cut, text);
    cli_table_cell(table, cut);
}

static struct cli_table *rows_of(const struct cli_loss_group *group)
{
    size_t shown = group->n <= ROWS_OF_GROUP ? group->n : ROWS_OF_GROUP - 1;
    const struct loss *loss = group->first;
    struct cli_table *table = cli_table_new();
    struct dbc_buf rest = DBC_BUF_INIT;

    for (size_t i = 0; i < shown && loss != NULL; i++, loss = loss->next) {
        cli_table_cell(table, INDENT);
        add_cut(table, loss->what);
        add_cut(table, loss->field);
        add_cut(table, loss->value);
        cli_table_row(table);
    }
    if (group->n > shown) {
        dbc_buf_addf(&rest, "and %zu more", group->n - shown);
        cli_table_cell(table, INDENT);
        cli_table_take(table, CLI_PLAIN, &rest);
        cli_table_row(table);
    }
    dbc_buf_release(&rest);
    return table;
}

/* Prints the reason once above its losses: beside each it would not fit on a line. */
static int print_group(const struct cli_loss_group *group, FILE *out)
{
    struct cli_table *head = head_of(group), *rows = rows_of(group);
    int head_status = cli_table_print(head, out), rows_status = cli_table_print(rows, out);

    return head_status == 0 && rows_status == 0 ? 0 : -1;
}

static const enum dbc_loss_kind order[] = { DBC_LOST, DBC_CHANGED, DBC_ASSUMED };
#define KINDS (sizeof order / sizeof order[0])

static void print_counts(const struct cli_losses *losses, FILE *out)
{
    struct dbc_buf counts = DBC_BUF_INIT;

    for (size_t i = 0; i < KINDS; i++) {
        add_count(&counts, losses, order[i]);
    }
    if (losses->n > losses->kept) {
        dbc_buf_addf(&counts, ", and %zu more that are not listed", losses->n - losses->kept);
    }
    cli_report(out, "Not all of it came over (%s):", cli_report_part(&counts));
    dbc_buf_release(&counts);
}

int cli_losses_print(const struct cli_losses *losses, const char *before, FILE *out)
{
    int rc = 0;

    if (losses->failed) {
        return cli_fail_nomem();
    }
    if (losses->n == 0) {
        return CLI_OK;
    }
    fputs(before, out);
    print_counts(losses, out);
    for (size_t i = 0; i < KINDS; i++) {
        for (const struct cli_loss_group *g = losses->first; g != NULL; g = g->next) {
            rc |= g->kind == order[i] ? print_group(g, out) : 0;
        }
    }
    return rc == 0 ? CLI_OK : cli_fail_nomem();
}

/* ---- For programs ---------------------------------------------------------------------------- */

void cli_losses_json(const struct cli_losses *losses, json_t *report)
{
    json_t *list = json_array();

    for (const struct cli_loss_group *group = losses->first; group != NULL; group = group->next) {
        for (const struct loss *loss = group->first; loss != NULL; loss = loss->next) {
            json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind",
                                                  kind_name(group->kind), "what",
                                                  cli_json_text(loss->what), "field",
                                                  cli_json_text(loss->field), "value",
                                                  cli_json_text(loss->value), "why",
                                                  cli_json_text(group->why)));
        }
    }
    json_object_set_new(report, "losses", list);
    json_object_set_new(report, "losses_left_out",
                        json_integer((json_int_t)(losses->n - losses->kept)));
    if (losses->failed) {
        cli_lost();
    }
}

/* ---- Reports --------------------------------------------------------------------------------- */

const char *cli_report_part(const struct dbc_buf *part)
{
    if (part->failed) {
        cli_lost();
    }
    return dbc_buf_str(part);
}

void cli_report(FILE *out, const char *fmt, ...)
{
    struct dbc_buf raw = DBC_BUF_INIT, text = DBC_BUF_INIT;
    va_list args;

    va_start(args, fmt);
    dbc_buf_addv(&raw, fmt, args);
    va_end(args);
    dbc_buf_add_printable(&text, cli_report_part(&raw));
    fprintf(out, "%s\n", cli_report_part(&text));
    dbc_buf_release(&raw);
    dbc_buf_release(&text);
}
