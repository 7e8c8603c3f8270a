/* judge.h - whether a change of a cache may be saved: check must find no error in it that was not
 * there before. */
#ifndef CLI_JUDGE_H
#define CLI_JUDGE_H

#include "analysis/news.h"

/* Prints what is new.  CLI_OK; CLI_FAILED, after saying so, when there is an error among it and
 * `forced` is false. */
int cli_judge(const struct dbc_findings *found, bool forced);

#endif
