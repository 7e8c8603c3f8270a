/* openvswitch.c - the order in which Open vSwitch starts on a XenServer host (openvswitch.h).
 *
 * `ovs-ctl --delete-bridges` is of no use: it deletes only when it starts ovsdb-server itself,
 * so not on a second try, and does not report a deletion that failed.  So the start is split, and
 * one transaction in between deletes the bridges; if it fails, so does the start.
 */
#include "reconfigure/boot/openvswitch.h"

#include <string.h>

#include "reconfigure/boot/options.h"
#include "reconfigure/boot/xapi_sync.h"

#define ID_MAX 64
/* ovs-vswitchd does not run yet, so it could not confirm the change. */
#define VSCTL "/usr/bin/ovs-vsctl", "--no-wait", "--timeout=20"
/* Removes the setting flow-restore-wait, which ovs-ctl has in place while it restarts the switch.
 * If ovs-ctl is killed or the power fails then, the setting stays, and the switch forwards nothing
 * until somebody restores the flows: for ever. */
#define VSCTL_END_WAIT VSCTL, "remove", "Open_vSwitch", ".", "other_config", "flow-restore-wait"

struct ovs {
    const struct ifr_host *host;
    struct ifr_facts *facts;
};

static int open_ovs(struct ovs *ovs, const struct ifr_host *host, struct dbc_error *err)
{
    ovs->host = host;
    ovs->facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    return ovs->facts ? 0 : -1;
}

/* ---- The system ids. ------------------------------------------------------------------------ */

/* Returns whether the text has only letters, digits and what is in `others`.  ovs-ctl is a shell
 * script, and other characters may split or change the text there. */
static bool is_id(const char *text, const char *others)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && !strchr(others, c)) {
            return false;
        }
    }
    return n > 0 && n <= ID_MAX;
}

/* Appends a key of the inventory to `out`.  Returns false, and logs why, when there is none that
 * may be passed on.  Without memory `argv` fails, so that the id is not just left out. */
static bool read_id(const struct ovs *ovs, const char *key, const char *others, struct dbc_buf *out,
                    struct dbc_strvec *argv)
{
    struct dbc_error why = DBC_ERROR_INIT;
    if (ifr_facts_inventory(ovs->facts, key, out, &why) < 0) {
        dbc_log_error(ovs->host->log, &why);
        argv->failed = argv->failed || why.code == DBC_ENOMEM;
        return false;
    }
    if (!is_id(dbc_buf_str(out), others)) {
        dbc_logf(ovs->host->log, DBC_LOG_WARNING,
                 "%s: %s is \"%s\": not fit for a system id of Open vSwitch", IFR_INVENTORY, key,
                 dbc_buf_str(out));
        return false;
    }
    return true;
}

static void add_system_ids(const struct ovs *ovs, struct dbc_strvec *argv)
{
    struct dbc_buf uuid = DBC_BUF_INIT, brand = DBC_BUF_INIT;
    struct dbc_buf version = DBC_BUF_INIT, build = DBC_BUF_INIT;

    if (read_id(ovs, "INSTALLATION_UUID", "-", &uuid, argv)) {
        dbc_strvec_pushf(argv, "--system-id=%s", uuid.data);
        dbc_strvec_pushf(argv, "--external-id=xs-system-uuid=%s", uuid.data);
    } else {
        dbc_strvec_push(argv, "--system-id=random"); /* ovs-ctl needs one, and keeps this one */
    }
    if (read_id(ovs, "PRODUCT_BRAND", " ._+-", &brand, argv)) {
        dbc_strvec_pushf(argv, "--system-type=%s", brand.data);
    }
    if (read_id(ovs, "PRODUCT_VERSION", "._+-", &version, argv)) {
        bool has_build = read_id(ovs, "BUILD_NUMBER", "._+-", &build, argv);
        dbc_strvec_pushf(argv, "--system-version=%s%s%s", version.data, has_build ? "-" : "",
                         has_build ? build.data : "");
    }
    dbc_buf_release(&uuid);
    dbc_buf_release(&brand);
    dbc_buf_release(&version);
    dbc_buf_release(&build);
}

/* ---- The steps of a start. ------------------------------------------------------------------ */

/* Runs `ovs-ctl [only] [ids] [options] verb`; `only` may be NULL.  Verbs that start a daemon get
 * the administrator's options. */
static int run_ctl(const struct ovs *ovs, const char *only, bool ids, const char *verb,
                   struct dbc_error *err)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    int rc = -1;
    dbc_strvec_push(&argv, IFR_OVS_CTL);
    if (only) {
        dbc_strvec_push(&argv, only);
    }
    if (ids) {
        add_system_ids(ovs, &argv);
    }
    if (strcmp(verb, "stop") != 0) {
        ifr_ovs_options(ovs->facts, ovs->host->log, &argv);
    }
    dbc_strvec_push(&argv, verb);
    rc = argv.failed
             ? dbc_fail_nomem(err)
             : ifr_boot_run(ovs->host, (const char *const *)argv.v, IFR_DEADLINE_OVS_CTL, err);
    dbc_strvec_release(&argv);
    return rc;
}

/* Tries its present name, then that of 2011. */
static void load_module(const struct ovs *ovs)
{
    const char *const names[] = { "openvswitch", "openvswitch_mod" };
    struct dbc_error why = DBC_ERROR_INIT;
    bool loaded = false;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        loaded = loaded || ifr_facts_module_loaded(ovs->facts, names[i]);
    }
    for (size_t i = 0; !loaded && i < sizeof names / sizeof *names; i++) {
        const char *const argv[] = { "/sbin/modprobe", "-q", names[i], NULL };
        dbc_error_clear(&why);
        loaded = ifr_boot_run(ovs->host, argv, IFR_DEADLINE_LINK, &why) == 0;
    }
    if (!loaded) {
        dbc_logf(ovs->host->log, DBC_LOG_WARNING,
                 "no kernel module of Open vSwitch (%s): only its userspace datapath can work",
                 why.text);
    }
}

/* For the log only; without an answer the deletion goes on. */
static void log_bridges(const struct ovs *ovs)
{
    const char *const argv[] = { VSCTL, "list-br", NULL };
    struct dbc_buf names = DBC_BUF_INIT;
    int status = 0;

    if (ifr_boot_ask(ovs->host, argv, IFR_DEADLINE_VSCTL, &status, &names, NULL) == 0) {
        for (char *c = names.data; c && *c; c++) {
            *c = *c == '\n' ? ' ' : *c;
        }
        dbc_logf(ovs->host->log, DBC_LOG_INFO, "Bridges of the boot before: %s",
                 names.len > 0 ? names.data : "none");
    }
    dbc_buf_release(&names);
}

/* Deletes all at once, whatever their names; ports, interfaces and controllers go with them. */
static int delete_bridges(const struct ovs *ovs, struct dbc_error *err)
{
    const char *const argv[] = {
        VSCTL_END_WAIT, "--", "clear", "Open_vSwitch", ".", "bridges", NULL
    };

    log_bridges(ovs);
    return ifr_boot_run(ovs->host, argv, IFR_DEADLINE_VSCTL, err);
}

/* Called only where no ovs-ctl is in the middle of a restart: before ovs-vswitchd is started, and
 * after our own ovs-ctl has failed.  Otherwise somebody may just be restoring the flows.  When it
 * fails, the start goes on: a switch that may wait is better than none. */
static void end_wait(const struct ovs *ovs)
{
    const char *const argv[] = { VSCTL_END_WAIT, NULL };
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_boot_run(ovs->host, argv, IFR_DEADLINE_VSCTL, &why) < 0) {
        dbc_log_error(ovs->host->log, &why);
    }
}

static int start_daemons(const struct ovs *ovs, struct dbc_error *err)
{
    bool ran = ifr_facts_vswitchd_runs(ovs->facts);
    if (!ran) {
        load_module(ovs);
    }
    if (run_ctl(ovs, "--no-ovs-vswitchd", true, "start", err) < 0) {
        return -1;
    }
    if (!ifr_facts_file_exists(ovs->facts, IFR_OVS_BOOTED)) {
        if (ran) {
            dbc_logf(ovs->host->log, DBC_LOG_WARNING,
                     "ovs-vswitchd runs already: bridges that it has stay");
        } else if (delete_bridges(ovs, err) < 0) {
            return -1;
        }
        if (ifr_mark_set(ovs->facts, IFR_OVS_BOOTED, err) < 0) {
            return -1;
        }
    } else if (!ran) {
        end_wait(ovs);
    }
    return run_ctl(ovs, "--no-ovsdb-server", false, "start", err);
}

/* The mark is only needed for shutting down, so a failure is only logged. */
static int mark_started(const struct ovs *ovs)
{
    struct dbc_error why = DBC_ERROR_INIT;
    if (ifr_mark_set(ovs->facts, IFR_OVS_MARK, &why) < 0) {
        dbc_log_error(ovs->host->log, &why);
    }
    return 0;
}

/* For XAPI's tunnels between hosts.  A host without iptables does not block them. */
static void let_gre_through(const struct ovs *ovs)
{
    const char *const argv[] = { IFR_OVS_CTL, "--protocol=gre", "enable-protocol", NULL };

    ifr_boot_try(ovs->host, argv, IFR_DEADLINE_OVS_CTL);
}

/* Does what follows the start of the switch; the switch works without it. */
static int complete(const struct ovs *ovs, bool sync)
{
    let_gre_through(ovs);
    if (sync) {
        ifr_xapi_sync_start(ovs->host, ovs->facts);
    }
    return mark_started(ovs);
}

/* ---- Start, stop, restart, reload, status. -------------------------------------------------- */

int ifr_openvswitch_start(const struct ifr_host *host, bool sync, struct dbc_error *err)
{
    struct ovs ovs = { 0 };
    bool wanted = false;
    int rc = -1;

    if (open_ovs(&ovs, host, err) == 0) {
        rc = ifr_boot_wants_ovs(host, ovs.facts, &wanted, err);
    }
    if (rc == 0 && wanted) {
        rc = start_daemons(&ovs, err) < 0 ? -1 : complete(&ovs, sync);
    }
    ifr_facts_free(ovs.facts);
    return rc;
}

int ifr_openvswitch_stop(const struct ifr_host *host, bool sync, struct dbc_error *err)
{
    struct ovs ovs = { 0 };
    int rc = -1;

    if (open_ovs(&ovs, host, err) == 0) {
        if (sync) {
            ifr_xapi_sync_stop(host, ovs.facts);
        }
        rc = ifr_facts_file_exists(ovs.facts, IFR_OVS_CTL) ? run_ctl(&ovs, NULL, false, "stop", err)
                                                           : 0;
    }
    if (rc == 0) {
        rc = ifr_facts_remove(ovs.facts, IFR_OVS_MARK, err);
    }
    ifr_facts_free(ovs.facts);
    return rc;
}

/* The switch runs. */
static int restart_daemons(const struct ovs *ovs, bool sync, struct dbc_error *err)
{
    int rc = 0;

    if (sync) {
        ifr_xapi_sync_stop(ovs->host, ovs->facts);
    }
    rc = run_ctl(ovs, NULL, true, "restart", err);
    if (rc < 0) {
        end_wait(ovs);
        if (sync) {
            ifr_xapi_sync_start(ovs->host, ovs->facts);
        }
        return -1;
    }
    return complete(ovs, sync);
}

int ifr_openvswitch_restart(const struct ifr_host *host, bool sync, struct dbc_error *err)
{
    struct ovs ovs = { 0 };
    bool wanted = false, runs = false;
    int rc = -1;

    if (open_ovs(&ovs, host, err) == 0) {
        rc = ifr_boot_wants_ovs(host, ovs.facts, &wanted, err);
        runs = ifr_facts_vswitchd_runs(ovs.facts);
    }
    if (rc == 0 && wanted && runs) {
        rc = restart_daemons(&ovs, sync, err);
    }
    ifr_facts_free(ovs.facts);
    return rc == 0 && wanted && !runs ? ifr_openvswitch_start(host, sync, err) : rc;
}

int ifr_openvswitch_reload(const struct ifr_host *host, struct dbc_error *err)
{
    struct ovs ovs = { 0 };
    int rc = open_ovs(&ovs, host, err) == 0 ? ifr_xapi_sync_reload(host, ovs.facts, err) : -1;

    ifr_facts_free(ovs.facts);
    return rc;
}

static int add_sync_status(const struct ifr_host *host, int *status, struct dbc_buf *text,
                           struct dbc_error *err)
{
    struct ovs ovs = { 0 };
    int rc = open_ovs(&ovs, host, err);

    if (rc == 0) {
        enum ifr_status sync = ifr_xapi_sync_status(ovs.facts, text);
        *status = *status == 0 ? (int)sync : *status;
        rc = text->failed ? dbc_fail_nomem(err) : 0;
    }
    ifr_facts_free(ovs.facts);
    return rc;
}

int ifr_openvswitch_ask(const struct ifr_host *host, const char *verb, int *status,
                        struct dbc_buf *text, struct dbc_error *err)
{
    const char *const argv[] = { IFR_OVS_CTL, verb, NULL };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = ifr_boot_ask(host, argv, IFR_DEADLINE_OVS_CTL, status, text, &why);

    if (rc < 0 && why.code == DBC_EUNSUPPORTED) {
        dbc_buf_adds(text, "Open vSwitch is not installed\n");
        *status = IFR_STATUS_STOPPED;
        rc = 0;
    } else if (rc < 0) {
        dbc_fail(err, why.code, "%s", why.text);
    } else if (strcmp(verb, "status") == 0) {
        rc = add_sync_status(host, status, text, err);
    }
    return rc;
}
