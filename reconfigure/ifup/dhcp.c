/* dhcp.c - command lines, pid files and the end of DHCP clients (dhcp.h). */
#include "reconfigure/ifup/dhcp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reconfigure/host/client.h"
#include "reconfigure/ifup/address.h"
#include "reconfigure/ifup/lease.h"

#define DHCLIENT "/sbin/dhclient"
#define UDHCPC_TRY 3 /* seconds that udhcpc waits for an answer before it asks again */
#define GRACE_S 15   /* beyond the client's own timeout, for its events and its fork */

/* ---- An earlier client. --------------------------------------------------------------------- */

void ifr_dhcp_stop(const struct ifr_ifup_host *host, enum ifr_dhcp dhcp, const char *dev)
{
    struct dbc_buf path = DBC_BUF_INIT;

    ifr_client_stop(host->facts, host->log, dhcp, dev);
    ifr_client_pid_path(dhcp, dev, &path);
    if (!path.failed) {
        (void)ifr_facts_remove(host->facts, path.data, NULL);
    }
    dbc_buf_release(&path);
}

/* ---- Command lines. ------------------------------------------------------------------------- */

/* The client itself opens its pid, lease and configuration files: their paths have the prefix. */
static void push_path(const struct ifr_ifup_host *host, struct dbc_strvec *argv, const char *path)
{
    dbc_strvec_pushf(argv, "%s%s", host->prefix, path);
}

static void push_pid_file(const struct ifr_ifup_host *host, struct dbc_strvec *argv,
                          const char *option, enum ifr_dhcp dhcp, const char *dev)
{
    struct dbc_buf path = DBC_BUF_INIT;

    ifr_client_pid_path(dhcp, dev, &path);
    argv->failed = argv->failed || path.failed;
    dbc_strvec_push(argv, option);
    push_path(host, argv, dbc_buf_str(&path));
    dbc_buf_release(&path);
}

static void push_lease_file(const struct ifr_ifup_host *host, struct dbc_strvec *argv,
                            enum ifr_dhcp dhcp, const char *dev)
{
    static const char *const folders[] = { "/var/lib/dhclient", "/var/lib/dhcp" };

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (ifr_facts_file_exists(host->facts, folders[i])) {
            dbc_strvec_push(argv, "-lf");
            dbc_strvec_pushf(argv, "%s%s/dhclient%s-%s.leases", host->prefix, folders[i],
                             dhcp == IFR_DHCPV6 ? "6" : "", dev);
            return;
        }
    }
}

/* dhclient takes its timeout only from a file.  Ours replaces the system's, so that the
 * distribution does not decide how long a boot waits.  retry: after a power failure the server may
 * come up later than this host. */
static int write_conf(const struct ifr_ifup_host *host, unsigned timeout_s, char path[PATH_MAX],
                      struct dbc_error *err)
{
    static const char rest[] = "reboot 5;\ninitial-interval 2;\nbackoff-cutoff 8;\nretry 60;\n"
                               "send host-name = gethostname();\n"
                               "also request dhcp6.name-servers, dhcp6.domain-search;\n";
    char text[sizeof rest + 32] = "";

    snprintf(text, sizeof text, "timeout %u;\n%s", timeout_s, rest);
    return ifr_facts_temporary(host->facts, "/var/run/ifup-dhclient-XXXXXX", text, path, err);
}

/* `how` says when dhclient ends or goes into the background: "-1" ends it without a lease in time,
 * "-nw" sends it there at once, NULL when the time has passed. */
static int run_dhclient(const struct ifr_ifup_host *host, enum ifr_dhcp dhcp, const char *dev,
                        const char *how, unsigned timeout_s, struct dbc_error *err)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    char conf[PATH_MAX];
    int rc = -1;

    if (write_conf(host, timeout_s, conf, err) < 0) {
        return -1;
    }
    dbc_strvec_pushl(&argv, DHCLIENT, dhcp == IFR_DHCPV6 ? "-6" : "-4", "-q", how, (char *)NULL);
    dbc_strvec_pushl(&argv, "-cf", conf, "-sf", host->lease_program, (char *)NULL);
    push_lease_file(host, &argv, dhcp, dev);
    push_pid_file(host, &argv, "-pf", dhcp, dev);
    if (host->prefix[0] != '\0') {
        dbc_strvec_push(&argv, "-e");
        dbc_strvec_pushf(&argv, IFR_LEASE_PREFIX_ENV "=%s", host->prefix);
    }
    dbc_strvec_push(&argv, dev);
    rc = ifr_host_run_v(host, &argv, NULL, (timeout_s + GRACE_S) * 1000, err);
    unlink(conf);
    dbc_strvec_release(&argv);
    return rc;
}

static void push_hostname(struct dbc_strvec *argv)
{
    char name[65] = "";

    if (gethostname(name, sizeof name - 1) == 0 && dbc_valid_option(name)) {
        dbc_strvec_push(argv, "-x");
        dbc_strvec_pushf(argv, "hostname:%s", name);
    }
}

static int run_udhcpc(const struct ifr_ifup_host *host, const char *program,
                      const struct ifr_device *dev, unsigned timeout_s, struct dbc_error *err)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    struct dbc_buf prefix = DBC_BUF_INIT;
    int rc = -1;

    dbc_strvec_push(&argv, program);
    if (strcmp(ifr_program_name(program), "busybox") == 0) {
        dbc_strvec_push(&argv, "udhcpc");
    }
    dbc_strvec_pushl(&argv, dev->persistent ? "-b" : "-n", "-S", "-i", dev->name, "-s",
                     host->lease_program, (char *)NULL);
    dbc_strvec_push(&argv, "-T");
    dbc_strvec_pushf(&argv, "%d", UDHCPC_TRY);
    dbc_strvec_push(&argv, "-t");
    dbc_strvec_pushf(&argv, "%u", (timeout_s + UDHCPC_TRY - 1) / UDHCPC_TRY);
    push_pid_file(host, &argv, "-p", IFR_DHCPV4, dev->name);
    push_hostname(&argv);
    dbc_buf_addf(&prefix, IFR_LEASE_PREFIX_ENV "=%s", host->prefix);
    const char *const env[] = { dbc_buf_str(&prefix), NULL };
    rc = prefix.failed
             ? dbc_fail_nomem(err)
             : ifr_host_run_v(host, &argv, env, (timeout_s + UDHCPC_TRY + GRACE_S) * 1000, err);
    dbc_buf_release(&prefix);
    dbc_strvec_release(&argv);
    return rc;
}

static int run_client(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                      unsigned timeout_s, struct dbc_error *err)
{
    static const char *const others[] = { "/sbin/udhcpc", "/usr/sbin/udhcpc", "/bin/busybox",
                                          "/usr/bin/busybox" };

    if (ifr_facts_executable(host->facts, DHCLIENT)) {
        return run_dhclient(host, IFR_DHCPV4, dev->name, dev->persistent ? NULL : "-1", timeout_s,
                            err);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (ifr_facts_executable(host->facts, others[i])) {
            return run_udhcpc(host, others[i], dev, timeout_s, err);
        }
    }
    return dbc_fail(err, DBC_ENOENT,
                    "no DHCP client: install dhclient (isc-dhcp-client) or udhcpc");
}

int ifr_dhcp_start(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                   unsigned timeout_s, struct dbc_error *err)
{
    char address[16] = "";
    pid_t pid = ifr_client_find(host->facts, IFR_DHCPV4, dev->name, NULL);

    if (pid > 0 && ifr_address_get(dev->name, address)) {
        dbc_logf(host->log, DBC_LOG_INFO, "%s: DHCP client (pid %ld) is at work, address %s",
                 dev->name, (long)pid, address);
        return 0;
    }
    /* Also removes the pid file of a client that has crashed. */
    ifr_dhcp_stop(host, IFR_DHCPV4, dev->name);
    if (run_client(host, dev, timeout_s, err) < 0) {
        return -1;
    }
    if (ifr_address_get(dev->name, address)) {
        dbc_logf(host->log, DBC_LOG_INFO, "%s: address %s by DHCP", dev->name, address);
    } else {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "%s: no DHCP lease within %u s, the client goes on trying", dev->name, timeout_s);
    }
    return 0;
}

/* ---- IPv6. ---------------------------------------------------------------------------------- */

/* dhclient -6 does not go into the background without a lease, so a second one is started there. */
static int run_dhclient6(const struct ifr_ifup_host *host, const char *dev, unsigned timeout_s,
                         struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (run_dhclient(host, IFR_DHCPV6, dev, "-1", timeout_s, &why) == 0) {
        return 0;
    }
    dbc_logf(host->log, DBC_LOG_WARNING,
             "%s: no DHCPv6 lease within %u s, the client goes on trying: %s", dev, timeout_s,
             why.text);
    ifr_dhcp_stop(host, IFR_DHCPV6, dev);
    return run_dhclient(host, IFR_DHCPV6, dev, "-nw", timeout_s, err);
}

int ifr_dhcp6_start(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                    unsigned timeout_s, struct dbc_error *err)
{
    char address[DBC_IPV6_SIZE] = "";
    pid_t pid = ifr_client_find(host->facts, IFR_DHCPV6, dev->name, NULL);

    if (pid > 0 && ifr_address_get6(dev->name, address)) {
        dbc_logf(host->log, DBC_LOG_INFO, "%s: DHCPv6 client (pid %ld) is at work, address %s",
                 dev->name, (long)pid, address);
        return 0;
    }
    if (!ifr_facts_executable(host->facts, DHCLIENT)) {
        return dbc_fail(err, DBC_ENOENT, "%s: no DHCPv6 client: install dhclient (isc-dhcp-client)",
                        dev->name);
    }
    ifr_dhcp_stop(host, IFR_DHCPV6, dev->name);
    if (run_dhclient6(host, dev->name, timeout_s, err) < 0) {
        return -1;
    }
    if (ifr_address_get6(dev->name, address)) {
        dbc_logf(host->log, DBC_LOG_INFO, "%s: address %s by DHCPv6", dev->name, address);
    }
    return 0;
}
