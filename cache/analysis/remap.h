/* remap.h - finds the NIC of the host that each PIF of the records is now, and changes the records
 * to say so.  For a host whose NICs were replaced or renamed, and for a disk that is in another
 * machine.
 *
 * A PIF that is no VLAN, bond or tunnel stands for a NIC.  Its NIC is found in this order, each
 * step among the PIFs and NICs that are left:
 *
 *   told    what the caller says
 *   MAC     the same MAC; where several have it, the one with the same name too
 *   name    the same device name
 *   order   if as many PIFs as NICs are left: the PIFs in the order of their names (eth2 before
 *           eth10), the NICs in the order of the PCI bus
 *
 * Nothing is guessed: a PIF without a NIC is then unclear, and such a result cannot be applied.
 * Where no NIC is left at all, the PIF's NIC is gone; when another PIF gets its device name, it
 * gets the name that this frees.  NICs that no PIF wants are left over. */
#ifndef DBC_ANALYSIS_REMAP_H
#define DBC_ANALYSIS_REMAP_H

#include "base/arena.h"
#include "model/database.h"
#include "model/nics.h"

enum dbc_remap_why {
    DBC_REMAP_UNCLEAR,
    DBC_REMAP_TOLD,
    DBC_REMAP_MAC,
    DBC_REMAP_NAME,
    DBC_REMAP_ORDER,
    DBC_REMAP_GONE, /* no NIC is left for it, or the caller says so */
    DBC_REMAP_N_WHYS
};
/* "unclear", "told", "mac", "name", "order", "gone". */
const char *dbc_remap_why_name(enum dbc_remap_why why);

/* What the caller says: the PIF's device, and the host's, "" when the NIC is gone. */
struct dbc_remap_told {
    const char *from, *to;
};

struct dbc_remap_row {
    const struct dbc_pif *pif;
    const char *device, *MAC;  /* of the PIF before anything is applied */
    const struct dbc_nic *nic; /* NULL: DBC_REMAP_GONE, DBC_REMAP_UNCLEAR */
    const char *now;           /* the device name that the PIF gets */
    enum dbc_remap_why why;
    const char *doubt; /* what is unclear, one line without a full stop; else NULL */
};

/* A field that was changed. */
struct dbc_remap_change {
    const struct dbc_record *rec;
    const char *who; /* the record's label before the change */
    const char *field;
    const char *before, *after;
};

struct dbc_remap {
    struct dbc_remap_row *v; /* in the order of device names */
    size_t n;
    const struct dbc_nic **left; /* NICs that no PIF wants, in the order of the list */
    size_t n_left;
    size_t n_unclear;
    struct dbc_remap_change *changes; /* in the order of the records; of dbc_remap_apply */
    size_t n_changes, cap_changes;
    struct dbc_arena arena;
};

#define DBC_REMAP_INIT ((struct dbc_remap){ 0 })

/* Finds the NICs.  `db` and `nics` must outlive the result, which the caller releases; the texts of
 * `told` need not.  Returns 0, also when something is unclear, or -1, when `ret` holds nothing:
 * DBC_EINVAL when `told` names a device that one side does not have, or names one twice;
 * DBC_ECONFLICT for two PIFs of one device name; DBC_ELIMIT for more than DBC_LIMIT_NICS PIFs that
 * are NICs; DBC_ENOMEM. */
int dbc_remap(const struct dbc_db *db, const struct dbc_nics *nics,
              const struct dbc_remap_told *told, size_t n_told, struct dbc_remap *ret,
              struct dbc_error *err);
/* Changes the records: device and MAC of the PIFs that are NICs; the MAC of a bond that had a
 * slave's; device and MAC of VLANs that had those of the PIF below.  A bond that had the MAC of a
 * slave that is gone gets that of its first slave that is not.  What is right stays to the byte.
 * The changes are in `remap`.  Returns 0, or -1: DBC_EINVAL when something is unclear and
 * DBC_ECONFLICT when two PIFs would get one device name, both before any change; DBC_ENOMEM or
 * DBC_ELIMIT, when some records may be changed. */
int dbc_remap_apply(struct dbc_db *db, struct dbc_remap *remap, struct dbc_error *err);
void dbc_remap_release(struct dbc_remap *remap);

#endif
