/* hint.h - finds the name that is most like a mistyped word, for the end of a message. */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "analysis/nearest.h"

struct cli_hint {
    const char *word;
    unsigned best;
    char text[DBC_NEAREST_MAX + 32]; /* "; did you mean NAME?", or "" */
};

#define CLI_HINT_INIT(given) ((struct cli_hint){ .word = (given), .best = DBC_NEAREST_FAR })

/* Tries one of the existing names, and keeps it if it is the nearest so far.  `before` is what
 * people type in front of it, for example "--". */
void cli_hint_try(struct cli_hint *hint, const char *before, const char *name);

#endif
