/* options.h - parses the command line of interface-reconfigure(8) and decides what is wrong with
 * it; prints nothing. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/buf.h"
#include "reconfigure/reconfigure.h"

enum options_verb {
    OPTIONS_RECONFIGURE, /* up, down, rewrite: see request.verb */
    OPTIONS_CONFIRM,
    OPTIONS_REVERT,
    OPTIONS_PENDING
};

#define OPTIONS_NAMES_MAX 4096 /* interfaces in one call */

struct options {
    enum options_verb verb;
    const char *id; /* of the change to confirm or revert; NULL: the change that waits */
    struct ifr_request request; /* strings belong to argv */
    /* Each --force, --pif or --pif-uuid once; the first is in the request, too. */
    const char *names[OPTIONS_NAMES_MAX];
    size_t n_names;
    bool all;
    bool exit_codes; /* --detailed-exit-codes */
    bool json;
    const char *root_prefix; /* as given; "" when not */
    bool no_syslog;
    bool help, version; /* nothing else was checked then */
};

/* Parses argv and permutes it.  Returns 0, or -1 with what is wrong in *usage (one line). */
int options_parse(int argc, char **argv, struct options *ret, struct dbc_buf *usage);

/* Writes any argv as one line for the log, with the session reference (a credential) replaced in
 * every spelling; to be called before options_parse. */
void options_show(int argc, char *const *argv, struct dbc_buf *out);

/* Only for options.c and options_check.c: the check of options that must go together, and the line
 * that says what is wrong. */
int options_check(struct options *options, struct dbc_buf *usage);
int options_complain(struct dbc_buf *usage, const char *what, const char *about);

extern const char options_help[];

#endif
