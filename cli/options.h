/* options.h - the command line of interface-reconfigure(8) as data.  Reads argv, decides what is
 * wrong with it, prints nothing. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/buf.h"
#include "reconfigure/reconfigure.h"

struct options {
    struct ifr_request request; /* strings belong to argv */
    const char *root_prefix;    /* as given; "" when not */
    bool no_syslog;
    bool help, version; /* nothing else was checked then */
};

/* 0, or -1 with what is wrong in *usage (one line).  Permutes argv. */
int options_parse(int argc, char **argv, struct options *ret, struct dbc_buf *usage);

/* argv as one line for the log, the session reference (a credential) replaced in every spelling.
 * Works on any argv; call it before options_parse. */
void options_show(int argc, char *const *argv, struct dbc_buf *out);

extern const char options_help[];

#endif
