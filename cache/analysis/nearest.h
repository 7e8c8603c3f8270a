/* nearest.h - finds the known name that is most like an unknown one, by edit distance.  For the
 * hints of check and of the command line; the tables of known names are schema.c's.
 *
 * Names are alike when, case and '-' for '_' aside, at most a third of the known name's letters
 * differ. */
#ifndef DBC_ANALYSIS_NEAREST_H
#define DBC_ANALYSIS_NEAREST_H

#include <stdbool.h>

#include "model/schema.h"

#define DBC_NEAREST_MAX 64   /* bytes; a longer name is like no other */
#define DBC_NEAREST_FAR 1000 /* more than any distance of two names */

/* Whether `known` is like `name`, with a distance below *best, which then becomes that distance.
 * Start with *best as DBC_NEAREST_FAR. */
bool dbc_nearest_is(const char *name, const char *known, unsigned *best);

/* Returns the other_config key of the class, else of any class, that is most like `name`; NULL when
 * none is like it. */
const struct dbc_config_key *dbc_nearest_key(enum dbc_class class_, const char *name);
/* Returns the field of the class that is most like `name`; NULL when none is like it. */
const struct dbc_field *dbc_nearest_field(enum dbc_class class_, const char *name);

#endif
