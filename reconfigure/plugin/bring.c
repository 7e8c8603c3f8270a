/* bring.c - chooses the way to Open vSwitch: live or by commands (bring.h). */
#include "reconfigure/plugin/bring.h"

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
        err->code = DBC_ECOMMAND; /* TimeoutError means that XAPI did not answer */
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
