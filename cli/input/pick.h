/* pick.h - which of the findings in FILE is meant, for hosts.c: by the options, by what is better
 * of its kind, by the inventory that lies around it. */
#ifndef CLI_INPUT_PICK_H
#define CLI_INPUT_PICK_H

#include "findings.h"
#include "hosts.h"

struct cli_pick {
    const struct cli_options *options;
    const struct cli_wanted *wanted;
    bool one; /* host, not all */
    struct cli_findings findings;
};

/* Fills `findings`, which the caller releases.  -1: it failed as a whole. */
int cli_pick_search(struct cli_pick *pick, struct dbc_error *err);

/* Less is better; UINT_MAX: there is none. */
unsigned cli_pick_rank(const struct cli_finding *finding);
unsigned cli_pick_best_rank(const struct cli_findings *findings);
/* The first one of the best; *several: there are more. */
struct cli_finding *cli_pick_finding(struct cli_findings *findings, bool *several);
/* Readable, and of a format that was asked for?  What it warned about is told.  -1 after a message.
 */
int cli_pick_accept(const struct cli_pick *pick, const struct cli_finding *finding);
/* A warning where something else counts for want of a network.dbcache. */
void cli_pick_say_taken(const struct cli_pick *pick, const struct cli_finding *finding);
/* The host of a pool that is asked for, the inventory's, or the only one.  SIZE_MAX after a
 * message. */
size_t cli_pick_host(const struct cli_pick *pick, const struct cli_finding *finding);
/* The bridge that the member's own inventory names, malloc'd; NULL: nobody knows. */
char *cli_pick_management(const struct cli_pick *pick, const char *member);

/* The uuid that the member's own inventory has for its host, likewise. */
char *cli_pick_uuid(const struct cli_pick *pick, const char *member);

/* What to say instead: of several findings, of several hosts with ifcfg files, and that there is
 * nothing (-1). */
void cli_pick_say_which(const struct cli_pick *pick);
void cli_pick_say_roots(const struct cli_pick *pick, const struct dbc_strvec *roots);
int cli_pick_nothing(const struct cli_pick *pick);

#endif
