/* judge.c - prints the new findings of a change and decides about it (judge.h). */
#include "judge.h"

#include "command.h"

int cli_judge(const struct dbc_findings *found, bool forced)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct dbc_finding *f = &found->v[i];
        if (f->rule->severity == DBC_SEVERITY_ERROR) {
            cli_error("%s [%s]", f->message, f->rule->id);
        } else {
            cli_warning("%s [%s]", f->message, f->rule->id);
        }
    }
    if (found->errors > 0 && !forced) {
        cli_error("nothing was changed; --force changes it all the same");
        return CLI_FAILED;
    }
    return CLI_OK;
}
