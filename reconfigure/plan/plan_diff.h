/* plan_diff.h - the difference of two small texts, for plan_print.c. */
#ifndef IFR_PLAN_DIFF_H
#define IFR_PLAN_DIFF_H

#include "base/buf.h"

/* Lines of `old_text` and `new_text` with "- ", "+ " or "  " before each, `indent` blanks before
 * that; unchanged lines only near a change.  Control characters are escaped.  Failure is sticky
 * in `out`. */
void ifr_diff(const char *old_text, const char *new_text, unsigned indent, struct dbc_buf *out);

#endif
