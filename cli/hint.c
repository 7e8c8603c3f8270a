/* hint.c - finds the name that is most like a mistyped word (hint.h). */
#include "hint.h"

#include <stdio.h>

void cli_hint_try(struct cli_hint *hint, const char *before, const char *name)
{
    if (dbc_nearest_is(hint->word, name, &hint->best)) {
        snprintf(hint->text, sizeof hint->text, "; did you mean %s%s?", before, name);
    }
}
