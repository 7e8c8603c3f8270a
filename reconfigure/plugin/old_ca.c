/* old_ca.c - finds the old manager's certificate before a change and removes it after (bring.h). */
#include <errno.h>
#include <unistd.h>

#include "reconfigure/plugin/bring.h"
#include "reconfigure/plugin/change.h"

int ifr_old_ca_find(const struct ifr_host *host, struct ifr_old_ca *ca, struct dbc_error *err)
{
    dbc_buf_addf(&ca->path, "%s" IFR_LEARNT_CA, host->prefix);
    if (ca->path.failed) {
        return dbc_fail_nomem(err);
    }
    ca->exists = access(ca->path.data, F_OK) == 0;
    return 0;
}

int ifr_old_ca_forget(const struct ifr_host *host, const struct ifr_old_ca *ca,
                      struct dbc_error *err)
{
    if (!ca->exists) {
        return 0;
    }
    if (unlink(ca->path.data) < 0 && errno != ENOENT) {
        return dbc_fail_errno(err, errno, "cannot remove %s", ca->path.data);
    }
    dbc_logf(host->log, DBC_LOG_INFO, "Removed %s, which was the old manager's", ca->path.data);
    return 0;
}
