/* nearest.h - what somebody may have meant by a name that there is not, by edit distance.  For the
 * hints of check and of the command line; the tables of known names are schema.c's. */
#ifndef DBC_ANALYSIS_NEAREST_H
#define DBC_ANALYSIS_NEAREST_H

#include <stdbool.h>

#include "model/schema.h"

#define DBC_NEAREST_MAX 64   /* bytes; a longer name is like no other */
#define DBC_NEAREST_FAR 1000 /* farther than any two of them */

/* Is `known` like `name`, and more so than one that is `*best` away?  Then *best is how far it is.
 * It starts as DBC_NEAREST_FAR. */
bool dbc_nearest_is(const char *name, const char *known, unsigned *best);

/* The other_config key of the class, else of any class, that is most like `name`, when it is like
 * it at all: case aside, at most a third of its letters differ.  NULL: none. */
const struct dbc_config_key *dbc_nearest_key(enum dbc_class class_, const char *name);
/* The field of the class that is most like `name`; NULL: none. */
const struct dbc_field *dbc_nearest_field(enum dbc_class class_, const char *name);

#endif
