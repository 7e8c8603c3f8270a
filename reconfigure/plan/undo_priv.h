/* undo_priv.h - what the undo_*.c files share; nobody else includes it. */
#ifndef IFR_PLAN_UNDO_PRIV_H
#define IFR_PLAN_UNDO_PRIV_H

#include <string.h>

#include "reconfigure/plan/undo.h"

/* One run of the way back. */
struct ifr_back {
    const struct ifr_undo *undo;
    const json_t *record; /* undo's */
    const struct ifr_undo_host *host;
    struct ifr_live live;
    struct dbc_error no_ovs; /* why live.ovs is NULL */
    const char *first;
    struct dbc_strvec *left;
    struct dbc_error failure; /* the first */
};

/* Keeps the first failure for the caller and adds a line about each to `left`. */
static inline void ifr_back_failed(struct ifr_back *back, const char *what,
                                   const struct dbc_error *err)
{
    dbc_strvec_pushf(back->left, "%s: %s", what, err->text);
    if (back->failure.code == DBC_OK) {
        back->failure = *err;
    }
}

/* One device: as it was, and as it is now. */
struct pair {
    struct ifr_back *back;
    const char *name;
    const json_t *was;
    const struct ifr_object *is; /* NULL: not there */
    const struct ifr_state *now;
};

static inline const char *attribute_name(unsigned attribute)
{
    return ifr_attributes(IFR_LINK)[attribute].name;
}

/* The attribute as it was; "" when it is not known. */
static inline const char *was(const struct pair *pair, unsigned attribute)
{
    return ifr_json_text(pair->was, attribute_name(attribute));
}

static inline bool is_known(const struct pair *pair, unsigned attribute)
{
    return json_object_get(pair->was, attribute_name(attribute)) != NULL;
}

/* Whether a device of the record had this DHCP client. */
static inline bool had_client(const json_t *device, unsigned attribute)
{
    return *ifr_json_text(device, attribute_name(attribute)) != '\0';
}

/* False for an attribute that is not known. */
static inline bool differs(const struct pair *pair, unsigned attribute)
{
    return is_known(pair, attribute) &&
           strcmp(was(pair, attribute), ifr_object_get(pair->is, attribute)) != 0;
}

/* ---- undo_look.c: what the parts ask of the host and of the record --------------------------- */

/* Saves the record, which has changed: a process that completes the way back needs it.  A failure
 * is only logged, since going back is worth more. */
void ifr_back_keep(const struct ifr_back *back);
/* Observes the kernel anew, with the details of the record's devices.  Returns 0, or -1 when the
 * failure is noted. */
int ifr_back_look(struct ifr_back *back, struct ifr_state *now);
/* Returns the present name of the NIC that had this name, or NULL when no other NIC took it. */
const char *ifr_back_renamed_to(const struct pair *pair);
/* Returns whether the MAC may be restored.  Open vSwitch sets the MACs of its devices, and a bond
 * those of its NICs. */
bool ifr_back_may_set_mac(const struct pair *pair);
/* Appends the bytes of a file of the record.  DBC_EPARSE, DBC_ENOMEM. */
int ifr_back_file_text(const json_t *file, struct dbc_buf *out, struct dbc_error *err);
/* `path` includes the prefix; a file that cannot be read has other bytes. */
bool ifr_back_has_bytes(const char *path, const struct dbc_buf *text);
/* Returns whether the file is as `file` of the record says: its bytes, or missing.  Mode and owner
 * are not compared. */
bool ifr_back_file_is(const struct ifr_back *back, const char *path, const json_t *file);
/* Returns the attribute as somebody else made it, or NULL when nobody did.  Of addresses and routes
 * it returns those that were added. */
const char *ifr_back_foreign(const struct pair *pair, unsigned attribute);
bool ifr_back_file_is_foreign(const struct ifr_back *back, const char *path);

/* ---- The parts, each in a file of its own ---------------------------------------------------- */

/* Finds what somebody else changed since the change was done, and adds it to `left`. */
void ifr_back_find_foreign(struct ifr_back *back);
void ifr_back_files(struct ifr_back *back);
void ifr_back_devices(struct ifr_back *back);
/* Sets those of `which` as they were. */
int ifr_back_set_options(const struct pair *pair, uint32_t which, struct dbc_error *err);
/* Restores the options of a bridge or bond.  To get its old mode back, a bond loses its NICs for a
 * moment. */
int ifr_back_options(const struct pair *pair, struct dbc_error *err);
/* Starts the DHCP clients that devices had. */
void ifr_back_clients(struct ifr_back *back);
/* Adds to `left` what is not as it was. */
void ifr_back_compare(struct ifr_back *back);

#endif
