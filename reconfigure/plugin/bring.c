/* bring.c - which way to Open vSwitch there is, and the certificate that both ways forget
 * (bring.h). */
#include "reconfigure/plugin/bring.h"

#include <errno.h>
#include <unistd.h>

#include "reconfigure/plugin/change.h"

/* ---- The certificate of the old manager ----------------------------------------------------- */

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
    dbc_logf(host->log, DBC_LOG_INFO, "Removed %s, the old manager's", ca->path.data);
    return 0;
}

/* ---- Which way ------------------------------------------------------------------------------ */

static int bring(struct ifr_bring *bring, struct dbc_error *err)
{
    struct ifr_live live = { NULL, NULL, NULL };
    struct ifr_facts *facts =
        ifr_facts_new(bring->host->prefix, bring->host->runner, bring->host->log, err);
    int rc = facts != NULL ? ifr_live_open(facts, true, &live, err) : -1;

    bring->facts = facts;
    if (rc == 0) {
        rc = live.ovs != NULL ? ifr_bring_live(bring, &live, err) : ifr_bring_blind(bring, err);
    }
    if (rc < 0 && err != NULL && err->code == DBC_ETIMEOUT) {
        err->code = DBC_ECOMMAND; /* TimeoutError is XAPI's */
    }
    ifr_live_close(&live);
    ifr_facts_free(facts);
    return rc;
}

int ifr_plugin_bring(const struct ifr_host *host, const struct ifr_wanted *wanted,
                     struct ifr_reply *reply, struct dbc_error *err)
{
    struct ifr_bring all = { .host = host, .wanted = wanted, .reply = reply };

    return bring(&all, err);
}

int ifr_plugin_reset(const struct ifr_host *host, struct ifr_reply *reply, struct dbc_error *err)
{
    struct ifr_bring all = { .host = host, .reply = reply };

    return bring(&all, err);
}
