/* losses.h - what a conversion leaves behind (model/loss.h), collected while it runs and told at
 * its end, and the report that it stands in: for the verbs import and export. */
#ifndef CLI_LOSSES_H
#define CLI_LOSSES_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "json.h"
#include "model/loss.h"

/* Losses of one run that are kept; more are counted only. */
#define CLI_LIMIT_LOSSES 10000

struct cli_loss_group;

struct cli_losses {
    struct cli_loss_group *first, *last; /* losses of one kind and reason */
    size_t n, kept;
    bool failed; /* no memory: told by what prints them */
    struct dbc_hash groups;
    struct dbc_arena arena;
};

#define CLI_LOSSES_INIT                                                                            \
    {                                                                                              \
        0                                                                                          \
    }

dbc_loss_fn cli_losses_add; /* ctx: the struct cli_losses */
void cli_losses_release(struct cli_losses *losses);

/* What was lost, changed and assumed, each reason above an aligned table of what it holds for, of
 * which many become a few and their number; in front of all `before` and a line that counts.
 * Nothing when there are none. */
int cli_losses_print(const struct cli_losses *losses, const char *before, FILE *out);
/* Into a report for programs: "losses", each in full, and "losses_left_out", a number. */
void cli_losses_json(const struct cli_losses *losses, json_t *report);

/* One line of a report, escaped. */
void cli_report(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A text that was put together for one; when it could not be, the program fails at its end. */
const char *cli_report_part(const struct dbc_buf *part);

#endif
