/* read.c - reads the files of etc/sysconfig/network-scripts and runs the parts of import.h in their
 * order. */
#include "ifcfg/ifcfg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ifcfg/import.h"

#define IFCFG "ifcfg-"
#define ROUTE "route-"

/* ---- Files ---------------------------------------------------------------------------------- */

static bool ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), n = strlen(ending);

    return len > n && strcmp(name + len - n, ending) == 0;
}

/* Whether an editor or a package manager left the file; Red Hat's scripts ignore such files. */
static bool is_leftover(const char *name)
{
    static const char *const endings[] = { "~",       ".bak",     ".old",    ".orig",
                                           ".rpmnew", ".rpmorig", ".rpmsave" };

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (ends_in(name, endings[i])) {
            return true;
        }
    }
    return false;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0 && name[strlen(with)] != '\0';
}

/* Whether the file has a further address of a device: ifcfg-eth0:1, ifcfg-eth0-range0. */
static bool is_alias(const char *name)
{
    return strchr(name, ':') != NULL || strstr(name, "-range") != NULL;
}

static bool fits(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file)
{
    if (file->len > DBC_LIMIT_CONFIG_FILE) {
        dbc_ifcfg_warn(im, file->name, 0, "not read: %zu bytes, and more than %u is no such file",
                       file->len, DBC_LIMIT_CONFIG_FILE);
        return false;
    }
    return true;
}

/* Adds a device.  Of two files with the same DEVICE the one named after it counts, which `ifup
 * DEVICE` reads, else the first. */
static void add_device(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev)
{
    struct dbc_ifcfg_device *old = dbc_ifcfg_find(im, dev->name);
    const char *left = dev->file;

    if (old == NULL) {
        dbc_ifcfg_add(im, dev);
        old = dev;
    } else {
        if (strcmp(dev->file + strlen(IFCFG), dev->name) == 0) {
            left = old->file;
            dev->next = old->next;
            *old = *dev;
        }
        dbc_ifcfg_warn(im, left, 0, "not used: %s is the file of %s", old->file, old->name);
    }
    im->failed = dbc_hash_put(&im->by_file, old->file + strlen(IFCFG), old, true) < 0 || im->failed;
}

static void read_ifcfg(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file)
{
    struct dbc_ifcfg_device *dev = NULL;

    if (strcmp(file->name, IFCFG "lo") == 0 || is_leftover(file->name) || !fits(im, file)) {
        return;
    }
    if (is_alias(file->name)) {
        dbc_ifcfg_tell(im, DBC_LOST, file->name, "", "", "a PIF has one address");
        return;
    }
    dev = dbc_ifcfg_device_read(im, file);
    if (dev != NULL) {
        add_device(im, dev);
    }
}

/* Red Hat's scripts look for routes by the device's name and by that of its file. */
static void read_route(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file)
{
    const char *name = file->name + strlen(ROUTE);
    struct dbc_ifcfg_device *dev = dbc_ifcfg_find(im, name);

    if (dev == NULL) {
        dev = dbc_hash_get(&im->by_file, name);
    }
    if (is_leftover(file->name) || strcmp(file->name, ROUTE "lo") == 0 || !fits(im, file)) {
        return;
    }
    if (dev == NULL) {
        dbc_ifcfg_tell(im, DBC_LOST, file->name, "", "", "its device has no ifcfg file");
        return;
    }
    dbc_ifcfg_routes(im, dev, file);
}

static void take_owner(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file,
                       const struct dbc_ifcfg_keys *keys, const char *name, dbc_ifcfg_name *ret)
{
    const struct dbc_ifcfg_key *key = dbc_ifcfg_keys_find(keys, name);

    if (key == NULL || key->value == NULL || *key->value == '\0') {
        return;
    }
    if (dbc_valid_ifname(key->value)) {
        snprintf(*ret, sizeof *ret, "%s", key->value);
    } else {
        dbc_ifcfg_warn(im, file->name, key->line, "%s: expected the name of a device, found '%s'",
                       name, key->value);
    }
}

static void read_network(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    const struct dbc_ifcfg_key *gateway = NULL;

    if (fits(im, file) && dbc_ifcfg_parse(im, file, &keys)) {
        take_owner(im, file, &keys, "GATEWAYDEV", &im->gatewaydev);
        take_owner(im, file, &keys, "DNSDEV", &im->dnsdev);
        gateway = dbc_ifcfg_keys_find(&keys, "GATEWAY");
        if (gateway != NULL && gateway->value != NULL && *gateway->value != '\0') {
            dbc_ifcfg_tell_key(im, DBC_LOST, file->name, gateway,
                               "a gateway is that of one PIF, and this file does not say of which");
        }
    }
    dbc_ifcfg_keys_release(&keys);
}

/* Orders eth2 before eth10.  Of two files with the same name the later comes first; the other is
 * skipped. */
static int by_name(const void *a, const void *b)
{
    const struct dbc_ifcfg_file *const *x = a, *const *y = b;
    int order = strverscmp((*x)->name, (*y)->name);

    return order != 0 ? order : (*x < *y) - (*x > *y);
}

static void read_all(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file **files, size_t n)
{
    for (size_t i = 0; i < n && !im->failed; i++) {
        if (begins(files[i]->name, IFCFG)) {
            read_ifcfg(im, files[i]);
        } else if (begins(files[i]->name, ROUTE)) {
            read_route(im, files[i]); /* sorted behind every ifcfg file */
        } else if (strcmp(files[i]->name, "network") == 0) {
            read_network(im, files[i]);
        }
    }
}

static int read_sorted(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *files, size_t n,
                       struct dbc_error *err)
{
    const struct dbc_ifcfg_file **sorted = NULL;
    size_t n_sorted = 0;

    if (n > DBC_LIMIT_IFCFG_FILES) {
        return dbc_fail(err, DBC_ELIMIT, "%zu ifcfg files, more than %d (DBC_LIMIT_IFCFG_FILES)", n,
                        DBC_LIMIT_IFCFG_FILES);
    }
    sorted = calloc(n + 1, sizeof *sorted);
    if (sorted == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = &files[i];
    }
    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        if (n_sorted == 0 || strcmp(sorted[n_sorted - 1]->name, sorted[i]->name) != 0) {
            sorted[n_sorted++] = sorted[i];
        }
    }
    read_all(im, sorted, n_sorted);
    free(sorted);
    return im->failed ? dbc_fail_nomem(err) : 0;
}

static int read_devices(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *files, size_t n,
                        const char *management, struct dbc_error *err)
{
    if (read_sorted(im, files, n, err) < 0) {
        return -1;
    }
    if (im->first == NULL) {
        return dbc_fail(err, DBC_ENOENT, "none of the %zu files is an ifcfg file with a device", n);
    }
    dbc_ifcfg_link(im);
    if (im->failed) {
        return dbc_fail_nomem(err);
    }
    dbc_ifcfg_find_management(im, management);
    return 0;
}

struct dbc_db *dbc_ifcfg_read(const struct dbc_ifcfg_file *files, size_t n, const char *management,
                              dbc_warning_fn *warn, dbc_loss_fn *loss, void *ctx,
                              struct dbc_error *err)
{
    struct dbc_ifcfg_import im = { .warnings = { .fn = warn, .ctx = ctx },
                                   .loss = loss,
                                   .ctx = ctx };
    struct dbc_db *db = NULL;

    if (read_devices(&im, files, n, management, err) == 0) {
        db = dbc_db_new(err);
    }
    if (db != NULL && dbc_ifcfg_build(&im, db, err) < 0) {
        dbc_db_free(db);
        db = NULL;
    }
    dbc_hash_release(&im.by_name);
    dbc_hash_release(&im.by_file);
    dbc_arena_release(&im.arena);
    return db;
}
