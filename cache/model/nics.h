/* nics.h - the NICs that a host has, as data: from a list in a file, or from whoever looked at the
 * kernel.
 *
 * A list is text, a NIC a line: MAC DEVICE PCI, with blanks or tabs between; "-" as PCI for a NIC
 * that is on no PCI bus.  Empty lines, and what stands behind a '#', mean nothing. */
#ifndef DBC_MODEL_NICS_H
#define DBC_MODEL_NICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/valid.h"
#include "dbcache.h"

#define DBC_LIMIT_NICS 1024                /* of one host */
#define DBC_LIMIT_NICS_BYTES (256u * 1024) /* of a list; a NIC takes 50 */
#define DBC_PCI_SIZE 20                    /* a PCI address with its NUL */

struct dbc_nic {
    char mac[18]; /* lower case */
    char device[DBC_IFNAME_MAX + 1];
    char pci[DBC_PCI_SIZE]; /* "0000:03:00.1" as sysfs has it; "": on no PCI bus */
    uint64_t pci_order;     /* less for what comes first on the bus; 0 without an address */
    unsigned line;          /* of the list; 0: from the kernel */
};

struct dbc_nics {
    struct dbc_nic *v; /* in the order of the source */
    size_t n, cap;
};

#define DBC_NICS_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/* The address in sysfs' form and its place in the order of the bus; *order 0 is never one.  The
 * domain may be missing and is 0 then.  False: no PCI address, and nothing was written. */
bool dbc_parse_pci(const char *text, char out[DBC_PCI_SIZE], uint64_t *order);

/* Adds a NIC; the texts are checked and copied, `pci` may be "".  0, or -1 and the list is as it
 * was: DBC_EINVAL for a MAC that no NIC can have (not six hex pairs, a group's, or zero), for a
 * name that is no device's, for a PCI address that is none; DBC_ECONFLICT for a device that is in
 * the list; DBC_ELIMIT above DBC_LIMIT_NICS; DBC_ENOMEM.  The message says what is wrong with which
 * text. */
int dbc_nics_add(struct dbc_nics *nics, const char *mac, const char *device, const char *pci,
                 struct dbc_error *err);
/* Reads a list.  0, or -1 when `ret` holds nothing: as above, with `source`, the line and the
 * column of what is wrong; DBC_EPARSE for a line that is no list's; DBC_ELIMIT above
 * DBC_LIMIT_NICS_BYTES. */
int dbc_nics_parse(const char *source, const char *text, size_t len, struct dbc_nics *ret,
                   struct dbc_error *err);
/* The NIC of this name; NULL: there is none. */
const struct dbc_nic *dbc_nics_find(const struct dbc_nics *nics, const char *device);
void dbc_nics_release(struct dbc_nics *nics);

#endif
