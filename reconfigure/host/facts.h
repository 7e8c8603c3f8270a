/* facts.h - the host as it is now, read below a root prefix: devices and their MACs, bonds, files,
 * what is installed, what Open vSwitch says.  "Unknown" is an answer.  It only reads; one question
 * to Open vSwitch runs a command.
 *
 * Facts are read when asked, so two calls may differ when the host changed in between.  A planner
 * asks; a step that depends on what an earlier step did carries its own condition (plan.h).
 *
 * Paths are those of the host, without the prefix.  Functions that return an int return 0, or -1
 * with *err.
 */
#ifndef IFR_FACTS_H
#define IFR_FACTS_H

#include <limits.h>
#include <sys/types.h>

#include "base/log.h"
#include "model/nics.h"
#include "reconfigure/host/runner.h"

#define IFR_SCRIPTS "/etc/sysconfig/network-scripts"

struct ifr_facts;

#define IFR_PREFIX_MAX 3072 /* bytes; leaves room for the paths below it */
/* `runner` and `log` are borrowed; `prefix` is copied ("" for the host itself).  Returns the facts,
 * which the caller frees, or NULL: DBC_ELIMIT above IFR_PREFIX_MAX, DBC_ENOMEM. */
struct ifr_facts *ifr_facts_new(const char *prefix, struct ifr_runner *runner,
                                const struct dbc_log *log, struct dbc_error *err);
void ifr_facts_free(struct ifr_facts *facts);

/* Returns whether there is no prefix, so that the running kernel is that of the host. */
bool ifr_facts_is_this_host(const struct ifr_facts *facts);
/* Sets `out` to PREFIX and path.  DBC_ELIMIT for a path that is too long. */
int ifr_facts_path(const struct ifr_facts *facts, const char *path, char out[PATH_MAX],
                   struct dbc_error *err);
bool ifr_facts_file_exists(const struct ifr_facts *facts, const char *path);
bool ifr_facts_executable(const struct ifr_facts *facts, const char *path);
/* Appends the whole file to `out`.  Fails as dbc_file_read does; DBC_ELIMIT above
 * DBC_LIMIT_CONFIG_FILE. */
int ifr_facts_read(const struct ifr_facts *facts, const char *path, struct dbc_buf *out,
                   struct dbc_error *err);
/* Writes `text` in one write, since the kernel acts on each, into a file of sysfs or procfs.
 * DBC_ENOENT or DBC_EIO, which name path and text; DBC_ENOMEM. */
int ifr_facts_write(const struct ifr_facts *facts, const char *path, const char *text,
                    struct dbc_error *err);
/* Makes a private file of this text below the prefix.  `path` ends in XXXXXX, which is replaced,
 * and `out` gets it with the prefix.  DBC_EIO, DBC_ENOENT: there is no file then; DBC_ELIMIT. */
int ifr_facts_temporary(const struct ifr_facts *facts, const char *path, const char *text,
                        char out[PATH_MAX], struct dbc_error *err);
/* dbc_file_replace, below the prefix. */
int ifr_facts_replace(const struct ifr_facts *facts, const char *path, const char *text, size_t len,
                      mode_t mode, struct dbc_error *err);
/* Removes a file; a missing one is no error.  DBC_EIO or DBC_ENOMEM. */
int ifr_facts_remove(const struct ifr_facts *facts, const char *path, struct dbc_error *err);
/* Appends the words of a file to `ret`; a missing file has none.  Fails as ifr_facts_read does. */
int ifr_facts_words(const struct ifr_facts *facts, const char *path, struct dbc_strvec *ret,
                    struct dbc_error *err);

/* Appends the kernel's id of this boot to `out`; nothing when it has none. */
void ifr_facts_boot_id(const struct ifr_facts *facts, struct dbc_buf *out);
/* Returns the pid in a pid file, or 0. */
pid_t ifr_facts_pid(const struct ifr_facts *facts, const char *path);
/* Appends the command line of a process to `out`, a NUL after each word.  Returns false when there
 * is no such process, or it is a thread of the kernel's. */
bool ifr_facts_cmdline(const struct ifr_facts *facts, int64_t pid, struct dbc_buf *out);

/* Returns the pid in the pid file of a daemon, when it is still that of a program of this name; or
 * 0. */
pid_t ifr_facts_daemon(const struct ifr_facts *facts, const char *path, const char *name);

/* Devices (sys/class/net).  A device whose name is no valid interface name does not exist. */
bool ifr_facts_netdev_exists(const struct ifr_facts *facts, const char *name);
/* Sets `out` to the MAC in lower case; "" when the device has none or does not exist. */
void ifr_facts_netdev_mac(const struct ifr_facts *facts, const char *name, char out[18]);
/* Sets `out` (DBC_IFNAME_MAX + 1 bytes) to the physical device that has this MAC now, of several to
 * the first by name.  Returns false, and "", when there is none. */
bool ifr_facts_netdev_by_mac(const struct ifr_facts *facts, const char *mac, char *out);
/* Returns whether its flags have IFF_UP; false when they are unknown. */
bool ifr_facts_netdev_is_up(const struct ifr_facts *facts, const char *name);
bool ifr_facts_is_bridge(const struct ifr_facts *facts, const char *name); /* of the kernel */
bool ifr_facts_bridge_has_port(const struct ifr_facts *facts, const char *bridge, const char *port);

/* Appends the names of all devices to `ret`, in the order of strverscmp (eth2 before eth10); none
 * without sys/class/net.  DBC_ENOMEM. */
int ifr_facts_netdevs(const struct ifr_facts *facts, struct dbc_strvec *ret, struct dbc_error *err);
/* Returns whether the device is a NIC of the host: it has a bus device, which is neither the back
 * end of a VM's NIC nor a virtual function of another NIC (SR-IOV). */
bool ifr_facts_netdev_is_nic(const struct ifr_facts *facts, const char *name);
/* Returns whether the device is in a bond of the kernel; then it shows the bond's MAC. */
bool ifr_facts_netdev_is_bonded(const struct ifr_facts *facts, const char *name);
/* Sets `out` to the address of the NIC's PCI function, "0000:03:00.1"; "" without one. */
void ifr_facts_netdev_pci(const struct ifr_facts *facts, const char *name, char out[DBC_PCI_SIZE]);

/* Bonds of the kernel (sys/class/net/bonding_masters, BOND/bonding/slaves).  Names are appended in
 * the file's order; a missing bond has no slaves.  They fail as ifr_facts_words does. */
int ifr_facts_bond_masters(const struct ifr_facts *facts, struct dbc_strvec *ret,
                           struct dbc_error *err);
int ifr_facts_bond_exists(const struct ifr_facts *facts, const char *bond, bool *ret,
                          struct dbc_error *err);
int ifr_facts_bond_slaves(const struct ifr_facts *facts, const char *bond, struct dbc_strvec *ret,
                          struct dbc_error *err);
bool ifr_facts_module_loaded(const struct ifr_facts *facts, const char *module); /* proc/modules */

/* *vswitch: etc/xensource/network.conf says that Open vSwitch is the datapath, not the bridge.
 * Where that is missing or empty, it is if ovs-vsctl is installed, and this is logged.  DBC_EINVAL
 * names a word that is neither; else fails as ifr_facts_words does. */
int ifr_facts_datapath(const struct ifr_facts *facts, bool *vswitch, struct dbc_error *err);
#define IFR_INVENTORY "/etc/xensource-inventory"
/* Appends the value of a key of the inventory to `out`, without quotes and blanks around it.  Of
 * several lines the last counts.  Fails as ifr_facts_read does; DBC_ENOENT also without a line. */
int ifr_facts_inventory(const struct ifr_facts *facts, const char *key, struct dbc_buf *out,
                        struct dbc_error *err);
/* The same from a text in this format.  DBC_ENOENT, which names the inventory; DBC_ENOMEM. */
int ifr_inventory_value(const char *text, const char *key, struct dbc_buf *out,
                        struct dbc_error *err);
/* Appends the words of the value to `ret`.  Fails as ifr_facts_inventory does. */
int ifr_facts_inventory_words(const struct ifr_facts *facts, const char *key,
                              struct dbc_strvec *ret, struct dbc_error *err);
/* Returns the path of the cache, static and without the prefix: in /var/xapi, or in /var/lib/xcp
 * where only that has the file or, without a file, where only that folder exists. */
const char *ifr_facts_cache_path(const struct ifr_facts *facts);
/* Returns whether the host's first boot is in progress. */
bool ifr_facts_firstboot(const struct ifr_facts *facts);
/* *ret: a PVS host booted over the NIC with this MAC (line HWaddr: of proc/ardence).  Fails as
 * ifr_facts_words does. */
int ifr_facts_boot_device(const struct ifr_facts *facts, const char *mac, bool *ret,
                          struct dbc_error *err);
/* Return "/sbin/ifup" and "/sbin/ifdown" where Red Hat's initscripts are installed, else our own,
 * which ifup(8) of this project describes.  *own tells which.  The path is static. */
const char *ifr_facts_ifup(const struct ifr_facts *facts, bool *own);
const char *ifr_facts_ifdown(const struct ifr_facts *facts, bool *own);

bool ifr_facts_ovs_running(const struct ifr_facts *facts); /* the socket of its database exists */
/* Returns whether ovs-vswitchd runs; without it a change of the database has no effect. */
bool ifr_facts_vswitchd_runs(const struct ifr_facts *facts);
/* Asks ovs-vsctl, with a deadline, and appends "secure" or "standalone" to `out`; nothing when no
 * mode is set.  Nothing either, and a log line, when the bridge does not exist or ovs-vsctl fails.
 * DBC_ENOMEM. */
int ifr_facts_ovs_fail_mode(const struct ifr_facts *facts, const char *bridge, struct dbc_buf *out,
                            struct dbc_error *err);

#endif
