/* judge.h - decides whether a change of a cache may be saved: it must not make an error that check
 * finds. */
#ifndef CLI_JUDGE_H
#define CLI_JUDGE_H

#include "analysis/news.h"

/* Prints the new findings.  Returns CLI_OK, or CLI_FAILED after a message when one of them is an
 * error and `forced` is false. */
int cli_judge(const struct dbc_findings *found, bool forced);

#endif
