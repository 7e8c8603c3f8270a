/* netlink_ethtool.c - a device's offloads, speed, duplex and permanent MAC through ethtool's ioctl,
 * which every kernel has; ethtool's netlink is much newer. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reconfigure/host/netlink_priv.h"

#define MAX_ADDR_LEN 32     /* bytes of the longest address of any device */
#define LINK_MODE_WORDS 127 /* the highest value of link_mode_masks_nwords */

const char *const ifr_ethtool_names[IFR_N_ETHTOOL] = {
    [IFR_ETHTOOL_SPEED] = "speed",     [IFR_ETHTOOL_DUPLEX] = "duplex",
    [IFR_ETHTOOL_AUTONEG] = "autoneg", [IFR_ETHTOOL_RX] = "rx",
    [IFR_ETHTOOL_TX] = "tx",           [IFR_ETHTOOL_SG] = "sg",
    [IFR_ETHTOOL_TSO] = "tso",         [IFR_ETHTOOL_UFO] = "ufo",
    [IFR_ETHTOOL_GSO] = "gso",         [IFR_ETHTOOL_GRO] = "gro",
    [IFR_ETHTOOL_LRO] = "lro",
};

struct asked {
    int fd;
    const char *device;
    bool gone;
};

/* True when the driver answered. */
static bool ask(struct asked *asked, void *command)
{
    struct ifreq request = { 0 };

    memcpy(request.ifr_name, asked->device, strlen(asked->device));
    request.ifr_data = command;
    if (ioctl(asked->fd, SIOCETHTOOL, &request) == 0) {
        return true;
    }
    asked->gone = asked->gone || errno == ENODEV;
    return false;
}

static void say_switch(char ret[12], bool on)
{
    snprintf(ret, 12, "%s", on ? "on" : "off");
}

static const struct {
    enum ifr_ethtool_name name;
    uint32_t get, set, bit; /* set 0: cannot be set alone */
} offloads[] = {
    { IFR_ETHTOOL_RX, ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM, UINT32_MAX },
    { IFR_ETHTOOL_TX, ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM, UINT32_MAX },
    { IFR_ETHTOOL_SG, ETHTOOL_GSG, ETHTOOL_SSG, UINT32_MAX },
    { IFR_ETHTOOL_TSO, ETHTOOL_GTSO, ETHTOOL_STSO, UINT32_MAX },
    { IFR_ETHTOOL_UFO, ETHTOOL_GUFO, ETHTOOL_SUFO, UINT32_MAX },
    { IFR_ETHTOOL_GSO, ETHTOOL_GGSO, ETHTOOL_SGSO, UINT32_MAX },
    { IFR_ETHTOOL_GRO, ETHTOOL_GGRO, ETHTOOL_SGRO, UINT32_MAX },
    { IFR_ETHTOOL_LRO, ETHTOOL_GFLAGS, 0, ETH_FLAG_LRO },
};

static void ask_offloads(struct asked *asked, struct ifr_ethtool_values *ret)
{
    for (size_t i = 0; i < sizeof offloads / sizeof offloads[0]; i++) {
        struct ethtool_value value = { .cmd = offloads[i].get };
        if (ask(asked, &value)) {
            say_switch(ret->v[offloads[i].name], (value.data & offloads[i].bit) != 0);
        }
    }
}

/* A speed or duplex that is not known, as without a link, stays "". */
static void say_settings(struct ifr_ethtool_values *ret, uint32_t speed, unsigned duplex,
                         unsigned autoneg)
{
    if (speed != 0 && speed != UINT32_MAX && speed != UINT16_MAX) {
        snprintf(ret->v[IFR_ETHTOOL_SPEED], sizeof ret->v[0], "%u", speed);
    }
    if (duplex == DUPLEX_HALF || duplex == DUPLEX_FULL) {
        snprintf(ret->v[IFR_ETHTOOL_DUPLEX], sizeof ret->v[0], "%s",
                 duplex == DUPLEX_FULL ? "full" : "half");
    }
    say_switch(ret->v[IFR_ETHTOOL_AUTONEG], autoneg == AUTONEG_ENABLE);
}

/* The kernel's first answer is the number of words that it needs for link modes, as a negative
 * number. */
static bool ask_link_settings(struct asked *asked, struct ifr_ethtool_values *ret)
{
    union {
        struct ethtool_link_settings settings;
        uint32_t room[sizeof(struct ethtool_link_settings) / 4 + 3 * LINK_MODE_WORDS];
    } u = { .settings = { .cmd = ETHTOOL_GLINKSETTINGS } };
    int words = 0;

    if (!ask(asked, &u) || u.settings.link_mode_masks_nwords >= 0) {
        return false;
    }
    words = -u.settings.link_mode_masks_nwords;
    if (words > LINK_MODE_WORDS) {
        return false;
    }
    memset(&u, 0, sizeof u);
    u.settings.cmd = ETHTOOL_GLINKSETTINGS;
    u.settings.link_mode_masks_nwords = (signed char)words;
    if (!ask(asked, &u) || u.settings.link_mode_masks_nwords != words) {
        return false;
    }
    say_settings(ret, u.settings.speed, u.settings.duplex, u.settings.autoneg);
    return true;
}

static void ask_old_settings(struct asked *asked, struct ifr_ethtool_values *ret)
{
    struct ethtool_cmd settings = { .cmd = ETHTOOL_GSET };

    if (ask(asked, &settings)) {
        say_settings(ret, ethtool_cmd_speed(&settings), settings.duplex, settings.autoneg);
    }
}

/* Opens a socket for the ioctl; a netlink socket takes it only from Linux 4.11 on.  Returns false
 * when no device can have this name.  asked->fd is -1 when there is no socket. */
static bool start_asking(struct asked *asked, const char *device)
{
    *asked = (struct asked){ .fd = -1, .device = device };
    if (device[0] == '\0' || strnlen(device, IFNAMSIZ) == IFNAMSIZ) {
        return false;
    }
    asked->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return true;
}

bool ifr_netlink_permanent_mac(struct ifr_netlink *nl, const char *device, char out[18])
{
    union {
        struct ethtool_perm_addr address;
        uint8_t room[sizeof(struct ethtool_perm_addr) + MAX_ADDR_LEN];
    } u = { .address = { .cmd = ETHTOOL_GPERMADDR, .size = MAX_ADDR_LEN } };
    const uint8_t *mac = u.room + sizeof u.address;
    struct asked asked;
    bool known = false;

    (void)nl;
    if (!start_asking(&asked, device) || asked.fd < 0) {
        return false;
    }
    known = ask(&asked, &u) && u.address.size == 6 && memcmp(mac, "\0\0\0\0\0", 6) != 0;
    close(asked.fd);
    if (known) {
        snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
                 mac[5]);
    }
    return known;
}

bool ifr_netlink_ethtool(struct ifr_netlink *nl, const char *device, struct ifr_ethtool_values *ret)
{
    struct asked asked;

    (void)nl;
    *ret = (struct ifr_ethtool_values){ 0 };
    if (!start_asking(&asked, device)) {
        return false;
    }
    if (asked.fd < 0) {
        return true; /* all values are unknown */
    }
    ask_offloads(&asked, ret);
    if (!asked.gone && !ask_link_settings(&asked, ret)) {
        ask_old_settings(&asked, ret);
    }
    close(asked.fd);
    return !asked.gone;
}

int ifr_netlink_set_offload(struct ifr_netlink *nl, const char *device, enum ifr_ethtool_name name,
                            bool on, struct dbc_error *err)
{
    struct ethtool_value value = { .data = on };
    struct asked asked;
    int rc = -1, why = EINVAL;

    (void)nl;
    for (size_t i = 0; i < sizeof offloads / sizeof offloads[0]; i++) {
        value.cmd = offloads[i].name == name ? offloads[i].set : value.cmd;
    }
    if (value.cmd != 0 && start_asking(&asked, device)) {
        rc = asked.fd >= 0 && ask(&asked, &value) ? 0 : -1;
        why = errno;
        if (asked.fd >= 0) {
            close(asked.fd);
        }
    }
    return rc == 0 ? 0
                   : dbc_fail_errno(err, why == ENODEV ? ENOENT : why, "cannot set %s of %s %s",
                                    ifr_ethtool_names[name], device, on ? "on" : "off");
}
