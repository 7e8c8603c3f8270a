/* vif.c - performs each action (vif.h): reads the settings in xenstore, sets up the device, puts it
 * on its bridge, and tells the toolstack. */
#include "reconfigure/vif/vif.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/vif/device.h"
#include "reconfigure/vif/port.h"

#define HOOK "/etc/xapi.d/vif-hotplug"
#define UUID_SIZE 65 /* dbc_valid_option takes 64 bytes */

/* One run. */
struct job {
    const struct ifr_vif *vif;
    const struct ifr_vif_host *host;
    struct ifr_netlink *nl;
    bool vswitch;                                                          /* the datapath */
    char vif_uuid[UUID_SIZE], vm_uuid[UUID_SIZE], network_uuid[UUID_SIZE]; /* "": not known */
};

/* ---- Keys of xenstore ----------------------------------------------------------------------- */

enum place { PRIVATE, HOTPLUG, GUEST, BACKEND };

static int path_of(const struct job *job, enum place place, const char *key,
                   char out[IFR_XENSTORE_PATH_MAX], struct dbc_error *err)
{
    static const struct {
        const char *before, *between; /* DOMID follows the first, DEVID the second */
    } places[] = {
        [PRIVATE] = { "/xapi/", "/private/vif/" },
        [HOTPLUG] = { "/xapi/", "/hotplug/vif/" },
        [GUEST] = { "/local/domain/", "/device/vif/" },
        [BACKEND] = { "/local/domain/0/backend/vif/", "/" },
    };
    int len = snprintf(out, IFR_XENSTORE_PATH_MAX, "%s%u%s%u/%s", places[place].before,
                       job->vif->domid, places[place].between, job->vif->devid, key);

    return len > 0 && len < IFR_XENSTORE_PATH_MAX
               ? 0
               : dbc_fail(err, DBC_ELIMIT, "xenstore: %s is too long for a key", key);
}

/* As ifr_xenstore_text. */
static int read_key(const struct job *job, enum place place, const char *key, struct dbc_buf *out,
                    struct dbc_error *err)
{
    char path[IFR_XENSTORE_PATH_MAX];

    dbc_buf_clear(out);
    return path_of(job, place, key, path, err) < 0
               ? -1
               : ifr_xenstore_text(job->host->xenstore, path, job->host->log, out, err);
}

static int write_key(const struct job *job, enum place place, const char *key, const char *value,
                     struct dbc_error *err)
{
    char path[IFR_XENSTORE_PATH_MAX];

    return path_of(job, place, key, path, err) < 0
               ? -1
               : job->host->xenstore->write(job->host->xenstore, path, value, err);
}

static void not_used(const struct job *job, const char *key, const char *value, const char *wanted)
{
    dbc_logf(job->host->log, DBC_LOG_WARNING, "%s: %s is \"%s\", not %s; it is not used",
             job->vif->device, key, value, wanted);
}

/* Takes a uuid; a value that cannot be one is logged and gives "".  The guest may have written it:
 * it must be no option for the hook, and no way up in a path of xenstore. */
static void take_uuid(const struct job *job, const char *key, const char *value,
                      char out[UUID_SIZE])
{
    out[0] = '\0';
    if (dbc_valid_option(value) && value[0] != '-' && value[0] != '.') {
        snprintf(out, UUID_SIZE, "%s", value);
    } else {
        not_used(job, key, value, "a uuid");
    }
}

static int read_uuid(const struct job *job, enum place place, const char *key, char out[UUID_SIZE],
                     struct dbc_error *err)
{
    struct dbc_buf value = DBC_BUF_INIT;
    int there = read_key(job, place, key, &value, err);

    out[0] = '\0';
    if (there > 0) {
        take_uuid(job, key, dbc_buf_str(&value), out);
    }
    dbc_buf_release(&value);
    return there < 0 ? -1 : 0;
}

/* /local/domain/DOMID/vm is "/vm/UUID"; the key "uuid" below that has the uuid.  The guest may
 * write anything there. */
static int read_vm_uuid(struct job *job, struct dbc_error *err)
{
    struct dbc_buf value = DBC_BUF_INIT;
    char path[IFR_XENSTORE_PATH_MAX], named[UUID_SIZE] = "";
    int there = 0;

    snprintf(path, sizeof path, "/local/domain/%u/vm", job->vif->domid);
    there = ifr_xenstore_text(job->host->xenstore, path, job->host->log, &value, err);
    if (there > 0 && strncmp(dbc_buf_str(&value), "/vm/", 4) != 0) {
        not_used(job, path, dbc_buf_str(&value), "/vm/UUID");
    } else if (there > 0) {
        take_uuid(job, path, dbc_buf_str(&value) + 4, named);
    }
    if (named[0] != '\0') {
        snprintf(path, sizeof path, "/vm/%s/uuid", named);
        dbc_buf_clear(&value);
        there = ifr_xenstore_text(job->host->xenstore, path, job->host->log, &value, err);
        if (there > 0) {
            take_uuid(job, path, dbc_buf_str(&value), job->vm_uuid);
        }
    }
    dbc_buf_release(&value);
    return there < 0 ? -1 : 0;
}

static int read_uuids(struct job *job, struct dbc_error *err)
{
    return read_uuid(job, PRIVATE, "vif-uuid", job->vif_uuid, err) < 0 ||
                   read_uuid(job, PRIVATE, "network-uuid", job->network_uuid, err) < 0
               ? -1
               : read_vm_uuid(job, err);
}

/* Returns 1 for "true" and "on", 0 for "false" and "off", else -1. */
static int switch_of(const char *value)
{
    if (strcmp(value, "true") == 0 || strcmp(value, "on") == 0) {
        return 1;
    }
    return strcmp(value, "false") == 0 || strcmp(value, "off") == 0 ? 0 : -1;
}

/* ---- Settings of the device ----------------------------------------------------------------- */

/* Logs a setting that failed, and returns 0: a VM without an offload is better than none.  A device
 * that is gone ends the run with -1. */
static int tolerate(const struct job *job, int rc, const struct dbc_error *why,
                    struct dbc_error *err)
{
    if (rc == 0 || why->code != DBC_ENOENT) {
        if (rc < 0) {
            dbc_log_error(job->host->log, why);
        }
        return 0;
    }
    if (err != NULL) {
        *err = *why;
    }
    return -1;
}

static int set_offload(const struct job *job, enum ifr_ethtool_name name, const char *key,
                       const char *value, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    int on = switch_of(value);

    if (on < 0) {
        not_used(job, key, value, "true, on, false or off");
        return 0;
    }
    return tolerate(job, ifr_netlink_set_offload(job->nl, job->vif->device, name, on > 0, &why),
                    &why, err);
}

static int set_offloads(const struct job *job, struct dbc_error *err)
{
    static const enum ifr_ethtool_name names[] = {
        IFR_ETHTOOL_RX,  IFR_ETHTOOL_TX,  IFR_ETHTOOL_SG,
        IFR_ETHTOOL_TSO, IFR_ETHTOOL_UFO, IFR_ETHTOOL_GSO
    };
    struct dbc_buf value = DBC_BUF_INIT;
    int rc = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0] && rc == 0; i++) {
        char key[64];
        snprintf(key, sizeof key, "other-config/ethtool-%s", ifr_ethtool_names[names[i]]);
        rc = read_key(job, PRIVATE, key, &value, err);
        if (rc > 0) {
            rc = set_offload(job, names[i], key, dbc_buf_str(&value), err);
        }
    }
    dbc_buf_release(&value);
    return rc;
}

static int set_mtu(const struct job *job, struct dbc_error *err)
{
    struct dbc_buf value = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    uint64_t mtu = 0;
    int rc = read_key(job, PRIVATE, "MTU", &value, err);

    if (rc > 0 && (!dbc_parse_uint(dbc_buf_str(&value), DBC_MTU_MAX, &mtu) || mtu < DBC_MTU_MIN)) {
        not_used(job, "MTU", dbc_buf_str(&value), "a number of bytes");
        rc = 0;
    } else if (rc > 0) {
        rc = tolerate(job, ifr_netlink_set_mtu(job->nl, job->vif->device, (unsigned)mtu, &why),
                      &why, err);
    }
    dbc_buf_release(&value);
    return rc;
}

/* A failure is only logged: not every kernel has this switch. */
static int set_promiscuous(const struct job *job, struct dbc_error *err)
{
    const char *key = "other-config/promiscuous";
    struct dbc_buf value = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int there = read_key(job, PRIVATE, key, &value, err);
    int on = there > 0 ? switch_of(dbc_buf_str(&value)) : -1;

    if (there > 0 && on < 0) {
        not_used(job, key, dbc_buf_str(&value), "true, on, false or off");
    } else if (on >= 0 && job->vswitch) {
        dbc_logf(job->host->log, DBC_LOG_WARNING,
                 "%s: %s is not supported with Open vSwitch; mirror the traffic instead",
                 job->vif->device, key);
    } else if (on >= 0 &&
               ifr_vif_bridge_promiscuous(job->host, job->vif->device, on > 0, &why) < 0) {
        dbc_log_error(job->host->log, &why);
    }
    dbc_buf_release(&value);
    return there < 0 ? -1 : 0;
}

/* ---- The bridge ----------------------------------------------------------------------------- */

static int need_key(const struct job *job, const char *key, struct dbc_buf *out,
                    struct dbc_error *err)
{
    int there = read_key(job, PRIVATE, key, out, err);

    return there != 0
               ? there
               : dbc_fail(err, DBC_EINVAL, "%s: xenstore has no %s below /xapi/%u/private/vif/%u",
                          job->vif->device, key, job->vif->domid, job->vif->devid);
}

static int find_bridge(const struct job *job, char bridge[DBC_IFNAME_MAX + 1], char mac[18],
                       struct dbc_error *err)
{
    struct dbc_buf value = DBC_BUF_INIT;
    int rc = need_key(job, "bridge-MAC", &value, err);

    if (rc > 0 && !dbc_parse_mac(dbc_buf_str(&value), mac)) {
        rc = dbc_fail(err, DBC_EINVAL, "%s: bridge-MAC is no MAC: \"%s\"", job->vif->device,
                      dbc_buf_str(&value));
    }
    rc = rc < 0 ? rc : need_key(job, "bridge", &value, err);
    if (rc > 0 && !dbc_valid_ifname(dbc_buf_str(&value))) {
        rc = dbc_fail(err, DBC_EINVAL, "%s: bridge is no name of a bridge: \"%s\"",
                      job->vif->device, dbc_buf_str(&value));
    } else if (rc > 0) {
        snprintf(bridge, DBC_IFNAME_MAX + 1, "%s", dbc_buf_str(&value));
    }
    dbc_buf_release(&value);
    return rc < 0 ? -1 : 0;
}

static const char *known(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static int add_port(const struct job *job, const char *bridge, struct dbc_error *err)
{
    struct ifr_vif_port port = { .device = job->vif->device, .bridge = bridge };
    struct dbc_buf value = DBC_BUF_INIT;
    char mac[18] = "";
    int rc = 0;

    if (job->vif->type == IFR_VIF) {
        rc = read_key(job, GUEST, "mac", &value, err);
        if (rc > 0 && !dbc_parse_mac(dbc_buf_str(&value), mac)) {
            not_used(job, "mac", dbc_buf_str(&value), "a MAC");
        }
        port.ids[IFR_VIF_ATTACHED_MAC] = known(mac);
        port.ids[IFR_VIF_VM_UUID] = known(job->vm_uuid);
        port.ids[IFR_VIF_UUID] = known(job->vif_uuid);
        port.ids[IFR_VIF_NETWORK_UUID] = known(job->network_uuid);
    }
    dbc_buf_release(&value);
    return rc < 0 ? -1 : ifr_vif_port_add(job->host->database, &port, err);
}

static int add_to_bridge(const struct job *job, struct dbc_error *err)
{
    char bridge[DBC_IFNAME_MAX + 1] = "", mac[18] = "";
    const char *device = job->vif->device;
    int rc = find_bridge(job, bridge, mac, err);

    if (rc == 0) {
        rc = ifr_vif_device_prepare(job->host, job->nl, device, mac, err);
    }
    if (rc == 0) {
        rc = job->vswitch ? add_port(job, bridge, err)
                          : ifr_vif_bridge_add(job->nl, bridge, device, err);
    }
    if (rc == 0) {
        rc = ifr_netlink_set_up(job->nl, device, true, err);
    }
    if (rc == 0) {
        dbc_logf(job->host->log, DBC_LOG_INFO, "%s is on bridge %s", device, bridge);
    }
    return rc;
}

/* ---- Telling others ------------------------------------------------------------------------- */

/* A hook that fails is only logged: it belongs to somebody else. */
static void call_hook(const struct job *job)
{
    const char *const argv[] = { HOOK,          "-action", job->vif->action, "-vifuuid",
                                 job->vif_uuid, "-vmuuid", job->vm_uuid,     NULL };
    const struct ifr_command command = { .argv = argv, .deadline_ms = IFR_VIF_DEADLINE_HOOK };
    struct dbc_error err = DBC_ERROR_INIT;

    if (job->vif_uuid[0] == '\0' || job->vm_uuid[0] == '\0' ||
        !ifr_facts_executable(job->host->facts, HOOK)) {
        return;
    }
    if (ifr_command_run(job->host->runner, &command, &err) < 0) {
        dbc_logf(job->host->log, DBC_LOG_WARNING, "%s", err.text);
    }
}

static int tell_online(const struct job *job, struct dbc_error *err)
{
    return write_key(job, HOTPLUG, "vif", job->vif->device, err) < 0 ||
                   write_key(job, HOTPLUG, "hotplug", "online", err) < 0
               ? -1
               : write_key(job, BACKEND, "hotplug-status", "connected", err);
}

/* ---- The actions ---------------------------------------------------------------------------- */

static int online(struct job *job, struct dbc_error *err)
{
    int rc = set_offloads(job, err);

    rc = rc < 0 ? rc : set_mtu(job, err);
    rc = rc < 0 ? rc : add_to_bridge(job, err);
    rc = rc < 0 ? rc : set_promiscuous(job, err);
    rc = rc < 0 ? rc : tell_online(job, err);
    if (rc == 0) {
        call_hook(job);
    }
    return rc;
}

/* Tells the toolstack first: it must hear of the removal even if the port cannot be removed. */
static int removed(struct job *job, struct dbc_error *err)
{
    char path[IFR_XENSTORE_PATH_MAX];
    int rc = 0;

    if (job->vif->type == IFR_VIF) {
        rc = path_of(job, HOTPLUG, "hotplug", path, err);
        rc = rc < 0 ? rc : job->host->xenstore->remove(job->host->xenstore, path, err);
        call_hook(job);
    }
    if (job->vswitch) {
        struct dbc_error why = DBC_ERROR_INIT;
        if (ifr_vif_port_remove(job->host->database, job->vif->device, rc < 0 ? &why : err) < 0) {
            rc = -1;
        }
    }
    if (rc == 0) {
        dbc_logf(job->host->log, DBC_LOG_INFO, "%s has been removed", job->vif->device);
    }
    return rc;
}

static int act(struct job *job, struct dbc_error *err)
{
    const char *action = job->vif->action;
    bool is_vif = job->vif->type == IFR_VIF;

    if (strcmp(action, "remove") == 0) {
        return removed(job, err);
    }
    if (is_vif && strcmp(action, "online") == 0) {
        return online(job, err);
    }
    if (strcmp(action, is_vif ? "move" : "add") == 0) {
        return add_to_bridge(job, err);
    }
    dbc_logf(job->host->log, DBC_LOG_INFO, "%s: nothing to do for %s", job->vif->device, action);
    return 0;
}

int ifr_vif_run(const struct ifr_vif *vif, const struct ifr_vif_host *host, struct dbc_error *err)
{
    struct job job = { .vif = vif, .host = host };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = ifr_facts_datapath(host->facts, &job.vswitch, &why);

    if (rc < 0) {
        return dbc_fail(err, why.code == DBC_EINVAL ? DBC_EUNSUPPORTED : why.code, "%s", why.text);
    }
    if (ifr_netlink_open(&job.nl, err) < 0) {
        return -1;
    }
    rc = vif->type == IFR_VIF ? read_uuids(&job, err) : 0;
    rc = rc < 0 ? rc : act(&job, err);
    ifr_netlink_close(job.nl);
    return rc;
}
