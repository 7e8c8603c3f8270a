/* hint.h - what a message says behind a mistyped word: the name that is most like it. */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "analysis/nearest.h"

struct cli_hint {
    const char *word;
    unsigned best;
    char text[DBC_NEAREST_MAX + 32]; /* "; did you mean NAME?", or "" */
};

#define CLI_HINT_INIT(given)                                                                       \
    {                                                                                              \
        .word = (given), .best = DBC_NEAREST_FAR                                                   \
    }

/* `name` is one of those that there are; `before` stands in front of it where people type it, as
 * "--" does. */
void cli_hint_try(struct cli_hint *hint, const char *before, const char *name);

#endif
