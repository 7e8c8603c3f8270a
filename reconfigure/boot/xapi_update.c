/* xapi_update.c - waits for XAPI and calls its plugin (xapi_update.h), with the command xe, so that
 * no code here speaks XAPI's protocol. */
#include "reconfigure/boot/xapi_update.h"

#include <string.h>

#include "base/clock.h"
#include "base/valid.h"

#define POLL_MS 1000
#define UUID_MAX 64

static bool wait_for_xapi(const struct ifr_host *host, const struct ifr_facts *facts,
                          unsigned wait_ms)
{
    int64_t end = dbc_now_ms() + wait_ms;
    bool said = false;
    for (;;) {
        int64_t left = end - dbc_now_ms();
        if (ifr_facts_file_exists(facts, IFR_XAPI_READY)) {
            return true;
        }
        if (left <= 0) {
            return false;
        }
        if (!said) {
            dbc_logf(host->log, DBC_LOG_INFO, "Waiting up to %u s for XAPI (%s)", wait_ms / 1000,
                     IFR_XAPI_READY);
            said = true;
        }
        dbc_sleep_ms(left < POLL_MS ? left : POLL_MS);
    }
}

/* Appends the call of the plugin by xe to `argv`. */
static int make_call(const struct ifr_facts *facts, struct dbc_strvec *argv, struct dbc_error *err)
{
    const char *xe = "/opt/xensource/bin/xe";
    struct dbc_buf uuid = DBC_BUF_INIT;
    int rc = ifr_facts_inventory(facts, "INSTALLATION_UUID", &uuid, err);

    if (rc == 0 && (uuid.len > UUID_MAX || !dbc_valid_option(dbc_buf_str(&uuid)))) {
        rc = dbc_fail_at(err, DBC_EINVAL, IFR_INVENTORY, 0, 0,
                         "INSTALLATION_UUID \"%s\" is no uuid", dbc_buf_str(&uuid));
    }
    if (rc == 0) {
        if (!ifr_facts_executable(facts, xe) && ifr_facts_executable(facts, "/usr/bin/xe")) {
            xe = "/usr/bin/xe";
        }
        dbc_strvec_pushl(argv, xe, "host-call-plugin", NULL);
        dbc_strvec_pushf(argv, "host-uuid=%s", uuid.data);
        dbc_strvec_pushl(argv, "plugin=openvswitch-cfg-update", "fn=update", NULL);
        rc = argv->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&uuid);
    return rc;
}

static int try_call(const struct ifr_host *host, const struct dbc_strvec *argv, unsigned tries,
                    unsigned pause_ms, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    for (unsigned i = 1;; i++) {
        dbc_error_clear(&why);
        if (ifr_boot_run(host, (const char *const *)argv->v, IFR_DEADLINE_PLUGIN, &why) == 0) {
            return 0;
        }
        if (i >= tries || why.code != DBC_ECOMMAND) {
            return dbc_fail(err, why.code, "%s", why.text);
        }
        dbc_logf(host->log, DBC_LOG_WARNING, "%s; once more in %u s", why.text, pause_ms / 1000);
        dbc_sleep_ms(pause_ms);
    }
}

static int update(const struct ifr_host *host, const struct ifr_facts *facts,
                  const struct ifr_patience *patience, struct dbc_error *err)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = make_call(facts, &argv, err);

    if (rc < 0) {
        goto out;
    }
    if (wait_for_xapi(host, facts, patience->wait_ms)) {
        rc = try_call(host, &argv, patience->tries, patience->pause_ms, err);
    } else {
        rc = try_call(host, &argv, 1, 0, &why);
    }
    if (why.code != DBC_OK) {
        dbc_fail(err, why.code == DBC_ECOMMAND ? DBC_ETIMEOUT : why.code,
                 "XAPI did not get ready within %u s, and %s", patience->wait_ms / 1000, why.text);
    }
out:
    dbc_strvec_release(&argv);
    return rc;
}

int ifr_xapi_update(const struct ifr_host *host, const struct ifr_patience *patience,
                    struct dbc_error *err)
{
    bool wanted = false;
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    int rc = facts ? ifr_boot_wants_ovs(host, facts, &wanted, err) : -1;

    if (rc == 0 && wanted) {
        rc = update(host, facts, patience, err);
    }
    ifr_facts_free(facts);
    return rc;
}
