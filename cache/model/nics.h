/* nics.h - the NICs that a host has, as data: from a list in a file, or from the kernel.
 *
 * A list is text with a line for each NIC: MAC DEVICE PCI, with blanks or tabs between them; "-" as
 * PCI for a NIC that is on no PCI bus.  Empty lines, and text after a '#', are ignored. */
#ifndef DBC_MODEL_NICS_H
#define DBC_MODEL_NICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/valid.h"
#include "dbcache.h"

#define DBC_LIMIT_NICS 1024                /* of one host */
#define DBC_LIMIT_NICS_BYTES (256u * 1024) /* of a list; a line has some 40 */
#define DBC_PCI_SIZE 20                    /* a PCI address with its NUL */

struct dbc_nic {
    char mac[18]; /* lower case */
    char device[DBC_IFNAME_MAX + 1];
    char pci[DBC_PCI_SIZE]; /* "0000:03:00.1" as sysfs has it; "": on no PCI bus */
    uint64_t pci_order;     /* lower for a lower address; 0 without one */
    unsigned line;          /* of the list; 0: not from a list */
};

struct dbc_nics {
    struct dbc_nic *v; /* in the order of the source */
    size_t n, cap;
};

#define DBC_NICS_INIT ((struct dbc_nics){ 0 })

/* Parses a PCI address, whose domain may be missing and is 0 then, into sysfs' form and a number by
 * which addresses sort, never 0.  False: `text` is NULL or no PCI address; nothing was written. */
bool dbc_parse_pci(const char *text, char out[DBC_PCI_SIZE], uint64_t *order);

/* Adds a NIC; the texts are checked and copied, `pci` may be "".  Returns 0, or -1 and the list is
 * as it was: DBC_EINVAL for a MAC that no NIC can have (not six hex pairs, multicast, or zero), an
 * invalid device name or PCI address; DBC_ECONFLICT for a device that is in the list; DBC_ELIMIT
 * above DBC_LIMIT_NICS; DBC_ENOMEM. */
int dbc_nics_add(struct dbc_nics *nics, const char *mac, const char *device, const char *pci,
                 struct dbc_error *err);
/* Reads a list into `ret`, which the caller releases; `source` is the file's name for messages.
 * Returns 0, or -1 and `ret` is empty: as dbc_nics_add, with the line; DBC_EPARSE, also with the
 * column, for a word too long or a line without three words; DBC_ELIMIT above DBC_LIMIT_NICS_BYTES.
 */
int dbc_nics_parse(const char *source, const char *text, size_t len, struct dbc_nics *ret,
                   struct dbc_error *err);
/* Returns the NIC of this name, or NULL. */
const struct dbc_nic *dbc_nics_find(const struct dbc_nics *nics, const char *device);
void dbc_nics_release(struct dbc_nics *nics);

#endif
