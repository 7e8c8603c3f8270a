/* losses.h - collects the losses of a conversion (model/loss.h) and prints them at its end, in the
 * reports of the verbs import and export. */
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
    bool failed; /* out of memory; printing reports it */
    struct dbc_hash groups;
    struct dbc_arena arena;
};

#define CLI_LOSSES_INIT ((struct cli_losses){ 0 })

dbc_loss_fn cli_losses_add; /* ctx: the struct cli_losses */
void cli_losses_release(struct cli_losses *losses);

/* Prints `before`, a line with the number of losses, and each reason above a table of the losses
 * that it explains; of many it shows a few and their number.  Prints nothing without losses.
 * Returns CLI_OK, or CLI_FAILED after a message when memory ran out. */
int cli_losses_print(const struct cli_losses *losses, const char *before, FILE *out);
/* Adds to a report for programs "losses", each in full, and "losses_left_out", a number. */
void cli_losses_json(const struct cli_losses *losses, json_t *report);

/* Prints one line of a report, escaped. */
void cli_report(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Returns the buffer's text for a line of a report; when memory ran out for it, the program fails
 * at its end. */
const char *cli_report_part(const struct dbc_buf *part);

#endif
