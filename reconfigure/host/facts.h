/* facts.h - what the host is now, read below a root prefix: devices and their MACs, bonds, files,
 * what is installed, what Open vSwitch says.  "Unknown" is an answer.  Reads only, except that the
 * questions to Open vSwitch run a command.
 *
 * Facts are read when asked, so two calls may differ when the host changed in between; a planner
 * asks, a step that depends on what an earlier step did carries its own condition (plan.h).
 */
#ifndef IFR_FACTS_H
#define IFR_FACTS_H

#include <sys/types.h>

#include "base/log.h"
#include "model/nics.h"
#include "reconfigure/host/runner.h"

enum ifr_datapath_kind { IFR_DATAPATH_BRIDGE, IFR_DATAPATH_VSWITCH };

#define IFR_SCRIPTS "/etc/sysconfig/network-scripts"

struct ifr_facts;

/* `runner` and `log` are borrowed; `prefix` is copied ("" for the host itself).  DBC_ELIMIT when it
 * leaves no room for the paths below it. */
#define IFR_PREFIX_MAX 3072
struct ifr_facts *ifr_facts_new(const char *prefix, struct ifr_runner *runner,
                                const struct dbc_log *log, struct dbc_error *err);
void ifr_facts_free(struct ifr_facts *facts);

/* No prefix: what the kernel says is about the host that is meant. */
bool ifr_facts_is_this_host(const struct ifr_facts *facts);
/* PREFIX + path. */
int ifr_facts_path(const struct ifr_facts *facts, const char *path, struct dbc_buf *out,
                   struct dbc_error *err);
bool ifr_facts_file_exists(const struct ifr_facts *facts, const char *path);
bool ifr_facts_executable(const struct ifr_facts *facts, const char *path);
/* The whole file appended to `out`; DBC_ENOENT, DBC_ELIMIT, DBC_EIO. */
int ifr_facts_read(const struct ifr_facts *facts, const char *path, struct dbc_buf *out,
                   struct dbc_error *err);
/* The words of a small file appended to `ret`; a missing file has none. */
int ifr_facts_words(const struct ifr_facts *facts, const char *path, struct dbc_strvec *ret,
                    struct dbc_error *err);

/* The kernel's name for this boot, appended to `out`; nothing when it gives none. */
void ifr_facts_boot_id(const struct ifr_facts *facts, struct dbc_buf *out);
/* The pid in a pid file; 0: none. */
pid_t ifr_facts_pid(const struct ifr_facts *facts, const char *path);
/* The command line of a process, a NUL behind each word, appended to `out`; false: there is no such
 * process, or it is the kernel's.  A pid file may be older than the process that has the number
 * now. */
bool ifr_facts_cmdline(const struct ifr_facts *facts, int64_t pid, struct dbc_buf *out);

/* Devices (sys/class/net).  Names that are no interface names do not exist. */
bool ifr_facts_netdev_exists(const struct ifr_facts *facts, const char *name);
/* Lower case, "" when the device has none or does not exist. */
void ifr_facts_netdev_mac(const struct ifr_facts *facts, const char *name, char out[18]);
/* The physical device that has this MAC now, into out (size DBC_IFNAME_MAX + 1); false: none. */
bool ifr_facts_netdev_by_mac(const struct ifr_facts *facts, const char *mac, char *out);
/* Its flags say IFF_UP (sys/class/net/X/flags); false when unknown. */
bool ifr_facts_netdev_is_up(const struct ifr_facts *facts, const char *name);
bool ifr_facts_is_bridge(const struct ifr_facts *facts, const char *name); /* kernel bridge */
bool ifr_facts_bridge_has_port(const struct ifr_facts *facts, const char *bridge, const char *port);

/* Names of all devices, appended to `ret`, in the order of their names (eth2 before eth10); none
 * without sys/class/net. */
int ifr_facts_netdevs(const struct ifr_facts *facts, struct dbc_strvec *ret, struct dbc_error *err);
/* A NIC of the host: a bus device is behind it, which is neither the back end of a VM's NIC nor a
 * function that another NIC lends (SR-IOV). */
bool ifr_facts_netdev_is_nic(const struct ifr_facts *facts, const char *name);
/* In a bond of the kernel, whose MAC it shows then. */
bool ifr_facts_netdev_is_bonded(const struct ifr_facts *facts, const char *name);
/* "0000:03:00.1": the PCI function that a NIC is, or hangs on; "" without one. */
void ifr_facts_netdev_pci(const struct ifr_facts *facts, const char *name, char out[DBC_PCI_SIZE]);

/* Bonds (sys/class/net/bonding_masters, BOND/bonding/slaves); words in the file's order. */
int ifr_facts_bond_masters(const struct ifr_facts *facts, struct dbc_strvec *ret,
                           struct dbc_error *err);
int ifr_facts_bond_exists(const struct ifr_facts *facts, const char *bond, bool *ret,
                          struct dbc_error *err);
int ifr_facts_bond_slaves(const struct ifr_facts *facts, const char *bond, struct dbc_strvec *ret,
                          struct dbc_error *err);
bool ifr_facts_module_loaded(const struct ifr_facts *facts, const char *module); /* proc/modules */

/* etc/xensource/network.conf; missing: openvswitch if ovs-vsctl is installed, else bridge, logged.
 * DBC_EINVAL names a word that is neither. */
int ifr_facts_datapath(const struct ifr_facts *facts, enum ifr_datapath_kind *ret,
                       struct dbc_error *err);
/* A key of etc/xensource-inventory, quotes and blanks stripped, appended to out; of several lines
 * the last counts; DBC_ENOENT. */
int ifr_facts_inventory(const struct ifr_facts *facts, const char *key, struct dbc_buf *out,
                        struct dbc_error *err);
/* The same from the file's text; its place is in the message only. */
#define IFR_INVENTORY "/etc/xensource-inventory"
int ifr_inventory_value(const char *text, const char *key, struct dbc_buf *out,
                        struct dbc_error *err);
/* The words of a value of the file, appended to `ret`. */
int ifr_facts_inventory_words(const struct ifr_facts *facts, const char *key,
                              struct dbc_strvec *ret, struct dbc_error *err);
/* var/xapi/network.dbcache, or var/lib/xcp/network.dbcache where only that exists; a host path
 * starting with '/' and without the prefix. */
const char *ifr_facts_cache_path(const struct ifr_facts *facts);
bool ifr_facts_firstboot(const struct ifr_facts *facts);
/* *ret: a PVS host boots over the NIC with this MAC (line HWaddr: of proc/ardence). */
int ifr_facts_boot_device(const struct ifr_facts *facts, const char *mac, bool *ret,
                          struct dbc_error *err);
/* "/sbin/ifup" where Red Hat's initscripts (or a stand-in) are; else our own.  See ifup(8) of
 * this project.  `own` tells which. */
const char *ifr_facts_ifup(const struct ifr_facts *facts, bool *own);
const char *ifr_facts_ifdown(const struct ifr_facts *facts, bool *own);

/* Open vSwitch, by `ovs-vsctl -vconsole:off ...` with a deadline. */
bool ifr_facts_ovs_running(const struct ifr_facts *facts); /* its db.sock exists */
/* Without it a change of the database stays a wish. */
bool ifr_facts_vswitchd_runs(const struct ifr_facts *facts);
/* "secure", "standalone" or "" (no such bridge, no answer: both are logged). */
int ifr_facts_ovs_fail_mode(const struct ifr_facts *facts, const char *bridge, struct dbc_buf *out,
                            struct dbc_error *err);

#endif
