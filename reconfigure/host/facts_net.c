/* facts_net.c - network devices, bridges and bonds as the kernel shows them in sys/class/net
 * (facts.h).  A name becomes part of a path only after dbc_valid_ifname. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/valid.h"
#include "reconfigure/host/facts_priv.h"

#define SYS_NET "/sys/class/net"
#define FLAG_UP 1u        /* IFF_UP */
#define ATTRIBUTE_SIZE 64 /* a MAC, a number */

static bool is_folder(const struct ifr_facts *facts, const char *name, const char *below)
{
    struct stat st;
    char path[PATH_MAX];
    return dbc_valid_ifname(name) && ifr_facts_pathf(facts, path, SYS_NET "/%s%s", name, below) &&
           stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Opens a file of sysfs or procfs; returns -1 when that fails. */
static int open_attribute(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* The first word of sys/class/net/NAME/FILE, "" when there is none. */
static void attribute(const struct ifr_facts *facts, const char *name, const char *file,
                      char out[ATTRIBUTE_SIZE])
{
    char path[PATH_MAX];
    int fd = -1;
    ssize_t n = 0;
    if (dbc_valid_ifname(name) && ifr_facts_pathf(facts, path, SYS_NET "/%s/%s", name, file)) {
        fd = open_attribute(path);
    }
    if (fd >= 0) {
        n = read(fd, out, ATTRIBUTE_SIZE - 1);
        close(fd);
    }
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, " \t\r\n")] = '\0';
}

bool ifr_facts_netdev_exists(const struct ifr_facts *facts, const char *name)
{
    return is_folder(facts, name, "");
}

void ifr_facts_netdev_mac(const struct ifr_facts *facts, const char *name, char out[18])
{
    char text[ATTRIBUTE_SIZE];
    attribute(facts, name, "address", text);
    if (!dbc_parse_mac(text, out)) {
        out[0] = '\0';
    }
}

/* A NIC has a bus device.  Bridges, VLANs and bonds have none, but share MACs with NICs. */
static bool is_physical(const struct ifr_facts *facts, const char *name)
{
    return is_folder(facts, name, "/device");
}

bool ifr_facts_netdev_is_bonded(const struct ifr_facts *facts, const char *name)
{
    return is_folder(facts, name, "/master/bonding");
}

bool ifr_facts_netdev_is_nic(const struct ifr_facts *facts, const char *name)
{
    char path[PATH_MAX], bus[PATH_MAX];
    const char *slash = NULL;
    ssize_t n = 0;

    if (!is_physical(facts, name) || is_folder(facts, name, "/device/physfn")) {
        return false;
    }
    if (ifr_facts_pathf(facts, path, SYS_NET "/%s/device/subsystem", name)) {
        n = readlink(path, bus, sizeof bus - 1);
    }
    bus[n > 0 ? n : 0] = '\0';
    slash = strrchr(bus, '/');
    return strcmp(slash == NULL ? bus : slash + 1, "xen-backend") != 0;
}

/* The device's path may go on after the PCI address, with a port of USB or virtio. */
void ifr_facts_netdev_pci(const struct ifr_facts *facts, const char *name, char out[DBC_PCI_SIZE])
{
    char path[PATH_MAX], place[PATH_MAX];
    uint64_t order = 0;

    out[0] = '\0';
    if (!dbc_valid_ifname(name) || !ifr_facts_pathf(facts, path, SYS_NET "/%s/device", name) ||
        realpath(path, place) == NULL) {
        return;
    }
    for (char *slash = NULL; (slash = strrchr(place, '/')) != NULL; *slash = '\0') {
        if (dbc_parse_pci(slash + 1, out, &order)) {
            return;
        }
    }
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}

int ifr_facts_netdevs(const struct ifr_facts *facts, struct dbc_strvec *ret, struct dbc_error *err)
{
    char path[PATH_MAX];
    struct dirent **v = NULL;
    int n = ifr_facts_pathf(facts, path, SYS_NET) ? scandir(path, &v, NULL, by_name) : 0;

    for (int i = 0; i < n; i++) {
        if (ifr_facts_netdev_exists(facts, v[i]->d_name)) {
            dbc_strvec_push(ret, v[i]->d_name);
        }
        free(v[i]);
    }
    free(v);
    return ret->failed || (n < 0 && errno == ENOMEM) ? dbc_fail_nomem(err) : 0;
}

bool ifr_facts_netdev_by_mac(const struct ifr_facts *facts, const char *mac, char *out)
{
    char wanted[18] = "", found[18] = "";
    char path[PATH_MAX];
    DIR *folder = ifr_facts_pathf(facts, path, SYS_NET) ? opendir(path) : NULL;
    const struct dirent *entry = NULL;

    out[0] = '\0';
    if (!folder || !dbc_parse_mac(mac, wanted)) {
        goto out;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (!is_physical(facts, entry->d_name)) {
            continue;
        }
        ifr_facts_netdev_mac(facts, entry->d_name, found);
        /* Of several (slaves of a bond) the first by name, so that every run gives the same. */
        if (strcmp(found, wanted) == 0 && (!out[0] || strcmp(entry->d_name, out) < 0)) {
            memcpy(out, entry->d_name, strlen(entry->d_name) + 1);
        }
    }
out:
    if (folder) {
        closedir(folder);
    }
    return out[0] != '\0';
}

bool ifr_facts_netdev_is_up(const struct ifr_facts *facts, const char *name)
{
    char text[ATTRIBUTE_SIZE];
    attribute(facts, name, "flags", text);
    return (strtoul(text, NULL, 16) & FLAG_UP) != 0;
}

bool ifr_facts_is_bridge(const struct ifr_facts *facts, const char *name)
{
    return is_folder(facts, name, "/bridge");
}

bool ifr_facts_bridge_has_port(const struct ifr_facts *facts, const char *bridge, const char *port)
{
    struct stat st;
    char path[PATH_MAX];
    return dbc_valid_ifname(bridge) && dbc_valid_ifname(port) &&
           ifr_facts_pathf(facts, path, SYS_NET "/%s/brif/%s", bridge, port) &&
           stat(path, &st) == 0;
}

/* Appends the words of a file that are interface names. */
static int names_in(const struct ifr_facts *facts, const char *path, struct dbc_strvec *ret,
                    struct dbc_error *err)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    int rc = ifr_facts_words(facts, path, &words, err);
    for (size_t i = 0; rc == 0 && i < words.n; i++) {
        if (dbc_valid_ifname(words.v[i])) {
            dbc_strvec_push(ret, words.v[i]);
        }
    }
    if (rc == 0 && ret->failed) {
        rc = dbc_fail_nomem(err);
    }
    dbc_strvec_release(&words);
    return rc;
}

int ifr_facts_bond_masters(const struct ifr_facts *facts, struct dbc_strvec *ret,
                           struct dbc_error *err)
{
    return names_in(facts, SYS_NET "/bonding_masters", ret, err);
}

int ifr_facts_bond_exists(const struct ifr_facts *facts, const char *bond, bool *ret,
                          struct dbc_error *err)
{
    struct dbc_strvec masters = DBC_STRVEC_INIT;
    int rc = ifr_facts_bond_masters(facts, &masters, err);

    *ret = dbc_strvec_has(&masters, bond);
    dbc_strvec_release(&masters);
    return rc;
}

int ifr_facts_bond_slaves(const struct ifr_facts *facts, const char *bond, struct dbc_strvec *ret,
                          struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    int rc = 0;
    if (dbc_valid_ifname(bond)) {
        dbc_buf_addf(&path, SYS_NET "/%s/bonding/slaves", bond);
        rc = path.failed ? dbc_fail_nomem(err) : names_in(facts, path.data, ret, err);
    }
    dbc_buf_release(&path);
    return rc;
}

/* Searches for a line that begins with `word` and a blank. */
struct line_search {
    const char *word;
    size_t matched; /* bytes of this line so far; SIZE_MAX: it does not match */
    bool found;
};

static void search(struct line_search *s, char c)
{
    if (c == '\n') {
        s->matched = 0;
    } else if (s->matched == SIZE_MAX) {
        return;
    } else if (s->word[s->matched] == '\0') {
        s->found = s->found || c == ' ';
        s->matched = SIZE_MAX;
    } else {
        s->matched = s->word[s->matched] == c ? s->matched + 1 : SIZE_MAX;
    }
}

bool ifr_facts_module_loaded(const struct ifr_facts *facts, const char *module)
{
    struct line_search s = { .word = module };
    char path[PATH_MAX], chunk[4096];
    int fd = ifr_facts_pathf(facts, path, "/proc/modules") ? open_attribute(path) : -1;
    ssize_t n = 0;
    while (fd >= 0 && !s.found && (n = read(fd, chunk, sizeof chunk)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            search(&s, chunk[i]);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return s.found;
}
