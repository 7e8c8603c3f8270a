/* request.c - reads the words and the environment of the hotplug script (vif.h). */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/vif/vif.h"

static const char *const types[] = { [IFR_VIF] = "vif", [IFR_TAP] = "tap" };

/* Takes the n-th part of a path, from 1.  Returns false when there is none, or it is too long. */
static bool part_of(const char *path, unsigned n, char out[8])
{
    size_t len = 0;

    for (unsigned i = 1; i < n && path != NULL; i++) {
        path = strchr(path, '/');
        path = path != NULL ? path + 1 : NULL;
    }
    len = path != NULL ? strcspn(path, "/") : 0;
    if (len == 0 || len >= 8) {
        return false;
    }
    memcpy(out, path, len);
    out[len] = '\0';
    return true;
}

static bool parse_id(const char *text, unsigned *ret)
{
    uint64_t number = 0;

    if (!dbc_parse_uint(text, IFR_VIF_ID_MAX, &number)) {
        return false;
    }
    *ret = (unsigned)number;
    return true;
}

static bool ids_of_path(const char *path, struct ifr_vif *ret)
{
    char domid[8], devid[8];

    return part_of(path, 3, domid) && part_of(path, 4, devid) && parse_id(domid, &ret->domid) &&
           parse_id(devid, &ret->devid);
}

/* Reads a name like "tap5.0". */
static bool ids_of_interface(const char *name, struct ifr_vif *ret)
{
    const char *dot = name != NULL ? strchr(name, '.') : NULL;
    char domid[8];

    if (dot == NULL || strncmp(name, "tap", 3) != 0 || dot - name - 3 >= (long)sizeof domid) {
        return false;
    }
    memcpy(domid, name + 3, (size_t)(dot - name - 3));
    domid[dot - name - 3] = '\0';
    return parse_id(domid, &ret->domid) && parse_id(dot + 1, &ret->devid);
}

static int find_ids(const char *const *words, size_t n, const char *xenbus_path,
                    const char *interface, struct ifr_vif *ret, struct dbc_error *err)
{
    if (n == 4) {
        return parse_id(words[2], &ret->domid) && parse_id(words[3], &ret->devid)
                   ? 0
                   : dbc_fail(err, DBC_EINVAL, "DOMID and DEVID are numbers up to %d, not %s %s",
                              IFR_VIF_ID_MAX, words[2], words[3]);
    }
    if (ret->type == IFR_VIF && !ids_of_path(xenbus_path, ret)) {
        return dbc_fail(err, DBC_EINVAL,
                        "XENBUS_PATH is backend/vif/DOMID/DEVID, not \"%s\"; or give DOMID and "
                        "DEVID as words",
                        xenbus_path != NULL ? xenbus_path : "");
    }
    if (ret->type == IFR_TAP && !ids_of_interface(interface, ret)) {
        return dbc_fail(err, DBC_EINVAL,
                        "INTERFACE is tapDOMID.DEVID, not \"%s\"; or give DOMID and DEVID as words",
                        interface != NULL ? interface : "");
    }
    return 0;
}

int ifr_vif_parse(const char *const *words, size_t n, const char *xenbus_path,
                  const char *interface, struct ifr_vif *ret, struct dbc_error *err)
{
    const char *type = n > 1 ? words[1] : types[IFR_VIF];

    *ret = (struct ifr_vif){ .action = n > 0 ? words[0] : "" };
    if (n == 0 || n == 3 || n > 4) {
        return dbc_fail(err, DBC_EINVAL, "expected ACTION [TYPE [DOMID DEVID]], not %zu words", n);
    }
    if (strcmp(type, types[IFR_TAP]) == 0) {
        ret->type = IFR_TAP;
    } else if (strcmp(type, types[IFR_VIF]) != 0) {
        return dbc_fail(err, DBC_EINVAL, "TYPE is vif or tap, not %s", type);
    }
    if (find_ids(words, n, xenbus_path, interface, ret, err) < 0) {
        return -1;
    }
    snprintf(ret->device, sizeof ret->device, "%s%u.%u", types[ret->type], ret->domid, ret->devid);
    return 0;
}
