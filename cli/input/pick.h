/* pick.h - chooses the finding in FILE that is meant, and its host: by the options, by the kinds of
 * the findings, by the inventory that belongs to them. */
#ifndef CLI_INPUT_PICK_H
#define CLI_INPUT_PICK_H

#include "findings.h"
#include "hosts.h"

struct cli_pick {
    const struct cli_options *options;
    const struct cli_wanted *wanted;
    bool one; /* one host is wanted, not all */
    struct cli_findings findings;
};

/* Fills `findings`, which the caller releases.  Returns 0, or -1 when the search failed as a whole.
 */
int cli_pick_search(struct cli_pick *pick, struct dbc_error *err);

/* Returns the rank: less is better. */
unsigned cli_pick_rank(const struct cli_finding *finding);
/* Returns the first finding of the best rank; *several is set when there are more of it. */
struct cli_finding *cli_pick_finding(struct cli_findings *findings, bool *several);
/* Prints the finding's warnings.  Returns 0 when it is readable and of a wanted format, or -1 after
 * a message. */
int cli_pick_accept(const struct cli_pick *pick, const struct cli_finding *finding);
/* Warns when another file is used because there is no network.dbcache. */
void cli_pick_say_taken(const struct cli_pick *pick, const struct cli_finding *finding);
/* Returns the number of a pool's host: the one that is asked for, the inventory's, or the only one.
 * SIZE_MAX after a message. */
size_t cli_pick_host(const struct cli_pick *pick, const struct cli_finding *finding);
/* Returns the management bridge that the member's inventory names; the caller frees it.  NULL when
 * there is none. */
char *cli_pick_management(const struct cli_pick *pick, const char *member);

/* Returns the uuid that the member's inventory has for its host; the caller frees it.  NULL when
 * there is none. */
char *cli_pick_uuid(const struct cli_pick *pick, const char *member);

/* Print what there is to choose from: several findings, or several hosts with ifcfg files.  The
 * last one prints that nothing was found, and returns -1. */
void cli_pick_say_which(const struct cli_pick *pick);
void cli_pick_say_roots(const struct cli_pick *pick, const struct dbc_strvec *roots);
int cli_pick_nothing(const struct cli_pick *pick);

#endif
