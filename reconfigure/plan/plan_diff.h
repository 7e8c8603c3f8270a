/* plan_diff.h - the difference of two small texts, for plan_print.c. */
#ifndef IFR_PLAN_DIFF_H
#define IFR_PLAN_DIFF_H

#include "base/buf.h"

/* Appends the lines of both texts, each after `indent` blanks and "- ", "+ " or "  "; unchanged
 * lines only near a change.  Control characters are escaped.  Failure is sticky in `out`. */
void ifr_diff(const char *old_text, const char *new_text, unsigned indent, struct dbc_buf *out);

#endif
