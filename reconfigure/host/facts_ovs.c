/* facts_ovs.c - whether Open vSwitch runs, and a query by ovs-vsctl (facts.h).  The query has no
 * --timeout, so the deadline is our own. */
#include <string.h>

#include "reconfigure/host/facts_priv.h"

bool ifr_facts_ovs_running(const struct ifr_facts *facts)
{
    return ifr_facts_file_exists(facts, "/var/run/openvswitch/db.sock");
}

bool ifr_facts_vswitchd_runs(const struct ifr_facts *facts)
{
    return ifr_facts_daemon(facts, "/var/run/openvswitch/ovs-vswitchd.pid", "ovs-vswitchd") != 0;
}

int ifr_facts_ovs_fail_mode(const struct ifr_facts *facts, const char *bridge, struct dbc_buf *out,
                            struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/ovs-vsctl", "-vconsole:off", "get-fail-mode", bridge,
                                 NULL };
    const struct ifr_command cmd = { .argv = argv,
                                     .deadline_ms = IFR_DEADLINE_QUERY,
                                     .capture = true };
    struct ifr_result result = { 0 };
    struct dbc_buf why = DBC_BUF_INIT;
    int rc = facts->runner->run(facts->runner, &cmd, &result, err);

    if (rc == 0 && !ifr_succeeded(&result)) {
        ifr_describe(&result, &why);
        dbc_logf(facts->log, DBC_LOG_INFO, "fail mode of %s is unknown: ovs-vsctl %s", bridge,
                 dbc_buf_str(&why));
    } else if (rc == 0) {
        dbc_buf_add(out, dbc_buf_str(&result.out), strcspn(dbc_buf_str(&result.out), " \r\n"));
        rc = out->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&why);
    dbc_buf_release(&result.out);
    return rc;
}
